"""Texts about a heatmap: heading, look, crosshair."""

from __future__ import annotations

from vizterm.cells.heading import HeadingText
from vizterm.cells.text import zoom_text
from vizterm.heat.model import HeatModel
from vizterm.maps.colour_bar import short_number
from vizterm_core.colour.norms import Norm


def heat_heading(title: str, model: HeatModel, notes: tuple[str, ...]) -> HeadingText:
    """Return title, size, what was counted and what was left out."""
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
    return HeadingText.of(title, [*parts, *notes])


def look(model: HeatModel, full_norm: Norm | None = None) -> str:
    """Return blur, colormap, norm and zoom, for the status line.

    Parameters
    ----------
    full_norm : Norm, optional
        Of the map at full resolution, for a file; leaves out the zoom.
    """
    down, across = model.sigma
    sigma = short_number(down) if down == across else f"{short_number(down)},{short_number(across)}"
    norm = model.colours.norm_name
    if (full_norm or model.norm).constant:
        norm += " (constant)"
    elif model.fitted_to_view:
        norm += " of this view"
    parts = [f"σ {sigma}", model.colours.colormap.name, norm]
    if full_norm is None:
        parts.append(f"{zoom_text(model.camera.view.zoom)}×")
    if model.background is not None:
        parts.append(f"heat {model.strength:.0%}")
    return " · ".join(parts)


def crosshair_text(model: HeatModel) -> str:
    """Return place, blurred value and count under the crosshair; empty without one."""
    found = model.under_cursor()
    if found is None or model.camera.cursor is None:
        return ""
    value, count = found
    x, y = model.camera.cursor
    return f"x {x:,} y {y:,} · {short_number(value)} · counted {short_number(count)}"
