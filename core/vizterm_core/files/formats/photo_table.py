"""A table beside a folder's pictures: its rows joined to them by the names of their files.

As Hugging Face's ImageFolder has it: `metadata.csv` or `metadata.jsonl` with a column `file_name`,
relative to the folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.source import Access, ArraySpec, Categories, Source, read_array
from vizterm_core.files.stored import Array

METADATA = ("metadata.csv", "metadata.jsonl", "metadata.parquet", "metadata.tsv")
_NAMES = ("file_name", "filename", "file", "image", "path")
_MOST_COLUMNS = 1000


@dataclass(frozen=True, slots=True)
class JoinedColumn:
    """A column of the table, as the pictures have it."""

    source: Source
    name: str
    order: npt.NDArray[np.intp]
    """(n,) the table's row of each picture; -1 where it has none."""
    spec: ArraySpec

    def rows(self) -> Array | Categories:
        """Return the values of the pictures; those without a row are missing."""
        values = self.source.read(self.name)
        missing = self.order < 0
        at = np.where(missing, 0, self.order)
        if isinstance(values, Categories):
            codes = np.where(missing, -1, values.codes[at])
            return replace(values, codes=codes)
        taken: npt.NDArray[Any] = values[at] if len(values) else np.full(len(at), None, object)
        if taken.dtype == object:
            taken[missing] = None
            return taken
        return np.ma.MaskedArray(taken, _mask(taken, missing)) if missing.any() else taken


def _mask(taken: npt.NDArray[Any], missing: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    rows = missing.reshape(-1, *[1] * (taken.ndim - 1))
    return np.ma.getmaskarray(taken) | np.broadcast_to(rows, taken.shape)


@dataclass(frozen=True, slots=True)
class PhotoTable:
    """A table whose rows were found for pictures."""

    columns: dict[str, JoinedColumn]
    files: tuple[DataFile, ...]
    notes: tuple[str, ...]
    """What doesn't fit together; empty where all does."""


def open_table(path: Path, pictures: Sequence[str]) -> PhotoTable:
    """Join a table to pictures.

    Parameters
    ----------
    path : Path
    pictures : sequence of str
        Paths relative to the table's folder.

    Raises
    ------
    DataError
        If it can't be read, or no column names the pictures.
    """
    # The table of formats has this reader in it: it is there when a folder is opened.
    opened: Source = import_module("vizterm_core.files.formats").open_source(path)
    known = {name.lower(): name for name in opened.columns}
    named = next((known[name] for name in _NAMES if name in known), None)
    if named is None:
        raise DataError(f"{opened.name} has no column {_NAMES[0]!r} that names the pictures")
    rows: dict[str, int] = {}
    for row, value in enumerate(read_array(opened, named).tolist()):
        if isinstance(value, str):
            rows.setdefault(value.strip().removeprefix("./").replace("\\", "/"), row)
    order = np.array([rows.get(picture, -1) for picture in pictures], np.intp)
    columns = {
        name: JoinedColumn(opened, name, order, _joined_spec(spec, len(pictures), opened.name))
        for name, spec in list(opened.columns.items())[:_MOST_COLUMNS]
        if name != named and spec.shape and not spec.objects
    }
    return PhotoTable(columns, opened.files, _notes(opened.name, order, len(rows)))


def _joined_spec(spec: ArraySpec, count: int, table: str) -> ArraySpec:
    return replace(spec, shape=(count, *spec.shape[1:]), place=table, access=Access.ROW)


def _notes(name: str, order: npt.NDArray[np.intp], rows: int) -> tuple[str, ...]:
    without = int(np.count_nonzero(order < 0))
    left = rows - (order.size - without)
    parts = []
    if without:
        parts.append(f"{name} has no row for {without:,} of {order.size:,} pictures")
    if left > 0:
        told = "1 row" if left == 1 else f"{left:,} rows"
        parts.append(f"{told} of {name} without a picture")
    return tuple(parts)
