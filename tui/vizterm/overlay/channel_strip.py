"""Small previews of the channels around the current one, to pick from."""

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
from vizterm.widgets.picture import Picture
from vizterm.widgets.text_block import TextBlock
from vizterm_core.pictures.image import Picture as PictureArray

COLUMNS, ROWS = 10, 4
"""Cells of a preview, without its number."""
_GAP = 1
_MOST_KEPT = 200
"""Previews that need not be computed again."""


class CellPreviews(Widget):
    """Previews in half blocks."""

    SHADES = 256

    def __init__(self, colours: str) -> None:
        super().__init__(classes="previews")
        self._colours = colours
        self._shown: Sequence[PictureArray] = ()
        self._lines: list[list[Segment]] = []

    def fit(self, _: OverlayModel) -> tuple[int, int]:
        """Find out the shape of a preview, (rows, columns) in pixels."""
        return 2 * ROWS, COLUMNS

    def show(self, previews: Sequence[PictureArray]) -> None:
        """Show these side by side."""
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
    """A third of the bytes, and nobody sees it in a picture so small."""

    def __init__(self, cell: tuple[int, int]) -> None:
        super().__init__(classes="previews")
        self._cell = cell
        self._pictures: list[Picture] = []

    def fit(self, model: OverlayModel) -> tuple[int, int]:
        """Take the rows for previews in the proportions of the image; their shape in pixels."""
        width, height = self._cell
        across, down = model.camera.size
        rows = min(max(1, round(COLUMNS * width * down / across / height)), ROWS)
        self.styles.height = rows
        scale = min(COLUMNS * width / across, rows * height / down)
        return max(1, round(down * scale)), max(1, round(across * scale))

    def show(self, previews: Sequence[PictureArray]) -> None:
        """Show these side by side."""
        more = [Picture() for _ in range(len(self._pictures), len(previews))]
        if more:
            self._pictures += more
            self.mount(*more)
        for number, picture in enumerate(self._pictures):
            picture.show(previews[number] if number < len(previews) else None)


class ChannelStrip(Vertical):
    """Shows as many previews as there is room for; only these are ever computed.

    Parameters
    ----------
    cell : (width, height), optional
        Of a cell in pixels, where pictures are drawn in pixels.
    """

    @dataclass
    class Picked(Message):
        """A preview was clicked."""

        channel: int

    def __init__(
        self,
        cell: tuple[int, int] | None = None,
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
        self._kept: dict[tuple[int, str], PictureArray] = {}

    @override
    def compose(self) -> ComposeResult:
        yield self._row
        yield self._numbers

    def fit(self, model: OverlayModel) -> None:
        """Take as much room as the channels of a model want."""
        if model is not self._model:
            self._model = model
            self._shape = self._row.fit(model)
            self._kept.clear()

    def show(self, model: OverlayModel) -> None:
        """Show the channels around the model's own."""
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
        # Behind the last one there may be no room for a gap.
        self._numbers.show([line[:-1]])

    def _preview(self, model: OverlayModel, channel: int) -> PictureArray:
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
