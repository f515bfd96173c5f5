"""Three independent routes to a derivative; they share the graph and never import each other."""
