"""What the values of a column are: categories, a quantity, dates, or names."""

from __future__ import annotations

from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.files.masked import is_masked
from vizterm_core.files.source import Categories
from vizterm_core.scatter.grid import CHUNK

MOST_FLOAT_CATEGORIES = 50
"""More different fractional numbers than this are a continuous quantity."""
FEW_CLASSES = 256
"""Up to so many different whole numbers are classes, if each has many points."""
MOST_CLASSES = 1 << 16
"""More different whole numbers than this are never classes by themselves."""

_MANY_EACH = 10
_SAMPLE = 20_000
WIDEST_LOOKUP = 1 << 20
"""Whole numbers over a wider range are sorted instead of looked up."""

AnyArray = npt.NDArray[Any]


class Meaning(Enum):
    """What the values of a column are."""

    CATEGORY = "category"
    QUANTITY = "quantity"
    DATE = "date"
    TEXT = "text"
    """Different nearly everywhere: names rather than labels."""


def meaning_of(values: AnyArray | Categories) -> Meaning:
    """Return what the values of a column are, as they are themselves.

    Whole numbers, also as floats, are categories if they are few, or fill their range as ids of
    classes do; other numbers are a quantity if they are many.  Text is categories where it repeats.
    """
    if isinstance(values, Categories):
        return _meaning_of_text(len(values), len(values.values))
    kind = values.dtype.kind
    if kind == "b":
        return Meaning.CATEGORY
    if kind in "Mm":
        return Meaning.DATE
    if kind in "USO":
        flat = values.ravel()
        seen = flat if flat.size <= _SAMPLE else flat[:: flat.size // _SAMPLE]
        return _meaning_of_text(seen.size, len(set(seen.tolist())))
    return _meaning_of_numbers(np.ma.compressed(values) if is_masked(values) else values.ravel())


def _meaning_of_text(count: int, different: int) -> Meaning:
    repeats = different <= max(MOST_FLOAT_CATEGORIES, count // 2) or different < 2
    return Meaning.CATEGORY if repeats else Meaning.TEXT


def _meaning_of_numbers(values: AnyArray) -> Meaning:
    if values.dtype.kind == "f":
        sample = values[:: max(1, values.size // _SAMPLE)]
        finite = sample[np.isfinite(sample)]
        if (finite != np.floor(finite)).any():
            few = np.unique(sample).size <= MOST_FLOAT_CATEGORIES
            few = few and np.unique(values).size <= MOST_FLOAT_CATEGORIES
            return Meaning.CATEGORY if few else Meaning.QUANTITY
        values = values[np.isfinite(values)]
        if (values != np.floor(values)).any():
            few = np.unique(values).size <= MOST_FLOAT_CATEGORIES
            return Meaning.CATEGORY if few else Meaning.QUANTITY
    if values.size == 0:
        return Meaning.CATEGORY
    low, high = float(values.min()), float(values.max())
    width = high - low + 1
    if width <= MOST_FLOAT_CATEGORIES:
        return Meaning.CATEGORY
    if width >= WIDEST_LOOKUP:
        sample = np.unique(values[:: max(1, values.size // _SAMPLE)])
        different = sample.size if sample.size > FEW_CLASSES else np.unique(values).size
    else:
        different = int(np.count_nonzero(present(values, int(low), int(width))))
    if different <= MOST_FLOAT_CATEGORIES:
        return Meaning.CATEGORY
    few = different <= FEW_CLASSES and values.size >= _MANY_EACH * different
    ids = different <= MOST_CLASSES and 2 * different >= width and values.size >= 2 * different
    return Meaning.CATEGORY if few or ids else Meaning.QUANTITY


def present(values: AnyArray, low: int, width: int) -> npt.NDArray[np.bool_]:
    """Return which of low .. low + width - 1 there are among whole numbers: (width,) bool."""
    there = np.zeros(width, bool)
    for start in range(0, values.size, CHUNK):
        part = values[start : start + CHUNK]
        if part.dtype.kind == "f":
            part = part.astype(np.int64)
        there[offsets(part, low)] = True
    return there


def offsets(values: AnyArray, low: int) -> npt.NDArray[np.integer]:
    """Return values - low for any integer dtype, also for uint64 beyond int64."""
    if low == 0 and values.dtype.itemsize < 8:
        return values
    if values.dtype.itemsize < 8:
        return values.astype(np.int64) - low
    return np.subtract(values, values.dtype.type(low)).astype(np.int64)
