"""The point under the cursor: its picture, and what is known of it."""

from __future__ import annotations

from rich.segment import Segment
from textual.app import ComposeResult
from textual.containers import Vertical
from typing_extensions import override

from vizterm.cells.text import DIM
from vizterm.embed.point_facts import PointFacts
from vizterm.widgets.picture import PictureView
from vizterm.widgets.text_block import TextBlock
from vizterm_core.pictures.image import Picture


class PointPanel(Vertical):
    """A picture above a few lines of facts."""

    def __init__(self, *, id: str | None = None, colours: str = "truecolor") -> None:
        super().__init__(id=id)
        self.picture = PictureView(colours=colours)
        self.facts = TextBlock(classes="facts")

    @override
    def compose(self) -> ComposeResult:
        yield self.picture
        yield self.facts

    def set_size(self, columns: int, rows: int, *, with_picture: bool, facts: int) -> None:
        """Make room for a picture of columns x rows cells and some lines."""
        self.picture.display = with_picture
        self.picture.styles.width = columns
        self.picture.styles.height = rows
        self.facts.styles.height = facts

    def show(
        self,
        picture: Picture | None,
        message: str,
        facts: PointFacts | None,
        *,
        labelled: bool,
    ) -> None:
        """Show a point, or, without facts, that there is none."""
        self.picture.show(picture, message)
        if facts is None:
            hint = [Segment(" hover or press an arrow", DIM)]
            self.facts.show([hint, [Segment(" to look at a point", DIM)]])
            return
        self.facts.show(facts.lines(self.facts.size.width or 24, labelled=labelled))
