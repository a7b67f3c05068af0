"""Places of the picture and the facts: a side panel, a card beside the point, or the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual.geometry import Offset, Size
from textual.screen import Screen

from vizterm.cells.text import name_width
from vizterm.cells.theme import Theme
from vizterm.cells.wrap import wrapped
from vizterm.embed.large.parts import Parts, PartsReader
from vizterm.embed.large.picture import LargePicture, LargePoint
from vizterm.embed.model import EmbedModel
from vizterm.embed.picture_size import is_small, picture_box, picture_shape
from vizterm.embed.point_facts import PointFacts
from vizterm.embed.scatter.entry_reader import IN_PANEL, Entry, EntryReader
from vizterm.embed.scatter.map_look import MapLook
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.side.pinned_row import SIDE as PIN_SIDE
from vizterm.embed.side.pinned_row import PinnedRow
from vizterm.embed.side.point_panel import Lines, PinnedPoint, PointPanel, hint
from vizterm.terminal.facts import Terminal
from vizterm_core.load import Embedding
from vizterm_core.pictures.image import Picture
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN

NARROW = 100
"""Columns below which there is no side panel."""
_CARD_ROWS = 8
"""Rows of the plot below which even a card would hide too much."""
_CARD_COLUMNS = 36
_CARD_FACTS = 24
_LOOKED_AT = 2000
"""Labels whose lengths the panel's width is chosen by."""
_FRAME = 4
"""Columns that the panel's frame and margins take."""
_RULES = 3
"""Rows that its frame and the divider take."""
_LEAST_SIDE = 32
_LEAST_LEGEND = 3
"""Rows that the legend keeps, however much there is to say of a point."""
_LEAST_PICTURE = 4
_LEAST_COLUMNS = 8
"""Lines of other columns that come before a long legend, where a quarter of the room allows it."""
_TIGHT = 16
"""Rows inside the frame below which names get fewer lines."""
_PINNED_COLUMNS, _PINNED_ROWS = 8, 4


