"""How lines of text are events: delimiter, header, columns, the way numbers are written.

All of it is found together, from the first lines: `files.text.layout` cuts them into fields, as for
every other table, and `columns` says which fields are the events.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.text.cells import is_number
from vizterm_core.files.text.content import LONGEST_LINE, TextContent
from vizterm_core.files.text.layout import Layout, find_layout
from vizterm_core.load.events.column import Choice, Column
from vizterm_core.load.events.columns import choose_columns
from vizterm_core.load.events.grid_text import find_index, is_matrix, may_be_grid, numbered_header
from vizterm_core.load.events.names import find_pairs, quoted
from vizterm_core.load.events.numbers import MARKS, NO_VALUE, EntryError, Numerals, find_numerals
from vizterm_core.load.events.options import EventOptions
from vizterm_core.load.events.times import Clock, find_clock

SAMPLE_LINES = 200
"""Lines that decide, if so many have come."""

_SAMPLE_CELLS = 20_000
_FEWEST_ROWS = 5
_SEPARATOR = re.compile(r"\"?sep=[^\r\n]\"?", re.IGNORECASE)
_BLANK_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
_MOST_PREAMBLE = 60


@dataclass(frozen=True, slots=True)
class EventLayout:
    """How a line becomes an event."""

    delimiter: str | None
    """None: any run of blanks."""
    quotes: bool
    choice: Choice
    numerals: tuple[Numerals, ...]
    """How x, y and perhaps the weight are written."""
    skip: int
    """Lines before the first row."""
    clock: Clock | None = None
    notes: tuple[str, ...] = ()
    matrix: Layout | None = None
    """The layout of a grid, where the text is one, and no events."""
    index: bool = False
    """Whether the first column of a grid only names its rows."""

    @property
    def plain(self) -> bool:
        """Whether `numpy.loadtxt` reads rows, if need be with dots for decimal commas."""
        alone = self.choice.by is None and self.choice.time is None
        return alone and not any(
            each.thousands or each.marks or each.unit for each in self.numerals
        )

    @property
    def comma(self) -> bool:
        """Whether numbers have decimal commas."""
        return self.numerals[0].comma

    def fields(self, line: str) -> list[str]:
        """Split a line."""
        return split_line(line, self.delimiter, quotes=self.quotes)


def split_line(line: str, delimiter: str | None, *, quotes: bool = True) -> list[str]:
    """Return a line's fields, without their quotes; a quoted field has no line break."""
    if '"' not in line or not quotes:
        return line.split(delimiter) if delimiter != "" else [line]
    if csv.field_size_limit() < LONGEST_LINE:
        csv.field_size_limit(LONGEST_LINE)
    try:
        return next(
            csv.reader([line], delimiter=delimiter or " ", skipinitialspace=delimiter != "\t"), []
        )
    except csv.Error:
        return line.split(delimiter or None)


