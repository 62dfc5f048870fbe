"""Audit checks: each judges one record of evidence, and says pass, fail, not known, or that it does not apply."""
