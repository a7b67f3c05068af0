"""The facts of a point beside or below its large picture, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment

from vizterm.cells.text import cut_name, name_width
from vizterm.cells.theme import Theme
from vizterm.cells.wrap import wrapped
from vizterm.embed.point_facts import PointFacts

Lines = list[list[Segment]]

_GAP = "   "
_NARROWEST = 12
"""Cells of a value that are worth a place in the line below the others."""


def beside(
    facts: PointFacts, said: str, width: int, room: int, theme: Theme, *, labelled: bool
) -> Lines:
    """Return all that is known of a point, wrapped, as far as there is room for it.

    Parameters
    ----------
    said : str
        What is to be said of its picture; may be empty.
    width, room : int
        Columns and lines.
    labelled : bool
        Whether points have labels.
    """
    lines = facts.lines(width, theme, labelled=labelled, room=room)
    lines += [[Segment(line, theme.dim)] for line in wrapped(said, width)]
    left = room - len(lines) - 1
    if not (facts.columns or facts.more_columns) or left < 1:
        return lines[:room]
    return [*lines, [], *_columns(facts, width, left, theme)]


def _columns(facts: PointFacts, width: int, room: int, theme: Theme) -> Lines:
    """Return the other columns; long values wrap, and those without room are counted."""
    short = [name_width(name) for name, value in facts.columns if _in_a_line(name, value, width)]
    longest = min(max(short, default=0), width // 2)
    blocks = [_block(name, value, width, longest, theme) for name, value in facts.columns]
    shown: Lines = []
    for number, block in enumerate(blocks):
        more = len(blocks) - number - 1 + facts.more_columns
        if len(shown) + len(block) + (more > 0) > room:
            # The rest of a long text is of use, but not a name without its value.
            part = block[: max(0, room - len(shown) - 1)]
            shown += part if len(part) > 1 else []
            return [*shown, _more(more + 1, theme)]
        shown += block
    return [*shown, _more(facts.more_columns, theme)] if facts.more_columns else shown


def _more(count: int, theme: Theme) -> list[Segment]:
    return [Segment(f"+ {count:,} more", theme.dim)]


def _in_a_line(name: str, value: str, width: int) -> bool:
    return name_width(name, width) + 1 + name_width(value, width) <= width


def _block(name: str, value: str, width: int, longest: int, theme: Theme) -> Lines:
    """Return a name and its value: in a line, or the value below in as many as it needs."""
    if not _in_a_line(name, value, width):
        above = [Segment(cut_name(name, width), theme.dim)]
        return [above, *([Segment(line, theme.text)] for line in wrapped(value, width))]
    called, told = cut_name(name, width), cut_name(value, width)
    # Values stand one below the other, as far as they are short.
    wide = max(cell_len(called), min(longest, width - 1 - cell_len(told)))
    padded = called + " " * (wide - cell_len(called) + 1)
    return [[Segment(padded, theme.dim), Segment(told, theme.text)]]


def below(
    facts: PointFacts, said: str, width: int, room: int, theme: Theme, *, labelled: bool
) -> Lines:
    """Return name, label, numbers and a line of other columns, centred; see `beside`."""
    lines = facts.lines(max(1, width - 4), theme, labelled=labelled, room=room)
    lines += [[Segment(line, theme.dim)] for line in wrapped(said, max(1, width - 4))]
    if facts.columns:
        lines.append(_columns_in_a_line(facts, width - 4, theme))
    return [_centred(line, width) for line in lines]


def _columns_in_a_line(facts: PointFacts, width: int, theme: Theme) -> list[Segment]:
    line: list[Segment] = []
    for name, value in facts.columns:
        called = cut_name(name, max(4, width // 4))
        room = width - sum(cell_len(part.text) for part in line) - cell_len(called) - 1
        room -= len(_GAP) if line else 0
        if room < min(_NARROWEST, name_width(value, _NARROWEST)):
            break
        line += [Segment(_GAP)] if line else []
        line += [Segment(f"{called} ", theme.dim), Segment(cut_name(value, room), theme.text)]
    return line


def _centred(line: Sequence[Segment], width: int) -> list[Segment]:
    used = sum(cell_len(part.text) for part in line)
    return [Segment(" " * max(0, (width - used) // 2)), *line]
