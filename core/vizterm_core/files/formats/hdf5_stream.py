"""The bytes of a file as HDF5's library asks for them; what would make it hang is refused.

A global heap, which holds text and lists of any length, may have an object of no size at all: the
library (2.0) then looks for the next one for ever.  Heaps are looked through before they get there.
Source: "HDF5 File Format Specification", III.E, Global Heap.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import numpy as np

from vizterm_core.errors import DataError, VizError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.stored import SAVE_AGAIN
from vizterm_core.overrides import override

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_HEAP = b"GCOL"
_HEAP_START = b"GCOL\1\0\0\0"
_LARGEST_SCANNED = 2 << 20
"""Bytes read at a time: what describes a file is smaller."""
_ALIGNED = 8


class Hdf5Stream(io.RawIOBase):
    """A file's bytes; never raises: an error inside HDF5's callbacks ends the process.

    Parameters
    ----------
    file : DataFile
    """

    def __init__(self, file: DataFile) -> None:
        self._file = file
        self._position = 0
        self._sound: set[int] = set()
        """Places of heaps that were looked through."""
        self.length_bytes = 8
        """Bytes of a length in the file, as its superblock says."""
        self.error: VizError | None = None
        """What couldn't be read: to be asked after each call of the library."""

    @override
    def readable(self) -> bool:
        """Always."""
        return True

    @override
    def seekable(self) -> bool:
        """Always."""
        return True

    @override
    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move, also beyond the end."""
        start = {os.SEEK_CUR: self._position, os.SEEK_END: self._file.size}.get(whence, 0)
        self._position = max(0, start + offset)
        return self._position

    @override
    def tell(self) -> int:
        """The place of the next byte."""
        return self._position

    @override
    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill a buffer, with zeros where the file ends, or can't be read: the error is kept."""
        target = np.frombuffer(memoryview(buffer), np.uint8)
        inside = max(0, min(target.size, self._file.size - self._position))
        try:
            self._file.read_into(target[:inside], self._position)
            if inside <= _LARGEST_SCANNED:
                self._check_heaps(target[:inside].tobytes())
        except VizError as error:
            self.error, inside = error, 0
        target[inside:] = 0
        self._position += target.size
        return int(target.size)

    def _check_heaps(self, data: bytes) -> None:
        """Raise a DataError if a heap begins in what was read, and wouldn't end."""
        at = data.find(_HEAP)
        while at >= 0:
            start = self._position + at
            if start not in self._sound:
                self._check_heap(start)
                self._sound.add(start)
            at = data.find(_HEAP, at + 1)

    def _check_heap(self, start: int) -> None:
        width = self.length_bytes
        header = self._file.read(start, len(_HEAP_START) + width)
        size = int.from_bytes(header[len(_HEAP_START) :], "little")
        if not header.startswith(_HEAP_START) or start + size > self._file.size:
            # No heap, or one that the library refuses by itself.
            return
        heap = self._file.read(start, size)
        at = len(header)
        while at + _ALIGNED + width <= size:
            number = int.from_bytes(heap[at : at + 2], "little")
            length = int.from_bytes(heap[at + _ALIGNED : at + _ALIGNED + width], "little")
            if not number and not length:
                raise DataError(f"{self._file.name} is damaged: a heap in it is", SAVE_AGAIN)
            at += _ALIGNED + width + -(-length // _ALIGNED) * _ALIGNED if number else length
