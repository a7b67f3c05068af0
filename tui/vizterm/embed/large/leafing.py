"""The points to leaf through while one of them is shown large: a set, and the places in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vizterm.cells.text import cut_name

if TYPE_CHECKING:
    from vizterm.embed.model import EmbedModel

_WIDEST_NAME = 24
Points = Sequence[int] | npt.NDArray[np.int64]


class Of(Enum):
    """A set of points, those that one came from first."""

    NEIGHBOURS = "neighbours"
    SELECTED = "selected"
    FOUND = "found"
    ALONE = "label that stands out"
    LABEL = "label"
    HERE = "dot"
    ALL = "points"


@dataclass(frozen=True, slots=True, eq=False)
class Leafing:
    """Points in an order, to go through one by one, round and round."""

    of: Of
    points: Points
    """Ascending, but neighbours: the point itself, and the nearest first."""
    name: str = ""
    """Of the label."""

    def place(self, point: int) -> int | None:
        """Return the place of a point, from 0; None for one that isn't among them."""
        if self.of is Of.NEIGHBOURS:
            return list(self.points).index(point) if point in self.points else None
        at = bisect_left(self.points, point)
        return at if at < len(self.points) and int(self.points[at]) == point else None

    def after(self, point: int, step: int) -> int:
        """Return the point some places after another, which need not be among them."""
        at = self.place(point)
        if at is None:
            at = 0 if self.of is Of.NEIGHBOURS else bisect_right(self.points, point)
            # The point lies between two of them.
            at += step if step < 0 else step - 1
        else:
            at += step
        return int(self.points[at % len(self.points)])

    def said(self, point: int) -> str:
        """Return where a point stands: '12 of 214 selected'."""
        at = self.place(point)
        own = self.of is Of.NEIGHBOURS
        count = len(self.points) - own
        if own and at == 0:
            return f"the point of {count:,} neighbours"
        place = "outside of" if at is None else f"{at + (not own):,} of"
        return f"{place} {count:,} {self._word}"

    @property
    def _word(self) -> str:
        if self.of in (Of.ALONE, Of.LABEL):
            return f"· {cut_name(self.name, _WIDEST_NAME)}"
        return "in this dot" if self.of is Of.HERE else self.of.value


def sets(model: EmbedModel, neighbours: Sequence[int]) -> list[Of]:
    """Return the sets that the cursor's point is in, not alone: first the one it came from.

    Parameters
    ----------
    model : EmbedModel
        Its cursor is on a point.
    neighbours : sequence of int
        A point and those that are shown as its neighbours; empty without.
    """
    point = model.cursor
    assert point is not None
    labels, label = model.embedding.labels, int(model.index.labels[point])
    named = len(labels.names) > 1 and not labels.continuous
    alone = named and (
        model.highlight == label or (model.visible.size > 1 and model.visible.sum() == 1)
    )
    found = model.matches
    at = int(np.searchsorted(found, point))
    there = {
        Of.NEIGHBOURS: point in neighbours,
        Of.SELECTED: model.selection.count > 1 and point in model.selection,
        Of.FOUND: at < found.size > 1 and int(found[at]) == point,
        Of.ALONE: alone,
        Of.HERE: model.here.size > 1,
        Of.LABEL: named and not alone,
    }
    return [of for of in Of if there.get(of, True)]


def leafing(model: EmbedModel, of: Of, neighbours: Sequence[int]) -> Leafing:
    """Return the points of a set, without those that are hidden or that a filter leaves out."""
    point, index, labels = model.cursor, model.index, model.embedding.labels
    assert point is not None
    label = int(index.labels[point])
    if of is Of.NEIGHBOURS:
        return Leafing(of, tuple(neighbours))
    if of is Of.SELECTED:
        return Leafing(of, index.among(model.selection.points(), model.visible))
    if of is Of.FOUND:
        return Leafing(of, index.among(model.matches, model.visible))
    if of is Of.HERE:
        return Leafing(of, model.here)
    if of is Of.ALL:
        return Leafing(of, _all(model))
    return Leafing(of, np.flatnonzero(index.labels == label), labels.names[label])


def _all(model: EmbedModel) -> Points:
    """Return all points that are shown; their numbers alone where that is all there are."""
    index = model.index
    count = int(index.totals[model.visible].sum())
    if count == len(index):
        return range(count)
    # Points that a filter leaves out have a label beyond all others.
    shown = np.zeros(index.label_count + 1, bool)
    shown[:-1] = model.visible
    return np.flatnonzero(shown[index.labels])
