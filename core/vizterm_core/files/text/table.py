"""A table of text -> typed columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.source import Categories
from vizterm_core.files.stored import Array
from vizterm_core.files.table import unused_name
from vizterm_core.files.text.cells import (
    CellColumn,
    NumberCells,
    TextCells,
    all_missing,
    begin,
    is_missing,
)
from vizterm_core.files.text.content import TextContent
from vizterm_core.files.text.layout import Layout
from vizterm_core.files.text.numbered import VECTORS, numbered_groups, pixel_grid
from vizterm_core.files.text.vector_cells import CUT
from vizterm_core.text import clean

MOST_COLUMNS = 1 << 16
MOST_PARTS = 4096
"""Columns that are told one by one, at most."""
NUMBERS = "numbers"
"""The name of columns of numbers that are too many to be told one by one."""

_MOST_SEPARATE = 512
_GUESSED = 2000
"""Rows that decide about a column's kind."""
_GUESSED_CELLS = 1_000_000
_FEWEST_TOGETHER = 3
_UNNAMED_INDEX = re.compile(r"Unnamed: 0(?:\.\d+)?")


@dataclass(slots=True)
class Table:
    """Columns of a text, and what is to be said about it."""

    columns: dict[str, Array | Categories] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    """The place of each column in the text, from 0; of several together the first one's."""
    skipped: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    named: bool = True
    """Whether the names are the file's own."""
    rows: int = 0


@dataclass(slots=True, eq=False)
class _Part:
    """One column of the table to be, of one column of the text or of several."""

    name: str
    places: list[int]
    cells: CellColumn
    shape: tuple[int, ...] = ()
    """Of a row; () for a column of the text as it is."""

    def add(self, block: _Block) -> bool:
        """Parse some rows; False if they don't fit."""
        cells = block.together(self.places) if self.shape else block.column(self.places[0])
        return self.cells.add(cells)


@dataclass(frozen=True, slots=True)
class _Block:
    """Some rows: all of their fields, row by row."""

    cells: list[str]
    width: int

    def column(self, place: int) -> list[str]:
        return self.cells[place :: self.width]

    def together(self, places: list[int]) -> list[str]:
        """Return the fields of several columns, row by row."""
        first, stop, width = places[0], places[-1] + 1, self.width
        if places == list(range(width)):
            return self.cells
        starts = range(0, len(self.cells), width)
        if places == list(range(first, stop)):
            pieces = [self.cells[start + first : start + stop] for start in starts]
            return list(chain.from_iterable(pieces))
        chosen = itemgetter(*places)
        return [cell for start in starts for cell in chosen(self.cells[start : start + width])]


def read_table(content: TextContent, layout: Layout, stem: str) -> Table:
    """Parse all of a text.

    Parameters
    ----------
    content : TextContent
    layout : Layout
    stem : str
        The name of a column that is all of the file, and has none.

    Raises
    ------
    DataError
        If it has no rows, or too many columns.
    """
    if layout.width > MOST_COLUMNS:
        raise DataError(
            f"{content.name} has {layout.width:,} columns, more than the {MOST_COLUMNS:,} "
            "that are read",
            "a row is a point; transpose it, or save it with np.save",
        )
    blocks = _Blocks(content, layout)
    first = next(iter(blocks), None)
    if first is None:
        raise DataError(f"{content.name} has no rows below its header", "a row is a point")
    table = Table(notes=list(content.notes), named=layout.header not in (None, ("0",)))
    parts = _parts(first, layout, stem, table)
    while parts:
        failed = _fill(parts, blocks)
        again = set(failed)
        for part in parts:
            if part not in again:
                _finish(part, table)
        # Parsed again: as text, or one by one.
        parts = _fewer([piece for part in failed for piece in _less_sure(part, layout)], table)
    table.rows = blocks.count
    table.notes += blocks.notes()
    _drop_index(table, layout)
    table.columns = dict(sorted(table.columns.items(), key=lambda item: table.first[item[0]]))
    return table


