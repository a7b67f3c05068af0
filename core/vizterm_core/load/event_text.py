"""Events in lines of text, as they arrive: CSV, TSV, columns between blanks, or JSON lines.

A line is an event: a quoted field may hold the delimiter, but no line break.  Whole blocks are
parsed by `numpy.loadtxt`; a block with a bad row is read line by line, by the same rules, so that
the events don't depend on where the stream was cut.
"""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.text.content import BOM, UTF_16
from vizterm_core.load.event_json import (
    DECODER,
    Columns,
    EntryError,
    NotJson,
    events_from_entries,
    parse_number,
)
from vizterm_core.load.event_layout import Layout, find_layout, shown, unquoted
from vizterm_core.load.event_names import quoted
from vizterm_core.maps.events import Events, Float64, join_events, no_events, require_events

LONGEST_LINE = 1 << 18
"""Bytes in a line; a longer one is a bad row."""

_BLOCK = 8192
_PIECE = LONGEST_LINE
_KEPT = 200


class EventLines:
    """A parser that is fed bytes as they arrive and returns the events complete so far.

    The first lines decide about the delimiter and the columns.  A header names the columns
    (`POSITION_NAMES`, `WEIGHT_NAMES`, in any case); without one, the first two or three columns
    with numbers are x, y and the weight.  Blank lines aren't rows, nor are those that start with
    "#", unless the numbers are where they should be ("#menu,12,34").

    Parameters
    ----------
    columns : tuple of str, optional
        x, y and perhaps the weight: names in the header, or places counted from 1.
    name : str
        The stream's name in messages.
    """

    def __init__(self, columns: Columns | None = None, *, name: str = "standard input") -> None:
        if columns is not None and len(columns) not in (2, 3):
            raise UsageError(
                f"--columns takes two or three columns, not {len(columns)}",
                "name x, y and perhaps the weight, e.g. --columns pageX,pageY,n",
            )
        self.name = name
        self.lines = 0
        """Complete lines so far."""
        self.good = 0
        """Events so far."""
        self.skipped = 0
        """Bad rows so far."""
        self.first_bad = ""
        self._columns = columns
        self._layout: Layout | None = None
        self._tail = bytearray()
        self._begun = False

    @property
    def note(self) -> str:
        """The columns that were chosen, for a status line; empty before the first row."""
        return "" if self._layout is None else self._layout.note

    def feed(self, data: bytes) -> Events:
        """Return the events of the lines that `data` completes.

        Raises
        ------
        DataError
            If the stream isn't text, or its header has no such columns.
        """
        parts = [
            self._feed_piece(data[start : start + _PIECE]) for start in range(0, len(data), _PIECE)
        ]
        return self._counted(join_events(parts))

    def finish(self) -> Events:
        """Return the event of a last line without a line break.

        Raises
        ------
        DataError
            As for `feed`; also if there were rows, but no good one.
        """
        events = self._counted(self._feed_piece(b"\n")) if self._tail else no_events()
        if self.skipped and not self.good:
            require_events(no_events(self.skipped, self.first_bad), self.name)
        return events

    def _counted(self, events: Events) -> Events:
        self.good += len(events)
        self.skipped += events.skipped
        self.first_bad = self.first_bad or events.first_bad
        return events

    def _feed_piece(self, piece: bytes) -> Events:
        end = piece.rfind(b"\n") + 1
        if not end:
            # Of a line that is too long, enough is kept to detect that, and to show its start.
            self._tail += piece[: max(0, LONGEST_LINE + 2 - len(self._tail))]
            return no_events()
        first = piece.index(b"\n") + 1
        self._tail += piece[:first]
        parts = [self._first_line(bytes(self._tail))]
        self._tail = bytearray(piece[end:])
        if end > first:
            parts.append(self._parse(piece[first:end]))
        return join_events(parts)

    def _first_line(self, line: bytes) -> Events:
        """Return the events of the line that the tail began; only this one may be too long."""
        if not self._begun:
            self._begun = True
            if line.startswith(UTF_16) or b"\0" in line[:LONGEST_LINE]:
                raise DataError(
                    f"{self.name} is not text, or text in UTF-16", "save it as CSV in UTF-8"
                )
            line = line.removeprefix(BOM)
        if len(line) <= LONGEST_LINE + 1:
            return self._parse(line)
        self.lines += 1
        start = quoted(line[:_KEPT].decode(errors="replace"))
        return no_events(1, f"line {self.lines:,}: {start} is too long")

    def _parse(self, data: bytes) -> Events:
        """Return the events of whole lines."""
        # Latin-1 is fast, never fails and keeps the digits.
        text = data.decode("latin-1").replace("\r\n", "\n").replace("\r", "\0")
        lines = text.split("\n")
        lines.pop()
        parts = []
        start = 0
        while self._layout is None and start < len(lines):
            parts.append(self._begin(lines[start]))
            start += 1
        if self._layout is not None:
            blocks = [lines[at : at + _BLOCK] for at in range(start, len(lines), _BLOCK)]
            parts += [self._rows(block, self._layout) for block in blocks]
        return join_events(parts)

    def _begin(self, line: str) -> Events:
        """Look for the layout on a line before the first row; return its event if it is a row."""
        if not line or line.isspace():
            self.lines += 1
            return no_events()
        try:
            self._layout, row = find_layout(line, self.lines + 1, self._columns, self.name)
        except EntryError as error:
            self.lines += 1
            if line.startswith("#"):
                return no_events()
            return no_events(1, f"line {self.lines:,}: {error}")
        if row:
            return self._rows([line], self._layout)
        self.lines += 1
        return no_events()

    def _rows(self, lines: list[str], layout: Layout) -> Events:
        """Return the events of a block of lines."""
        first = self.lines + 1
        self.lines += len(lines)
        if layout.json:
            return _json_rows(lines, first, self._columns)
        values = _block(lines, layout)
        if values is not None:
            return _events(values)
        good = []
        skipped, first_bad = 0, ""
        for number, line in enumerate(lines, first):
            if not line or line.isspace():
                continue
            try:
                good.append(_row(line, layout))
            except EntryError as error:
                if not line.startswith("#"):
                    skipped += 1
                    first_bad = first_bad or f"line {number:,}: {error}"
        values = np.array(good, np.float64).reshape(-1, len(layout.use))
        return _events(values, skipped, first_bad)


