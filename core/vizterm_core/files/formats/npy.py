"""`.npy` files: the header first, then the array where it lies; objects are never unpickled."""

from __future__ import annotations

import ast
from typing import IO

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.source import Access, ArraySpec, object_array
from vizterm_core.files.stored import SAVE_AGAIN, Array, StoredArray, in_memory
from vizterm_core.text import describe_shape

MAGIC = b"\x93NUMPY"
STARTS = (MAGIC,)

_UNREADABLE = (
    SyntaxError, ValueError, TypeError, LookupError, MemoryError, RecursionError,
)  # fmt: skip
"""Raised by `literal_eval` and numpy's dtype parser for hostile headers."""
_SAVE = "save one array with np.save('grid.npy', grid)"
_LONGEST_HEADER = 1 << 16
_MOST_AXES = 64
"""More than any numpy array has."""


class NpyFile:
    """A `.npy` file as a source of one column, called by the file's name without the suffix.

    Parameters
    ----------
    file : DataFile

    Raises
    ------
    DataError
        If it isn't a .npy file, is damaged, or was rewritten in place.
    """

    single = True

    def __init__(self, file: DataFile) -> None:
        self.name = file.name
        self.files = (file,)
        self.skipped: dict[str, str] = {}
        with file.unchanged():
            shape, self._fortran_order, dtype, self._header_bytes = self._header(file)
        access = Access.BLOCK if self._fortran_order else Access.ROW
        spec = ArraySpec(file.path.stem, shape, dtype, "stored", access)
        self.columns = {spec.name: spec}

    def called(self, column: str) -> str:  # noqa: ARG002
        """The array in messages: by the file's name."""
        return self.name

    def open(self, column: str, max_bytes: int | None = None) -> Array | StoredArray:  # noqa: ARG002
        """Return the array where it lies in the file.

        Raises
        ------
        DataError
            If it holds objects, is cut short, or the file was rewritten in place.
        """
        spec = self.columns[column]
        if spec.objects:
            raise object_array(self.name)
        if spec.nbytes == 0:
            return empty_array(spec.shape, spec.dtype, self.name)
        (file,) = self.files
        with file.unchanged():
            return StoredArray(
                file,
                self.name,
                self._header_bytes,
                spec.shape,
                spec.dtype,
                fortran_order=self._fortran_order,
            )

    def read(self, column: str, max_bytes: int | None = None) -> Array:
        """Return the array, in memory; errors as of `open`."""
        return in_memory(self.open(column, max_bytes))

    def _header(self, file: DataFile) -> tuple[tuple[int, ...], bool, np.dtype[np.generic], int]:
        if not file.size:
            raise DataError(f"{self.name} is empty", _SAVE)
        try:
            return npy_header(file.stream())
        except DataError as error:
            raise DataError(f"{self.name}: {error.message}", _SAVE) from error


def empty_array(shape: tuple[int, ...], dtype: np.dtype[np.generic], name: str) -> Array:
    """Return an array without data.

    Raises
    ------
    DataError
        If numpy can't make one of that shape.
    """
    try:
        return np.zeros(shape, dtype)
    except (ValueError, OverflowError, MemoryError) as error:
        raise DataError(
            f"{name} is damaged: {describe_shape(shape)} {dtype} is impossible", SAVE_AGAIN
        ) from error


def npy_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[np.generic], int]:
    """Return shape, whether in Fortran order, dtype, and length in bytes of a .npy header.

    Source: the format's description in numpy's own documentation, "NEP 1", versions 1.0 to 3.0.

    Raises
    ------
    DataError
        If it can't be read; the message doesn't name the file, which only the caller knows.
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
