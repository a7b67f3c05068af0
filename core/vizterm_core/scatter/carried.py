"""A selection taken over to data that were read again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.selection import Selection
from vizterm_core.text import whole_text

Rows = npt.NDArray[np.int64]


def carried_over(selection: Selection, older: Embedding, newer: Embedding) -> tuple[Selection, int]:
    """Return the selection of the same points in data that were read again, and how many are gone.

    They are the same by row, where these rows have the same names or there are none; else by name.
    """
    if older.x is newer.x:
        return selection, 0
    points = selection.points()
    if not points.size:
        return Selection.none(len(newer)), 0
    rows: Rows = points if older.rows is None else older.rows[points]
    lost = 0
    if older.names is not None and newer.names is not None:
        rows, lost = _by_name(rows, older.names, newer.names)
    found = points_of(newer, rows)
    gone = lost + int(rows.size - found.size)
    return Selection.of_points(len(newer), found), gone


def same_points(older: Embedding, newer: Embedding) -> bool:
    """Whether two embeddings have the same rows under the same names, as far as that is told."""
    if len(older) != len(newer) or older.total != newer.total:
        return False
    pairs = (older.rows, newer.rows), (older.names, newer.names)
    return all(
        one is other or (one is not None and other is not None and np.array_equal(one, other))
        for one, other in pairs
    )


def points_of(embedding: Embedding, rows: Rows) -> Rows:
    """Return the points of those of some rows, ascending, that have one."""
    rows = rows[rows < embedding.total]
    if embedding.rows is None:
        return rows
    if not embedding.rows.size:
        return rows[:0]
    places = np.searchsorted(embedding.rows, rows)
    places = np.minimum(places, embedding.rows.size - 1)
    return places[embedding.rows[places] == rows]


def row_there(row: int, older: Embedding, newer: Embedding) -> int | None:
    """Return the row of the same point in data that were read again: by its name, else by row.

    None if its name is gone.
    """
    if older.names is newer.names or older.names is None or newer.names is None:
        return row
    name = whole_text(older.names[row])
    if row < len(newer.names) and whole_text(newer.names[row]) == name:
        return row
    there = (place for place, each in enumerate(newer.names.tolist()) if whole_text(each) == name)
    return next(there, None)


def _by_name(
    rows: Rows, older: npt.NDArray[np.generic], newer: npt.NDArray[np.generic]
) -> tuple[Rows, int]:
    """Return the rows that have the names of others now, and how many names are gone."""
    wanted = [whole_text(name) for name in older[rows].tolist()]
    if int(rows[-1]) < len(newer) and len(older) == len(newer):
        now = [whole_text(name) for name in newer[rows].tolist()]
        if now == wanted:
            return rows, 0
    names = set(wanted)
    there = [whole_text(name) for name in newer.tolist()]
    found = np.array([row for row, name in enumerate(there) if name in names], np.int64)
    left = names - {there[row] for row in found.tolist()}
    return found, sum(name in left for name in wanted)