def _block(lines: list[str], layout: Layout) -> Float64 | None:
    """Return (n, 2|3) of lines that are all good or blank, else None."""
    rows = [line for line in lines if line and not line.isspace()]
    if not rows:
        return np.empty((0, len(layout.use)))
    if any('"' in row for row in rows):
        rows = [unquoted(row, layout.delimiter) for row in rows]
        if not all(map(str.strip, rows)):
            return None
    try:
        values = np.loadtxt(
            rows,
            delimiter=layout.delimiter,
            usecols=layout.use,
            comments=None,
            ndmin=2,
        )
    except ValueError:
        return None
    return values if np.isfinite(values).all() else None


def _events(values: Float64, skipped: int = 0, first_bad: str = "") -> Events:
    x, y, *weights = np.ascontiguousarray(values.T)
    return Events(x, y, weights[0] if weights else None, skipped, first_bad)


def _row(line: str, layout: Layout) -> list[float]:
    text = unquoted(line, layout.delimiter)
    fields = text.split(layout.delimiter)
    try:
        # float alone leaves some of the blanks that loadtxt strips.
        row = [float(fields[column].strip()) for column in layout.use]
        # Underscores and numbers that aren't finite are named below.
        if "_" not in text and isfinite(sum(row)):
            return row
    except (ValueError, IndexError):
        pass
    if len(fields) <= max(layout.use):
        columns = "1 column" if len(fields) == 1 else f"{len(fields):,} columns"
        raise EntryError(f"{columns}, not {max(layout.use) + 1:,}")
    return [parse_number(fields[column], shown) for column in layout.use]


def _json_rows(lines: list[str], first: int, columns: Columns | None) -> Events:
    """Return the events of lines with a JSON value each; lines with just a bracket are ignored."""
    entries: list[Any] = []
    numbers: list[int] = []
    for number, line in enumerate(lines, first):
        text = line.strip().removesuffix(",")
        if text in ("", "[", "]") or text.startswith("#"):
            continue
        numbers.append(number)
        try:
            entry, end = DECODER.raw_decode(text)
            entries.append(entry if end == len(text) else NotJson(text))
        except (ValueError, RecursionError):
            entries.append(NotJson(text))
    events = events_from_entries(entries, lambda index: f"line {numbers[index]:,}", columns)
    if events.weights is None:
        return replace(events, weights=np.ones(len(events)))
    return events
