"""A uniform grid over the data.

Grid rows are counted from the top, as on screen; points outside the grid's box belong to the
nearest border cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.viewport import Extent, FloatArray

Codes = npt.NDArray[np.unsignedinteger]
"""(n,) the label of each point, as a small whole number."""

CHUNK = 1 << 17
"""Points handled at a time: the working arrays of one chunk stay in the processor's cache."""

_FLOAT32_SCALES = (1e-30, 1e30)
_SAMPLE = 100_000
_TAIL = 0.001
"""Share of the points, on each side, that may be outside a box placed on quantiles."""
_BULK_TAIL = 0.02
_FEWEST_FOR_GRID = 1000
_FEWEST_FOR_BULK = 20
_OUTLIER_STRETCH = 4.0
"""Ratio of extent to quantile box from which the grid leaves outliers out."""


def count_codes(codes: npt.NDArray[np.integer], count: int) -> npt.NDArray[np.int64]:
    """Count each of 0 .. count - 1, without a wider copy of all codes: (count,) int64."""
    counts = np.zeros(count, np.int64)
    step = max(CHUNK, count)
    for start in range(0, codes.size, step):
        counts += np.bincount(codes[start : start + step], minlength=count)
    return counts


@dataclass(frozen=True, slots=True)
class Grid:
    """`size` x `size` cells over `box`."""

    box: Extent
    size: int

    @property
    def x_scale(self) -> float:
        """Grid cells per data unit, across."""
        return _cells_per_unit(self.size, self.box.width)

    @property
    def y_scale(self) -> float:
        """Grid cells per data unit, down."""
        return _cells_per_unit(self.size, self.box.height)

    def columns_of(self, x: FloatArray) -> npt.NDArray[np.int32]:
        """Return the grid columns of data x, clamped to the grid; monotonic in x."""
        return self._cells(x, self.box.left, self.x_scale)

    def rows_of(self, y: FloatArray) -> npt.NDArray[np.int32]:
        """Return the grid rows of data y, clamped to the grid; monotonic in -y."""
        return self._cells(y, self.box.top, -self.y_scale)

    def contains(self, x: FloatArray, y: FloatArray) -> npt.NDArray[np.bool_]:
        """Return (n,) bool: whether each point is in the box, edges included."""
        box = self.box
        inside = (x >= box.left) & (x <= box.right)
        inside &= y >= box.bottom
        inside &= y <= box.top
        return inside

    def _cells(self, values: FloatArray, edge: float, scale: float) -> npt.NDArray[np.int32]:
        # The dtype of the data is faster; extreme ranges would overflow float32.
        low, high = _FLOAT32_SCALES
        dtype = values.dtype if low < abs(scale) < high else np.dtype(np.float64)
        cells: FloatArray = np.subtract(values, dtype.type(edge), dtype=dtype)
        cells *= dtype.type(scale)
        # Rounding can reach `size`: clamp.
        np.clip(cells, 0, self.size - 1, out=cells)
        return cells.astype(np.int32)

    def keys(self, x: FloatArray, y: FloatArray) -> npt.NDArray[np.int64]:
        """Return cell numbers, row-major: (n,) int64."""
        keys = self.rows_of(y).astype(np.int64)
        keys *= self.size
        keys += self.columns_of(x)
        return keys


def _cells_per_unit(size: int, length: float) -> float:
    return min(size * (1 - 1e-7) / length, 1e300) if length > 0 else 0.0


def data_extent(x: FloatArray, y: FloatArray) -> Extent:
    """Return the bounding box of finite points; without points, the unit box around zero."""
    if x.size == 0:
        return Extent(-0.5, 0.5, -0.5, 0.5)
    return Extent(float(x.min()), float(x.max()), float(y.min()), float(y.max()))


def grid_box(x: FloatArray, y: FloatArray, extent: Extent) -> Extent:
    """Return the box for a grid: the whole extent, or the quantiles if outliers stretch that.

    Otherwise a single outlier would push all other points into a few grid cells.
    """
    return extent if x.size < _FEWEST_FOR_GRID else _without_tails(x, y, extent, _TAIL)


def bulk_box(x: FloatArray, y: FloatArray, extent: Extent) -> Extent:
    """Return the box of the bulk of the points; `extent` if no outliers stretch that.

    The bulk reaches as far as there are points: only what lies more than half its size away from
    its quantiles is outside.
    """
    if x.size < _FEWEST_FOR_BULK:
        return extent
    box = _without_tails(x, y, extent, _BULK_TAIL)
    left, right = (box.left, box.right) if box[:2] == extent[:2] else _reach(x, box.left, box.right)
    bottom, top = (box.bottom, box.top) if box[2:] == extent[2:] else _reach(y, box.bottom, box.top)
    return Extent(left, right, bottom, top)


def _reach(values: FloatArray, low: float, high: float) -> tuple[float, float]:
    """Return the least and the greatest value that are near a range."""
    far = (high - low) / 2
    least, greatest = high, low
    for start in range(0, values.size, CHUNK):
        part = values[start : start + CHUNK]
        near = part[(part >= low - far) & (part <= high + far)]
        if near.size:
            least, greatest = min(least, float(near.min())), max(greatest, float(near.max()))
    return least, greatest


def _without_tails(x: FloatArray, y: FloatArray, extent: Extent, tail: float) -> Extent:
    step = max(1, x.size // _SAMPLE)
    left, right = _robust(x[::step], extent.left, extent.right, tail)
    bottom, top = _robust(y[::step], extent.bottom, extent.top, tail)
    return Extent(left, right, bottom, top)


def _robust(sample: FloatArray, low: float, high: float, tail: float) -> tuple[float, float]:
    # Values that occur: interpolated quantiles would be moved by a single outlier.
    quantiles = np.quantile(sample, (tail, 1 - tail), method="nearest")
    inner_low, inner_high = (float(quantile) for quantile in quantiles)
    margin = (inner_high - inner_low) / 4
    inner_low, inner_high = max(low, inner_low - margin), min(high, inner_high + margin)
    if inner_high <= inner_low or high - low < _OUTLIER_STRETCH * (inner_high - inner_low):
        return low, high
    return inner_low, inner_high
