"""Arrays that stay in their file and are read part by part."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, SupportsIndex

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.memory import require_memory

Array = npt.NDArray[np.generic]

SAVE_AGAIN = "copy or save it again"

_PIECE = 1 << 18
"""Bytes read at a time: they are still in the processor's cache for the checksum."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """The CRC-32 that an archive states for an array."""

    before: int
    """CRC-32 of the .npy header, which comes before the data."""
    whole: int
    """CRC-32 of header and data."""


class Rows(Protocol):
    """An array that isn't in memory: its rows are read when asked for, and not kept."""

    @property
    def shape(self) -> tuple[int, ...]:
        """As for a numpy array."""

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """As for a numpy array."""

    def __len__(self) -> int: ...

    def __getitem__(self, key: SupportsIndex | slice) -> Array: ...

    def read(self) -> Array:
        """Return all rows."""

    def blocks(self, rows: int) -> Iterator[tuple[slice, Array]]:
        """Return all rows in order, at most `rows` at a time, and which they are."""


class StoredArray:
    """An array in a file as numpy writes it; rows are read when asked for, and not kept.

    Rows are those of the file as it was opened; whatever reads raises a DataError if the file was
    rewritten in place since, or can't be read.

    Parameters
    ----------
    file : DataFile
    name : str
        The array's name in messages.
    offset : int
        First byte of the data in the file.
    shape : tuple of int
    dtype : numpy dtype
        Without objects.
    fortran_order : bool
        Whether the first axis varies fastest.
    checksum : Checksum, optional
        Verified when the array is read from its first row to the last.

    Raises
    ------
    DataError
        If the file ends before the data do.
    """

    def __init__(
        self,
        file: DataFile,
        name: str,
        offset: int,
        shape: tuple[int, ...],
        dtype: np.dtype[np.generic],
        *,
        fortran_order: bool = False,
        checksum: Checksum | None = None,
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self.fortran_order = fortran_order
        self._file = file
        self._name = name
        self._offset = offset
        self._checksum = checksum
        if offset + self.nbytes > file.size:
            raise DataError(
                f"{name} is damaged: its header says {self.nbytes:,} bytes of data, "
                f"the file has {max(0, file.size - offset):,}",
                SAVE_AGAIN,
            )

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of data."""
        return math.prod(self.shape) * self.dtype.itemsize

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: SupportsIndex | slice) -> Array:
        """Return one row, an entry of the first axis, or some of them, as a new array."""
        chosen = range(len(self))[key]
        if isinstance(chosen, range):
            values = self._rows(chosen)
        else:
            values = self._rows(range(chosen, chosen + 1))[0]
        self._file.check()
        return values

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        return np.asarray(self.read(), dtype)

    def read(self) -> Array:
        """Return the whole array.

        Raises
        ------
        DataError
            Also if it takes more than three quarters of the free memory, or is damaged.
        """
        require_memory(self.nbytes, self._name)
        flat = np.empty(self.nbytes, np.uint8)
        summed = _Sum(self._checksum)
        for start in range(0, flat.size, _PIECE):
            piece = flat[start : start + _PIECE]
            self._file.read_into(piece, self._offset + start)
            summed.add(piece)
        self._file.check()
        self._verify(summed)
        if not flat.size:
            return np.empty(self.shape, self.dtype)
        values = flat.view(self.dtype)
        return values.reshape(self.shape, order="F" if self.fortran_order else "C")

    def blocks(self, rows: int) -> Iterator[tuple[slice, Array]]:
        """Return all rows in order, at most `rows` at a time, and which they are.

        Raises
        ------
        DataError
            Also, after the last block, if it is damaged.
        """
        summed = _Sum(None if self.fortran_order else self._checksum)
        for start in range(0, len(self), rows):
            part = slice(start, min(start + rows, len(self)))
            block = self[part]
            summed.add(block)
            yield part, block
            del block
        self._verify(summed)

    def _verify(self, summed: _Sum) -> None:
        if not summed.right:
            raise DataError(f"{self._name} is damaged: its checksum is wrong", SAVE_AGAIN)

    def _rows(self, rows: range) -> Array:
        if self.fortran_order:
            return self._fortran_rows(rows)
        values = np.empty((len(rows), *self.shape[1:]), self.dtype)
        entry_bytes = math.prod(self.shape[1:]) * self.dtype.itemsize
        if rows.step == 1:
            self._file.read_into(values, self._offset + rows.start * entry_bytes)
        else:
            for place, row in enumerate(rows):
                entry = values[place : place + 1]
                self._file.read_into(entry, self._offset + row * entry_bytes)
        return values

    def _fortran_rows(self, rows: range) -> Array:
        """Read some rows of an array whose columns are contiguous in the file."""
        ends = sorted((rows[0], rows[-1])) if rows else [0, -1]
        first, stop = ends[0], ends[1] + 1
        columns = np.empty((stop - first, math.prod(self.shape[1:])), self.dtype, order="F")
        for column in range(columns.shape[1]):
            skipped = (column * len(self) + first) * self.dtype.itemsize
            self._file.read_into(columns[:, column], self._offset + skipped)
        values = columns.reshape((stop - first, *self.shape[1:]), order="F")
        return values if rows.step == 1 else values[np.array(rows, np.intp) - first]


class _Sum:
    """A running CRC-32; nothing is computed if there is nothing to compare it with."""

    def __init__(self, checksum: Checksum | None) -> None:
        self._checksum = checksum
        self._sum = 0 if checksum is None else checksum.before

    def add(self, piece: npt.NDArray[Any]) -> None:
        if self._checksum is not None:
            self._sum = zlib.crc32(piece.reshape(-1).view(np.uint8).data, self._sum)

    @property
    def right(self) -> bool:
        return self._checksum is None or self._sum == self._checksum.whole


def in_memory(values: Array | Rows) -> Array:
    """Return the array itself, read if it isn't in memory."""
    return values if isinstance(values, np.ndarray) else values.read()


def row_blocks(values: Array | Rows, rows: int) -> Iterator[tuple[slice, Array]]:
    """Return all rows in order, at most `rows` at a time, and which they are."""
    if not isinstance(values, np.ndarray):
        yield from values.blocks(rows)
        return
    for start in range(0, len(values), rows):
        part = slice(start, min(start + rows, len(values)))
        yield part, values[part]
