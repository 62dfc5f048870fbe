"""What a new portfolio is given, and how it is brought along with a newer Quarterdeck."""
