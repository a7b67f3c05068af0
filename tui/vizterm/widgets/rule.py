"""A line of a frame: its top, its bottom, or a divider with a title."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from vizterm.cells.text import fit_text
from vizterm.cells.theme import Theme

TOP, DIVIDER, BOTTOM = "╭─╮", "├─┤", "╰─╯"


class Rule(Widget):
    """A horizontal line with ends and a title.

    Parameters
    ----------
    ends : str
        `TOP`, `DIVIDER` or `BOTTOM`.
    """

    def __init__(self, theme: Theme, ends: str, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="rule")
        self._theme, self._ends = theme, ends
        self._title = ""
        self._lit = False

    @property
    def text(self) -> str:
        """Its title, for tests."""
        return self._title

    def say(self, title: str, *, lit: bool = False) -> None:
        """Show another title, in the accent's colour if `lit`."""
        if (title, lit) != (self._title, self._lit):
            self._title, self._lit = title, lit
            self.refresh()

    @override
    def render_line(self, y: int) -> Strip:
        theme, width = self._theme, self.size.width
        if width < 2:
            return Strip.blank(width, theme.panel)
        left, line, right = list(self._ends)
        room = width - 2
        parts = [Segment(left, theme.faint)]
        if self._title and room > 6:
            title = self._title
            title = title if cell_len(title) <= room - 4 else fit_text(title, room - 4)
            style = theme.accent if self._lit else theme.dim
            parts += [Segment(f"{line} ", theme.faint), Segment(title, style), Segment(" ")]
            room -= cell_len(title) + 3
        parts += [Segment(line * room, theme.faint), Segment(right, theme.faint)]
        return Strip(parts, width).apply_style(theme.panel)
