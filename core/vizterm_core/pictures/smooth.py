"""Enlarging pictures smoothly, by Lanczos' filter."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_LOBES = 3
"""Pixels of the original that the filter reaches to each side."""


def enlarge(picture: npt.NDArray[np.uint8], rows: int, columns: int) -> npt.NDArray[np.uint8]:
    """Enlarge a picture: each pixel is a weighted mean of the six nearest along each axis.

    The filter is sinc(d) sinc(d / 3) for distances d below 3, with weights made to add up to 1 at
    the edges: that of Pillow's ``Image.resize(..., LANCZOS)`` (Duchon, "Lanczos filtering in one
    and two dimensions", 1979).

    Parameters
    ----------
    picture : (H, W, 3) uint8
    rows, columns : int
        At least H and W.

    Returns
    -------
    (rows, columns, 3) uint8
    """
    wide = _along(picture.astype(np.float32), columns, axis=1)
    # The filter overshoots at edges: what is beyond the levels mustn't be spread.
    np.clip(wide, 0, 255, out=wide)
    levels = _along(wide, rows, axis=0)
    levels += 0.5
    return np.clip(levels, 0, 255).astype(np.uint8)


def _along(values: npt.NDArray[np.float32], outputs: int, axis: int) -> npt.NDArray[np.float32]:
    """Enlarge one of the first two axes."""
    length = values.shape[axis]
    centres = (np.arange(outputs) + 0.5) * (length / outputs)
    first = np.floor(centres - 0.5).astype(np.int64) - (_LOBES - 1)
    places = first[:, None] + np.arange(2 * _LOBES)
    distance = centres[:, None] - (places + 0.5)
    weights = np.sinc(distance) * np.sinc(distance / _LOBES)
    weights *= (np.abs(distance) < _LOBES) & (places >= 0) & (places < length)
    weights /= weights.sum(axis=1, keepdims=True)
    np.clip(places, 0, length - 1, out=places)
    shape = (1, -1, 1) if axis == 1 else (-1, 1, 1)
    parts = weights.astype(np.float32)
    total = values.take(places[:, 0], axis) * parts[:, 0].reshape(shape)
    for tap in range(1, 2 * _LOBES):
        total += values.take(places[:, tap], axis) * parts[:, tap].reshape(shape)
    return total
