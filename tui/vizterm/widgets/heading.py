"""The first line of a screen: what is shown, and whether its file has changed."""

from __future__ import annotations

from rich.segment import Segment

from vizterm.cells.heading import HeadingText
from vizterm.cells.text import ALERT
from vizterm.cells.theme import Theme
from vizterm.widgets.text_block import TextBlock


class Heading(TextBlock):
    """A title followed by facts, and in front of them an alert."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(id="heading", base=theme.bar)
        self._theme = theme
        self._text = HeadingText("", ())
        self._alert = ""

    def say(self, text: HeadingText) -> None:
        """Show a title and facts."""
        self._text = text
        self._draw()

    def alert(self, words: str) -> None:
        """Show an alert in front; none for an empty one."""
        self._alert = words
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        alert = f" {self._alert} " if self._alert else ""
        line = self._text.line((self.size.width or 1000) - len(alert), self._theme)
        self.show([[Segment(alert, ALERT), *line] if alert else line])
