"""Fields of a table that is taken away: a column of the data, the row, the name, the place."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import UsageError
from vizterm_core.files.masked import unmasked
from vizterm_core.files.source import Categories
from vizterm_core.scatter.columns import Column, missing_in
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.text import clean, whole_text

Points = npt.NDArray[np.int64]

TEXT = np.dtype(object)
"""The dtype of fields of text."""
_DATE_UNITS = ("D", "s", "ms", "us", "ns")
_PLAIN_KINDS = "biufMm"
_MOST_LISTED = 12


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A field's values of some points."""

    values: npt.NDArray[Any]
    """(m,) numbers, dates, or `str` objects, empty where one is missing."""
    missing: npt.NDArray[np.bool_]
    """(m,) which have no value."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A column of a table: a value a point."""

    name: str
    dtype: np.dtype[Any]
    """Of bool, a number or a date; `TEXT` for text."""
    take: Callable[[Points], Part]
    """Returns the values of some points: (m,)."""

    @property
    def is_text(self) -> bool:
        """Whether the values are text."""
        return self.dtype.kind == "O"


@dataclass(frozen=True, slots=True)
class FieldNames:
    """The fields that there are, by name."""

    row: str
    x: str
    y: str
    name: str | None
    """None without names."""
    columns: tuple[str, ...]
    """Those of the data; the one that the names are isn't among them, nor are costly ones that
    have not been made: these are taken if they are called by name."""

    @classmethod
    def of(cls, embedding: Embedding) -> FieldNames:
        """Return the fields of an embedding; those of its columns keep their names."""
        held, named_by = embedding.columns, embedding.named_by
        if embedding.names is None:
            name = None
        else:
            name = named_by if named_by in held else _free("name", held)
        others = tuple(each for each in held if each != name and not held[each].waits)
        return cls(_free("row", held), _free("x", held), _free("y", held), name, others)

    @property
    def all(self) -> tuple[str, ...]:
        """All of them: what a point is called first."""
        name = () if self.name is None else (self.name,)
        return (self.row, *name, self.x, self.y, *self.columns)

    @property
    def called(self) -> str:
        """The field that says best which points they are: the name, else the row."""
        return self.row if self.name is None else self.name


def fields_of(embedding: Embedding, wanted: Sequence[str]) -> list[Field]:
    """Return fields of an embedding; their columns are read now, in a moment or in seconds.

    Parameters
    ----------
    wanted : sequence of str
        Among the names of `FieldNames`.

    Raises
    ------
    UsageError
        If there is no such field.
    DataError
        If a column can't be read.
    """
    names = FieldNames.of(embedding)
    return [_field(embedding, names, each) for each in wanted]


def _field(embedding: Embedding, names: FieldNames, wanted: str) -> Field:
    rows = embedding.rows

    def row_of(points: Points) -> Points:
        return points if rows is None else rows[points]

    if wanted == names.row:
        return Field(wanted, np.dtype(np.int64), lambda points: _whole(row_of(points)))
    if wanted in (names.x, names.y):
        along = embedding.x if wanted == names.x else embedding.y
        return Field(wanted, along.dtype, lambda points: _whole(along[points]))
    if wanted == names.name and embedding.names is not None:
        taking = _of_array(embedding.names)
    elif wanted in embedding.columns:
        taking = _of_column(embedding.columns[wanted])
    else:
        there = ", ".join(clean(each) for each in names.all[:_MOST_LISTED])
        raise UsageError(f"no column {clean(wanted)}", f"there are {there}")
    dtype, take = taking
    return Field(wanted, dtype, lambda points: take(row_of(points)))


_Taking = tuple[np.dtype[Any], Callable[[Points], Part]]


def _of_column(column: Column) -> _Taking:
    held = column.values
    if isinstance(held, Categories) or held.dtype.kind == "O":
        distinct = column.distinct()
        assert distinct is not None
        return _of_categories(distinct)
    return _of_array(held)


def _of_array(held: npt.NDArray[Any]) -> _Taking:
    """Return what takes values of an array, masked or not; what is no number or date as text."""
    if held.dtype.kind not in _PLAIN_KINDS:
        return TEXT, lambda rows: _texts(held[rows])
    dtype = _stored(held.dtype)
    if dtype.kind == "M":
        dtype = _coarsest(unmasked(held), dtype)

    def take(rows: Points) -> Part:
        values = held[rows]
        return Part(unmasked(values).astype(dtype, copy=False), missing_in(values))

    return dtype, take


def _of_categories(held: Categories) -> _Taking:
    values = held.values
    known = missing_in(values)
    texts = values.dtype.kind not in _PLAIN_KINDS
    plain = _texts(values).values if texts else unmasked(values)
    dtype = TEXT if texts else _stored(plain.dtype)
    if dtype.kind == "M":
        dtype = _coarsest(plain, dtype)
    plain = plain.astype(dtype, copy=False)

    def take(rows: Points) -> Part:
        codes = held.codes[rows]
        missing = np.asarray(codes < 0)
        if not plain.size:
            none = np.full(rows.size, "", object) if texts else np.zeros(rows.size, dtype)
            return Part(none, np.ones(rows.size, bool))
        places = np.where(missing, 0, codes)
        taken = plain[places]
        missing |= known[places]
        if texts:
            taken[missing] = ""
        return Part(taken, missing)

    return dtype, take


def _whole(values: npt.NDArray[Any]) -> Part:
    return Part(values, np.zeros(values.size, bool))


def _texts(values: npt.NDArray[Any]) -> Part:
    """Return values as text, whole and as they are."""
    missing = missing_in(values)
    texts = np.empty(values.size, object)
    # Most need no call.
    texts[:] = [
        value if type(value) is str and value.isascii() else whole_text(value)
        for value in unmasked(values).tolist()
    ]
    texts[missing] = ""
    return Part(texts, missing)


def _stored(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return a dtype that others know: of the machine's byte order, and no long double."""
    if dtype.kind == "f" and dtype.itemsize > np.dtype(np.float64).itemsize:
        return np.dtype(np.float64)
    return dtype.newbyteorder("=")


def _coarsest(dates: npt.NDArray[Any], dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the coarsest of some units that all dates are whole in; others stay as they are."""
    unit = np.datetime_data(dtype)[0]
    if unit not in _DATE_UNITS:
        return np.dtype("M8[s]") if unit in ("h", "m") else dtype
    for coarser in _DATE_UNITS[: _DATE_UNITS.index(unit)]:
        if (np.isnat(dates) | (dates == dates.astype(f"M8[{coarser}]"))).all():
            return np.dtype(f"M8[{coarser}]")
    return np.dtype(f"M8[{unit}]")


def _free(name: str, taken: Container[str]) -> str:
    """Return a name that no column of the data has."""
    while name in taken:
        name = f"point_{name}"
    return name
