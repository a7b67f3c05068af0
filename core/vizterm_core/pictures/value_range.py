"""The values that are drawn black and white, found in a sample of pictures.

The range is one for all pictures of an array, so that they can be compared.  It is that of what is
there: blank pictures and lone outliers have no say, and it ends at a natural limit where one is
close.
"""

from __future__ import annotations

import math
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.files.masked import is_masked

ValueRange = tuple[float, float]
"""The values drawn black and white."""

NATURAL_ENDS = (1.0, 255.0, 4095.0, 65535.0)
"""Ends of ranges that data usually have: shares, and 8, 12 and 16 bits."""

_EIGHT_BITS = (0.0, 255.0)
_SHARES = (0.0, 1.0)
_ROUNDING = 2**-10
"""Distance beyond 0-1 that rounding and resizing may have carried floats."""
_CLOSE = 0.75
"""Share of a natural end from which on values are taken to go up to it."""
_SPANNED = 0.25
"""Share of its range from which on uint8 is drawn as it is."""
_DIM = 0.125
"""Value up to which floats from 0 to 1 are taken for a range of their own."""
_NEAR_ZERO = 0.25
"""Share of the highest value up to which the lowest may as well be 0."""
_BALANCED = 0.5
"""Share of the larger side that the smaller side of zero must have to be symmetrical."""
_OUTLIERS = (0.5, 99.5)
"""Percentiles between which values are common."""
_FAR = 1.0
"""Widths of the common values beyond them from which on an extreme is an outlier."""
_NONE_HERE = 65535
"""The value that depth cameras write where they saw nothing."""
_MOST_VALUES = 1 << 19
"""Values that are sorted at most."""
_LARGEST = float(np.finfo(np.float64).max)


class Levels(Enum):
    """Ways to choose the values drawn black and white."""

    FOUND = "found"
    """The range that was given, or else found in the data."""
    FULL = "full"
    """All that the dtype can hold."""
    EACH = "each"
    """From the lowest to the highest value of each picture."""


def found_range(sample: npt.NDArray[Any]) -> ValueRange:
    """Return the values to draw black and white, found in some pictures.

    Parameters
    ----------
    sample : (k, ...) bool, integer or floating
        Some of the pictures; values that aren't finite, or are masked, are left out.

    Returns
    -------
    (low, high)
        bool and uint8 as they are, but for uint8 that use less than a quarter of the range; floats
        from 0 to 1 as they are, too, unless they are very dim.  Other values by what is common
        among them: blank pictures and lone outliers are left out.

    >>> found_range(np.array([[0, 7, 16]]))
    (0.0, 16.0)
    """
    if sample.dtype == np.bool_:
        return _SHARES
    values = _finite(_lit(sample))
    if not values.size:
        return _EIGHT_BITS if sample.dtype == np.uint8 else _SHARES
    values = _without_sentinel(values)
    low, high = _ends(values)
    if sample.dtype == np.uint8 and (high >= _SPANNED * _EIGHT_BITS[1] or high == 0):
        return _EIGHT_BITS
    floating = sample.dtype.kind == "f"
    if floating and low >= -_ROUNDING and high <= 1 + _ROUNDING and (high > _DIM or high <= 0):
        return _SHARES
    if low == high:
        return _of_one_value(low)
    return _snapped(*_common(values, low, high))


def full_range(dtype: np.dtype[Any], found: ValueRange) -> ValueRange:
    """Return all that a dtype can hold; of floats, the least natural range around those found."""
    if dtype.kind == "b":
        return _SHARES
    if dtype.kind in "iu" and dtype.itemsize <= 2:
        limits = np.iinfo(dtype)
        return float(limits.min), float(limits.max)
    low, high = found
    end = next((end for end in NATURAL_ENDS if max(high, -low) <= end), max(high, -low))
    return (-end if low < 0 else 0.0), end


def own_range(picture: npt.NDArray[Any]) -> ValueRange:
    """Return the lowest and the highest finite value of a picture."""
    values = _finite(picture)
    if not values.size:
        return _SHARES
    low, high = _ends(values)
    return (low, high) if low < high else _of_one_value(low)


