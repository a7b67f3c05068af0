"""Columns of Arrow arrays -> rows as this project has them: one class for each kind of column.

Each takes a part of a column, a sliced or a whole array, and returns its rows; none keeps anything.
Numbers are taken from Arrow's buffers as they are, without a copy where nothing is missing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vizterm_core.files.source import Form
from vizterm_core.files.stored import Array
from vizterm_core.files.vectors_text import parse_vectors

Mask = npt.NDArray[np.bool_]

DAMAGE: tuple[type[Exception], ...] = (
    pa.ArrowException, OSError, ValueError, TypeError, LookupError, OverflowError, RecursionError,
    NotImplementedError,
)  # fmt: skip
"""Raised by Arrow, and by what is done with its arrays, for files that contradict themselves."""
OBJECT: np.dtype[Any] = np.dtype(object)


class Kind(Protocol):
    """What the rows of a column are."""

    @property
    def form(self) -> Form:
        """As of the column."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the rows."""

    @property
    def row_shape(self) -> tuple[int, ...]:
        """Of one row."""

    def rows(self, array: pa.Array) -> tuple[Array, int]:
        """Return the rows of a part, and how many of them don't fit and are left empty."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Integers, floats, truth values; masked where they are missing, floats NaN."""

    dtype: np.dtype[Any]
    row_shape: tuple[int, ...] = ()
    form: ClassVar[Form] = Form.ARRAY

    def rows(self, array: pa.Array) -> tuple[Array, int]:
        """Return (k,) numbers."""
        array = plain(array)
        if pa.types.is_decimal(array.type):
            array = array.cast(pa.float64(), safe=False)
        values, missing = fixed_width(array)
        return _without(values, missing), 0


@dataclass(frozen=True, slots=True)
class Moments:
    """Dates and times of day in a unit that numpy has; NaT where they are missing."""

    dtype: np.dtype[Any]
    row_shape: tuple[int, ...] = ()
    form: ClassVar[Form] = Form.ARRAY

    def rows(self, array: pa.Array) -> tuple[Array, int]:
        """Return (k,) datetime64, in UTC where the file has a time zone."""
        array = plain(array)
        wide = array.view(pa.int32() if pa.types.is_date32(array.type) else pa.int64())
        values, missing = fixed_width(wide)
        moments = values.astype(np.int64).view(self.dtype)
        if missing is not None:
            moments[missing] = np.datetime64("NaT")
        return moments, 0


@dataclass(frozen=True, slots=True)
class Spans:
    """Durations and times of the day, as seconds; NaN where they are missing."""

    dtype: np.dtype[Any] = field(default_factory=lambda: np.dtype(np.float64))
    row_shape: tuple[int, ...] = ()
    form: ClassVar[Form] = Form.ARRAY
    _ticks: ClassVar[dict[str, float]] = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}

    def rows(self, array: pa.Array) -> tuple[Array, int]:
        """Return (k,) float64 seconds."""
        array = plain(array)
        width = pa.int32() if array.type.bit_width == 32 else pa.int64()
        values, missing = fixed_width(array.view(width))
        return _without(values / self._ticks[array.type.unit], missing), 0


@dataclass(frozen=True, slots=True)
class Text:
    """Text; None where it is missing."""

    dtype: np.dtype[Any] = OBJECT
    row_shape: tuple[int, ...] = ()
    form: ClassVar[Form] = Form.TEXT

    def rows(self, array: pa.Array) -> tuple[Array, int]:
        """Return (k,) str objects, equal ones the same object where the file has them once."""
        return texts(array), 0


@dataclass(frozen=True, slots=True)
class Encoded:
    """Encoded pictures; None where there is none."""

    dtype: np.dtype[Any] = OBJECT
    row_shape: tuple[int, ...] = ()
    form: ClassVar[Form] = Form.ENCODED

    def rows(self, array: pa.Array) -> tuple[Array, int]:
        """Return (k,) bytes objects."""
        return as_objects(plain(array).to_pylist()), 0


