"""Which points a contact sheet shows, and in what order: to be found in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import numpy.typing as npt

from vizterm.cells.text import cut_name
from vizterm.embed.model import EmbedModel
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.ordering import Points, by_column, by_distance
from vizterm_core.scatter.regions import Box
from vizterm_core.scatter.selection import Selection
from vizterm_core.scatter.viewport import Viewport
from vizterm_core.text import clean

_WIDEST_NAME = 24


class What(Enum):
    """The points that are shown."""

    SELECTED = "selected"
    NEIGHBOURS = "neighbours"
    VIEW = "in view"
    LABEL = "label"
    ALL = "all"


class Order(Enum):
    """The order of the points."""

    FOUND = "the nearest first"
    """As neighbours were found."""
    DISTANCE = "distance"
    COLUMN = "column"
    BACKWARDS = "column, backwards"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Sets:
    """What the scatter shows at a moment, as far as a sheet can be made of it."""

    embedding: Embedding
    index: PointIndex
    viewport: Viewport
    visible: npt.NDArray[np.bool_]
    selection: Selection
    base: int | None
    """The point under the cursor."""
    neighbours: tuple[int, ...] = field(default=())
    by: str = ""
    """The column that was chosen to order points by; else it is the one they are coloured by."""

    @classmethod
    def of(cls, model: EmbedModel, neighbours: Sequence[int] = ()) -> Sets:
        """Take what a model shows now."""
        return cls(
            model.embedding,
            model.index,
            model.viewport,
            model.visible.copy(),
            model.selection,
            model.cursor,
            tuple(neighbours),
        )

    # what there is

    @property
    def whats(self) -> list[What]:
        """The sets of points there are, the most likely first."""
        there = {
            What.SELECTED: bool(self.selection),
            What.NEIGHBOURS: bool(self.neighbours),
            What.LABEL: self.label is not None,
        }
        return [what for what in What if there.get(what, True)]

    @property
    def label(self) -> int | None:
        """The label of the cursor's point, where points have categories."""
        labels = self.embedding.labels
        if self.base is None or labels.continuous or len(labels.names) < 2:
            return None
        return int(labels.codes[self.base])

    def orders(self, what: What) -> list[Order]:
        """Return the orders there are for a set, the usual one first."""
        there = {
            Order.FOUND: what is What.NEIGHBOURS,
            Order.DISTANCE: self.base is not None,
            Order.COLUMN: self._by != "",
            Order.BACKWARDS: self._by != "",
        }
        return [order for order in Order if there.get(order, True)]

    @property
    def column(self) -> str:
        """The column that points can be ordered by; it need not be there."""
        return self.by or self.embedding.coloured_by

    @property
    def told(self) -> list[str]:
        """The column that says something of each point, unless the label does."""
        embedding, by = self.embedding, self.column
        labelled = by == embedding.coloured_by and not embedding.labels.continuous
        return [] if labelled or by not in embedding.columns else [by]

    @property
    def _by(self) -> str:
        """What points can be ordered by, as people call it; empty if by nothing."""
        embedding = self.embedding
        if self.column in embedding.columns:
            return clean(self.column)
        return "label" if len(embedding.labels.names) > 1 else ""

    # what it holds

    def arranged(self, what: What, order: Order) -> Points:
        """Return the points of a set in an order: (m,) int64; perhaps none.

        Raises
        ------
        DataError
            If the column can't be read.
        """
        points = self._points(what)
        if order is Order.FOUND:
            return points
        points = np.sort(points)
        if order is Order.DISTANCE and self.base is not None:
            place = float(self.index.x[self.base]), float(self.index.y[self.base])
            return by_distance(points, self.index.x, self.index.y, place)
        if order in (Order.COLUMN, Order.BACKWARDS):
            return self._by_column(points, descending=order is Order.BACKWARDS)
        return points

    def _points(self, what: What) -> Points:
        index = self.index
        if what is What.SELECTED:
            return index.among(self.selection.points())
        if what is What.NEIGHBOURS:
            return np.array(self.neighbours, np.int64)
        if what is What.VIEW:
            box = Box.of_view(self.viewport)
            return np.flatnonzero(index.inside(self.viewport, box, self.visible))
        if what is What.LABEL:
            return np.flatnonzero(index.labels == self.label)
        # A filter gives points that it leaves out a code beyond all labels.
        return np.flatnonzero(index.labels < index.label_count)

    def _by_column(self, points: Points, *, descending: bool) -> Points:
        embedding = self.embedding
        column = embedding.columns.get(self.column)
        if column is not None:
            return by_column(points, column, embedding.rows, descending=descending)
        codes = embedding.labels.codes[points].astype(np.int64)
        return points[np.argsort(-codes if descending else codes, kind="stable")]

    # what is said of it

    def said(self, what: What, count: int) -> str:
        """Return how many points are shown, and of what."""
        if what is What.SELECTED and count != self.selection.count:
            return f"{count:,} of {self.selection.count:,} selected"
        if what is What.LABEL and self.label is not None:
            name = self.embedding.labels.names[self.label]
            return f"{count:,} of {cut_name(name, _WIDEST_NAME)}"
        points = "point" if count == 1 else "points"
        return {
            What.SELECTED: f"{count:,} selected",
            What.NEIGHBOURS: f"{count:,} neighbours",
            What.VIEW: f"{count:,} in view",
        }.get(what, f"all {count:,} {points}")

    def said_of(self, order: Order) -> str:
        """Return the order in words."""
        if order is Order.DISTANCE and self.base is not None:
            return f"by distance to #{self.embedding.row_of(self.base):,}"
        by = cut_name(self._by, _WIDEST_NAME)
        return {
            Order.FOUND: Order.FOUND.value,
            Order.COLUMN: f"by {by}",
            Order.BACKWARDS: f"by {by}, backwards",
        }.get(order, "by row")
