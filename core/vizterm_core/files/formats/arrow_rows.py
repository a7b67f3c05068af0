"""Rows of a column of Arrow arrays, read from the file part by part when they are asked for."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate
from typing import Protocol, SupportsIndex

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from vizterm_core.errors import DataError, VizError
from vizterm_core.files.categories import MergedValues
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.arrow_columns import (
    DAMAGE,
    ClassNames,
    Dictionary,
    plain,
)
from vizterm_core.files.formats.arrow_schema import ArrowColumn, Plan
from vizterm_core.files.memory import require_memory
from vizterm_core.files.source import Access, ArraySpec, Categories, Form
from vizterm_core.files.stored import SAVE_AGAIN, Array
from vizterm_core.text import clean

_KEPT = 256 << 20
"""Bytes of a column that are kept once they are read: a neighbour of a row is there at once."""


class Table(Protocol):
    """A file of Arrow arrays: row groups or record batches, one after the other."""

    @property
    def schema(self) -> pa.Schema:
        """The types of all columns."""

    @property
    def parts(self) -> tuple[int, ...]:
        """The rows of each part."""

    def pieces(
        self, part: int, path: tuple[str, ...], beside: tuple[str, ...] = (), *, few: bool = False
    ) -> Iterator[pa.Array]:
        """Return a column of a part in order, in pieces that fit into memory.

        Parameters
        ----------
        beside : tuple of str
            Further columns; the pieces are structs of all of them then.
        few : bool
            Whether only the first rows are going to be looked at.
        """


class ArrowRows:
    """A column whose rows are read when asked for; the last ones read are kept as Arrow has them.

    Parameters
    ----------
    file : DataFile
    name : str
        The column's name in messages.
    table : Table
    column : ArrowColumn
    wrong : dict of int to int
        Filled with the numbers of rows that don't fit, by the first row of each piece.
    """

    def __init__(
        self, file: DataFile, name: str, table: Table, column: ArrowColumn, wrong: dict[int, int]
    ) -> None:
        self.dtype = column.kind.dtype
        self._starts = (0, *accumulate(table.parts))
        self.shape = (self._starts[-1], *column.kind.row_shape)
        self._file = file
        self._name = name
        self._table = table
        self._column = column
        self._wrong = wrong
        self._kept: OrderedDict[int, pa.Array] = OrderedDict()
        """Pieces by their first row, the last one used at the end."""
        self._kept_bytes = 0
        self._coming: Iterator[pa.Array] = iter(())
        self._coming_part = -1
        self._next_row = 0
        """The first row of the piece that `_coming` returns next."""
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: SupportsIndex | slice) -> Array:
        """Return one row or some of them, as a new array."""
        chosen = range(len(self))[key]
        if not isinstance(chosen, range):
            return self._rows(chosen, chosen + 1)[0]
        if chosen.step == 1:
            return self._rows(chosen.start, chosen.stop)
        values: Array = np.ma.empty((len(chosen), *self.shape[1:]), self.dtype)
        for place, row in enumerate(chosen):
            values[place : place + 1] = self._rows(row, row + 1)
        return values if np.ma.is_masked(values) else np.asarray(values)

    def read(self) -> Array:
        """Return all rows.

        Raises
        ------
        DataError
            Also if they take more than three quarters of the free memory.
        """
        return self._rows(0, len(self))

    def blocks(self, rows: int) -> Iterator[tuple[slice, Array]]:
        """Return all rows in order, at most `rows` at a time, and which they are."""
        for start in range(0, len(self), rows):
            part = slice(start, min(start + rows, len(self)))
            yield part, self[part]

    def pieces(self, start: int, stop: int) -> Iterator[tuple[int, pa.Array]]:
        """Return some rows as Arrow arrays, with the first row's number in the file."""
        # Of many rows in a row only the last piece is kept: memory that is used again is faster.
        budget = _KEPT if stop - start == 1 else 0
        while start < stop:
            with reading(self._file, self._name):
                first, piece = self._at(start, budget)
            end = min(stop, first + len(piece))
            yield start, piece.slice(start - first, end - start)
            start = end

    def _rows(self, start: int, stop: int) -> Array:
        shape = (max(0, stop - start), *self.shape[1:])
        require_memory(int(np.prod(shape, dtype=object)) * self.dtype.itemsize, self._name)
        values: Array = np.empty(shape, self.dtype)
        masks: npt.NDArray[np.bool_] | None = None
        for row, piece in self.pieces(start, stop):
            place = slice(row - start, row - start + len(piece))
            with reading(self._file, self._name):
                found, wrong = self._column.kind.rows(piece)
            if wrong:
                self._wrong[row] = wrong
            values[place] = found
            if isinstance(found, np.ma.MaskedArray) and np.ma.is_masked(found):
                masks = np.zeros(shape, bool) if masks is None else masks
                masks[place] = np.ma.getmaskarray(found)
        return values if masks is None else np.ma.MaskedArray(values, masks)

    def _at(self, row: int, budget: int) -> tuple[int, pa.Array]:
        """Return the piece that a row is in, and the piece's first row."""
        with self._lock:
            for first, piece in self._kept.items():
                if first <= row < first + len(piece):
                    self._kept.move_to_end(first)
                    return first, piece
            part = bisect_right(self._starts, row) - 1
            if self._coming_part != part or self._next_row > row:
                self._coming = self._table.pieces(part, self._column.path, self._column.beside)
                self._coming_part, self._next_row = part, self._starts[part]
            for piece in self._coming:
                first = self._next_row
                self._next_row += len(piece)
                if self._next_row > self._starts[part + 1]:
                    break
                self._keep(first, piece, budget)
                if row < self._next_row:
                    return first, piece
            self._coming_part = -1
            raise DataError(
                f"{self._name} is damaged: it has other rows than the file says", SAVE_AGAIN
            )

    def _keep(self, first: int, piece: pa.Array, budget: int) -> None:
        self._kept[first] = piece
        self._kept_bytes += piece.get_total_buffer_size()
        while self._kept_bytes > budget and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._kept_bytes -= dropped.get_total_buffer_size()


