"""A look at the first rows of a column, where that is cheap."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import VizError
from vizterm_core.files.source import Access, ArraySpec, Categories, Form, Source, read_array

ROWS = 4096
_MOST_BYTES = 64 << 20
"""Of a column that must be unpacked as a whole to be looked at."""

Peeked = npt.NDArray[Any] | Categories


def peek(source: Source, spec: ArraySpec) -> Peeked | None:
    """Return the first `ROWS` rows of a column, or all of it; None if it can't be had cheaply.

    What can't be read is left to those who read all of it: they say so.
    """
    whole = spec.access is Access.WHOLE
    if whole and spec.nbytes > _MOST_BYTES:
        return None
    try:
        if whole or spec.form is Form.CATEGORIES:
            return source.read(spec.name)
        return np.asanyarray(source.open(spec.name)[:ROWS])
    except VizError:
        return None


def peek_all(source: Source, spec: ArraySpec) -> npt.NDArray[Any] | None:
    """Return all of a column if it is small; None otherwise."""
    if spec.nbytes > _MOST_BYTES:
        return None
    try:
        return read_array(source, spec.name)
    except VizError:
        return None
