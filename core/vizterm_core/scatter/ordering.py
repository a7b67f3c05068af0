"""Orders of points: by row, by distance, by a column."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm_core.files.masked import unmasked
from vizterm_core.files.source import Categories
from vizterm_core.scatter.columns import Column, missing_in
from vizterm_core.scatter.viewport import FloatArray

Points = npt.NDArray[np.int64]


def by_distance(points: Points, x: FloatArray, y: FloatArray, place: tuple[float, float]) -> Points:
    """Return points from the nearest to a place to the farthest; equally far ones by index.

    Parameters
    ----------
    points : (m,) int64
        Ascending.
    x, y : (n,)
        Coordinates of all points.
    place : (x, y)
    """
    # Quarters: neither their differences nor their hypotenuse can overflow.
    across = x[points].astype(np.float64) / 4 - place[0] / 4
    down = y[points].astype(np.float64) / 4 - place[1] / 4
    order = np.argsort(np.hypot(across, down), kind="stable")
    return points[order]


def by_column(
    points: Points,
    column: Column,
    rows: npt.NDArray[np.int64] | None = None,
    *,
    descending: bool = False,
) -> Points:
    """Return points by the values of a column; missing values are last, equal ones by index.

    Numbers and dates are ordered as such, text as it is read: without regard to case.

    Parameters
    ----------
    points : (m,) int64
        Ascending.
    column : Column
    rows : (n,) int64, optional
        The row of each point; all rows without.
    descending : bool
        Whether the greatest come first.

    Raises
    ------
    DataError
        If the column can't be read.
    """
    held = column.distinct()
    rows_of = points if rows is None else rows[points]
    if held is None:
        values = column.values
        assert not isinstance(values, Categories)
        part = values[rows_of]
        return points[_order(unmasked(part), missing_in(part), descending=descending)]
    codes = held.codes[rows_of]
    ranks = _ranks(held.values)
    part = np.append(ranks, -1)[codes]
    return points[_order(part, codes < 0, descending=descending)]


def _ranks(values: npt.NDArray[np.generic]) -> npt.NDArray[np.int64]:
    """Return the place of each distinct value among all: (k,)."""
    if values.dtype.kind in "USO":
        texts = [str(value) for value in values.tolist()]
        order = sorted(range(len(texts)), key=lambda place: (texts[place].casefold(), texts[place]))
    else:
        order = np.argsort(values, kind="stable").tolist()
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks


def _order(
    values: npt.NDArray[np.generic], missing: npt.NDArray[np.bool_], *, descending: bool
) -> npt.NDArray[np.intp]:
    """Return the order of values: stable, the missing ones last."""
    present = np.flatnonzero(~missing)
    if descending:
        # Backwards twice: equal values keep their order.
        order = np.argsort(values[present][::-1], kind="stable")[::-1]
        order = present.size - 1 - order
    else:
        order = np.argsort(values[present], kind="stable")
    return np.concatenate([present[order], np.flatnonzero(missing)])
