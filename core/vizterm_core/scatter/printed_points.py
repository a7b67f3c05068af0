"""The points of a figure, drawn at its own resolution: a disc each, or the ink of many.

A view's dots are the figure's pixels here.  Few points are opaque discs, rarer labels on top; the
ink of smaller ones, or of many, adds up, mixes where labels meet, and is stronger where they are
denser, as on screen.  Selected points lie on top, in their colours; the others step back.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vizterm_core.colour.oklab import to_rgb8
from vizterm_core.scatter.discs import COVER_LEVELS, MOST_DISCS, PLACES, disc_cover
from vizterm_core.scatter.frame import EMPTY
from vizterm_core.scatter.index import PointIndex, Visible
from vizterm_core.scatter.ink_sums import InkSums, kernel
from vizterm_core.scatter.marks import PointsInView
from vizterm_core.scatter.selected import points_standing_out, rarity_standing_out
from vizterm_core.scatter.selection import Selection
from vizterm_core.scatter.shade import Exposure, Inks, expose, laid_on
from vizterm_core.scatter.viewport import Viewport

Floats = npt.NDArray[np.float32]
Rgb = npt.NDArray[np.uint8]

_SHARE = 0.065
"""Share of the plot that all discs cover, unless they would become too small or too large."""
_RADII = (0.06, 0.85)
"""Limits of a radius in millimetres."""
_LEAST_DISC = 2.0
"""Radius in pixels from which on discs are cut out of those below: of smaller ones the edge is so
large a part that crowds would turn pale."""
_LEAST_PIXELS = 0.6
"""Least radius in pixels: a smaller disc would be paler than its ink."""
_CELL = (1.4, 2.8)
"""Width and height in millimetres of the place whose points say how dense a view is."""
_FLOOR = 0.5
"""Strength of the ink of a lone point among many."""
_CHUNK = 1 << 20
"""Points counted at a time: each chunk costs a pass over all pixels."""
_MOST_COVERED = 1 << 22
"""Pixels of discs that are worked on at a time."""
_STANDS_OUT = 0.85
"""The same of a selected one."""
_LARGEST_SELECTED = 0.3
"""Radius in millimetres up to which few selected points among many grow."""


def mark_radius(shown: int, viewport: Viewport, millimetre: float) -> float:
    """Return the radius in pixels of each of `shown` marks, the fewer the larger.

    Parameters
    ----------
    shown : int
        Points in the view.
    viewport : Viewport
        Its dots are pixels.
    millimetre : float
        Pixels of a millimetre.
    """
    radius = (_SHARE * viewport.across * viewport.down / (math.pi * max(1, shown))) ** 0.5
    least, most = _RADII
    return max(_LEAST_PIXELS, min(max(radius, least * millimetre), most * millimetre))


@dataclass(frozen=True, slots=True)
class PrintedPoints:
    """The points of a figure: those of a view in pixels, one by one or summed."""

    viewport: Viewport
    """Its dots are pixels."""
    inks: Inks
    highlight: int | None
    shown: int
    """Visible points in the view."""
    radius: float
    """Of each mark, in pixels."""
    rarity: npt.NDArray[np.int64]
    """(codes,) the rank of each label, the rarest first."""
    points: PointsInView | None
    """Up to `MOST_DISCS` of them, one by one; None for more."""
    sums: InkSums | None
    """The sums of more; None for few."""
    front: InkSums | None
    """The sums of selected ones among them, which are not among the others."""
    selected: int
    """Selected ones of the points that are shown."""
    behind: InkSums | None
    """Points left out by a filter that are seen behind the others."""
    millimetre: float
    """Pixels of a millimetre."""

    @classmethod
    def of(
        cls,
        index: PointIndex,
        viewport: Viewport,
        visible: Visible,
        inks: Inks,
        *,
        millimetre: float,
        highlight: int | None = None,
        context: bool = False,
        selection: Selection | None = None,
    ) -> PrintedPoints:
        """Find the points of a view, in one pass over all of them.

        Parameters
        ----------
        index : PointIndex
        viewport : Viewport
            Its dots are pixels of the figure.
        visible : (labels,) bool
        inks : Inks
            Of the labels, and behind them of the points left out.
        millimetre : float
            Pixels of a millimetre.
        highlight : int, optional
            A label in front of the others, which step back.
        context : bool
            Whether points that a filter leaves out are seen behind the others.
        selection : Selection, optional
            Points that stand out. The inks and labels that are kept are twice as many then: those
            of the other points, of the selected ones, of points left out.
        """
        count = index.label_count
        selecting = selection is not None and bool(selection)
        inks = inks.with_selection(highlight) if selecting else inks.with_highlight(highlight)
        wanted = np.append(visible, False) if index.filtered else visible
        few: list[PointsInView] = []
        sums: InkSums | None = None
        front: InkSums | None = None
        shown = selected = 0
        for part in _in_view(index, viewport, wanted):
            shown += len(part)
            few.append(part)
            if selection is not None and selecting:
                few[-1] = points_standing_out(part, selection, count)
                selected += int((few[-1].labels >= count).sum())
            if shown > MOST_DISCS or sums is not None:
                sums = sums or InkSums.zero(viewport, leading=highlight is not None)
                if selecting and front is None:
                    front = InkSums.zero(viewport, leading=False)
                for each in few:
                    _add_apart(sums, front, each, inks, highlight)
                few.clear()
        behind = None
        if context and index.filtered:
            behind = InkSums.zero(viewport, leading=False)
            alone = np.zeros(wanted.size, bool)
            alone[-1] = True
            for part in _in_view(index, viewport, alone):
                left_out = replace(part, labels=np.full(len(part), len(inks.labels) - 1))
                behind.add(left_out, inks, None)
        points = None if sums is not None else _joined(few)
        radius = mark_radius(shown, viewport, millimetre)
        rarity = rarity_standing_out(index.rarity, count) if selecting else index.rarity
        return cls(
            viewport, inks, highlight, shown, radius, rarity, points, sums, front, selected, behind,
            millimetre,
        )  # fmt: skip

    def in_order(self) -> PointsInView | None:
        """Return the points one by one in the order in which they are drawn; None for many."""
        points = self.points
        if points is None:
            return None
        labels = points.labels.astype(np.int64)
        order = np.lexsort((-self.rarity[labels], labels == self.highlight, self._in_front(labels)))
        return PointsInView(
            points.columns[order], points.rows[order], labels[order], points.points[order]
        )

    @property
    def front_radius(self) -> float:
        """Radius of selected points among many, in pixels: the fewer, the larger."""
        radius = mark_radius(self.selected, self.viewport, self.millimetre)
        return max(self.radius, min(radius, _LARGEST_SELECTED * self.millimetre))

    def _in_front(self, labels: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Return which labels are those of selected points."""
        front = self.inks.kept_from
        return np.zeros(labels.size, bool) if front is None else labels >= front

    def pixels(self, ground: Rgb | None = None) -> Rgb:
        """Return the picture: (H, W, 3) uint8.

        Parameters
        ----------
        ground : (H, W, 3) uint8, optional
            What the points are drawn on; the background's colour otherwise.
        """
        shape = (self.viewport.down, self.viewport.across, 3)
        paper = to_rgb8(self.inks.paper)
        picture: Rgb = np.broadcast_to(paper if ground is None else ground, shape).copy()
        if self.behind is not None:
            _lay_sums(picture, self.behind.spread(self.radius), self.inks, None)
        sums, front, points = self.sums, self.front, self.points
        if points is not None and self.radius < _LEAST_DISC:
            sums = InkSums.zero(self.viewport, leading=self.highlight is not None)
            if self.inks.kept_from is not None:
                front = InkSums.zero(self.viewport, leading=False)
            _add_apart(sums, front, points, self.inks, self.highlight)
        if sums is not None:
            # The densest places would stand out as well.
            self._lay(picture, sums, self.radius, _FLOOR, accents=front is None)
            if front is not None:
                self._lay(picture, front, self.front_radius, _STANDS_OUT)
        elif (points := self.in_order()) is not None and len(points):
            _lay_discs(picture, points, self.inks, self.radius)
        return picture

    def selected_on(self, ground: Rgb) -> Rgb:
        """Return a picture with the selected points on it, and no others: (H, W, 3) uint8."""
        picture, front, points = ground.copy(), self.front, self.in_order()
        if points is not None:
            chosen = _some(points, self._in_front(points.labels.astype(np.int64)))
            if self.radius >= _LEAST_DISC:
                _lay_discs(picture, chosen, self.inks, self.radius)
            else:
                front = InkSums.zero(self.viewport, leading=False)
                front.add(chosen, self.inks, None)
        if front is not None:
            self._lay(picture, front, self.front_radius, _STANDS_OUT)
        return picture

    def _lay(
        self, picture: Rgb, sums: InkSums, radius: float, floor: float, *, accents: bool = True
    ) -> None:
        cell = _CELL[0] * _CELL[1] * self.millimetre**2
        mark = float(kernel(radius).sum())
        spread = sums.spread(radius)
        _lay_sums(picture, spread, self.inks, cell / mark, floor, accents=accents)


