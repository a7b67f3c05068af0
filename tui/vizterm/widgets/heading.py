"""The first line of a screen: what is shown, and whether its file has changed."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style

from vizterm.cells.heading import HeadingText
from vizterm.widgets.text_block import TextBlock

_ALERT = Style(reverse=True, bold=True)


class Heading(TextBlock):
    """A title followed by facts, and in front of them an alert."""

    def __init__(self) -> None:
        super().__init__(id="heading")
        self._text = HeadingText("", "")
        self._alert = ""

    def say(self, text: HeadingText) -> None:
        """Show a title and facts."""
        self._text = text
        self._draw()

    def alert(self, words: str) -> None:
        """Show an alert in front; none for an empty one."""
        self._alert = words
        self._draw()

    def _draw(self) -> None:
        line = [Segment(" "), *self._text.line()]
        if self._alert:
            line.insert(0, Segment(f" {self._alert} ", _ALERT))
        self.show([line])