@dataclass(frozen=True, slots=True)
class Vectors:
    """Lists of numbers of one length, or lists of such lists; a row that doesn't fit is empty."""

    dtype: np.dtype[Any]
    row_shape: tuple[int, ...]
    flat: bool = False
    """Whether the file keeps a row's values in one list, row after row of a picture."""
    form: ClassVar[Form] = Form.ARRAY

    def rows(self, array: pa.Array) -> tuple[Array, int]:
        """Return (k, *row_shape): NaN in rows that don't fit, integers are masked there."""
        lists = (math.prod(self.row_shape),) if self.flat else self.row_shape
        numbers, fits = _unnested(array, lists)
        numbers = numbers.astype(self.dtype, copy=False).reshape(-1, *self.row_shape)
        wrong = int(fits.size - np.count_nonzero(fits))
        if not wrong:
            return numbers, 0
        shape = (fits.size, *self.row_shape)
        if self.dtype.kind == "f":
            whole: Array = np.full(shape, np.nan, self.dtype)
            whole[fits] = numbers
            return whole, wrong
        masked = np.ma.zeros(shape, self.dtype)
        masked[~fits] = np.ma.masked
        masked[fits] = numbers
        return masked, wrong


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Numbers in columns of their own that are one array: "0 … 767"; given as a struct of them."""

    dtype: np.dtype[Any]
    row_shape: tuple[int, ...]
    form: ClassVar[Form] = Form.ARRAY

    def rows(self, array: pa.Array) -> tuple[Array, int]:
        """Return (k, *row_shape): NaN where a number is missing, integers are masked there."""
        # Column after column, as they come: the array that they go to is filled row by row.
        values: npt.NDArray[Any] = np.empty((array.type.num_fields, len(array)), self.dtype)
        masks = np.zeros(values.shape, bool)
        for place, column in enumerate(array.flatten()):
            found, missing = fixed_width(column)
            values[place] = _without(found, missing)
            if missing is not None and self.dtype.kind != "f":
                masks[place] = missing
        together = np.ma.MaskedArray(values, masks) if masks.any() else values
        return together.T.reshape(len(array), *self.row_shape), 0


@dataclass(frozen=True, slots=True)
class WrittenVectors:
    """Vectors that are written as text."""

    row_shape: tuple[int, ...]
    dtype: np.dtype[Any] = field(default_factory=lambda: np.dtype(np.float64))
    form: ClassVar[Form] = Form.ARRAY

    def rows(self, array: pa.Array) -> tuple[Array, int]:
        """Return (k, d) float64: NaN in rows that don't fit."""
        return parse_vectors(texts(array), self.row_shape[0])


class Coded(Protocol):
    """A kind of column whose parts are codes and what they stand for."""

    def coded(self, array: pa.Array) -> tuple[npt.NDArray[np.int64], Array]:
        """Return (k,) codes, -1 where the value is missing, and the values."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A column that the file keeps as positions in a dictionary."""

    values: Kind
    row_shape: tuple[int, ...] = ()
    form: ClassVar[Form] = Form.CATEGORIES

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the values."""
        return self.values.dtype

    def rows(self, array: pa.Array) -> tuple[Array, int]:
        """Return the value of each row."""
        return self.values.rows(plain(array))

    def coded(self, array: pa.Array) -> tuple[npt.NDArray[np.int64], Array]:
        """Return codes and values of a part; parts may have different dictionaries."""
        codes, missing = fixed_width(array.indices)
        codes = codes.astype(np.int64)
        if missing is not None:
            codes[missing] = -1
        return codes, self.values.rows(array.dictionary)[0]


@dataclass(frozen=True, slots=True)
class ClassNames:
    """Class numbers whose names stand in the file's metadata."""

    names: tuple[str, ...]
    dtype: np.dtype[Any] = OBJECT
    row_shape: tuple[int, ...] = ()
    form: ClassVar[Form] = Form.CATEGORIES

    def rows(self, array: pa.Array) -> tuple[Array, int]:
        """Return the name of each row's class, None without one."""
        codes, values = self.coded(array)
        return np.append(values, as_objects([None]))[codes], 0

    def coded(self, array: pa.Array) -> tuple[npt.NDArray[np.int64], Array]:
        """Return class numbers, -1 where there is none of that number, and the names."""
        codes, missing = fixed_width(array)
        codes = codes.astype(np.int64)
        wrong = (codes < 0) | (codes >= len(self.names))
        if missing is not None:
            wrong |= missing
        return np.where(wrong, -1, codes), as_objects(list(self.names))


