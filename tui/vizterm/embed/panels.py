"""Places of the picture and the facts: in a side panel, or on a card beside the point."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from textual.geometry import Offset, Size
from textual.screen import Screen

from vizterm.embed.entry_reader import Entry, EntryReader
from vizterm.embed.map_look import MapLook
from vizterm.embed.model import EmbedModel
from vizterm.embed.plot import ScatterPlot
from vizterm.embed.point_facts import (
    LEAST_PICTURE,
    PointFacts,
    picture_columns,
    picture_rows,
    picture_shape,
)
from vizterm.embed.point_panel import PointPanel
from vizterm.terminal.facts import Terminal
from vizterm_core.load import Embedding
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN

NARROW = 100
"""Columns below which there is no side panel."""
_CARD_ROWS = 8
"""Rows of the plot below which even a card would hide too much."""
_CARD_COLUMNS = 36
_CARD_FACTS = 24
_LOOKED_AT = 2000
"""Labels whose lengths the panel's width is chosen by."""
_LEGEND_ROWS = 6
"""Rows that the legend keeps when a pinned point is shown too."""


class PanelLayout:
    """Sizes the panel and the card, and fills whichever is in use.

    Parameters
    ----------
    screen : Screen
        Has `#side`, and `PointPanel`s named `#panel`, `#pinned` and `#card`.
    plot : ScatterPlot
        The card floats over it.
    terminal : Terminal
    arrived : callable
        Called in another thread when a picture has come late.
    embedding : Embedding
    """

    def __init__(
        self,
        screen: Screen[None],
        plot: ScatterPlot,
        terminal: Terminal,
        arrived: Callable[[], None],
        embedding: Embedding,
    ) -> None:
        self._screen = screen
        self._plot = plot
        self._terminal = terminal
        self._arrived = arrived
        self._columns = 0
        self._rows = 0
        self._facts = 0
        self.hidden = False
        """Whether there is no room for the facts of a point."""
        self._embedding = embedding
        self._entries = EntryReader(embedding, arrived)
        self.map_look = MapLook.of(embedding)

    @property
    def narrow(self) -> bool:
        """Whether the card is used."""
        return self._screen.size.width < NARROW

    def use(self, embedding: Embedding) -> None:
        """Show another embedding's pictures from now on, the way these were shown."""
        self._entries.close()
        self._embedding = embedding
        self._entries = EntryReader(embedding, self._arrived)
        older, self.map_look = self.map_look, MapLook.of(embedding)
        self.map_look.take_over(older, embedding)
        self.arrange(self._screen.size)

    def arrange(self, size: Size) -> None:
        """Fit panel and card to the screen."""
        shape = picture_shape(self._embedding)
        labels = self._embedding.labels
        facts = 3 + (len(labels.names) > 1) + (self._embedding.names is not None)
        columns = picture_columns(shape)
        side = max(columns, LEAST_PICTURE, self._wanted_by_labels(size.width)) + 3
        if self.narrow:
            columns = min(columns, max(8, size.width // 4))
        rows = 0 if shape is None else picture_rows(shape, columns, self._terminal.cell_aspect)
        most = max(3, size.height // 3 if self.narrow else size.height // 2)
        if rows > most:
            columns, rows = max(1, columns * most // rows), most
        self._columns, self._rows = columns, rows
        self._facts = facts
        self._screen.query_one("#side").styles.width = "100%" if self.narrow else side
        card = self._panel("card")
        card_columns = max(columns, _CARD_FACTS)
        card.styles.width = card_columns + 2
        for each in (self._panel("panel"), self._panel("pinned"), card):
            # On the card the picture's place is as wide as the facts: it stands in the middle.
            wide = card_columns if each is card else columns
            each.set_size(wide, rows, with_picture=shape is not None, facts=facts)
            each.picture.cell_aspect = self._terminal.cell_aspect
        if not self.narrow:
            card.display = False

    def show(
        self, model: EmbedModel, facts: PointFacts | None, pinned_facts: PointFacts | None
    ) -> None:
        """Show the point under the model's cursor, and the pinned one where there is room."""
        self.hidden = False
        if self.narrow:
            card = self._panel("card")
            place = self._card_place(model)
            card.display = facts is not None and place is not None
            self.hidden = not card.display
            if place is not None and card.display:
                card.styles.offset = (place.x, place.y)
                self._fill(card, model, facts)
            return
        self._fill(self._panel("panel"), model, facts)
        pinned = self._panel("pinned")
        elsewhere = pinned_facts is not None and model.pinned != model.cursor
        room = self._screen.size.height - 2 - 2 * (self._rows + self._facts + 2)
        pinned.display = elsewhere and room >= _LEGEND_ROWS
        if pinned.display:
            self._fill(pinned, model, pinned_facts)

    def _wanted_by_labels(self, screen_width: int) -> int:
        """Columns that the longest label takes in the legend; at most a quarter of the screen."""
        labels = self._embedding.labels
        if labels.continuous:
            return 0
        longest = max((cell_len(name) for name in labels.names[:_LOOKED_AT]), default=0)
        digits = len(f"{int(labels.counts.max(initial=0)):,}")
        return min(longest + digits + 5, screen_width // 4)

    def _fill(self, panel: PointPanel, model: EmbedModel, facts: PointFacts | None) -> None:
        entry = Entry()
        if facts is not None:
            entry = self._entries.entry(facts.row)
        picture = self.map_look.picture(entry)
        labelled = len(model.embedding.labels.names) > 1
        panel.show(picture, entry.message, facts, labelled=labelled)

    def _panel(self, name: str) -> PointPanel:
        return self._screen.query_one(f"#{name}", PointPanel)

    def _card_place(self, model: EmbedModel) -> Offset | None:
        """Return a place beside the point, on the side with more room; None without room."""
        plot = self._plot.region
        height = self._rows + self._facts + 2
        width = max(self._columns, _CARD_FACTS) + 2
        if (
            model.cursor is None
            or plot.height < max(_CARD_ROWS, height)
            or plot.width < _CARD_COLUMNS
        ):
            return None
        column, row = model.dot_of(model.cursor)
        x, y = plot.x + column // DOTS_ACROSS, plot.y + row // DOTS_DOWN
        left = x - width - 2 if x - plot.x > plot.width // 2 else x + 3
        top = min(max(plot.y, y - height // 2), plot.bottom - height)
        return Offset(min(max(plot.x, left), plot.right - width), top)
