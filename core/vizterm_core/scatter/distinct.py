"""The distinct values of a column of text or objects, and which of them each row has."""

from __future__ import annotations

import math
import numbers
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.files.masked import is_masked, unmasked
from vizterm_core.files.source import Categories
from vizterm_core.scatter.grid import CHUNK
from vizterm_core.text import whole_text

_PANDAS_NA = "<NA>"
"""Compared with anything, it is neither true nor false."""
_INT64 = 1 << 63

Values = npt.NDArray[Any] | Categories


def needs_factoring(values: Values) -> bool:
    """Whether values are text, objects or categories."""
    return isinstance(values, Categories) or values.dtype.kind in "USO"


def factored(values: Values) -> Categories:
    """Return text, objects or categories as categories of whole text, or of numbers or dates.

    Parameters
    ----------
    values : (n,) str, bytes or object, perhaps masked, or Categories

    Returns
    -------
    Categories
        Codes are negative where a value is missing: masked, None or NaN.
    """
    if isinstance(values, Categories):
        plain = values.values
        if plain.dtype.kind not in "USO":
            return values
        return Categories(values.codes, _plain_values(plain.tolist()), values.colours)
    places: dict[Any, int] = {}
    codes = np.empty(values.size, np.int32)
    flat = unmasked(values)
    for start in range(0, flat.size, CHUNK):
        part = flat[start : start + CHUNK].tolist()
        codes[start : start + CHUNK] = _codes(part, places)
    if is_masked(values):
        codes[np.ma.getmaskarray(values)] = -1
    return Categories(codes, _plain_values(list(places)))


def _codes(part: list[Any], places: dict[Any, int]) -> list[int]:
    """Return the place of each value, by first appearance; -1 for None and NaN."""
    try:
        return [
            -1 if value is None or value != value else places.setdefault(value, len(places))
            for value in part
        ]
    except (TypeError, ValueError):
        # Objects that can't be hashed or compared are what their text says.
        return [-1 if value is None else _place(value, places) for value in part]


def _place(value: Any, places: dict[Any, int]) -> int:
    text = whole_text(value)
    if text == _PANDAS_NA:
        return -1
    try:
        return -1 if value != value else places.setdefault(value, len(places))
    except (TypeError, ValueError):
        return places.setdefault(text, len(places))


def _plain_values(found: list[Any]) -> npt.NDArray[Any]:
    """Return values as numbers if all of them are, else as text; None where one is missing."""
    there = [value for value in found if value is not None]
    if there and all(isinstance(value, numbers.Real) for value in there):
        if all(isinstance(value, bool | np.bool_) for value in there) and len(there) == len(found):
            return np.array(found, bool)
        if len(there) == len(found) and all(
            isinstance(value, numbers.Integral) and -_INT64 <= int(value) < _INT64
            for value in found
        ):
            return np.array([int(value) for value in found], np.int64)
        return np.array([math.nan if value is None else _float(value) for value in found])
    texts = np.empty(len(found), object)
    texts[:] = [None if value is None else whole_text(value) for value in found]
    return texts


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
