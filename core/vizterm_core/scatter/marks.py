"""Marks that grow: the fewer points are in view, the larger each is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.frame import EMPTY, CellCounts, Frame, encode_counts
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.integer]

MOST_MARKED = 8_000
"""Points in view beyond which marks never grow."""
_FREE_FOR_DISC = 60
"""Cells of the plot for each point in view from which on a point is a whole character."""
_FREE_FOR_MARK = 1.5
"""Cells for each point from which on it is drawn larger than a dot."""


@dataclass(frozen=True, slots=True)
class PointsInView:
    """The visible points of a view, one by one."""

    columns: Floats
    """(n,) fractional dot positions from the left edge."""
    rows: Floats
    """(n,) fractional dot positions from the upper edge."""
    labels: Labels
    """(n,)"""
    points: npt.NDArray[np.int64]
    """(n,) indices in the data."""

    def __len__(self) -> int:
        return int(self.labels.size)


def mark_size(shown: int, cells: int) -> int:
    """Return how large marks are: 0 a dot, 1 a small square, 2 a whole character.

    Parameters
    ----------
    shown : int
        Visible points in the view.
    cells : int
        Cells of the plot.
    """
    free = cells / max(1, shown)
    if free >= _FREE_FOR_DISC:
        return 2
    return int(free >= _FREE_FOR_MARK and shown <= MOST_MARKED)


def mark_owners(
    points: PointsInView,
    viewport: Viewport,
    rarity: npt.NDArray[np.int64],
    size: tuple[int, int],
    canvas: tuple[int, int] = (DOTS_DOWN, DOTS_ACROSS),
) -> npt.NDArray[np.int32]:
    """Return whose mark covers each pixel of a canvas, rarer labels on top.

    A mark is as near to its point as whole pixels allow; of one that reaches beyond the edge, the
    part inside is drawn.

    Parameters
    ----------
    points : PointsInView
    viewport : Viewport
    rarity : (labels,) int64
        The rarest label has the lowest rank.
    size : (down, across)
        Of a mark, in pixels.
    canvas : (down, across)
        Pixels of a cell.

    Returns
    -------
    (rows * down, columns * across) int32
        A label, or `EMPTY`.
    """
    down, across = canvas
    height, width = viewport.rows * down, viewport.columns * across
    owners = np.full(height * width + 1, EMPTY, np.int32)
    on_top_last = np.argsort(-rarity[points.labels], kind="stable")
    labels = points.labels[on_top_last].astype(np.int32)
    left = points.columns[on_top_last] * (across / DOTS_ACROSS) - (size[1] - 1) / 2
    top = points.rows[on_top_last] * (down / DOTS_DOWN) - (size[0] - 1) / 2
    columns = np.floor(left).astype(np.int64)[:, None, None] + np.arange(size[1])
    rows = np.floor(top).astype(np.int64)[:, None, None] + np.arange(size[0])[:, None]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    # Mark by mark: of two at the same pixel the later one stays.
    pixels = np.where(inside, rows * width + columns, height * width)
    owners[pixels] = labels[:, None, None]
    return owners[:-1].reshape(height, width)


def enlarged(
    frame: Frame,
    points: PointsInView,
    viewport: Viewport,
    rarity: npt.NDArray[np.int64],
    *,
    quarters: bool = False,
) -> Frame:
    """Return a frame whose points are squares of 2 x 2 dots.

    Parameters
    ----------
    frame : Frame
    points : PointsInView
        The points that it shows.
    viewport : Viewport
    rarity : (labels,) int64
    quarters : bool
        Let each square be two quarters of cells, rather than any dots.
    """
    if quarters:
        owners = mark_owners(points, viewport, rarity, (1, 2), (2, 2)).repeat(2, axis=0)
    else:
        owners = mark_owners(points, viewport, rarity, (2, 2))
    rows, columns = frame.codes.shape
    parts = owners.reshape(rows, DOTS_DOWN, columns, DOTS_ACROSS).swapaxes(1, 2)
    by_cell = parts.reshape(rows * columns, DOTS_DOWN * DOTS_ACROSS)
    cells, places = np.nonzero(by_cell != EMPTY)
    known = max(1, rarity.size)
    keys, counts = np.unique(cells * known + by_cell[cells, places], return_counts=True)
    pairs = CellCounts(*np.divmod(keys, known), counts)
    labels = np.full(rows * columns, EMPTY, np.int32)
    order = np.lexsort((-rarity[pairs.labels], pairs.counts, pairs.cells))
    labels[pairs.cells[order]] = pairs.labels[order]
    dots = (owners != EMPTY).astype(np.int64)
    return replace(
        frame,
        codes=encode_counts(dots),
        labels=labels.reshape(rows, columns),
        dots=dots,
        counts=pairs,
    )
