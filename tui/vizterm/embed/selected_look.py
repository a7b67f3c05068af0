"""How selected points stand out in a view: what is counted of them, and the colours they have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from textual.message import Message

from vizterm.embed.inks import LabelInks
from vizterm.embed.view_of_points import ViewOfPoints
from vizterm_core.scatter.density import Density
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.marks import PointsInView
from vizterm_core.scatter.selected import (
    index_selected,
    points_standing_out,
    rarity_standing_out,
    standing_out,
)
from vizterm_core.scatter.selection import Selection

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.embed.model import EmbedModel

AT_ONCE = 100_000
"""Selected points that are indexed without a noticeable delay."""


class SelectionIndexed(Message):
    """The selected points can be drawn, or drawn faster than before."""


@dataclass(frozen=True, slots=True)
class SelectedInView:
    """The selected points of a view, beside a frame of all of them."""

    selection: Selection
    index: PointIndex
    """Of the selected points alone."""
    frame: Frame
    fine: Frame | None = None
    """The frame of the view in pixels, where these are drawn."""
    density: Density | None = None
    """Of the selected points, where the density is drawn."""

    def leading(self, view: ViewOfPoints) -> int | None:
        """Return which label of a frame is highlighted: with its selected points, if any."""
        highlight = view.highlight
        if highlight is None or not (self.frame.counts.labels == highlight).any():
            return highlight
        return view.index.label_count + highlight

    def in_front(self, view: ViewOfPoints) -> ViewOfPoints:
        """Return a view of these points alone."""
        return replace(view, index=self.index)

    def inks(self, view: ViewOfPoints, inks: LabelInks) -> LabelInks:
        """Return the inks of points that aren't selected, then of those that are."""
        return inks.with_selection(view.highlight)

    def frames(self, view: ViewOfPoints, frame: Frame, selected: Frame) -> Frame:
        """Return a frame in which these points stand out."""
        count, every = view.index.label_count, view.highlight is not None
        return standing_out(frame, selected, count, every_label=every)

    def points(self, view: ViewOfPoints, points: PointsInView) -> PointsInView:
        """Return points of which these have labels of their own."""
        return points_standing_out(points, self.selection, view.index.label_count)

    def rarity(self, view: ViewOfPoints) -> npt.NDArray[np.int64]:
        """Return the ranks of the labels of `points`."""
        return rarity_standing_out(view.index.rarity, view.index.label_count)


class SelectedIndex:
    """Keeps the index of the selected points, and makes a new one when they change.

    Parameters
    ----------
    screen : Screen
        Runs a worker where that takes time, and is sent `SelectionIndexed`.
    """

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        self._of: tuple[PointIndex, Selection] | None = None
        self._index: PointIndex | None = None

    def use(self, index: PointIndex, selection: Selection, selected: PointIndex) -> None:
        """Take an index that was made already."""
        self._of, self._index = (index, selection), selected
        self._prepare(selected)

    def of(self, model: EmbedModel) -> PointIndex | None:
        """Return the index of a model's selected points.

        It is None while nothing is selected, and while it is being made.
        """
        index, selection = model.index, model.selection
        if not selection:
            self._of = self._index = None
            return None
        if self._of is None or self._of[0] is not index or self._of[1] is not selection:
            self._of, self._index = (index, selection), None
            make = partial(index_selected, index, selection)
            if selection.count <= AT_ONCE:
                self.use(index, selection, make())
            else:
                self._run(partial(self._make, self._of, make))
        return self._index

    def _make(self, of: tuple[PointIndex, Selection], make: Callable[[], PointIndex]) -> None:
        selected = make()
        if self._of is of:
            self._index = selected
            self._screen.post_message(SelectionIndexed())
            _build(selected)

    def _prepare(self, selected: PointIndex) -> None:
        """Count many points into tables, in a worker."""
        if not selected.ready or len(selected) > AT_ONCE:
            self._run(partial(_build, selected))

    def _run(self, work: Callable[[], object]) -> None:
        self._screen.run_worker(work, thread=True, group="selected")


def _build(selected: PointIndex) -> None:
    selected.build_buckets()
    selected.build_tables()
