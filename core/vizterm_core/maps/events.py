"""Events: positions where something happened, and how often, not yet counted.

x is the column, y the row, in pixels of the source, row 0 on top.  Events outside the screen are
kept: only whoever counts them knows its size, and can say how many are outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError

Float64 = npt.NDArray[np.float64]

LARGEST_CELLS = 1 << 26
"""Cells up to which a size is taken from the data: 8192 x 8192, 256 MB of float32 counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The group that each event belongs to: a button, a user, a session."""

    codes: npt.NDArray[np.intp]
    """(n,) places in `names`."""
    names: tuple[str, ...]
    """Distinct names as the data have them, in the order of their first event."""


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Positions and weights, all of them finite, in the order they came."""

    x: Float64
    """(n,) columns, fractional ones included."""
    y: Float64
    """(n,) rows, 0 on top."""
    weights: Float64 | None = None
    """(n,) or None where each event counts one."""
    skipped: int = 0
    """Bad rows left out."""
    first_bad: str = ""
    """Place and problem of the first of them."""
    groups: Groups | None = None
    """The events' groups, where they were asked for."""
    times: Float64 | None = None
    """(n,) seconds on the data's own clock, where they were asked for."""

    def __len__(self) -> int:
        return int(self.x.size)

    def describe(self) -> str:
        """Say how many there are, and how many rows were skipped, for a status line."""
        text = f"{len(self):,} event" + ("" if len(self) == 1 else "s")
        return f"{text}, {self.describe_skipped()}" if self.skipped else text

    def describe_skipped(self) -> str:
        """Say how many rows were skipped, and name the first; empty if none was."""
        if not self.skipped:
            return ""
        rows = "1 bad row" if self.skipped == 1 else f"{self.skipped:,} bad rows"
        return f"{rows} skipped ({self.first_bad})"


def no_events(skipped: int = 0, first_bad: str = "") -> Events:
    """Return events without an event."""
    return Events(np.empty(0), np.empty(0), None, skipped, first_bad)


def join_events(parts: Sequence[Events]) -> Events:
    """Join `parts` in order; events without weights count one each where others have weights.

    Groups and times are kept where all parts have them.
    """
    skipped = sum(part.skipped for part in parts)
    first_bad = next((part.first_bad for part in parts if part.skipped), "")
    parts = [part for part in parts if len(part)]
    if not parts:
        return no_events(skipped, first_bad)
    weights = None
    if any(part.weights is not None for part in parts):
        weights = np.concatenate(
            [np.ones(len(part)) if part.weights is None else part.weights for part in parts]
        )
    times = None
    if all(part.times is not None for part in parts):
        times = np.concatenate([part.times for part in parts if part.times is not None])
    return Events(
        np.concatenate([part.x for part in parts]),
        np.concatenate([part.y for part in parts]),
        weights,
        skipped,
        first_bad,
        _joined_groups([part.groups for part in parts]),
        times,
    )


def _joined_groups(parts: Sequence[Groups | None]) -> Groups | None:
    """Return the groups of joined events; None where some have none."""
    places: dict[str, int] = {}
    codes = []
    for part in parts:
        if part is None:
            return None
        for name in part.names:
            places.setdefault(name, len(places))
        codes.append(np.array([places[name] for name in part.names], np.intp)[part.codes])
    return Groups(np.concatenate(codes), tuple(places))


def finite_events(columns: Sequence[npt.NDArray[Any]], place: Callable[[int], str]) -> Events:
    """Make events from columns x, y and perhaps weights, without the rows that are not finite.

    Parameters
    ----------
    columns : two or three (n,) arrays of real numbers
    place : callable
        Index of a row -> its name in messages.
    """
    with np.errstate(over="ignore"):  # a long double may be beyond float64
        values = [np.ascontiguousarray(column, np.float64) for column in columns]
    finite = np.logical_and.reduce([np.isfinite(column) for column in values])
    skipped = finite.size - int(np.count_nonzero(finite))
    first_bad = ""
    if skipped:
        row = int(finite.argmin())
        bad = next(column[row] for column in values if not np.isfinite(column[row]))
        first_bad = f"{place(row)}: {bad} is not a finite number"
        values = [column[finite] for column in values]
    weights = values[2] if len(values) > 2 else None
    return Events(values[0], values[1], weights, skipped, first_bad)


def require_events(events: Events, name: str) -> Events:
    """Return `events` if they aren't empty.

    Raises
    ------
    DataError
        If they are; it names the first bad row, if there was one.
    """
    if len(events):
        return events
    if events.skipped:
        raise DataError(
            f"{name}: no event in it; {events.first_bad}", "an event is x, y or x, y, weight"
        )
    raise DataError(f"{name} holds no events", "an event is x, y or x, y, weight")
