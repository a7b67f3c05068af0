"""Labelled points: the index behind frames of any zoom, steps from point to point, search."""
