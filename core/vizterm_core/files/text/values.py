"""A column of JSON values: numbers, text, truth values, dates or vectors, block by block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.files.source import Categories
from vizterm_core.files.stored import Array
from vizterm_core.files.text.cells import DateCells, TextCells
from vizterm_core.files.text.vector_cells import Vector, VectorCells, stack_vectors, usual_width

MIXED = "holds lists beside other values"
NESTED = "holds lists of lists, or of objects"

_SHOWN_LIST = ", "


class ValueColumn:
    """Values of one key, None where there is none; see `finish` for what becomes of them."""

    def __init__(self) -> None:
        self.note = ""
        self.refused = ""
        """Why it can't be a column; "" if it can."""
        self.lengths: list[npt.NDArray[np.intp]] = []
        """Of vectors: how many numbers each row has; -1 where there is none, for each block."""
        self._numbers: list[npt.NDArray[Any]] = []
        self._missing: list[npt.NDArray[np.bool_]] = []
        self._vectors: list[Vector | list[Vector | None]] = []
        self._text: TextCells | None = None
        self._empty = 0
        """Rows before the first value."""

    def add(self, values: Sequence[Any]) -> None:
        """Add the values of some rows."""
        if self.refused:
            return
        types = set(map(type, values)) - {type(None)}
        if not types and not (self._numbers or self._vectors or self._text):
            self._empty += len(values)
            return
        if list in types or (not types and self._vectors):
            self._add_lists(values, types)
        elif self._vectors:
            self.refused = MIXED
        elif self._text is not None or not self._is_plain(types):
            self._add_text(values)
        else:
            self._add_numbers(values)

    def finish(self) -> Array | Categories | None:
        """Return the column, None if it can't be one or has no values; only once.

        Returns
        -------
        (n,) int64, float64 or bool, masked where some are missing; (n,) datetime64; (n, d)
        float64, a vector a row; (n,) objects, text; or Categories.
        """
        if self.refused:
            return None
        if self._vectors:
            stacked, self.note = stack_vectors(self._vectors)
            return stacked
        if self._text is not None:
            return self._finish_text(self._text.finish())
        return _joined(self._numbers, self._missing) if self._numbers else None

    def vector_width(self) -> int:
        """Return the length that most vectors have; 0 if it holds none."""
        return usual_width(self._vectors) if self._vectors else 0

    def _is_plain(self, types: set[type]) -> bool:
        """Whether values of these types go on with what there is: numbers, or truth values."""
        held = {piece.dtype.kind == "b" for piece in self._numbers}
        if types <= {int, float}:
            return True not in held
        return types == {bool} and False not in held

    def _add_numbers(self, values: Sequence[Any]) -> None:
        kind: Any = bool if bool in set(map(type, values)) else None
        if self._empty:
            before = np.ones(self._empty, bool)
            self._missing.append(before)
            self._numbers.append(np.zeros(self._empty, kind or np.int64))
            self._empty = 0
        missing = np.array([value is None for value in values], bool)
        if missing.any():
            values = [0 if value is None else value for value in values]
        self._numbers.append(_numbers(values, kind))
        self._missing.append(missing)

    def _add_text(self, values: Sequence[Any]) -> None:
        if self._text is None:
            self._text = TextCells()
            self._text.add([""] * self._empty)
            for numbers, missing in zip(self._numbers, self._missing, strict=True):
                held = numbers.tolist()
                self._text.add(
                    ["" if gone else str(value) for value, gone in zip(held, missing, strict=True)]
                )
            self._numbers, self._missing = [], []
        self._text.add([_as_text(value) for value in values])

    def _add_lists(self, values: Sequence[Any], types: set[type]) -> None:
        inner = {type(value) for row in values if type(row) is list for value in row}
        if inner == {str} and types == {list} and not (self._numbers or self._vectors):
            self._add_text([None if row is None else _SHOWN_LIST.join(row) for row in values])
        elif inner - {int, float, bool, type(None)}:
            self.refused = NESTED
        elif types - {list} or self._numbers or self._text is not None:
            self.refused = MIXED
        else:
            if self._empty:
                self._vectors.append([None] * self._empty)
                self.lengths.append(np.zeros(self._empty, np.intp))
                self._empty = 0
            rows = [None if row is None else _vector(row) for row in values]
            self._vectors.append(_stack(rows))
            self.lengths.append(np.array([0 if row is None else len(row) for row in rows]))

    def _finish_text(self, found: Array | Categories) -> Array | Categories:
        """Return text, unless all of it is dates or vectors."""
        texts = found.values if isinstance(found, Categories) else found
        cells = ["" if text is None else str(text) for text in texts]
        kinds: list[Callable[[], DateCells | VectorCells]] = [DateCells, VectorCells]
        for kind in kinds:
            parsed = kind()
            if any(cells) and parsed.add(cells):
                values = parsed.finish()
                self.note = parsed.note
                if not isinstance(found, Categories):
                    return values
                gap = np.full_like(values[:1], "NaT" if values.dtype.kind == "M" else np.nan)
                return np.concatenate([values, gap])[found.codes]
        return found


def _as_text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)


def _numbers(values: Sequence[Any], kind: Any) -> npt.NDArray[Any]:
    """Return numbers; integers beyond int64 become floats, those beyond float64 infinite."""
    try:
        numbers = np.array(values, kind)
        return numbers if numbers.dtype.kind in "bif" else numbers.astype(np.float64)
    except (OverflowError, ValueError, TypeError):
        return np.array([_float(value) for value in values])


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return np.inf if value > 0 else -np.inf


def _vector(row: list[Any]) -> Vector:
    if None in row:
        row = [np.nan if value is None else value for value in row]
    try:
        return np.array(row, np.float64)
    except OverflowError:
        return np.array([_float(value) for value in row])


def _stack(rows: list[Vector | None]) -> Vector | list[Vector | None]:
    """Return vectors as one array if they are of one length."""
    given = [row for row in rows if row is not None]
    if len(given) == len(rows) and len({len(row) for row in given}) == 1 and len(given[0]):
        block = np.array(given)
        return block if not np.isnan(block).any() else rows
    return rows


def _joined(numbers: list[npt.NDArray[Any]], masks: list[npt.NDArray[np.bool_]]) -> Array:
    missing = np.concatenate(masks)
    values = np.concatenate(numbers)
    if values.dtype.kind == "f":
        values[missing] = np.nan
        return values
    return np.ma.MaskedArray(values, missing) if missing.any() else values
