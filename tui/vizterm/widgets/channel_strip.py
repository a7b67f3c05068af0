"""Small previews of the channels around the current one, to pick from."""

from __future__ import annotations

from dataclasses import dataclass

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from vizterm.drawing import BOLD, DIM
from vizterm.half_blocks import picture_lines, pixel_cells
from vizterm.overlay_model import OverlayModel

COLUMNS, ROWS = 10, 4
"""Cells of a preview, without its number."""
_GAP = 1


class ChannelStrip(Widget):
    """Draws as many previews as there is room for; only these are ever computed."""

    @dataclass
    class Picked(Message):
        """A preview was clicked."""

        channel: int

    def __init__(self, *, id: str | None = None, colours: str = "truecolor") -> None:
        super().__init__(id=id)
        self._colours = colours
        self._first = 0
        self._lines: list[list[Segment]] = []
        self._previews: dict[tuple[int, str], list[list[Segment]]] = {}

    def show(self, model: OverlayModel) -> None:
        """Show the channels around the model's own."""
        room = max(1, (self.size.width + _GAP) // (COLUMNS + _GAP))
        count = len(model.channels)
        current = model.channel if isinstance(model.channel, int) else -1
        if current >= 0 and not self._first <= current < self._first + room:
            self._first = current - room // 2
        self._first = min(max(self._first, 0), max(0, count - room))
        lines: list[list[Segment]] = [[] for _ in range(ROWS + 1)]
        for channel in range(self._first, min(self._first + room, count)):
            for line, part in zip(lines, self._preview(model, channel), strict=False):
                line += [*part, Segment(" " * _GAP)]
            here = channel == current
            text = f"{'▸' if here else ' '}{channel}"
            lines[-1].append(Segment(f"{text:<{COLUMNS + _GAP}}", BOLD if here else DIM))
        if lines != self._lines:
            self._lines = lines
            self.refresh()

    def _preview(self, model: OverlayModel, channel: int) -> list[list[Segment]]:
        key = channel, model.style.colormap.name
        if key not in self._previews:
            pixels = model.preview(channel, 2 * ROWS, COLUMNS)
            self._previews[key] = picture_lines(pixel_cells(pixels), self._colours)
        return self._previews[key]

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        line = self._lines[y] if y < len(self._lines) else []
        return Strip(line).adjust_cell_length(width)

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Picked(self._first + event.x // (COLUMNS + _GAP)))
