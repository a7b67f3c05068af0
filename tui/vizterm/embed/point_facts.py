"""The facts of a point as text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from vizterm.cells.text import cut_name
from vizterm.cells.theme import Theme
from vizterm.cells.wrap import wrapped
from vizterm.embed.drawing import PIN_GLYPH, SELECTED_GLYPH
from vizterm_core.errors import VizError
from vizterm_core.load import Embedding
from vizterm_core.tags.columns import TagColumn

_GAP = "   "
_SHORT = 24
"""Cells of a label where all facts stand in one line; a name gets twice as many."""
_LEAST_LINES = 4
"""Lines that name and label get, however little room there is."""
_LEAST_SPAN = 0.01
"""Extent from which coordinates are told with fixed decimals."""
_MOST_COLUMNS = 60
"""Columns that are looked at for a point: more don't fit on any screen."""


@dataclass(frozen=True, slots=True)
class PointFacts:
    """Facts of a point, as the panel shows them."""

    label: str
    """As it is in the data, like the name."""
    style: Style
    """Style of the label."""
    name: str
    row: int
    """Index in the arrays as given."""
    x: float
    y: float
    place: int = 1
    """Place among the points in the same dot, from 1."""
    crowd: int = 1
    """Points in the same dot."""
    pinned: bool = False
    selected: bool = False
    span: float = 10.0
    """Extent of all points: coordinates are told to a hundredth or a thousandth of it."""
    columns: tuple[tuple[str, str], ...] = ()
    """Names and values of the point's other columns."""
    more_columns: int = 0
    """Columns that aren't among those: they are too many, or haven't been read."""

    @classmethod
    def of(
        cls,
        embedding: Embedding,
        point: int,
        styles: Sequence[Style],
        *,
        span: float = 10.0,
        place: int = 1,
        crowd: int = 1,
        pinned: bool = False,
        selected: bool = False,
        read: bool = False,
    ) -> PointFacts:
        """Return the facts of a point.

        Parameters
        ----------
        styles : sequence of Style
            Of the labels.
        read : bool
            Whether columns are read that haven't been: that may take long.
        """
        told = (embedding.coloured_by, embedding.named_by)
        others = [
            name
            for name in embedding.columns
            if name not in told and not _untold(embedding, name, point)
        ]
        columns = column_values(embedding, others[:_MOST_COLUMNS], point, read=read)
        label, colour = embedding.labels.text_of(point), embedding.columns.get(told[0])
        if colour is not None and colour.costly and embedding.labels.continuous:
            # It tells more than the number.
            label = colour.text(embedding.row_of(point))
        return cls(
            label=label,
            style=styles[int(embedding.labels.codes[point])],
            name=embedding.name_of(point),
            row=embedding.row_of(point),
            x=float(embedding.x[point]),
            y=float(embedding.y[point]),
            place=place,
            crowd=crowd,
            pinned=pinned,
            selected=selected,
            span=span,
            columns=columns,
            more_columns=len(others) - len(columns),
        )

    def column_lines(self, width: int, room: int, theme: Theme) -> list[list[Segment]]:
        """Return the other columns, one a line, as many as there is room for; the rest counted."""
        shown = self.columns
        more = self.more_columns
        if len(shown) + (more > 0) > room:
            shown = shown[: max(0, room - 1)]
            more += len(self.columns) - len(shown)
        names = [cut_name(name, max(4, width // 2)) for name, _ in shown]
        longest = max((cell_len(name) for name in names), default=0)
        lines = []
        for name, (_, value) in zip(names, shown, strict=True):
            told = cut_name(value, max(1, width - cell_len(name) - 1))
            # Values stand one below the other, as far as they are short.
            wide = max(cell_len(name), min(longest, width - 1 - cell_len(told)))
            called = name + " " * (wide - cell_len(name) + 1)
            lines.append([Segment(called, theme.dim), Segment(told, theme.text)])
        if more and room > 0:
            lines.append([Segment(f"+ {more:,} more", theme.dim)])
        return lines

    def lines(
        self, width: int, theme: Theme, *, labelled: bool, room: int = 0
    ) -> list[list[Segment]]:
        """Return name, label and facts, wrapped: nothing is cut off that there is room for.

        Parameters
        ----------
        width : int
            Columns.
        labelled : bool
            Whether the data have labels.
        room : int, optional
            Lines that there is room for: a name that takes more lacks its middle.
        """
        numbers = self._numbers(width, theme)
        name = wrapped(self.name, width)
        label = wrapped(self.label, width - 2) if labelled else []
        left = max(_LEAST_LINES, room - len(numbers))
        if room and len(name) + len(label) > left:
            label = (
                wrapped(self.label, width - 2, max(left - len(name), left // 3)) if label else []
            )
            name = wrapped(self.name, width, left - len(label))
        chip = theme.label_chip(self.style)
        return [
            *([Segment(line, theme.strong)] for line in name),
            *([Segment(f" {line} ", chip)] for line in label),
            *numbers,
        ]

    def _numbers(self, width: int, theme: Theme) -> list[list[Segment]]:
        """Return index, place, neighbours in the dot, marks: as many in a line as fit."""
        facts = [
            Segment(f"#{self.row:,}", theme.dim if self.name else theme.strong),
            Segment(f"at {number(self.x, self.span)}, {number(self.y, self.span)}", theme.dim),
        ]
        if cell_len(facts[1].text) > width:
            facts[1:] = [
                Segment(f"{axis} {number(value, self.span)}", theme.dim)
                for axis, value in (("x", self.x), ("y", self.y))
            ]
        if self.crowd > 1:
            facts.append(Segment(f"{self.place:,} of {self.crowd:,} here  [ ]", theme.dim))
        if self.pinned:
            facts.append(Segment(f"{PIN_GLYPH} pinned", theme.accent))
        if self.selected:
            facts.append(Segment(f"{SELECTED_GLYPH} selected", theme.accent))
        lines: list[list[Segment]] = [[]]
        used = 0
        for fact in facts:
            wide = cell_len(fact.text)
            if used and used + len(_GAP) + wide > width:
                lines.append([])
                used = 0
            if used:
                lines[-1].append(Segment(_GAP))
                used += len(_GAP)
            lines[-1].append(fact)
            used += wide
        return lines


def column_values(
    embedding: Embedding, columns: Sequence[str], point: int, *, read: bool
) -> tuple[tuple[str, str], ...]:
    """Return names and values of some columns of a point.

    Parameters
    ----------
    columns : sequence of str
        Keys of the embedding's columns.
    read : bool
        Whether columns are read that haven't been; else they are left out.
    """
    row = embedding.row_of(point)
    values = []
    for name in columns:
        column = embedding.columns[name]
        if not (read or column.ready):
            continue
        try:
            values.append((name, column.text(row)))
        except VizError:
            values.append((name, "can't be read"))
    return tuple(values)


def _untold(embedding: Embedding, name: str, point: int) -> bool:
    """Whether a column says nothing of a point: it is made of tags, or has not been made."""
    column = embedding.columns[name]
    return column.waits or (
        isinstance(column, TagColumn) and not column.text(embedding.row_of(point))
    )


def number(value: float, span: float = 10.0) -> str:
    """Return a coordinate as text, with a real minus sign.

    Parameters
    ----------
    span : float
        Extent of all coordinates: those of one map have the same decimals, at least two.  Numbers
        beyond a million have fewer, and such a small span has none that all could share.
    """
    size = abs(value)
    if size >= 1e6:
        text = f"{value:,.0f}" if size >= 1e8 else f"{value:,.1f}"
        text = text if size < 1e12 else f"{value:.8g}"
    elif span < _LEAST_SPAN:
        text = f"{value:.4g}"
    else:
        decimals = max(2, 3 - math.floor(math.log10(span)))
        text = f"{value:.{decimals}f}"
    return text.replace("-", "−") if float(text.replace(",", "")) else text.replace("-", "")


def short_facts(facts: PointFacts, *, labelled: bool) -> str:
    """Return the facts on one line, for where there is no room for a panel."""
    parts = [f"#{facts.row:,}"]
    if labelled:
        parts.insert(0, cut_name(facts.label, _SHORT))
    if facts.name:
        parts.append(cut_name(facts.name, 2 * _SHORT))
    if facts.crowd > 1:
        parts.append(f"{facts.place:,} of {facts.crowd:,} here")
    return " · ".join(parts)
