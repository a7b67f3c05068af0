"""Flat rows as pictures: which shape a row may have, and whether it looks like a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_LEAST_SIDE = 7
"""Pixels of a side below which a row is taken for a vector."""
_SMOOTH = 0.3
"""Correlation of neighbouring pixels from which on rows look like pictures."""

Shape = tuple[int, ...]


def flat_shapes(width: int) -> tuple[Shape, ...]:
    """Return the shapes of square pictures that a row of `width` values may be.

    >>> flat_shapes(784), flat_shapes(3072)
    (((28, 28),), ((32, 32, 3), (3, 32, 32)))
    """
    side = math.isqrt(width)
    if side >= _LEAST_SIDE and side * side == width:
        return ((side, side),)
    side = math.isqrt(width // 3)
    if side >= _LEAST_SIDE and 3 * side * side == width:
        return ((side, side, 3), (3, side, side))
    return ()


def flat_shape(sample: npt.NDArray[Any], shapes: Sequence[Shape]) -> Shape:
    """Return the shape in which rows look most like pictures.

    Parameters
    ----------
    sample : (k, width) real
    shapes : sequence of (H, W), (H, W, 3) or (3, H, W)
        At least one.
    """
    return max(shapes, key=lambda shape: smoothness(sample, shape))


def look_like_pictures(sample: npt.NDArray[Any]) -> bool:
    """Return whether neighbouring pixels of rows are alike, as they are in pictures."""
    return any(smoothness(sample, shape) > _SMOOTH for shape in flat_shapes(sample.shape[1]))


def smoothness(sample: npt.NDArray[Any], shape: Shape) -> float:
    """Return the correlation of neighbouring pixels, the lesser one of both directions.

    Parameters
    ----------
    sample : (k, width) real
    shape : (H, W), (H, W, 3) or (3, H, W)
    """
    values = np.nan_to_num(np.ma.filled(sample.astype(np.float64), 0.0), posinf=0, neginf=0)
    scale = float(np.abs(values).max(initial=0.0))
    if not scale:
        return 0.0
    pictures = (values / scale).reshape(len(values), *shape)
    if len(shape) == 2:
        pictures = pictures[:, None]
    elif shape[-1] == 3:
        pictures = np.moveaxis(pictures, -1, 1)
    lit = pictures[pictures.std(axis=(1, 2, 3)) > 0]
    if not len(lit):
        return 0.0
    spread = 2 * float(lit.var(axis=(1, 2, 3)).mean())
    down = float((np.diff(lit, axis=2) ** 2).mean())
    across = float((np.diff(lit, axis=3) ** 2).mean())
    return 1 - max(down, across) / spread
