"""Events in lines of fields between delimiters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vizterm_core.load.events.groups import GroupNames, group_name, make_events
from vizterm_core.load.events.layout import EventLayout, shown, wrong_line
from vizterm_core.load.events.names import quoted
from vizterm_core.load.events.numbers import EntryError
from vizterm_core.load.events.options import EventOptions
from vizterm_core.maps.events import Events, Float64, no_events


class TextRows:
    """Lines of fields between delimiters."""

    def __init__(self, layout: EventLayout, options: EventOptions) -> None:
        self.notes = layout.notes
        self.names = layout.choice.names
        self._layout = layout
        self._skip = layout.skip
        self._groups = None if options.by is None else GroupNames(quoted(options.by))

    def events(self, lines: list[str], first: int) -> Events:
        """Return the events of a block of lines.

        Parameters
        ----------
        lines : list of str
        first : int
            The number of the first one, from 1.
        """
        if first <= self._skip:
            # What comes before the first row.
            passed = min(len(lines), self._skip - first + 1)
            lines, first = lines[passed:], first + passed
        layout = self._layout
        values = _block(lines, layout) if layout.plain else None
        if values is not None:
            return _events(values)
        rows: list[list[str]] = []
        numbers: list[int] = []
        for number, line in enumerate(lines, first):
            if line and not line.isspace():
                rows.append(layout.fields(line))
                numbers.append(number)
        if not rows:
            return no_events()
        use = layout.choice.use
        cells = [[row[at] if at < len(row) else "" for row in rows] for at in use]
        columns = [
            numerals.numbers(column)
            for numerals, column in zip(layout.numerals, cells, strict=True)
        ]
        good = np.logical_and.reduce([np.isfinite(column) for column in columns])
        commented = [
            at for at in np.flatnonzero(~good).tolist() if lines[numbers[at] - first][:1] == "#"
        ]
        if commented:
            keep = np.ones(len(rows), bool)
            keep[commented] = False
            columns = [column[keep] for column in columns]
            rows = [row for row, kept in zip(rows, keep.tolist(), strict=True) if kept]
            numbers = [at for at, kept in zip(numbers, keep.tolist(), strict=True) if kept]
        return self._made(rows, columns, lambda row: f"line {numbers[row]:,}")

    def _made(
        self, rows: list[list[str]], columns: list[Float64], place: Callable[[int], str]
    ) -> Events:
        choice = self._layout.choice
        by, time, clock = choice.by, choice.time, self._layout.clock
        groups = times = None
        if by is not None:
            groups = [group_name(shown(row[by])) if by < len(row) else "(missing)" for row in rows]
        if time is not None and clock is not None:
            times = clock.seconds([row[time] if time < len(row) else "" for row in rows])
        return make_events(
            columns,
            lambda row: f"{place(row)}: {self._why(rows[row])}",
            groups=groups,
            names=self._groups,
            times=times,
        )

    def _why(self, fields: list[str]) -> str:
        """Say what is wrong with a row."""
        layout = self._layout
        use = layout.choice.use
        if len(fields) <= max(use):
            columns = "1 column" if len(fields) == 1 else f"{len(fields):,} columns"
            return f"{columns}, not {max(use) + 1:,}"
        for place, numerals in zip(use, layout.numerals, strict=True):
            try:
                numerals.number(fields[place])
            except EntryError as error:
                text = fields[place]
                return str(error).replace(quoted(text), quoted(shown(text)))
        time = layout.choice.time
        if time is not None:
            return f"{quoted(shown(fields[time]) if time < len(fields) else '')} tells no time"
        return str(wrong_line(" ".join(fields)))


def _block(lines: list[str], layout: EventLayout) -> Float64 | None:
    """Return (n, 2|3) of lines that are all good or blank, else None."""
    rows = [line for line in lines if line and not line.isspace()]
    if not rows:
        return np.empty((0, len(layout.choice.use)))
    text = "".join(rows)
    if layout.quotes and '"' in text:
        return None
    if layout.comma:
        if "." in text or layout.delimiter == ",":
            return None
        rows = [row.replace(",", ".") for row in rows]
    try:
        values = np.loadtxt(
            rows,
            delimiter=layout.delimiter,
            usecols=layout.choice.use,
            comments=None,
            ndmin=2,
        )
    except (ValueError, UnicodeError):
        return None
    return values if np.isfinite(values).all() else None


def _events(values: Float64) -> Events:
    x, y, *weights = np.ascontiguousarray(values.T)
    return Events(x, y, weights[0] if weights else None)
