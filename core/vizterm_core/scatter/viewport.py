"""The part of the data plane that is on screen: the mapping between data, dots and cells.

A terminal cell holds 2 x 4 braille *dots*.  Dots are counted from the top left corner of the plot:
column to the right, row downwards; data y points upwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

DOTS_ACROSS = 2
"""Braille dots in a cell, horizontally."""
DOTS_DOWN = 4
"""Braille dots in a cell, vertically."""

MARGIN = 0.03
"""Of the data's width and height, what views that people look at leave free on each side: points
on the very edge are hard to see, and none is cut by it."""
FARTHEST = 1e140
"""Values beyond this are taken like those that aren't finite: their differences would overflow."""
_FILL = 1 - 1e-9
"""Keeps the greatest coordinate of a fitted extent inside the last dot."""
_MIN_ZOOM = 0.25
_MAX_ZOOM = 1e12

FloatArray = npt.NDArray[np.floating]
IntArray = npt.NDArray[np.int64]


class Extent(NamedTuple):
    """An axis-aligned box in data units."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def width(self) -> float:
        """Length in x."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Length in y."""
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Viewport:
    """A rectangle of the data plane, shown on `columns` x `rows` terminal cells.

    A point (x, y) lies in dot ``floor((x - left) * x_scale), floor((top - y) * y_scale)``.
    """

    left: float
    """Data x at the left edge of the plot."""
    top: float
    """Data y at the top edge of the plot."""
    x_scale: float
    """Dots per data unit across."""
    y_scale: float
    """Dots per data unit down."""
    columns: int
    """Width in terminal cells."""
    rows: int
    """Height in terminal cells."""
    fineness: int = 1
    """Dots of this view in a braille dot, each way: more than 1 where pixels are drawn."""

    @classmethod
    def fit(
        cls,
        extent: Extent,
        columns: int,
        rows: int,
        *,
        cell_aspect: float | None = 2.0,
        margin: float = 0.0,
    ) -> Viewport:
        """Return a view of all of `extent`, centred.

        Parameters
        ----------
        extent : Extent
            The data's bounding box; a side of zero length is treated as one dot wide.
        columns, rows : int
            The plot's size in cells; less than 1 is treated as 1.
        cell_aspect : float or None
            Height of a terminal cell over its width.  The scales are chosen so that a data unit
            is as long across as down; None stretches both axes to fill the plot.
        margin : float
            Part of the extent's width and height that is left free on each side.
        """
        columns, rows = max(1, columns), max(1, rows)
        across, down = columns * DOTS_ACROSS, rows * DOTS_DOWN
        # Halves first: the difference of two finite floats can overflow, that of halves can't.
        width = min(2 * (extent.right / 2 - extent.left / 2), 1e300)
        height = min(2 * (extent.top / 2 - extent.bottom / 2), 1e300)
        fill = _FILL / (1 + 2 * margin)
        x_scale = across * fill / width if width > across * 1e-300 else math.inf
        y_scale = down * fill / height if height > down * 1e-300 else math.inf
        if cell_aspect is not None:
            # Square data units: x_scale * dot width == y_scale * dot height.
            ratio = cell_aspect * DOTS_ACROSS / DOTS_DOWN
            x_scale, y_scale = min(x_scale, y_scale * ratio), min(y_scale, x_scale / ratio)
        ratio = 1.0 if cell_aspect is None else cell_aspect * DOTS_ACROSS / DOTS_DOWN
        if math.isinf(x_scale):
            y_scale = 1.0 if math.isinf(y_scale) else y_scale
            x_scale = y_scale * ratio
        if math.isinf(y_scale):
            y_scale = x_scale / ratio
        left = extent.left / 2 + extent.right / 2 - across / (2 * x_scale)
        top = extent.top / 2 + extent.bottom / 2 + down / (2 * y_scale)
        # Along the axis that fills the plot, start exactly at the edge: no point is rounded out.
        if width * x_scale > across - 0.5:
            left = extent.left
        if height * y_scale > down - 0.5:
            top = extent.top
        return cls(left, top, x_scale, y_scale, columns, rows)

    def padded(self, columns: int, rows: int) -> Viewport:
        """Return the view with more cells on each side."""
        return replace(
            self,
            left=self.left - columns * DOTS_ACROSS / self.x_scale,
            top=self.top + rows * DOTS_DOWN / self.y_scale,
            columns=self.columns + 2 * columns,
            rows=self.rows + 2 * rows,
        )

    def finer(self, factor: int) -> Viewport:
        """Return the same view with each dot divided into `factor` x `factor`.

        Its cells are as many times smaller: it has more `columns` and `rows`.
        """
        return replace(
            self,
            x_scale=self.x_scale * factor,
            y_scale=self.y_scale * factor,
            columns=self.columns * factor,
            rows=self.rows * factor,
            fineness=self.fineness * factor,
        )

    @property
    def across(self) -> int:
        """Width in dots."""
        return self.columns * DOTS_ACROSS

    @property
    def down(self) -> int:
        """Height in dots."""
        return self.rows * DOTS_DOWN

    @property
    def extent(self) -> Extent:
        """The data box that is shown."""
        return Extent(
            self.left,
            self.left + self.across / self.x_scale,
            self.top - self.down / self.y_scale,
            self.top,
        )

    def dot_of(self, x: float, y: float) -> tuple[int, int]:
        """Return the (column, row) of the dot in which a point lies; may be outside the plot."""
        return (
            math.floor((x - self.left) * self.x_scale),
            math.floor((self.top - y) * self.y_scale),
        )

    def dots_of(self, x: FloatArray, y: FloatArray) -> tuple[IntArray, IntArray]:
        """Return `dot_of` for arrays, computed in float64 and clamped to +-2**40."""
        limit = float(2**40)
        columns = np.floor((x.astype(np.float64) - self.left) * self.x_scale)
        rows = np.floor((self.top - y.astype(np.float64)) * self.y_scale)
        return (
            np.clip(columns, -limit, limit).astype(np.int64),
            np.clip(rows, -limit, limit).astype(np.int64),
        )

    def data_at(self, column: float, row: float) -> tuple[float, float]:
        """Return the data coordinates at a (fractional) dot position."""
        return self.left + column / self.x_scale, self.top - row / self.y_scale

    def contains_dot(self, column: int, row: int) -> bool:
        """Whether a dot is on screen."""
        return 0 <= column < self.across and 0 <= row < self.down

    def panned(self, columns: float, rows: float) -> Viewport:
        """Return the view moved by dots to the right and down."""
        return replace(
            self,
            left=self.left + columns / self.x_scale,
            top=self.top - rows / self.y_scale,
        )

    def zoomed(self, factor: float, column: float, row: float) -> Viewport:
        """Return the view magnified by `factor`; the data at dot (column, row) don't move."""
        x, y = self.data_at(column, row)
        x_scale, y_scale = self.x_scale * factor, self.y_scale * factor
        return replace(
            self,
            left=x - column / x_scale,
            top=y + row / y_scale,
            x_scale=x_scale,
            y_scale=y_scale,
        )

    def resized(self, columns: int, rows: int) -> Viewport:
        """Return a view with the same scale and centre in a plot of another size."""
        columns, rows = max(1, columns), max(1, rows)
        moved = self.panned(
            (self.columns - columns) * DOTS_ACROSS / 2, (self.rows - rows) * DOTS_DOWN / 2
        )
        return replace(moved, columns=columns, rows=rows)

    def limited_zoom(self, factor: float, fitted: Viewport) -> float:
        """Return the part of a zoom factor that is allowed, given the view that shows everything.

        Zooming stops at a quarter of the fitted size, and where float64 coordinates couldn't tell
        neighbouring dots apart.
        """
        magnitude = max(abs(self.left), abs(self.top), 1e-290)
        finest = 1 / (magnitude * float(np.finfo(np.float64).eps) * 16)
        finest *= min(1.0, self.x_scale / self.y_scale)
        largest = min(fitted.x_scale * _MAX_ZOOM, max(finest, fitted.x_scale))
        wanted = min(max(self.x_scale * factor, fitted.x_scale * _MIN_ZOOM), largest)
        return wanted / self.x_scale
