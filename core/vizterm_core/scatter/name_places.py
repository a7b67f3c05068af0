"""Places for the labels' names on the map: near their points, over none of each other's.

Only places: what a name looks like, and how wide it is, the caller knows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport

IntArray = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]

_BOX = (3, 5)
"""Rows and columns of the neighbourhood in which a label's density is counted."""
_REACH = (4, 10)
"""Rows and columns that a name may stand away from its label's densest place."""
_NEAR_ANCHOR = (2, 4)
"""Rows and columns around a place of before in which it counts as the same."""
_GAP = 1
"""Free columns between two names in a row."""
_SHARE = 0.004
"""Of the points in view, what a label needs for a name; with many labels half a fair share."""
_LOOKED_AT = 2
"""Times as many labels are tried as names are wanted."""

_OWN_COVERED = 3.0
"""Cost of covering all points of its own label."""
_OTHERS_COVERED = 1.0
"""Cost of covering all points of another label."""
_OTHERS_AT_MOST = 0.6
"""What covering other labels costs at most: in a crowd names stand on points."""
_OWN_GROUND, _OTHERS_GROUND = 0.15, 0.40
"""Cost of standing on cells of its own label, and on those of others."""
_CROWDED = 0.25
"""Cost of standing right above, below or beside another name."""
_CELL_AWAY, _ROW_AWAY = 0.055, 0.1
"""Cost of each column and row away from the densest place; a cell is about twice as high as wide,
and of places as far the one above or below is better."""
_DEAREST = 1.2
"""A name whose best place costs more is left out."""
_STEADY = 0.3
"""What a place of before may cost more, and a label of before have fewer points."""
_AS_DENSE = 0.8
"""Of the greatest density, what a place of before needs to stay the densest."""

_FEW = 0.25
"""Of a label's points, the part in view below which its name fades."""
_ALONE = 0.9
"""Of the points in view, the part above which a label fills the view, and its name fades."""
_FAINTEST = 0.4


@dataclass(frozen=True, slots=True)
class NamePlace:
    """The cells of one name on the map."""

    label: int
    column: int
    """The first cell of the name."""
    row: int
    width: int
    """The number of its cells."""
    strength: float = 1.0
    """1 for a name that matters; down to 0.4 where few of the label's points are in view, or where
    zooming in has left hardly another label in it."""
    anchor: tuple[float, float] = (0.5, 0.5)
    """(column, row) of the place in the data that the name is fixed to, in cells: the middle of the
    label's densest cell."""


def place_names(
    cells: IntArray,
    labels: IntArray,
    counts: IntArray,
    widths: npt.ArrayLike,
    shape: tuple[int, int],
    *,
    most: int,
    totals: npt.ArrayLike | None = None,
    taken: npt.NDArray[np.bool_] | None = None,
    before: Sequence[NamePlace] = (),
    reach: tuple[int, int] = _REACH,
) -> list[NamePlace]:
    """Return where names stand: at their labels' densest places, covering little, apart.

    The label with most points in view chooses first.  A name is moved from the densest place (the
    greatest sum of 3 x 5 cells) as far as it takes to leave small and thin clusters visible.

    Parameters
    ----------
    cells, labels, counts : (m,) int
        Visible points by cell (row * columns + column) and label; a pair occurs once.
    widths : (labels,) int
        Cells that each name takes; 0 for a label without one.
    shape : (int, int)
        Rows and columns of the map.
    most : int
        Names at most.
    totals : (labels,) int, optional
        Points of each label in and out of view, for `NamePlace.strength`.
    taken : (rows, columns) bool, optional
        Cells that no name may cover.
    before : sequence of NamePlace
        Names of the frame before, moved along with the view (`carry_names`): where their places
        are still nearly as good as any, they stay.
    reach : (rows, columns)
        How far a name may stand away from its label's densest place.

    Returns
    -------
    list of NamePlace
        In the order in which they chose.
    """
    name_widths = np.asarray(widths, np.int64)
    if most < 1 or len(cells) == 0:
        return []
    in_view = _sums(labels, counts, len(name_widths))
    points = _Points(cells, labels, counts, in_view, shape)
    ground = _Ground(points, taken)
    previous = {place.label: place for place in before}
    strengths = _strengths(in_view, None if totals is None else np.asarray(totals, np.float64))
    placed: list[NamePlace] = []
    for label in _candidates(in_view, name_widths, shape[1], list(previous))[: _LOOKED_AT * most]:
        old = previous.get(label)
        place = _place(points, ground, label, int(name_widths[label]), old, reach)
        if place is None:
            continue
        ground.take(place)
        placed.append(replace(place, strength=float(strengths[label])))
        if len(placed) == most:
            break
    return placed


