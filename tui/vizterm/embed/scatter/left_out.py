"""Points that a filter leaves out, where they are shown behind the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm.embed.scatter.view_of_points import ViewOfPoints
from vizterm_core.scatter.discs import MOST_DISCS
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.marks import PointsInView
from vizterm_core.scatter.viewport import Viewport


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many of them there are; nothing where they aren't shown."""

    dots: npt.NDArray[np.integer] | None = None
    """(4 * rows, 2 * columns) in each dot."""
    fine: npt.NDArray[np.integer] | None = None
    """In each pixel, where the dots are drawn in pixels."""

    @classmethod
    def of(
        cls, index: PointIndex, viewport: Viewport, finer: Viewport | None, *, quick: bool
    ) -> LeftOut:
        """Count the points left out of a view.

        Parameters
        ----------
        finer : Viewport, optional
            The same view in pixels.
        quick : bool
            Whether there is no time to count them one by one.
        """
        fine = None if finer is None else index.left_out(finer, quick=quick)
        return cls(index.left_out(viewport, quick=quick), fine)

    def behind(self, points: PointsInView, view: ViewOfPoints) -> PointsInView:
        """Return the points of a view with those left out, if these are few enough for discs."""
        if self.dots is None or len(points) + int(self.dots.sum()) > MOST_DISCS:
            return points
        return view.index.points_in(view.viewport, view.index.with_left_out(view.visible))
