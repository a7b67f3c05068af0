"""Arrays as pictures: any layout and range -> uint8 (H, W, 3), and resizing.

Deliberately no image files here; see `load`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]

_CHANNELS = (1, 3, 4)
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

    def to_rgb(self, array: npt.NDArray[np.generic]) -> Picture:
        """One picture, (H, W), (H, W, C) or (C, H, W), as uint8 (H, W, 3).

        Alpha is laid over black; NaN is drawn as `low`.
        """
        values = array
        if values.ndim == 3 and self.channels_first:
            values = np.moveaxis(values, 0, -1)
        if values.ndim == 2:
            values = values[..., None]
        levels = self._levels(values)
        if levels.shape[-1] == 4:
            alpha = levels[..., 3:].astype(np.uint16)
            levels = (levels[..., :3] * alpha // 255).astype(np.uint8)
        if levels.shape[-1] == 1:
            levels = np.repeat(levels, 3, axis=-1)
        return np.ascontiguousarray(levels)

    def _levels(self, values: npt.NDArray[np.generic]) -> Picture:
        if values.dtype == np.uint8 and (self.low, self.high) == (0, 255):
            return values.astype(np.uint8, copy=False)
        numbers = np.nan_to_num(values.astype(np.float64), nan=self.low)
        # Halves: the difference of two finite floats can overflow, that of their halves not.
        above = np.clip(numbers, self.low, self.high) / 2 - self.low / 2
        span = self.high / 2 - self.low / 2
        shares = above / span if span else np.zeros_like(above)
        return np.rint(shares * 255).astype(np.uint8)


def picture_size(shape: Sequence[int]) -> tuple[int, int]:
    """(H, W) of a picture of shape (H, W), (H, W, C) or (C, H, W)."""
    if len(shape) == 3 and shape[-1] in _CHANNELS:
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
    if len(shape) == 2 or (len(shape) == 3 and shape[-1] in _CHANNELS):
        channels_first = False
    elif len(shape) == 3 and shape[0] in _CHANNELS:
        channels_first = True
    else:
        return None
    low, high = _value_range(sample)
    return PictureFormat(channels_first, low, high)


def _value_range(sample: npt.NDArray[np.generic]) -> tuple[float, float]:
    if sample.dtype == np.bool_:
        return 0.0, 1.0
    if sample.dtype == np.uint8:
        return 0.0, 255.0
    numbers = sample.astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if low >= 0 and high <= 1 and sample.dtype.kind == "f":
        return 0.0, 1.0
    if low >= 0 and high <= 255:
        return 0.0, 255.0
    return low, high


def resize_area(picture: Picture, rows: int, columns: int) -> Picture:
    """Shrink by averaging: every output pixel is the mean of the area it covers, rounded.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    rows, columns : int
        At least 1; may exceed H and W, then pixels are repeated, blended at their borders.
    """
    height, width = picture.shape[:2]
    if (height, width) == (rows, columns):
        return picture
    down = _area_weights(height, rows)
    across = _area_weights(width, columns)
    mean = np.einsum("rh,hwc,kw->rkc", down, picture.astype(np.float64), across, optimize=True)
    return np.rint(mean).astype(np.uint8)


def _area_weights(source: int, target: int) -> npt.NDArray[np.float64]:
    """(target, source) the share of each source pixel in each target pixel; rows add up to 1."""
    edges = np.arange(target + 1) * (source / target)
    starts = np.arange(source)
    overlap = np.minimum(edges[1:, None], starts + 1) - np.maximum(edges[:-1, None], starts)
    weights = np.clip(overlap, 0, None)
    total: npt.NDArray[np.float64] = weights / weights.sum(axis=1, keepdims=True)
    return total


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
