"""The plot: frames drawn in braille, blocks or pixels, with marks and names over them."""
