"""Words, numbers and the colour bar of a heatmap: pure functions."""

from __future__ import annotations

import numpy as np
from rich.segment import Segment

from vizterm.cells.drawing import DIM, zoom_text
from vizterm.cells.half_blocks import picture_line, pixel_cells
from vizterm.heat.model import HeatModel
from vizterm_core.colour.colormaps import Colormap, apply_colormap
from vizterm_core.colour.norms import Norm

BAR_WIDTH = 12
"""Columns of a colour bar with its numbers."""
_ROWS_A_NUMBER = 4
_BLOCKS = 2


def short_number(value: float) -> str:
    """A value for people, in at most eight characters: 0.0123, 1,280, 3.4e+07.

    >>> [short_number(v) for v in (0.0, 0.012345, 3.0, 12.5, 1280.0, 3.4e7, -0.5)]
    ['0', '0.0123', '3', '12.5', '1,280', '3.4e+07', '−0.5']
    """
    if np.isnan(value):
        return "missing"
    size = abs(value)
    if size and (size < 1e-4 or size >= 1e6):
        text = f"{value:.2g}"
    elif size >= 1000:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.3g}"
    return text.replace("-", "−") if not text.startswith("-0") or float(value) else "0"


def colour_bar(norm: Norm, cmap: Colormap, rows: int, colours: str) -> list[list[Segment]]:
    """The colours from high to low, and values that belong to them under the norm.

    Parameters
    ----------
    rows : int
        Lines that there is room for.
    colours : str
        Of the terminal: the bar is drawn as the map is.
    """
    if rows < 1:
        return []
    shares = np.linspace(1, 0, 2 * rows) if rows > 1 else np.array([1.0, 0.0])
    blocks = np.repeat(apply_colormap(shares, cmap)[:, None], _BLOCKS, axis=1)
    count = 2 if rows < 2 * _ROWS_A_NUMBER else 1 + (rows - 1) // _ROWS_A_NUMBER
    places = np.unique(np.rint(np.linspace(0, rows - 1, count)).astype(int)).tolist()
    # A number stands for the middle of its row, but for the ends, which are the limits.
    at = {row: 1 - (row + 0.5) / rows for row in places}
    at[places[0]], at[places[-1]] = 1.0, at[places[-1]] if rows == 1 else 0.0
    if norm.constant:
        # One value, at the lowest colour.
        at = {rows - 1: 0.0}
    numbers = {row: short_number(float(norm.inverse(share))) for row, share in at.items()}
    return [
        [*picture_line(cells, colours), Segment(f" {numbers.get(row, '')}", DIM)]
        for row, cells in enumerate(pixel_cells(blocks))
    ]


def heat_heading(title: str, model: HeatModel, notes: tuple[str, ...]) -> str:
    """Title, size and what was counted; what was left out is said, too."""
    field = model.field
    width, height = field.size
    parts = [f"{width:,} × {height:,}"]
    if field.events:
        parts.append(f"{field.events:,} event" + ("" if field.events == 1 else "s"))
    total = field.total
    if not field.events or total != field.events:
        parts.append(f"total {short_number(total)}")
    if field.outside:
        parts.append(f"{field.outside:,} outside")
    if field.missing:
        parts.append(f"{field.missing:,} missing")
    if field.skipped:
        parts.append(field.skipped)
        notes = tuple(note for note in notes if note != field.skipped)
    return f"{title}   {' · '.join([*parts, *notes])}"


def look(model: HeatModel, full_norm: Norm | None = None) -> str:
    """Blur, colormap, norm and zoom, as the status line says them.

    Parameters
    ----------
    full_norm : Norm, optional
        That of the map at full resolution, where all of it is written to a file.
    """
    down, across = model.sigma
    sigma = short_number(down) if down == across else f"{short_number(down)},{short_number(across)}"
    norm = model.norm_name
    if (full_norm or model.norm).constant:
        norm += " (constant)"
    elif model.fitted_to_view:
        norm += " of this view"
    parts = [f"σ {sigma}", model.colormap.name, norm]
    if full_norm is None:
        parts.append(f"{zoom_text(model.view.zoom)}×")
    if model.background is not None:
        parts.append(f"heat {model.strength:.0%}")
    return " · ".join(parts)


def crosshair_text(model: HeatModel) -> str:
    """Where the crosshair is, the blurred value there, and the count; empty without one."""
    found = model.under_cursor()
    if found is None or model.cursor is None:
        return ""
    value, count = found
    x, y = model.cursor
    return f"x {x:,} y {y:,} · {short_number(value)} · counted {short_number(count)}"
