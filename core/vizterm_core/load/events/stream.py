"""Events in text as it arrives: CSV, TSV, columns between blanks, JSON lines, a JSON document.

The first lines decide what the text is, once there are enough of them, it pauses, or it ends; what
follows is parsed by that, block by block, so that the events don't depend on where the stream was
cut.  A line is an event: a quoted field may hold the delimiter, but no line break.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.memory import free_memory
from vizterm_core.files.stored import Array
from vizterm_core.files.text.content import BOM, GZIP, MEMORY_PART, UTF_16, TextContent
from vizterm_core.load.events.document import is_row, read_document
from vizterm_core.load.events.entries import DECODER, EntryReader, NotJson, as_json, is_event
from vizterm_core.load.events.grid_text import FEWEST_WIDTH, read_grid
from vizterm_core.load.events.groups import GroupNames, group_name, make_events
from vizterm_core.load.events.layout import (
    SAMPLE_LINES,
    EventLayout,
    encoding_of,
    find_event_layout,
    names_columns,
    no_rows,
    shown,
    wrong_line,
)
from vizterm_core.load.events.names import quoted
from vizterm_core.load.events.numbers import EntryError, Numerals
from vizterm_core.load.events.options import NO_OPTIONS, EventOptions
from vizterm_core.maps.events import Events, Float64, join_events, no_events, require_events
from vizterm_core.text import describe_bytes

LONGEST_LINE = 1 << 18
"""Bytes in a line; a longer one is a bad row."""

_BLOCK = 8192
_PIECE = LONGEST_LINE
_KEPT = 200
_MOST_UNDECIDED = 10_000
"""Lines that may come before the first event."""
_UNDECIDED_BYTES = 1 << 24
_OPENING = (b"{", b"[")


class TooLong(str):
    """The beginning of a line that is too long."""

    __slots__ = ()


class EventLines:
    """A parser that is fed bytes as they arrive and returns the events complete so far.

    Parameters
    ----------
    options : EventOptions
    name : str
        The stream's name in messages.
    kind : {"events", "grid"}, optional
        What the text is; a grid is kept until the end.
    max_bytes : int, optional
        The limit for a document or a grid, which can only be read whole.
    """

    def __init__(
        self,
        options: EventOptions = NO_OPTIONS,
        *,
        name: str = "standard input",
        kind: str | None = None,
        max_bytes: int | None = None,
    ) -> None:
        self.name = name
        self.lines = 0
        """Complete lines so far."""
        self.good = 0
        """Events so far."""
        self.skipped = 0
        """Bad rows so far."""
        self.first_bad = ""
        self.notes: tuple[str, ...] = ()
        """The choices that were made, doubt first; empty before the first row."""
        self.names: tuple[str, ...] = ()
        """Names of x, y and perhaps the weight."""
        self.size: tuple[int, int] | None = None
        """As a document declares it."""
        self.grid: Array | None = None
        """(H, W) numbers, at the end of a text that is a grid."""
        self._options = options
        self._kind = kind
        self._limit = max_bytes
        self._text = _Utf8(name)
        self._tail = bytearray()
        self._waiting: list[str] = []
        self._enough = SAMPLE_LINES
        self._rows: _TextRows | _JsonRows | None = None
        self._whole: bytearray | None = None
        """The text so far, where only all of it can be read."""
        self._matrix: EventLayout | None = None
        self._opened = False
        """Whether the first character has come, and it is no bracket."""

    def feed(self, data: bytes) -> Events:
        """Return the events of the lines that `data` completes.

        Raises
        ------
        DataError
            If the stream isn't text, its header has no such columns, or it is too large.
        """
        return self._counted(self._feed_text(self._text.feed(data)))

    def pause(self) -> Events:
        """Return the events of what has come, as no more comes for now: enough or not, it decides.

        Raises
        ------
        DataError
            As for `feed`.
        """
        if self._whole is not None and self._rows is None and self._matrix is None:
            return self._counted(self._open(final=False))
        if self._rows is None and self._waiting:
            return self._counted(self._decide(final=False))
        return no_events()

    def finish(self) -> Events:
        """Return the events that are left: of a last line without a line break, of a document.

        Raises
        ------
        DataError
            As for `feed`; also if there were rows, but no good one.
        """
        parts = [self._feed_text(self._text.finish())]
        if self._whole is not None and self._matrix is None and self._rows is None:
            parts.append(self._open(final=True))
        if self._tail:
            parts.append(self._feed_text(b"\n"))
        if self._rows is None and self._matrix is None and self._waiting:
            parts.append(self._decide(final=True))
        if self._matrix is not None:
            self._finish_matrix()
        if isinstance(self._rows, _JsonRows) and self._rows.is_grid:
            self.grid = self._rows.grid()
            self.notes = self._rows.notes
        events = self._counted(join_events(parts))
        if self.skipped and not self.good and self.grid is None:
            require_events(no_events(self.skipped, self.first_bad), self.name)
        return events

    def _counted(self, events: Events) -> Events:
        self.good += len(events)
        self.skipped += events.skipped
        self.first_bad = self.first_bad or events.first_bad
        return events

    def _feed_text(self, text: bytes) -> Events:
        if not text:
            return no_events()
        if not self._opened and self._whole is None and self._rows is None:
            start = bytes(self._tail[:_KEPT]).lstrip() + text[:_KEPT].lstrip()
            if start.startswith(_OPENING) and not self._waiting:
                self._whole = self._tail
                self._tail = bytearray()
            else:
                self._opened = bool(start)
        if self._whole is not None:
            self._keep(text)
            return (
                self._open(final=False) if self._rows is None and not self._matrix else no_events()
            )
        parts = [
            self._feed_piece(text[start : start + _PIECE]) for start in range(0, len(text), _PIECE)
        ]
        return join_events(parts)

    def _keep(self, text: bytes) -> None:
        """Add to the text that can only be read whole."""
        assert self._whole is not None
        self._whole += text
        limit = self._limit or free_memory() // (4 * MEMORY_PART)
        if len(self._whole) > limit:
            raise DataError(
                f"{self.name} is more than {describe_bytes(limit)} of text in one piece",
                "write an event a line, which is read in parts",
            )

    # JSON: a value a line, or a document

    def _open(self, *, final: bool) -> Events:
        """Decide whether text that begins with a bracket is a value a line, once that shows."""
        assert self._whole is not None
        if self._options.points is None:
            by_line = _by_line(self._whole, final=final)
            if by_line is None:
                return no_events()
            if by_line:
                return self._go_on_by_line()
        elif not final:
            return no_events()
        if not final:
            return no_events()
        content = _decoded(bytes(self._whole), self.name)
        if not content.strip():
            return no_events()
        try:
            found = read_document(content, self.name, self._options)
        except json.JSONDecodeError as error:
            if self._options.points is None and _some_line_reads(content):
                return self._go_on_by_line()
            place = f"line {error.lineno:,}, column {error.colno:,}"
            raise DataError(
                f"{self.name} is not JSON: {error.msg} at {place}",
                'write {"x,y": n}, [[x, y, n], ...] or [{"x": x, "y": y, "weight": n}, ...]',
            ) from error
        self.notes, self.names, self.size = found.notes, found.names, found.size
        self.grid = found.grid
        self._whole = None
        self._opened = True
        return found.events

    def _go_on_by_line(self) -> Events:
        text, self._whole, self._opened = self._whole, None, True
        return self._feed_text(bytes(text or b""))

    # Lines

    def _feed_piece(self, piece: bytes) -> Events:
        end = piece.rfind(b"\n") + 1
        if not end:
            # Of a line that is too long, enough is kept to detect that, and to show its start.
            self._tail += piece[: max(0, LONGEST_LINE + 2 - len(self._tail))]
            return no_events()
        first = piece.index(b"\n") + 1
        self._tail += piece[:first]
        line = bytes(self._tail)
        lines: list[str] = []
        if len(line) <= LONGEST_LINE + 1:
            lines += _lines_of(line)
        else:
            lines.append(TooLong(line[:_KEPT].decode("utf-8", "surrogateescape")))
        self._tail = bytearray(piece[end:])
        if end > first:
            lines += _lines_of(piece[first:end])
        return self._take(lines)

    def _take(self, lines: list[str]) -> Events:
        """Return the events of whole lines, if it is decided what they are."""
        if self._matrix is not None:
            self._waiting += lines
            return no_events()
        if self._rows is not None:
            return self._parse(lines)
        self._waiting += lines
        parts = []
        while self._rows is None and self._matrix is None and len(self._waiting) >= self._enough:
            parts.append(self._decide(final=False))
            self._enough *= 2
        return join_events(parts)

    def _decide(self, *, final: bool) -> Events:
        """Decide what the lines are by the first ones, and return their events."""
        sample = [
            "" if isinstance(line, TooLong) else line for line in self._waiting[: self._enough]
        ]
        first = next((line for line in sample if line.strip() and line[:1] != "#"), "")
        tuples = first.lstrip()[:1] == "(" and is_row(_value_of(first.strip().removesuffix(",")))
        if tuples or first.lstrip()[:1] in ("{", "["):
            self._rows = _JsonRows(sample, self._options, self.name, self._kind)
        else:
            layout = find_event_layout(sample, self._options, self.name, kind=self._kind)
            if layout is None:
                enough = final or len(self._waiting) >= _MOST_UNDECIDED
                return self._undecided(sample) if enough else no_events()
            if layout.matrix is not None:
                self._matrix = layout
                return no_events()
            self._rows = _TextRows(layout, self._options)
        self.notes, self.names = self._rows.notes, self._rows.names
        lines, self._waiting = self._waiting, []
        return self._parse(lines)

    def _undecided(self, sample: Sequence[str]) -> Events:
        """Return no events of lines none of which is one."""
        bad = [line for line in sample if line.strip() and not line.startswith("#")]
        if bad and not names_columns(bad[0]):
            raise no_rows(sample, self.name)
        long = next(
            (at for at, line in enumerate(self._waiting) if isinstance(line, TooLong)), None
        )
        self.lines += len(self._waiting)
        if long is None:
            self._waiting = []
            return no_events()
        bad_line = f"line {long + 1:,}: {quoted(shown(self._waiting[long]))} is too long"
        self._waiting = []
        return no_events(1, bad_line)

    def _parse(self, lines: list[str]) -> Events:
        assert self._rows is not None
        parts = []
        for at in range(0, len(lines), _BLOCK):
            block = lines[at : at + _BLOCK]
            long = [place for place, line in enumerate(block) if type(line) is TooLong]
            start = 0
            for place in [*long, len(block)]:
                if place > start:
                    parts.append(self._rows.events(block[start:place], self.lines + 1))
                    self.lines += place - start
                if place < len(block):
                    self.lines += 1
                    said = f"line {self.lines:,}: {quoted(shown(block[place]))} is too long"
                    parts.append(no_events(1, said))
                start = place + 1
        return join_events(parts)

    def _finish_matrix(self) -> None:
        assert self._matrix is not None and self._matrix.matrix is not None
        text = "\n".join([*self._waiting, ""]).encode("utf-8", "surrogateescape")
        numerals = self._matrix.numerals[0]
        content = TextContent(self.name, text, encoding_of(text))
        self.grid = read_grid(content, self._matrix.matrix, numerals)
        rows, width = self.grid.shape
        self.notes = (*self._matrix.notes, f"read as a grid of {width:,} × {rows:,}")
        self._waiting = []


class _Utf8:
    """Bytes of a stream as UTF-8, with line breaks as Unix has them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._start = b""
        self._begun = False
        self._in_first_line = True
        self._decoder: codecs.IncrementalDecoder | None = None
        self._after_return = False

    def feed(self, data: bytes) -> bytes:
        """Return what is complete of the text."""
        if not self._begun:
            self._start += data
            if len(self._start) < 4 and not self._start.endswith(b"\n"):
                return b""
            data = self._begin()
        return self._unix(self._decoded(data, final=False))

    def finish(self) -> bytes:
        """Return what is left."""
        data = b"" if self._begun else self._begin()
        return self._unix(self._decoded(data, final=True))

    def _begin(self) -> bytes:
        """Look at the first bytes, and return them."""
        self._begun = True
        data, self._start = self._start, b""
        if data.startswith(GZIP):
            raise DataError(f"{self._name} is compressed", "zcat FILE | vizterm heat -")
        if data.startswith(UTF_16):
            self._decoder = codecs.getincrementaldecoder("utf-16")()
        elif data[1:4:2] == b"\0\0" and data[0:4:2].strip(b"\0").isascii() and data[0]:
            self._decoder = codecs.getincrementaldecoder("utf-16-le")()
        elif data[0:4:2] == b"\0\0" and data[1:4:2].strip(b"\0").isascii() and data[1]:
            self._decoder = codecs.getincrementaldecoder("utf-16-be")()
        return data.removeprefix(BOM) if self._decoder is None else data

    def _decoded(self, data: bytes, *, final: bool) -> bytes:
        if self._decoder is not None:
            try:
                text = self._decoder.decode(data, final)
                return text.encode("utf-8", "surrogatepass")
            except UnicodeError as error:
                raise DataError(
                    f"{self._name} is damaged: it isn't UTF-16", "save it as UTF-8"
                ) from error
        if self._in_first_line:
            line, end, _ = data.partition(b"\n")
            self._in_first_line = not end
            if b"\0" in line:
                raise DataError(f"{self._name} is not text", "events are CSV or JSON, in UTF-8")
        return data

    def _unix(self, data: bytes) -> bytes:
        if not data:
            return data
        if self._after_return and data.startswith(b"\n"):
            data = data[1:]
        self._after_return = data.endswith(b"\r") if data else False
        if b"\r" not in data:
            return data
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _lines_of(data: bytes) -> list[str]:
    """Return whole lines without their ends; bytes that aren't UTF-8 become surrogates."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    lines.pop()
    return lines


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name} is not text: byte {error.start:,} isn't UTF-8", "save it as UTF-8"
        ) from error


def _by_line(text: bytearray, *, final: bool) -> bool | None:
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
        value = _value_of(line.decode("utf-8", "replace").removesuffix(","))
        return is_row(value)


def _value_of(line: str) -> Any:
    """Return the value of a line; None if it is none."""
    if len(line) > LONGEST_LINE:
        return None
    for text in (line, as_json(line)):
        try:
            return DECODER.decode(text)
        except (ValueError, RecursionError):
            continue
    return None


def _some_line_reads(text: str) -> bool:
    """Whether one of the first lines is an event: a log with a damaged first line."""
    lines = text.split("\n", SAMPLE_LINES)[:SAMPLE_LINES]
    values = [_value_of(line.strip().removesuffix(",")) for line in lines if line.strip()]
    return len(values) > 1 and any(
        is_event(value) if isinstance(value, dict) else is_row(value) for value in values
    )


class _TextRows:
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


class _JsonRows:
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
                row.append(_PLAIN.number(value))
            except EntryError:
                return None
        elif value is None:
            row.append(np.nan)
        elif isinstance(value, float):
            row.append(value)
        else:
            return None
    return row


_PLAIN = Numerals()


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
