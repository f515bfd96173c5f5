"""gradcheck: check derivatives by three independent routes, node by node."""

__version__ = "0.1.0"
