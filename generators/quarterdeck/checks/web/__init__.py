"""Checks of web sites, as they answer and as their pages read."""
