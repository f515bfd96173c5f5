"""Drawings of the computational graph: a scene from a result, a place for everything, a writer for each format."""
