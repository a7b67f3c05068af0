"""Values that stand for "nothing here", and values so far off that they hide all others."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

_SIGNS = (65535, 32767, -32768, -9999, -99999, 1e20, 9.969209968386869e36, 3.4028234663852886e38)
"""Values that cameras and file formats write where nothing is; floats as negatives, too."""
_MOST_SORTED = 1 << 19
_FAR = 1.0
"""Ranges of all other values that such a value is beyond them."""
_LEAST_DEPTH = 64
"""The least depth, in whole units, that stands out from 0 as missing."""
_DEPTH_RANGE = 100
"""The farthest depth is at most so many times the nearest."""
_LEAST_DISTINCT = 32
"""Distinct values of a depth image at least: a mask has fewer."""
_LEAST_GONE = 0.001
"""Share of a map of floats from which on -1, or 0 of a depth, is no chance."""
_LEAST_DISPARITY = 2.0
"""The greatest of values beside which -1 is no value of a range from -1 to 1."""
_LAST, _HIGHEST_LEVEL = 255, 150
_MOST_GONE = 0.98
"""Share of a map that may be missing."""

_FEW = 0.005
"""Share of the values that outliers are at most."""
_ABSURD = 10.0
"""Ranges of the common values that lie between these and an outlier."""
_DEVIATIONS = 10.0
_LEAST_VALUES = 1024
"""Values from which on outliers can be told from the peak of a coarse map."""


def missing_signs(values: npt.NDArray[Any], *, depth: bool = False) -> tuple[float, ...]:
    """Return the values of a map that stand for "nothing here".

    Parameters
    ----------
    values : array of any shape, real
    depth : bool
        Whether their name is that of a depth or a disparity.

    Returns
    -------
    tuple of float
        65535, -9999 and the like, where one of them is farther from all other values than these
        are from each other; -1 that is frequent among floats from 0 to more than 2; and 0 in a
        depth image, whose other values are far from 0 and many: of integers with at least 16 bits,
        or of floats that are named so.
    """
    if values.dtype.kind not in "iuf" or values.dtype.itemsize < 2:
        return ()
    distinct = _sorted_sample(values)
    found: list[float] = []
    while distinct.size > 1 and len(found) < 2:
        sign = _sign_at_an_end(distinct)
        if sign is None:
            break
        found.append(sign)
        distinct = distinct[1:] if float(distinct[0]) == sign else distinct[:-1]
    floating = values.dtype.kind == "f"
    if floating and _is_signed_disparity(distinct) and _frequent(values, -1):
        found.append(-1.0)
        distinct = distinct[1:]
    least = (0.0 if depth else None) if floating else _LEAST_DEPTH
    if least is not None and _is_depth(distinct, least):
        zeros = int(np.count_nonzero(values == 0))
        few = _LEAST_GONE * values.size if floating else 0
        if few < zeros <= _MOST_GONE * values.size:
            found.append(0.0)
    return tuple(found)


def no_level(values: npt.NDArray[Any]) -> int | None:
    """Return 255 if it is frequent in bytes that otherwise are all of 0 to 150 at most."""
    if values.dtype != np.uint8 or values.size < _LEAST_VALUES or not _frequent(values, _LAST):
        return None
    distinct = _sorted_sample(values).astype(np.int64)
    if distinct.size <= 2 or distinct[-2] > _HIGHEST_LEVEL or distinct[0] > 1:
        return None
    return _LAST if bool((np.diff(distinct[:-1]) == 1).all()) else None


def without(values: npt.NDArray[Any], signs: tuple[float, ...]) -> npt.NDArray[np.floating[Any]]:
    """Return values as floats, NaN in place of signs; float64 for integers of 32 bits or more."""
    wide = values.dtype.itemsize > (2 if values.dtype.kind in "iu" else 4)
    floats: npt.NDArray[Any] = values.astype(np.float64 if wide else np.float32)
    for sign in signs:
        if values.dtype.kind == "f":
            with np.errstate(over="ignore"):
                floats[values == np.asarray(sign).astype(values.dtype)] = np.nan
        elif values.dtype.kind == "b" or _holds(values.dtype, sign):
            floats[values == sign] = np.nan
    return floats


def common_limits(values: npt.NDArray[Any]) -> tuple[float, float, int] | None:
    """Return the limits of all values but absurd ones, and how many these are; None without any.

    Absurd are at most half a percent of 1,024 values or more, if a gap of at least ten times the
    range of the others lies between.  A peak that rises gradually is never among them.
    """
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values.ravel()
    if finite.size < _LEAST_VALUES:
        return None
    if not _far_out(finite):
        return None
    few = int(finite.size * _FEW)
    ordered = np.sort(finite, axis=None).astype(np.float64)
    inner = ordered[few : ordered.size - few]
    if not inner[0] < inner[-1]:
        return None
    with np.errstate(over="ignore"):
        low, low_count = _end(ordered[: few + 1][::-1], inner[-1])
        high, high_count = _end(-ordered[ordered.size - few - 1 :], -inner[0])
    high = -high
    count = low_count + high_count
    return (low, high, count) if count and low < high else None


def _far_out(finite: npt.NDArray[Any]) -> bool:
    """Whether an extreme is so far from the mean that it can be absurd; quick, without sorting.

    Values that are less than half a percent are 14 standard deviations from the mean, if they
    alone make these.
    """
    largest = max(abs(float(finite.min())), abs(float(finite.max())))
    if not 0 < largest < np.inf:
        return False
    scaled = finite / largest
    mean, deviation = float(scaled.mean()), float(scaled.std())
    reach = max(float(scaled.max()) - mean, mean - float(scaled.min()))
    return reach > _DEVIATIONS * deviation


def _end(tail: npt.NDArray[np.float64], other: float) -> tuple[float, int]:
    """Go outwards from the first, a common value; stop before a gap.

    Parameters
    ----------
    tail : falling
    other : float
        A common value at the other end.
    """
    for place in range(1, tail.size):
        if tail[place - 1] - tail[place] > _ABSURD * (other - tail[place - 1]):
            return float(tail[place - 1]), tail.size - place
    return float(tail[-1]), 0


def _sorted_sample(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return distinct values among many of an array, and both extremes, rising."""
    flat = values.reshape(-1)
    finite = flat[:: -(-flat.size // _MOST_SORTED)]
    if values.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            ends = np.array([np.fmin.reduce(flat), np.fmax.reduce(flat)], flat.dtype)
        finite = np.concatenate([finite, ends])
        finite = finite[np.isfinite(finite)]
    elif flat.size:
        finite = np.concatenate([finite, np.array([flat.min(), flat.max()], flat.dtype)])
    return np.unique(finite)


def _sign_at_an_end(distinct: npt.NDArray[Any]) -> float | None:
    known = _in_dtype(distinct.dtype)
    for end, rest in ((distinct[0], distinct[1:]), (distinct[-1], distinct[:-1])):
        value = float(end)
        low, high = float(rest[0]), float(rest[-1])
        away = max(low - value, value - high)
        if value in known and rest.size > 1 and away > _FAR * (high - low):
            return value
    return None


@cache
def _in_dtype(dtype: np.dtype[Any]) -> frozenset[float]:
    """Return the known signs as a dtype holds them: those of floats are rounded."""
    if dtype.kind == "f":
        with np.errstate(over="ignore"):
            both = np.array([*_SIGNS, *(-sign for sign in _SIGNS)]).astype(dtype)
        return frozenset(float(sign) for sign in both if np.isfinite(sign))
    return frozenset(float(sign) for sign in _SIGNS if _holds(dtype, sign))


def _holds(dtype: np.dtype[Any], sign: float) -> bool:
    limits = np.iinfo(dtype)
    return float(sign).is_integer() and limits.min <= sign <= limits.max


def _frequent(values: npt.NDArray[Any], sign: float) -> bool:
    count = int(np.count_nonzero(values == sign))
    return _LEAST_GONE * values.size < count <= _MOST_GONE * values.size


def _is_signed_disparity(distinct: npt.NDArray[Any]) -> bool:
    """Whether rising values are -1 and, many, from 0 to more than a share or a cosine is."""
    if distinct.size <= _LEAST_DISTINCT:
        return False
    return bool(distinct[0] == -1 and distinct[1] >= 0 and distinct[-1] > _LEAST_DISPARITY)


def _is_depth(distinct: npt.NDArray[Any], least: float) -> bool:
    """Whether rising values are 0 and depths: many, positive, and none of them near 0."""
    if distinct.size <= _LEAST_DISTINCT or distinct[0] != 0:
        return False
    nearest, farthest = float(distinct[1]), float(distinct[-1])
    return nearest >= least and farthest <= _DEPTH_RANGE * nearest
