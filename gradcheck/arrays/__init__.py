"""Vectors and matrices: points, routes compared, evaluation, results."""
