"""A status line: a text on the left, the keys that matter now on the right."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment

from vizterm.cells.text import BOLD, DIM, fit_text

_LAST_HINTS = 2
_WIDE_ENOUGH = 60


def line_with_hints(left: str, hints: Sequence[tuple[str, str]], width: int) -> list[Segment]:
    """Return a text on the left, and on the right as many (key, text) hints as fit."""
    hints = list(hints)
    room = width - cell_len(left) - 4
    # The last ones, help and quit, stay if they leave half of the line to the text.
    least = _LAST_HINTS if width >= _WIDE_ENOUGH else 0
    while len(hints) > least and sum(len(key) + len(text) + 4 for key, text in hints) > room:
        hints.pop(0)
    right: list[Segment] = []
    for key, text in hints:
        right += [Segment("   "), Segment(key, BOLD), Segment(f" {text}", DIM)]
    used = sum(cell_len(part.text) for part in right)
    return [Segment(" " + fit_text(left, max(0, width - used - 2))), *right, Segment(" ")]
