"""Text to model: what people write becomes typed facts and problems; asks the disk and the clock nothing."""
