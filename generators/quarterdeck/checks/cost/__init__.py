"""Checks of what the cloud costs, and of what is paid for nothing."""
