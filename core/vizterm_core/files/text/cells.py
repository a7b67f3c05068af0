"""Columns of text cells: numbers, truth values, dates, vectors or text, parsed block by block.

Each kind is a class with `add`, which says whether a block's cells are of that kind, and `finish`.
A column is begun as the first kind that takes its first block; if a later block doesn't fit, it is
parsed again, as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from vizterm_core.files.source import Categories
from vizterm_core.files.stored import Array
from vizterm_core.files.text.vector_cells import VectorCells
from vizterm_core.text import natural_key

MISSING = frozenset(
    {"", "NA", "N/A", "n/a", "<NA>", "#N/A", "NaN", "nan", "NAN", "NaT", "None", "null", "NULL"}
)
"""Cells without a value."""
MOST_CATEGORIES = 4096
"""More different texts than this are no categories."""

_MOST_CODED = 1 << 16
"""Different texts up to which codes are kept instead of text."""
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]00:?00)?)?")
_DAY_LENGTH = len("2024-01-01")
_UTC = re.compile(r"(?:Z|[+-]00:?00)$")
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_LEADING_ZERO = re.compile(r"0\d+")


class CellColumn(Protocol):
    """What the cells of a column become."""

    note: str
    """What is to be said about it, once it is finished: "" or "3 of 10 rows have no vector"."""

    def add(self, cells: Sequence[str]) -> bool:
        """Add a block; False if one of its cells is of another kind, and it is over."""

    def finish(self) -> Array | Categories:
        """Return the column; only once."""


class NumberCells:
    """Integers as long as there are no others, else float64."""

    def __init__(self, *, comma: bool = False) -> None:
        self.note = "with decimal commas" if comma else ""
        self._comma = comma
        self._pieces: list[npt.NDArray[Any]] = []
        self._masks: list[npt.NDArray[np.bool_]] = []

    def add(self, cells: Sequence[str]) -> bool:
        """Add cells that are all numbers, or missing."""
        if "_" in "".join(cells):
            return False
        if self._comma:
            cells = [cell.replace(",", ".") for cell in cells]
        whole = all(piece.dtype.kind == "i" for piece in self._pieces[-1:])
        values, mask = (_integers(cells) if whole else None) or (_floats(cells), None)
        if values is None:
            return False
        self._pieces.append(values)
        self._masks.append(np.zeros(len(cells), bool) if mask is None else mask)
        return True

    def finish(self) -> Array:
        """Return (n,) int64, masked where some are missing, or float64 with NaN for those."""
        pieces, masks = self._pieces, self._masks
        mask = np.concatenate(masks)
        if all(piece.dtype.kind == "i" for piece in pieces) and not mask.all():
            whole = np.concatenate(pieces)
            return np.ma.MaskedArray(whole, mask) if mask.any() else whole
        values = np.concatenate([piece.astype(np.float64, copy=False) for piece in pieces])
        values[mask] = np.nan
        return values


def _integers(
    cells: Sequence[str],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_] | None] | None:
    try:
        try:
            return np.array(list(map(int, cells)), np.int64), None
        except ValueError:
            given = [cell.strip() not in MISSING for cell in cells]
            if all(given):
                return None
            numbers = [int(cell) if there else 0 for cell, there in zip(cells, given, strict=True)]
            return np.array(numbers, np.int64), ~np.array(given, bool)
    except (ValueError, OverflowError):
        return None


def _floats(cells: Sequence[str]) -> npt.NDArray[np.float64] | None:
    try:
        try:
            return np.array(list(map(float, cells)), np.float64)
        except ValueError:
            return np.array(
                [np.nan if cell.strip() in MISSING else float(cell) for cell in cells], np.float64
            )
    except ValueError:
        return None


class TruthCells:
    """true and false."""

    note = ""

    def __init__(self) -> None:
        self._values: list[bool | None] = []

    def add(self, cells: Sequence[str]) -> bool:
        """Add cells that are all true, false or missing."""
        found = [_TRUTH.get(cell) for cell in cells]
        if any(
            truth is None and cell.strip() not in MISSING
            for truth, cell in zip(found, cells, strict=True)
        ):
            return False
        self._values += found
        return True

    def finish(self) -> Array:
        """Return (n,) bool, masked where some are missing."""
        missing = np.array([truth is None for truth in self._values], bool)
        values = np.array([bool(truth) for truth in self._values], bool)
        return np.ma.MaskedArray(values, missing) if missing.any() else values


class DateCells:
    """ISO dates, with a time or without; times are UTC, or of no zone."""

    note = ""

    def __init__(self) -> None:
        self._pieces: list[npt.NDArray[np.datetime64]] = []

    def add(self, cells: Sequence[str]) -> bool:
        """Add cells that are all dates, or missing."""
        stripped = [cell.strip() for cell in cells]
        if not all(cell in MISSING or _DATE.fullmatch(cell) for cell in stripped):
            return False
        days = all(len(cell) <= _DAY_LENGTH for cell in stripped)
        plain = ["NaT" if cell in MISSING else _UTC.sub("", cell) for cell in stripped]
        try:
            self._pieces.append(np.array(plain, "M8[D]" if days else "M8[us]"))
        except ValueError:
            return False
        return True

    def finish(self) -> Array:
        """Return (n,) datetime64, in days or microseconds."""
        return np.concatenate(self._pieces)


class TextCells:
    """Text as it is; categories where few are different."""

    note = ""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._pieces: list[npt.NDArray[np.int32]] = []
        self._texts: list[npt.NDArray[np.object_]] = []

    def add(self, cells: Sequence[str]) -> bool:
        """Add any cells."""
        if len(self._codes) > _MOST_CODED:
            self._texts.append(_texts(cells))
            return True
        codes = self._codes
        self._pieces.append(
            np.array([codes.setdefault(cell, len(codes)) for cell in cells], np.int32)
        )
        return True

    def finish(self) -> Array | Categories:
        """Return (n,) objects, None where missing, or `Categories`."""
        codes = np.concatenate(self._pieces) if self._pieces else np.empty(0, np.int32)
        values = _texts(list(self._codes))
        count = len(codes) + sum(map(len, self._texts))
        if not self._texts and 2 * len(values) <= count and len(values) <= MOST_CATEGORIES:
            return _categories(codes, values)
        return np.concatenate([values[codes], *self._texts])


def _texts(cells: Sequence[str]) -> npt.NDArray[np.object_]:
    texts = np.empty(len(cells), object)
    texts[:] = [None if cell in MISSING else cell for cell in cells]
    return texts


def _categories(codes: npt.NDArray[np.int32], values: npt.NDArray[Any]) -> Categories:
    """Return categories in the order that people expect."""
    given = [code for code, value in enumerate(values) if value is not None]
    given.sort(key=lambda code: natural_key(str(values[code])))
    place = np.full(len(values), -1, np.int32)
    place[given] = np.arange(len(given), dtype=np.int32)
    return Categories(place[codes], values[given])


def begin(cells: Sequence[str], *, comma: bool) -> CellColumn:
    """Return an empty column of the first kind that takes all of these cells.

    Parameters
    ----------
    cells : sequence of str
        The first ones of the column.
    comma : bool
        Whether commas may be decimal ones: they don't separate fields.
    """
    kinds: list[Callable[[], CellColumn]] = [TruthCells, DateCells, VectorCells]
    if not any(map(_LEADING_ZERO.fullmatch, cells)):
        kinds.insert(0, NumberCells)
    if comma and any(map(_DECIMAL_COMMA.fullmatch, cells)):
        kinds.insert(0, lambda: NumberCells(comma=True))
    return next((kind() for kind in kinds if kind().add(cells)), TextCells())


def is_typed(cell: str) -> bool:
    """Whether a cell is something other than text: a number, a date, a vector, true or false."""
    return cell.strip() not in MISSING and not isinstance(begin([cell], comma=True), TextCells)


def is_number(text: str) -> bool:
    """Whether a column that starts with this text holds numbers; NaN counts as one."""
    try:
        float(text.strip())
    except ValueError:
        return False
    return "_" not in text


def is_missing(cell: str) -> bool:
    """Whether a cell holds no value."""
    return cell.strip() in MISSING


def all_missing(values: Array | Categories) -> bool:
    """Whether a column holds nothing at all."""
    if isinstance(values, Categories):
        return not len(values.values)
    if values.dtype == object:
        return all(map(lambda value, none: value is none, values, repeat(None)))
    if isinstance(values, np.ma.MaskedArray):
        return bool(np.ma.getmaskarray(values).all())
    if values.dtype.kind == "M":
        return bool(np.isnat(values).all())
    return values.dtype.kind == "f" and bool(np.isnan(values).all())
