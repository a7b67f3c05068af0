"""Which points' pictures stand on the map, and where: near the cursor first, never overlapping."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.viewport import FloatArray, IntArray

GAP = 3
"""Pixels between two pictures at least."""
_STEADY = 4
"""Sides of a picture by which those of the frame before count as nearer to the cursor."""
_AT_A_TIME = 256
"""Points that are tried at once: of these the first that has room is taken."""


def place_thumbnails(
    columns: FloatArray,
    rows: FloatArray,
    side: int,
    area: tuple[int, int],
    *,
    most: int,
    first: int | tuple[float, float] | None = None,
    before: npt.ArrayLike = (),
    ahead: npt.ArrayLike = (),
    gap: int = GAP,
) -> tuple[IntArray, IntArray]:
    """Return the points whose pictures have room, and where these go.

    A picture is centred on its point, but kept inside the area.  Points choose in turn, the one
    nearest to the cursor first.  A picture of the frame before is replaced only by the cursor's
    own, or where `most` is reached by one that is much nearer: pictures don't change places with
    each step of the cursor.

    Parameters
    ----------
    columns, rows : (m,) floating
        The points' positions in pixels; those outside the area, or NaN, have no picture.
    side : int
        Width and height of a picture in pixels, with its frame.
    area : (int, int)
        Width and height of the map in pixels.
    most : int
        Pictures at most.
    first : int or (float, float), optional
        The cursor: the number of its point, which then chooses before all others, or a position
        (column, row); by default the middle.
    before : (b,) int, optional
        The points whose pictures stood in the frame before.
    ahead : (h,) int, optional
        Points that choose before the others, but for the cursor's.
    gap : int
        Pixels between two pictures at least.

    Returns
    -------
    indices : (k,) int64
        The points with a picture, in the order in which they chose.
    corners : (k, 2) int64
        Column and row of the top left pixel of each.
    """
    width, height = area
    none = np.zeros(0, np.int64), np.zeros((0, 2), np.int64)
    if most < 1 or side < 1 or side > min(width, height):
        return none
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    points = np.flatnonzero(inside)
    points = points[np.argsort(_turns(columns, rows, points, side, area, first, before, ahead))]
    corners = np.stack([columns[points], rows[points]], axis=1) - side / 2
    corners = np.floor(corners + 0.5).astype(np.int64)
    np.clip(corners, 0, (width - side, height - side), out=corners)
    chosen = _with_room(corners, side + gap, (width - side + 1, height - side + 1), most)
    return points[chosen], corners[chosen]


def _turns(
    columns: FloatArray,
    rows: FloatArray,
    points: IntArray,
    side: int,
    area: tuple[int, int],
    first: int | tuple[float, float] | None,
    before: npt.ArrayLike,
    ahead: npt.ArrayLike,
) -> FloatArray:
    """Return (k,) for each point the turn in which it chooses: its distance from the cursor."""
    x, y = columns[points].astype(np.float64), rows[points].astype(np.float64)
    if first is None:
        at = area[0] / 2, area[1] / 2
    elif isinstance(first, tuple):
        at = first
    else:
        at = float(columns[first]), float(rows[first])
    # Points in one place choose in their order: the sort isn't stable, so this is told.
    turns = np.hypot(x - at[0], y - at[1]) + np.arange(len(points)) * 1e-9
    stood = np.zeros(len(columns), bool)
    stood[np.asarray(before, np.int64)] = True
    turns[stood[points]] -= _STEADY * side
    sooner = np.zeros(len(columns), bool)
    sooner[np.asarray(ahead, np.int64)] = True
    turns[sooner[points]] -= 2 * (area[0] + area[1]) + _STEADY * side
    if isinstance(first, (int, np.integer)):
        turns[points == first] = -np.inf
    return turns


def _with_room(corners: IntArray, apart: int, corner_area: tuple[int, int], most: int) -> IntArray:
    """Return which pictures, each in its turn, are `apart` from all that were placed before."""
    blocked = np.zeros(corner_area[::-1], bool)
    columns, rows = corners.T
    chosen: list[int] = []
    start = 0
    while start < len(corners) and len(chosen) < most:
        stop = start + _AT_A_TIME
        free = ~blocked[rows[start:stop], columns[start:stop]]
        found = int(free.argmax())
        if not free[found]:
            start = stop
            continue
        start += found
        chosen.append(start)
        column, row = int(columns[start]), int(rows[start])
        top, left = max(0, row - apart + 1), max(0, column - apart + 1)
        blocked[top : row + apart, left : column + apart] = True
        start += 1
    return np.array(chosen, np.int64)
