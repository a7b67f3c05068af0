"""The interface of a picture protocol: all that the rest of the app knows of one.

A protocol is a class in a file of its own in `vizterm.graphics.protocols`, which has the table of
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from vizterm.terminal.facts import Terminal

if TYPE_CHECKING:
    from textual.geometry import Region

    from vizterm_core.pictures.image import Picture


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where pictures are to be drawn."""

    terminal: Terminal
    environ: Mapping[str, str]

    @property
    def in_tmux(self) -> bool:
        """Whether tmux stands between the app and the terminal."""
        return bool(self.environ.get("TMUX"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a protocol works somewhere, and why."""

    usable: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Placement:
    """An encoded picture and the cells that it is to cover."""

    place: int
    """Number of the place on screen."""
    key: bytes
    """Tells pictures apart."""
    data: str
    """The picture, as encoded by the protocol."""
    region: Region
    box: Region
    """The cells of the widget, of which the picture covers some."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that is on screen."""

    key: bytes
    region: Region
    """The cells that it covers."""
    image_id: int = 0
    """The number under which the terminal keeps it; 0 where it keeps none."""


class PictureProtocol(Protocol):
    """A way to draw pictures in pixels.

    An object keeps track of what the terminal has been sent, so each app has one of its own.
    """

    name: ClassVar[str]
    option: ClassVar[str]
    """The choice of --graphics that means it; two protocols may share one."""
    title: ClassVar[str]
    """Its name for people."""
    in_cells: ClassVar[bool]
    """Whether pictures are part of the cells that they cover: text written there removes them, and
    nothing else does."""
    as_text: ClassVar[bool]
    """Whether the widget shows text that stands for the picture, which moves and goes like text."""
    needs_cell_size: ClassVar[bool]
    """Whether the size of a cell in pixels has to be known; its shape is enough otherwise."""
    through_tmux: ClassVar[bool]
    """Whether it reaches the terminal around tmux."""

    @classmethod
    def verdict(cls, where: Surroundings) -> Verdict | None:
        """Whether it works there; None if there is no sign of it."""

    @classmethod
    def missing(cls) -> str:
        """The reason why it can't be used even when asked for; empty if it can."""

    @classmethod
    def answered(cls, terminal: Terminal) -> bool | None:
        """Whether the terminal has said that it speaks it; None where it can't be asked."""

    def encode(self, pixels: Picture, cell_pixels: tuple[int, int], *, detailed: bool) -> str:
        """The picture's bytes for `put`; called in the encoder's thread.

        Parameters
        ----------
        pixels : (H, W, 3) uint8
            Drawn pixel by pixel.
        cell_pixels : (width, height)
        detailed : bool
            Whether the picture is worth many bytes.
        """

    def put(self, placement: Placement, before: Drawn | None) -> tuple[Drawn, str]:
        """Draw a picture in a place, instead of what was drawn there before."""

    def remove(self, place: int, drawn: Drawn) -> str:
        """Take a picture off the screen."""

    def forget_all(self) -> str:
        """Take all pictures off the screen and out of the terminal's memory."""

    def print(self, pixels: Picture, cell_pixels: tuple[int, int]) -> str:
        """Print a picture into the scrollback; the cursor ends at the start of the line below."""
