"""The help screen: every key, from the table of actions."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from typing_extensions import override

from vizterm.actions import Action, help_groups
from vizterm.cells.text import BOLD, DIM
from vizterm.shell.modal import Modal
from vizterm.widgets.text_block import TextBlock

_KEYS_WIDTH = 18
_COLUMN_WIDTH = 56
_TWO_COLUMNS = 2 * _COLUMN_WIDTH + 6


class HelpScreen(Modal):
    """A page of keys."""

    BINDINGS = [
        Binding("escape,question_mark,q,enter", "close", "back", show=False),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
    ]

    def __init__(self, actions: Sequence[Action], mouse: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._actions, self._mouse = actions, mouse

    @override
    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            yield TextBlock(id="help-text")

    def on_mount(self) -> None:
        groups = {**help_groups(self._actions), "Mouse": list(self._mouse)}
        blocks = [_block(heading, entries) for heading, entries in groups.items()]
        wide = self.app.size.width >= _TWO_COLUMNS + 4
        lines = _side_by_side(blocks) if wide else [line for block in blocks for line in block]
        text = self.query_one(TextBlock)
        text.styles.height = len(lines)
        self.query_one("#help").styles.width = _TWO_COLUMNS if wide else _COLUMN_WIDTH + 6
        text.show(lines)

    def action_scroll(self, step: int) -> None:
        self.query_one("#help", VerticalScroll).scroll_relative(y=step * 2, animate=False)


def _block(heading: str, entries: list[tuple[str, str]]) -> list[list[Segment]]:
    lines = [[Segment(f" {heading}", BOLD)]]
    for keys, text in entries:
        lines.append([Segment(f"  {keys:<{_KEYS_WIDTH}}", DIM), Segment(text)])
    return [*lines, [Segment("", DIM)]]


def _side_by_side(blocks: list[list[list[Segment]]]) -> list[list[Segment]]:
    """Return the blocks in two columns of about the same length."""
    total = sum(len(block) for block in blocks)
    columns: tuple[list[list[Segment]], list[list[Segment]]] = ([], [])
    for block in blocks:
        columns[len(columns[0]) + len(block) // 2 > total // 2].extend(block)
    lines: list[list[Segment]] = []
    for place in range(max(len(column) for column in columns)):
        left = columns[0][place] if place < len(columns[0]) else []
        right = columns[1][place] if place < len(columns[1]) else []
        used = sum(len(part.text) for part in left)
        lines.append([*left, Segment(" " * max(1, _COLUMN_WIDTH - used)), *right])
    return lines
