"""Collectors of AWS accounts, a module per service."""
