"""A plot in pixels: its picture in one piece or in tiles, and small marks over it."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Region
from textual.widget import Widget

from vizterm.graphics.canvas import CanvasPart, Laid, Painting, whole_cell
from vizterm.graphics.layer import PictureLayer

_TILE_COLUMNS, _TILE_ROWS = 16, 6
"""Cells of a tile: text that is written over one has this much drawn again."""
PLOT_LEVEL, MARK_LEVEL = 1, 2


class PlotCanvas:
    """The pixels over a plot.

    Parameters
    ----------
    layer : PictureLayer
    plot : Widget
    text_over : callable
        Returns the sequences that write the plot's texts in a region of the screen.
    may_be_above : callable
        Whether a widget may lie above the plot: the paintings have holes there.
    """

    def __init__(
        self,
        layer: PictureLayer,
        plot: Widget,
        text_over: Callable[[Region], str],
        may_be_above: Callable[[Widget], bool],
    ) -> None:
        self._layer, self._plot = layer, plot
        self._text_over, self._may_be_above = text_over, may_be_above
        self._tiles: dict[tuple[int, int], CanvasPart] = {}
        self._mark_parts: list[CanvasPart] = []
        self._marks: list[Laid | None] = []
        self._painting: Painting | None = None
        self._place = 0, 0

    @property
    def keeps(self) -> bool:
        """Whether pictures lie above the text, so that they are quickly exchanged."""
        protocol = self._layer.protocol
        return not protocol.in_cells and not protocol.as_text

    @property
    def cell(self) -> tuple[int, int]:
        """(width, height) of a cell in whole pixels, in which paintings are drawn."""
        return whole_cell(self._layer.cell)

    @property
    def shown(self) -> bool:
        """Whether a painting is on screen, or on its way."""
        return self._painting is not None

    @property
    def marks(self) -> int:
        """How many marks there have been at once."""
        return len(self._marks)

    def _part(self, level: int) -> CanvasPart:
        return CanvasPart(self._plot, self._text_over, self._may_be_above, level)

    def show(self, painting: Painting | None, place: tuple[int, int] = (0, 0)) -> None:
        """Show a painting from a cell of the plot on; None for text alone."""
        self._painting, self._place = painting, place
        if painting is None:
            self._marks = [None] * len(self._marks)
            for number in range(len(self._marks)):
                self._show_mark(number)
        parts = self._parts(painting)
        for corner in parts.keys() | self._tiles.keys():
            self._show_tile(corner, parts.get(corner))

    def _show_tile(self, corner: tuple[int, int], part: Region | None) -> None:
        tile = self._tiles.get(corner)
        if tile is None:
            tile = self._tiles[corner] = self._part(PLOT_LEVEL)
            self._layer.add(tile)
        laid = () if self.keeps else tuple(mark for mark in self._marks if mark is not None)
        tile.show(self._painting if part else None, part or Region(), self._place, laid)
        self._layer.show(tile)

    def _parts(self, painting: Painting | None) -> dict[tuple[int, int], Region]:
        """Return the parts that a painting is drawn in, by their place in a grid."""
        if painting is None:
            return {}
        whole = Region(0, 0, painting.columns, painting.rows)
        if self.keeps:
            return {(0, 0): whole}
        return {
            (x, y): Region(x, y, _TILE_COLUMNS, _TILE_ROWS).intersection(whole)
            for x in range(0, painting.columns, _TILE_COLUMNS)
            for y in range(0, painting.rows, _TILE_ROWS)
        }

    def mark(self, number: int, mark: Laid | None) -> None:
        """Draw a mark over the painting, or none.

        Parameters
        ----------
        number : int
            From 0 on; marks of higher numbers lie above.
        mark : Laid, optional
        """
        for each in range(len(self._marks), number + 1):
            self._mark_parts.append(self._part(MARK_LEVEL + each))
            self._marks.append(None)
        before, self._marks[number] = self._marks[number], mark
        if self.keeps:
            self._show_mark(number)
            return
        if _same(before, mark):
            return
        for corner, part in self._parts(self._painting).items():
            if any(each is not None and each.region.overlaps(part) for each in (before, mark)):
                self._show_tile(corner, part)

    def _show_mark(self, number: int) -> None:
        """Draw a mark above the painting, where the terminal keeps pictures."""
        part, mark, painting = self._mark_parts[number], self._marks[number], self._painting
        self._layer.add(part)
        if mark is None or painting is None or not self.keeps:
            part.show(None, Region(), self._place)
        else:
            plot = Region(0, 0, painting.columns, painting.rows)
            left, top = mark.place
            inside = mark.region.intersection(plot).translate((-left, -top))
            corner = self._place[0] + left, self._place[1] + top
            part.show(mark.painting if inside else None, inside, corner)
        self._layer.show(part)


def _same(one: Laid | None, other: Laid | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.place == other.place and one.painting.key == other.painting.key
