"""Checks of domains, as name servers answer for them."""
