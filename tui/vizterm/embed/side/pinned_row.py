"""Several pinned points side by side: a thumbnail each, with its number and its label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from typing_extensions import override

from vizterm.cells.text import cut_name, fit_name
from vizterm.cells.theme import Theme
from vizterm.embed.point_facts import PointFacts
from vizterm.widgets.picture import PictureView
from vizterm.widgets.text_block import TextBlock
from vizterm_core.pictures.image import Picture

COLUMNS, ROWS = 8, 4
"""Cells of a thumbnail."""
SIDE = 160
"""Pixels of a thumbnail's side."""
_GAP = 1
_LONGEST = 14
"""Cells of a label where there are no pictures."""
_CHIP_LINES, _CHIP_GAP = 3, 2
"""Lines that have room for all, three in each, and cells between two."""
_MOST = 7
"""Thumbnails at once: as many as are kept when they have been read."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A pinned point in the row, and where it can be clicked."""

    place: int
    """In the order of pinning, from 0."""
    column: int
    line: int
    """Of the texts."""
    text: str


class PinnedRow(Vertical):
    """The pinned points, as many as there is room for; hidden unless there are several."""

    @dataclass
    class Chosen(Message):
        """A pinned point was clicked."""

        place: int

    def __init__(self, theme: Theme, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._theme = theme
        self._views = Horizontal(classes="views")
        self._pictures: list[PictureView] = []
        self._texts = TextBlock(classes="facts", base=theme.panel)
        self._chips: list[Chip] = []
        self._pictured = False

    @override
    def compose(self) -> ComposeResult:
        yield self._views
        yield self._texts

    @staticmethod
    def rows(*, pictured: bool) -> int:
        """Return the rows that it takes, with an empty one below."""
        return ROWS + 3 if pictured else _CHIP_LINES + 2

    @staticmethod
    def window(count: int, at: int | None, width: int) -> range:
        """Return the places of the thumbnails that fit into a width.

        Parameters
        ----------
        count : int
            Pinned points.
        at : int, optional
            The one under the cursor, which is among them; the last ones are without.
        width : int
            Cells.
        """
        room = min(_MOST, count, max(1, (width + _GAP) // (COLUMNS + _GAP)))
        first = count - room
        return range(first, count) if at is None or at >= first else range(at, at + room)

    def show(
        self,
        pins: Sequence[PointFacts],
        at: int | None,
        places: range,
        pictures: Sequence[Picture | None] | None,
        width: int,
        *,
        labelled: bool,
    ) -> None:
        """Show pinned points.

        Parameters
        ----------
        pins : sequence of PointFacts
            All of them, in the order of pinning.
        at : int, optional
            The place of the one under the cursor.
        places : range
            Those that are shown as pictures.
        pictures : sequence of Picture, optional
            Theirs; None where points have none.
        width : int
            Cells.
        """
        self._pictured = pictures is not None
        self._views.display = self._pictured
        texts = [self._text(pin, place, labelled) for place, pin in enumerate(pins)]
        if pictures is None:
            chips = _wrapped(texts, _LONGEST, width)
            if len(chips) < len(pins):
                chips = _wrapped(texts, (width - 2 * _CHIP_GAP) // 3, width)
        else:
            chips = [
                Chip(place, number * (COLUMNS + _GAP), 0, fit_name(texts[place], COLUMNS))
                for number, place in enumerate(places)
            ]
        self._chips = chips
        if pictures is not None:
            self._show_pictures(pictures)
        lines: list[list[Segment]] = [[] for _ in range(1 if self._pictured else _CHIP_LINES)]
        ends = [0] * len(lines)
        for chip in chips:
            own = pins[chip.place].style if labelled else self._theme.text
            style = self._theme.strong if chip.place == at else own
            lines[chip.line] += [
                Segment(" " * (chip.column - ends[chip.line])),
                Segment(chip.text, style),
            ]
            ends[chip.line] = chip.column + cell_len(chip.text)
        told = f"{len(pins)} pinned" + (f", {len(chips)} here" if len(chips) < len(pins) else "")
        used = max((chip.line for chip in chips), default=0) + 1
        # What the keys do stands right below the last of them.
        hints = [Segment(told, self._theme.dim), Segment("  ' next  \" none", self._theme.dim)]
        self._texts.show([*lines[:used], hints])

    @staticmethod
    def _text(pin: PointFacts, place: int, labelled: bool) -> str:
        return f"{place + 1} {pin.label if labelled else pin.name or f'#{pin.row:,}'}"

    def _show_pictures(self, pictures: Sequence[Picture | None]) -> None:
        more = [
            PictureView(colours=self._theme.colours, theme=self._theme)
            for _ in range(len(self._pictures), len(pictures))
        ]
        if more:
            self._pictures += more
            self._views.mount(*more)
        for number, view in enumerate(self._pictures):
            view.display = number < len(pictures)
            view.show(pictures[number] if number < len(pictures) else None)

    def fit(self, aspect: float, *, smooth: bool) -> None:
        """Draw thumbnails for cells of an aspect, enlarged smoothly or by whole pixels."""
        for view in self._pictures:
            view.cell_aspect = aspect
            view.enlarge(smooth=smooth)

    def on_click(self, event: events.Click) -> None:
        """Go to the point that was clicked."""
        column = event.screen_x - self._texts.region.x
        line = event.screen_y - self._texts.region.y
        for chip in self._chips:
            wide = COLUMNS if self._pictured else cell_len(chip.text)
            hit = line <= 0 if self._pictured else line == chip.line
            if hit and chip.column <= column < chip.column + wide:
                self.post_message(self.Chosen(chip.place))


def _wrapped(texts: Sequence[str], longest: int, width: int) -> list[Chip]:
    """Return chips, each at most `longest` cells, in lines as far as there is room."""
    chips: list[Chip] = []
    column = line = 0
    for place, whole in enumerate(texts):
        text = cut_name(whole, longest)
        wide = cell_len(text)
        if column and column + wide > width:
            column, line = 0, line + 1
        if line == _CHIP_LINES:
            break
        chips.append(Chip(place, column, line, text))
        column += wide + _CHIP_GAP
    return chips
