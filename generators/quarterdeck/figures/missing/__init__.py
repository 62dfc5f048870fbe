"""The registry of missing data: a module for each subject, and the gaps that it finds."""
