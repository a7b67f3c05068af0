"""Events in lines with a JSON value each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.stored import Array
from vizterm_core.load.events.entries import EntryReader
from vizterm_core.load.events.grid_text import FEWEST_WIDTH
from vizterm_core.load.events.json_fields import is_event
from vizterm_core.load.events.json_values import DECODER, NotJson, as_json
from vizterm_core.load.events.layout import SAMPLE_LINES, shown
from vizterm_core.load.events.numbers import PLAIN, EntryError
from vizterm_core.load.events.options import EventOptions
from vizterm_core.load.events.places import is_row
from vizterm_core.load.events.utf8 import LONGEST_LINE
from vizterm_core.maps.events import Events, no_events


class JsonRows:
    """Lines with a JSON value each; lines with just a bracket are ignored."""

    def __init__(
        self, lines: Sequence[str], options: EventOptions, name: str, kind: str | None
    ) -> None:
        entries, _ = _entries(lines, 1)
        self._name = name
        self._grid_rows: list[list[Any]] | None = None
        self.notes: tuple[str, ...] = ()
        self.names: tuple[str, ...] = ()
        self._width = 0
        if options.columns is None and kind != "events" and _are_grid_rows(entries, kind):
            self._grid_rows = []
            self._width = len(entries[0])
            return
        good = [entry for entry in entries if not isinstance(entry, NotJson)]
        self._reader = EntryReader(good, options, name)
        self.notes, self.names = self._reader.notes, self._reader.names

    @property
    def is_grid(self) -> bool:
        """Whether the lines are the rows of a grid."""
        return self._grid_rows is not None

    def grid(self) -> Array:
        """Return the (H, W) grid."""
        grid = np.array(self._grid_rows, np.float64)
        rows, width = grid.shape
        self.notes = (f"read as a grid of {width:,} × {rows:,}",)
        return grid

    def events(self, lines: list[str], first: int) -> Events:
        """Return the events of a block of lines."""
        entries, numbers = _entries(lines, first)
        if self._grid_rows is not None:
            for entry, number in zip(entries, numbers, strict=True):
                row = _grid_row(entry)
                if row is None or len(row) != self._width:
                    raise DataError(
                        f"{self._name}: line {number:,} is no row of {self._width:,} numbers",
                        "a grid has as many in each row; --kind events reads x, y a line",
                    )
                self._grid_rows.append(row)
            return no_events()
        events = self._reader.events(entries, lambda index: f"line {numbers[index]:,}")
        return (
            events if events.weights is not None else replace(events, weights=np.ones(len(events)))
        )


def _entries(lines: Sequence[str], first: int) -> tuple[list[Any], list[int]]:
    """Return the values of lines, and the number of each."""
    entries: list[Any] = []
    numbers: list[int] = []
    for number, line in enumerate(lines, first):
        text = line.strip().removesuffix(",")
        if text in ("", "[", "]") or text.startswith("#"):
            continue
        numbers.append(number)
        entries.append(_entry(shown(text)))
    return entries, numbers


def _entry(text: str) -> Any:
    try:
        entry, end = DECODER.raw_decode(text)
        return entry if end == len(text) else NotJson(text)
    except (ValueError, RecursionError):
        pass
    if "'" in text or "(" in text or "None" in text:
        try:
            return DECODER.decode(as_json(text))
        except (ValueError, RecursionError):
            pass
    return NotJson(text)


def _are_grid_rows(entries: Sequence[Any], kind: str | None) -> bool:
    fewest = 1 if kind == "grid" else FEWEST_WIDTH
    rows = [_grid_row(entry) for entry in entries]
    widths = {-1 if row is None else len(row) for row in rows}
    return len(rows) > 1 and len(widths) == 1 and min(widths) >= fewest


def _grid_row(entry: Any) -> list[Any] | None:
    """Return the numbers of a row, also of those written as text; None if it has others."""
    if not isinstance(entry, list):
        return None
    row = []
    for value in entry:
        if isinstance(value, str):
            try:
                row.append(PLAIN.number(value))
            except EntryError:
                return None
        elif value is None:
            row.append(np.nan)
        elif isinstance(value, float):
            row.append(value)
        else:
            return None
    return row


def is_by_line(text: bytearray, *, final: bool) -> bool | None:
    """Whether each line is a JSON value, and an event; None while that doesn't show.

    Lines with just an opening bracket are passed: "[", then a value a line.
    """
    start = 0
    opened = False
    while True:
        end = text.find(b"\n", start)
        if end < 0 and not final:
            return None
        line = bytes(text[start : end if end >= 0 else len(text)]).strip()
        if not line and end < 0:
            return False
        start = end + 1
        if not line or line.startswith(b"#"):
            if end < 0:
                return False
            continue
        if line == b"[" and not opened:
            opened = True
            if end < 0:
                return False
            continue
        value = value_of(line.decode("utf-8", "replace").removesuffix(","))
        return is_row(value)


def value_of(line: str) -> Any:
    """Return the value of a line; None if it is none."""
    if len(line) > LONGEST_LINE:
        return None
    for text in (line, as_json(line)):
        try:
            return DECODER.decode(text)
        except (ValueError, RecursionError):
            continue
    return None


def some_line_reads(text: str) -> bool:
    """Whether one of the first lines is an event: a log with a damaged first line."""
    lines = text.split("\n", SAMPLE_LINES)[:SAMPLE_LINES]
    values = [value_of(line.strip().removesuffix(",")) for line in lines if line.strip()]
    return len(values) > 1 and any(
        is_event(value) if isinstance(value, dict) else is_row(value) for value in values
    )
