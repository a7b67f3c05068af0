"""The nearest so far of many rows at once, while tiles of distances are passed over."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm_core.neighbours.metric import Floats

Places = npt.NDArray[np.intp]

_GROUPS = 128
"""Groups of keys of which each gives its lowest for a first bound."""
_SPARE = 48
"""Candidates that a row takes before the nearest of them are chosen."""


class Kept:
    """The `count` nearest of each of some rows.

    Tiles come in the order of their columns: of equally near ones the lower column is kept.

    Parameters
    ----------
    rows : int
    count : int
        1 or more.
    dtype : numpy dtype
        Of the distances.
    """

    def __init__(self, rows: int, count: int, dtype: npt.DTypeLike) -> None:
        self._count, self._width = count, count + _SPARE
        self._keys: Floats = np.full((rows, self._width), np.inf, dtype)
        self._columns = np.full((rows, self._width), -1, np.int32)
        self._filled = np.zeros(rows, np.int64)
        self.limits: Floats = np.full(rows, np.inf, dtype)
        """(rows,) the key from which on nothing is near enough: that of the last one kept."""

    def offer(
        self, tile: Floats, first_row: int, first_column: int, *, across: bool = False
    ) -> None:
        """Take what is near enough in a tile.

        Parameters
        ----------
        tile : (r, c) of the dtype
            Keys; infinite for what may not be taken.
        first_row, first_column : int
            What its first row and column stand for.
        across : bool
            Whether the candidates of its columns are taken, which are rows here.
        """
        axis = 0 if across else 1
        start, size = (first_column if across else first_row), tile.shape[1 - axis]
        limits = self.limits[start : start + size]
        if tile.shape[axis] > self._count and np.isinf(limits).any():
            np.minimum(limits, _bound(tile, self._count, axis), out=limits)
        found = np.flatnonzero(tile < np.expand_dims(limits, axis))
        if not found.size:
            return
        row, column = np.divmod(found, tile.shape[1])
        keys = tile[row, column]
        if across:
            order = np.argsort(column, kind="stable")
            row, column, keys = column[order], row[order], keys[order]
            first_row, first_column = first_column, first_row
        self._take(row + first_row, (column + first_column).astype(np.int32), keys)

    def _take(self, rows: Places, columns: npt.NDArray[np.int32], keys: Floats) -> None:
        """Take candidates, which come in the order of their rows, then of their columns."""
        while rows.size:
            starts = np.flatnonzero(np.diff(rows, prepend=-1))
            counts = np.diff(starts, append=rows.size)
            slots = np.arange(rows.size) - np.repeat(starts, counts) + self._filled[rows]
            fits = slots < self._width
            at = rows[fits], slots[fits]
            self._keys[at], self._columns[at] = keys[fits], columns[fits]
            held = rows[starts]
            self._filled[held] = np.minimum(self._filled[held] + counts, self._width)
            if fits.all():
                return
            rest = ~fits
            self._choose(np.unique(rows[rest]))
            rest &= keys < self.limits[rows]
            rows, columns, keys = rows[rest], columns[rest], keys[rest]

    def _choose(self, rows: Places) -> None:
        """Keep the nearest candidates of some rows."""
        # Stable: what came first has the lower column.
        order = np.argsort(self._keys[rows], axis=1, kind="stable")[:, : self._count]
        keys = np.take_along_axis(self._keys[rows], order, axis=1)
        columns = np.take_along_axis(self._columns[rows], order, axis=1)
        self._keys[rows] = np.inf
        self._keys[rows[:, None], np.arange(self._count)] = keys
        self._columns[rows] = -1
        self._columns[rows[:, None], np.arange(self._count)] = columns
        self._filled[rows] = np.minimum(self._filled[rows], self._count)
        self.limits[rows] = keys[:, -1]

    def nearest(self) -> tuple[npt.NDArray[np.int32], Floats]:
        """Return what is kept: (rows, count) columns by distance, -1 for none; and (rows,) limits.

        No column that isn't kept has a lower key than the limit of its row.
        """
        for start in range(0, len(self._keys), 4096):
            self._choose(np.arange(start, min(start + 4096, len(self._keys))))
        return self._columns[:, : self._count].copy(), self.limits


def _bound(tile: Floats, count: int, axis: int) -> Floats:
    """Return what at least `count` keys of each row, or column, are below."""
    size = tile.shape[axis]
    groups = max(_GROUPS, 4 * count)
    if size >= 2 * groups:
        # The lowest of each group are keys, too.
        each = size // groups
        kept = tile[:, : groups * each] if axis else tile[: groups * each]
        shape = (len(tile), each, groups) if axis else (each, groups, tile.shape[1])
        tile = kept.reshape(shape).min(axis=axis if axis else 0)
    last = np.partition(tile, count - 1, axis=axis).take(count - 1, axis=axis)
    bound: Floats = np.nextafter(last, np.inf, dtype=tile.dtype)
    return bound
