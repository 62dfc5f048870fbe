"""Bytes to text, text to YAML nodes: what every reader of the portfolio's files begins with."""
