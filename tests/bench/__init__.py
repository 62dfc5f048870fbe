"""Speed as ratios measured within one run, never as seconds; `scripts/bench` runs all of it."""