class PanelLayout:
    """Sizes the panel and the card, and fills whichever is in use.

    Parameters
    ----------
    screen : Screen
        Has `#side`, with a `PointPanel` `#panel`, a `PinnedPoint`, a `PinnedRow`
        and `Rule`s, a `PointPanel` `#card` and a `LargePicture`.
    plot : ScatterPlot
        The card floats over it.
    terminal : Terminal
    theme : Theme
    arrived : callable
        Called in another thread when a picture has come late.
    embedding : Embedding
    """

    def __init__(
        self,
        screen: Screen[None],
        plot: ScatterPlot,
        terminal: Terminal,
        theme: Theme,
        arrived: Callable[[], None],
        embedding: Embedding,
    ) -> None:
        self._screen = screen
        self._plot = plot
        self._terminal = terminal
        self._theme = theme
        self._arrived = arrived
        self._rows = 0
        """Of the picture."""
        self._facts = 0
        """Lines of facts that there is always room for."""
        self._most_facts = 0
        self._column_lines = 0
        """Lines of other columns that there is room for."""
        self._inner = 0
        """Columns inside the frame."""
        self._card_size = 0, 0
        self._pins = 0
        """Pinned points."""
        self.without_card = False
        """Whether something else than the card shows points, for now."""
        self.hidden = False
        """Whether there is no room for the facts of a point."""
        self.covered = False
        """Whether the point is shown as large as the screen, and panel and card lie below."""
        self._take(embedding)
        self.map_look = MapLook.of(embedding)
        self._entries = EntryReader(embedding, arrived)
        self._pin_entries = EntryReader(embedding, arrived)
        self.large_parts = self._new_parts()
        """What is shown of a point as large as the screen."""

    def _new_parts(self) -> PartsReader:
        return PartsReader(self._embedding, self._entries, lambda: self.map_look)

    def _take(self, embedding: Embedding) -> None:
        self._embedding = embedding
        self._shape = picture_shape(embedding)
        self.smooth = self._shape is not None and not is_small(self._shape)
        """Whether pictures are enlarged smoothly, instead of by whole pixels."""
        self._labelled = len(embedding.labels.names) > 1

    @property
    def narrow(self) -> bool:
        """Whether the card is used."""
        return self._screen.size.width < NARROW

    def use(self, embedding: Embedding) -> None:
        """Show another embedding's pictures from now on, the way these were shown."""
        self._entries.close()
        self._pin_entries.close()
        shape, smooth = self._shape, self.smooth
        self._take(embedding)
        if self._shape == shape:
            self.smooth = smooth
        self._entries = EntryReader(embedding, self._arrived)
        self._pin_entries = EntryReader(embedding, self._arrived)
        older, self.map_look = self.map_look, MapLook.of(embedding)
        self.map_look.take_over(older, embedding)
        self.large_parts = self._new_parts()
        self.arrange(self._screen.size)

    def relabel(self, embedding: Embedding) -> None:
        """Show the same points with other labels from now on."""
        before, self._embedding = self._embedding, embedding
        if embedding.labels.names is not before.labels.names:
            # Counts alone don't move anything.
            self._labelled = len(embedding.labels.names) > 1
            self.arrange(self._screen.size)

    def toggle_smooth(self) -> None:
        """Enlarge pictures smoothly, or by whole pixels."""
        self.smooth = not self.smooth
        self.arrange(self._screen.size)

    @property
    def has_pictures(self) -> bool:
        """Whether points have pictures or maps."""
        return self._shape is not None

    @property
    def with_maps(self) -> bool:
        """Whether points have maps."""
        return self._embedding.maps is not None

    @property
    def maps_shown(self) -> bool:
        """Whether maps are seen now."""
        return self.large_parts.maps_shown if self.covered else self.map_look.shown

    def next_kind(self) -> None:
        """Go on to image, heatmap, or overlay; as large as the screen, to all of them."""
        if self.covered:
            self.large_parts.next_kind()
        else:
            self.map_look.next_kind()

    # as large as the screen

    def large_point(self, facts: PointFacts) -> LargePoint:
        """Return what is shown of a point as large as the screen."""
        parts = self.large_parts.of(facts.row) if self.has_pictures else Parts()
        return LargePoint(
            parts, facts, self.said, labelled=self._labelled, pictured=self.has_pictures
        )

    def read_ahead(self, rows: Sequence[int]) -> list[int]:
        """Read the pictures of rows that are likely to be next; return those that are there."""
        return self.large_parts.ahead(rows) if self.has_pictures else []

    # sizes

    def arrange(self, size: Size) -> None:
        """Fit panel and card to the screen."""
        side = self._side_columns(size.width)
        self._screen.query_one("#side").styles.width = "100%" if self.narrow else side
        self._inner = max(1, side - _FRAME)
        named = self._embedding.names is not None
        self._facts = 4 + self._labelled + 2 * named + bool(self.said)
        self._arrange_panel(size)
        self._arrange_card(size)
        for view in (
            *(self._panel(name).picture for name in ("panel", "card")),
            self._screen.query_one(PinnedPoint).picture,
        ):
            view.cell_aspect = self._terminal.cell_aspect
            view.enlarge(smooth=self.smooth)
        self._screen.query_one(PinnedRow).fit(self._terminal.cell_aspect, smooth=self.smooth)
        large = self._screen.query_one(LargePicture)
        large.use(self._terminal.cell_aspect, smooth=self.smooth)

    def _side_columns(self, width: int) -> int:
        """Return a third of the screen; without pictures what the legend needs, if that is less."""
        third = width // 3
        if self._shape is not None:
            return max(_LEAST_SIDE, third)
        return max(_LEAST_SIDE, min(third, self._wanted_by_labels() + _FRAME))

    def _wanted_by_labels(self) -> int:
        """Columns that the longest label takes in the legend, with its bar and count."""
        labels = self._embedding.labels
        if labels.continuous:
            return 0
        longest = max((name_width(name) for name in labels.names[:_LOOKED_AT]), default=0)
        return longest + len(f"{int(labels.counts.max(initial=0)):,}") + 16

    def _arrange_panel(self, size: Size) -> None:
        room = size.height - 2 - _RULES
        if room < _TIGHT:
            self._facts = min(self._facts, 4 + self._labelled, max(1, room - _LEAST_LEGEND))
        legend = self._legend_rows(room)
        pinned = 0
        if self._pins:
            several = PinnedRow.rows(pictured=self.has_pictures)
            pinned = _PINNED_ROWS + 1 if self._pins == 1 else several
            if room < self._facts + pinned + 2 * _LEAST_LEGEND:
                pinned = 0
        columns = rows = 0
        most = room - self._facts - legend - pinned
        if self._shape is not None and most >= _LEAST_PICTURE:
            columns, rows = self._box(self._inner, most)
        self._rows = rows
        self._most_facts = max(self._facts, room - rows - pinned - _LEAST_LEGEND)
        spare = room - rows - pinned - self._facts - self._legend_rows(room)
        self._column_lines = max(min(_LEAST_COLUMNS, room // 4), spare)
        panel = self._panel("panel")
        panel.set_size(columns, rows, with_picture=rows > 0, facts=self._facts)
        thumbnail = self._screen.query_one(PinnedPoint)
        thumbnail.display = pinned > 0 and self._pins == 1 and not self.narrow
        row = self._screen.query_one(PinnedRow)
        row.display = pinned > 0 and self._pins > 1 and not self.narrow
        row.styles.height = pinned
        thumbnail.picture.display = self._shape is not None

    def _legend_rows(self, room: int) -> int:
        """Return the rows that the legend gets before the picture: a quarter, if it needs them."""
        labels = self._embedding.labels
        wanted = 12 if labels.continuous else len(labels.names)
        return min(wanted, max(_LEAST_LEGEND, room // 4 if self._shape is not None else room))

    def _box(self, columns: int, rows: int) -> tuple[int, int]:
        """Return the cells that a picture fills in some room."""
        assert self._shape is not None
        in_cells = getattr(self._screen.app, "pictures", None) is None
        aspect = self._terminal.cell_aspect
        return picture_box(self._shape, columns, rows, aspect, whole=in_cells and not self.smooth)

    def _arrange_card(self, size: Size) -> None:
        columns = rows = 0
        if self._shape is not None:
            columns, rows = self._box(max(8, size.width // 4), max(3, size.height // 3))
        width = max(columns, _CARD_FACTS)
        self._card_size = width, rows
        card = self._panel("card")
        card.styles.width = width + _FRAME
        # The picture's place is as wide as the facts: it stands in the middle.
        card.set_size(width, rows, with_picture=self._shape is not None, facts=self._facts - 2)
        if not self.narrow:
            card.display = False

    # points

    def show(self, model: EmbedModel, facts: PointFacts | None, pins: Sequence[PointFacts]) -> None:
        """Show the point under the model's cursor, and the pinned ones where there is room."""
        self.hidden = False
        if picture_shape(self._embedding) != self._shape:
            # Of pictures that were unpacked meanwhile.
            self._shape = picture_shape(self._embedding)
            self.arrange(self._screen.size)
        if len(pins) != self._pins:
            self._pins = len(pins)
            self.arrange(self._screen.size)
        if self.covered:
            return
        if self.narrow:
            self._show_card(model, facts)
            return
        self._fill(self._panel("panel"), facts, self._inner, self._most_facts)
        pinned = self._screen.query_one(PinnedPoint)
        if self._screen.query_one(PinnedRow).display:
            self._show_pins(model, pins)
        elif pinned.display and pins:
            beside = self._inner - (_PINNED_COLUMNS + 2 if self.has_pictures else 0)
            lines = self._lines(pins[0], beside, _PINNED_ROWS)
            pinned.show(*self._picture(pins[0]), lines[:_PINNED_ROWS])

    def _show_pins(self, model: EmbedModel, pins: Sequence[PointFacts]) -> None:
        at = model.pins.index(model.cursor) if model.cursor in model.pins else None
        places, pictures = range(0), None
        if self.has_pictures:
            places = PinnedRow.window(len(pins), at, self._inner)
            rows, levels = [pins[place].row for place in places], self.map_look.levels
            entries = self._pin_entries.ahead(rows, levels, PIN_SIDE)
            pictures = [
                None if entry is None else self.map_look.picture(entry) for entry in entries
            ]
        row = self._screen.query_one(PinnedRow)
        row.show(pins, at, places, pictures, self._inner, labelled=self._labelled)
        row.fit(self._terminal.cell_aspect, smooth=self.smooth)

    def _show_card(self, model: EmbedModel, facts: PointFacts | None) -> None:
        card = self._panel("card")
        room = self._plot.region.height - self._card_size[1] - 2
        lines = self._lines(facts, self._card_size[0], room) if facts is not None else []
        height = self._card_size[1] + len(lines) + 2
        place = self._card_place(model, height)
        covered = card.region
        card.display = facts is not None and place is not None and not self.without_card
        self.hidden = not card.display
        if place is not None and card.display:
            card.styles.offset = (place.x, place.y)
            self._fill(card, facts, self._card_size[0], len(lines), above=0)
        if covered:
            self._plot.call_after_refresh(self._plot.repaint_wide, covered)

    def _lines(self, facts: PointFacts, width: int, room: int) -> Lines:
        return facts.lines(width, self._theme, labelled=self._labelled, room=room)

    def _fill(
        self, panel: PointPanel, facts: PointFacts | None, width: int, most: int, above: int = 1
    ) -> None:
        if facts is None:
            panel.show(None, "", [[]] * above + hint(self._theme))
            return
        # The range of some pictures is known once one of them is.
        picture = self._picture(facts)
        told = wrapped(self.said, width) if above else []
        lines = [*([[]] * above), *self._lines(facts, width, most - above - len(told))]
        lines += [[Segment(line, self._theme.dim)] for line in told]
        if above:
            left = min(self._column_lines, most - len(lines) - 1)
            lines += facts.column_lines(width, left, self._theme)
            # What is said of most points has its room; more takes it from the legend.
            panel.set_facts(min(max(self._facts, len(lines) + 1), most))
        else:
            panel.set_facts(len(lines))
        panel.show(*picture, lines)

    @property
    def said(self) -> str:
        """What is to be said of the images: the range of their values, which bands."""
        images = self._embedding.images
        return "" if images is None else images.said(self.map_look.levels)

    def _picture(self, facts: PointFacts) -> tuple[Picture | None, str]:
        entry: Entry = self._entries.entry(facts.row, self.map_look.levels, IN_PANEL)
        return self.map_look.picture(entry), entry.message

    def _panel(self, name: str) -> PointPanel:
        return self._screen.query_one(f"#{name}", PointPanel)

    def _card_place(self, model: EmbedModel, height: int) -> Offset | None:
        """Return a place beside the point, on the side with more room; None without room."""
        plot = self._plot.region
        width = self._card_size[0] + _FRAME
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
