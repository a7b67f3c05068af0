"""Outlines on the plot while a region is being made: a box in lines, a lasso in braille."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from rich.style import Style

from vizterm.cells.glyphs import Overlay
from vizterm_core.scatter.braille import BRAILLE, encode_dots
from vizterm_core.scatter.viewport import Viewport

Place = npt.NDArray[np.float64]
_FARTHEST = 1e6
"""Dots from the view to a corner: farther ones are drawn as if they were there."""


def box_outline(
    left: int, top: int, right: int, bottom: int, view: Viewport, style: Style
) -> Overlay:
    """Return the outline of some cells, all of which are inside it; only what is in view."""
    texts: dict[tuple[int, int], tuple[str, Style]] = {}

    def draw(column: int, row: int, glyph: str) -> None:
        if 0 <= column < view.columns and 0 <= row < view.rows:
            texts[column, row] = glyph, style

    for column in range(max(left, 0), min(right, view.columns - 1) + 1):
        draw(column, top, "─")
        draw(column, bottom, "─")
    for row in range(max(top, 0), min(bottom, view.rows - 1) + 1):
        draw(left, row, "│")
        draw(right, row, "│")
    if left == right and top == bottom:
        draw(left, top, "□")
    elif left == right:
        draw(left, top, "╷")
        draw(left, bottom, "╵")
    elif top == bottom:
        draw(left, top, "╶")
        draw(right, top, "╴")
    else:
        corners = ((left, top, "┌"), (right, top, "┐"), (left, bottom, "└"), (right, bottom, "┘"))
        for column, row, glyph in corners:
            draw(column, row, glyph)
    return texts


def line_outline(dots: Sequence[tuple[float, float]], view: Viewport, style: Style) -> Overlay:
    """Return a closed line through some places, in braille; every other dot of its last edge.

    Parameters
    ----------
    dots : sequence of (column, row)
        In dots of the view, with fractions.
    """
    if not dots:
        return {}
    lit = np.zeros((view.down, view.across), bool)
    corners = np.clip(np.array([*dots, dots[0]]), -_FARTHEST, _FARTHEST)
    for place, ends in enumerate(pairwise(corners)):
        start, end = _in_reach(*ends, view)
        steps = int(np.ceil(np.abs(end - start).max())) + 1
        along = np.linspace(start, end, steps + 1)
        if place == len(dots) - 1:
            along = along[::3]
        columns, rows = np.floor(along).astype(np.int64).T
        inside = (columns >= 0) & (columns < view.across) & (rows >= 0) & (rows < view.down)
        lit[rows[inside], columns[inside]] = True
    codes = encode_dots(lit)
    return {
        (int(column), int(row)): (BRAILLE[codes[row, column]], style)
        for row, column in np.argwhere(codes)
    }


def _in_reach(start: Place, end: Place, view: Viewport) -> tuple[Place, Place]:
    """Return the part of an edge that is near the view."""
    size = np.array([view.across, view.down], float)
    length = end - start
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.sort(np.stack([(-1 - start) / length, (size + 1 - start) / length]), axis=0)
    first = np.nanmax(np.append(np.where(length == 0, 0, shares[0]), 0.0))
    last = np.nanmin(np.append(np.where(length == 0, 1, shares[1]), 1.0))
    if first > last:
        return start, start
    return start + length * first, start + length * last
