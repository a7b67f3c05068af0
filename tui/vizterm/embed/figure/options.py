"""What a figure is to look like."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vizterm_core.errors import UsageError

FORMATS = (".png", ".svg")
THEMES = ("light", "dark")
LEAST_SIDE, MOST_SIDE = 20.0, 2000.0
"""Millimetres of a side."""
LEAST_DPI, MOST_DPI = 30, 1200
MOST_PIXELS = 50_000_000
"""Pixels of a figure, for each of which some dozens of bytes are worked on."""
_INCH = 25.4


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """The size and the look of a figure."""

    path: Path | None = None
    """The file to write at once; None where one may be written from the app."""
    size: tuple[float, float] = (160.0, 110.0)
    """Width and height in millimetres."""
    dpi: int = 300
    theme: str = THEMES[0]
    axes: bool = False
    legend: bool = True
    """Whether there is a legend, or a colour bar."""

    def __post_init__(self) -> None:
        if not all(LEAST_SIDE <= side <= MOST_SIDE for side in self.size):
            said = " x ".join(f"{side:g}" for side in self.size)
            raise UsageError(
                f"a figure of {said} mm: sides are {LEAST_SIDE:g} to {MOST_SIDE:,g} mm",
                "choose another --figure-size",
            )
        if not LEAST_DPI <= self.dpi <= MOST_DPI:
            raise UsageError(
                f"a figure of {self.dpi:,} dpi", f"choose --dpi {LEAST_DPI} to {MOST_DPI}"
            )
        width, height = self.pixels
        if width * height > MOST_PIXELS:
            raise UsageError(
                f"a figure of {width:,} x {height:,} pixels is too large",
                "choose a lower --dpi, or a smaller --figure-size",
            )

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, height = (max(1, round(side / _INCH * self.dpi)) for side in self.size)
        return width, height
