"""What a source holds and what would be shown of it, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.files.source import ArraySpec, Categories, Form, Source
from vizterm_core.load.column_choice import ColumnChoice
from vizterm_core.load.peek import peek
from vizterm_core.load.roles import Choice
from vizterm_core.scatter.columns import value_text
from vizterm_core.scatter.meaning import Meaning, meaning_of
from vizterm_core.text import clean, describe_bytes, describe_shape, fit_columns

_MOST_COLUMNS = 200
"""Columns that are listed."""
_MOST_LOOKED_INTO = 64
"""Columns of which values are shown."""
_VALUES = 3
_LONGEST = 24
_MOST_NAMED = 12
_UNREADABLE = "pickled objects: can't be read"
_ROOM_FOR_VALUES = 32
"""Columns that are wanted for what a column holds."""


def column_table(source: Source, width: int | None = None) -> str:
    """Return the columns of a source: name, shape, dtype, size, place, and what the first hold.

    Parameters
    ----------
    source : Source
    width : int, optional
        Columns of the terminal.  Where they are too few, places and sizes make room for what
        the values are, which is cut in the end.
    """
    rows = [("column", "shape", "dtype", "size", "in the file", "values")]
    specs = list(source.columns.values())
    for place, spec in enumerate(specs[:_MOST_COLUMNS]):
        told = _values(source, spec) if place < _MOST_LOOKED_INTO else ""
        known = spec.form is Form.ARRAY
        rows.append(
            (
                clean(spec.name, 60),
                describe_shape(spec.shape),
                spec.kind,
                describe_bytes(spec.nbytes) if known else "",
                _UNREADABLE if spec.objects else spec.place,
                told,
            )
        )
    table = fit_columns(rows, right=(3,)) if width is None else _narrow_table(rows, width)
    more = len(specs) - _MOST_COLUMNS
    return table + (f"\nand {more:,} more columns" if more > 0 else "")


def _values(source: Source, spec: ArraySpec) -> str:
    """Return what a column holds in a few words: its kind, and some values or the range."""
    column = len(spec.shape) == 1 or (len(spec.shape) == 2 and spec.shape[1] == 1)
    if not column or spec.objects or spec.form is Form.ENCODED or 0 in spec.shape:
        return ""
    values = peek(source, spec)
    if values is None:
        return ""
    if isinstance(values, Categories):
        return f"{meaning_of(values).value}: {_first(values.values.tolist())}"
    if values.dtype.kind not in "biufMmUSO":
        return ""
    flat: npt.NDArray[Any] = values.reshape(-1)
    meaning = meaning_of(flat)
    if meaning in (Meaning.QUANTITY, Meaning.DATE) and (found := _range(flat)):
        return f"{meaning.value}: {found}"
    if meaning is Meaning.TEXT:
        return f"text: {_first(flat[:_VALUES].tolist(), flat.size)}"
    different = list(dict.fromkeys(flat.tolist()))
    if flat.dtype.kind in "iuf" and not np.ma.isMA(flat):
        different.sort(key=lambda value: (value != value, value))
    return f"{meaning.value}: {_first(different)}"


def _narrow_table(rows: Sequence[tuple[str, ...]], width: int) -> str:
    """Return the table in at most some columns: without places, then without sizes, then cut."""
    table = fit_columns(rows, right=(3,))
    if _widest(table) <= width:
        return table
    kept = [(*row[:4], _UNREADABLE if row[4] == _UNREADABLE else row[5]) for row in rows]
    if _widest(fit_columns([row[:4] for row in kept])) + 2 + _ROOM_FOR_VALUES > width:
        kept = [(*row[:3], row[4]) for row in kept]
    table = fit_columns(kept, right=(3,) if len(kept[0]) == 5 else ())
    return "\n".join(_cut(line, width) for line in table.split("\n"))


def _widest(table: str) -> int:
    return max(map(len, table.split("\n")))


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: max(0, width - 1)].rstrip(" ,:…") + "…"


def _range(values: npt.NDArray[Any]) -> str:
    there = np.ma.compressed(values) if np.ma.isMA(values) else values
    missing = np.isnat(there) if there.dtype.kind in "Mm" else ~np.isfinite(there)
    there = there[~missing]
    return f"{value_text(there.min())} to {value_text(there.max())}" if there.size else ""


def _first(values: Sequence[object], total: int | None = None) -> str:
    total = len(values) if total is None else total
    shown = ", ".join(clean(value_text(value), _LONGEST) for value in values[:_VALUES])
    return shown + (" …" if total > _VALUES else "")


def _listed(columns: Sequence[ColumnChoice]) -> str:
    names = ", ".join(clean(column.name) for column in columns[:_MOST_NAMED])
    more = len(columns) - _MOST_NAMED
    return names + (f" and {more:,} more" if more > 0 else "")


def describe_choice(choice: Choice) -> list[tuple[str, str]]:
    """Return (role, array) lines for `vizterm info`."""
    coords = choice.coords
    others = f"; --coords chooses {coords.also()}" if coords.others else ""
    rows = [("coords", coords.describe() + others)]
    rows.append(("labels", choice.labels.describe() if choice.labels else "none"))
    for role in ("images", "maps", "names"):
        spec: ArraySpec | None = getattr(choice, role)
        text = spec.describe() if spec else "none"
        if role == "images" and spec and choice.image_shape not in (None, spec.shape[1:]):
            text += f", each {describe_shape(choice.image_shape or ())}"
        rows.append((role, text))
    if choice.vectors:
        more = [clean(each.name) for each in choice.vector_sets[1 : 1 + _MOST_NAMED]]
        others = f"; --vectors chooses {', '.join(more)}" if more else ""
        rows.append(("vectors", choice.vectors.describe() + others))
    if choice.columns:
        rows.append(("columns", _listed(choice.columns)))
    rows += [("", note) for note in choice.notes]
    return rows
