"""Colours for values and for categories."""