def carry_names(places: Sequence[NamePlace], before: Viewport, after: Viewport) -> list[NamePlace]:
    """Return names of one view where they would stand in another, fixed to their points.

    A name keeps its distance in cells from its densest place, which moves with the data; it may
    come to lie outside.
    """
    carried = []
    for place in places:
        column, row = place.anchor
        x, y = before.data_at(column * DOTS_ACROSS, row * DOTS_DOWN)
        anchor = (
            (x - after.left) * after.x_scale / DOTS_ACROSS,
            (after.top - y) * after.y_scale / DOTS_DOWN,
        )
        moved = (
            place.column + math.floor(anchor[0]) - math.floor(column),
            place.row + math.floor(anchor[1]) - math.floor(row),
        )
        carried.append(replace(place, column=moved[0], row=moved[1], anchor=anchor))
    return carried


def neighbourhood_sums(counts: Floats) -> Floats:
    """Return the sum of the 3 x 5 cells around each cell; beyond the edge there is nothing.

    >>> neighbourhood_sums(np.eye(3, 7))[1].astype(int).tolist()
    [3, 3, 3, 2, 1, 0, 0]
    """
    down, across = _BOX
    rows, columns = counts.shape
    sums = np.zeros((rows + down, columns + across))
    sums[down // 2 + 1 :, across // 2 + 1 :][:rows, :columns] = counts
    np.cumsum(sums, axis=0, out=sums)
    np.cumsum(sums, axis=1, out=sums)
    strips = sums[down:] - sums[:-down]
    return strips[:, across:] - strips[:, :-across]


class _Points:
    """The points in view, by label and cell."""

    def __init__(
        self,
        cells: IntArray,
        labels: IntArray,
        counts: IntArray,
        in_view: Floats,
        shape: tuple[int, int],
    ) -> None:
        self.shape = shape
        self.in_view = in_view
        size = shape[0] * shape[1]
        part = 1 / np.maximum(in_view, 1)
        self.total = _sums(cells, counts, size).reshape(shape)
        self.shares = _sums(cells, part[labels] * counts, size).reshape(shape)
        # Short numbers are sorted by radix, in a third of the time.
        short = labels.astype(np.uint16) if len(in_view) < 1 << 16 else labels
        order = np.argsort(short, kind="stable")
        self._cells, self._counts = cells[order], counts[order]
        self._starts = np.concatenate([[0], np.bincount(labels, minlength=len(in_view)).cumsum()])

    def of(self, label: int) -> _Own:
        """The points of one label."""
        own = slice(self._starts[label], self._starts[label + 1])
        rows, columns = np.divmod(self._cells[own], self.shape[1])
        return _Own(rows, columns, self._counts[own])


class _Own(NamedTuple):
    """The points of one label by cell."""

    rows: IntArray
    columns: IntArray
    counts: IntArray

    def within(self, rows: slice, columns: slice) -> Floats:
        """Return the points in each cell of a part of the map."""
        top, left = rows.start, columns.start
        height, width = rows.stop - top, columns.stop - left
        down, across = self.rows - top, self.columns - left
        inside = (down >= 0) & (down < height) & (across >= 0) & (across < width)
        part = np.zeros((height, width))
        part[down[inside], across[inside]] = self.counts[inside]
        return part


class _Ground:
    """The map that names are put on: what is there already, what it costs to cover."""

    def __init__(self, points: _Points, taken: npt.NDArray[np.bool_] | None) -> None:
        self.blocked = np.zeros(points.shape, bool) if taken is None else taken.copy()
        self.cost = np.where(points.total > 0, _OTHERS_GROUND, 0.0)

    def take(self, place: NamePlace) -> None:
        """Put a name on the map."""
        first, last = max(0, place.column - _GAP), place.column + place.width + _GAP
        self.blocked[place.row, first:last] = True
        self.cost[max(0, place.row - 1) : place.row + 2, first:last] += _CROWDED


def _sums(places: IntArray, amounts: npt.NDArray[Any], size: int) -> Floats:
    """Return the sum of the amounts at each of `size` places."""
    return np.bincount(places, amounts, size).astype(np.float64, copy=False)


def _candidates(in_view: Floats, widths: IntArray, columns: int, before: list[int]) -> list[int]:
    """Return the labels that can have a name, the one with most points in view first."""
    weight = in_view.copy()
    weight[[label for label in before if label < len(weight)]] *= 1 + _STEADY
    shown, named = in_view.sum(), max(1, int(np.count_nonzero(in_view)))
    enough = shown * min(_SHARE, 0.5 / named)
    fits = (weight >= enough) & (in_view > 0) & (widths > 0) & (widths <= columns)
    found = np.flatnonzero(fits)
    return found[np.argsort(-weight[found], kind="stable")].tolist()


def _place(
    points: _Points,
    ground: _Ground,
    label: int,
    width: int,
    old: NamePlace | None,
    reach: tuple[int, int],
) -> NamePlace | None:
    """Return the cheapest place of a name, or None where each costs too much."""
    rows, columns = points.shape
    own = points.of(label)
    anchor = _anchor(own, old, points.shape)
    column, row = math.floor(anchor[0]), math.floor(anchor[1])
    start = min(max(0, column - width // 2), columns - width)
    first, last = max(0, start - reach[1]), min(columns - width, start + reach[1])
    top, bottom = max(0, row - reach[0]), min(rows - 1, row + reach[0])
    near = slice(top, bottom + 1), slice(first, last + width)

    counts = own.within(*near)
    # Ground of its own is cheaper by its part of the points in each cell.
    cheaper = counts * (_OTHERS_GROUND - _OWN_GROUND) / np.maximum(points.total[near], 1)
    layers: list[npt.NDArray[Any]] = [
        counts / points.in_view[label],
        points.shares[near],
        (ground.cost[near] - cheaper) / width,
        ground.blocked[near],
    ]
    sums = np.zeros((len(layers), *counts.shape[:1], counts.shape[1] + 1))
    np.cumsum(layers, axis=2, out=sums[:, :, 1:])
    covered, shares, over, blocked = sums[:, :, width:] - sums[:, :, :-width]
    starts, lines = np.arange(first, last + 1), np.arange(top, bottom + 1)
    cost = _OWN_COVERED * covered + over
    cost += np.minimum(_OTHERS_COVERED * (shares - covered), _OTHERS_AT_MOST)
    cost += _ROW_AWAY * np.abs(lines - row)[:, None] + _CELL_AWAY * np.abs(starts - start)
    if old is not None and top <= old.row <= bottom and first <= old.column <= last:
        cost[old.row - top, old.column - first] -= _STEADY
    cost[blocked > 0.5] = np.inf
    best = int(cost.argmin())
    if cost.flat[best] > _DEAREST:
        return None
    line, place = divmod(best, len(starts))
    return NamePlace(label, first + place, top + line, width, anchor=anchor)


def _anchor(own: _Own, old: NamePlace | None, shape: tuple[int, int]) -> tuple[float, float]:
    """Return the (column, row) of the densest place: that of before, where it is as dense."""
    top, left = int(own.rows.min()), int(own.columns.min())
    box = slice(top, int(own.rows.max()) + 1), slice(left, int(own.columns.max()) + 1)
    density = neighbourhood_sums(own.within(*box))
    densest = int(density.argmax())
    if old is not None and 0 <= old.anchor[0] < shape[1] and 0 <= old.anchor[1] < shape[0]:
        row, column = math.floor(old.anchor[1]) - top, math.floor(old.anchor[0]) - left
        around = density[
            max(0, row - _NEAR_ANCHOR[0]) : max(0, row + _NEAR_ANCHOR[0] + 1),
            max(0, column - _NEAR_ANCHOR[1]) : max(0, column + _NEAR_ANCHOR[1] + 1),
        ]
        if around.size and around.max() >= _AS_DENSE * density.flat[densest]:
            return old.anchor
    row, column = divmod(densest, density.shape[1])
    return left + column + 0.5, top + row + 0.5


def _strengths(in_view: Floats, totals: Floats | None) -> Floats:
    """Return how much each label's name matters."""
    if totals is None:
        return np.ones(len(in_view))
    part = np.minimum(in_view / np.maximum(totals, 1), 1)
    few = np.clip(1 - part / _FEW, 0, 1)
    alone = np.clip((in_view / max(1, in_view.sum()) - _ALONE) / (1 - _ALONE), 0, 1)
    return 1 - (1 - _FAINTEST) * np.maximum(few, alone * (1 - part))
