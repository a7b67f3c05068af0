"""The neighbours of a point, side by side and walked through; the trust in a map."""
