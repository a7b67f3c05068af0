"""Marks of single points over the plot: the cursor, which hides no neighbour, and the pins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from rich.color import Color
from rich.style import Style

from vizterm.cells.glyphs import OWN, GlyphCells, Overlay, packed
from vizterm.cells.text import BOLD, CURSOR
from vizterm.embed.scatter.inks import LabelInks
from vizterm_core.colour.oklab import to_oklab, to_rgb8
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport

CURSOR_GLYPH, PLAIN_CURSOR, PIN_GLYPH = "●", "◉", "◆"
BASE_GLYPH, NEIGHBOUR_GLYPH = "◎", "○"
_NUMBER = Style(bold=True, reverse=True)
"""Of the digits of several pins, which are not taken for names."""
_CORNERS = (("╭", -2, -1), ("╮", 2, -1), ("╰", -2, 1), ("╯", 2, 1))
_REACH_ACROSS, _REACH_DOWN = 3.6, 1.8
"""Cells from the cursor to the edge of its halo."""
_GLOW, _LEAST_GLOW = 0.52, 0.10
"""Share of the label's ink in the middle of the halo beyond that at its edge, and that there."""
_OWN_INK = 0.4
"""Share of a label's ink in the ring around a neighbour; the rest is white, or black."""
_GLOW_STEP = 0.2
"""Step of that share: fewer tints take fewer bytes."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A point that is marked, and the cell in which it lies."""

    column: int
    row: int
    label: int
    alone: bool
    """Whether nothing else is in its cell."""

    @classmethod
    def of(cls, point: int, index: PointIndex, viewport: Viewport, frame: Frame | None) -> Spot:
        """Return where a point lies in a view, of which a frame has been counted."""
        dot = viewport.dot_of(float(index.x[point]), float(index.y[point]))
        column, row = dot[0] // DOTS_ACROSS, dot[1] // DOTS_DOWN
        alone = frame is None or _points_in_cell(frame, column, row) <= 1
        return cls(column, row, int(index.labels[point]), alone)


def with_marks(
    cells: GlyphCells,
    cursor: Spot | None,
    pins: Sequence[Spot],
    inks: LabelInks,
    *,
    dots: bool = True,
) -> tuple[GlyphCells, Overlay]:
    """Return the cells with the cursor's halo, and the texts that mark the points.

    The cursor's corners are drawn only where no dots are; a cell with several points keeps its
    dots, in white.  Without shades the cursor is a reversed character.

    Parameters
    ----------
    pins : sequence of Spot
        A single one is a diamond, several are their numbers from 1 on.
    dots : bool
        Whether the cells are of dots, and not of a density alone.
    """
    texts: dict[tuple[int, int], tuple[str, Style]] = {}
    for number, pin in enumerate(pins, 1):
        if _inside(cells, pin.column, pin.row):
            alone = len(pins) == 1
            mark = (PIN_GLYPH, BOLD) if alone else (str(number), _NUMBER)
            texts[pin.column, pin.row] = mark
    if cursor is None or not _inside(cells, cursor.column, cursor.row):
        return cells, texts
    at = cursor.column, cursor.row
    if not inks.shaded:
        texts[at] = PLAIN_CURSOR, CURSOR
        return cells, texts
    marked = _with_halo(cells, cursor, inks) if inks.colours == "truecolor" else cells
    pen = Color.from_rgb(20, 20, 20) if inks.inks.light else Color.from_rgb(255, 255, 255)
    for corner, across, down in _CORNERS:
        column, row = cursor.column + across, cursor.row + down
        if not _inside(cells, column, row):
            continue
        if not dots or cells.characters[row, column] == " ":
            texts.setdefault((column, row), (corner, _pen(pen, marked, column, row)))
    if at not in texts:
        own = str(cells.characters[cursor.row, cursor.column])
        glyph = own if dots and own != " " and not cursor.alone else CURSOR_GLYPH
        texts[at] = glyph, _pen(pen, marked, *at)
    return marked, texts


def neighbour_marks(
    cells: GlyphCells, spots: Sequence[Spot], taken: tuple[int, int] | None, inks: LabelInks
) -> Overlay:
    """Return the texts that mark a point, the first one, and its neighbours.

    Parameters
    ----------
    taken : (column, row), optional
        The cursor's cell, which has its own mark.
    """
    pen = 20 if inks.inks.light else 255
    texts: dict[tuple[int, int], tuple[str, Style]] = {}
    for number, spot in enumerate(spots):
        at = spot.column, spot.row
        if at != taken and _inside(cells, *at):
            glyph = NEIGHBOUR_GLYPH if number else BASE_GLYPH
            style = BOLD
            if inks.shaded:
                # Its label can be told, and it stands out of its label.
                own = to_rgb8(inks.inks.labels[spot.label]).astype(int)
                ink = _OWN_INK * own + (1 - _OWN_INK) * pen
                style = _pen(Color.from_rgb(*ink.tolist()), cells, *at)
            texts.setdefault(at, (glyph, style))
    return texts


def _points_in_cell(frame: Frame, column: int, row: int) -> int:
    down, across = max(0, row) * DOTS_DOWN, max(0, column) * DOTS_ACROSS
    return int(frame.dots[down : down + DOTS_DOWN, across : across + DOTS_ACROSS].sum())


def _inside(cells: GlyphCells, column: int, row: int) -> bool:
    rows, columns = cells.shape
    return 0 <= column < columns and 0 <= row < rows


def _pen(pen: Color, cells: GlyphCells, column: int, row: int) -> Style:
    """Return bold text in a colour on a cell's own background."""
    paper = int(cells.paper[row, column])
    behind = None if paper == OWN else Color.from_rgb(paper >> 16, paper >> 8 & 255, paper & 255)
    return Style(color=pen, bgcolor=behind, bold=True)


def _with_halo(cells: GlyphCells, cursor: Spot, inks: LabelInks) -> GlyphCells:
    """Return the cells with the label's light around the cursor, over what is behind them."""
    rows, columns = cells.shape
    left, right = max(0, cursor.column - 3), min(columns, cursor.column + 4)
    top, bottom = max(0, cursor.row - 1), min(rows, cursor.row + 2)
    down = (np.arange(top, bottom) - cursor.row)[:, None] / _REACH_DOWN
    across = (np.arange(left, right) - cursor.column)[None] / _REACH_ACROSS
    far = np.hypot(down, across)
    share = np.where(far < 1, _GLOW * np.maximum(1 - far, 0) ** 1.2 + _LEAST_GLOW, 0)
    share = np.rint(share / _GLOW_STEP) * _GLOW_STEP
    part = cells.paper[top:bottom, left:right]
    levels = np.stack([part >> 16, part >> 8 & 255, part & 255], axis=-1).astype(np.uint8)
    under = np.where(part[..., None] == OWN, inks.inks.paper, to_oklab(levels))
    glow = to_rgb8(under + (inks.inks.labels[cursor.label] - under) * share[..., None])
    paper = cells.paper.copy()
    paper[top:bottom, left:right] = np.where(share > 0, packed(glow), part)
    return replace(cells, paper=paper)
