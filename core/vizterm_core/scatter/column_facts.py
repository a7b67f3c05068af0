"""What is told of a column before it is chosen: its kind, and how many or which values it has."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm_core.files.source import Categories
from vizterm_core.scatter.columns import Column
from vizterm_core.scatter.meaning import MOST_CLASSES, Meaning

_DESCRIBED = 1_000_000
"""Rows up to which values are counted for the description: that takes a moment a column."""
_SAMPLE = 300_000


def describe_column(column: Column, rows: npt.NDArray[np.int64] | None = None) -> str:
    """Return a column's kind and what is telling of it: "category · 3", "quantity · 0.01 – 2.3".

    Parameters
    ----------
    column : Column
        Its values are read, unless they have been.
    rows : (points,) int64, optional
        The rows that count; all of them without.

    Raises
    ------
    DataError
        If the values can't be read.
    """
    kind = column.meaning
    if kind is Meaning.TEXT or len(column.values) > _DESCRIBED or too_many_labels(column):
        return kind.value
    labels = column.labels(rows)
    if labels.scale is None:
        return f"{kind.value} · {len(labels.names):,}"
    low, high = (labels.scale.text(end, 3) for end in (labels.scale.low, labels.scale.high))
    return f"{kind.value} · {low} – {high}"


def too_many_labels(column: Column, meaning: Meaning | None = None) -> bool:
    """Whether a column has far more different values than there can be labels.

    Parameters
    ----------
    column : Column
    meaning : Meaning, optional
        What its values are taken for; by default what they are.
    """
    # Text has no order: it stays categories.
    if (meaning or column.meaning) in (Meaning.QUANTITY, Meaning.DATE) and not is_text(column):
        return False
    values = column.values
    if isinstance(values, Categories):
        return len(values.values) > MOST_CLASSES
    sample = np.ma.getdata(values)[:: max(1, len(values) // _SAMPLE)]
    different = len(set(sample.tolist())) if sample.dtype.kind == "O" else np.unique(sample).size
    return different > MOST_CLASSES


def is_text(column: Column) -> bool:
    """Whether the values are text, or true and false: without an order of quantities."""
    values = column.values
    held = values.values if isinstance(values, Categories) else values
    return held.dtype.kind in "bUSO"
