"""Operators along an axis, for resizing: neighbours to interpolate between, means over areas.

Pixel k covers [k, k + 1), its centre is at k + 1/2.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Float64 = npt.NDArray[np.float64]
Lines = npt.NDArray[np.intp]

_BLOCK = 16
"""Outputs averaged by one product: more would multiply mostly zeros."""
_LARGEST = 1 << 18
"""Multiplications up to which OpenBLAS keeps to one thread."""
_NARROWEST = 32
"""The fewest columns of a product, however many multiplications that makes."""
_CACHED_AXES = 64


class Band(NamedTuple):
    """Neighbouring outputs of an operator along an axis."""

    first: int
    """The first source pixel with a weight."""
    weights: Floats
    """(outputs, k), read-only: the shares of the source pixels from `first` on."""


Bands = tuple[Band, ...]
"""All outputs of an operator along an axis."""


@lru_cache(maxsize=_CACHED_AXES)
def neighbours(outputs: int, length: int, dtype: np.dtype[Any]) -> tuple[Lines, Lines, Floats]:
    """Return the source pixels on both sides of each output's centre, and the second's share."""
    centres = (np.arange(outputs) + 0.5) * (length / outputs) - 0.5
    at = np.clip(centres, 0, length - 1)
    low = at.astype(np.intp)
    high = np.minimum(low + 1, length - 1)
    share = (at - low).astype(dtype)
    return _frozen(low), _frozen(high), _frozen(share)


@lru_cache(maxsize=_CACHED_AXES)
def display_bands(
    outputs: int, size: int, length: int, start: float, stop: float, dtype: np.dtype[Any]
) -> Bands:
    """Return the operator from a map's axis to means of the enlarged axis over display pixels.

    Parameters
    ----------
    outputs : int
        Display pixels, which divide [start, stop) of the enlarged axis into equal parts.
    size, length : int
        Pixels of the enlarged axis, and of the map's; length <= size.
    dtype : float32 or float64
    """
    edges = _edges(outputs, start, stop)
    # Cut at every edge, each piece is in one display pixel and in one of the enlarged axis.
    whole = np.arange(math.floor(start) + 1, math.ceil(stop))
    cuts = np.union1d(edges, whole)
    middles = (cuts[1:] + cuts[:-1]) / 2
    widths = np.diff(cuts)
    output = np.clip(np.searchsorted(edges, middles, side="right") - 1, 0, outputs - 1)
    pixel = np.minimum(middles.astype(np.intp), size - 1)
    low, high, share = (part[pixel] for part in neighbours(size, length, np.dtype(np.float64)))
    first, count = int(low[0]), int(high[-1] - low[0]) + 1
    places = np.concatenate([output * count + low - first, output * count + high - first])
    shares = np.concatenate([widths * (1 - share), widths * share])
    sums: Float64 = np.bincount(places, shares, outputs * count)  # type: ignore[assignment]
    weights = sums.reshape(outputs, count)
    blocks = (weights[begin : begin + _BLOCK] for begin in range(0, outputs, _BLOCK))
    return tuple(_band(block, first, dtype) for block in blocks)


@lru_cache(maxsize=_CACHED_AXES)
def area_bands(outputs: int, length: int, start: float, stop: float, dtype: np.dtype[Any]) -> Bands:
    """Return the operator from an axis to means over `outputs` equal parts of [start, stop)."""
    edges = _edges(outputs, start, stop)
    bands = []
    for begin in range(0, outputs, _BLOCK):
        part = edges[begin : begin + _BLOCK + 1]
        first, last = math.floor(part[0]), min(math.ceil(part[-1]), length)
        pixels = np.arange(first, last)
        overlap = np.minimum(part[1:, None], pixels + 1) - np.maximum(part[:-1, None], pixels)
        bands.append(_band(np.maximum(overlap, 0), first, dtype))
    return tuple(bands)


def apply_bands(bands: Bands, array: npt.NDArray[Any], offset: int = 0) -> Floats:
    """Apply an operator along the first axis, whose pixels are counted from `offset`.

    It works piece by piece: few products with zeros, and none so large that BLAS starts threads;
    waiting for them on a busy machine takes longer than all of this.

    Parameters
    ----------
    bands : Bands
    array : (n, ...) real

    Returns
    -------
    (outputs, ...) of the bands' dtype
    """
    inner = array.shape[1:]
    flat = array.reshape(len(array), -1)
    dtype = bands[0].weights.dtype
    means = np.empty((sum(len(band.weights) for band in bands), flat.shape[1]), dtype)
    done = 0
    for band in bands:
        count, width = band.weights.shape
        touched = flat[band.first - offset : band.first - offset + width]
        step = max(_NARROWEST, _LARGEST // (count * width))
        for left in range(0, flat.shape[1], step):
            part = touched[:, left : left + step].astype(dtype, copy=False)
            np.matmul(band.weights, part, out=means[done : done + count, left : left + step])
        done += count
    return means.reshape(-1, *inner)


def _band(weights: Float64, first: int, dtype: np.dtype[Any]) -> Band:
    """Return weights scaled to sums of 1, without the source pixels at both ends that have none."""
    used = np.flatnonzero(weights.any(axis=0))
    begin, end = int(used[0]), int(used[-1]) + 1
    shares = weights[:, begin:end] / weights.sum(axis=1, keepdims=True)
    return Band(first + begin, _frozen(shares.astype(dtype)))


def _edges(outputs: int, start: float, stop: float) -> Float64:
    edges = start + (stop - start) * (np.arange(outputs + 1) / outputs)
    edges[-1] = stop
    return edges


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array.flags.writeable = False
    return array
