"""Objects from Python as a `Source`, and which of them has which role."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.source import Categories
from vizterm_core.files.table import TableSource
from vizterm_core.load.keys import NONE, PCA
from vizterm_core.load.objects import Values, as_table, as_values
from vizterm_core.overrides import override
from vizterm_core.text import clean

_CALLED = {
    "coords": "X", "labels": "y", "images": "images", "maps": "maps", "names": "names",
    "vectors": "vectors",
}  # fmt: skip


class _Columns(Mapping[str, Values]):
    """Columns of a table, each made an array when it is first asked for."""

    def __init__(self, table: Mapping[str, Callable[[], Any]]) -> None:
        self._table = table
        self._made: dict[str, Values] = {}

    @override
    def __getitem__(self, name: str) -> Values:
        if name not in self._made:
            self._made[name] = as_values(self._table[name](), name)
        return self._made[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    @override
    def __len__(self) -> int:
        return len(self._table)


def source_of_objects(
    data: Any, given: Mapping[str, Any], columns: Any = None
) -> tuple[TableSource, dict[str, str | None]]:
    """Return objects as a source, and the key of each role: `NONE` for one without.

    Parameters
    ----------
    data : array_like or table
    given : dict
        Role -> array_like, or the name of a column if `data` is a table; None where it isn't given.
    columns : table, optional
        Further columns.

    Raises
    ------
    DataError
        If an object can't be made an array.
    UsageError
        If a name isn't one of the table's columns, or there is no table.
    """
    table = as_table(data)
    values: dict[str, Values] = {}
    if table is None:
        values["X"] = _real(data, "coords")
    else:
        values |= _readable(_Columns(table))
    keys: dict[str, str | None] = {}
    for role, called in _CALLED.items():
        value = given.get(role)
        if value is None:
            alone = table is None and role != "vectors"
            keys[role] = NONE if alone else None
        elif role == "coords" or _is_name(value):
            keys[role] = _named(role, value, table, values)
        else:
            keys[role] = key = _unused(called, values)
            values[key] = _told(as_values(value, role), role)
    if table is None and given.get("coords") is None:
        keys["coords"] = "X"
    if columns is not None:
        more = as_table(columns)
        if more is None:
            raise UsageError(
                f"columns: a {type(columns).__name__} is no table", "give a DataFrame or a dict"
            )
        values |= {_unused(name, values): each for name, each in _readable(_Columns(more)).items()}
    return TableSource(values, ""), keys


def _real(value: Any, name: str) -> Values:
    """Return coordinates; those of objects are refused as they would be in a file."""
    values = as_values(value, name)
    if isinstance(values, Categories) or values.dtype != object:
        return values
    try:
        return values.astype(np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise DataError(
            f"{name}: an object array, not of numbers", "give real numbers, (n, 2)"
        ) from error


def _told(values: Values, role: str) -> Values:
    """Return labels, names or pictures, unless they are objects that say nothing."""
    if isinstance(values, Categories) or values.dtype != object or _all_text(values):
        return values
    plain = (str, int, float, type(None))
    items = values.ravel().tolist()
    odd = next((item for item in items if not isinstance(item, plain)), items[0])
    raise DataError(
        f"{role}: an object array that holds a {type(odd).__name__}",
        "give numbers, text, dates or booleans; None where one is missing",
    )


def _readable(columns: _Columns) -> dict[str, Values]:
    """Return the columns that can be arrays: a table may hold anything beside them."""
    found = {}
    for name in columns:
        try:
            values = columns[name]
        except DataError:
            continue
        plain = isinstance(values, Categories) or values.ndim > 0
        text = isinstance(values, Categories) or values.dtype != object or _all_text(values)
        if plain and text:
            found[name] = values
    return found


def _all_text(values: Values) -> bool:
    assert isinstance(values, np.ndarray)
    return all(item is None or isinstance(item, str) for item in values.ravel().tolist())


def _is_name(value: Any) -> bool:
    return isinstance(value, str)


def _named(
    role: str, value: Any, table: Mapping[str, Any] | None, values: dict[str, Values]
) -> str:
    """Return the key of a column, or of two that are coordinates."""
    names = value
    if _is_name(value):
        several = isinstance(value, str) and role == "coords" and value not in values
        names = [part.strip() for part in value.split(",")] if several else [value]
    by_name = isinstance(names, list | tuple) and names and all(_is_name(name) for name in names)
    if not by_name:
        key = _unused(_CALLED[role], values)
        values[key] = _real(value, role)
        return key
    for name in names:
        if table is None:
            raise UsageError(
                f"{role}={name!r}: names a column, and the data are no table",
                "give the values themselves, or a DataFrame",
            )
        made = role == "coords" and len(names) > 1 and name.lower() == PCA
        if name not in values and not _by_tail(name, values) and not made:
            listed = ", ".join(clean(each) for each in list(values)[:12])
            raise UsageError(f"{role}={clean(name)!r}: no such column; there are {listed}")
    return ",".join(names)


def _by_tail(name: str, values: Mapping[str, Values]) -> bool:
    return sum(each.rpartition("/")[2] == name for each in values) == 1


def _unused(name: str, taken: Mapping[str, Any]) -> str:
    while name in taken:
        name += " "
    return name
