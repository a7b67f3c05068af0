"""The foot of a screen: its state on the left, the keys that matter now on the right.

Both can be clicked.  Where something is read all the time, a line of its own above says it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message

from vizterm.cells.bar import Chip, Hint, Target, bar_line
from vizterm.cells.theme import Theme
from vizterm.widgets.text_block import TextBlock


class StatusBar(TextBlock):
    """State on the left, keys on the right; posts what is clicked.

    With two lines of room, what is read stands above, and hides neither.
    """

    @dataclass
    class Clicked(Message):
        """A chip or a key was clicked."""

        action: str

    def __init__(self, theme: Theme) -> None:
        super().__init__(id="status", base=theme.bar)
        self._theme = theme
        self._targets: list[Target] = []
        self._content: tuple[Sequence[Chip], str, Sequence[Hint], Sequence[Hint]] = (), "", (), ()

    def say(
        self,
        chips: Sequence[Chip],
        hints: Sequence[Hint],
        remark: str = "",
        more: Sequence[Hint] = (),
    ) -> None:
        """Show a remark, chips and hints.

        Parameters
        ----------
        more : sequence of Hint
            Keys for what the remark is about, beside it where it has a line of its own.
        """
        self._content = chips, remark, hints, more
        self._draw()

    def _draw(self) -> None:
        chips, remark, hints, more = self._content
        width, theme = self.size.width or 80, self._theme
        if self.size.height < 2:
            line, self._targets = bar_line(chips, remark, hints, width, theme)
            self.show([line])
            return
        line, self._targets = bar_line(chips, "", hints, width, theme)
        self.show([remark_line(remark, more, width, theme), line])

    def on_resize(self) -> None:
        self._draw()

    def on_click(self, event: events.Click) -> None:
        if event.y != self.size.height - 1:
            return
        for target in self._targets:
            if target.start <= event.x < target.end:
                self.post_message(self.Clicked(target.action))


def remark_line(remark: str, hints: Sequence[Hint], width: int, theme: Theme) -> list[Segment]:
    """Return a line with a remark, and on the right keys as far as there is room for them."""
    line = [Segment(f" {remark}", theme.text)]
    room = width - cell_len(remark) - 4
    shown: list[Hint] = []
    for hint in hints:
        room -= cell_len(hint.key) + cell_len(hint.text) + 3
        if room < 0:
            break
        shown.append(hint)
    wide = sum(cell_len(hint.key) + cell_len(hint.text) + 3 for hint in shown) - 1
    if shown:
        line.append(Segment(" " * (width - cell_len(remark) - 1 - wide)))
    for number, hint in enumerate(shown, 1):
        gap = "  " if number < len(shown) else " "
        line += [Segment(hint.key, theme.accent), Segment(f" {hint.text}{gap}", theme.dim)]
    return line
