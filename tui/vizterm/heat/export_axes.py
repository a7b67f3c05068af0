"""The axes of an exported heatmap: ticks, their labels, and the names of the coordinates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from vizterm.heat.drawing import named_axes
from vizterm_core.maps.axes import Axis, MapAxes

if TYPE_CHECKING:
    from PIL import Image, ImageFont

INK = (220, 220, 220)
"""Colour of texts and ticks."""
_TICKS = 10
"""Ticks of an axis, at most."""
_LETTER = 0.62
"""Width of a letter, about, of the text's height."""
_ANCHORS = {
    "mt": 'text-anchor="middle" dominant-baseline="hanging"',
    "rm": 'text-anchor="end" dominant-baseline="middle"',
    "mm": 'text-anchor="middle" dominant-baseline="middle"',
}
"""Pillow's anchors of texts, in SVG."""

Place = tuple[float, float]


class SheetAxes:
    """Ticks and names at the left of a map and below it.

    Parameters
    ----------
    axes : MapAxes
    text : int
        Height of the letters, in pixels.
    """

    def __init__(self, axes: MapAxes, text: int) -> None:
        self._text = text
        self._width, self._height = axes.size
        self._across = _ticks(axes.across, self._width // (8 * text))
        self._down = _ticks(axes.down, self._height // (3 * text))
        # Coordinates that are the pixels of a map need no names.
        self._names = ("", "") if axes.plain else named_axes(axes)
        longest = max((len(label) for _, label in self._down), default=0)
        line = round(1.7 * text)
        self.beside = round(_LETTER * text * longest) + text // 2 + (line if self._names[1] else 0)
        """Pixels on the left of the map."""
        self.below = 2 * line if self._names[0] else line
        """Pixels below the map."""

    def _labels(self, corner: Place) -> list[tuple[float, float, str, str]]:
        """Return (x, y, text, anchor) of each label."""
        left, top = corner
        gap = self._text // 2
        bottom = top + self._height + gap
        return [
            *((left + at, bottom, label, "mt") for at, label in self._across),
            *((left - gap, top + at, label, "rm") for at, label in self._down),
        ]

    def _lines(self, corner: Place) -> list[tuple[float, float, float, float]]:
        """Return (x, y, x, y) of the ends of each tick."""
        left, top = corner
        bottom, short = top + self._height, self._text // 4
        below = [(left + at, bottom, left + at, bottom + short) for at, _ in self._across]
        return [*below, *((left - short, top + at, left - 1, top + at) for at, _ in self._down)]

    def _name_places(self, corner: Place) -> tuple[Place, Place]:
        """Return (x, y) of the middles of both names."""
        left, top = corner
        low = top + self._height + self.below - 0.6 * self._text
        beside = left - self.beside + self._text / 2
        return (left + self._width / 2, low), (beside, top + self._height / 2)

    def draw(
        self,
        sheet: Image.Image,
        font: ImageFont.ImageFont | ImageFont.FreeTypeFont,
        corner: Place,
        for_font: Callable[[str], str],
    ) -> None:
        """Draw them on a sheet, beside a map whose top left corner is named.

        Parameters
        ----------
        for_font : callable
            Puts a text in characters that the font has.
        """
        from PIL import Image, ImageDraw

        draw = ImageDraw.Draw(sheet)
        for line in self._lines(corner):
            draw.line(line, INK)
        for x, y, label, anchor in self._labels(corner):
            draw.text((x, y), for_font(label), INK, font, anchor=anchor)
        if not self._names[0]:
            return
        across, down = self._name_places(corner)
        draw.text(across, for_font(self._names[0]), INK, font, anchor="mm")
        name = for_font(self._names[1])
        box = (round(font.getlength(name)) + 2, 2 * self._text)
        mask = Image.new("L", box)
        ImageDraw.Draw(mask).text((box[0] / 2, self._text), name, 255, font, anchor="mm")
        mask = mask.rotate(90, expand=True)
        sheet.paste(INK, (round(down[0] - mask.width / 2), round(down[1] - mask.height / 2)), mask)

    def svg(self, corner: Place, style: str) -> list[str]:
        """Return them as elements of SVG."""
        parts = []
        for x0, y0, x1, y1 in self._lines(corner):
            ends = f'x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"'
            parts.append(f'<line {ends} stroke="rgb{INK}"/>')
        for x, y, label, anchor in self._labels(corner):
            where = f'x="{x:.1f}" y="{y:.1f}" {_ANCHORS[anchor]}'
            parts.append(f"<text {where} {style}>{escape(label)}</text>")
        if self._names[0]:
            for (x, y), name, turn in zip(
                self._name_places(corner), self._names, (0, -90), strict=True
            ):
                turned = f'transform="translate({x:.1f} {y:.1f}) rotate({turn})"'
                parts.append(f"<text {turned} {_ANCHORS['mm']} {style}>{escape(name)}</text>")
        return parts


def _ticks(axis: Axis, most: int) -> list[tuple[float, str]]:
    """Return place, in pixels of the map, and label of each tick."""
    return axis.ticks(0, axis.count, max(2, min(most, _TICKS)))
