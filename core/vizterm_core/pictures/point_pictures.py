"""What the screens see of the pictures of points, whatever they are made of."""

from __future__ import annotations

from typing import Protocol

from vizterm_core.pictures.image import Picture
from vizterm_core.pictures.originals import Original
from vizterm_core.pictures.value_range import Levels


class PointPictures(Protocol):
    """Pictures of points, by row of the data, read one at a time when they are looked at."""

    @property
    def count(self) -> int:
        """Rows."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The usual shape of a picture, to lay out a screen; single ones may differ."""

    @property
    def ready(self) -> bool:
        """Whether pictures can be read; otherwise call `unpack`, in a worker."""

    @property
    def at_once(self) -> bool:
        """Whether reading one takes no time worth mentioning: nothing is decoded or opened."""

    def unpack(self) -> None:
        """Make ready; may take long.

        Raises
        ------
        DataError
            If they can't be unpacked, or the file was rewritten in place.
        """

    def picture(
        self, row: int, levels: Levels = Levels.FOUND, side: int | None = None
    ) -> Picture | None:
        """Return the picture of a row as uint8 (H, W, 3); None while not ready.

        Parameters
        ----------
        row : int
        levels : Levels
            Which values are drawn black and white.
        side : int, optional
            Pixels of a side that are enough: a larger picture may be read at a reduced size.

        Raises
        ------
        DataError
            If the row has none, or it can't be read: the message says why, in a few words.
        """

    def original(self, row: int) -> Original | None:
        """Return the picture of a row as it is stored; None where that is pixels.

        Raises
        ------
        DataError
            If the row has none, or it can't be read.
        """

    def said(self, levels: Levels = Levels.FOUND) -> str:
        """Say what is drawn, for the panel: "range 0 – 16 · bands 4, 3, 2 of 13"."""
