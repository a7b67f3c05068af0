"""A plane drawn in characters: lines are made when first painted, and cached."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from typing_extensions import override

from vizterm.cells.text import DIM
from vizterm.widgets.plane import Plane


class CellPlane(Plane):
    """Caches its lines until they change."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strips: dict[int, Strip] = {}

    def line(self, y: int) -> list[Segment]:
        """Return the content of a line of the widget."""
        raise NotImplementedError

    def repaint_regions(self, regions: Iterable[Region]) -> None:
        """Drop the cached lines of some regions, and repaint these regions."""
        changed = list(regions)
        for region in changed:
            self._strips.pop(region.y, None)
        if changed:
            self.refresh(*changed)

    @override
    def say(self, message: str) -> None:
        self._strips.clear()
        super().say(message)

    @override
    def on_resize(self) -> None:
        self._strips.clear()

    @override
    def render_line(self, y: int) -> Strip:
        width = self.size.width
        strip = self._strips.get(y)
        if strip is None or strip.cell_length != width:
            middle = y == self.size.height // 2
            if self._message:
                segments = [Segment(self._message.center(width) if middle else "", DIM)]
            else:
                segments = self.line(y)
            strip = self._strips[y] = Strip(segments).adjust_cell_length(width)
        return strip
