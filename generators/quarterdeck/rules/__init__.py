"""Report rules: facts and figures in, findings out; one module per subject."""