def find_event_layout(
    lines: Sequence[str], options: EventOptions, name: str, *, kind: str | None = None
) -> EventLayout | None:
    """Return how lines are events; None if none of them is a row yet.

    Parameters
    ----------
    lines : sequence of str
        The first ones, without their ends, UTF-8 with surrogates for bytes that aren't.
    options : EventOptions
    name : str
        The file in messages.
    kind : {"events", "grid"}, optional
        What the lines are.

    Raises
    ------
    DataError
        If columns are missing, or can't be told.
    """
    first = next((at for at, line in enumerate(lines) if line and not line.isspace()), None)
    if first is None:
        return None
    before = first + 1 if _SEPARATOR.fullmatch(lines[first].strip()) else 0
    lines = lines[before:]
    if all(line.startswith("#") or not line.strip() for line in lines):
        lines = [line.replace("#", "_", 1) for line in lines]
    layout, rows, header = _cut_grid(lines) if kind == "grid" else _cut(lines)
    if not rows:
        return None
    some = rows[: max(_FEWEST_ROWS, _SAMPLE_CELLS // max(1, layout.width))]
    width = max(layout.width, len(header or ()))
    cells = [[row[place] if place < len(row) else "" for row in some] for place in range(width)]
    table = _numerals(cells, options, layout.delimiter)
    numerals = [replace(table, unit=_unit(column, table)) for column in cells]
    columns = [
        _column(header[place] if header and place < len(header) else "", column, each)
        for place, (column, each) in enumerate(zip(cells, numerals, strict=True))
    ]
    free = options.columns is None and options.by is None and options.time is None
    if kind == "grid" or (kind is None and free and is_matrix(columns, header)):
        return _grid_layout(replace(layout, skip=layout.skip + before), columns, table)
    if header is not None and is_counted(header):
        header = None
        columns = [replace(column, name="") for column in columns]
    if (
        header is None
        and options.columns is None
        and sum(bool(len(c.numbers)) for c in columns) < 2
    ):
        return None
    choice = _choose(columns, options, name, named=header is not None, free=kind is None and free)
    used = tuple(numerals[place] for place in choice.use)
    clock = None
    if choice.time is not None:
        place = choice.time
        clock = find_clock(cells[place], columns[place].name, numerals[place])
    written = dict.fromkeys(each.note for each in used if each.note)
    notes: tuple[str, ...] = (*choice.said, *written)
    if clock is not None:
        notes += (f"time from {_shown_place(columns, choice.time)}, {clock.note}",)
    if choice.by is not None:
        notes += (f"groups from {_shown_place(columns, choice.by)}",)
    return EventLayout(
        layout.delimiter, layout.quotes, choice, used, layout.skip + before, clock, notes
    )


def _cut_grid(
    lines: Sequence[str],
) -> tuple[Layout, list[list[str]], tuple[str, ...] | None]:
    """Return what `_cut` does of a grid, whose header may be numbers."""
    layout, rows, header = _cut(lines)
    if header is not None or not rows or not numbered_header(rows):
        return layout, rows, header
    header = tuple(rows[0])
    below = range(layout.skip, len(lines))
    at = next((at for at in below if lines[at].strip() and not _comment(lines[at])), layout.skip)
    return replace(layout, header=header, skip=at + 1), rows[1:], header


def _grid_layout(layout: Layout, columns: Sequence[Column], table: Numerals) -> EventLayout:
    index = find_index(columns, layout.header)
    left_out = ["header"] * (layout.header is not None) + ["index"] * index
    notes: tuple[str, ...] = (f"{' and '.join(left_out)} left out",) if left_out else ()
    if table.note:
        notes += (table.note,)
    choice = Choice(0, 1)
    return EventLayout(
        layout.delimiter, layout.quotes, choice, (table,), 0, None, notes, layout, index
    )


def _choose(
    columns: Sequence[Column], options: EventOptions, name: str, *, named: bool, free: bool
) -> Choice:
    """Return which columns are the events; the refusal of what may be a grid says so.

    Parameters
    ----------
    columns, options, name, named
        As for `choose_columns`.
    free : bool
        Whether nothing was said about what the lines are.
    """
    try:
        return choose_columns(columns, options, name, named=named)
    except DataError as error:
        if not (free and named and may_be_grid(columns)):
            raise
        raise DataError(error.message, f"{error.hint}, or --kind grid if it is one") from error


def _shown_place(columns: Sequence[Column], place: int | None) -> str:
    assert place is not None
    name = columns[place].name.strip()
    return quoted(name)[1:-1] if name else f"column {place + 1}"


def _cut(lines: Sequence[str]) -> tuple[Layout, list[list[str]], tuple[str, ...] | None]:
    """Return how lines are cut, the rows below the header, and the header."""
    content = "\n".join([*lines, ""]).encode("utf-8", "surrogateescape")
    if not content.strip():
        return Layout(",", 1), [], None
    layout = find_layout(TextContent("", content, encoding_of(content)))
    layout = _between_blanks(lines, layout)
    below = [line for line in lines[layout.skip :] if line.strip() and not _comment(line)]
    rows = [split_line(line, layout.delimiter, quotes=layout.quotes) for line in below]
    header = layout.header
    if header is not None and not find_pairs(header) and _is_row(header):
        # Numbers beside text: no names.
        above = _line_above(lines, layout)
        first = split_line(lines[above], layout.delimiter, quotes=layout.quotes)
        return replace(layout, header=None, skip=above), [first, *rows], None
    if header is None or not find_pairs(header):
        found = _later_header(lines)
        if found is not None:
            return found
    return layout, rows, header


def encoding_of(text: bytes) -> str:
    """Return the encoding that text is read by: UTF-8 if it is that, else Latin-1."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _comment(line: str) -> bool:
    return line.startswith("#")


def _is_row(fields: Sequence[str]) -> bool:
    """Whether fields that were taken for names are a row: two numbers, which don't count up."""
    given = [field for field in fields if field.strip()]
    numbers = [float(field.strip()) for field in given if is_number(field)]
    return len(numbers) > 1 and not is_counted(fields)


def is_counted(names: Sequence[str]) -> bool:
    """Whether names are 0, 1, 2 …, or behind a blank one any that rise by one.

    pandas numbers columns so.
    """
    given = [name.strip() for name in names if name.strip()]
    if len(given) < 2 or not all(name.isdecimal() and len(name) < 9 for name in given):
        return False
    # An index of its own has a blank name: its columns may be days from 1, or years.
    first = int(given[0]) if not names[0].strip() else 0
    return given == [str(first + place) for place in range(len(given))]


def _line_above(lines: Sequence[str], layout: Layout) -> int:
    """Return the line of the header."""
    above = layout.skip - 1
    while above > 0 and (not lines[above].strip() or _comment(lines[above])):
        above -= 1
    return max(0, above)


def _later_header(
    lines: Sequence[str],
) -> tuple[Layout, list[list[str]], tuple[str, ...] | None] | None:
    """Return the layout of lines with a header below other text, or of another width."""
    for at, line in enumerate(lines[:_MOST_PREAMBLE]):
        bare = line.lstrip("# ") if _comment(line) else line
        for delimiter in ("\t", ";", ",", "|", None):
            fields = split_line(bare, delimiter)
            if len(fields) < 2 or not find_pairs(fields) or any(map(is_number, fields)):
                continue
            below = [line for line in lines[at + 1 :] if line.strip() and not _comment(line)]
            rows = [split_line(line, delimiter) for line in below]
            fitting = sum(len(row) == len(fields) for row in rows)
            if 2 * fitting >= len(rows):
                header = tuple(field.strip() for field in fields)
                layout = Layout(delimiter, len(fields), header, at + 1)
                return layout, rows, header
    return None


def _between_blanks(lines: Sequence[str], layout: Layout) -> Layout:
    """Return the layout of numbers with decimal commas between blanks, which looks like others."""
    if layout.delimiter not in (",", ""):
        return layout
    rows = [line.split() for line in lines if line.strip() and not _comment(line)][:20]
    below = rows[1:] or rows
    widths = {len(row) for row in below}
    if len(widths) != 1 or min(widths) < 2:
        return layout
    cells = [cell for row in below for cell in row]
    if not all(map(_BLANK_NUMBER.fullmatch, cells)) or not any("," in cell for cell in cells):
        return layout
    names = rows[0] if len(rows) > 1 and len(rows[0]) in widths else []
    header = tuple(names) if names and not any(map(_BLANK_NUMBER.fullmatch, names)) else None
    skip = layout.skip
    if header is not None and layout.header is None:
        first = next(at for at, line in enumerate(lines) if line.strip() and not _comment(line))
        skip = first + 1
    return Layout(None, min(widths), header, skip)


def _numerals(
    cells: Sequence[Sequence[str]], options: EventOptions, delimiter: str | None
) -> Numerals:
    flat = (cell for column in cells for cell in column if MARKS & {*cell})
    return replace(find_numerals(flat, options.decimal, between_commas=delimiter == ","), unit="")


def _unit(cells: Sequence[str], table: Numerals) -> str:
    return find_numerals(cells[:_MOST_PREAMBLE], "," if table.comma else ".").unit


def _column(name: str, cells: Sequence[str], numerals: Numerals) -> Column:
    values = numerals.numbers(cells)
    text = sum(
        1
        for cell, value in zip(cells, values.tolist(), strict=True)
        if value != value and cell.strip() not in NO_VALUE
    )
    return Column(shown(name).strip(), np.asarray(values), text)


def shown(text: str) -> str:
    """Return text with surrogates as the UTF-8, or the Latin-1, that it most likely is."""
    if text.isascii():
        return text
    raw = text.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def wrong_line(line: str) -> EntryError:
    """Return why a line is no event, where nothing else is known about it."""
    fields = next((f for d in ("\t", ";", ",", None) if len(f := split_line(line, d)) > 1), [line])
    wrong = next((field for field in fields if not is_number(field)), line)
    what = "a number" if len(fields) > 1 else "an event"
    return EntryError(f"{quoted(shown(wrong))} is not {what}")


def names_columns(line: str) -> bool:
    """Whether a line is a header."""
    return any(find_pairs(split_line(line, delimiter)) for delimiter in ("\t", ";", ",", None))


def no_rows(lines: Sequence[str], name: str) -> DataError:
    """Return the refusal of lines none of which is an event."""
    at = next((at for at, line in enumerate(lines) if line.strip() and not _comment(line)), 0)
    return DataError(
        f"{name}: no event in it; line {at + 1:,}: {wrong_line(lines[at])}",
        "an event is x, y or x, y, weight",
    )
