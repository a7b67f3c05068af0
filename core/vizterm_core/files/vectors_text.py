"""Vectors that are written as text: "[0.1, -0.2]", as a table without lists keeps them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_SHORTEST = 2
_TYPED = re.compile(r"np\.float\d+\(([^()]*)\)")
_OPENING, _CLOSING = "[(", "])"


def parse_vector(text: str) -> npt.NDArray[np.float64] | None:
    """Return the numbers of a text in brackets, as Python, JSON or numpy write them.

    Returns
    -------
    (d,) float64, or None
        None where it is anything else, and where there are fewer than two numbers.

    >>> parse_vector("[0.5, -2]").tolist(), parse_vector("[1. nan]").tolist()
    ([0.5, -2.0], [1.0, nan])
    >>> parse_vector("[train] 12") is None
    True
    """
    text = text.strip()
    if len(text) < _SHORTEST or text[0] not in _OPENING or text[-1] not in _CLOSING:
        return None
    try:
        numbers = json.loads(text)
    except (ValueError, RecursionError):
        numbers = _TYPED.sub(r"\1", text[1:-1]).replace(",", " ").split()
    try:
        vector = np.array(numbers, np.float64)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return vector if vector.ndim == 1 and vector.size >= _SHORTEST else None


def vector_width(texts: Iterable[str | None]) -> int | None:
    """Return the number of values that half of some texts have; None unless all are vectors."""
    widths: Counter[int] = Counter()
    for text in texts:
        if text is None or not text.strip():
            continue
        vector = parse_vector(text)
        if vector is None:
            return None
        widths[vector.size] += 1
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return width if 2 * count >= widths.total() > 0 else None


def parse_vectors(
    texts: Sequence[str | None] | npt.NDArray[Any], width: int
) -> tuple[npt.NDArray[np.float64], int]:
    """Return vectors, and how many of the texts are none of that width.

    Parameters
    ----------
    texts : (n,) sequence of str or None
    width : int
        Values that a vector has.

    Returns
    -------
    vectors : (n, width) float64
        NaN in the rows that don't fit.
    wrong : int
        The number of these rows.
    """
    vectors = np.full((len(texts), width), np.nan)
    wrong = 0
    for row, text in enumerate(texts):
        vector = None if text is None else parse_vector(text)
        if vector is None or vector.size != width:
            wrong += 1
        else:
            vectors[row] = vector
    return vectors, wrong
