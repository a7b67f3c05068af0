"""Steps from point to point, within a view and beyond it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.braille import decode_dots
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.navigate import DIRECTIONS, next_dot
from vizterm_core.scatter.viewport import Viewport

_NEAR = (0.5, 4.0)
"""Dots around the middle that are looked at first."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps among the visible points of an index.

    Parameters
    ----------
    index : PointIndex
    visible : (labels,) bool
    """

    index: PointIndex
    visible: npt.NDArray[np.bool_]

    def middle(self, viewport: Viewport) -> int | None:
        """Return the visible point nearest to the middle of a view, within its longer side."""
        view = viewport
        # Where points lie dense, a small reach finds one without looking at millions.
        for reach in (*_NEAR, view.down / 8, view.down / 2, float(max(view.across, view.down))):
            point = self.index.nearest(view, view.across / 2, view.down / 2, reach, self.visible)
            if point is not None:
                return point
        return None

    def onward(self, viewport: Viewport, point: int, direction: str) -> int | None:
        """Return the visible point that a step leads to; None if nothing is ahead.

        Parameters
        ----------
        viewport : Viewport
            Points with another dot in this view come first.
        point : int
            The point at which the step begins.
        direction : 'left', 'right', 'up' or 'down'
        """
        target = None
        if viewport.contains_dot(*self._dot_of(viewport, point)):
            target = self._seen(viewport, point, direction)
        return self._beyond(viewport, point, direction) if target is None else target

    def _dot_of(self, viewport: Viewport, point: int) -> tuple[int, int]:
        return viewport.dot_of(float(self.index.x[point]), float(self.index.y[point]))

    def _seen(self, viewport: Viewport, point: int, direction: str) -> int | None:
        """Return the point that a step leads to among the dots of a view."""
        start = self._dot_of(viewport, point)
        ahead_x, ahead_y = DIRECTIONS[direction]
        # A quick frame may light a dot for a point a quarter of a dot away; then try the exact one.
        for frame in (self.index.quick_frame, self.index.exact_frame):
            seen = frame(viewport, self.visible)
            if seen is None:
                continue
            dot = next_dot(decode_dots(seen.codes), *start, direction)
            if dot is None:
                return None
            target = self._in_dot(viewport, *dot)
            if target is not None:
                column, row = self._dot_of(viewport, target)
                if (column - start[0]) * ahead_x + (row - start[1]) * ahead_y >= 1:
                    return target
        return None

    def _beyond(self, viewport: Viewport, point: int, direction: str) -> int | None:
        """Return the nearest point ahead outside the view, by zooming out step by step."""
        ahead_x, ahead_y = DIRECTIONS[direction]
        view = viewport
        data = self.index.extent
        while True:
            column, row = self._dot_of(view, point)
            # The point moves to the middle of the far edge, so that the view shows what is ahead.
            ahead = view.panned(
                column - view.across / 2 + ahead_x * (view.across / 2 - 1),
                row - view.down / 2 + ahead_y * (view.down / 2 - 1),
            )
            target = self._seen(ahead, point, direction)
            if target is not None:
                return target
            if view.x_scale * data.width < 4 and view.y_scale * data.height < 4:
                break
            view = view.zoomed(0.5, view.across / 2, view.down / 2)
        # Either nothing is ahead, or it was less than a dot away in every view that showed it.
        x, y = float(self.index.x[point]), float(self.index.y[point])
        rest_x = (data.right - x if ahead_x > 0 else x - data.left) * abs(ahead_x)
        rest_y = (data.top - y if ahead_y < 0 else y - data.bottom) * abs(ahead_y)
        if rest_x * viewport.x_scale + rest_y * viewport.y_scale < 1:
            return None
        return self.index.ahead(viewport, point, direction, self.visible)

    def _in_dot(self, viewport: Viewport, column: int, row: int) -> int | None:
        """Return the visible point nearest to the middle of a dot, one in the dot if possible."""
        points = self.index.under_dot(viewport, column, row, self.visible)
        if points.size == 0:
            return self.index.nearest(viewport, column + 0.5, row + 0.5, 1.0, self.visible)
        x, y = viewport.data_at(column + 0.5, row + 0.5)
        across = (self.index.x[points].astype(np.float64) - x) * viewport.x_scale
        down = (self.index.y[points].astype(np.float64) - y) * viewport.y_scale
        return int(points[(across * across + down * down).argmin()])
