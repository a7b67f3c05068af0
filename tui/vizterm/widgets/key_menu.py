"""The next keys of a family: a small box that is there at once, and in nobody's way.

It never takes the focus: the screen hands it each key first.  So whoever knows the keys types on
without looking, and so fast that the box isn't even drawn: nothing flashes, and no slow link has
to carry it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.timer import Timer

from vizterm.cells.text import fit_text
from vizterm.cells.theme import Theme
from vizterm.terminal.textual_private.timers import once
from vizterm.widgets.text_block import Line, TextBlock

Run = Callable[[], object]

AT_ONCE = 0.15
"""Seconds from the letter to the box: as if at once to who reads, too late for who types on."""

_WIDE = 100
"""Columns of the screen from which on the box stands in its corner; below it is as wide."""
_CORNER = 48
"""Width of the box there."""
_COLUMN = 22
"""Least width of a key and its text."""
_FRAME = 4
"""Columns of frame and margins."""
_GAP = 2
_HELD = {
    f"{side}_{modifier}"
    for side in ("left", "right")
    for modifier in ("shift", "control", "alt", "super", "hyper", "meta")
} | {"iso_level3_shift", "iso_level5_shift"}
"""Keys that are held for another one; kitty tells that they are pressed."""


@dataclass(frozen=True, slots=True)
class MenuKey:
    """A key, or several that belong together, and what each does."""

    shown: str
    """As people read it."""
    text: str
    runs: Mapping[str, Run]
    """By Textual's names of the keys."""
    stays: bool = False
    """Whether the menu stays open."""
    now: bool = False
    """Whether it is what holds now."""


@dataclass(frozen=True, slots=True)
class Menu:
    """A family of keys."""

    title: str
    keys: Sequence[MenuKey]
    left: Run | None = None
    """Called when esc closes it."""
    passes: bool = False
    """Whether other keys do what they always do, and leave it open; else they close it."""
    note: str = ""
    """Said beside the title: what the keys are about, as it is now."""


class KeyMenu(TextBlock):
    """A box of keys over the screen's lower right corner; hidden until opened."""

    @dataclass
    class Changed(Message):
        """It has come into sight, or gone."""

    @dataclass
    class Picked(Message):
        """A key was clicked."""

        run: Run

    def __init__(self, theme: Theme) -> None:
        super().__init__(id="key-menu", base=theme.panel)
        self.display = False
        self._theme = theme
        self._menu: Menu | None = None
        self._columns = 1
        self._box = Region()
        self._waiting: Timer | None = None

    @property
    def box(self) -> Region:
        """Where it is on the screen, before it is laid out; empty while it is hidden."""
        return self._box if self.display else Region()

    @property
    def menu(self) -> Menu | None:
        """The menu that is open."""
        return self._menu

    def open(self, menu: Menu) -> None:
        """Take the keys of a menu from now on, and show them unless one follows right away."""
        self._menu = menu
        if self.display:
            self._arrange()
        else:
            self._stop_waiting()
            self._waiting = once(self, AT_ONCE, self._appear)

    def close(self) -> None:
        """Hide the box."""
        self._stop_waiting()
        self._menu = None
        if self.display:
            self.display = False
            self.post_message(self.Changed())

    def _appear(self) -> None:
        if self._menu is not None and not self.display:
            self._arrange()
            self.display = True
            self.post_message(self.Changed())

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None

    def take(self, key: str) -> Run | None:
        """Return what a key does now; None if it does what it always does."""
        menu = self._menu
        if menu is None or key in _HELD:
            return None
        for one in menu.keys:
            if key in one.runs:
                if not one.stays:
                    self.close()
                return one.runs[key]
        if menu.passes and key != "escape":
            return None
        self.close()
        if key == "escape":
            return menu.left or _nothing
        # Those of the terminal and the app are never for the menu.
        return None if key.startswith("ctrl+") else _nothing

    def _arrange(self) -> None:
        """Fit the box to the screen, above the last line of it."""
        assert self._menu is not None
        screen: Size = self.app.size
        keys = self._menu.keys
        outer = min(_CORNER if screen.width >= _WIDE else screen.width, screen.width)
        inner = max(1, outer - _FRAME)
        widest = max((cell_len(one.shown) + 1 + cell_len(one.text) for one in keys), default=1)
        columns = max(1, min(inner // max(_COLUMN, widest + _GAP), len(keys)))
        self._columns = columns
        rows = -(-len(keys) // columns)
        top = max(0, screen.height - 1 - rows - 2)
        self._box = Region(screen.width - outer, top, outer, rows + 2)
        self.styles.width, self.styles.height = self._box.size
        self.styles.offset = self._box.offset
        # Names of the data are no markup.
        self.border_title = Content(" · ".join(filter(None, [self._menu.title, self._menu.note])))
        self.border_subtitle = "esc"
        self.show(self._table(inner, rows))

    def _table(self, inner: int, rows: int) -> list[Line]:
        assert self._menu is not None
        keys, width = self._menu.keys, inner // self._columns
        lines: list[Line] = []
        for row in range(rows):
            line: list[Segment] = []
            for one in keys[row::rows]:
                line += _entry(one, width, self._theme)
            lines.append(line)
        return lines

    def on_click(self, event: events.Click) -> None:
        event.stop()
        menu = self._menu
        if menu is None:
            return
        rows = -(-len(menu.keys) // self._columns)
        width = max(1, (self.size.width) // self._columns)
        offset = event.get_content_offset(self)
        if offset is None:
            return
        place = min(self._columns - 1, offset.x // width) * rows + offset.y
        if offset.y < rows and place < len(menu.keys):
            run = self.take(next(iter(menu.keys[place].runs)))
            if run is not None:
                self.post_message(self.Picked(run))


def _nothing() -> None:
    """Do nothing."""


def _entry(one: MenuKey, width: int, theme: Theme) -> list[Segment]:
    text = fit_text(one.text, max(1, width - cell_len(one.shown) - 1 - _GAP))
    gap = " " * max(0, width - cell_len(one.shown) - 1 - cell_len(text))
    return [
        Segment(one.shown, theme.accent),
        Segment(" "),
        Segment(text, theme.strong if one.now else theme.soft),
        Segment(gap),
    ]
