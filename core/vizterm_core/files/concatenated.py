"""Sources with the same columns, one after the other: the shards of a data set."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, takewhile
from pathlib import PurePath
from typing import SupportsIndex

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.categories import MergedValues
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.memory import require_memory
from vizterm_core.files.source import Access, ArraySpec, Categories, Form, Source, read_array
from vizterm_core.files.stored import Array, Rows, in_memory, row_blocks
from vizterm_core.text import clean

_MOST_NAMED = 3


class ConcatenatedSource:
    """The rows of several sources, those of the first one first.

    Columns that some of them don't have, or have in another form, shape or dtype, are skipped.
    Numbers of one kind may differ in width: the wider one is taken.

    Parameters
    ----------
    sources : sequence of Source
        One or more.
    name : str, optional
        Of all of them; what their names have in common otherwise.
    notes : sequence of str
        What is to be said about the whole.

    Raises
    ------
    DataError
        If they have no column in common.
    """

    single = False

    def __init__(
        self, sources: Sequence[Source], name: str | None = None, *, notes: Sequence[str] = ()
    ) -> None:
        self._sources = tuple(sources)
        self._notes = tuple(notes)
        self.name = name or shared_name([source.name for source in sources])
        self.files: tuple[DataFile, ...] = tuple(
            dict.fromkeys(file for source in sources for file in source.files)
        )
        self.skipped: dict[str, str] = {}
        for source in sources:
            for part, why in source.skipped.items():
                self.skipped.setdefault(part, why)
        self.columns: dict[str, ArraySpec] = {}
        self._one_name = ""
        """Of the only column of each source, which is called by its file."""
        if all(source.single and len(source.columns) == 1 for source in sources):
            self._one_name = next(iter(sources[0].columns))
        names = dict.fromkeys(
            self._one_name or name for source in sources for name in source.columns
        )
        for column in names:
            self._add(column)
        if names and not self.columns:
            raise DataError(
                f"{self.name} have no column in common: "
                f"{', '.join(self._in_words(column) for column in list(names)[:_MOST_NAMED])}",
                "name files with the same columns",
            )

    @property
    def notes(self) -> tuple[str, ...]:
        """What the sources say about themselves, each line once."""
        lines = (line for source in self._sources for line in getattr(source, "notes", ()))
        return (*self._notes, *dict.fromkeys(lines))

    def called(self, column: str) -> str:
        """A column in messages: "train-*.parquet (3 files): X"."""
        return f"{self.name}: {clean(column)}"

    def open(self, column: str, max_bytes: int | None = None) -> Array | Rows:
        """Return a column's rows, each read by its own source; errors as of those."""
        spec = self.columns[column]
        if spec.form is Form.CATEGORIES:
            return read_array(self, column, max_bytes)
        parts = [source.open(self._inner(source, column), max_bytes) for source in self._sources]
        return ConcatenatedRows(parts, spec, self.called(column))

    def read(self, column: str, max_bytes: int | None = None) -> Array | Categories:
        """Return all of a column; errors as of `open`, and if it doesn't fit into memory."""
        if self.columns[column].form is not Form.CATEGORIES:
            return in_memory(self.open(column, max_bytes))
        merged = MergedValues(self.columns[column].dtype)
        codes = []
        colours: dict[object, str] = {}
        for source in self._sources:
            part = source.read(self._inner(source, column), max_bytes)
            assert isinstance(part, Categories)
            codes.append(merged.renumbered(part.codes, part.values))
            if part.colours:
                colours |= dict(zip(part.values.tolist(), part.colours, strict=True))
        values = merged.values()
        known = [colours.get(value, "") for value in values.tolist()]
        return Categories(np.concatenate(codes), values, tuple(known) if all(known) else ())

    def _inner(self, source: Source, column: str) -> str:
        """Return a column's name in one of the sources."""
        return next(iter(source.columns)) if self._one_name else column

    def _add(self, name: str) -> None:
        """Add a column that all sources have, or say why it isn't one."""
        inner = [(source, self._inner(source, name)) for source in self._sources]
        specs = [source.columns[own] for source, own in inner if own in source.columns]
        missing = len(self._sources) - len(specs)
        if missing:
            self.skipped[clean(name)] = f"in {len(specs):,} of {len(self._sources):,} files only"
            return
        if len({spec.form for spec in specs}) > 1:
            self.skipped[clean(name)] = f"of several forms: {self._in_words(name)}"
            return
        if len({spec.shape[1:] for spec in specs}) > 1 or not all(spec.shape for spec in specs):
            self.skipped[clean(name)] = f"of several shapes: {self._in_words(name)}"
            return
        dtype = _common([spec.dtype for spec in specs])
        if dtype is None:
            self.skipped[clean(name)] = f"of several dtypes: {self._in_words(name)}"
            return
        rows = sum(spec.shape[0] for spec in specs)
        accesses = {spec.access for spec in specs}
        access = next((way for way in (Access.WHOLE, Access.BLOCK) if way in accesses), Access.ROW)
        shape = (rows, *specs[0].shape[1:])
        self.columns[name] = replace(specs[0], shape=shape, dtype=dtype, access=access)

    def _in_words(self, name: str) -> str:
        inner = [(source, self._inner(source, name)) for source in self._sources]
        found = dict.fromkeys(
            source.columns[own].describe() for source, own in inner if own in source.columns
        )
        listed = list(found)[:_MOST_NAMED]
        return ", ".join(listed) + (" …" if len(found) > _MOST_NAMED else "")


