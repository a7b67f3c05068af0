"""What part of a map is shown, and where the crosshair is on it."""

from __future__ import annotations

import math

from vizterm_core.maps.view import MapView


class MapModel:
    """View and crosshair of something that has pixels."""

    def __init__(self) -> None:
        self.view = MapView.fit(*self.size, 1, 1)
        self.cursor: tuple[int, int] | None = None
        """(x, y) of the map's pixel under the crosshair."""

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the map, in its pixels."""
        raise NotImplementedError

    def view_changed(self) -> None:
        """Called when another part is shown, or as large as it was not before."""

    # ------------------------------------------------------------------ view
    def resize(self, columns: int, rows: int, pixel_aspect: float) -> None:
        """Draw on another number of display pixels; follows a map that has grown, too."""
        self._use(self.view.resized(columns, rows, pixel_aspect, *self.size))

    def zoom(self, factor: float, column: float | None = None, row: float | None = None) -> None:
        """Zoom at a place on the display, at the crosshair, or at the middle."""
        if column is not None and row is not None:
            x, y = self.view.place_at(column, row)
        elif self.cursor is not None:
            x, y = self.cursor[0] + 0.5, self.cursor[1] + 0.5
        else:
            x, y = self.view.x, self.view.y
        self._use(self.view.zoomed(factor, x, y))

    def pan(self, columns: float, rows: float) -> None:
        """Move over the map by display pixels."""
        self._use(self.view.panned(columns, rows))

    def fit(self) -> None:
        """Show all of the map."""
        view = self.view
        self._use(MapView.fit(*self.size, view.columns, view.rows, view.pixel_aspect))

    def take_view(self, older: MapModel) -> None:
        """Show what another map showed: the same part if it has the same size, else all of it."""
        view = older.view
        self.resize(view.columns, view.rows, view.pixel_aspect)
        if older.size == self.size:
            self._use(view)
        if older.cursor is not None:
            self._put(*older.cursor)

    def _use(self, view: MapView) -> None:
        if view != self.view:
            self.view = view
            self.view_changed()

    # ------------------------------------------------------------------ crosshair
    def point_at(self, column: float, row: float) -> bool:
        """Put the crosshair on a place of the display; whether that is on the map."""
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
        self._put(x + across * step_x, y + down * step_y)
        assert self.cursor is not None
        self._use(self.view.showing(*self.cursor))

    def _put(self, x: float, y: float) -> None:
        width, height = self.size
        self.cursor = (
            min(max(math.floor(x), 0), width - 1),
            min(max(math.floor(y), 0), height - 1),
        )

    @property
    def cursor_pixel(self) -> tuple[int, int] | None:
        """(column, row) of the display pixel with the crosshair; None if it is not in view."""
        if self.cursor is None:
            return None
        column, row = self.view.pixel_of(self.cursor[0] + 0.5, self.cursor[1] + 0.5)
        rows, columns = self.view.shape
        return (column, row) if 0 <= column < columns and 0 <= row < rows else None
