"""Lines of the legend: labels with their counts as bars."""

from __future__ import annotations

from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style

from vizterm.cells.text import BOLD, fit_name, name_width
from vizterm.cells.theme import Theme
from vizterm.embed.drawing import OFF_GLYPH, ON_GLYPH
from vizterm_core.scatter.labels import Labels

LEAST_BAR = 6
"""Columns below which there are no bars."""
_BESIDE = 6
"""Columns of mark, glyph and blanks in a row."""
_LOOKED_AT = 2000
"""Labels whose lengths the columns are chosen by."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths of a legend's columns."""

    name: int
    bar: int
    """0 where there is no room for bars."""
    count: int
    most: int
    """The count that fills a bar."""

    @classmethod
    def of(cls, labels: Labels, width: int) -> Columns:
        """Fit the columns to the names: they come first, then the bars."""
        longest = max((name_width(name) for name in labels.names[:_LOOKED_AT]), default=0)
        most = int(labels.counts.max(initial=0))
        count = len(f"{most:,}")
        room = max(1, width - count - _BESIDE)
        bar = max(room - longest, min(LEAST_BAR, room // 4))
        name = room - bar
        return cls(name, bar, count, most) if bar >= LEAST_BAR else cls(room + 1, 0, count, most)


@dataclass(frozen=True, slots=True)
class Row:
    """A label in the legend, and how it stands there."""

    name: str
    count: int
    style: Style
    """Of the label's points."""
    shown: bool = True
    selected: bool = False
    """Whether the legend's cursor is on it."""
    here: bool = False
    """Whether the point under the plot's cursor has it."""
    glowing: bool = False
    """Whether it is highlighted in the plot."""


def legend_row(row: Row, columns: Columns, theme: Theme) -> list[Segment]:
    """Return a row: mark, glyph, name, count as a bar and as a number."""
    if row.here or row.selected:
        text = number = theme.strong
    else:
        text, number = (theme.soft if row.shown else theme.dim), theme.dim
    if row.glowing and row.style.color is not None:
        text = row.style + BOLD
    elif row.glowing:
        text = theme.strong
    line = [
        Segment("▸" if row.selected else " ", theme.accent),
        Segment(ON_GLYPH if row.shown else OFF_GLYPH, row.style),
        Segment(" "),
        Segment(fit_name(row.name, columns.name), text),
    ]
    if columns.bar:
        line += [Segment(" "), *count_bar(row, columns, theme)]
    line.append(Segment(f" {row.count:>{columns.count},} ", number))
    return line


def count_bar(row: Row, columns: Columns, theme: Theme) -> list[Segment]:
    """Return a bar for the share of the largest count, to half a cell; hidden ones have none."""
    halves = round(2 * columns.bar * row.count / columns.most) if columns.most else 0
    halves = max(1, halves) if row.shown and row.count else 0
    bar = "━" * (halves // 2) + "╸" * (halves % 2)
    return [Segment(bar, row.style), Segment("─" * (columns.bar - len(bar)), theme.track)]
