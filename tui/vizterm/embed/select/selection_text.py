"""What is said of the selected points: how many there are, and of which labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from vizterm.cells.text import cut_name
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.labels import LEVELS, Labels
from vizterm_core.scatter.selection import Selection
from vizterm_core.text import clean

_MOST_LABELS = 3
_WIDEST_NAME = 16


def counted_text(selection: Selection, index: PointIndex | None = None) -> str:
    """Return how many points are selected: '214 selected'.

    Parameters
    ----------
    selection : Selection
    index : PointIndex, optional
        To say how many of them its filter leaves out.
    """
    text = f"{selection.count:,} selected"
    if index is None or not index.filtered or not selection:
        return text
    left_out = int(selection.by_label(index.labels, index.label_count + 1)[-1])
    if not left_out:
        return text
    many = "all of them" if left_out == selection.count else f"{left_out:,}"
    return f"{text}, {many} left out by the filter"


def make_up(
    labels: Labels, selection: Selection, column: str = "", most: int = _MOST_LABELS
) -> str:
    """Return of which labels the selected points are: '190 cat · 24 dog'; empty of one kind.

    Parameters
    ----------
    labels : Labels
        Those of a quantity are told by its range.
    selection : Selection
    column : str
        The quantity's name.
    most : int
        Labels that are named; the biggest ones.
    """
    if not selection or len(labels.names) < 2:
        return ""
    if labels.scale is not None:
        return _range(labels, selection, column)
    return _kinds(labels, selection.by_label(labels.codes, len(labels.names)), most)


def counted_make_up(
    labels: Labels, counts: npt.NDArray[np.int64], column: str = "", most: int = _MOST_LABELS
) -> str:
    """Return the same of counts by label: '214: 190 cat · 24 dog'.

    Parameters
    ----------
    labels : Labels
        A quantity's range is that of its levels, and said to be about so.
    counts : (labels,) int64
    column : str
    most : int
    """
    total = f"{int(counts.sum()):,}"
    if not counts.any() or len(labels.names) < 2:
        return total
    if labels.scale is None:
        return f"{total}: {_kinds(labels, counts, most)}"
    levels, missing = np.flatnonzero(counts[:LEVELS]), int(counts[LEVELS:].sum())
    told: list[str] = []
    if levels.size:
        bounds = [labels.scale.level_bounds(int(level)) for level in levels[[0, -1]]]
        low, high = (labels.scale.text(end, 3) for end in (bounds[0][0], bounds[1][1]))
        told = [" ".join(filter(None, [clean(column), f"about {low} to {high}"]))]
    return f"{total}: " + " · ".join([*told, *_missing(missing)])


def _kinds(labels: Labels, counts: npt.NDArray[np.int64], most: int) -> str:
    """Return how many there are of the biggest labels, and how many more labels."""
    there = np.flatnonzero(counts)
    if there.size == 1:
        return cut_name(labels.names[there[0]], _WIDEST_NAME)
    order = there[np.argsort(-counts[there], kind="stable")]
    if order.size > most + 1:
        order, more = order[:most], order.size - most
    else:
        more = 0
    parts = [_of_kind(int(counts[label]), labels.names[label]) for label in order]
    return " · ".join([*parts, *([f"{more:,} more labels"] if more else [])])


def _of_kind(count: int, name: str) -> str:
    """Return '190 cat', or '183 of 3' where the name itself is read as a number."""
    shown = cut_name(name, _WIDEST_NAME)
    return f"{count:,} of {shown}" if shown[:1].isdecimal() else f"{count:,} {shown}"


def _missing(count: int) -> list[str]:
    return [f"{count:,} missing"] if count else []


def _range(labels: Labels, selection: Selection, column: str) -> str:
    if labels.values is None or labels.scale is None:
        return ""
    values = labels.values[selection.points()]
    known = values[np.isfinite(values)]
    told: Sequence[str] = []
    if known.size:
        ends = [labels.scale.text(float(end)) for end in (known.min(), known.max())]
        told = [" ".join([*filter(None, [clean(column)]), " to ".join(dict.fromkeys(ends))])]
    missing = values.size - known.size
    return " · ".join([*told, *_missing(missing)])
