"""The look of the dots: in braille, blocks or pixels, and how large their marks are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vizterm.cells.glyphs import OWN, GlyphCells, packed
from vizterm.embed.scatter.inks import LabelInks
from vizterm.embed.scatter.scatter_cells import block_cells, braille_cells, with_discs
from vizterm.embed.scatter.selected_look import SelectedInView
from vizterm.embed.scatter.view_of_points import ViewOfPoints
from vizterm.embed.ways import BLOCKS, BRAILLE, PIXELS, WAYS
from vizterm_core.scatter.aura import aura
from vizterm_core.scatter.braille import thicken
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.marks import MOST_MARKED, enlarged, mark_size

MARKS = ("auto", "fine", "large")
_DISC = 2


class DotsLook:
    """Choices about the dots, as keys change them."""

    def __init__(self, way: str = BRAILLE) -> None:
        self.way = way
        """One of `WAYS`."""
        self._in_text = BRAILLE if way == PIXELS else way
        self.marks = MARKS[0]
        """Marks that grow where few points are in view, dots, or the largest that fit."""

    def next_way(self, *, pixels: bool) -> None:
        """Go on to braille, blocks, or pixels where the terminal has them."""
        ways = WAYS if pixels else WAYS[:2]
        self.way = ways[(ways.index(self.way) + 1) % len(ways)] if self.way in ways else ways[0]

    def toggle_pixels(self) -> None:
        """Draw in pixels, or as before in text."""
        if self.way == PIXELS:
            self.way = self._in_text
        else:
            self.way, self._in_text = PIXELS, self.way

    def next_marks(self) -> None:
        """Go on to marks that grow, to dots, to large marks."""
        self.marks = MARKS[(MARKS.index(self.marks) + 1) % len(MARKS)]

    def size(self, frame: Frame) -> int:
        """Return how large a frame's marks are, as `mark_size` does."""
        if self.marks == "fine":
            return 0
        size = mark_size(frame.shown, frame.labels.size)
        return min(size + 1, _DISC) if self.marks == "large" else size

    def cells(
        self,
        frame: Frame,
        view: ViewOfPoints,
        inks: LabelInks,
        selected: SelectedInView | None = None,
    ) -> GlyphCells:
        """Return a frame as cells of text, in which selected points stand out."""
        highlight, size = view.highlight, self.size(frame)
        bare, large = frame, np.zeros(frame.labels.shape, bool)
        marked = self._marked(frame, view) if 0 < size < _DISC else frame
        if selected is not None:
            front = selected.frame
            if self.way == BLOCKS:
                bare = selected.frames(view, frame, front)
            # Few of them are large among however many others.
            front_size = max(size, self.size(front))
            if 0 < front_size < _DISC:
                front = self._marked(front, selected.in_front(view), quick=not size)
            elif front_size == _DISC:
                large = front.codes > 0
            marked = selected.frames(view, marked, front)
            inks, highlight = inks.with_selection(highlight), selected.leading(view)
        if size == _DISC:
            cells = braille_cells(marked, inks, highlight, discs=True)
        else:
            draw = block_cells if self.way == BLOCKS else braille_cells
            cells = with_discs(draw(marked, inks, highlight), large)
        return with_aura(cells, bare, inks, highlight) if self.way == BLOCKS else cells

    def _marked(self, frame: Frame, view: ViewOfPoints, *, quick: bool = False) -> Frame:
        """Return a frame with larger marks, `quick` to a dot."""
        index = view.index
        if quick or frame.shown > MOST_MARKED or not index.sorted:
            return replace(frame, codes=thicken(frame.codes))
        points = index.points_in(view.viewport, view.visible)
        return enlarged(frame, points, view.viewport, index.rarity, quarters=self.way == BLOCKS)


def with_aura(
    cells: GlyphCells, frame: Frame, inks: LabelInks, highlight: int | None
) -> GlyphCells:
    """Return cells with a soft light behind them, on terminals that have dark tints."""
    if inks.colours != "truecolor":
        return cells
    colours, tinted = aura(frame, inks.inks, highlight)
    paper = np.where(tinted & (cells.paper == OWN), packed(colours), cells.paper)
    return replace(cells, paper=paper)
