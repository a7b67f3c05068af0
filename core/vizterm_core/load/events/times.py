"""Times of events: seconds since midnight, since 1970, or on the data's own clock."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.load.events.names import words_of
from vizterm_core.load.events.numbers import Numerals
from vizterm_core.maps.events import Float64

_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{1,2}(?:[.,]\d+)?)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
_EPOCHS = ((1e17, "ns"), (1e14, "us"), (1e11, "ms"))
"""Numbers beyond these are moments since 1970 in that unit."""
_STEPS = ((1e6, "ns"), (1e3, "us"), (1.5, "ms"))
"""Whole numbers that go up by so much at a time are in that unit."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How a column tells the time."""

    kind: str
    """"number", "iso" or "clock" (10:07:40)."""
    unit: str = "s"
    numerals: Numerals = Numerals()  # noqa: RUF009 - frozen

    @property
    def note(self) -> str:
        """What is to be said about it."""
        how = {"iso": "dates", "clock": "hours, minutes, seconds"}
        return how.get(self.kind, f"in {self.unit}")

    def seconds(self, cells: Sequence[str]) -> Float64:
        """Return the seconds of cells of text; NaN where they tell no time."""
        if self.kind == "number":
            return self.numerals.numbers(cells) * _SECONDS[self.unit]
        parse: Callable[[str], float] = _moment if self.kind == "iso" else _of_day
        return np.array([parse(cell.strip()) for cell in cells], np.float64)

    def of_numbers(self, values: Float64) -> Float64:
        """Return seconds of numbers."""
        return values * _SECONDS[self.unit]


def find_clock(cells: Sequence[str], name: str, numerals: Numerals) -> Clock:
    """Return how a column tells the time, from its name and its first cells."""
    given = [cell.strip() for cell in cells if cell.strip()]
    values = numerals.numbers(given)
    numbers = values[np.isfinite(values)]
    if len(numbers) * 2 >= max(1, len(given)):
        return Clock("number", unit_of(numbers, name), numerals)
    dates = sum(isfinite(_moment(cell)) for cell in given)
    clocks = sum(isfinite(_of_day(cell)) for cell in given)
    return Clock("iso" if dates >= clocks and dates else "clock")


def unit_of(values: Float64, name: str) -> str:
    """Return the unit of times: by the column's name, else by how large they are."""
    unit = _unit_in(name)
    finite = values[np.isfinite(values)]
    largest = np.abs(finite).max(initial=0.0)
    epoch = next((each for least, each in _EPOCHS if largest > least), "")
    if epoch and (not unit or largest * _SECONDS[unit] > _EPOCHS[2][0]):
        return epoch
    if unit:
        return unit
    steps = np.abs(np.diff(finite))
    steps = steps[steps > 0]
    if largest > 1e8 or (finite != np.rint(finite)).any() or not len(steps):
        return "s"
    step = float(np.median(steps))
    return next((each for least, each in _STEPS if step >= least), "s")


def _unit_in(name: str) -> str:
    """Return the unit that a column's name tells, "" without one: "ns", "ms", "us", "s", "min"."""
    units = {"ns": "ns", "ms": "ms", "msec": "ms", "millis": "ms", "milliseconds": "ms",
             "us": "us", "µs": "us", "μs": "us", "usec": "us", "s": "s", "sec": "s", "secs": "s",
             "second": "s", "seconds": "s", "sekunden": "s", "min": "min", "minute": "min",
             "minutes": "min", "h": "h", "hour": "h", "hours": "h", "nanoseconds": "ns",
             "microseconds": "us"}  # fmt: skip
    return next((units[word] for word in reversed(words_of(name)) if word in units), "")


def seconds_of(values: npt.NDArray[Any], name: str) -> tuple[Float64, str]:
    """Return the seconds of an array of numbers, dates, durations or text, and what is said.

    What tells no time becomes NaN.
    """
    if values.dtype.kind in "mM":
        seconds = values.astype(f"{values.dtype.kind}8[ns]").astype(np.int64) * 1e-9
        return np.where(np.isnat(values), np.nan, seconds), "dates"
    if values.dtype.kind in "biuf":
        numbers = np.ma.filled(values.astype(np.float64), np.nan)
        numbers[~np.isfinite(numbers)] = np.nan
        clock = Clock("number", unit_of(numbers[:1000], name))
        return clock.of_numbers(numbers), clock.note
    cells = ["" if value is None else str(value) for value in values.tolist()]
    clock = find_clock(cells[:1000], name, Numerals())
    return clock.seconds(cells), clock.note


def _moment(cell: str) -> float:
    """Return the seconds since 1970 of an ISO date and time; NaN for other text."""
    try:
        moment = dt.datetime.fromisoformat(_six_digits(cell))
    except ValueError:
        return nan
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return moment.timestamp()


_FRACTION = re.compile(r"([.,]\d{6})\d+")
_TWO_DIGITS = re.compile(r"\d{4}-\d\d-\d\d")


def _six_digits(cell: str) -> str:
    """Return a date that Python reads: not more than microseconds, two digits a part."""
    if not _TWO_DIGITS.match(cell):
        raise ValueError(cell)
    return _FRACTION.sub(r"\1", cell[:64])


def _of_day(cell: str) -> float:
    found = _CLOCK.fullmatch(cell[:64])
    if found is None:
        return nan
    hours, minutes, seconds = found.groups()
    return float(hours or 0) * 3600 + float(minutes) * 60 + float(seconds.replace(",", "."))
