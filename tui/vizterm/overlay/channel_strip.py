"""A strip of small previews of the channels around the current one, to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import is_

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from vizterm.cells.half_blocks import picture_lines, pixel_cells
from vizterm.cells.text import BOLD, DIM
from vizterm.overlay.model import OverlayModel
from vizterm.terminal.cell_size import CellSize
from vizterm.widgets.picture import PictureView
from vizterm.widgets.text_block import TextBlock
from vizterm_core.pictures.image import Picture

COLUMNS, ROWS = 10, 4
"""Cells of a preview; its number stands below."""
_GAP = 1
_MOST_KEPT = 200
"""Previews kept in memory."""


class CellPreviews(Widget):
    """Previews in half blocks."""

    SHADES = 256

    def __init__(self, colours: str) -> None:
        super().__init__(classes="previews")
        self._colours = colours
        self._shown: Sequence[Picture] = ()
        self._lines: list[list[Segment]] = []

    def fit(self, _: OverlayModel) -> tuple[int, int]:
        """Return the shape of a preview, (rows, columns) in pixels."""
        return 2 * ROWS, COLUMNS

    def show(self, previews: Sequence[Picture]) -> None:
        """Show previews side by side."""
        if len(previews) == len(self._shown) and all(map(is_, previews, self._shown)):
            return
        self._shown = previews
        self._lines = [[] for _ in range(ROWS)]
        for pixels in previews:
            parts = picture_lines(pixel_cells(pixels), self._colours)
            for line, part in zip(self._lines, parts, strict=True):
                line += [*part, Segment(" " * _GAP)]
        self.refresh()

    @override
    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else []
        return Strip(line).adjust_cell_length(self.size.width)


class PixelPreviews(Horizontal):
    """Previews in the terminal's own pixels.

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
        self._pictures: list[PictureView] = []

    def fit(self, model: OverlayModel) -> tuple[int, int]:
        """Set the height for the image's proportions; return a preview's shape in pixels."""
        width, height = self._cell
        across, down = model.camera.size
        rows = min(max(1, round(COLUMNS * width * down / across / height)), ROWS)
        self.styles.height = rows
        scale = min(COLUMNS * width / across, rows * height / down)
        return max(1, round(down * scale)), max(1, round(across * scale))

    def show(self, previews: Sequence[Picture]) -> None:
        """Show previews side by side."""
        more = [PictureView() for _ in range(len(self._pictures), len(previews))]
        if more:
            self._pictures += more
            self.mount(*more)
        for number, picture in enumerate(self._pictures):
            picture.show(previews[number] if number < len(previews) else None)


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

    def __init__(
        self,
        cell: CellSize | None = None,
        *,
        id: str | None = None,
        colours: str = "truecolor",
    ) -> None:
        super().__init__(id=id)
        self._row = CellPreviews(colours) if cell is None else PixelPreviews(cell)
        self._numbers = TextBlock(classes="numbers")
        self._first = 0
        self._shape = 1, 1
        self._model: OverlayModel | None = None
        self._kept: dict[tuple[int, str], Picture] = {}

    @override
    def compose(self) -> ComposeResult:
        yield self._row
        yield self._numbers

    def fit(self, model: OverlayModel) -> None:
        """Set the height for the channels of a model."""
        if model is not self._model:
            self._model = model
            self._shape = self._row.fit(model)
            self._kept.clear()

    def show(self, model: OverlayModel) -> None:
        """Show the channels around the current one."""
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        room = max(1, (self.size.width + _GAP) // (COLUMNS + _GAP))
        count = len(model.channels)
        current = model.channel if isinstance(model.channel, int) else -1
        if current >= 0 and not self._first <= current < self._first + room:
            self._first = current - room // 2
        self._first = min(max(self._first, 0), max(0, count - room))
        shown = range(self._first, min(self._first + room, count))
        self._row.show([self._preview(model, channel) for channel in shown])
        line: list[Segment] = []
        for channel in shown:
            line += [_number(channel, here=channel == current), Segment(" " * _GAP)]
        # There may be no room for a gap after the last one.
        self._numbers.show([line[:-1]])

    def _preview(self, model: OverlayModel, channel: int) -> Picture:
        key = channel, model.look.colours.colormap.name
        if key not in self._kept:
            self._kept[key] = model.preview(channel, self._shape, self._row.SHADES)
        return self._kept[key]

    def on_click(self, event: events.Click) -> None:
        place = event.screen_x - self.region.x
        self.post_message(self.Picked(self._first + place // (COLUMNS + _GAP)))


def _number(channel: int, *, here: bool) -> Segment:
    text = f"{'▸' if here else ' '}{channel}"
    return Segment(f"{text:<{COLUMNS}}", BOLD if here else DIM)
