"""Builds one audience's site: configuration, theme, style sheet, and macros for hand-written pages."""
