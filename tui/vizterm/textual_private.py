"""The one place that relies on Textual's private parts: 8.2.8 <= Textual < 9.

`tests/tui/test_textual_private.py` fails loudly when they change.

Textual repaints whole fragments of a line, from the left edge of a widget up to the last dirty
cell.  A cursor that moves by a cell in a plot of 100 columns then costs kilobytes.  `tight` makes
an update that writes the dirty spans alone.
"""

from __future__ import annotations

from rich.console import Console, RenderableType
from rich.control import Control
from textual._compositor import ChopsUpdate


class TightChopsUpdate(ChopsUpdate):
    """A partial update that starts at the first dirty cell of each span, and ends at the last."""

    def render_segments(self, console: Console) -> str:
        """The bytes for the terminal."""
        sequences: list[str] = []
        for y, start, end in self.spans:
            for right, (left, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or left >= end or right <= start:
                    continue
                first, last = max(start, left), min(end, right)
                sequences.append(Control.move_to(first, y).segment.text)
                sequences.append(strip.crop(first - left, last - left).render(console))
        return "".join(sequences)


def tight(update: RenderableType | None) -> RenderableType | None:
    """The same update, without the cells that are not dirty."""
    if isinstance(update, ChopsUpdate):
        return TightChopsUpdate(update.chops, update.spans, update.chop_ends)
    return update
