"""Reads repositories from git's own objects; nothing in them is ever run."""
