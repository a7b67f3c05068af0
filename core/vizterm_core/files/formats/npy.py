"""Reading a `.npy` file: its header first, then the array where it lies; never unpickled."""

from __future__ import annotations

import ast
import math
from typing import IO

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.stored import SAVE_AGAIN, Array, StoredArray
from vizterm_core.text import describe_shape

MAGIC = b"\x93NUMPY"

_UNREADABLE = (
    SyntaxError, ValueError, TypeError, LookupError, MemoryError, RecursionError,
)  # fmt: skip
"""What a hostile header can make literal_eval or numpy's dtype parser raise."""
_LONGEST_HEADER = 1 << 16
_MOST_AXES = 64
"""Of any numpy array."""


def open_npy(file: DataFile) -> Array | StoredArray:
    """The array of a `.npy` file: its header is read, its data where they are looked at.

    Raises
    ------
    DataError
        If it is no .npy array, is damaged, holds objects, or was rewritten in place.
    """
    with file.unchanged():
        shape, fortran_order, dtype, header_bytes = _named_header(file.stream(), file.name)
        if math.prod(shape) * dtype.itemsize == 0:
            return empty_array(shape, dtype, file.name)
        return StoredArray(file, file.name, header_bytes, shape, dtype, fortran_order=fortran_order)


def empty_array(shape: tuple[int, ...], dtype: np.dtype[np.generic], name: str) -> Array:
    """An array without data; a DataError if numpy can't have one of that shape."""
    try:
        return np.zeros(shape, dtype)
    except (ValueError, OverflowError, MemoryError) as error:
        raise DataError(
            f"{name} is damaged: {describe_shape(shape)} {dtype} is no shape", SAVE_AGAIN
        ) from error


def _named_header(
    stream: IO[bytes], name: str
) -> tuple[tuple[int, ...], bool, np.dtype[np.generic], int]:
    try:
        header = npy_header(stream)
    except DataError as error:
        raise DataError(
            f"{name}: {error.message}", "save one array with np.save('grid.npy', grid)"
        ) from error
    if header[2].hasobject:
        raise DataError(
            f"{name} is an object array, which only pickle can read",
            "save it as a plain array, e.g. np.array(values.tolist())",
        )
    return header


def npy_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[np.generic], int]:
    """Shape, order, dtype and length of a .npy header.

    Source: the format's description in numpy's own documentation, "NEP 1", versions 1.0 to 3.0.

    Raises
    ------
    DataError
        Without the file's name, which only the caller knows.
    """
    start = stream.read(len(MAGIC) + 2)
    if start[: len(MAGIC)] != MAGIC or len(start) < len(MAGIC) + 2:
        raise DataError("not a .npy array")
    major = start[len(MAGIC)]
    width = 2 if major == 1 else 4
    if major not in (1, 2, 3):
        raise DataError(f"unknown .npy version {major}")
    length = int.from_bytes(stream.read(width), "little")
    if length > _LONGEST_HEADER:
        raise DataError("its header is too long")
    text = stream.read(length)
    try:
        fields = ast.literal_eval(text.decode("utf-8" if major == 3 else "latin-1"))
        shape, descr, order = fields["shape"], fields["descr"], fields["fortran_order"]
        dtype = np.lib.format.descr_to_dtype(descr)
    except _UNREADABLE as error:
        raise DataError("its header can't be read") from error
    if (
        not isinstance(shape, tuple)
        or len(shape) > _MOST_AXES
        or not all(type(side) is int and 0 <= side < 1 << 62 for side in shape)
    ):
        raise DataError("its header has an impossible shape")
    return shape, bool(order), dtype, len(start) + width + length
