"""What part of a map a display shows: fit, zoom about a place, pan.

A map is an array of square pixels, x its columns and y its rows, row 0 on top.  A display has
pixels of its own, perhaps not square ones: the halves of terminal cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from vizterm_core.pictures.image import nearly_square

CLOSEST = 32.0
"""Display pixels that a map pixel may be enlarged to."""
_SMALLEST = 1e-9


@dataclass(frozen=True, slots=True)
class MapView:
    """A part of a map, as large as a display holds.

    The map's proportions are kept: `scale` holds along both axes, in squares of the display's
    pixel width.
    """

    width: int
    """Of the map, in its pixels."""
    height: int
    columns: int
    """Of the display, in its pixels."""
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
        """All of a map, as large as it goes into columns x rows display pixels."""
        aspect = 1.0 if nearly_square(pixel_aspect) else pixel_aspect
        scale = min(columns / width, rows * aspect / height)
        return cls(width, height, columns, rows, aspect, scale, width / 2, height / 2)

    @property
    def fit_scale(self) -> float:
        """The scale at which all of the map is shown."""
        return min(self.columns / self.width, self.rows * self.pixel_aspect / self.height)

    @property
    def zoom(self) -> float:
        """1 where all of the map is shown."""
        return self.scale / self.fit_scale

    @property
    def at_fit(self) -> bool:
        """Whether all of the map is shown, as large as it can be."""
        return abs(self.zoom - 1) < _SMALLEST

    @property
    def _across(self) -> float:
        """Display pixels that the whole map would take, not rounded."""
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
        # What rounding takes from a display that holds all of the map is not cut off.
        if round(self._down) > self.rows:
            top, bottom = _stretch(self.y, self.rows * self.pixel_aspect / self.scale, self.height)
        if round(self._across) > self.columns:
            left, right = _stretch(self.x, self.columns / self.scale, self.width)
        return top, bottom, left, right

    def place_at(self, column: float, row: float) -> tuple[float, float]:
        """(x, y) on the map of a place on the display, both fractional."""
        rows, columns = self.shape
        top, bottom, left, right = self.extent
        return left + column * (right - left) / columns, top + row * (bottom - top) / rows

    def pixel_of(self, x: float, y: float) -> tuple[int, int]:
        """(column, row) of the display pixel that shows a place; may be outside of the display."""
        rows, columns = self.shape
        top, bottom, left, right = self.extent
        column = (x - left) * columns / (right - left)
        row = (y - top) * rows / (bottom - top)
        return int(column // 1), int(row // 1)

    def zoomed(self, factor: float, x: float | None = None, y: float | None = None) -> MapView:
        """Enlarge by a factor; the place (x, y) stays where it is, the middle by default.

        Never smaller than all of the map, nor closer than `CLOSEST`.
        """
        closest = max(CLOSEST, self.fit_scale)
        scale = min(max(self.scale * factor, self.fit_scale), closest)
        x, y = self.x if x is None else x, self.y if y is None else y
        ratio = self.scale / scale
        return replace(
            self, scale=scale, x=x + (self.x - x) * ratio, y=y + (self.y - y) * ratio
        ).inside()

    def panned(self, columns: float, rows: float) -> MapView:
        """Move over the map by display pixels, to its edges at most."""
        return replace(
            self,
            x=self.x + columns / self.scale,
            y=self.y + rows * self.pixel_aspect / self.scale,
        ).inside()

    def showing(self, x: float, y: float) -> MapView:
        """Pan just so far that a place of the map is on the display."""
        top, bottom, left, right = self.extent
        across = min(x - left, 0) + max(x + 1 - right, 0)
        down = min(y - top, 0) + max(y + 1 - bottom, 0)
        return replace(self, x=self.x + across, y=self.y + down).inside()

    def resized(
        self, columns: int, rows: int, pixel_aspect: float, width: int = 0, height: int = 0
    ) -> MapView:
        """The same part on a display of another size, perhaps of a map that has grown."""
        whole = MapView.fit(width or self.width, height or self.height, columns, rows, pixel_aspect)
        if self.at_fit:
            return whole
        return replace(whole, scale=whole.scale * self.zoom, x=self.x, y=self.y).inside()

    def inside(self) -> MapView:
        """The same with its middle where the view shows nothing beyond the map."""
        top, bottom, left, right = self.extent
        return replace(self, x=(left + right) / 2, y=(top + bottom) / 2)


def _stretch(middle: float, length: float, whole: int) -> tuple[float, float]:
    """A stretch of that length about a place, moved inside [0, whole]."""
    length = min(length, float(whole))
    start = min(max(middle - length / 2, 0.0), whole - length)
    return start, start + length
