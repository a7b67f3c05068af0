"""Records, one a row, as JSON has them -> columns: nested ones by "metadata.topic"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.source import Categories
from vizterm_core.files.stored import Array
from vizterm_core.files.text.cells import all_missing
from vizterm_core.files.text.table import Table
from vizterm_core.files.text.values import ValueColumn
from vizterm_core.text import clean

MOST_KEYS = 4096
DEEPEST = 2
"""Levels of objects in a record that are told apart."""

_FEWEST_NUMBERS = 3
"""Numbers in a list that make records with and without it two kinds."""


class Records:
    """Columns that grow by records.

    Parameters
    ----------
    name : str
        The file in messages.
    """

    def __init__(self, name: str) -> None:
        self.count = 0
        self._name = name
        self._columns: dict[str, ValueColumn] = {}
        self._present: dict[str, list[npt.NDArray[np.bool_]]] = {}
        self._left_out: dict[str, str] = {}

    def add(self, records: Sequence[dict[str, Any]]) -> None:
        """Add records; keys that some of them don't have are missing there.

        Raises
        ------
        DataError
            If there are more than `MOST_KEYS` different keys.
        """
        flat = [dict(self._flat(record)) for record in records]
        keys = dict.fromkeys(key for record in flat for key in record)
        for key in keys:
            self._begin(key)
        for key, column in self._columns.items():
            column.add([record.get(key) for record in flat])
            self._present[key].append(np.array([key in record for record in flat], bool))
        self.count += len(records)

    def add_column(self, key: str, values: Sequence[Any]) -> None:
        """Add a whole column, to records that have all others by this way too."""
        column = self._columns.setdefault(key, ValueColumn())
        column.add(values)
        self._present[key] = [np.ones(len(values), bool)]
        self.count = len(values)

    def add_inside(self, key: str, values: Sequence[dict[str, Any]]) -> None:
        """Add the columns of a list of objects, each named after the list: "metadatas.topic"."""
        flat = [dict(self._flat(value, f"{key}.", 1)) for value in values]
        for name in dict.fromkeys(name for record in flat for name in record):
            if len(self._columns) < MOST_KEYS:
                self.add_column(name, [record.get(name) for record in flat])

    def leave_out(self, key: str, why: str) -> None:
        """Say why something is no column."""
        self._left_out[clean(key)] = why

    def table(self) -> Table:
        """Return the columns; of several kinds of records, only those with the usual vector."""
        table = Table(skipped=dict(self._left_out))
        keep = self._kept(table)
        for key, column in self._columns.items():
            values = column.finish()
            if values is not None and keep is not None:
                values = _some(values, keep)
            if values is None or all_missing(values):
                if column.refused or keep is None:
                    table.skipped[clean(key)] = column.refused or "has no values"
                continue
            table.columns[key] = values
            if column.note and keep is None:
                table.notes.append(f"{clean(key)}: {column.note}")
            elif isinstance(values, np.ndarray) and values.ndim > 1 and values.dtype.kind == "f":
                empty = int(np.isnan(values).all(axis=1).sum())
                if empty:
                    table.notes.append(f"{clean(key)}: {empty:,} rows have no vector")
        table.rows = self.count if keep is None else int(keep.sum())
        return table

    def _begin(self, key: str) -> None:
        if key in self._columns:
            return
        if len(self._columns) >= MOST_KEYS:
            raise DataError(
                f"{self._name} has more than {MOST_KEYS:,} different keys",
                "a record is a point, and its keys are the columns",
            )
        self._columns[key] = ValueColumn()
        self._columns[key].add([None] * self.count)
        self._present[key] = [np.zeros(self.count, bool)]

    def _flat(self, record: dict[str, Any], stem: str = "", depth: int = 0) -> Iterator[Any]:
        for key, value in record.items():
            name = f"{stem}{key}"
            if not isinstance(value, dict):
                yield name, value
            elif depth < DEEPEST:
                yield from self._flat(value, f"{name}.", depth + 1)
            elif len(self._left_out) < MOST_KEYS:
                self._left_out[clean(name)] = "nested too deeply"

    def _kept(self, table: Table) -> npt.NDArray[np.bool_] | None:
        """Return which records are of the kind with the usual vector; None for all."""
        found = self._usual_vector()
        if found is None:
            return None
        key, width, lengths = found
        present = np.concatenate(self._present[key])
        usual = lengths == width
        keep = usual | (present & (lengths == 0))
        if keep.all() or not (2 * usual.sum() >= self.count or self._told_apart(usual, present)):
            return None
        left_out = self.count - int(keep.sum())
        table.notes.append(
            f"{left_out:,} of {self.count:,} records left out: "
            f"they have no {clean(key)!r} of {width:,} numbers"
        )
        return keep

    def _usual_vector(self) -> tuple[str, int, npt.NDArray[np.intp]] | None:
        """Return the key with most vectors of one length, that length, and each row's."""
        best: tuple[str, int, npt.NDArray[np.intp]] | None = None
        most = 0
        for key, column in self._columns.items():
            width = 0 if column.refused else column.vector_width()
            if width < _FEWEST_NUMBERS:
                continue
            lengths = np.concatenate(column.lengths)
            count = int((lengths == width).sum())
            if count > most:
                best, most = (key, width, lengths), count
        return best

    def _told_apart(self, usual: npt.NDArray[np.bool_], present: npt.NDArray[np.bool_]) -> bool:
        """Whether records with the vector have other keys than those without."""
        others = ~present
        if not others.any():
            return True
        own = [
            key
            for key, there in self._present.items()
            if (inside := np.concatenate(there))[usual].all() and not inside[others].any()
        ]
        return len(own) > 1


def _some(values: Array | Categories, keep: npt.NDArray[np.bool_]) -> Array | Categories:
    """Return the rows that are kept; of categories only the values that are left."""
    if not isinstance(values, Categories):
        return values[keep]
    codes = values.codes[keep]
    used = np.unique(codes[codes >= 0])
    place = np.full(len(values.values) + 1, -1, np.int32)
    place[used] = np.arange(len(used), dtype=np.int32)
    return Categories(place[codes], values.values[used])
