"""Arrays as pictures, uint8 (H, W, 3), of any layout and range; resizing them.

No image files here; see `image_file`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.pictures.resize import View, average_area, checked_shape, resize_bilinear
from vizterm_core.pictures.smooth import enlarge

Picture = npt.NDArray[np.uint8]

CHANNELS = (1, 3, 4)
"""Channels of a picture: grey, RGB, RGB with alpha."""
BLACK = (0, 0, 0)
LONGEST_SIDE = 1 << 17
"""The most pixels along a side of an image or map: time and memory per axis grow with them."""

_LEAST_SIDE = 8
"""Pixels that pictures of another number of bands have at least along a side."""
_MOST_BANDS = 64
_CHUNK = 1 << 16
"""Values scaled at a time: working arrays of this size stay in the processor's cache."""
_ROUNDING = 2**-10
"""Distance beyond 0-1 that rounding and resizing may have carried floats."""
_LARGEST = float(np.finfo(np.float64).max)
_SQUARE_ENOUGH = 0.2
"""Deviation of a pixel from a square up to which small pictures are enlarged by whole factors."""


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """The layout of pictures in an array: which axes, and which values are black and white."""

    channels_first: bool
    """CHW rather than HWC; only with a channel axis."""
    low: float
    """The value drawn black."""
    high: float
    """The value drawn white."""

    def to_rgb(
        self, array: npt.NDArray[np.generic], background: tuple[int, int, int] = BLACK
    ) -> Picture:
        """Return one picture, (H, W), (H, W, C) or (C, H, W), as uint8 (H, W, 3).

        Alpha is laid over the background; NaN is drawn as `low`.  A picture that is uint8
        (H, W, 3) already is returned as it is.
        """
        values = array
        if values.ndim == 3 and self.channels_first:
            values = np.moveaxis(values, 0, -1)
        if values.ndim == 2:
            values = values[..., None]
        levels = self._levels(values)
        if levels.shape[-1] == 4:
            levels = _over(levels, background)
        if levels.shape[-1] == 1:
            levels = np.repeat(levels, 3, axis=-1)
        return np.ascontiguousarray(levels)

    def _levels(self, values: npt.NDArray[np.generic]) -> Picture:
        if values.dtype == np.uint8 and (self.low, self.high) == (0, 255):
            return values.astype(np.uint8, copy=False)
        levels = np.empty(values.shape, np.uint8)
        step = max(1, _CHUNK // max(1, math.prod(values.shape[1:])))
        for start in range(0, len(values), step):
            levels[start : start + step] = self._scaled(values[start : start + step])
        return levels

    def _scaled(self, values: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
        # A long double beyond a double's range becomes the end of that range.
        with np.errstate(over="ignore", invalid="ignore"):
            numbers = np.nan_to_num(values.astype(np.float64), nan=self.low)
        # Halves: the difference of two finite floats can overflow, that of their halves can't.
        above = np.clip(numbers, self.low, self.high) / 2 - self.low / 2
        span = self.high / 2 - self.low / 2
        shares = above / span if span else np.zeros_like(above)
        return np.rint(shares * 255)


def _over(levels: Picture, background: tuple[int, int, int]) -> Picture:
    """Blend (H, W, 4) over a colour; each level is rounded."""
    alpha = levels[..., 3:].astype(np.uint16)
    mixed = levels[..., :3] * alpha
    mixed += np.array(background, np.uint16) * (255 - alpha)
    mixed += 127
    mixed //= 255
    return mixed.astype(np.uint8)


def channel_axis(shape: Sequence[int]) -> int | None:
    """Return the axis of channels or bands of a picture with three axes: -1, 0, or None.

    1, 3 or 4 are channels, the last axis first; another number must be smaller than both sides.
    """
    for axis in (-1, 0):
        if shape[axis] in CHANNELS:
            return axis
    last, first = shape[-1], shape[0]
    if last <= _MOST_BANDS and _LEAST_SIDE <= min(shape[:2]) > last:
        return -1
    if first <= _MOST_BANDS and _LEAST_SIDE <= min(shape[1:]) > first:
        return 0
    return None


def picture_size(shape: Sequence[int]) -> tuple[int, int]:
    """Return (H, W) of a picture of shape (H, W), (H, W, C) or (C, H, W)."""
    if len(shape) == 3 and channel_axis(shape) == -1:
        return shape[0], shape[1]
    return shape[-2], shape[-1]


def nearly_square(pixel_aspect: float) -> bool:
    """Whether pixels with that ratio of height to width may be treated as squares."""
    return abs(pixel_aspect - 1) < _SQUARE_ENOUGH


def assumed_range(sample: npt.NDArray[np.generic]) -> tuple[float, float]:
    """Return the values to draw black and white, by dtype and extremes.

    Of one array, as `rgb.read_rgb` reads it; `value_range` has that of many pictures.
    """
    if sample.dtype == np.bool_:
        return 0.0, 1.0
    if sample.dtype == np.uint8:
        return 0.0, 255.0
    low, high = _extremes(sample)
    if sample.dtype.kind == "f" and low >= -_ROUNDING and high <= 1 + _ROUNDING:
        return 0.0, 1.0
    if low >= 0 and high <= 255:
        return 0.0, 255.0
    return low, high


def _extremes(sample: npt.NDArray[Any]) -> tuple[float, float]:
    """Return the least and the greatest finite value; 0 and 1 if there is none."""
    if sample.size:
        low, high = float(sample.min()), float(sample.max())
        if math.isfinite(low) and math.isfinite(high):
            return low, high
    finite = sample[np.isfinite(sample)]
    if not finite.size:
        return 0.0, 1.0
    # Those of long doubles may be beyond the range of doubles.
    return max(-_LARGEST, float(finite.min())), min(_LARGEST, float(finite.max()))


def resize(array: npt.ArrayLike, shape: tuple[int, int]) -> npt.NDArray[Any]:
    """Resize a map or a picture.

    Parameters
    ----------
    array : (h, w) real, or (h, w, 3) uint8
        A map, as by `resize_bilinear`: an axis that grows is interpolated between pixel centres,
        one that shrinks is averaged; NaN is missing.  Or a picture, as by `resize_area`: each
        pixel is the mean over its area, rounded.
    shape : (H, W)

    Returns
    -------
    (H, W) floating, or (H, W, 3) uint8

    Raises
    ------
    DataError
        If the array is neither.
    UsageError
        If the shape isn't two whole numbers of at least 1.

    >>> resize([[0.0, 4.0]], (1, 4)).tolist()
    [[0.0, 1.0, 3.0, 4.0]]
    """
    values = np.asarray(array)
    if values.ndim == 2:
        return resize_bilinear(values, shape)
    if values.ndim != 3 or values.shape[2] != 3 or values.dtype != np.uint8:
        raise DataError(
            f"an array {values.shape} of {values.dtype} is neither a map nor a picture",
            "give (h, w) numbers or (h, w, 3) uint8; to_rgb makes pictures of other arrays",
        )
    rows, columns = checked_shape(shape)
    return resize_area(values, rows, columns)


def resize_area(picture: Picture, rows: int, columns: int, view: View | None = None) -> Picture:
    """Shrink by averaging: every output pixel is the mean of the area it covers, rounded.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    rows, columns : int
        At least 1; beyond H and W, pixels are repeated and blended at their borders.
    view : (top, bottom, left, right), optional
        The part of the picture that is shown, in its pixels, also fractional.
    """
    if picture.shape[:2] == (rows, columns) and view is None:
        return picture
    return np.rint(average_area(picture, (rows, columns), view)).astype(np.uint8)


def fit_picture(
    picture: Picture,
    rows: int,
    columns: int,
    pixel_aspect: float = 1.0,
    *,
    smooth: bool = False,
) -> Picture:
    """Resize a picture to fit `rows` x `columns` pixels, keeping its proportions.

    Small pictures are enlarged by whole factors (their pixels stay squares), larger ones averaged.

    Parameters
    ----------
    pixel_aspect : float
        Height of a target pixel over its width.
    smooth : bool
        Enlarge smoothly instead, so that the picture fills one of the directions.
    """
    height, width = picture.shape[:2]
    if height == 0 or width == 0 or rows < 1 or columns < 1:
        return np.zeros((max(1, rows), max(1, columns), 3), np.uint8)
    scale = min(columns / width, rows * pixel_aspect / height)
    whole = nearly_square(pixel_aspect) and not smooth
    if whole and (factor := min(columns // width, rows // height)) >= 1:
        return picture.repeat(factor, axis=0).repeat(factor, axis=1)
    target_columns = max(1, min(columns, round(width * scale)))
    target_rows = max(1, min(rows, round(height * scale / pixel_aspect)))
    if smooth and target_rows >= height and target_columns >= width:
        return enlarge(picture, target_rows, target_columns)
    return resize_area(picture, target_rows, target_columns)
