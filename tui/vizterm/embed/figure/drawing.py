"""The page of a figure: title, plot, names, axes, and beside the plot what its colours mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vizterm.embed.drawing import heading
from vizterm.embed.figure.colour_bar import quantity_block
from vizterm.embed.figure.density import DENSITY_UNIT, density_ground
from vizterm.embed.figure.frame import FigureAxes, frame_items
from vizterm.embed.figure.legend import Block, legend_block
from vizterm.embed.figure.marked import marks_block, ring_items
from vizterm.embed.figure.names import name_texts
from vizterm.embed.figure.options import FigureOptions
from vizterm.embed.figure.style import FigureStyle
from vizterm.embed.figure.subject import Subject
from vizterm.embed.scatter.inks import shaded_inks
from vizterm.figures.page import DiscGroup, Item, Marks, Movable, Page, Pixels, Rgb, Text
from vizterm_core.colour.oklab import to_rgb8
from vizterm_core.scatter.labels import LEVELS
from vizterm_core.scatter.printed_points import PrintedPoints
from vizterm_core.scatter.shade import Inks
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport
from vizterm_core.text import clean

_MARGIN = 0.035
"""Free at the edges, of the shorter side."""
_TITLE = 1.25
"""Size of the title, of that of the text."""
_BESIDE = 0.4
"""Of the width, what legend and bars may take at most."""
_LEAST_PLOT = 0.35
"""Of the width, what the plot keeps: a wider legend is left out."""
_GAP = 1.5
"""Between the plot and what stands beside it, in sizes of the text."""
_DENSITY_BAR = 40.0
"""Height of the bar of a density at most, in millimetres."""
_BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that can be written."""

    page: Page
    style: FigureStyle
    shown: int
    """Points in it."""
    one_by_one: bool
    """Whether each point is a disc of its own."""
    unlisted: int
    """Labels that have no room in the legend."""


