"""Writing tables in the format that a file's name asks for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import BinaryIO, Protocol

from vizterm_core.errors import UsageError
from vizterm_core.taken.as_arrays import write_npy, write_npz
from vizterm_core.taken.as_parquet import require_pyarrow, write_parquet
from vizterm_core.taken.as_text import write_csv, write_jsonl, write_lines
from vizterm_core.taken.fields import FieldNames
from vizterm_core.taken.table import Table


class _Write(Protocol):
    def __call__(self, table: Table, stream: BinaryIO) -> None: ...


_WRITERS: Mapping[str, _Write] = {
    ".csv": write_csv,
    ".tsv": partial(write_csv, delimiter="\t"),
    ".jsonl": write_jsonl,
    ".txt": write_lines,
    ".npy": write_npy,
    ".npz": write_npz,
    ".parquet": write_parquet,
}
FORMATS = tuple(_WRITERS)
"""Endings of files that can be written."""


def usual_fields(ending: str, names: FieldNames) -> tuple[str, ...]:
    """Return the fields that a format has where none are chosen: all, or the only one it holds."""
    if ending == ".txt":
        return (names.called,)
    return (names.row,) if ending == ".npy" else names.all


def check_format(ending: str, fields: int) -> None:
    """Raise a UsageError unless a format can hold so many fields, here."""
    if ending == ".txt" and fields != 1:
        raise UsageError("a .txt holds one column", "name one, or take .csv")
    if ending == ".parquet":
        require_pyarrow()


def write_table(ending: str, table: Table, stream: BinaryIO) -> None:
    """Write a table to a file.

    Parameters
    ----------
    ending : str
        One of `FORMATS`.
    table : Table
    stream : binary file

    Raises
    ------
    DataError
        If a value can't be written.
    UsageError
        If the format doesn't hold such a table, or needs what isn't installed.
    """
    check_format(ending, len(table.fields))
    _WRITERS[ending](table, stream)
