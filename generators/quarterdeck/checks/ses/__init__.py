"""Checks of the mail service: its account, senders, sets, and mail that comes in."""