def draw_figure(subject: Subject, options: FigureOptions) -> Figure:
    """Return a figure of what a subject names."""
    return _Drawing(subject, options).figure()


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside the plot."""

    width: float
    items: Sequence[Movable]
    unlisted: int
    bar_room: tuple[float, float] | None
    """(width, height) for the bar of a density; None without one."""
    bar_top: float
    """Where that begins."""


_NOTHING = _Beside(0, (), 0, None, 0)


class _Drawing:
    """The parts of a figure, as they take room one after the other."""

    def __init__(self, subject: Subject, options: FigureOptions) -> None:
        self._subject, self._options = subject, options
        self._style = FigureStyle.of(options)
        self._inks = shaded_inks(subject.embedding.labels, self._style.paper)
        self._colours = self._inks.rgb()
        self._width, self._height = options.pixels
        self._margin = _MARGIN * min(options.pixels)
        self._gap = self._style.hair + _GAP * self._style.text

    def figure(self) -> Figure:
        """Lay out, draw, put together."""
        style, subject, margin = self._style, self._subject, self._margin
        top = margin + self._head_height() + 2 * style.hair
        bottom = self._height - margin
        beside = self._beside(bottom - top)
        right = self._width - margin - (beside.width + self._gap if beside.width else 0)
        view, left, axes = self._view(margin + style.hair, right, top, bottom)
        printed = PrintedPoints.of(
            subject.index,
            view,
            subject.visible,
            self._inks,
            millimetre=style.millimetre,
            highlight=subject.highlight,
            context=subject.context,
            selection=subject.selection,
        )
        corner = left, round(top)
        items: list[Item] = [*self._head(printed.shown)]
        items += self._plot(printed, corner, beside)
        items += frame_items(*corner, view, style)
        if axes is not None:
            items += axes.items(*corner, style)
        if subject.names and self._with_dots:
            # What is selected steps forward, but every name is to be read.
            colours = self._inks.with_highlight(subject.highlight).rgb()
            names = name_texts(subject, view, colours, style)
            items += [name.moved(*corner) for name in names]
        items += [ring.moved(*corner) for ring in ring_items(subject, printed, style)]
        at = round(left + view.across + self._gap)
        items += [item.moved(at, round(top)) for item in beside.items]
        title = clean(subject.embedding.title)
        page = Page(self._width, self._height, self._options.dpi, style.paper, items, title)
        one_by_one = printed.points is not None and self._with_dots
        return Figure(page, style, printed.shown, one_by_one, beside.unlisted)

    @property
    def _with_dots(self) -> bool:
        return self._subject.density is None or self._subject.density.with_dots

    # above

    def _head_height(self) -> float:
        return 0.0 if not self._subject.embedding.title else 3.2 * self._style.text

    def _head(self, shown: int) -> list[Text]:
        subject, style, margin = self._subject, self._style, self._margin
        if not subject.embedding.title:
            return []
        room = self._width - 2 * margin
        size = _TITLE * style.text
        title = style.typeface.fitted(clean(subject.embedding.title), size, room)
        total = int(subject.index.totals[subject.visible].sum())
        outside = f"{shown:,} of {total:,} in view" if shown < total else ""
        parts = list(heading(subject.embedding, subject.filtered, outside).parts)
        # The legend says what the colours are.
        parts = [part for part in parts if not part.startswith("coloured by ")]
        said = ""
        for part in parts:
            longer = said + _BETWEEN + part if said else part
            if said and style.width(longer) > room:
                break
            said = longer
        return [
            Text(margin, margin + size, title, size, style.ink),
            Text(
                margin,
                margin + size + 1.35 * style.text,
                style.typeface.fitted(said, style.text, room),
                style.text,
                style.soft,
            ),
        ]

    # beside

    def _beside(self, height: float) -> _Beside:
        """Return legend, colour bar and room for that of a density, if the plot keeps enough."""
        labels, subject, style = self._subject.embedding.labels, self._subject, self._style
        if not self._options.legend:
            return _NOTHING
        room = _BESIDE * self._width, height
        bar_room, wide = None, 0.0
        if subject.density is not None:
            bar_room = room[0], min(height / 2, _DENSITY_BAR * style.millimetre)
            wide = max(8 * style.text, style.width(DENSITY_UNIT))
            room = room[0], height - bar_room[1] - style.row
        marks = marks_block(subject, style, room)
        top = marks.height + style.row * 0.7 if marks.items else 0.0
        room = room[0], room[1] - top
        block = Block(0, -style.row)
        if len(labels.names) > 1 and self._with_dots:
            own, name = self._colours[:-1], subject.embedding.coloured_by
            if labels.continuous:
                block = quantity_block(labels, own, style, room, name)
            else:
                block = legend_block(labels, subject.visible, own, style, room, name)
        width = max(block.width, wide, marks.width)
        if width > (1 - _LEAST_PLOT) * self._width:
            return replace(_NOTHING, unlisted=len(labels.names))
        items = [*marks.items, *(item.moved(0, top) for item in block.items)]
        return _Beside(width, items, block.left_out, bar_room, top + block.height + style.row)

    # the plot

    def _view(
        self, left: float, right: float, top: float, bottom: float
    ) -> tuple[Viewport, int, FigureAxes | None]:
        """Return the view in pixels, its left edge, and its axes."""
        style = self._style
        if not self._options.axes:
            return self._fitted(right - left, bottom - style.hair - top), round(left), None
        names = self._subject.embedding.axes
        bottom -= FigureAxes.below(style, named=bool(names[0]))
        taken = 4.0 * style.text
        for _ in range(3):
            view = self._fitted(right - left - taken, bottom - top)
            axes = FigureAxes.of(view, style, names)
            if taken - style.text <= axes.left(style) <= taken:
                break
            taken = axes.left(style) + 0.3 * style.text
        return view, round(left + taken), axes

    def _fitted(self, width: float, height: float) -> Viewport:
        """Return the view of the subject on a plot of about that size."""
        subject = self._subject
        columns, rows = max(8, int(width) // DOTS_ACROSS), max(4, int(height) // DOTS_DOWN)
        aspect = None if subject.stretched else DOTS_DOWN / DOTS_ACROSS
        return Viewport.fit(
            subject.extent, columns, rows, cell_aspect=aspect, margin=subject.margin
        )

    def _plot(self, printed: PrintedPoints, corner: tuple[int, int], beside: _Beside) -> list[Item]:
        subject, style = self._subject, self._style
        ground: npt.NDArray[np.uint8] | None = None
        items: list[Item] = []
        if subject.density is not None:
            density = density_ground(subject, printed.viewport, style, beside.bar_room)
            ground = density.pixels
            x = round(corner[0] + printed.viewport.across + self._gap)
            y = corner[1] + round(beside.bar_top)
            items += [item.moved(x, y) for item in density.bar.items]
        if not self._with_dots:
            assert ground is not None
            return [*items, Pixels(*corner, printed.selected_on(ground))]
        pixels = Pixels(*corner, printed.pixels(ground))
        if printed.points is None or ground is not None or printed.behind is not None:
            return [*items, pixels]
        box = (*corner, printed.viewport.across, printed.viewport.down)
        groups = _groups(printed, subject, corner)
        return [*items, Marks(groups, printed.radius, style.paper, box, pixels)]


def _groups(printed: PrintedPoints, subject: Subject, corner: tuple[int, int]) -> list[DiscGroup]:
    """Return the discs by label, in the order in which they lie on each other."""
    points = printed.in_order()
    assert points is not None
    order, starts = np.unique(points.labels, return_index=True)
    groups = []
    for label in order[np.argsort(starts)].tolist():
        own = points.labels == label
        groups.append(
            DiscGroup(
                _group_name(subject, label),
                _rgb(printed.inks, label),
                points.columns[own] + corner[0],
                points.rows[own] + corner[1],
            )
        )
    return groups


def _group_name(subject: Subject, label: int) -> str:
    labels = subject.embedding.labels
    if label >= len(labels.names):
        return f"{_group_name(subject, label - len(labels.names))}, selected"
    if labels.scale is None or label >= LEVELS:
        return clean(labels.names[label])
    low, high = labels.scale.level_bounds(label)
    return f"{labels.scale.text(low)} to {labels.scale.text(high)}"


def _rgb(inks: Inks, label: int) -> Rgb:
    red, green, blue = to_rgb8(inks.labels[label]).tolist()
    return red, green, blue
