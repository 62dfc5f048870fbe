"""Charts: what is to be shown, by form, and how it is drawn."""
