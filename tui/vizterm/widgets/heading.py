"""The first line: what is shown, and that its file has changed meanwhile."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style

from vizterm.cells.text import BOLD
from vizterm.widgets.text_block import TextBlock

_ALERT = Style(reverse=True, bold=True)


class Heading(TextBlock):
    """A title and facts behind it, and in front of them what needs to be known first."""

    def __init__(self) -> None:
        super().__init__(id="heading")
        self._text = ""
        self._alert = ""

    def say(self, text: str) -> None:
        """Show a title and, behind three blanks, facts."""
        self._text = text
        self._draw()

    def alert(self, words: str) -> None:
        """Show a warning in front, or none any more."""
        self._alert = words
        self._draw()

    def _draw(self) -> None:
        title, _, facts = self._text.partition("   ")
        line = [Segment(f" {title}", BOLD), Segment(f"   {facts}")]
        if self._alert:
            line.insert(0, Segment(f" {self._alert} ", _ALERT))
        self.show([line])
