"""Axes around the plot: lines with ticks at round values, and their labels, for one view."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment

from vizterm.cells.text import DIM
from vizterm.cells.tick_labels import Tick, have_room, label_starts
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport
from vizterm_core.ticks import multiples, tick_labels, tick_values

BELOW = 2
"""Rows that the axes take below the plot: the line, and the labels."""
NARROWEST, WIDEST = 7, 18
"""Columns that the axes take on the left of the plot, at least and at most."""

_ROWS_A_TICK = 5
_COLUMNS_A_TICK = 10
_EQUAL_STEPS = (3, 10)
"""Rows from tick to tick for which the axis on the left takes the step of the other."""


@dataclass(frozen=True, slots=True)
class Axes:
    """Both axes of a view."""

    view: Viewport
    across: tuple[Tick, ...]
    """Ticks of the line below the plot, from left to right."""
    down: tuple[Tick, ...]
    """Ticks of the line on the left, from bottom to top."""
    width: int
    """Columns that they take on the left of the plot."""

    @classmethod
    def of(cls, view: Viewport, width: int = NARROWEST) -> Axes:
        """Return the axes of a view.

        Parameters
        ----------
        view : Viewport
        width : int
            The columns that the axes took before: they never take fewer, so that the plot doesn't
            change its size with each step.
        """
        extent = view.extent
        most = max(2, view.rows // _ROWS_A_TICK)
        down = _ticks_down(view, tick_values(extent.bottom, extent.top, most))
        width = min(max(width, _longest(down) + 2), WIDEST)
        across, step = _ticks_across(view, width)
        # Equal steps both ways are easier to read, where units are equal or nearly so.
        if _EQUAL_STEPS[0] <= step * view.y_scale / DOTS_DOWN <= _EQUAL_STEPS[1]:
            equal = _ticks_down(view, multiples(extent.bottom, extent.top, step))
            if len(equal) > 1 and _longest(equal) + 2 <= width:
                down = equal
        return cls(view, across, down, width)

    def left(self, row: int) -> Segment:
        """Return what stands on the left of a row of the plot: a label, and the line."""
        room = self.width - 2
        text = next((tick.text for tick in self.down if tick.cell == row), None)
        if text is None:
            return Segment(" " * (room + 1) + "│", DIM)
        if len(text) > room:
            text = "…" + text[len(text) - room + 1 :]
        return Segment(f"{text:>{room}} ┤", DIM)

    def below(self) -> tuple[list[Segment], list[Segment]]:
        """Return the rows below the plot: the line, and the labels under their ticks."""
        line = ["─"] * self.view.columns
        texts = [" "] * (self.width + self.view.columns)
        for tick, start in zip(self.across, self._starts(), strict=True):
            line[tick.cell] = "┬"
            texts[start : start + len(tick.text)] = tick.text
        corner = " " * (self.width - 1) + "└"
        return [Segment(corner + "".join(line), DIM)], [Segment("".join(texts), DIM)]

    def _starts(self) -> list[int]:
        return label_starts(self.across, self.width, self.view.columns)


def _longest(ticks: Sequence[Tick]) -> int:
    return max((len(tick.text) for tick in ticks), default=0)


def _ticks_down(view: Viewport, values: list[float]) -> tuple[Tick, ...]:
    places = [math.floor((view.top - value) * view.y_scale) // DOTS_DOWN for value in values]
    return _inside(places, tick_labels(values), view.rows)


def _ticks_across(view: Viewport, width: int) -> tuple[tuple[Tick, ...], float]:
    """Return as many ticks as have room for their labels, and their step; 0 for none."""
    extent = view.extent
    for most in range(max(2, view.columns // _COLUMNS_A_TICK), 0, -1):
        values = tick_values(extent.left, extent.right, most)
        places = [math.floor((value - view.left) * view.x_scale) // DOTS_ACROSS for value in values]
        ticks = _inside(places, tick_labels(values), view.columns)
        if have_room(ticks, width, view.columns):
            return ticks, values[1] - values[0] if len(values) > 1 else 0.0
    return (), 0.0


def _inside(places: Sequence[int], texts: Sequence[str], cells: int) -> tuple[Tick, ...]:
    """Return the ticks that lie in the plot: a value on its far edge is in the next cell."""
    return tuple(
        Tick(place, text) for place, text in zip(places, texts, strict=True) if 0 <= place < cells
    )
