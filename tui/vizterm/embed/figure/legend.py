"""The legend of a figure: a disc, a name and a count for each label, in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vizterm.embed.figure.style import FigureStyle
from vizterm.figures.page import Disc, Movable, Rgb, Text
from vizterm_core.scatter.labels import Labels
from vizterm_core.text import clean

_DISC = 0.32
"""Radius of a disc, of the size of the text."""
_GAPS = 0.6, 0.9, 1.6
"""Between disc and name, name and count, and two columns, in sizes of the text."""
_SCALES = 1.0, 0.85
"""Sizes of the text, of which the first is taken with which most labels have room."""
_NARROWEST = 3.5
"""Width of a column at least, in sizes of the text."""
_WIDEST_NAME = 15.0
"""In sizes of the text."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a figure beside the plot: what is in it, from its own corner on."""

    width: float
    height: float
    items: Sequence[Movable] = ()
    left_out: int = 0
    """Labels that have no room."""


def legend_block(
    labels: Labels,
    visible: npt.NDArray[np.bool_],
    colours: npt.NDArray[np.uint8],
    style: FigureStyle,
    room: tuple[float, float],
    heading: str = "",
) -> Block:
    """Return the legend of the visible labels that have points, as many as there is room for.

    They stand in their own order if all fit; else the biggest come first, how many others there
    are is said, and noise and missing ones are last.

    Parameters
    ----------
    labels : Labels
        With the counts of the points that are shown.
    visible : (labels,) bool
    colours : (labels, 3) uint8
    style : FigureStyle
    room : (width, height)
        In pixels.
    heading : str
        What the labels are.
    """
    shown = [int(n) for n in np.flatnonzero(visible & (labels.counts > 0))]
    items: list[Movable] = []
    top = 0.0
    if heading:
        text = style.typeface.fitted(clean(heading), style.text, room[0])
        items.append(Text(0, style.text, text, style.text, style.soft))
        top = style.row * 1.15
    best: _Columns | None = None
    for scale in _SCALES:
        smaller = replace(style, text=scale * style.text)
        columns = _Columns.fitting(shown, labels, colours, smaller, (room[0], room[1] - top))
        if columns is not None and (best is None or columns.listed > best.listed):
            best = columns
    if best is None:
        return Block(0, 0, left_out=len(shown))
    items += [item.moved(0, top) for item in best.items()]
    wide = 0.0 if not heading else style.width(text)
    return Block(max(best.width, wide), top + best.height, items, len(shown) - best.listed)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The lines of a legend, column by column."""

    columns: Sequence[Sequence[_Entry]]
    style: FigureStyle
    listed: int
    """Labels that have a line."""

    @classmethod
    def fitting(
        cls,
        shown: Sequence[int],
        labels: Labels,
        colours: npt.NDArray[np.uint8],
        style: FigureStyle,
        room: tuple[float, float],
    ) -> _Columns | None:
        """Return as many lines as there is room for; None for none."""
        rows = int(room[1] // style.row)
        if rows < 1 or not shown:
            return None
        most = rows * max(1, int(room[0] // (_NARROWEST * style.text)))
        known = _kept(shown, labels, most)
        entries = [_Entry.of(label, labels, colours, style) for label in known]
        for count in range(min(most, len(shown)), 0, -1):
            chosen = _chosen(entries, labels, count, len(shown), style)
            columns = [chosen[start : start + rows] for start in range(0, len(chosen), rows)]
            # A column of its own for next to nothing would only take room.
            poor = len(columns) > 1 and count < len(shown) and len(columns[-1]) <= rows // 4
            found = cls(columns, style, count)
            if (found.width <= room[0] and not poor) or count == 1:
                return found
        return None

    @property
    def width(self) -> float:
        """Of all columns, and between them."""
        between = _GAPS[2] * self.style.text * (len(self.columns) - 1)
        return sum(_width(column, self.style) for column in self.columns) + between

    @property
    def height(self) -> float:
        """Of the first column, which is full."""
        return self.style.row * len(self.columns[0])

    def items(self) -> list[Movable]:
        """Return all lines, from the legend's corner on."""
        items: list[Movable] = []
        x = 0.0
        for column in self.columns:
            wide = _width(column, self.style)
            for row, entry in enumerate(column):
                items += entry.items(x, row * self.style.row, wide, self.style)
            x += wide + _GAPS[2] * self.style.text
        return items


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of a legend."""

    label: int
    name: str
    count: str
    colour: Rgb | None
    """None for the line that says how many others there are."""
    name_width: float
    count_width: float

    @classmethod
    def of(
        cls, label: int, labels: Labels, colours: npt.NDArray[np.uint8], style: FigureStyle
    ) -> _Entry:
        name = style.typeface.fitted(
            clean(labels.names[label]), style.text, _WIDEST_NAME * style.text
        )
        count = f"{int(labels.counts[label]):,}"
        red, green, blue = colours[label].tolist()
        return cls(label, name, count, (red, green, blue), style.width(name), style.width(count))

    def items(self, x: float, y: float, width: float, style: FigureStyle) -> list[Movable]:
        text = style.text
        base = y + text
        start = x + (2 * _DISC + _GAPS[0]) * text
        if self.colour is None:
            return [Text(start, base, self.name, text, style.soft)]
        return [
            Disc(x + _DISC * text, base - 0.34 * text, _DISC * text, self.colour),
            Text(start, base, self.name, text, style.ink),
            Text(x + width, base, self.count, text, style.soft, "end"),
        ]


def _kept(shown: Sequence[int], labels: Labels, most: int) -> list[int]:
    """Return the labels that can have a line: in their own order if all do, else the biggest."""
    if len(shown) <= most:
        return list(shown)
    grey = [label for label in shown if label in labels.grey]
    others = sorted(
        (label for label in shown if label not in labels.grey),
        key=lambda label: -int(labels.counts[label]),
    )
    return [*others[:most], *grey]


def _chosen(
    entries: Sequence[_Entry], labels: Labels, count: int, total: int, style: FigureStyle
) -> list[_Entry]:
    """Return the lines of a legend that lists so many of all labels."""
    if count == total:
        return list(entries)
    grey = [entry for entry in entries if entry.label in labels.grey]
    others = [entry for entry in entries if entry.label not in labels.grey]
    others.sort(key=lambda entry: -int(labels.counts[entry.label]))
    kept = others[: max(0, count - len(grey))]
    name = f"+ {total - count:,} more"
    more = _Entry(-1, name, "", None, style.width(name), 0)
    return [*kept, more, *grey[:count]]


def _width(column: Sequence[_Entry], style: FigureStyle) -> float:
    listed = [entry for entry in column if entry.colour is not None]
    # Letters of other programs are wider.
    names = 1.04 * max((entry.name_width for entry in listed), default=0)
    counts = max((entry.count_width for entry in listed), default=0)
    others = max((entry.name_width for entry in column), default=0)
    between = _GAPS[1] * style.text if listed else 0
    return (2 * _DISC + _GAPS[0]) * style.text + max(names + between + counts, others)
