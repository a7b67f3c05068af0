"""Numbers in bfloat16, the upper half of a float32, which numpy doesn't know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from vizterm_core.files.memory import require_memory
from vizterm_core.files.stored import Array, StoredArray

_BLOCK_BYTES = 1 << 22


def widened(halves: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Return bfloat16 numbers as float32, exactly.

    Parameters
    ----------
    halves : array of uint16, in either byte order
        Their bits.

    >>> widened(np.array([0x3F80, 0xC000], np.uint16)).tolist()
    [1.0, -2.0]
    """
    return (halves.astype(np.uint32) << 16).view(np.float32)


class BFloat16Rows:
    """An array of bfloat16 in a file, whose rows are read as float32 when asked for.

    Parameters
    ----------
    stored : StoredArray
        Of uint16, in either byte order.
    name : str
        In messages.
    """

    dtype: np.dtype[Any] = np.dtype(np.float32)

    def __init__(self, stored: StoredArray, name: str) -> None:
        self.shape = stored.shape
        self._stored = stored
        self._name = name

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: SupportsIndex | slice) -> Array:
        """Return one row or some of them, as a new array."""
        return widened(self._stored[key])

    def read(self) -> Array:
        """Return the whole array; errors as of `StoredArray.read`."""
        require_memory(2 * self._stored.nbytes, self._name)
        values = np.empty(self.shape, self.dtype)
        rows = max(1, _BLOCK_BYTES // max(1, values.nbytes // max(1, len(self))))
        for part, block in self.blocks(rows):
            values[part] = block
        return values

    def blocks(self, rows: int) -> Iterator[tuple[slice, Array]]:
        """Return all rows in order, at most `rows` at a time, and which they are."""
        for part, block in self._stored.blocks(rows):
            yield part, widened(block)
