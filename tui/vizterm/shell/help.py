"""The help screen: every key, from the table of actions."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from typing_extensions import override

from vizterm.actions import Action, help_groups
from vizterm.cells.theme import Theme
from vizterm.cells.wrap import wrapped
from vizterm.shell.modal import Modal
from vizterm.widgets.text_block import TextBlock

_KEYS_WIDTH = 18
_COLUMN_WIDTH = 58
_TWO_COLUMNS = 2 * _COLUMN_WIDTH
_FRAME = 4
_BETWEEN = 2
"""Columns between a text and what is beside it."""
Lines = list[list[Segment]]


class HelpScreen(Modal):
    """A page of keys, in two columns where there is room."""

    BINDINGS = [
        Binding("escape,question_mark,q,enter", "close", "back", show=False),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
        Binding("pagedown,space", "scroll(8)", "a page down", show=False),
        Binding("pageup", "scroll(-8)", "a page up", show=False),
    ]

    def __init__(
        self, actions: Sequence[Action], mouse: Sequence[tuple[str, str]], theme: Theme
    ) -> None:
        super().__init__()
        self._actions, self._mouse, self._theme = actions, mouse, theme

    @override
    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            yield TextBlock(id="help-text", base=self._theme.panel)

    def on_mount(self) -> None:
        box = self.query_one("#help")
        box.border_title, box.border_subtitle = "keys", "esc closes"
        self._arrange()

    def on_resize(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        groups = {**help_groups(self._actions), "Mouse": list(self._mouse)}
        blocks = [_block(heading, entries, self._theme) for heading, entries in groups.items()]
        wide = self.app.size.width >= _TWO_COLUMNS + _FRAME
        lines = _side_by_side(blocks) if wide else [line for block in blocks for line in block]
        text = self.query_one(TextBlock)
        text.styles.height = len(lines)
        width = (_TWO_COLUMNS if wide else _COLUMN_WIDTH) + _FRAME
        self.query_one("#help").styles.width = min(width, self.app.size.width)
        text.show(lines)

    def action_scroll(self, step: int) -> None:
        self.query_one("#help", VerticalScroll).scroll_relative(y=step * 2, animate=False)


def _block(heading: str, entries: list[tuple[str, str]], theme: Theme) -> Lines:
    """Return a heading and its keys, with an empty line below; longer texts go on below."""
    lines = [[Segment(heading, theme.strong)]]
    for keys, text in entries:
        at = max(_KEYS_WIDTH, cell_len(keys) + 1)
        first, *more = wrapped(text, _COLUMN_WIDTH - _BETWEEN - at) or [""]
        gap = Segment(" " * (at - cell_len(keys)))
        lines.append([Segment(keys, theme.accent), gap, Segment(first, theme.soft)])
        lines += [[Segment(" " * at), Segment(part, theme.soft)] for part in more]
    return [*lines, []]


def _side_by_side(blocks: Sequence[Lines]) -> Lines:
    """Return the blocks in two columns, divided where the longer one is shortest."""
    sizes = [len(block) for block in blocks]
    cut = min(range(len(blocks) + 1), key=lambda place: max(sum(sizes[:place]), sum(sizes[place:])))
    left, right = (
        [line for block in part for line in block] for part in (blocks[:cut], blocks[cut:])
    )
    lines: Lines = []
    for place in range(max(len(left), len(right)) - 1):
        first = left[place] if place < len(left) else []
        second = right[place] if place < len(right) else []
        used = sum(cell_len(part.text) for part in first)
        lines.append([*first, Segment(" " * max(1, _COLUMN_WIDTH - used)), *second])
    return lines
