"""Derivatives at work along a line: Taylor polynomials, the Taylor test, the error of difference quotients."""
