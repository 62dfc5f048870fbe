"""Quarterdeck: one private, versioned report site for a small group of businesses."""

__version__ = "0.1.0"
