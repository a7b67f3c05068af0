"""Rows that are made of stored ones: fields of records, numbers in a format numpy doesn't have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from vizterm_core.files.stored import Array, Rows


class ConvertedRows:
    """Rows of an array that isn't in memory, converted when they are read.

    Parameters
    ----------
    rows : Rows
    convert : callable
        Takes an array of rows, or one row, and returns it converted.
    shape, dtype
        Of the result; the first axis is that of `rows`.
    """

    def __init__(
        self,
        rows: Rows,
        convert: Callable[[Array], Array],
        shape: tuple[int, ...],
        dtype: np.dtype[np.generic],
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self._rows = rows
        self._convert = convert

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: SupportsIndex | slice) -> Array:
        """Return one row, or some of them, as a new array."""
        return self._convert(self._rows[key])

    def read(self) -> Array:
        """Return all rows; errors as of the rows they are made of."""
        return self._convert(self._rows.read())

    def blocks(self, rows: int) -> Iterator[tuple[slice, Array]]:
        """Return all rows in order, at most `rows` at a time, and which they are."""
        for part, block in self._rows.blocks(rows):
            yield part, self._convert(block)


def widened(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Return bfloat16 numbers, given as two bytes each, as float32: their first two bytes.

    >>> widened(np.array([0x3F80, 0xC040], np.uint16)).tolist()
    [1.0, -3.0]
    """
    return (values.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
