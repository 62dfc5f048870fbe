"""Finds secrets in text and takes them out of it; a secret that is found is never repeated."""
