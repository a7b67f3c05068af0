"""Rows of one table at several times: a column says when, and a name which point it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.source import ArraySpec, Form, Source, read_array
from vizterm_core.files.stored import Array
from vizterm_core.load.choose import find_key, listed
from vizterm_core.load.joining import JoinedRows
from vizterm_core.load.keys import Keys
from vizterm_core.load.places import read_places
from vizterm_core.load.roles import Choice, choose_roles
from vizterm_core.load.times.match import names_of
from vizterm_core.load.times.source import TimedSource
from vizterm_core.scatter.columns import value_text
from vizterm_core.scatter.epochs import Epochs, Places
from vizterm_core.scatter.viewport import FloatArray
from vizterm_core.text import clean, natural_key, whole_text

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Moments:
    """When rows are."""

    codes: Rows
    """(rows,) the time of each, counted from 0; -1 where it isn't known."""
    names: tuple[str, ...]
    """What each time is called."""


class ColumnTimes:
    """Where points are at each time, of a table with a row a point and time.

    Parameters
    ----------
    source : Source
        The table.
    choice : Choice
        Its roles.
    moments : _Moments
    points : (rows,) int64
        The point of each row.
    """

    def __init__(self, source: Source, choice: Choice, moments: _Moments, points: Rows) -> None:
        self._source, self._choice, self._moments = source, choice, moments
        self._points = points

    def epochs(self, choice: Choice) -> Epochs:
        """Return the places of the points at each time; of all rows they are read now."""
        x, y = read_places(self._source, self._choice.coords)
        total = choice.coords.count
        order = np.argsort(self._moments.codes, kind="stable")
        starts = np.searchsorted(self._moments.codes[order], np.arange(len(self._moments.names)))
        ends = np.append(starts[1:], order.size)
        points = self._points

        def read(epoch: int) -> Places:
            rows = order[starts[epoch] : ends[epoch]]
            return _placed(x[rows], y[rows], points[rows], total)

        return Epochs(len(self._moments.names), read, self._moments.names)


def _placed(x: FloatArray, y: FloatArray, points: Rows, total: int) -> Places:
    places = np.full((2, total), np.nan, x.dtype)
    places[0, points], places[1, points] = x, y
    return places.T


def times_of_column(source: Source, keys: Keys) -> TimedSource:
    """Return a table of points at several times as one row a point, with its times.

    Parameters
    ----------
    source : Source
    keys : Keys
        `time` is the column that says when.

    Raises
    ------
    DataError, UsageError
        If there is no such column, or points can't be matched.
    """
    assert keys.time is not None
    found = find_key(source, keys.time)
    if found is None:
        held = listed(source.columns.values())
        raise UsageError(
            f"--time {clean(keys.time)}: no such column; the file has {held}",
            "name the column that says when a row was",
        )
    moments = _moments(source, source.columns[found])
    choice = choose_roles(source, keys)
    if choice.coords.count != moments.codes.size:
        raise DataError(
            f"--time {clean(found)} has {moments.codes.size:,} rows, "
            f"coordinates {choice.coords.called} don't",
            "name a column with one entry a point",
        )
    names = choice.names
    if names is not None and names.name == found:
        names = None
    notes = [f"{len(moments.names):,} epochs by {clean(found)}"]
    if (unknown := int((moments.codes < 0).sum())) > 0:
        rows = "row" if unknown == 1 else "rows"
        notes.append(f"{unknown:,} {rows} left out: {clean(found)} is missing there")
    points = None
    if names is not None:
        points = _by_name(names_of(source, names.name), moments)
        if points is None and keys.names is not None:
            raise DataError(
                f"{clean(names.name)}: a name comes twice at one time: points can't be matched",
                "name another column with --names KEY, or --names none to go by their order",
            )
        notes.append(
            f"points matched by {clean(names.name)}"
            if points is not None
            else f"{clean(names.name)} comes twice at one time"
        )
    if points is None:
        points = _by_order(moments, found)
        notes.append("points matched by their order at each time")
    latest = _latest(points, moments.codes)
    base = JoinedRows(source, latest, f"other columns as they are at a point's last {clean(found)}")
    times = ColumnTimes(source, choice, moments, points)
    return TimedSource(base, times, source.name, notes=notes, hidden=(found,), exact=False)


def _moments(source: Source, spec: ArraySpec) -> _Moments:
    column = len(spec.shape) == 1 or (len(spec.shape) == 2 and spec.shape[1] == 1)
    if not column or spec.objects or spec.form is Form.ENCODED:
        raise DataError(f"--time {spec.describe()}: not one value a row", "name another column")
    values = read_array(source, spec.name).ravel()
    missing = _missing(values)
    known = np.ma.getdata(values)[~missing]
    if not known.size:
        raise DataError(f"--time {clean(spec.name)}: all of it is missing", "name another column")
    if known.dtype.kind in "biufM":
        times, inverse = np.unique(known, return_inverse=True)
        texts = [value_text(value) for value in times]
    else:
        words = [whole_text(value) for value in known.tolist()]
        texts = sorted(set(words), key=natural_key)
        places = {text: place for place, text in enumerate(texts)}
        inverse = np.array([places[word] for word in words], np.int64)
    codes = np.full(values.size, -1, np.int64)
    codes[~missing] = inverse
    return _Moments(codes, tuple(f"{spec.name} {text}" for text in texts))


def _missing(values: Array) -> npt.NDArray[np.bool_]:
    missing = np.ma.getmaskarray(values).copy()
    held = np.ma.getdata(values)
    if held.dtype.kind == "f":
        missing |= ~np.isfinite(held)
    elif held.dtype.kind == "M":
        missing |= np.isnat(held)
    elif held.dtype == object:
        missing |= np.array([value is None for value in held.tolist()], bool)
    return missing


def _by_name(names: Array, moments: _Moments) -> Rows | None:
    """Return the point of each row by its name, in the order in which names come first.

    None if a name comes twice at a time.
    """
    _, first, inverse = np.unique(names, return_index=True, return_inverse=True)
    rank = np.empty(first.size, np.int64)
    rank[np.argsort(first)] = np.arange(first.size)
    points = rank[inverse.ravel()]
    known = moments.codes >= 0
    pairs = moments.codes[known] * first.size + points[known]
    return points if np.unique(pairs).size == pairs.size else None


def _by_order(moments: _Moments, column: str) -> Rows:
    """Return the point of each row by its place among those of its time."""
    counts = np.bincount(moments.codes[moments.codes >= 0], minlength=len(moments.names))
    if counts.min() != counts.max():
        raise DataError(
            f"--time {clean(column)}: from {counts.min():,} to {counts.max():,} points at a time, "
            "and no names to match them by",
            "name the column that says which point it is with --names KEY",
        )
    points = np.full(moments.codes.size, -1, np.int64)
    order = np.argsort(moments.codes, kind="stable")
    known = order[moments.codes[order] >= 0]
    points[known] = np.tile(np.arange(counts[0]), counts.size)
    return points


def _latest(points: Rows, codes: Rows) -> Rows:
    """Return the row of each point at its last time."""
    known = np.flatnonzero(codes >= 0)
    order = known[np.lexsort((codes[known], points[known]))]
    last = np.append(points[order][1:] != points[order][:-1], True)
    return order[last]
