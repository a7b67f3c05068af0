"""One printed frame of a heatmap."""

from __future__ import annotations

import shutil
from typing import TextIO

from rich.segment import Segment

from vizterm.cells.half_blocks import picture_lines, pixel_cells
from vizterm.cells.text import ansi_text
from vizterm.heat.drawing import heat_heading, heat_scale, look
from vizterm.heat.model import HeatModel
from vizterm.maps.colour_bar import BAR_WIDTH, colour_bar
from vizterm.terminal.facts import Terminal

_LEAST_MAP = 8
_ROWS_BESIDE = 3
"""Lines around the map: heading, status, the shell's prompt."""


def print_heat(
    title: str, model: HeatModel, notes: tuple[str, ...], terminal: Terminal, out: TextIO
) -> None:
    """Write heading, map, colour bar and status, as wide as COLUMNS or the terminal."""
    if terminal.colours == "none":
        model.without_colours()
    columns, rows = shutil.get_terminal_size((100, 33))
    width = columns - BAR_WIDTH
    with_bar = width >= _LEAST_MAP
    map_rows = max(1, rows - _ROWS_BESIDE)
    model.camera.resize(width if with_bar else columns, 2 * map_rows, terminal.cell_aspect / 2)
    cells = pixel_cells(model.picture())
    lines = picture_lines(cells, terminal.colours)
    if with_bar:
        bar = colour_bar(heat_scale(model), len(lines), terminal.colours)
        lines = [[*line, Segment(" "), *beside] for line, beside in zip(lines, bar, strict=True)]
    head = heat_heading(title, model, notes).printed_line(columns)
    for line in [head, *lines, [Segment(look(model))]]:
        out.write(ansi_text(line, terminal.colours) + "\n")