class ConcatenatedRows:
    """Rows of several arrays, one after the other; none is kept.

    Parameters
    ----------
    parts : sequence of array or Rows
    spec : ArraySpec
        Of all of them together.
    name : str
        In messages.
    """

    def __init__(self, parts: Sequence[Array | Rows], spec: ArraySpec, name: str) -> None:
        self.shape = spec.shape
        self.dtype = spec.dtype
        self._parts = parts
        self._name = name
        self._starts = (0, *accumulate(map(len, parts)))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: SupportsIndex | slice) -> Array:
        """Return one row or some of them, as a new array."""
        chosen = range(len(self))[key]
        if not isinstance(chosen, range):
            part, row = self._place(chosen)
            return self._parts[part][row]
        if chosen.step == 1:
            return self._rows(chosen.start, max(chosen.start, chosen.stop))
        rows = [self._rows(row, row + 1) for row in chosen]
        return _joined([(place, row) for place, row in enumerate(rows)], self._empty(len(chosen)))

    def read(self) -> Array:
        """Return all rows.

        Raises
        ------
        DataError
            Also if they take more than three quarters of the free memory.
        """
        require_memory(self._empty(0).itemsize * int(np.prod(self.shape, dtype=object)), self._name)
        pieces = ((self._starts[place], in_memory(part)) for place, part in enumerate(self._parts))
        return _joined(pieces, self._empty(len(self)))

    def blocks(self, rows: int) -> Iterator[tuple[slice, Array]]:
        """Return all rows in order, at most `rows` at a time, and which they are."""
        for start, part in zip(self._starts, self._parts, strict=False):
            for inner, block in row_blocks(part, rows):
                values = block.astype(self.dtype, copy=False)
                yield slice(start + inner.start, start + inner.stop), values
                del block, values

    def _rows(self, start: int, stop: int) -> Array:
        pieces = []
        row = start
        while row < stop:
            part, inner = self._place(row)
            end = min(stop, self._starts[part + 1])
            pieces.append((row - start, self._parts[part][inner : inner + end - row]))
            row = end
        return _joined(pieces, self._empty(stop - start))

    def _place(self, row: int) -> tuple[int, int]:
        part = bisect_right(self._starts, row) - 1
        return part, row - self._starts[part]

    def _empty(self, rows: int) -> Array:
        return np.empty((rows, *self.shape[1:]), self.dtype)


def _joined(
    pieces: Iterator[tuple[int, Array]] | Sequence[tuple[int, Array]], into: Array
) -> Array:
    """Fill an array with pieces, each from its first row; masked if any of them is."""
    mask: npt.NDArray[np.bool_] | None = None
    for start, piece in pieces:
        place = slice(start, start + len(piece))
        into[place] = piece
        if isinstance(piece, np.ma.MaskedArray) and np.ma.is_masked(piece):
            mask = np.zeros(into.shape, bool) if mask is None else mask
            mask[place] = np.ma.getmaskarray(piece)
    return into if mask is None else np.ma.MaskedArray(into, mask)


def _common(dtypes: Sequence[np.dtype[np.generic]]) -> np.dtype[np.generic] | None:
    """The dtype that holds all of some dtypes of one kind, None where they are of several."""
    kinds = {dtype.kind for dtype in dtypes}
    if len(set(dtypes)) == 1:
        return dtypes[0]
    if len(kinds) == 1 and kinds < {*"iufUSM"}:
        return np.result_type(*dtypes)
    return None


def shared_name(names: Sequence[str]) -> str:
    """Return one name for several files: what they share, and how many they are.

    >>> shared_name(["train-00000-of-2.parquet", "train-00001-of-2.parquet"])
    'train-*.parquet (2 files)'
    >>> shared_name(["a.npz", "b.npz", "c.csv"])
    'a.npz and 2 more'
    """
    if len(names) == 1:
        return names[0]
    suffixes = {PurePath(name).suffix for name in names}
    suffix = suffixes.pop() if len(suffixes) == 1 else ""
    letters = zip(*(name.removesuffix(suffix) for name in names), strict=False)
    shared = takewhile(lambda column: len(set(column)) == 1, letters)
    # The digits that shards begin with alike are of their numbers.
    prefix = "".join(column[0] for column in shared).rstrip("0123456789")
    if not prefix and not suffix:
        return f"{names[0]} and {len(names) - 1:,} more"
    return f"{prefix}*{suffix} ({len(names):,} files)"
