"""The last line of a screen: its state on the left, the keys that matter now on the right.

Both can be clicked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from vizterm.cells.bar import Chip, Hint, Target, bar_line
from vizterm.cells.theme import Theme
from vizterm.widgets.text_block import TextBlock


class StatusBar(TextBlock):
    """State on the left, keys on the right; posts what is clicked."""

    @dataclass
    class Clicked(Message):
        """A chip or a key was clicked."""

        action: str

    def __init__(self, theme: Theme) -> None:
        super().__init__(id="status", base=theme.bar)
        self._theme = theme
        self._targets: list[Target] = []
        self._content: tuple[Sequence[Chip], str, Sequence[Hint]] = (), "", ()

    def say(self, chips: Sequence[Chip], hints: Sequence[Hint], remark: str = "") -> None:
        """Show a remark, chips and hints."""
        self._content = chips, remark, hints
        self._draw()

    def _draw(self) -> None:
        chips, remark, hints = self._content
        line, self._targets = bar_line(chips, remark, hints, self.size.width or 80, self._theme)
        self.show([line])

    def on_resize(self) -> None:
        self._draw()

    def on_click(self, event: events.Click) -> None:
        for target in self._targets:
            if target.start <= event.x < target.end:
                self.post_message(self.Clicked(target.action))
