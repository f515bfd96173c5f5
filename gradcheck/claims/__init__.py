"""Derivatives that somebody states: read, verified, and explained where they are wrong."""
