"""Text as codes and the different texts that there are."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

_SORTED_AT_ONCE = 10_000
_FEW_TEXTS = 32


def distinct_texts(values: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int64], list[Any]]:
    """Return codes of strings of a fixed width, and the strings.

    Many of few different ones are compared with each: sorting all of them takes ten times as long.
    """
    if values.size > _SORTED_AT_ONCE:
        few = np.unique(values[:: values.size // _SORTED_AT_ONCE])
        if few.size <= _FEW_TEXTS:
            codes = np.full(values.size, -1, np.int64)
            for code, text in enumerate(few):
                codes[values == text] = code
            rest = np.flatnonzero(codes < 0)
            more, inverse = np.unique(values[rest], return_inverse=True)
            codes[rest] = inverse.ravel() + few.size
            return codes, [*few.tolist(), *more.tolist()]
    distinct, inverse = np.unique(values, return_inverse=True)
    return inverse.ravel(), distinct.tolist()


def factorized(values: list[Any]) -> tuple[npt.NDArray[np.int64], list[Any]]:
    """Return codes of objects by first appearance, -1 for None and NaN; and the objects."""
    places: dict[Any, int] = {}
    codes = np.empty(len(values), np.int64)
    for row, value in enumerate(values):
        if value is None or value != value:
            codes[row] = -1
        else:
            codes[row] = places.setdefault(value, len(places))
    return codes, list(places)
