"""Resizing: bilinear where an axis grows, area means where it shrinks; in full or in view.

Positions are those of pixel areas: pixel k covers [k, k + 1), its centre is at k + 1/2.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError, UsageError
from vizterm_core.pictures.axes import (
    Bands,
    Floats,
    Lines,
    apply_bands,
    area_bands,
    display_bands,
    neighbours,
)

View = tuple[float, float, float, float]
"""Top, bottom, left, right in pixels."""

_CHUNK = 1 << 16
"""Pixels interpolated at a time: working arrays of this size stay in the processor's cache."""
_PRESENT_ENOUGH = 0.5 - 1e-6
"""The share of a pixel's weight that must not be missing; half, but for rounding."""
_VIEW_SLACK = 1e-6
"""Pixels by which rounding may carry a view beyond the picture."""
_SMALLEST_PIXEL = 1e-6
"""In pixels; a mean over a smaller area would be lost in rounding."""


def resize_bilinear(
    values: npt.ArrayLike,
    shape: tuple[int, int],
    *,
    view: View | None = None,
    display: tuple[int, int] | None = None,
) -> Floats:
    """Resize a map, or return what a display shows of the resized map.

    An axis that grows is interpolated linearly between pixel centres, and constant beyond the
    outermost ones: `cv2.resize(..., INTER_LINEAR)`, torch's `interpolate(mode="bilinear",
    align_corners=False)`. An axis that shrinks is averaged over the area of each pixel.

    Parameters
    ----------
    values : (h, w) real
        NaN and infinities are missing.  A pixel is the weighted mean of the finite values, NaN
        where they have less than half of its weight.
    shape : (H, W)
    view : (top, bottom, left, right), optional
        The part of the resized map that the display shows, in its pixels, also fractional.
    display : (rows, columns), optional
        Display pixels; each is the mean of the resized map over its area.  No array of the size
        of `shape` is built.

    Returns
    -------
    shape, or display
        float32 for float32, float16, bool and integers of up to 16 bits, else float64.

    Raises
    ------
    UsageError
        For a shape, view or display that makes no sense.
    DataError
        If the values aren't a 2-D map of real numbers with at least one pixel.

    >>> resize_bilinear([[0, 4]], (1, 4)).tolist()
    [[0.0, 1.0, 3.0, 4.0]]
    >>> resize_bilinear([[0, 4, 5, 7]], (2, 2)).tolist()
    [[2.0, 6.0], [2.0, 6.0]]
    """
    height, width = checked_shape(shape)
    array = shrink(values, (height, width))
    if view is None and display is None:
        return sample_bilinear(array, (height, width))
    if display is None:
        raise UsageError("a view without a display", "say how many rows and columns show it")
    rows, columns = checked_shape(display)
    top, bottom, left, right = checked_view(view, (height, width), (rows, columns))
    down = display_bands(rows, height, array.shape[0], top, bottom, array.dtype)
    across = display_bands(columns, width, array.shape[1], left, right, array.dtype)
    return _means_over_present(lambda numbers: _means(down, across, numbers), array)


def shrink(values: npt.ArrayLike, shape: tuple[int, int]) -> Floats:
    """Do as `resize_bilinear` to the axes that shrink; the others keep their length."""
    array = _as_map(values)
    height, width = (min(sides) for sides in zip(array.shape, shape, strict=True))
    if array.shape == (height, width):
        return array
    down, across = (
        area_bands(outputs, length, 0.0, float(length), array.dtype)
        for outputs, length in zip((height, width), array.shape, strict=True)
    )
    return _means_over_present(lambda numbers: _means(down, across, numbers), array)


def sample_bilinear(
    values: npt.ArrayLike,
    shape: tuple[int, int],
    rows: Lines | None = None,
    columns: Lines | None = None,
) -> Floats:
    """Return some rows and columns of `resize_bilinear(values, shape)`, to the last bit.

    Parameters
    ----------
    values : (h, w) real
        No larger than `shape` along either axis; see `shrink`.
    shape : (H, W)
    rows, columns : (n,) and (m,), optional
        All of them by default.

    Returns
    -------
    (n, m), dtype as for `resize_bilinear`
    """
    array = _as_map(values)
    down = neighbours(shape[0], array.shape[0], array.dtype)
    along = neighbours(shape[1], array.shape[1], array.dtype)

    def interpolate(numbers: Floats) -> Floats:
        # Columns first: most of the work is then on whole rows.
        return _between(_between(numbers.T, *along, columns).T, *down, rows)

    return _over_present(interpolate, array)


def extreme_lines(outputs: int, length: int) -> Lines:
    """Return rows (or columns) of a resized axis that include its extremes.

    Between neighbouring centres an interpolated map is greatest at one end and least at the other,
    so that the first and the last line between them suffice.
    """
    if length >= outputs:
        return np.arange(outputs)
    low = neighbours(outputs, length, np.dtype(np.float64))[0]
    last = np.flatnonzero(np.diff(low))
    return np.unique(np.concatenate([[0], last, last + 1, [outputs - 1]]))


