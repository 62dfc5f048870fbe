"""How code is read for the audit: each language into one shape, and never run (F-087)."""
