"""Frames in fewer bytes, and facts about the frames that were drawn.

Textual repaints whole fragments of a line, from the left edge of a widget to the last dirty cell,
and writes every blank.  A cursor that moves by a cell in a plot of 100 columns then costs
kilobytes, and an empty screen five of them.  `tight` makes the same update write the dirty spans
alone, and erase long blanks instead of writing them.
"""

from __future__ import annotations

import re
from typing import Any

from rich.console import Console, RenderableType
from rich.control import Control
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region, Size
from textual.screen import Screen
from typing_extensions import override

_BLANKS = re.compile(r"(?:(?<=\x1b\[0m)|\A) {12,}")
"""Blanks in the terminal's own colours: after a reset, or at the start."""


def _erase(blanks: re.Match[str]) -> str:
    """ECH, then CUF: erase that many cells, then move past them."""
    count = len(blanks[0])
    return f"\x1b[{count}X\x1b[{count}C"


def _write_at(x: int, y: int, text: str) -> str:
    return Control.move_to(x, y).segment.text + merge_colours(_BLANKS.sub(_erase, text))


_COLOURED = re.compile(
    r"\x1b\[(38;(?:2;\d+;\d+;\d+|5;\d+))?;?(48;(?:2;\d+;\d+;\d+|5;\d+))?m([^\x1b]*)\x1b\[0m"
)
"""A run of text with colours but no other style, and the reset behind it."""


class _Pen:
    """The colours that text is written in, changed as seldom as it looks the same."""

    __slots__ = ("back", "front")

    def __init__(self) -> None:
        self.front: str | None = None
        self.back: str | None = None

    def lift(self) -> str:
        """Return to the terminal's own colours."""
        reset = "\x1b[0m" if self.front or self.back else ""
        self.front = self.back = None
        return reset

    def write(self, front: str | None, back: str | None, words: str) -> str:
        """Write in these colours; None for the terminal's own."""
        # Blanks have no foreground, so that of the run before may stay.
        stale = (not back and self.back) or (not front and self.front and words.strip(" "))
        reset = self.lift() if stale else ""
        codes = ""
        if front and front != self.front:
            codes = self.front = front
        if back and back != self.back:
            codes = f"{codes};{back}" if codes else back
            self.back = back
        return f"{reset}\x1b[{codes}m{words}" if codes else reset + words


def merge_colours(text: str) -> str:
    """Return the same line in fewer bytes: neighbouring runs change only what differs."""
    pen = _Pen()
    pieces: list[str] = []
    end = 0
    for run in _COLOURED.finditer(text):
        if run.start() != end:
            pieces += pen.lift(), text[end : run.start()]
        end = run.end()
        pieces.append(pen.write(*run.groups()))
    pieces += pen.lift(), text[end:]
    return "".join(pieces)


class TightChopsUpdate(ChopsUpdate):
    """A partial update that starts at the first dirty cell of each span, and ends at the last."""

    @override
    def render_segments(self, console: Console) -> str:
        """Return the text that is written to the terminal."""
        sequences: list[str] = []
        for y, start, end in self.spans:
            for right, (left, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or left >= end or right <= start:
                    continue
                first, last = max(start, left), min(end, right)
                cropped = strip.crop(first - left, last - left)
                sequences.append(_write_at(first, y, cropped.render(console)))
        return "".join(sequences)


class TightLayoutUpdate(LayoutUpdate):
    """A repaint of whole lines that erases long blanks instead of writing them."""

    @override
    def render_segments(self, console: Console) -> str:
        """Return the text that is written to the terminal."""
        return "".join(
            _write_at(self.region.x, y, "".join([strip.render(console) for strip in line]))
            for y, line in enumerate(self.strips, self.region.y)
        )


def tight(update: RenderableType | None) -> RenderableType | None:
    """Return the same update in fewer bytes."""
    if isinstance(update, ChopsUpdate):
        return TightChopsUpdate(update.chops, update.spans, update.chop_ends)
    if isinstance(update, LayoutUpdate):
        return TightLayoutUpdate(update.strips, update.region)
    return update


def keep_for_later(screen: Screen[Any], update: RenderableType) -> None:
    """Don't draw an update: leave what it would draw to `draw_kept`."""
    compositor = screen._compositor
    if isinstance(update, ChopsUpdate):
        spans = (Region(start, y, end - start, 1) for y, start, end in update.spans)
        compositor._dirty_regions.update(spans)
    else:
        compositor._dirty_regions.add(compositor.size.region)


def drawn_size(screen: Screen[Any]) -> Size:
    """Return the window's size that a screen's frames are made for."""
    return screen._compositor.size


def draw_kept(screen: Screen[Any]) -> None:
    """Draw what has changed and isn't on screen yet."""
    if screen._compositor._dirty_regions:
        screen._compositor_refresh()
    screen.check_idle()


def writes_over(update: RenderableType | None, region: Region) -> bool:
    """Whether a frame wrote into any cell of a region."""
    if update is None:
        return False
    if isinstance(update, ChopsUpdate):
        return any(
            region.y <= y < region.bottom and start < region.right and end > region.x
            for y, start, end in update.spans
        )
    if isinstance(update, LayoutUpdate):
        return bool(update.region.overlaps(region))
    return True
