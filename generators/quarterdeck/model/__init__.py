"""Frozen types: what somebody wrote, what is computed from it, and what is wrong with it."""
