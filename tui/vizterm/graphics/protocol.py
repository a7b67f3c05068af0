"""The interface of a picture protocol: all that the rest of the app knows about one.

Each protocol is a class in a file of its own, listed in `vizterm.graphics.protocols`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from vizterm.terminal.cell_size import CellSize
from vizterm.terminal.facts import Terminal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from textual.geometry import Region

    from vizterm.graphics.indexed import Indexed
    from vizterm_core.pictures.image import Picture

    Canvas = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The surroundings in which pictures are drawn."""

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
    remedy: str = ""
    """What would make it usable, for the person to do; empty if nothing is known to."""


@dataclass(frozen=True, slots=True)
class Placement:
    """An encoded picture and the cells that it is to cover."""

    place: int
    """Number of the place on screen."""
    key: bytes
    """Identifies the picture."""
    data: str
    """The picture as the protocol has encoded it."""
    region: Region
    """The cells to cover."""
    box: Region
    """The cells of the widget; the picture covers some of them."""
    scaled: bool = False
    """Whether the terminal enlarges the picture to its cells."""
    level: int = 0
    """Its place among pictures over the same cells; those above the lowest don't last."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that is on screen."""

    key: bytes
    region: Region
    """The cells that it covers."""
    image_id: int = 0
    """The number under which the terminal keeps it; 0 where it keeps none."""
    lasting: bool = True
    """Whether the terminal keeps it for another time."""


class PictureProtocol(Protocol):
    """A way to draw pictures in pixels.

    An instance keeps track of what the terminal has been sent, so each app has its own.
    """

    name: ClassVar[str]
    option: ClassVar[str]
    """The choice of --graphics that selects it; two protocols may share one."""
    title: ClassVar[str]
    """Its name in reports."""
    in_cells: ClassVar[bool]
    """Whether pictures become part of the cells they cover: text written there removes them, and
    nothing else does."""
    as_text: ClassVar[bool]
    """Whether pictures are shown by placeholder text, which the widget draws."""
    needs_cell_size: ClassVar[bool]
    """Whether the size of a cell in pixels must be known; otherwise its shape is enough."""
    through_tmux: ClassVar[bool]
    """Whether its pictures reach the terminal around tmux."""
    ramp_step: ClassVar[int]
    """How many neighbours among the colours of a map are drawn as one: each takes bytes."""

    @classmethod
    def verdict(cls, where: Surroundings) -> Verdict | None:
        """Return whether it works there; None if nothing hints at it."""

    @classmethod
    def missing(cls) -> str:
        """Return why it can't be used even on request; empty if it can."""

    @classmethod
    def answered(cls, terminal: Terminal) -> bool | None:
        """Return whether the terminal has answered that it speaks it; None if it can't be asked."""

    def encode(self, pixels: Picture, cell: CellSize, *, detailed: bool) -> str:
        """Encode a picture for `put`; called in the encoder's thread.

        Parameters
        ----------
        pixels : (H, W, 3) uint8
            Drawn pixel by pixel.
        cell : (width, height)
            Of a cell in pixels, perhaps with fractions.
        detailed : bool
            Whether the picture is worth many bytes.
        """

    def encode_canvas(
        self, pixels: Canvas | Indexed, cells: tuple[int, int], cell: CellSize
    ) -> tuple[str, bool]:
        """Encode a picture that fills its cells, for `put`; called in the encoder's thread.

        Parameters
        ----------
        pixels : (H, W, 4) uint8, or Indexed
            With levels of opacity; perhaps with fewer pixels than the cells have.
        cells : (columns, rows)
        cell : (width, height)

        Returns
        -------
        data : str
        scaled : bool
            Whether the terminal has to enlarge it.
        """

    def put(self, placement: Placement, before: Drawn | None) -> tuple[Drawn, str]:
        """Draw a picture in a place, and remove what was drawn there before."""

    def remove(self, place: int, drawn: Drawn) -> str:
        """Remove a picture from the screen."""

    def forget_all(self) -> str:
        """Remove all pictures from the screen and from the terminal's memory."""

    def print(self, pixels: Picture, cell: CellSize) -> str:
        """Print a picture into the scrollback; the cursor ends at the start of the line below."""
