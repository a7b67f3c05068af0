"""The line of a status bar: chips for the state on the left, the keys that matter on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.segment import Segment

from vizterm.cells.text import BOLD, fit_text
from vizterm.cells.theme import Theme

_LAST_HINTS = 2
_WIDE_ENOUGH = 60
"""Columns from which help and quit are always shown."""
_MOST_HINTS = 5
"""Keys that come before all but the first chip."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A word about the state."""

    text: str
    action: str = ""
    """The action that a click runs: opens its choice, or goes to the next value."""
    strong: bool = False
    needed: bool = False
    """Whether it says that something is left out: such chips come before the keys."""
    short: str = ""
    """Said instead where there is no room for the text, if it is needed."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A key that matters now."""

    key: str
    text: str
    action: str = ""
    """The action that a click runs."""


@dataclass(frozen=True, slots=True)
class Target:
    """A part of the bar that can be clicked: columns from `start` to before `end`."""

    start: int
    end: int
    action: str


def bar_line(
    chips: Sequence[Chip], remark: str, hints: Sequence[Hint], width: int, theme: Theme
) -> tuple[list[Segment], list[Target]]:
    """Return the line of a status bar, and what can be clicked in it.

    Chips and hints are shown whole or not at all: the first chip, help and quit, needed chips, up
    to five keys, the other chips, the other keys, as long as there is room.  Behind a remark all
    chips come before the keys.  Only a remark may be cut.

    Parameters
    ----------
    remark : str
        Said in front of the chips, which make room for it.
    hints : sequence of Hint
        The most important first; the last two, help and quit, stay.
    """
    kept_chips, kept_hints, remark = _fitting(chips, remark, hints, width)
    line: list[Segment] = []
    targets: list[Target] = []
    column = 0
    if remark:
        line.append(Segment(f" {remark}", theme.text))
        column = 1 + cell_len(remark)
    for number, chip in enumerate(kept_chips):
        if number or remark:
            line.append(Segment(" "))
            column += 1
        style = theme.chip + (BOLD if chip.strong else theme.dim)
        line.append(Segment(f" {chip.text} ", style))
        targets.append(Target(column, column + _width(chip) - 1, chip.action))
        column += _width(chip) - 1
    # A column stays free at the right.
    right = max(0, sum(map(_width, kept_hints)) - 1)
    line.append(Segment(" " * max(0, width - column - right)))
    column = max(column, width - right)
    for number, hint in enumerate(kept_hints, 1):
        gap = "  " if number < len(kept_hints) else " "
        line += [Segment(hint.key, theme.accent), Segment(f" {hint.text}{gap}", theme.dim)]
        targets.append(Target(column, column + _width(hint) - 2, hint.action))
        column += _width(hint)
    return line, [target for target in targets if target.action]


def _width(item: Chip | Hint) -> int:
    """Return the columns of a chip with the gap before it, or of a hint with that behind it."""
    if isinstance(item, Chip):
        return cell_len(item.text) + 3
    return cell_len(item.key) + cell_len(item.text) + 3


def _fitting(
    chips: Sequence[Chip], remark: str, hints: Sequence[Hint], width: int
) -> tuple[list[Chip], list[Hint], str]:
    """Return what there is room for."""
    last = list(hints[-_LAST_HINTS:]) if width >= _WIDE_ENOUGH else []
    others = hints[: len(hints) - len(last)]
    room = width - sum(map(_width, last)) - 1
    if remark:
        remark = remark if cell_len(remark) + 1 <= room else fit_text(remark, max(1, room - 2))
        room -= cell_len(remark) + 3
    soon = max(0, _MOST_HINTS - len(last))
    needed = [chip for chip in chips[1:] if chip.needed]
    rest = [chip for chip in chips[1:] if not chip.needed]
    ranked: list[Chip | Hint] = [*chips[:1], *needed, *others[:soon], *rest, *others[soon:]]
    if remark:
        ranked = [*chips[:1], *needed, *rest, *others]
    # All that is needed is there, in short, rather than some of it in full.
    crowded = sum(map(_width, [*chips[:1], *needed])) > room
    kept_chips: dict[Chip, Chip] = {}
    kept_hints: list[Hint] = []
    for item in ranked:
        shown = item
        tight = crowded and isinstance(item, Chip) and item.needed
        if isinstance(item, Chip) and item.short and (tight or _width(item) > room):
            shown = replace(item, text=item.short)
        if _width(shown) > room:
            continue
        room -= _width(shown)
        if isinstance(item, Chip) and isinstance(shown, Chip):
            kept_chips[item] = shown
        elif isinstance(item, Hint):
            kept_hints.append(item)
    in_order = [kept_chips[chip] for chip in chips if chip in kept_chips]
    return in_order, [*kept_hints, *last], remark
