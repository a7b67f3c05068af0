"""Lines from a point to its neighbours: where they run in a view, and as dots of braille."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vizterm.cells.glyphs import OWN, GlyphCells, packed
from vizterm.embed.scatter.inks import LabelInks
from vizterm.embed.scatter.outline import in_reach
from vizterm_core.colour.oklab import to_oklab, to_rgb8
from vizterm_core.scatter.braille import BRAILLE, encode_dots
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.viewport import Viewport

Places = npt.NDArray[np.float64]
"""(n, 2) column and row, in dots with fractions."""

_FARTHEST = 1e9
"""Dots from the view to a point: a farther one is drawn as if it were there."""
_GAP = 3.0
"""Dots between a point and the end of its line: room for its mark."""
_FULL_DOTS = 5
"""Dots of a cell from which on a line is drawn over them: fewer would be lost below it."""
_SOLID = "█▀▄▙▛▜▟▌▐"
_FAINT, _STRONG = 0.6, 1.0
"""Share of black or white, whichever the background isn't, in the ink of a line."""
_SHADE = 0.4
"""Share of a cell's own ink in its background where a line runs over it."""


@dataclass(frozen=True, slots=True, eq=False)
class Spokes:
    """Lines from a point to others, in a view."""

    viewport: Viewport
    points: tuple[int, ...]
    """The point that they begin at, then the others."""
    places: Places
    """Of each, also of those out of view."""
    labels: tuple[int, ...]

    @classmethod
    def of(cls, points: Sequence[int], index: PointIndex, viewport: Viewport) -> Spokes:
        """Return the lines from the first of some points to the others."""
        where = list(points)
        columns = (index.x[where].astype(np.float64) - viewport.left) * viewport.x_scale
        rows = (viewport.top - index.y[where].astype(np.float64)) * viewport.y_scale
        places = np.clip(np.stack([columns, rows], axis=1), -_FARTHEST, _FARTHEST)
        labels = tuple(index.labels[where].tolist())
        return cls(viewport, tuple(points), places, labels)

    def lines(self) -> tuple[Places, Places, npt.NDArray[np.intp]]:
        """Return where lines begin and end in the view, and which of the points each leads to.

        A line to a point out of view ends at the view's edge; one that isn't in view, or for which
        there is no room between the marks of its points, is left out.
        """
        start, ends = self.places[:1], self.places[1:]
        apart = ends - start
        length = np.hypot(apart[:, 0], apart[:, 1])[:, None]
        gaps = apart * (_GAP / np.maximum(length, _GAP))
        first, last = in_reach(start + gaps, ends - gaps, self.viewport)
        kept = np.flatnonzero((length[:, 0] > 2 * _GAP) & (first != last).any(axis=1))
        return first[kept], last[kept], kept + 1

    def dots(self, chosen: int | None) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Return the dots of all lines, and those of the line to a chosen point alone.

        Returns
        -------
        every, one : (rows, columns) bool
            Of the view's dots.
        """
        view = self.viewport
        every = np.zeros((view.down, view.across), bool)
        one = np.zeros_like(every)
        for start, end, to in zip(*self.lines(), strict=True):
            steps = int(np.ceil(np.abs(end - start).max())) + 1
            columns, rows = np.floor(np.linspace(start, end, steps + 1)).astype(np.int64).T
            inside = (columns >= 0) & (columns < view.across) & (rows >= 0) & (rows < view.down)
            every[rows[inside], columns[inside]] = True
            if self.points[to] == chosen:
                one[rows[inside], columns[inside]] = True
        return every, one


def with_spokes(
    cells: GlyphCells,
    spokes: Spokes,
    chosen: int | None,
    inks: LabelInks,
    covered: npt.NDArray[np.bool_] | None = None,
) -> GlyphCells:
    """Return cells with lines: below points that stand alone, over what fills its cell.

    Parameters
    ----------
    chosen : int, optional
        The point whose line stands out.
    covered : (rows, columns) bool, optional
        Where nothing is drawn: pictures of points are there.
    """
    rows, columns = cells.shape
    view = spokes.viewport
    if (rows, columns) != (view.rows, view.columns):
        return cells
    every, one = spokes.dots(chosen)
    codes, strong = encode_dots(every), encode_dots(one) > 0
    blank, full = cells.characters == " ", _full(cells.characters)
    lit = (codes > 0) & (blank | full)
    if covered is not None:
        lit &= ~covered
    if not lit.any():
        return cells
    characters, ink, paper = cells.characters.copy(), cells.ink.copy(), cells.paper.copy()
    weight = cells.weight.copy()
    characters[lit] = np.array(list(BRAILLE))[codes[lit]]
    weight[lit] = 0
    if inks.shaded:
        over = lit & full
        paper[over] = _behind(cells, over, inks)
        ink[lit] = np.where(strong[lit] | full[lit], _pen(inks, _STRONG), _pen(inks, _FAINT))
    else:
        ink[lit] = OWN
    return replace(cells, characters=characters, ink=ink, paper=paper, weight=weight)


def _full(characters: npt.NDArray[np.str_]) -> npt.NDArray[np.bool_]:
    """Return which cells are filled so that nothing is told by a single dot of them."""
    codes = np.ascontiguousarray(characters).view(np.uint32).reshape(characters.shape)
    patterns = codes.astype(np.int64) - ord("⠀")
    braille = (patterns >= 0) & (patterns < 256)
    dots = np.bitwise_count(np.where(braille, patterns, 0).astype(np.uint8))
    found: npt.NDArray[np.bool_] = dots >= _FULL_DOTS
    return found | np.isin(characters, list(_SOLID))


def _behind(
    cells: GlyphCells, over: npt.NDArray[np.bool_], inks: LabelInks
) -> npt.NDArray[np.int32]:
    """Return the backgrounds of cells whose own ink is seen through a line."""
    ink, paper = (_levels(part[over]) for part in (cells.ink, cells.paper))
    own = cells.paper[over] == OWN
    under = np.where(own[:, None], inks.inks.paper, to_oklab(paper))
    above = np.where((cells.ink[over] < 0)[:, None], under, to_oklab(ink))
    return packed(to_rgb8(under + (above - under) * _SHADE))


def _levels(colours: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
    shown = np.maximum(colours, 0)
    return np.stack([shown >> 16, shown >> 8 & 255, shown & 255], axis=-1).astype(np.uint8)


def _pen(inks: LabelInks, share: float) -> int:
    end = np.zeros(3) if inks.inks.light else to_oklab(np.full(3, 255, np.uint8))
    return int(packed(to_rgb8(inks.inks.paper + (end - inks.inks.paper) * share)))
