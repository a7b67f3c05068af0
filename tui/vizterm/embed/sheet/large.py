"""The picture under a contact sheet's cursor, as large as the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.style import Style

from vizterm.cells.theme import Theme
from vizterm.embed.large.parts import PartsReader
from vizterm.embed.large.picture import LargePicture, LargePoint
from vizterm.embed.point_facts import PointFacts
from vizterm.embed.scatter.entry_reader import EntryReader
from vizterm.embed.scatter.map_look import MapLook
from vizterm.embed.sheet.sets import Sets


class SheetLarge:
    """Shows one picture over the sheet.

    Parameters
    ----------
    sets : Sets
        Of the points.
    look : callable
        Returns what is shown of a point: its image, its map or both.
    styles : sequence of Style
        Of the labels.
    theme : Theme
    smooth : bool
        Whether pictures are enlarged smoothly, instead of by whole pixels.
    arrived : callable
        Called in another thread when a picture has come late.
    """

    def __init__(
        self,
        sets: Sets,
        look: Callable[[], MapLook],
        styles: Sequence[Style],
        theme: Theme,
        *,
        smooth: bool,
        arrived: Callable[[], None],
    ) -> None:
        self._sets, self._styles, self._smooth = sets, styles, smooth
        self._look = look
        self._entries = EntryReader(sets.embedding, arrived)
        self._parts = PartsReader(sets.embedding, self._entries, look)
        self.widget = LargePicture(theme, id="large")
        self.shown = False
        """Whether it is on screen."""

    def toggle(self) -> None:
        """Show it, or the sheet."""
        self.shown = not self.shown
        self.widget.display = self.shown

    def show(self, point: int, cell_aspect: float) -> None:
        """Show a point, if it is on screen.

        Parameters
        ----------
        cell_aspect : float
            Height of a cell over its width.
        """
        if not self.shown:
            return
        embedding, extent = self._sets.embedding, self._sets.index.extent
        span = max(extent.width, extent.height)
        facts = PointFacts.of(embedding, point, self._styles, span=span)
        self.widget.use(cell_aspect, smooth=self._smooth)
        images = embedding.images
        shown = LargePoint(
            self._parts.of(facts.row),
            facts,
            said="" if images is None else images.said(self._look().levels),
            labelled=len(embedding.labels.names) > 1,
            pictured=images is not None or embedding.maps is not None,
        )
        self.widget.show(shown)

    def close(self) -> None:
        """Read no more."""
        self._entries.close()
