"""Lines of styled text that repaint only what changed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from vizterm.cells.text import PLAIN, harmless

Line = Sequence[Segment]
_NOTHING: Line = ()


class TextBlock(Widget):
    """Lines of text, cut off at the widget's edge, on a surface."""

    def __init__(
        self, *, id: str | None = None, classes: str | None = None, base: Style = PLAIN
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._ground = base
        self._lines: list[list[Segment]] = []

    @property
    def text(self) -> str:
        """Its text without styles, for tests and copying."""
        return "\n".join("".join(part.text for part in line).rstrip() for line in self._lines)

    def show(self, lines: Sequence[Line]) -> None:
        """Show other lines; repaint the cells that differ."""
        before, self._lines = self._lines, [list(harmless(line)) for line in lines]
        regions = [
            Region(span[0], y, span[1] - span[0], 1)
            for y, (old, new) in enumerate(zip_longest(before, self._lines, fillvalue=_NOTHING))
            if (span := _changed_span(self._cut(old), self._cut(new))) is not None
        ]
        if regions:
            self.refresh(*regions)

    @override
    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self._lines):
            return Strip.blank(width, self._ground)
        strip = Strip(self._cut(self._lines[y])).adjust_cell_length(width)
        return strip.apply_style(self._ground) if self._ground else strip

    def _cut(self, line: Line) -> Line:
        """Return a line as it is drawn; one that is too long ends in an ellipsis."""
        width = self.size.width
        strip = Strip(line)
        if strip.cell_length <= width or width < 2:
            return line
        return [*strip.crop(0, width - 1), Segment("…")]


def _changed_span(old: Line, new: Line) -> tuple[int, int] | None:
    """Return the range of cells that differ: the first, and one past the last."""
    before, after = _cells(old), _cells(new)
    if before == after:
        return None
    length = max(len(before), len(after))
    blank = (" ", Segment("").style)
    before += [blank] * (length - len(before))
    after += [blank] * (length - len(after))
    differing = [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    if not differing:
        return None
    return differing[0], differing[-1] + 1


def _cells(line: Line) -> list[tuple[str, object]]:
    """Return a (text, style) pair for each cell; a wide character takes two."""
    cells: list[tuple[str, object]] = []
    for text, style, _ in line:
        for character in text:
            cells.extend([(character, style)] * cell_len(character))
    return cells
