"""A page and what lies on it, from the bottom to the top; lengths in pixels of its resolution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

Rgb = tuple[int, int, int]
Anchor = Literal["start", "middle", "end"]

POINTS_AN_INCH = 72
MILLIMETRES_AN_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text, harmless as it is."""

    x: float
    y: float
    """Of the line that letters stand on."""
    text: str
    size: float
    colour: Rgb
    anchor: Anchor = "start"
    """Which part of the line is at x."""
    halo: Rgb | None = None
    """The colour of an outline that keeps it readable on anything."""
    turned: bool = False
    """Whether it is read upwards: x is then where its letters stand, y where it is anchored."""

    def moved(self, x: float, y: float) -> Text:
        """Return it elsewhere."""
        return replace(self, x=self.x + x, y=self.y + y)


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; thin ones are lines."""

    x: float
    y: float
    width: float
    height: float
    colour: Rgb

    def moved(self, x: float, y: float) -> Box:
        """Return it elsewhere."""
        return replace(self, x=self.x + x, y=self.y + y)


@dataclass(frozen=True, slots=True)
class Disc:
    """A filled disc."""

    x: float
    y: float
    radius: float
    colour: Rgb

    def moved(self, x: float, y: float) -> Disc:
        """Return it elsewhere."""
        return replace(self, x=self.x + x, y=self.y + y)


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle, on an outline that keeps it visible on anything."""

    x: float
    y: float
    radius: float
    """To the middle of the line."""
    line: float
    """Width of the line."""
    colour: Rgb
    halo: Rgb

    def moved(self, x: float, y: float) -> Ring:
        """Return it elsewhere."""
        return replace(self, x=self.x + x, y=self.y + y)


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture, a pixel of it a pixel of the page."""

    x: int
    y: int
    pixels: npt.NDArray[np.uint8]
    """(H, W, 3)."""


@dataclass(frozen=True, slots=True)
class DiscGroup:
    """Discs of one colour that belong together."""

    name: str
    """Harmless as it is."""
    colour: Rgb
    x: npt.NDArray[np.floating]
    """(n,)."""
    y: npt.NDArray[np.floating]
    """(n,)."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The discs of a plot: vectors where the file has them, the same as pixels elsewhere."""

    groups: Sequence[DiscGroup]
    radius: float
    edge: Rgb
    """The colour of the thin line around each, which tells neighbours apart."""
    box: tuple[int, int, int, int]
    """(x, y, width, height) of the plot, beyond which nothing is drawn."""
    pixels: Pixels


Item = Text | Box | Disc | Ring | Pixels | Marks
Movable = Text | Box | Disc | Ring


@dataclass(frozen=True, slots=True)
class Page:
    """A figure before it is written to a file."""

    width: int
    height: int
    dpi: float
    """Pixels of an inch."""
    paper: Rgb
    items: Sequence[Item]
    title: str = ""
    """For programs that read it; harmless as it is."""