def _add_apart(
    sums: InkSums, front: InkSums | None, points: PointsInView, inks: Inks, highlight: int | None
) -> None:
    """Add points to sums, selected ones to those in front."""
    if front is None or inks.kept_from is None:
        sums.add(points, inks, highlight)
        return
    chosen = points.labels >= inks.kept_from
    sums.add(_some(points, ~chosen), inks, highlight)
    front.add(_some(points, chosen), inks, None)


def _some(points: PointsInView, chosen: npt.NDArray[np.bool_]) -> PointsInView:
    return PointsInView(
        points.columns[chosen], points.rows[chosen], points.labels[chosen], points.points[chosen]
    )


def _in_view(index: PointIndex, viewport: Viewport, visible: Visible) -> Iterator[PointsInView]:
    """Yield the points of a view, some at a time; none of a label that isn't visible."""
    everything = bool(visible.all())
    for start in range(0, len(index), _CHUNK):
        part = slice(start, start + _CHUNK)
        labels = index.labels[part]
        # np.float64, because a Python number would be rounded to the dtype of the points.
        columns = index.x[part] - np.float64(viewport.left)
        columns *= viewport.x_scale
        rows = np.float64(viewport.top) - index.y[part]
        rows *= viewport.y_scale
        inside = (columns >= 0) & (columns < viewport.across)
        inside &= rows >= 0
        inside &= rows < viewport.down
        if not everything:
            inside &= visible[labels]
        if inside.all():
            yield PointsInView(columns, rows, labels, np.arange(start, start + labels.size))
        elif inside.any():
            found = np.flatnonzero(inside)
            yield PointsInView(columns[found], rows[found], labels[found], found + start)


