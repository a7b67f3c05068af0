"""The part of a map that is on display, and the crosshair on it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from vizterm_core.maps.view import MapView


class MapCamera:
    """Zooms and pans over a map, and moves a crosshair.

    Parameters
    ----------
    size : (width, height)
        Of the map, in its pixels.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self.view = MapView.fit(*size, 1, 1)
        """The part of the map on display."""
        self.cursor: tuple[int, int] | None = None
        """(x, y) of the map pixel under the crosshair."""

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the map, in its pixels."""
        return self.view.width, self.view.height

    # View

    def resize(self, columns: int, rows: int, pixel_aspect: float) -> None:
        """Draw on another number of display pixels."""
        self.view = self.view.resized(columns, rows, pixel_aspect)

    def follow(
        self,
        size: tuple[int, int],
        moved: Callable[[float, float], tuple[float, float]],
    ) -> None:
        """Go on with a map of another size; all of it is shown if all of it was.

        Parameters
        ----------
        size : (width, height)
            Of the map, in its pixels.
        moved : callable
            A place (x, y) on the map before -> the same on the map now.
        """
        view = self.view
        whole = MapView.fit(*size, view.columns, view.rows, view.pixel_aspect)
        if not view.at_fit:
            x, y = moved(view.x, view.y)
            finer = abs(moved(view.x + 1, view.y)[0] - x)
            whole = replace(whole, scale=view.scale / finer, x=x, y=y).zoomed(1.0)
        self.view = whole
        if self.cursor is not None:
            self._put(*moved(self.cursor[0] + 0.5, self.cursor[1] + 0.5))

    def zoom(self, factor: float, column: float | None = None, row: float | None = None) -> None:
        """Zoom at a place on the display, else at the crosshair, else at the middle."""
        if column is not None and row is not None:
            x, y = self.view.place_at(column, row)
        elif self.cursor is not None:
            x, y = self.cursor[0] + 0.5, self.cursor[1] + 0.5
        else:
            x, y = self.view.x, self.view.y
        self.view = self.view.zoomed(factor, x, y)

    def pan(self, columns: float, rows: float) -> None:
        """Move over the map by display pixels."""
        self.view = self.view.panned(columns, rows)

    def fit(self) -> None:
        """Show all of the map."""
        view = self.view
        self.view = MapView.fit(*self.size, view.columns, view.rows, view.pixel_aspect)

    def take_over(self, older: MapCamera) -> None:
        """Show the part that an older camera showed, or all if its map had another size."""
        view = older.view
        self.resize(view.columns, view.rows, view.pixel_aspect)
        if older.size == self.size:
            self.view = view
        if older.cursor is not None:
            self._put(*older.cursor)

    # Crosshair

    def point_at(self, column: float, row: float) -> bool:
        """Put the crosshair on a place of the display; return whether that is on the map."""
        rows, columns = self.view.shape
        if not (0 <= column < columns and 0 <= row < rows):
            return False
        self._put(*self.view.place_at(column, row))
        return True

    def move(self, across: int, down: int) -> None:
        """Move the crosshair by display pixels, by one map pixel at least; the view follows."""
        if self.cursor is None:
            self._put(self.view.x, self.view.y)
            return
        x, y = self.cursor
        step_x = max(1, round(1 / self.view.scale))
        step_y = max(1, round(self.view.pixel_aspect / self.view.scale))
        x, y = self._put(x + across * step_x, y + down * step_y)
        self.view = self.view.showing(x, y)

    def _put(self, x: float, y: float) -> tuple[int, int]:
        """Put the crosshair on the map pixel nearest to a place."""
        width, height = self.size
        self.cursor = (
            min(max(math.floor(x), 0), width - 1),
            min(max(math.floor(y), 0), height - 1),
        )
        return self.cursor

    @property
    def cursor_pixel(self) -> tuple[int, int] | None:
        """(column, row) of the display pixel under the crosshair; None if it is out of view."""
        if self.cursor is None:
            return None
        column, row = self.view.pixel_of(self.cursor[0] + 0.5, self.cursor[1] + 0.5)
        rows, columns = self.view.shape
        return (column, row) if 0 <= column < columns and 0 <= row < rows else None
