"""Asks git: about the portfolio's own files, and about the repositories that are audited."""