def _joined(parts: list[PointsInView]) -> PointsInView:
    if not parts:
        none = np.zeros(0)
        return PointsInView(none, none, np.zeros(0, np.int64), np.zeros(0, np.int64))
    return PointsInView(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("columns", "rows", "labels", "points")
        )
    )


def _lay_sums(
    picture: Rgb,
    sums: InkSums,
    inks: Inks,
    per_cell: float | None,
    floor: float = _FLOOR,
    *,
    accents: bool = True,
) -> None:
    """Draw sums on a picture: all as strong where `per_cell` is None, else by density.

    Without accents the densest places aren't nearly white, or black.
    """
    flat = picture.reshape(-1, 3)
    counts = sums.counts.ravel()
    lit = np.flatnonzero(counts > 1e-3)
    if not lit.size:
        return
    here = counts[lit]
    mixed = np.stack([channel.ravel()[lit] for channel in sums.inks], axis=1)
    mixed /= sums.weights.ravel()[lit][:, None]
    if per_cell is None:
        exposure = Exposure(np.ones_like(here), np.zeros_like(here))
    else:
        exposure = expose(here, per_cell, floor, stepped=False)
        if not accents:
            exposure = Exposure(exposure.strength, np.zeros_like(exposure.accent))
    ink = to_rgb8(laid_on(mixed, inks.paper, exposure))
    cover = np.minimum(here, 1)[:, None]
    flat[lit] = (flat[lit] + (ink - flat[lit].astype(np.float32)) * cover + 0.5).astype(np.uint8)


def _lay_discs(picture: Rgb, points: PointsInView, inks: Inks, radius: float) -> None:
    """Draw a disc for each point, the last on top; each is cut out of those below it."""
    height, width = picture.shape[:2]
    offsets, levels = disc_cover(max(1, round(radius * PLACES)))
    owner = np.full(height * width, EMPTY, np.int32)
    cover = np.zeros(height * width, np.uint8)
    step = max(1, _MOST_COVERED // len(offsets))
    for start in range(0, len(points), step):
        part = slice(start, start + step)
        x, y, labels = points.columns[part], points.rows[part], points.labels[part]
        column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
        place_x = ((x - column) * PLACES).astype(np.int64)
        place_y = ((y - row) * PLACES).astype(np.int64)
        columns = column[:, None] + offsets[:, 1]
        rows = row[:, None] + offsets[:, 0]
        level = levels[place_y, place_x]
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width) & (level > 0)
        pixels = (rows * width + columns)[inside]
        owner[pixels] = np.broadcast_to(labels[:, None], inside.shape)[inside]
        cover[pixels] = level[inside]
    covered = np.flatnonzero(owner != EMPTY)
    share = (cover[covered] / np.float32(COVER_LEVELS))[:, None]
    flat = picture.reshape(-1, 3)
    mixed = flat[covered] * (1 - share) + inks.rgb()[owner[covered]] * share
    flat[covered] = (mixed + 0.5).astype(np.uint8)
