"""Lengths in pixels and in cells, whose size may have a fraction."""

from __future__ import annotations

import math

_EXACT = 1e-6
"""Cells by which a length may be off: fractions are quotients."""


def pixels_in(cells: int, side: float) -> int:
    """Whole pixels that fit into some cells of that width or height.

    >>> pixels_in(24, 7.825)
    187
    """
    return math.floor((cells + _EXACT) * side)


def cells_for(pixels: int, side: float) -> int:
    """Cells of that width or height which some pixels touch.

    >>> cells_for(187, 7.825), cells_for(188, 7.825)
    (24, 25)
    """
    return math.ceil(pixels / side - _EXACT)
