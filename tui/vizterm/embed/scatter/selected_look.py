"""How selected points stand out in a view: what is counted of them, and the colours they have."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vizterm.embed.scatter.inks import LabelInks
from vizterm.embed.scatter.view_of_points import ViewOfPoints
from vizterm_core.scatter.density import Density
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.marks import PointsInView
from vizterm_core.scatter.selected import (
    points_standing_out,
    rarity_standing_out,
    standing_out,
)
from vizterm_core.scatter.selection import Selection


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
    fine_density: Density | None = None
    """In pixels, where it is drawn in them."""

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
