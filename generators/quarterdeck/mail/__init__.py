"""Tells each reader what changed for them: digest, message, delivery and what comes back."""
