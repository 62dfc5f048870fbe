"""What changed between two briefings, and on which page."""