def describe_range(value_range: ValueRange) -> str:
    """Return a range for people: "0 – 16", "−1 – 1"."""
    return " – ".join(_number(end) for end in value_range)


def _number(value: float) -> str:
    plain = f"{value:,.0f}" if value == round(value) and abs(value) < 1e9 else f"{value:.3g}"
    return plain.replace("-", "−")


def _lit(sample: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the pictures of a sample that aren't blank; all of them if there is none."""
    if len(sample) < 2 or sample.size == len(sample):
        return sample
    flat = sample.reshape(len(sample), -1)
    first = flat[:, :1]
    # NaN differs from itself: a picture with missing values isn't blank.
    different = flat != first
    if is_masked(different):
        different = different.filled(False)
    lit = different.any(axis=1)
    return flat[lit] if lit.any() else sample


def _finite(sample: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return some of the finite values, sorted, with the lowest and the highest."""
    values = sample.compressed() if is_masked(sample) else sample.ravel()
    if values.dtype.kind == "f":
        values = values[np.isfinite(values)]
    if not values.size:
        return values
    ends = [values.min(), values.max()]
    step = -(-values.size // _MOST_VALUES)
    return np.sort(np.concatenate([values[::step], np.array(ends, values.dtype)]))


def _without_sentinel(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Leave out the highest uint16 where it stands for "none": all others are far below."""
    if values.dtype != np.uint16 or values[-1] != _NONE_HERE:
        return values
    others = values[: np.searchsorted(values, _NONE_HERE)]
    return others if others.size and others[-1] < _SPANNED * _NONE_HERE else values


def _ends(values: npt.NDArray[Any]) -> ValueRange:
    """Return the lowest and the highest of sorted values; long doubles may be beyond doubles."""
    return max(float(values[0]), -_LARGEST), min(float(values[-1]), _LARGEST)


def _common(values: npt.NDArray[Any], low: float, high: float) -> ValueRange:
    """Return the extremes of sorted values, or the common ones in place of a lone outlier."""
    lower, middle, upper = (values[len(values) * part // 4] for part in (1, 2, 3))
    there = values
    if lower == middle == upper:
        # Most of it is background, which has no say in what is common.
        there = values[values != middle]
    with np.errstate(over="ignore"):
        halves = np.clip(there.astype(np.float64) / 2, -_LARGEST / 2, _LARGEST / 2)
    common_low, common_high = np.percentile(halves, _OUTLIERS, method="nearest").tolist()
    if there is not values:
        common_low = min(common_low, float(middle) / 2)
        common_high = max(common_high, float(middle) / 2)
    # Halves: the difference of two finite floats can overflow, that of their halves can't.
    reach = _FAR * (common_high - common_low)
    if reach > 0:
        low = 2 * common_low if common_low - low / 2 > reach else low
        high = 2 * common_high if high / 2 - common_high > reach else high
    return low, high


def _snapped(low: float, high: float) -> ValueRange:
    """Return a range with natural ends where these are close."""
    if low >= 0:
        start = 0.0 if low <= _NEAR_ZERO * high else low
        return start, _natural(high) if start == 0 else high
    if high <= 0:
        return low, 0.0 if high >= _NEAR_ZERO * low else high
    if min(-low, high) >= _BALANCED * max(-low, high):
        end = max(-low, high)
        end = 1.0 if _CLOSE <= end <= 1 + _ROUNDING else end
        return -end, end
    return low, high


def _natural(high: float) -> float:
    return next((end for end in NATURAL_ENDS if _CLOSE * end <= high <= end), high)


def _of_one_value(value: float) -> ValueRange:
    """Return a range for pictures that all hold one value: it is drawn where it may belong."""
    if value < 0 or not math.isfinite(value):
        return (value, 0.0) if math.isfinite(value) else _SHARES
    return 0.0, next((end for end in NATURAL_ENDS if value <= end), value)
