"""The neighbours of a point side by side: a picture each, its distance and its label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from typing_extensions import override

from vizterm.cells.text import fit_name
from vizterm.cells.theme import Theme
from vizterm.widgets.picture import PictureView
from vizterm.widgets.text_block import Line, TextBlock
from vizterm_core.pictures.image import Picture

COLUMNS, GAP = 12, 2
"""Cells of a picture, and between two."""
SIDE = 160
"""Pixels of a picture's side."""
_ROWS, _FEW_ROWS = 6, 4
_TALL = 34
"""Rows of the screen from which on pictures are larger."""
_MARK, _NO_MARK = "▸ ", "  "


@dataclass(frozen=True, slots=True)
class Shown:
    """A neighbour as it is shown."""

    distance: str
    label: str
    """Empty where points have none."""
    style: Style
    name: str


class NeighbourStrip(Vertical):
    """What is looked at, and its neighbours, as many as there is room for; hidden until opened."""

    @dataclass
    class Chosen(Message):
        """A neighbour was clicked."""

        place: int

    def __init__(self, theme: Theme, *, pictures: Callable[[], bool]) -> None:
        super().__init__(id="neighbours")
        self._theme, self._has_pictures = theme, pictures
        self._title = TextBlock(classes="title", base=theme.panel)
        self._views = Horizontal(classes="views")
        self._pictures: list[PictureView] = []
        self._captions = TextBlock(classes="captions", base=theme.panel)
        self._shown: Sequence[Shown] = ()
        self._place = -1
        self.first = 0
        """The place of the first neighbour that there is room for."""

    @override
    def compose(self) -> ComposeResult:
        yield self._title
        yield self._views
        yield self._captions

    @property
    def room(self) -> int:
        """How many neighbours there is room for."""
        return max(1, (self.app.size.width - 1) // (COLUMNS + GAP))

    def fit_to_screen(self) -> None:
        """Fit the strip to the screen."""
        with_pictures = self._has_pictures()
        rows = _ROWS if self.app.size.height >= _TALL else _FEW_ROWS
        self._views.display = with_pictures
        self._views.styles.height = rows
        self._captions.styles.height = 2 if with_pictures else 3

    def say(self, title: Line) -> None:
        """Say what is shown."""
        self._title.show([title])

    def show(self, shown: Sequence[Shown], place: int) -> None:
        """Show neighbours, the one at `place` marked; without one, -1."""
        self._shown, self._place = shown, place
        room = self.room
        if place >= 0:
            self.first = min(max(self.first, place - room + 1), place)
        self.first = max(0, min(self.first, len(shown) - room))
        self._captions.show(self._lines())

    def show_pictures(self, pictures: Sequence[Picture | None], aspect: float) -> None:
        """Show the pictures of the neighbours that there is room for."""
        more = [
            PictureView(colours=self._theme.colours, theme=self._theme)
            for _ in range(len(self._pictures), len(pictures))
        ]
        if more:
            self._pictures += more
            self._views.mount(*more)
        for number, view in enumerate(self._pictures):
            view.cell_aspect = aspect
            view.display = number < len(pictures)
            view.show(pictures[number] if number < len(pictures) else None)

    def _lines(self) -> list[list[Segment]]:
        theme = self._theme
        lines: list[list[Segment]] = [[Segment(" ")], [Segment(" ")], [Segment(" ")]]
        labelled = any(each.label for each in self._shown)
        for number, each in enumerate(self._visible, self.first):
            here = number == self._place
            distance = (_MARK if here else _NO_MARK) + each.distance
            texts = [(distance, theme.accent if here else theme.text)]
            if labelled:
                texts.append((_NO_MARK + each.label, each.style))
            if not self._views.display or not labelled:
                texts.append((_NO_MARK + each.name, theme.strong if here else theme.dim))
            for line, (text, style) in zip(lines, texts, strict=False):
                told = fit_name(text, COLUMNS)
                gap = " " * (COLUMNS + GAP - cell_len(told))
                line += [Segment(told, style), Segment(gap)]
        return lines

    @property
    def _visible(self) -> Sequence[Shown]:
        return self._shown[self.first : self.first + self.room]

    def on_click(self, event: events.Click) -> None:
        """Go to the neighbour that was clicked."""
        offset = event.screen_x - self.region.x - 1
        place = self.first + offset // (COLUMNS + GAP)
        if offset >= 0 and place < len(self._shown):
            self.post_message(self.Chosen(place))
