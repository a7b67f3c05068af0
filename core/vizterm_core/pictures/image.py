"""Arrays as pictures: any layout and range -> uint8 (H, W, 3), and resizing.

Deliberately no image files here; see `load`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.pictures.resize import View, average_area

Picture = npt.NDArray[np.uint8]

CHANNELS = (1, 3, 4)
"""Of a picture: grey, RGB, RGB with alpha."""
BLACK = (0, 0, 0)
LONGEST_SIDE = 1 << 17
"""Pixels of a side, of an image or a map: work and memory of each axis grow with them."""

_CHUNK = 1 << 16
"""Values scaled at a time: working arrays of this size stay in the processor's cache."""
_ROUNDING = 2**-10
"""How far beyond 0-1 rounding and resizing may have carried floats."""
_SQUARE_ENOUGH = 0.2
"""Deviation of a pixel's shape from a square that small pictures put up with, to stay whole."""


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """How an array holds pictures: which axes, and which values are black and white."""

    channels_first: bool
    """CHW rather than HWC; only with a channel axis."""
    low: float
    """The value drawn black."""
    high: float
    """The value drawn white."""

    def to_rgb(
        self, array: npt.NDArray[np.generic], background: tuple[int, int, int] = BLACK
    ) -> Picture:
        """One picture, (H, W), (H, W, C) or (C, H, W), as uint8 (H, W, 3).

        Alpha is laid over the background; NaN is drawn as `low`. What is uint8 (H, W, 3) already
        is returned as it is.
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
        numbers = np.nan_to_num(values.astype(np.float64), nan=self.low)
        # Halves: the difference of two finite floats can overflow, that of their halves not.
        above = np.clip(numbers, self.low, self.high) / 2 - self.low / 2
        span = self.high / 2 - self.low / 2
        shares = above / span if span else np.zeros_like(above)
        return np.rint(shares * 255)


def _over(levels: Picture, background: tuple[int, int, int]) -> Picture:
    """(H, W, 4) over a colour, each level rounded."""
    alpha = levels[..., 3:].astype(np.uint16)
    mixed = levels[..., :3] * alpha
    mixed += np.array(background, np.uint16) * (255 - alpha)
    mixed += 127
    mixed //= 255
    return mixed.astype(np.uint8)


def picture_size(shape: Sequence[int]) -> tuple[int, int]:
    """(H, W) of a picture of shape (H, W), (H, W, C) or (C, H, W)."""
    if len(shape) == 3 and shape[-1] in CHANNELS:
        return shape[0], shape[1]
    return shape[-2], shape[-1]


def nearly_square(pixel_aspect: float) -> bool:
    """Whether pixels of that height over width may be taken as squares."""
    return abs(pixel_aspect - 1) < _SQUARE_ENOUGH


def picture_format(shape: tuple[int, ...], sample: npt.NDArray[np.generic]) -> PictureFormat | None:
    """How pictures of one `shape`, (H, W), (H, W, C) or (C, H, W), are to be read.

    Parameters
    ----------
    shape : tuple of int
        The shape of one picture.
    sample : array
        Some of the pictures; the range is chosen from their values: bool and uint8 as they are,
        other numbers as 0-1 or 0-255 where they fit, else from the lowest to the highest.

    Returns
    -------
    PictureFormat, or None if that is no picture's shape.
    """
    if len(shape) == 2 or (len(shape) == 3 and shape[-1] in CHANNELS):
        channels_first = False
    elif len(shape) == 3 and shape[0] in CHANNELS:
        channels_first = True
    else:
        return None
    low, high = assumed_range(sample)
    return PictureFormat(channels_first, low, high)


def assumed_range(sample: npt.NDArray[np.generic]) -> tuple[float, float]:
    """The values to be drawn black and white, by dtype and extremes; see `picture_format`."""
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
    """The least and the greatest finite value; 0 and 1 where there is none."""
    if sample.size:
        low, high = float(sample.min()), float(sample.max())
        if math.isfinite(low) and math.isfinite(high):
            return low, high
    finite = sample[np.isfinite(sample)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def resize_area(picture: Picture, rows: int, columns: int, view: View | None = None) -> Picture:
    """Shrink by averaging: every output pixel is the mean of the area it covers, rounded.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    rows, columns : int
        At least 1; may exceed H and W, then pixels are repeated, blended at their borders.
    view : (top, bottom, left, right), optional
        The part of the picture that is shown, in its pixels, fractional ones too.
    """
    if picture.shape[:2] == (rows, columns) and view is None:
        return picture
    return np.rint(average_area(picture, (rows, columns), view)).astype(np.uint8)


def fit_picture(picture: Picture, rows: int, columns: int, pixel_aspect: float = 1.0) -> Picture:
    """The picture as large as it fits into `rows` x `columns` pixels, its proportions kept.

    Small pictures are enlarged by whole factors (their pixels stay squares), larger ones averaged.

    Parameters
    ----------
    pixel_aspect : float
        Height of a target pixel over its width.
    """
    height, width = picture.shape[:2]
    if height == 0 or width == 0 or rows < 1 or columns < 1:
        return np.zeros((max(1, rows), max(1, columns), 3), np.uint8)
    scale = min(columns / width, rows * pixel_aspect / height)
    if nearly_square(pixel_aspect) and (factor := min(columns // width, rows // height)) >= 1:
        return picture.repeat(factor, axis=0).repeat(factor, axis=1)
    target_columns = max(1, min(columns, round(width * scale)))
    target_rows = max(1, min(rows, round(height * scale / pixel_aspect)))
    return resize_area(picture, target_rows, target_columns)
