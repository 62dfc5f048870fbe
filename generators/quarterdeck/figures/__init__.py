"""Figures, KPIs and gaps: what each kind of entity has to say, one module per subject."""
