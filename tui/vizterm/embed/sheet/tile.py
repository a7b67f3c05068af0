"""A point on a contact sheet: what is shown of it, and its pixels on the terminal."""

from __future__ import annotations

from dataclasses import dataclass

from rich.style import Style
from textual.geometry import Region
from textual.widget import Widget

from vizterm.graphics.encode import Box, Encoded, Job
from vizterm.graphics.protocol import PictureProtocol
from vizterm.terminal.cell_size import CellSize
from vizterm_core.pictures.image import Picture


@dataclass(frozen=True, slots=True)
class Card:
    """What stands in place of a picture that there isn't."""

    name: str
    """From the data; or a number."""
    facts: tuple[str, ...] = ()
    """A line each, below the name."""


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """What is shown of a point."""

    caption: str
    """A name from the data."""
    style: Style
    """Of its label."""
    picture: Picture | None
    """(H, W, 3) uint8, fitted; None until it has come."""
    card: Card | None = None
    """Shown where there is no picture."""
    current: bool = False
    sign: str = ""
    """Says that it is selected, or what would become of it; a single cell, or empty."""

    def same_inside(self, other: Tile) -> bool:
        """Whether the same stands in place of a picture."""
        return (self.card, self.style) == (other.card, other.style)

    def same_around(self, other: Tile) -> bool:
        """Whether the frame and the text below are the same."""
        return (self.caption, self.style, self.current, self.sign) == (
            other.caption,
            other.style,
            other.current,
            other.sign,
        )


@dataclass(frozen=True, slots=True)
class TileJob:
    """A picture to be encoded, for any place in a widget: it is the same in each."""

    job: Job
    left: int
    """Column of its box in the widget."""
    top: int

    @property
    def key(self) -> bytes:
        """Identifies the picture, the size of its box, and its limits."""
        return self.job.key

    @property
    def columns(self) -> int:
        """Width of its box."""
        return self.job.columns

    @property
    def rows(self) -> int:
        """Height of its box."""
        return self.job.rows

    @property
    def box(self) -> Box:
        """Its box in the widget, and the size of a cell."""
        return self.left, self.top, self.job.columns, self.job.rows, self.job.cell

    @property
    def most_bytes(self) -> int | None:
        """The limit of its size."""
        return self.job.most_bytes

    @property
    def level(self) -> int:
        """Its place among pictures over the same cells: the lowest."""
        return 0

    def encode(self, protocol: PictureProtocol) -> Encoded:
        """Encode the picture; called in the encoder's thread."""
        return self.job.encode(protocol)


class TilePart:
    """A part of a widget with a picture in pixels, drawn by the picture layer.

    Parameters
    ----------
    surface : Widget
    """

    def __init__(self, surface: Widget) -> None:
        self._surface = surface
        self._picture: Picture | None = None
        self._box = Region()
        self._job: TileJob | None = None

    @property
    def surface(self) -> Widget:
        """The widget whose cells are drawn over."""
        return self._surface

    def show(self, picture: Picture | None, box: Region) -> bool:
        """Show a picture in some cells of the widget, or none; whether that is something new."""
        if picture is self._picture and box == self._box:
            return False
        self._picture, self._box, self._job = picture, box, None
        return True

    def job(self, cell: CellSize, most_bytes: int | None = None) -> TileJob | None:
        """Return what to draw; None if nothing."""
        picture, box = self._picture, self._box
        if picture is None or not box:
            return None
        job = self._job
        limited = job is not None and (job.most_bytes is not None or most_bytes is None)
        if job is None or not limited or job.job.cell != cell:
            made = Job.make(picture, box.width, box.height, cell, most_bytes=most_bytes)
            job = self._job = TileJob(made, box.x, box.y)
        return job

    def stand_in(self, region: Region, image_id: int) -> None:
        """Show nothing: where text stands for pictures, the sheet is drawn in half blocks."""

    def text_over(self, region: Region) -> str:
        """Return nothing: no text lies over a picture."""
        del region
        return ""

    def may_be_above(self, other: Widget) -> bool:
        """Whether another widget may cover a part: none may."""
        del other
        return False
