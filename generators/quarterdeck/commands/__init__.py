"""What each command does, usable without the command line."""
