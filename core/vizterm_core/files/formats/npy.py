"""`.npy` files: the header first, then the array where it lies; objects are never unpickled."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO, Any

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.converted import ConvertedRows, widened
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.source import Access, ArraySpec, object_array
from vizterm_core.files.stored import SAVE_AGAIN, Array, Rows, StoredArray, in_memory
from vizterm_core.text import clean, describe_shape

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
_BFLOAT16 = ("<V2", "|V2", "V2", "<g2", "bfloat16", "<bfloat16")
_DESCR = re.compile(r"[<>|=]?[A-Za-z][A-Za-z0-9_]{0,30}(\[[a-z]+\])?")
"""A dtype in one word, whether numpy knows it or not."""
_PYTHON_2 = re.compile(r"(?<=[ (,])(\d+)L(?=[,)])")
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Header:
    """The header of an array as numpy writes it."""

    shape: tuple[int, ...]
    fortran_order: bool
    dtype: np.dtype[np.generic]
    """As it is stored; of bfloat16, which numpy doesn't know, uint16."""
    length: int
    """Bytes before the data."""
    bfloat16: bool = False

    @property
    def nbytes(self) -> int:
        """Bytes of data as they are stored."""
        return math.prod(self.shape) * self.dtype.itemsize


@dataclass(frozen=True, slots=True)
class Part:
    """A column of a stored array: all of it, or a field of its records."""

    spec: ArraySpec
    field: tuple[str, ...] = ()
    bfloat16: bool = False

    def of(self, values: Array | StoredArray) -> Array | Rows:
        """Return the column of an array as it is stored."""
        if not self.field and not self.bfloat16:
            return values
        if isinstance(values, np.ndarray):
            return self._convert(values)
        return ConvertedRows(values, self._convert, self.spec.shape, self.spec.dtype)

    def _convert(self, values: Array) -> Array:
        if self.bfloat16:
            return widened(values)
        found: Any = values
        for name in self.field:
            found = found[name]
        return np.ascontiguousarray(found) if found.ndim else found


class UnreadableDtypeError(DataError):
    """An array that is whole, of numbers that numpy doesn't know."""


class NpyFile:
    """A `.npy` file as a source of one column, called by the file's name without the suffix.

    Of an array of records, each field is a column.

    Parameters
    ----------
    file : DataFile

    Raises
    ------
    DataError
        If it isn't a .npy file, is damaged, or was rewritten in place.
    """

    def __init__(self, file: DataFile) -> None:
        self.name = file.name
        self.files = (file,)
        self.skipped: dict[str, str] = {}
        with file.unchanged():
            self._header = self._read_header(file)
        access = Access.BLOCK if self._header.fortran_order else Access.ROW
        found = parts(self._header, file.path.stem, "stored", access)
        self._parts = {part.spec.name.removeprefix(f"{file.path.stem}."): part for part in found}
        self.columns = {name: replace(part.spec, name=name) for name, part in self._parts.items()}
        self.single = not found[0].field

    def called(self, column: str) -> str:
        """The array in messages: by the file's name, and the field's."""
        return self.name if self.single else f"{self.name}: {clean(column)}"

    def open(self, column: str, max_bytes: int | None = None) -> Array | Rows:  # noqa: ARG002
        """Return the array where it lies in the file.

        Raises
        ------
        DataError
            If it holds objects, is cut short, or the file was rewritten in place.
        """
        spec = self.columns[column]
        name = self.called(column)
        if spec.objects:
            raise object_array(name)
        header = self._header
        if header.nbytes == 0:
            return empty_array(spec.shape, spec.dtype, name)
        (file,) = self.files
        with file.unchanged():
            stored = StoredArray(
                file,
                name,
                header.length,
                header.shape,
                header.dtype,
                fortran_order=header.fortran_order,
            )
            return self._parts[column].of(stored)

    def read(self, column: str, max_bytes: int | None = None) -> Array:
        """Return the array, in memory; errors as of `open`."""
        return in_memory(self.open(column, max_bytes))

    def _read_header(self, file: DataFile) -> Header:
        if not file.size:
            raise DataError(f"{self.name} is empty", _SAVE)
        try:
            return npy_header(file.stream())
        except DataError as error:
            raise DataError(f"{self.name}: {error.message}", error.hint or _SAVE) from error


def parts(header: Header, name: str, place: str, access: Access) -> list[Part]:
    """Return the columns of an array: itself, or "name.field" for each field of its records."""
    dtype = header.dtype
    if header.bfloat16:
        spec = ArraySpec(name, header.shape, np.dtype(np.float32), f"{place} as bfloat16", access)
        return [Part(spec, bfloat16=True)]
    whole = Part(ArraySpec(name, header.shape, dtype, place, access))
    if dtype.names is None or len(header.shape) != 1 or dtype.hasobject:
        return [whole]
    found = []
    for field, inner in _fields(dtype):
        base, shape = inner.subdtype or (inner, ())
        spec = ArraySpec(
            ".".join((name, *field)), (*header.shape, *shape), base, f"{place} in records", access
        )
        found.append(Part(spec, field))
    # Records may have no fields.
    return found or [whole]


def _fields(
    dtype: np.dtype[Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], np.dtype[Any]]]:
    """Return the paths and dtypes of a record's fields, also of records within it."""
    for field in dtype.names or ():
        inner = dtype[field]
        if inner.names is None:
            yield (*path, field), inner
        else:
            yield from _fields(inner, (*path, field))


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


def npy_header(stream: IO[bytes]) -> Header:
    """Read a .npy header.

    Source: the format's description in numpy's own documentation, "NEP 1", versions 1.0 to 3.0.
    Python 2 wrote sides as "10000L".  ml_dtypes' bfloat16 is "<V2" or "<g2" there.

    Raises
    ------
    UnreadableDtypeError
        If it is in order, but its dtype is none of numpy's.
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
    text = stream.read(length).decode("utf-8" if major == 3 else "latin-1", "replace")
    try:
        fields = _literal(text)
        shape, descr, order = fields["shape"], fields["descr"], fields["fortran_order"]
        bfloat16 = descr in _BFLOAT16
        dtype = np.dtype(np.uint16) if bfloat16 else _dtype(descr)
    except _UNREADABLE as error:
        raise DataError("its header can't be read") from error
    if (
        not isinstance(shape, tuple)
        or len(shape) > _MOST_AXES
        or not all(type(side) is int and 0 <= side < 1 << 62 for side in shape)
    ):
        raise DataError("its header has an impossible shape")
    return Header(shape, bool(order), dtype, len(start) + width + length, bfloat16)


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except SyntaxError:
        return ast.literal_eval(_PYTHON_2.sub(r"\1", text))


def _dtype(descr: Any) -> np.dtype[np.generic]:
    """Return a dtype that says what its bytes mean.

    Raises
    ------
    UnreadableDtypeError
        For a well-formed one that numpy doesn't know, or that is bytes without a meaning.
    """
    try:
        dtype: np.dtype[np.generic] = np.lib.format.descr_to_dtype(descr)
    except _UNREADABLE:
        if isinstance(descr, str) and _DESCR.fullmatch(descr):
            raise unreadable_dtype(descr) from None
        raise
    if dtype.kind == "V" and dtype.names is None:
        raise unreadable_dtype(str(descr))
    return dtype


def unreadable_dtype(descr: str) -> UnreadableDtypeError:
    """Return the refusal of an array whose numbers numpy doesn't know."""
    return UnreadableDtypeError(
        f"its dtype {clean(descr, _SHOWN)!r} is none of numpy's",
        "save it as numbers that numpy has: array.astype(np.float32)",
    )
