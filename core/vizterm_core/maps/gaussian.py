"""Gaussians along one axis: kernels, and operators that blur and average in one product."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Mode = Literal["reflect", "mirror", "nearest", "constant"]
"""The values beyond a map's edges, named as in `scipy.ndimage`."""
Floats = npt.NDArray[np.floating[Any]]
Float64 = npt.NDArray[np.float64]

_CACHED_OPERATORS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Kernel:
    """Weights of the neighbours at offsets `first`, `first + 1`, ..., with a sum of 1."""

    weights: Float64
    first: int

    @property
    def last(self) -> int:
        """The greatest offset."""
        return self.first + len(self.weights) - 1


@dataclass(frozen=True, slots=True, eq=False)
class AxisOperator:
    """Blur and area average along one axis."""

    weights: Floats
    """(outputs, k), read-only: the share of each source pixel from `first` on."""
    first: int
    """The first source pixel with a weight."""
    sums: Float64
    """(outputs,) sums of the weights: 1, or less where `constant` reaches beyond the map."""

    @property
    def touched(self) -> slice:
        """The source pixels with a weight."""
        return slice(self.first, self.first + self.weights.shape[1])


def gaussian_kernel(sigma: float, truncate: float = 4.0) -> Kernel:
    """Return the kernel of `scipy.ndimage.gaussian_filter1d`: truncated and normalised."""
    radius = int(truncate * sigma + 0.5)
    if radius == 0:
        return Kernel(np.ones(1), 0)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    return Kernel(weights / weights.sum(), -radius)


@lru_cache(maxsize=_CACHED_OPERATORS)
def axis_operator(
    outputs: int,
    length: int,
    sigma: float,
    start: float,
    stop: float,
    mode: Mode,
    truncate: float,
    dtype: np.dtype[Any],
) -> AxisOperator:
    """Return the operator from source pixels of an axis to means over display pixels; cached.

    Parameters
    ----------
    outputs : int
        Display pixels, which divide [start, stop) into equal parts.
    length : int
        Source pixels; pixel k covers [k, k + 1).
    sigma, truncate : float
        As for `gaussian_kernel`.
    start, stop : float
        In source pixels, 0 <= start < stop <= length.
    mode : Mode
    dtype : float32 or float64
        The dtype of the weights, which are computed in float64.
    """
    kernel = fitted_kernel(gaussian_kernel(sigma, truncate), length, mode)
    edges = start + (stop - start) * (np.arange(outputs + 1) / outputs)
    edges[-1] = stop
    # Source pixels that the kernel reaches, those beyond the map's edges included.
    low = math.floor(start) - kernel.last
    high = math.ceil(stop) - kernel.first
    means = _mean_weights(kernel, edges, low, high)
    before, after = max(0, -low), max(0, high - length)
    inner = means[:, before : high - low - after]
    if mode == "constant" or before == after == 0:
        return _operator(inner, low + before, dtype)
    weights = np.zeros((outputs, length))
    weights[:, low + before : high - after] = inner
    left, right = means[:, :before], means[:, means.shape[1] - after :]
    if mode == "nearest":
        weights[:, 0] += left.sum(axis=1)
        weights[:, -1] += right.sum(axis=1)
    else:
        # `reflect` repeats the pixel at the edge, `mirror` doesn't.
        skip = 0 if mode == "reflect" else 1
        weights[:, skip : before + skip] += left[:, ::-1]
        weights[:, length - after - skip : length - skip] += right[:, ::-1]
    return _operator(weights, 0, dtype)


def _operator(weights: Float64, first: int, dtype: np.dtype[Any]) -> AxisOperator:
    used = np.flatnonzero(weights.any(axis=0))
    begin, end = (int(used[0]), int(used[-1]) + 1) if used.size else (0, 0)
    kept = weights[:, begin:end]
    rounded = kept.astype(dtype)
    rounded.flags.writeable = False
    return AxisOperator(rounded, first + begin, kept.sum(axis=1))


def fitted_kernel(kernel: Kernel, length: int, mode: Mode) -> Kernel:
    """Return an equivalent kernel for a map of that length, no longer than necessary."""
    offsets = np.arange(kernel.first, kernel.last + 1)
    if mode in ("reflect", "mirror"):
        period = 2 * length if mode == "reflect" else max(1, 2 * (length - 1))
        if len(offsets) <= period:
            return kernel
        half = period // 2
        weights = _sums((offsets + half) % period, kernel.weights, period)
        return Kernel(weights, -half)
    if kernel.last <= length:
        return kernel
    # An offset of `length` or more leads out of the map from everywhere.
    weights = _sums(np.clip(offsets, -length, length) + length, kernel.weights, 2 * length + 1)
    return Kernel(weights, -length)


def _sums(places: npt.NDArray[np.intp], weights: Float64, count: int) -> Float64:
    sums: Float64 = np.bincount(places, weights, count)  # type: ignore[assignment]
    return sums


def _mean_weights(kernel: Kernel, edges: Float64, low: int, high: int) -> Float64:
    """Return the weight of source pixel `low + k` in the mean of each output.

    Shape (outputs, high - low).
    """
    whole = np.floor(edges).astype(np.intp)
    part = edges - whole
    # The kernel as steps one pixel wide, its integral from the left at whole offsets.
    reach = np.arange(int(whole[0]) - high + 1, int(whole[-1]) - low + 1) - kernel.first
    width = (edges[-1] - edges[0]) / (len(edges) - 1)
    integral = np.concatenate([[0.0], np.cumsum(kernel.weights)]) / width
    integral = integral[np.clip(reach, 0, len(integral) - 1)]
    starts = int(whole[-1]) - whole
    integrals = _shifted(integral, high - low, starts)
    if part.any():
        steps = np.concatenate([[0.0], kernel.weights, [0.0]]) / width
        steps = steps[np.clip(reach + 1, 0, len(steps) - 1)]
        partial = _shifted(steps, high - low, starts)
        partial *= part[:, None]
        integrals += partial
    means = np.diff(integrals, axis=0)
    # Rounding must not turn an empty map's edge negative.
    return np.maximum(means, 0, out=means)


def _shifted(values: Float64, length: int, starts: npt.NDArray[np.intp]) -> Float64:
    """Return (len(starts), length) windows of the reversed values from each start."""
    windows = np.lib.stride_tricks.sliding_window_view(values[::-1], length)
    return windows[starts]