def table_of_cells(names: Sequence[str], columns: Sequence[Sequence[str]]) -> Table:
    """Parse columns of cells that are separate already.

    Parameters
    ----------
    names : sequence of str
        Perhaps fewer than columns: others are called by their places.
    columns : sequence of sequences of str
        Of one length.
    """
    table = Table(rows=len(columns[0]) if columns else 0)
    layout = Layout("\t", len(columns), header=tuple(names))
    for place, (name, cells) in enumerate(zip(_names(layout, ""), columns, strict=True)):
        part = _Part(name, [place], begin(cells[:_GUESSED], comma=False))
        if not part.cells.add(cells):
            part.cells = TextCells()
            part.cells.add(cells)
        _finish(part, table)
    return table


class _Blocks:
    """Rows of one width, in blocks, as often as they are asked for."""

    def __init__(self, content: TextContent, layout: Layout) -> None:
        self._content = content
        self._layout = layout
        self.count = 0
        self._short = 0
        self._long = 0

    def __iter__(self) -> Iterator[_Block]:
        self.count = self._short = self._long = 0
        width = self._layout.width
        for found in self._layout.blocks(self._content):
            cells: list[str] = []
            if isinstance(found[0], str):
                cells = found
            else:
                for fields in found:
                    cells += fields if len(fields) == width else self._mended(fields, width)
            self.count += len(cells) // width
            if cells:
                yield _Block(cells, width)

    def notes(self) -> list[str]:
        """What is to be said about rows of another width."""
        said = []
        for count, what in ((self._short, "fewer"), (self._long, "more")):
            if count:
                rows = "1 row has" if count == 1 else f"{count:,} rows have"
                said.append(f"{rows} {what} fields than the {self._layout.width:,} columns")
        return said

    def _mended(self, fields: list[str], width: int) -> list[str]:
        """Return a row with the right number of fields; [] for a comment."""
        if fields[0].startswith("#"):
            return []
        if len(fields) < width:
            self._short += 1
            return fields + [""] * (width - len(fields))
        self._long += not all(map(is_missing, fields[width:]))
        return fields[:width]


