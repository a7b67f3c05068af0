"""A strip of small previews of the channels around the current one, to choose from.

The current one is framed: in the line above, in the columns between, and in the line of numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import is_

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from vizterm.cells.half_blocks import picture_lines, pixel_cells
from vizterm.cells.text import fit_text
from vizterm.cells.theme import Theme
from vizterm.overlay.model import OverlayModel
from vizterm.terminal.cell_size import CellSize
from vizterm.widgets.picture import PictureView
from vizterm.widgets.text_block import TextBlock
from vizterm_core.pictures.image import Picture

COLUMNS, ROWS = 10, 4
"""Cells of a preview; its number stands below."""
_GAP = 1
_PITCH = COLUMNS + _GAP
_LESS, _MORE = "◂", "▸"
"""Say that there are more channels before, and behind."""
_MOST_KEPT = 200
"""Previews kept in memory."""


class CellPreviews(Widget):
    """Previews in half blocks, with a column before each and one behind the last."""

    SHADES = 256

    def __init__(self, colours: str) -> None:
        super().__init__(classes="previews")
        self._colours = colours
        self._shown: tuple[Sequence[Picture], int | None] = (), None
        self._lines: list[list[Segment]] = []

    def fit(self, _: OverlayModel) -> tuple[int, int]:
        """Return the shape of a preview, (rows, columns) in pixels."""
        return 2 * ROWS, COLUMNS

    def show(self, previews: Sequence[Picture], framed: int | None, frame: Style) -> None:
        """Show previews side by side, one of them with lines beside it."""
        before, self._shown = self._shown, (previews, framed)
        same = len(previews) == len(before[0]) and all(map(is_, previews, before[0]))
        if same and framed == before[1]:
            return
        self._lines = [[] for _ in range(ROWS)]
        for number in range(len(previews) + 1):
            side = Segment("│", frame) if _beside(number, framed) else Segment(" ")
            parts = [[]] * ROWS if number == len(previews) else self._preview(previews[number])
            for line, part in zip(self._lines, parts, strict=True):
                line += [side, *part]
        self.refresh()

    def _preview(self, pixels: Picture) -> list[list[Segment]]:
        return picture_lines(pixel_cells(pixels), self._colours)

    @override
    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else []
        return Strip(line).adjust_cell_length(self.size.width)


class PixelPreviews(Horizontal):
    """Previews in the terminal's own pixels, with a column before each and one behind the last.

    Parameters
    ----------
    cell : (width, height)
        Of a cell in pixels.
    """

    SHADES = 16
    """Few: a third of the bytes, and in so small a picture nobody sees it."""

    def __init__(self, cell: CellSize) -> None:
        super().__init__(classes="previews")
        self._cell = cell
        self._rows = ROWS
        self._pictures: list[PictureView] = []
        self._sides: list[TextBlock] = [TextBlock(classes="side")]

    @override
    def compose(self) -> ComposeResult:
        yield self._sides[0]

    def fit(self, model: OverlayModel) -> tuple[int, int]:
        """Set the height for the image's proportions; return a preview's shape in pixels."""
        width, height = self._cell
        across, down = model.camera.size
        self._rows = min(max(1, round(COLUMNS * width * down / across / height)), ROWS)
        self.styles.height = self._rows
        scale = min(COLUMNS * width / across, self._rows * height / down)
        return max(1, round(down * scale)), max(1, round(across * scale))

    def show(self, previews: Sequence[Picture], framed: int | None, frame: Style) -> None:
        """Show previews side by side, one of them with lines beside it."""
        count = len(previews)
        more = [PictureView() for _ in range(len(self._pictures), count)]
        sides = [TextBlock(classes="side") for _ in more]
        if more:
            self._pictures += more
            self._sides += sides
            self.mount(*[each for pair in zip(more, sides, strict=True) for each in pair])
        for number, picture in enumerate(self._pictures):
            picture.show(previews[number] if number < count else None)
        for number, side in enumerate(self._sides):
            text = "│" if number <= count and _beside(number, framed) else " "
            side.show([[Segment(text, frame)]] * self._rows)


class ChannelStrip(Vertical):
    """Shows as many previews as fit; only these are computed.

    Parameters
    ----------
    cell : (width, height), optional
        Of a cell in pixels, if pictures are drawn in pixels.
    """

    @dataclass
    class Picked(Message):
        """A click on a preview."""

        channel: int

    @dataclass
    class Leafed(Message):
        """The wheel turned."""

        step: int
        """1 to the next channel, -1 to the one before."""

    def __init__(
        self, theme: Theme, cell: CellSize | None = None, *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._theme = theme
        self._row = CellPreviews(theme.colours) if cell is None else PixelPreviews(cell)
        self._title = TextBlock(classes="numbers")
        self._numbers = TextBlock(classes="numbers")
        self._first = 0
        self._room = self._count = 1
        self._shape = 1, 1
        self._model: OverlayModel | None = None
        self._kept: dict[tuple[int, str], Picture] = {}

    @override
    def compose(self) -> ComposeResult:
        yield self._title
        yield self._row
        yield self._numbers

    def fit(self, model: OverlayModel) -> None:
        """Set the height for the channels of a model."""
        if model is not self._model:
            self._model = model
            self._shape = self._row.fit(model)
            self._kept.clear()

    def forget(self) -> None:
        """Forget previews: those of other maps are wanted."""
        self._kept.clear()

    def show(self, model: OverlayModel, title: str) -> None:
        """Show the channels around the current one, and a title above them."""
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        room = self._room = max(1, (self.size.width - _GAP) // _PITCH)
        count = self._count = model.channel_count
        current = model.channel if isinstance(model.channel, int) else -1
        if current >= 0 and not self._first <= current < self._first + room:
            self._first = current - room // 2
        self._first = min(max(self._first, 0), max(0, count - room))
        shown = range(self._first, min(self._first + room, count))
        framed = current - self._first if current in shown else None
        frame = self._theme.accent
        previews = [self._preview(model, channel) for channel in shown]
        self._row.show(previews, framed, frame)
        self._title.show([_title_line(title, framed, self.size.width, self._theme)])
        self._numbers.show([self._number_line(shown, framed)])

    def _number_line(self, shown: range, framed: int | None) -> list[Segment]:
        """Return the channels' numbers, and where there are more of them."""
        theme = self._theme
        line: list[Segment] = []
        for place, channel in enumerate(shown):
            if place == framed:
                line.append(Segment(f"╰{f' {channel} ':─^{COLUMNS}}╯", theme.accent))
                continue
            if place - 1 != framed or framed is None:
                line.append(Segment(" "))
            line.append(Segment(f"{channel:^{COLUMNS}}", theme.dim))
        if framed != len(shown) - 1:
            line.append(Segment(" "))
        strip = Strip(line)
        if shown.start > 0:
            strip = Strip([Segment(_LESS, theme.accent), *strip.crop(1)])
        if shown.stop < self._count:
            strip = Strip([*strip.crop(0, strip.cell_length - 1), Segment(_MORE, theme.accent)])
        return list(strip)

    def _preview(self, model: OverlayModel, channel: int) -> Picture:
        key = channel, model.look.colours.colormap.name
        if key not in self._kept:
            self._kept[key] = model.preview(channel, self._shape, self._row.SHADES)
        return self._kept[key]

    def on_click(self, event: events.Click) -> None:
        place = event.screen_x - self.region.x
        if place == 0:
            channel = self._first - 1
        elif place >= self._room * _PITCH:
            channel = self._first + self._room
        else:
            channel = self._first + place // _PITCH
        if 0 <= channel < self._count:
            self.post_message(self.Picked(channel))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.post_message(self.Leafed(-1))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.post_message(self.Leafed(1))


def _beside(number: int, framed: int | None) -> bool:
    """Return whether a column stands before or behind the framed preview."""
    return framed is not None and number in (framed, framed + 1)


def _title_line(title: str, framed: int | None, width: int, theme: Theme) -> list[Segment]:
    """Return the title, to the left or to the right of the upper edge of the frame."""
    if framed is None:
        return [Segment(fit_text(f" {title}", width), theme.dim)]
    left = framed * _PITCH
    right = left + COLUMNS + 2 * _GAP
    edge = Segment(f"╭{'─' * COLUMNS}╮", theme.accent)
    # To the right the more room is left the nearer it is to the left end.
    if left >= min(cell_len(title) + 2, width - right):
        return [Segment(fit_text(f" {title}", left), theme.dim), edge]
    return [Segment(" " * left), edge, Segment(fit_text(f" {title}", width - right), theme.dim)]
