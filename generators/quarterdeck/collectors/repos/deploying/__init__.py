"""Reads how a repository reaches production, one family of tools a module; nothing of it is ever run."""
