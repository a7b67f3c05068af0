"""The point under the cursor: its picture, and what is known of it."""

from __future__ import annotations

from rich.segment import Segment
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from typing_extensions import override

from vizterm.cells.theme import Theme
from vizterm.widgets.picture import PictureView
from vizterm.widgets.text_block import TextBlock
from vizterm_core.pictures.image import Picture

Lines = list[list[Segment]]


class PointPanel(Vertical):
    """A picture above the facts, each as large as it is told to be."""

    def __init__(self, theme: Theme, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._theme = theme
        self.picture = PictureView(colours=theme.colours, theme=theme)
        self.facts = TextBlock(classes="facts", base=theme.panel)

    @override
    def compose(self) -> ComposeResult:
        yield self.picture
        yield self.facts

    def set_size(self, columns: int, rows: int, *, with_picture: bool, facts: int) -> None:
        """Make room for a picture of columns x rows cells and some lines."""
        self.picture.display = with_picture
        self.picture.styles.width = columns
        self.picture.styles.height = rows
        self.set_facts(facts)

    def set_facts(self, lines: int) -> None:
        """Make room for so many lines of facts; without a new layout where that changes nothing."""
        height = self.facts.styles.height
        if height is None or height.value != lines:
            self.facts.styles.height = lines

    def show(self, picture: Picture | None, message: str, lines: Lines) -> None:
        """Show a point."""
        self.picture.show(picture, message)
        self.facts.show(lines)


class PinnedPoint(Horizontal):
    """The pinned point: a thumbnail, with its facts beside it."""

    def __init__(self, theme: Theme, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.picture = PictureView(colours=theme.colours, theme=theme)
        self.facts = TextBlock(classes="facts", base=theme.panel)

    @override
    def compose(self) -> ComposeResult:
        yield self.picture
        yield self.facts

    def show(self, picture: Picture | None, message: str, lines: Lines) -> None:
        """Show a point."""
        self.picture.show(picture, message)
        self.facts.show(lines)


def hint(theme: Theme) -> Lines:
    """Return what stands in place of facts while no point is looked at."""
    return [
        [Segment("hover or press an arrow", theme.dim)],
        [Segment("to look at a point", theme.dim)],
    ]
