"""The picture under a contact sheet's cursor, as large as the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.style import Style

from vizterm.cells.theme import Theme
from vizterm.embed.entry_reader import ON_SCREEN, EntryReader
from vizterm.embed.map_look import MapLook
from vizterm.embed.point_facts import PointFacts
from vizterm.embed.point_panel import LargePicture
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
        self._sets, self._look, self._styles = sets, look, styles
        self._smooth = smooth
        self._entries = EntryReader(sets.embedding, arrived)
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
        embedding, extent, look = self._sets.embedding, self._sets.index.extent, self._look()
        span = max(extent.width, extent.height)
        facts = PointFacts.of(embedding, point, self._styles, span=span)
        entry = self._entries.entry(facts.row, look.levels, ON_SCREEN)
        self.widget.picture.cell_aspect = cell_aspect
        self.widget.picture.enlarge(smooth=self._smooth)
        labelled = len(embedding.labels.names) > 1
        self.widget.show(look.picture(entry), entry.message, facts, labelled=labelled)

    def close(self) -> None:
        """Read no more."""
        self._entries.close()
