"""Ways to draw points."""

BRAILLE, BLOCKS, PIXELS = "braille", "blocks", "pixels"
WAYS = (BRAILLE, BLOCKS, PIXELS)
"""The ways, the usual one first; pixels only where the terminal has them."""
