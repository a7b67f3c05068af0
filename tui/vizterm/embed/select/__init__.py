"""Selecting points: by keys, by regions that are drawn, and what is said of them."""
