"""Checks of repositories: how they are kept, shipped and guarded."""