def average_area(
    array: npt.NDArray[Any], shape: tuple[int, int], view: View | None = None
) -> npt.NDArray[np.float64]:
    """Return the mean of an array over the area of each pixel of a display.

    Parameters
    ----------
    array : (H, W) or (H, W, C) real
        Each pixel has one value over its whole area, so that a close view repeats it.  NaN spreads.
    shape : (rows, columns)
    view : (top, bottom, left, right), optional
        The part of the array that is shown; all of it by default.

    Returns
    -------
    (rows, columns) or (rows, columns, C)
    """
    rows, columns = checked_shape(shape)
    height, width = array.shape[:2]
    if array.size == 0:
        raise DataError(f"a picture {array.shape} has no pixel", "give at least one")
    top, bottom, left, right = checked_view(view, (height, width), (rows, columns))
    above, before = math.floor(top), math.floor(left)
    part = array[above : math.ceil(bottom), before : math.ceil(right)]
    dtype = np.dtype(np.float64)
    down = area_bands(rows, height, top, bottom, dtype)
    across = area_bands(columns, width, left, right, dtype)
    averaged = apply_bands(down, part, above)
    return np.ascontiguousarray(apply_bands(across, averaged.swapaxes(0, 1), before).swapaxes(0, 1))


def checked_shape(shape: tuple[int, int]) -> tuple[int, int]:
    """Return (rows, columns) if they are two whole numbers of at least 1.

    Raises
    ------
    UsageError
    """
    try:
        rows, columns = (operator.index(side) for side in shape)
    except (TypeError, ValueError):
        raise UsageError(
            f"shape {shape!r} isn't rows and columns", "give two whole numbers"
        ) from None
    if rows < 1 or columns < 1:
        raise UsageError(f"shape {rows}x{columns} has no pixel", "give at least 1x1")
    return rows, columns


def checked_view(view: View | None, size: tuple[int, int], display: tuple[int, int]) -> View:
    """Return the view, or the whole of a picture of that (height, width), clipped to it.

    Raises
    ------
    UsageError
        If it reaches beyond the picture, or is too small for the display's pixels.
    """
    height, width = size
    if view is None:
        return 0.0, float(height), 0.0, float(width)
    try:
        top, bottom, left, right = (float(edge) for edge in view)
    except (TypeError, ValueError):
        raise UsageError(f"view {view!r} can't be read", "give top, bottom, left, right") from None
    limits = ((top, bottom, height, display[0]), (left, right, width, display[1]))
    for start, stop, length, pixels in limits:
        inside = start >= -_VIEW_SLACK and stop <= length + _VIEW_SLACK
        if not (inside and stop - start >= _SMALLEST_PIXEL * pixels):
            raise UsageError(
                f"view {top:g}-{bottom:g}, {left:g}-{right:g} isn't a part of {height}x{width}",
                "give top < bottom and left < right, within it",
            )
    return max(top, 0.0), min(bottom, float(height)), max(left, 0.0), min(right, float(width))


def _as_map(values: npt.ArrayLike) -> Floats:
    """Return native floats, with NaN for values that aren't finite."""
    array = np.asarray(values)
    if array.ndim != 2 or array.dtype.kind not in "biuf":
        raise DataError(
            f"an array {array.shape} of {array.dtype} isn't a map", "give real numbers of (h, w)"
        )
    if array.size == 0:
        raise DataError(f"a map {array.shape} has no pixel", "give at least one")
    wide = array.dtype.itemsize > 4 or (array.dtype.kind in "iu" and array.dtype.itemsize > 2)
    floats: Floats = array.astype(np.float64 if wide else np.float32, copy=False)
    finite = np.isfinite(floats)
    return floats if finite.all() else np.where(finite, floats, floats.dtype.type(np.nan))


def _means_over_present(linear: Callable[[Floats], Floats], array: Floats) -> Floats:
    """Do as `_over_present`, within the map's extremes: the mean of equal values is that value."""
    means = _over_present(linear, array)
    least, greatest = np.fmin.reduce(array, axis=None), np.fmax.reduce(array, axis=None)
    return np.clip(means, least, greatest, out=means)


def _over_present(linear: Callable[[Floats], Floats], array: Floats) -> Floats:
    """Apply a linear function to a map with missing values: sums over their share of the weight."""
    with np.errstate(over="ignore", invalid="ignore"):
        result = linear(array)
        if np.isfinite(result).all():
            return result
        present = np.isfinite(array)
        if present.all():
            return result
        sums = linear(np.where(present, array, array.dtype.type(0)))
        weights = linear(present.astype(array.dtype))
        means = np.full_like(sums, np.nan)
        np.divide(sums, weights, out=means, where=weights >= _PRESENT_ENOUGH)
    return means


def _between(array: Floats, low: Lines, high: Lines, share: Floats, chosen: Lines | None) -> Floats:
    """Interpolate rows between their neighbours; only the chosen ones, if given."""
    if chosen is not None:
        low, high, share = low[chosen], high[chosen], share[chosen]
    elif len(low) == len(array):
        return array
    result = np.empty((len(low), array.shape[1]), array.dtype)
    step = max(1, _CHUNK // array.shape[1])
    for start in range(0, len(low), step):
        part = slice(start, start + step)
        lower = array[low[part]]
        # In this form two equal neighbours give their value, and the result is monotonic.
        rise = array[high[part]]
        rise -= lower
        rise *= share[part, None]
        np.add(lower, rise, out=result[part])
    return result


def _means(down: Bands, across: Bands, array: Floats) -> Floats:
    """Apply both axes' operators, only to rows with a weight."""
    first, last = down[0].first, down[-1].first + down[-1].weights.shape[1]
    return apply_bands(down, apply_bands(across, array[first:last].T).T, first)
