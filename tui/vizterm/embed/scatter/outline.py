"""Outlines on the plot while a region is being made: a box in lines, a lasso in braille."""

from __future__ import annotations

from collections.abc import Sequence

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
    corners = np.clip(np.array([*dots, dots[0]]), -_FARTHEST, _FARTHEST)
    columns, rows = np.floor(_places(corners, view)).astype(np.int64).T
    inside = (columns >= 0) & (columns < view.across) & (rows >= 0) & (rows < view.down)
    lit = np.zeros((view.down, view.across), bool)
    lit[rows[inside], columns[inside]] = True
    codes = encode_dots(lit)
    return {
        (int(column), int(row)): (BRAILLE[codes[row, column]], style)
        for row, column in np.argwhere(codes)
    }


def _places(corners: Place, view: Viewport) -> Place:
    """Return places along a line, less than a dot apart; every third on its last edge: (m, 2)."""
    starts, ends = in_reach(corners[:-1], corners[1:], view)
    length = ends - starts
    steps = np.ceil(np.abs(length).max(axis=1)).astype(np.int64) + 1
    edge = np.repeat(np.arange(steps.size), steps + 1)
    number = np.arange(edge.size) - (np.cumsum(steps + 1) - (steps + 1))[edge]
    shown = (edge < steps.size - 1) | (number % 3 == 0)
    edge, share = edge[shown], (number / steps[edge])[shown]
    return starts[edge] + length[edge] * share[:, None]


def in_reach(starts: Place, ends: Place, view: Viewport) -> tuple[Place, Place]:
    """Return the parts of edges that are near the view; of others, their start alone."""
    size = np.array([view.across, view.down], float)
    length = ends - starts
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.sort([(-1 - starts) / length, (size + 1 - starts) / length], axis=0)
    still = length == 0
    first = np.maximum(np.where(still, 0, shares[0]).max(axis=1), 0)
    last = np.minimum(np.where(still, 1, shares[1]).min(axis=1), 1)
    missed = first > last
    first[missed] = last[missed] = 0
    return starts + length * first[:, None], starts + length * last[:, None]
