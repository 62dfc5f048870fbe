"""Turns the briefing into pages: one view, one template and one page per report."""
