"""The first line of a screen or a printed frame: a title, and facts about what is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment

from vizterm.cells.text import BOLD, fit_text

_GAP = "   "


class HeadingText(NamedTuple):
    """A title and the facts behind it."""

    title: str
    facts: str

    @classmethod
    def of(cls, title: str, facts: Iterable[str]) -> HeadingText:
        """Join facts as they stand in a heading."""
        return cls(title, " · ".join(facts))

    def line(self) -> list[Segment]:
        """The heading as styled text."""
        return [Segment(self.title, BOLD), Segment(_GAP + self.facts)]

    def printed_line(self, columns: int) -> list[Segment]:
        """The heading for a printed frame: the facts are cut where the line is full."""
        room = max(0, columns - cell_len(self.title) - len(_GAP))
        return [Segment(self.title, BOLD), Segment(_GAP + fit_text(self.facts, room).rstrip())]
