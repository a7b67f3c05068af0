"""Colours and lengths of a figure."""

from __future__ import annotations

from dataclasses import dataclass

from vizterm.embed.figure.options import FigureOptions
from vizterm.figures.fonts import Typeface
from vizterm.figures.page import POINTS_AN_INCH, Rgb

_TEXT = 8.0
"""Points of the text of a figure whose shorter side is `_USUAL` millimetres."""
_USUAL = 110.0
_TEXTS = 6.5, 30.0
_COLOURS = {
    "light": ((255, 255, 255), (24, 24, 27), (95, 95, 102), (205, 205, 210)),
    "dark": ((18, 18, 20), (232, 232, 236), (160, 160, 168), (64, 64, 70)),
}


@dataclass(frozen=True, slots=True)
class FigureStyle:
    """What all parts of a figure share; lengths in pixels."""

    paper: Rgb
    ink: Rgb
    soft: Rgb
    """For what matters less."""
    line: Rgb
    text: float
    """Size of the text."""
    millimetre: float
    typeface: Typeface

    @classmethod
    def of(cls, options: FigureOptions) -> FigureStyle:
        """Return the style of a figure: a larger one has larger text, but not as much larger."""
        paper, ink, soft, line = _COLOURS[options.theme]
        least, most = _TEXTS
        points = min(max(_TEXT * (min(options.size) / _USUAL) ** 0.7, least), most)
        size = points * options.dpi / POINTS_AN_INCH
        return cls(paper, ink, soft, line, size, options.dpi / 25.4, Typeface())

    @property
    def row(self) -> float:
        """From one line of text to the next."""
        return 1.5 * self.text

    @property
    def hair(self) -> float:
        """Width of a thin line."""
        return max(1.0, round(0.12 * self.millimetre))

    def width(self, text: str, size: float | None = None) -> float:
        """Return the width of a text."""
        return self.typeface.width(text, size or self.text)
