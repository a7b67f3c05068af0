"""Lengths of entries of any length, text and lists, as an HDF5 file states them.

Source: HDF5 File Format Specification 3.0, section IV.B: in the array, such an entry is its length
in 4 bytes, and where it lies in a heap.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.files.data_file import DataFile

_LENGTH_BYTES = 4
_LEAST_ENTRY = 12
_LONGEST_ENTRY = 16
_MOST_AT_ONCE = 1 << 24


def of_any_length(h5py: Any, dtype: np.dtype[Any]) -> bool:
    """Whether entries of a dtype lie in a heap: text of any length, or lists."""
    text = h5py.check_string_dtype(dtype)
    return h5py.check_vlen_dtype(dtype) is not None or (text is not None and text.length is None)


def entry_lengths(dataset: Any, file: DataFile) -> Iterator[npt.NDArray[np.uint32]]:
    """Return the lengths that entries of an array claim, part by part; none where it is packed."""
    count = int(np.prod(dataset.shape, dtype=object))
    if not count or dataset.id.get_create_plist().get_nfilters():
        return
    for start, size, entries in _places(dataset, count):
        width, left = divmod(size, entries)
        if left or not _LEAST_ENTRY <= width <= _LONGEST_ENTRY:
            continue
        step = _MOST_AT_ONCE // width * width
        for at in range(0, size, step):
            held = file.read(start + at, min(step, size - at))
            whole = np.frombuffer(held[: len(held) // width * width], np.uint8)
            first = np.ascontiguousarray(whole.reshape(-1, width)[:, :_LENGTH_BYTES])
            yield first.view("<u4").ravel()


def _places(dataset: Any, count: int) -> Iterator[tuple[int, int, int]]:
    """Return where the entries lie: first byte, bytes, number of entries."""
    if dataset.chunks is None:
        start = dataset.id.get_offset()
        if start is not None:
            yield int(start), int(dataset.id.get_storage_size()), count
        return
    entries = int(np.prod(dataset.chunks, dtype=object))
    for number in range(dataset.id.get_num_chunks()):
        chunk = dataset.id.get_chunk_info(number)
        if chunk.byte_offset is not None:
            yield int(chunk.byte_offset), int(chunk.size), entries
