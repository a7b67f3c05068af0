"""One printed frame of a heatmap, or of the maps of its groups."""

from __future__ import annotations

import shutil
from typing import TextIO

from rich.segment import Segment

from vizterm.cells.half_blocks import picture_lines, pixel_cells
from vizterm.cells.text import ansi_text
from vizterm.cells.theme import theme_for
from vizterm.cells.tile_lines import tile_line
from vizterm.cells.tiling import TITLE, tiling
from vizterm.heat.drawing import heat_heading, heat_scale, look
from vizterm.heat.group_tiles import group_tiles
from vizterm.heat.model import HeatModel
from vizterm.heat.parts import HeatParts
from vizterm.maps.colour_bar import BAR_WIDTH, colour_bar
from vizterm.terminal.facts import Terminal

Lines = list[list[Segment]]

_LEAST_MAP = 8
_ROWS_BESIDE = 3
"""Lines around the map: heading, status, the shell's prompt."""
_MOST_GROUPS = 60
"""Groups that are printed."""


def print_heat(
    title: str, model: HeatModel, notes: tuple[str, ...], terminal: Terminal, out: TextIO
) -> None:
    """Write heading, map, colour bar and status, as wide as COLUMNS or the terminal.

    Where events have groups, their maps are written instead, beside each other.
    """
    if terminal.colours == "none":
        model.without_colours()
    columns, rows = shutil.get_terminal_size((100, 33))
    width = columns - BAR_WIDTH
    with_bar = width >= _LEAST_MAP
    room = width if with_bar else columns, max(1, rows - _ROWS_BESIDE)
    model.camera.resize(room[0], 2 * room[1], terminal.cell_aspect / 2)
    parts = model.parts
    head = heat_heading(title, model, notes).printed_line(columns)
    if parts is not None and parts.grouped:
        parts.gridded = True
        lines = _groups(model, parts, room, terminal)
    else:
        lines = picture_lines(pixel_cells(model.picture()), terminal.colours)
    if with_bar:
        bar = colour_bar(heat_scale(model), min(len(lines), room[1]), terminal.colours)
        bar += [[] for _ in range(len(lines) - len(bar))]
        lines = [[*line, Segment(" "), *beside] for line, beside in zip(lines, bar, strict=True)]
    for line in [head, *lines, [Segment(look(model))]]:
        out.write(ansi_text(line, terminal.colours) + "\n")


def _groups(model: HeatModel, parts: HeatParts, room: tuple[int, int], terminal: Terminal) -> Lines:
    """Return the maps of groups, as large as fit into the room; below each other if need be."""
    order = parts.order[:_MOST_GROUPS]
    width, height = model.field.size
    aspect = terminal.cell_aspect
    places = tiling(len(order), room, height / width / aspect)
    theme = theme_for(terminal)
    lines: Lines = []
    for first in range(0, len(order), places.page):
        tiles = group_tiles(model, order[first : first + places.page], places, aspect)
        down = -(-len(tiles) // places.across)
        lines += [
            _filled(tile_line(tiles, places, y, theme), room[0])
            for y in range(down * (places.rows + TITLE))
        ]
    if more := len(parts.order) - len(order):
        lines.append(_filled([Segment(f"+ {more:,} more groups", theme.dim)], room[0]))
    return lines


def _filled(line: list[Segment], columns: int) -> list[Segment]:
    """Return a line with blanks behind it, in so many columns: a colour bar stands beside it."""
    return [*Segment.adjust_line_length(line, columns)]
