"""The part of a map that a display shows: fit, zoom about a place, pan.

A map is an array of square pixels, x its columns and y its rows, row 0 on top.  A display has
pixels of its own, perhaps not square ones: the halves of terminal cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from vizterm_core.pictures.image import nearly_square

CLOSEST = 32.0
"""The most display pixels across a map pixel."""
_SMALLEST = 1e-9


@dataclass(frozen=True, slots=True)
class MapView:
    """A part of a map, as large as it fits a display.

    The map's proportions are kept: `scale` applies to both axes, in units of the display's pixel
    width.
    """

    width: int
    """Width of the map in pixels."""
    height: int
    columns: int
    """Width of the display in pixels."""
    rows: int
    pixel_aspect: float
    """Height of a display pixel over its width."""
    scale: float
    """Display pixels across a map pixel."""
    x: float
    """The place in the middle of the view, in map pixels; pixel k covers [k, k + 1)."""
    y: float

    @classmethod
    def fit(
        cls, width: int, height: int, columns: int, rows: int, pixel_aspect: float = 1.0
    ) -> MapView:
        """Return a view of a whole map, as large as it fits columns x rows display pixels."""
        aspect = 1.0 if nearly_square(pixel_aspect) else pixel_aspect
        scale = min(columns / width, rows * aspect / height)
        return cls(width, height, columns, rows, aspect, scale, width / 2, height / 2)

    @property
    def fit_scale(self) -> float:
        """The scale at which the whole map is shown."""
        return min(self.columns / self.width, self.rows * self.pixel_aspect / self.height)

    @property
    def zoom(self) -> float:
        """The magnification: 1 where the whole map is shown."""
        return self.scale / self.fit_scale

    @property
    def at_fit(self) -> bool:
        """Whether the whole map is shown, as large as possible."""
        return abs(self.zoom - 1) < _SMALLEST

    @property
    def _across(self) -> float:
        """Display pixels across the whole map, not rounded."""
        return self.width * self.scale

    @property
    def _down(self) -> float:
        return self.height * self.scale / self.pixel_aspect

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) display pixels that are used."""
        return (
            max(1, min(self.rows, round(self._down))),
            max(1, min(self.columns, round(self._across))),
        )

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """(top, bottom, left, right) of what is shown, in map pixels; always inside the map."""
        top, bottom, left, right = 0.0, float(self.height), 0.0, float(self.width)
        # A display of the whole map may be rounded smaller; nothing is cut off then.
        if round(self._down) > self.rows:
            top, bottom = _stretch(self.y, self.rows * self.pixel_aspect / self.scale, self.height)
        if round(self._across) > self.columns:
            left, right = _stretch(self.x, self.columns / self.scale, self.width)
        return top, bottom, left, right

    def place_at(self, column: float, row: float) -> tuple[float, float]:
        """Return the fractional (x, y) on the map of a fractional place on the display."""
        rows, columns = self.shape
        top, bottom, left, right = self.extent
        return left + column * (right - left) / columns, top + row * (bottom - top) / rows

    def pixel_of(self, x: float, y: float) -> tuple[int, int]:
        """Return the (column, row) of the display pixel of a place; may be outside the display."""
        rows, columns = self.shape
        top, bottom, left, right = self.extent
        column = (x - left) * columns / (right - left)
        row = (y - top) * rows / (bottom - top)
        return int(column // 1), int(row // 1)

    def zoomed(self, factor: float, x: float | None = None, y: float | None = None) -> MapView:
        """Return a view enlarged by a factor; the place (x, y), or the middle, doesn't move.

        It never shows more than the whole map, nor is it closer than `CLOSEST`.
        """
        closest = max(CLOSEST, self.fit_scale)
        scale = min(max(self.scale * factor, self.fit_scale), closest)
        x, y = self.x if x is None else x, self.y if y is None else y
        ratio = self.scale / scale
        return replace(
            self, scale=scale, x=x + (self.x - x) * ratio, y=y + (self.y - y) * ratio
        ).inside()

    def panned(self, columns: float, rows: float) -> MapView:
        """Return a view moved by display pixels, at most to the map's edges."""
        return replace(
            self,
            x=self.x + columns / self.scale,
            y=self.y + rows * self.pixel_aspect / self.scale,
        ).inside()

    def showing(self, x: float, y: float) -> MapView:
        """Return a view panned just far enough to show a place of the map."""
        top, bottom, left, right = self.extent
        across = min(x - left, 0) + max(x + 1 - right, 0)
        down = min(y - top, 0) + max(y + 1 - bottom, 0)
        return replace(self, x=self.x + across, y=self.y + down).inside()

    def resized(
        self, columns: int, rows: int, pixel_aspect: float, width: int = 0, height: int = 0
    ) -> MapView:
        """Return the same part on a display of another size, perhaps of a map that has grown."""
        whole = MapView.fit(width or self.width, height or self.height, columns, rows, pixel_aspect)
        if self.at_fit:
            return whole
        return replace(whole, scale=whole.scale * self.zoom, x=self.x, y=self.y).inside()

    def inside(self) -> MapView:
        """Return the view moved so that it shows nothing beyond the map."""
        top, bottom, left, right = self.extent
        return replace(self, x=(left + right) / 2, y=(top + bottom) / 2)


def _stretch(middle: float, length: float, whole: int) -> tuple[float, float]:
    """Return an interval of a length around a place, moved inside [0, whole]."""
    length = min(length, float(whole))
    start = min(max(middle - length / 2, 0.0), whole - length)
    return start, start + length
