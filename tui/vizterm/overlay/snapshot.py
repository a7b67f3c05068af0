"""One printed frame of an overlay: its panels."""

from __future__ import annotations

import shutil
from typing import TextIO

from rich.segment import Segment

from vizterm.cells.half_blocks import picture_lines, pixel_cells
from vizterm.cells.text import DIM, ansi_text, fit_text
from vizterm.overlay.drawing import overlay_heading, overlay_look
from vizterm.overlay.model import Overlay
from vizterm.terminal.facts import Terminal

_GAP = 1
_ROWS_BESIDE = 4
"""Lines around the panels: heading, titles, status, the shell's prompt."""


def print_overlay(overlay: Overlay, terminal: Terminal, out: TextIO) -> None:
    """Write the panels, as wide as COLUMNS or the terminal."""
    columns, rows = shutil.get_terminal_size((100, 33))
    model = overlay.model
    if terminal.colours == "none":
        model.without_colours()
    count = len(model.titles())
    stacked = model.larger_stacked(columns, rows, terminal.cell_aspect)
    width = columns if stacked else (columns - (count - 1) * _GAP) // count
    height = (rows - _ROWS_BESIDE) // count - 1 if stacked else rows - _ROWS_BESIDE
    model.camera.resize(max(1, width), 2 * max(1, height), terminal.cell_aspect / 2)
    panels = [picture_lines(pixel_cells(pixels), terminal.colours) for pixels in model.pictures()]
    used = model.camera.view.shape[1]
    titles = [[Segment(fit_text(f" {name}", used), DIM)] for name in model.titles()]
    blocks = [[title, *lines] for title, lines in zip(titles, panels, strict=True)]
    head = overlay_heading(overlay.title, model, overlay.notes).printed_line(columns)
    body: list[list[Segment]] = []
    if stacked:
        body = [line for block in blocks for line in block]
    else:
        for parts in zip(*blocks, strict=True):
            body.append([piece for part in parts for piece in (*part, Segment(" " * _GAP))])
    for line in [head, *body, [Segment(overlay_look(model))]]:
        out.write(ansi_text(line, terminal.colours) + "\n")
