"""The axes around a map: labels at its left and below it, for one view."""

from __future__ import annotations

from dataclasses import dataclass

from vizterm.cells.text import fit_name
from vizterm.cells.tick_labels import Tick, have_room, label_starts
from vizterm_core.maps.axes import Axis, MapAxes
from vizterm_core.maps.view import MapView

BELOW = 1
"""Rows that the axes take below the map."""
WIDEST = 12
"""Columns that they take on its left, at most."""
_ROWS_A_TICK = 5
_COLUMNS_A_TICK = 10
_TICK = " ╴"
"""Between a label on the left and the map."""


@dataclass(frozen=True, slots=True)
class MapFrame:
    """Labels on the left of the cells of a map, and below them."""

    width: int
    """Columns that they take on the left."""
    left: tuple[str, ...]
    """Text on the left of each row of cells, `width` columns."""
    below: str
    """Text of the row below, from the first of the columns on the left on."""

    @classmethod
    def of(cls, axes: MapAxes, view: MapView, down: int, width: int = 0) -> MapFrame:
        """Return the axes of a view.

        Parameters
        ----------
        axes : MapAxes
        view : MapView
        down : int
            Pixels of the display in the height of a cell.
        width : int
            Columns that they took before: they never take fewer, so that the map doesn't change
            its size with each step.
        """
        pixel_rows, columns = view.shape
        rows = -(-pixel_rows // down)
        x_name, y_name = axes.labels
        top, bottom, left, right = view.extent
        upright = _ticks(axes.down, (top, bottom), rows, max(2, rows // _ROWS_A_TICK))
        labels = {tick.cell: tick.text for tick in upright}
        longest = max((len(text) for text in labels.values()), default=0)
        corner = f"{x_name} {'←' if axes.across.reversed else '→'}"
        width = max(width, min(max(longest, len(corner), len(y_name) + 2) + 2, WIDEST))
        room = width - len(_TICK)
        lines = [_beside(labels.get(row, ""), room) for row in range(rows)]
        if rows > 1 and 0 not in labels:
            arrow = "↑" if axes.down.reversed else "↓"
            lines[0] = f"{fit_name(y_name, room - 2).strip()} {arrow}".rjust(room) + "  "
        ticks: tuple[Tick, ...] = ()
        for most in range(max(2, columns // _COLUMNS_A_TICK), 0, -1):
            ticks = _ticks(axes.across, (left, right), columns, most)
            if have_room(ticks, width, columns):
                break
        return cls(width, tuple(lines), _line_below(ticks, corner, width, columns))


def _ticks(axis: Axis, part: tuple[float, float], cells: int, most: int) -> tuple[Tick, ...]:
    """Return the ticks of a part of an axis that is drawn on some cells."""
    first, last = part
    scale = cells / (last - first)
    return tuple(
        Tick(min(int((place - first) * scale), cells - 1), text)
        for place, text in axis.ticks(first, last, most)
    )


def _beside(text: str, room: int) -> str:
    if not text:
        return " " * (room + len(_TICK))
    if len(text) > room:
        text = "…" + text[len(text) - room + 1 :]
    return f"{text:>{room}}{_TICK}"


def _line_below(ticks: tuple[Tick, ...], corner: str, width: int, columns: int) -> str:
    line = [" "] * (width + columns)
    starts = label_starts(ticks, width, columns)
    for tick, start in zip(ticks, starts, strict=True):
        line[start : start + len(tick.text)] = tick.text
    end = min(starts, default=width)
    if len(corner) < end:
        at = max(0, min(width - 2, end - 1) - len(corner))
        line[at : at + len(corner)] = corner
    return "".join(line)
