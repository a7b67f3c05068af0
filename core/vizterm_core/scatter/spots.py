"""Spots of selected points in a plot of pixels: the fewer there are, the larger each is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm_core.colour.oklab import to_rgb8
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.shade import Inks, Rgb, shade_dots
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN

_SHARE = 0.05
"""Share of the plot that all spots cover, unless they would become too large or but a pixel."""
_LARGEST = 0.6
"""Radius in widths of a cell."""
_RIMMED = 1.5
"""Radius in pixels from which on a spot has a rim of the background's colour."""
_RIM = 1.2


def spot_radius(lit: int, across: int, down: int, fineness: int) -> float:
    """Return the radius of each spot, in pixels.

    Parameters
    ----------
    lit : int
        Pixels with selected points.
    across, down : int
        Pixels of the plot.
    fineness : int
        Pixels of a braille dot, each way.
    """
    radius = (_SHARE * across * down / (np.pi * max(1, lit))) ** 0.5
    return float(min(radius, _LARGEST * DOTS_ACROSS * fineness))


def with_spots(
    picture: Rgb, selected: Frame, inks: Inks, fineness: int, highlight: int | None = None
) -> Rgb:
    """Return a picture with a spot at each pixel that has a selected point.

    Parameters
    ----------
    picture : (down, across, 3) uint8
        Of the other points.
    selected : Frame
        Of the selected points alone, whose dots are these pixels.
    inks : Inks
        Theirs.
    fineness : int
        Pixels of a braille dot, each way.
    highlight : int, optional
        A label whose spots lie on top of the others.
    """
    down, across = picture.shape[:2]
    lit = np.flatnonzero(selected.dots)
    painted = picture.copy().reshape(-1, 3)
    if not lit.size:
        return painted.reshape(picture.shape)
    per_cell = DOTS_ACROSS * DOTS_DOWN * fineness**2
    colours = shade_dots(selected, inks, None, per_cell).reshape(-1, 3)[lit]
    rows, columns = np.divmod(lit, across)
    radius = spot_radius(lit.size, across, down, fineness)
    first = np.ones(lit.size, bool)
    if highlight is not None:
        first = selected.labels[rows // DOTS_DOWN, columns // DOTS_ACROSS] != highlight
    for some in (first, ~first):
        y, x, their = rows[some], columns[some], colours[some]
        for row, column in _disc(radius + _RIM) if radius >= _RIMMED else ():
            places, _ = _inside(y + row, x + column, down, across)
            painted[places] = to_rgb8(inks.paper)
        for row, column in _disc(radius):
            places, there = _inside(y + row, x + column, down, across)
            painted[places] = their[there]
    return painted.reshape(picture.shape)


def _disc(radius: float) -> npt.NDArray[np.int64]:
    """Return the pixels of a disc as (row, column) from its middle, the farthest first: (k, 2)."""
    reach = int(radius)
    offsets = np.argwhere(np.ones((2 * reach + 1, 2 * reach + 1), bool)) - reach
    far = np.hypot(*offsets.T)
    order = np.argsort(-far, kind="stable")
    return offsets[order[far[order] <= radius]] if reach else np.zeros((1, 2), np.int64)


def _inside(
    rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64], down: int, across: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return the pixels that are in the picture, and which of them those are."""
    there = (rows >= 0) & (rows < down) & (columns >= 0) & (columns < across)
    return (rows * across + columns)[there], there