class ArrowSource:
    """A file of Arrow arrays as a source.

    Parameters
    ----------
    file : DataFile
    table : Table

    Raises
    ------
    DataError
        If the file was rewritten in place.
    """

    single = False

    def __init__(self, file: DataFile, table: Table) -> None:
        self.name = file.name
        self.files = (file,)
        self._file = file
        self._table = table
        self._wrong: dict[str, dict[int, int]] = {}
        """Column -> rows that don't fit, by the first row of the piece that was read."""
        with file.unchanged(), reading(file, file.name):
            plan = Plan(table.schema, self._first_rows)
        self._columns = {column.name: column for column in plan.columns}
        self.skipped: Mapping[str, str] = plan.skipped
        rows = sum(table.parts)
        self.columns = {
            column.name: ArraySpec(
                column.name,
                (rows, *column.kind.row_shape),
                column.kind.dtype,
                column.type,
                Access.ROW,
                column.kind.form,
            )
            for column in plan.columns
        }

    @property
    def notes(self) -> tuple[str, ...]:
        """A line for each column some of whose rows, of those read so far, don't fit."""
        return tuple(
            f"{clean(name)}: {count:,} {'row' if count == 1 else 'rows'} without a value of shape "
            f"{self.columns[name].shape[1:]}"
            for name, places in self._wrong.items()
            if (count := sum(places.values()))
        )

    def called(self, column: str) -> str:
        """A column in messages: "data.parquet: X"."""
        return f"{self.name}: {clean(column)}"

    def open(self, column: str, max_bytes: int | None = None) -> ArrowRows:  # noqa: ARG002
        """Return a column's rows, which are read when asked for.

        Raises
        ------
        DataError
            Also later, if it is damaged, or the file was rewritten in place.
        """
        self._file.check()
        wrong = self._wrong.setdefault(column, {})
        name = self.called(column)
        return ArrowRows(self._file, name, self._table, self._columns[column], wrong)

    def read(self, column: str, max_bytes: int | None = None) -> Array | Categories:
        """Return all of a column; errors as of `open`, and if it doesn't fit into memory."""
        rows = self.open(column, max_bytes)
        if self.columns[column].form is not Form.CATEGORIES:
            return rows.read()
        return self._categories(rows, column)

    def _categories(self, rows: ArrowRows, column: str) -> Categories:
        kind = self._columns[column].kind
        assert isinstance(kind, Dictionary | ClassNames)
        codes = np.empty(len(rows), np.int32)
        merged = MergedValues(kind.dtype)
        for row, piece in rows.pieces(0, len(rows)):
            with reading(self._file, self.called(column)):
                found, values = kind.coded(piece)
                codes[row : row + len(piece)] = merged.renumbered(found, values)
        return Categories(codes, merged.values())

    def _first_rows(self, path: tuple[str, ...]) -> pa.Array | None:
        """Return the first piece of a column that holds any value."""
        for part in range(len(self._table.parts)):
            for piece in self._table.pieces(part, path, few=True):
                if _any(piece):
                    return piece
        return None


def inside(batch: pa.RecordBatch, path: tuple[str, ...], beside: tuple[str, ...] = ()) -> pa.Array:
    """Return a column of a batch; of a struct's field, null also where the struct is.

    With others beside it, return a struct of all of them.
    """
    if beside:
        places = map(batch.schema.get_field_index, (path[0], *beside))
        columns = [batch.column(place) for place in places]
        return pa.StructArray.from_arrays(columns, list(map(str, range(len(columns)))))
    array = batch.column(batch.schema.get_field_index(path[0]))
    for name in path[1:]:
        array = plain(array)
        array = array.flatten()[array.type.get_field_index(name)]
    return array


def _any(array: pa.Array) -> bool:
    """Whether there is a value in an array, also where it is kept in a wrapping."""
    return bool(array.null_count < len(array) and plain(array).null_count < len(array))


@contextmanager
def reading(file: DataFile, name: str) -> Iterator[None]:
    """A block in which Arrow reads or converts a file: whatever it raises becomes a DataError."""
    with file.unchanged():
        try:
            yield
        except VizError:
            raise
        except MemoryError as error:
            raise DataError(
                f"{name} doesn't fit into memory", "save a part of it, or close other programs"
            ) from error
        except DAMAGE as error:
            raise DataError(f"{name} is damaged: {clean(str(error))}", SAVE_AGAIN) from error
