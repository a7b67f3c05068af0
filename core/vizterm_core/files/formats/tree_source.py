"""Columns of a tree of arrays, and the source that they make."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import SupportsIndex

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.npy import empty_array
from vizterm_core.files.formats.tree import Kind, Leaf
from vizterm_core.files.memory import require_memory
from vizterm_core.files.source import Access, ArraySpec, Categories, Form, unchanged
from vizterm_core.files.stored import SAVE_AGAIN, Array, Rows, in_memory
from vizterm_core.text import clean, describe_bytes


class TreeRows:
    """Rows of a column, read in pieces when asked for, and not kept.

    Parameters
    ----------
    name : str
        For messages.
    shape : tuple of int
        At least one axis.
    dtype : numpy dtype
    take : callable
        Rows of a slice with step 1 inside the array.
    piece : int
        Rows to read at a time.
    """

    def __init__(
        self,
        name: str,
        shape: tuple[int, ...],
        dtype: np.dtype[np.generic],
        take: Callable[[slice], Array],
        piece: int,
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self._name = name
        self._take = take
        self._piece = max(1, piece)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: SupportsIndex | slice) -> Array:
        """Return one row, an entry of the first axis, or some of them, as a new array."""
        if not isinstance(key, slice):
            row = range(len(self))[operator.index(key)]
            found: Array = self._checked(row, row + 1)[0]
            return found
        chosen = range(len(self))[key]
        if not chosen:
            return np.empty((0, *self.shape[1:]), self.dtype)
        first, last = sorted((chosen[0], chosen[-1]))
        rows = self._rows(first, last + 1)
        return rows if chosen.step == 1 else rows[np.array(chosen, np.intp) - first]

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        return np.asarray(self.read(), dtype)

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

    def _rows(self, start: int, stop: int) -> Array:
        count = stop - start
        width = int(np.prod(self.shape[1:], dtype=object)) * self.dtype.itemsize
        require_memory(count * width, self._name)
        if count <= self._piece:
            return self._checked(start, stop)
        values = np.empty((count, *self.shape[1:]), self.dtype)
        for begin in range(start, stop, self._piece):
            end = min(begin + self._piece, stop)
            values[begin - start : end - start] = self._checked(begin, end)
        return values

    def _checked(self, start: int, stop: int) -> Array:
        rows = self._take(slice(start, stop))
        if rows.shape != (stop - start, *self.shape[1:]):
            raise DataError(f"{self._name} is damaged: it differs from its header", SAVE_AGAIN)
        return rows


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column, and how its rows are read."""

    spec: ArraySpec
    open: Callable[[], Array | Rows]
    read: Callable[[], Array | Categories] | None = None
    """All rows; None where `open` gives what is to be read."""


class TreeSource:
    """Columns of a tree as a source.

    Parameters
    ----------
    name : str
    files : tuple of DataFile
    columns : sequence of Column
        A later one of the same name is left out.
    skipped : dict of str to str
        Parts that can't be read, harmless for a terminal, and why.
    notes : tuple of str
        What is to be said of the source as a whole.
    single : bool
        Whether there is just one array, without a name of its own.
    """

    def __init__(
        self,
        name: str,
        files: tuple[DataFile, ...],
        columns: Sequence[Column],
        skipped: Mapping[str, str],
        notes: tuple[str, ...] = (),
        *,
        single: bool = False,
    ) -> None:
        self.name = name
        self.files = files
        self.skipped = skipped
        self.notes = notes
        self.single = single
        self._columns = {column.spec.name: column for column in reversed(columns)}
        self.columns = {column.spec.name: column.spec for column in columns}

    def called(self, column: str) -> str:
        """A column in messages: "data.h5: obsm/X_umap"."""
        return self.name if self.single else f"{self.name}: {clean(column)}"

    def open(self, column: str, max_bytes: int | None = None) -> Array | Rows:
        """Return a column's rows; of categories, their values.

        Raises
        ------
        DataError
            If it is damaged, beyond the limit, doesn't fit into memory, or if a file was rewritten
            in place.
        """
        found = self._within(column, max_bytes)
        with unchanged(self):
            return found.open()

    def read(self, column: str, max_bytes: int | None = None) -> Array | Categories:
        """Return all of a column, as its form says; errors as of `open`."""
        found = self._within(column, max_bytes)
        with unchanged(self):
            return in_memory(found.open()) if found.read is None else found.read()

    def _within(self, column: str, max_bytes: int | None) -> Column:
        """Return a column, unless it unpacks to more than a limit."""
        found = self._columns[column]
        size = found.spec.nbytes
        if max_bytes is not None and found.spec.access is Access.WHOLE and size > max_bytes:
            raise DataError(
                f"{self.called(column)} unpacks to {describe_bytes(size)}, "
                f"more than the limit of {describe_bytes(max_bytes)}",
                "raise --max-bytes",
            )
        return found


def leaf_rows(leaf: Leaf) -> Array | Rows:
    """Return the rows of a leaf; all of it where it has no axes."""
    if not leaf.shape:
        return leaf.take(())
    if 0 in leaf.shape:
        return empty_array(leaf.shape, leaf.dtype, quoted(leaf))
    return TreeRows(quoted(leaf), leaf.shape, leaf.dtype, leaf.take, leaf.piece)


def leaf_column(leaf: Leaf, name: str | None = None) -> Column:
    """Return the column of numbers, text or bytes that a leaf is."""
    form = {Kind.TEXT: Form.TEXT, Kind.BYTES: Form.ENCODED}.get(leaf.kind, Form.ARRAY)
    spec = ArraySpec(
        leaf.path if name is None else name,
        leaf.shape,
        leaf.dtype,
        leaf.layout.place,
        leaf.access,
        form,
    )
    return Column(spec, lambda: leaf_rows(leaf))


def quoted(leaf: Leaf) -> str:
    """Return a leaf's path for messages."""
    return f"'{clean(leaf.path)}'"


def whole(leaf: Leaf) -> Array:
    """Return all of a leaf, in memory."""
    return in_memory(leaf_rows(leaf))


def one_axis(found: object) -> Leaf | None:
    """Return what is an array of one axis, None for anything else."""
    return found if isinstance(found, Leaf) and len(found.shape) == 1 else None
