"""Puts finished versions where their readers open them: plan, store and edge."""
