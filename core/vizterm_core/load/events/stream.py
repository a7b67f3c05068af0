"""Events in text as it arrives: CSV, TSV, columns between blanks, JSON lines, a JSON document.

The first lines decide what the text is, once there are enough of them, it pauses, or it ends; what
follows is parsed by that, block by block, so that the events don't depend on where the stream was
cut.  A line is an event: a quoted field may hold the delimiter, but no line break.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.memory import free_memory
from vizterm_core.files.stored import Array
from vizterm_core.files.text.content import MEMORY_PART, TextContent
from vizterm_core.load.events.document import read_document
from vizterm_core.load.events.grid_text import read_grid
from vizterm_core.load.events.json_rows import JsonRows, is_by_line, some_line_reads, value_of
from vizterm_core.load.events.layout import (
    SAMPLE_LINES,
    EventLayout,
    encoding_of,
    find_event_layout,
    names_columns,
    no_rows,
    shown,
)
from vizterm_core.load.events.names import quoted
from vizterm_core.load.events.options import NO_OPTIONS, EventOptions
from vizterm_core.load.events.places import is_row
from vizterm_core.load.events.text_rows import TextRows
from vizterm_core.load.events.utf8 import LONGEST_LINE, TooLong, Utf8Text, decoded, lines_of
from vizterm_core.maps.events import Events, join_events, no_events, require_events
from vizterm_core.text import describe_bytes

_BLOCK = 8192
_PIECE = LONGEST_LINE
_KEPT = 200
_MOST_UNDECIDED = 10_000
"""Lines that may come before the first event."""
_OPENING = (b"{", b"[")


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
        self._text = Utf8Text(name)
        self._tail = bytearray()
        self._waiting: list[str] = []
        self._enough = SAMPLE_LINES
        self._rows: TextRows | JsonRows | None = None
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
        UsageError
            If an option doesn't fit what it holds.
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
        if isinstance(self._rows, JsonRows) and self._rows.is_grid:
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
            by_line = is_by_line(self._whole, final=final)
            if by_line is None:
                return no_events()
            if by_line:
                return self._go_on_by_line()
        elif not final:
            return no_events()
        if not final:
            return no_events()
        content = decoded(bytes(self._whole), self.name)
        if not content.strip():
            return no_events()
        try:
            found = read_document(content, self.name, self._options)
        except json.JSONDecodeError as error:
            if self._options.points is None and some_line_reads(content):
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
            lines += lines_of(line)
        else:
            lines.append(TooLong(line[:_KEPT].decode("utf-8", "surrogateescape")))
        self._tail = bytearray(piece[end:])
        if end > first:
            lines += lines_of(piece[first:end])
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
        if first and self._options.points is not None:
            raise UsageError(
                f"--points is for JSON documents, and {self.name} is none",
                "name columns with --columns X,Y[,WEIGHT]",
            )
        tuples = first.lstrip()[:1] == "(" and is_row(value_of(first.strip().removesuffix(",")))
        if tuples or first.lstrip()[:1] in ("{", "["):
            self._rows = JsonRows(sample, self._options, self.name, self._kind)
        else:
            layout = find_event_layout(sample, self._options, self.name, kind=self._kind)
            if layout is None:
                enough = final or len(self._waiting) >= _MOST_UNDECIDED
                return self._undecided(sample) if enough else no_events()
            if layout.matrix is not None:
                self._matrix = layout
                return no_events()
            self._rows = TextRows(layout, self._options)
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
        layout, index = self._matrix.matrix, self._matrix.index
        self.grid = read_grid(content, layout, numerals, index=index)
        rows, width = self.grid.shape
        self.notes = (*self._matrix.notes, f"read as a grid of {width:,} × {rows:,}")
        self._waiting = []