def _parts(block: _Block, layout: Layout, stem: str, table: Table) -> list[_Part]:
    """Return what the columns are begun as, from the first rows."""
    names = _names(layout, stem)
    some = max(20, min(_GUESSED, _GUESSED_CELLS // layout.width))
    comma = layout.delimiter not in (",", "")
    found: list[_Part] = []
    for place, name in enumerate(names):
        cells = block.column(place)[:some]
        if any(map(CUT.fullmatch, map(str.strip, cells[:20]))):
            table.skipped[clean(name)] = "cut: numpy printed … in place of most numbers"
            continue
        found.append(_Part(name, [place], begin(cells, comma=comma)))
    numeric = [isinstance(part.cells, NumberCells) for part in found]
    return _grouped(found, numeric, layout, stem, table, comma=comma)


def _grouped(
    found: list[_Part], numeric: list[bool], layout: Layout, stem: str, table: Table, *, comma: bool
) -> list[_Part]:
    """Return columns with those together that are pieces of one array."""
    commas = comma and any(part.cells.note for part in found)

    def together(name: str, chosen: Sequence[int], shape: tuple[int, ...] = ()) -> None:
        places = [found[place].places[0] for place in chosen]
        part = _Part(name, places, NumberCells(comma=commas), shape or (len(places),))
        whole.append(part)
        taken.update(chosen)

    whole: list[_Part] = []
    taken: set[int] = set()
    if layout.header is None:
        chosen = [place for place, number in enumerate(numeric) if number]
        alone = len(chosen) == len(found) > 1
        if alone or len(chosen) >= _FEWEST_TOGETHER:
            together(stem if alone else VECTORS, chosen)
    else:
        header = layout.header
        names = [
            header[at].strip() if (at := part.places[0]) < len(header) else "" for part in found
        ]
        pixels, shape = pixel_grid(names, numeric)
        if pixels:
            together("pixels", pixels, shape)
        for name, chosen in numbered_groups(names, numeric).items():
            together(name, chosen)
        left = [place for place, number in enumerate(numeric) if number and place not in taken]
        if len(left) > _MOST_SEPARATE:
            together(NUMBERS, left)
    rest = [part for place, part in enumerate(found) if place not in taken]
    used = {part.name for part in rest}
    for part in whole:
        part.name = unused_name(part.name, used)
        used.add(part.name)
    return _fewer(sorted(whole + rest, key=lambda part: part.places[0]), table)


def _fill(parts: Sequence[_Part], blocks: _Blocks) -> list[_Part]:
    """Parse all rows; return the parts of which a block turned out to be something else."""
    failed: list[_Part] = []
    left = list(parts)
    for block in blocks:
        wrong = [part for part in left if not part.add(block)]
        if wrong:
            failed += wrong
            gone = set(wrong)
            left = [part for part in left if part not in gone]
            for part in wrong:
                # What was parsed so far isn't needed any more.
                part.cells = TextCells()
    return failed


def _fewer(parts: list[_Part], table: Table) -> list[_Part]:
    """Leave out the last ones of too many columns."""
    if len(parts) > MOST_PARTS:
        left = parts[MOST_PARTS].places[0] + 1
        table.skipped[f"columns from {left:,} on"] = f"more than {MOST_PARTS:,} aren't read"
    return parts[:MOST_PARTS]


def _less_sure(part: _Part, layout: Layout) -> list[_Part]:
    if not part.shape:
        return [replace(part, cells=TextCells())]
    names = _names(layout, part.name)
    return [_Part(names[place], [place], NumberCells()) for place in part.places]


def _finish(part: _Part, table: Table) -> None:
    values: Any = part.cells.finish()
    if part.shape:
        if isinstance(values, np.ma.MaskedArray):
            values = np.ma.filled(values.astype(np.float64), np.nan)
        values = values.reshape(-1, *part.shape)
    name = part.name
    if not part.shape and all_missing(values):
        if name != _unnamed(part.places[0]):
            table.skipped[clean(name)] = "has no values"
        return
    name = unused_name(name, table.columns)
    table.columns[name] = values
    table.first[name] = part.places[0]
    first, last = part.places[0] + 1, part.places[-1] + 1
    table.places[name] = f"columns {first:,} to {last:,}" if part.shape else f"column {first:,}"
    if part.cells.note:
        table.notes.append(f"{clean(name)}: {part.cells.note}")


def _names(layout: Layout, stem: str) -> list[str]:
    """Return a different name for each column of the text."""
    if layout.width == 1 and layout.header in (None, ("0",)):
        return [stem]
    if layout.header is None:
        return [_unnamed(place) for place in range(layout.width)]
    used: dict[str, int] = {}
    names = []
    for place in range(layout.width):
        given = layout.header[place].strip() if place < len(layout.header) else ""
        name = given = given or _unnamed(place)
        while name in used:
            # Counted on from the last one: there may be as many as columns.
            used[given] += 1
            name = f"{given} {used[given]}"
        used[name] = 1
        names.append(name)
    return names


def _unnamed(place: int) -> str:
    """The name of a column that has none."""
    return f"column {place + 1:,}"


def _drop_index(table: Table, layout: Layout) -> None:
    """Leave out a first column without a name that numbers the rows, as pandas writes it."""
    if layout.header is None or layout.width < 2:
        return
    given = layout.header[0].strip()
    name = given or _unnamed(0)
    if given and not _UNNAMED_INDEX.fullmatch(given):
        return
    values = table.columns.get(name)
    if (
        isinstance(values, np.ndarray)
        and values.dtype.kind == "i"
        and values.ndim == 1
        and not isinstance(values, np.ma.MaskedArray)
        and len(table.columns) > 1
        and bool((np.diff(values) > 0).all())
    ):
        del table.columns[name]
        table.skipped["index"] = "numbers the rows"
