"""Sources: named arrays that headers describe, and whose rows are read when asked for.

`Source` is what the loaders see of a file, and of arrays in memory: which columns there are, and
their rows.  Each format implements it in a module of its own (`files/formats`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.stored import Array, Rows
from vizterm_core.text import clean, describe_shape


class Access(Enum):
    """The least that can be read of an array at a reasonable cost."""

    ROW = "row"
    """Each row lies in one piece, in the file or in memory."""
    BLOCK = "block"
    """Many rows cost little more than one: a row is scattered over the file."""
    WHOLE = "whole"
    """The array is compressed as a whole: one row costs all of it, in time and memory."""


class Form(Enum):
    """What the rows of a column are, and with that how they are read."""

    ARRAY = "array"
    """Numbers, dates, text of a fixed width: an ndarray; a MaskedArray where some are missing."""
    TEXT = "text"
    """Text of any length: an object array (n,) of `str`, None where it is missing."""
    CATEGORIES = "categories"
    """Codes with a name for each: `Source.read` returns `Categories`."""
    ENCODED = "encoded"
    """Encoded pictures (PNG, JPEG …): an object array (n,) of `bytes`, None where it is missing."""


@dataclass(frozen=True, slots=True, eq=False)
class Categories:
    """A column as a file with a dictionary keeps it: a code a row, and what each code means."""

    codes: npt.NDArray[np.integer]
    """(n,) positions in `values`; negative where the value is missing."""
    values: Array
    """(k,) what the codes stand for: text (str objects), numbers or dates."""
    colours: tuple[str, ...] = ()
    """A colour "#rrggbb" for each value, where the file has them."""

    def __len__(self) -> int:
        return int(self.codes.size)


@dataclass(frozen=True, slots=True)
class ArraySpec:
    """An array as its header describes it."""

    name: str
    """In its source, as it is there: not made harmless for a terminal."""
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    place: str = "in memory"
    """Its place and form, for people: "stored", "deflated to 3.1 kB", "in memory"."""
    access: Access = Access.ROW
    form: Form = Form.ARRAY

    @property
    def nbytes(self) -> int:
        """Bytes of data, once unpacked."""
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def objects(self) -> bool:
        """Whether it holds Python objects, which only unpickling could read."""
        return self.form is Form.ARRAY and bool(self.dtype.hasobject)

    @property
    def kind(self) -> str:
        """The dtype, or the form where that says more: "float32", "text", "encoded pictures"."""
        return _KINDS.get(self.form) or str(self.dtype)

    def describe(self) -> str:
        """Name, shape and dtype, as messages show them."""
        return f"{clean(self.name)} {describe_shape(self.shape)} {self.kind}"


_KINDS = {
    Form.TEXT: "text",
    Form.CATEGORIES: "categories",
    Form.ENCODED: "encoded pictures",
}


class Source(Protocol):
    """Opened data: the columns are known, their rows are read when asked for."""

    @property
    def name(self) -> str:
        """The source in messages, harmless for a terminal; empty for arrays in memory."""

    @property
    def files(self) -> tuple[DataFile, ...]:
        """The files that it is read from."""

    @property
    def columns(self) -> Mapping[str, ArraySpec]:
        """The arrays by name, from headers alone."""

    @property
    def skipped(self) -> Mapping[str, str]:
        """Parts that can't be read as arrays, by name (harmless for a terminal), and why."""

    @property
    def single(self) -> bool:
        """Whether there is just one array, and its name isn't in the file."""

    def called(self, column: str) -> str:
        """A column in messages: "data.npz: X"."""

    def open(self, column: str, max_bytes: int | None = None) -> Array | Rows:
        """Return a column's rows: `[row]`, `[start:stop]`, `blocks`, or all at once.

        Of a column of categories, this is the value of each row, not its code.

        Parameters
        ----------
        column : str
            A key of `columns`.
        max_bytes : int, optional
            The limit for an array that must be unpacked whole (`Access.WHOLE`).

        Raises
        ------
        DataError
            If it holds objects, is damaged, is beyond the limit, doesn't fit into memory, or if
            the file was rewritten in place.
        """

    def read(self, column: str, max_bytes: int | None = None) -> Array | Categories:
        """Return all of a column, as its form says; errors as of `open`."""


class ArraySource:
    """Arrays in memory as a `Source`.

    Parameters
    ----------
    arrays : dict of str to ndarray
    name : str
        Of the source in messages; without one, columns are called by their own names.
    """

    files: tuple[DataFile, ...] = ()
    single = False

    def __init__(self, arrays: Mapping[str, Array], name: str = "") -> None:
        self.name = clean(name)
        self.columns = {
            key: ArraySpec(key, array.shape, array.dtype) for key, array in arrays.items()
        }
        self.skipped: dict[str, str] = {}
        self._arrays = dict(arrays)

    def called(self, column: str) -> str:
        """A column in messages: its name, after the source's if that has one."""
        return f"{self.name}: {clean(column)}" if self.name else clean(column)

    def open(self, column: str, max_bytes: int | None = None) -> Array:
        """Return the array itself; there is nothing to unpack."""
        return self.read(column, max_bytes)

    def read(self, column: str, max_bytes: int | None = None) -> Array:  # noqa: ARG002
        """Return the array itself.

        Raises
        ------
        DataError
            If it holds objects.
        """
        if self.columns[column].objects:
            raise object_array(self.called(column))
        return self._arrays[column]


def read_array(source: Source, column: str, max_bytes: int | None = None) -> Array:
    """Return all of a column as an array; of categories the value of each row.

    Rows of categories that are missing are None, or the mask of a masked array.
    """
    values = source.read(column, max_bytes)
    return values_of(values) if isinstance(values, Categories) else values


def values_of(categories: Categories) -> Array:
    """Return the value of each row; None, or the mask of a masked array, where it is missing."""
    missing = categories.codes < 0
    if not len(categories.values):
        return np.full(len(categories), None, object)
    rows: npt.NDArray[Any] = categories.values[np.where(missing, 0, categories.codes)]
    if rows.dtype == object:
        rows[missing] = None
        return rows
    return np.ma.MaskedArray(rows, missing) if missing.any() else rows


def object_array(name: str) -> DataError:
    """Return the refusal of an array of objects, which is never unpickled."""
    return DataError(
        f"{name} is an object array, which only pickle can read",
        "save it as a plain array, e.g. np.array(values.tolist()) or values.astype(str)",
    )


@contextmanager
def unchanged(source: Source) -> Iterator[None]:
    """A block in which no file of a source may change.

    Raises
    ------
    DataError
        If one was rewritten in place since it was opened, before or during the block.
    """
    with ExitStack() as stack:
        for file in source.files:
            stack.enter_context(file.unchanged())
        yield