def as_objects(values: list[Any]) -> Array:
    """Return an object array (n,) of the entries of a list, whatever they are."""
    array = np.empty(len(values), object)
    array[:] = values
    return array


def plain(array: pa.Array) -> pa.Array:
    """Return an array without the wrappings that change how it is stored, not what it holds."""
    while isinstance(array, pa.ExtensionArray):
        array = array.storage
    if pa.types.is_run_end_encoded(array.type):
        return plain(pc.run_end_decode(array))
    if pa.types.is_dictionary(array.type):
        return plain(array.dictionary_decode())
    return array


def fixed_width(array: pa.Array) -> tuple[npt.NDArray[Any], Mask | None]:
    """Return numbers as they lie in Arrow's buffer, and which are missing, None without any.

    What stands in place of a missing number is anything.
    """
    array = plain(array)
    missing = None
    if array.null_count:
        missing = array.is_null().to_numpy(zero_copy_only=False)
    if pa.types.is_boolean(array.type):
        filled = array.fill_null(False) if missing is not None else array
        return filled.to_numpy(zero_copy_only=False), missing
    dtype = np.dtype(array.type.to_pandas_dtype())
    data = array.buffers()[1]
    if data is None or not len(array):
        return np.zeros(len(array), dtype), missing
    start = array.offset * dtype.itemsize
    return np.frombuffer(data, dtype, len(array), start), missing


def texts(array: pa.Array) -> Array:
    """Return text as (k,) objects; bytes that are no UTF-8 are replaced."""
    while isinstance(array, pa.ExtensionArray):
        array = array.storage
    if not pa.types.is_dictionary(array.type):
        array = plain(array)
        if not pa.types.is_string_view(array.type):
            array = array.dictionary_encode()
    if not pa.types.is_dictionary(array.type):
        return _decoded(array)
    values = np.append(_decoded(plain(array.dictionary)), as_objects([None]))
    codes, missing = fixed_width(array.indices)
    if missing is None:
        return values[codes]
    return values[np.where(missing, len(values) - 1, codes)]


def _decoded(array: pa.Array) -> Array:
    try:
        return as_objects(array.to_pylist())
    except UnicodeDecodeError:
        found = array.cast(pa.large_binary()).to_pylist()
        return as_objects(
            [None if text is None else text.decode("utf-8", "replace") for text in found]
        )


def _without(values: npt.NDArray[Any], missing: Mask | None) -> Array:
    if missing is None:
        return values
    if values.dtype.kind == "f":
        values = values.copy()
        values[missing] = np.nan
        return values
    return np.ma.MaskedArray(values, missing)


def _unnested(array: pa.Array, shape: tuple[int, ...]) -> tuple[npt.NDArray[Any], Mask]:
    """Return the numbers of the entries that have a shape, and which entries these are."""
    array = plain(array)
    lengths, missing = fixed_width(pc.list_value_length(array))
    fits: Mask = lengths == shape[0]
    if missing is not None:
        fits &= ~missing
    if not fits.all():
        array = array.filter(pa.array(fits))
    inside = array.flatten()
    count = int(np.count_nonzero(fits))
    if len(shape) == 1:
        values, absent = fixed_width(inside)
        return _without(values, absent).reshape(count, shape[0]), fits
    inner, inner_fits = _unnested(inside, shape[1:])
    inner_fits = inner_fits.reshape(count, shape[0])
    whole = inner_fits.all(axis=1)
    if not whole.all():
        kept = np.repeat(whole, shape[0])[inner_fits.ravel()]
        inner = inner[kept]
        fits[fits] = whole
    return inner.reshape(int(np.count_nonzero(fits)), *shape), fits
