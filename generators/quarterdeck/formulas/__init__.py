"""The formulas of the reports: pure functions, one module per subject, found by `catalogue`."""
