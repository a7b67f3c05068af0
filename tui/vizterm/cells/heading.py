"""The first line of a screen or a printed frame: a title, and facts about what is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment

from vizterm.cells.text import BOLD, fit_name, fit_text
from vizterm.cells.theme import Theme

_GAP = "   "
_BETWEEN = " · "


class HeadingText(NamedTuple):
    """A title and the facts behind it."""

    title: str
    parts: tuple[str, ...]

    @classmethod
    def of(cls, title: str, facts: Iterable[str]) -> HeadingText:
        """Take the facts that aren't empty."""
        return cls(title, tuple(filter(None, facts)))

    @property
    def facts(self) -> str:
        """The facts as they stand in a heading."""
        return _BETWEEN.join(self.parts)

    def line(self, width: int, theme: Theme) -> list[Segment]:
        """The heading as a bar: the title as a chip, and as many facts as fit whole."""
        title = fit_name(self.title, min(cell_len(self.title), max(1, width - 2)))
        line = [Segment(f" {title} ", theme.chip + BOLD)] if title else []
        room = width - cell_len(title) - 2 - 2
        for number, part in enumerate(self.parts):
            text = part if number == 0 else _BETWEEN + part
            if cell_len(text) > room:
                if number == 0 and room > 1:
                    line.append(Segment("  " + fit_text(text, max(0, room)), theme.dim))
                break
            line.append(Segment(text if number else "  " + text, theme.dim))
            room -= cell_len(text)
        return line

    def printed_line(self, columns: int) -> list[Segment]:
        """The heading for a printed frame: the facts are cut where the line is full."""
        room = max(0, columns - cell_len(self.title) - len(_GAP))
        return [Segment(self.title, BOLD), Segment(_GAP + fit_text(self.facts, room).rstrip())]
