"""The one place that relies on Textual's private parts: 8.2.8 <= Textual < 9.

`tests/tui/test_textual_private.py` fails loudly when they change.

Textual repaints whole fragments of a line, from the left edge of a widget up to the last dirty
cell, and writes every blank.  A cursor that moves by a cell in a plot of 100 columns then costs
kilobytes, and an empty screen five of them.  `tight` makes the same update write the dirty spans
alone, and erase long blanks instead of writing them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from rich.console import Console, RenderableType
from rich.control import Control
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.geometry import Region, Size
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from typing_extensions import override

_BLANKS = re.compile(r"(?:(?<=\x1b\[0m)|\A) {12,}")
"""Blanks in the terminal's own colours: after a reset, or where nothing has been set."""


def _erase(blanks: re.Match[str]) -> str:
    """ECH, then CUF: erase that many cells, and go on behind them."""
    count = len(blanks[0])
    return f"\x1b[{count}X\x1b[{count}C"


def _write_at(x: int, y: int, text: str) -> str:
    return Control.move_to(x, y).segment.text + merge_colours(_BLANKS.sub(_erase, text))


_COLOURED = re.compile(
    r"\x1b\[(38;(?:2;\d+;\d+;\d+|5;\d+))?;?(48;(?:2;\d+;\d+;\d+|5;\d+))?m([^\x1b]*)\x1b\[0m"
)
"""A run of text in colours alone, and the reset behind it."""


def merge_colours(text: str) -> str:
    """The same line in fewer bytes: runs that follow each other change only what differs."""
    pieces: list[str] = []
    front = back = None
    end = 0
    for run in _COLOURED.finditer(text):
        if run.start() != end:
            if front or back:
                pieces.append("\x1b[0m")
                front = back = None
            pieces.append(text[end : run.start()])
        end = run.end()
        new_front, new_back, words = run.groups()
        # Blanks have no foreground, so that of the run before may stay.
        if (back and not new_back) or (front and not new_front and words.strip(" ")):
            pieces.append("\x1b[0m")
            front = back = None
        codes = []
        if new_front and new_front != front:
            codes.append(new_front)
            front = new_front
        if new_back and new_back != back:
            codes.append(new_back)
            back = new_back
        if codes:
            pieces.append(f"\x1b[{';'.join(codes)}m")
        pieces.append(words)
    if front or back:
        pieces.append("\x1b[0m")
    pieces.append(text[end:])
    return "".join(pieces)


class TightChopsUpdate(ChopsUpdate):
    """A partial update that starts at the first dirty cell of each span, and ends at the last."""

    @override
    def render_segments(self, console: Console) -> str:
        """The bytes for the terminal."""
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
    """A repaint of whole lines that erases long blanks."""

    @override
    def render_segments(self, console: Console) -> str:
        """The bytes for the terminal."""
        return "".join(
            _write_at(self.region.x, y, "".join([strip.render(console) for strip in line]))
            for y, line in enumerate(self.strips, self.region.y)
        )


def tight(update: RenderableType | None) -> RenderableType | None:
    """The same update in fewer bytes."""
    if isinstance(update, ChopsUpdate):
        return TightChopsUpdate(update.chops, update.spans, update.chop_ends)
    if isinstance(update, LayoutUpdate):
        return TightLayoutUpdate(update.strips, update.region)
    return update


def keep_for_later(screen: Screen[Any], update: RenderableType) -> None:
    """Mark what an update would have drawn as still to be drawn, by `draw_kept`."""
    compositor = screen._compositor
    if isinstance(update, ChopsUpdate):
        spans = (Region(start, y, end - start, 1) for y, start, end in update.spans)
        compositor._dirty_regions.update(spans)
    else:
        compositor._dirty_regions.add(compositor.size.region)


def drawn_size(screen: Screen[Any]) -> Size:
    """The size of the window that a screen's frames are made for."""
    return screen._compositor.size


def draw_kept(screen: Screen[Any]) -> None:
    """Draw what has changed and is not on screen yet."""
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


def once(pump: MessagePump, delay: float, callback: Callable[[], object]) -> Timer:
    """Call a function after some seconds, as `set_timer` does, but without fail.

    Textual skips a timer that starts after it was due.  One that is called once is then never
    called: a delay of a microsecond is lost mostly, one of milliseconds when another program has
    the processor at the wrong moment.
    """
    timer = Timer(pump, delay, callback=partial(pump.call_next, callback), repeat=0, skip=False)
    timer._start()
    pump._timers.add(timer)
    return timer


class UncoveredRegions:
    """Where widgets are on the screen of an app, wholly in sight.

    What was found holds as long as the layout: a terminal full of pictures is asked for each of
    them after every frame.
    """

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._layout: object = None
        self._found: dict[Widget, Region | None] = {}

    def of(self, widget: Widget) -> Region | None:
        """The region of a widget; None unless all of it is shown, with nothing above it."""
        layout = self._app.screen._compositor.full_map
        if layout is not self._layout:
            self._layout = layout
            self._found.clear()
        if widget not in self._found:
            self._found[widget] = self._look(widget)
        return self._found[widget]

    def _look(self, widget: Widget) -> Region | None:
        screen = self._app.screen
        if widget.screen is not screen or not all(
            node.display for node in widget.ancestors_with_self
        ):
            return None
        geometries = screen._compositor.full_map
        mine = geometries.get(widget)
        if mine is None or not mine.region or mine.clip.intersection(mine.region) != mine.region:
            return None
        above = set(widget.ancestors_with_self)
        for other, geometry in geometries.items():
            if geometry.order > mine.order and other not in above and other.visible:
                shown = geometry.clip.intersection(geometry.region)
                if shown.overlaps(mine.region) and widget not in other.ancestors:
                    return None
        return mine.region
