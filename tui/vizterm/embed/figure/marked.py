"""Points that stand out in a figure: rings around them, and lines of the legend that say what."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm.embed.figure.legend import Block
from vizterm.embed.figure.style import FigureStyle
from vizterm.embed.figure.subject import Subject
from vizterm.figures.page import Disc, Movable, Ring, Text
from vizterm_core.scatter.printed_points import PrintedPoints
from vizterm_core.scatter.viewport import Viewport
from vizterm_core.text import clean

_MOST_RINGED = 60
"""Selected points in a figure up to which each has a ring: of more the colours tell enough."""
_AWAY = 0.25
"""From a selected point's disc to its ring, in millimetres."""
_RING, _FROM_POINT = 1.0, 0.6
"""Least radius of a marked point's ring, and from its disc to it, in millimetres."""
_THIN, _THICK = 0.15, 0.3
"""Widths of rings in millimetres."""
_SIGN = 0.42
"""Radius of a ring in the legend, of the size of the text."""


def ring_items(subject: Subject, printed: PrintedPoints, style: FigureStyle) -> list[Movable]:
    """Return rings around few selected points and marked ones, from the plot's corner on.

    Each has its point in it once more, which a name on the map may have hidden.

    Parameters
    ----------
    subject : Subject
    printed : PrintedPoints
        The points of the figure.
    style : FigureStyle
    """
    radius = printed.radius if printed.front is None else printed.front_radius
    millimetre = style.millimetre
    colours, front = printed.inks.rgb(), printed.inks.kept_from
    items: list[Movable] = []

    def add(points: npt.NDArray[np.int64], away: float, line: float) -> None:
        for x, y, label, selected in _places(subject, printed.viewport, points):
            red, green, blue = colours[label + (front or 0) * selected].tolist()
            items.append(Ring(x, y, away, line * millimetre, style.ink, style.paper))
            items.append(Disc(x, y, radius, (red, green, blue)))

    add(_ringed(subject), radius + _AWAY * millimetre, _THIN)
    large = max(_RING * millimetre, radius + _FROM_POINT * millimetre)
    add(np.array(subject.marked, np.int64), large, _THICK)
    return items


def marks_block(subject: Subject, style: FigureStyle, room: tuple[float, float]) -> Block:
    """Return the lines of the legend for selected and marked points; nothing without any."""
    text, row = style.text, style.row
    start = (2 * _SIGN + 0.5) * text
    lines: list[tuple[str, float]] = []
    if count := subject.selected_count:
        width = _THIN if _ringed(subject).size else 0.0
        lines.append((f"{count:,} selected", width))
    for point in drawn(subject, np.array(subject.marked, np.int64)).tolist():
        name = subject.embedding.name_of(point)
        said = f"#{subject.embedding.row_of(point):,} {name}".strip()
        lines.append((clean(said), _THICK))
    items: list[Movable] = []
    widest = 0.0
    for place, (said, line) in enumerate(lines):
        fitted = style.typeface.fitted(said, text, room[0] - start)
        base = place * row + text
        x = start if line else 0.0
        items.append(Text(x, base, fitted, text, style.ink))
        if line:
            centre, middle = (_SIGN + 0.05) * text, base - 0.34 * text
            wide = min(line * style.millimetre, 0.25 * text)
            items.append(Ring(centre, middle, _SIGN * text, wide, style.ink, style.paper))
        widest = max(widest, x + style.width(fitted))
    return Block(widest, row * len(lines), items)


def _ringed(subject: Subject) -> npt.NDArray[np.int64]:
    """Return the selected points that have rings."""
    selection = subject.selection
    if selection is None or not 0 < selection.count <= _MOST_RINGED:
        return np.zeros(0, np.int64)
    return selection.points()


def drawn(subject: Subject, points: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return those of some points whose labels are drawn, and which no filter leaves out."""
    return points[np.append(subject.visible, False)[subject.index.labels[points]]]


def _places(
    subject: Subject, view: Viewport, points: npt.NDArray[np.int64]
) -> list[tuple[float, float, int, bool]]:
    """Return where points lie in a view, their labels, and whether they are selected.

    Those that aren't drawn are left out.
    """
    index, points = subject.index, drawn(subject, points)
    x = (index.x[points] - np.float64(view.left)) * view.x_scale
    y = (np.float64(view.top) - index.y[points]) * view.y_scale
    inside = (x >= 0) & (x < view.across) & (y >= 0) & (y < view.down)
    points, selection = points[inside], subject.selection
    selected = np.zeros(points.size, bool) if selection is None else selection.has(points)
    parts = x[inside], y[inside], index.labels[points], selected
    return list(zip(*(part.tolist() for part in parts), strict=True))
