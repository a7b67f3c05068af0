"""Texts about a heatmap: heading, look, crosshair."""

from __future__ import annotations

import numpy as np

from vizterm.cells.bar import Chip
from vizterm.cells.heading import HeadingText
from vizterm.cells.text import zoom_text
from vizterm.cells.time_text import length_text, time_text
from vizterm.heat.model import HeatModel
from vizterm.maps.chips import colour_chips
from vizterm.maps.numbers import short_number
from vizterm.maps.scale import ColourScale, cut_ends
from vizterm_core.colour.norms import Norm
from vizterm_core.load.doubt import Doubt, by_doubt
from vizterm_core.maps.axes import MapAxes
from vizterm_core.text import clean

_NAME = 24
"""Characters of a name of weights."""


def heat_heading(title: str, model: HeatModel, notes: tuple[str, ...]) -> HeadingText:
    """Return title, coordinates, what was counted, what was left out and assumed."""
    field = model.field
    plain = field.axes.plain
    parts = [size_text(model) if plain else field.axes.describe()]
    if field.events:
        parts.append(f"{field.events:,} event" + ("" if field.events == 1 else "s"))
    total = field.total
    if not field.events or total != field.events:
        parts.append(f"total {short_number(total)}")
    if not plain:
        parts.append(f"{size_text(model)} pixels")
    told = caveats(model, notes)
    doubts = [note for note in told if isinstance(note, Doubt)]
    return HeadingText.of(title, [*doubts, *parts, *told[len(doubts) :]])


def named_axes(axes: MapAxes) -> tuple[str, str]:
    """Return the names of both coordinates with their units."""
    across, down = (
        f"{label} ({unit})" if unit else label
        for label, unit in zip(axes.labels, axes.units, strict=True)
    )
    return across, down


def size_text(model: HeatModel) -> str:
    """Return the map's size in its own pixels."""
    width, height = model.field.size
    return f"{width:,} × {height:,}"


def caveats(model: HeatModel, notes: tuple[str, ...]) -> list[str]:
    """Return what was left out of a map and what was assumed, doubts first."""
    field = model.field
    parts: list[str] = [_all_beyond(model)]
    if field.outside:
        parts.append(f"{field.outside:,} outside")
    if field.missing:
        parts.append(f"{field.missing:,} missing")
    if field.skipped:
        parts.append(field.skipped)
    parts.append(field.assumed)
    parts += [note for note in notes if note != field.skipped]
    return by_doubt(filter(None, parts))


def notes_of(model: HeatModel, notes: tuple[str, ...]) -> list[str]:
    """Return what the heading of a map says beside its numbers, for where a map is written."""
    field = model.field
    if window := _window_text(model):
        notes = (window, *notes)
    if field.axes.plain:
        return caveats(model, notes)
    shown = f"{field.axes.describe()}: {field.assumed}" if field.assumed else field.axes.describe()
    return by_doubt([shown, *(text for text in caveats(model, notes) if text != field.assumed)])


def _window_text(model: HeatModel) -> str:
    """Say which part of a recording is shown; empty for all of it."""
    parts = model.parts
    window = None if parts is None else parts.part.window
    if parts is None or window is None or parts.store.span is None:
        return ""
    first, last = parts.store.span
    length, whole = length_text(window.length), length_text(last - first)
    counted = f"{model.field.events:,} of {len(parts.store):,} events"
    ends = f"up to {time_text(window.end, last - first)}"
    return f"only the last {length} {ends} of a recording of {whole}: {counted}"


def look_chips(model: HeatModel) -> list[Chip]:
    """Return zoom, blur, colormap, norm and weight as chips for the status bar."""
    chips = [
        Chip(f"{zoom_text(model.camera.view.zoom)}×", "fit", strong=True, needed=True),
        Chip(sigma_text(model), "sigma(1)", needed=True),
        *colour_chips(model.colours, _norm_text(model, model.norm)),
    ]
    if model.background is not None:
        chips.append(Chip(f"heat {model.strength:.0%}", "strength(1)"))
    return chips


def look(model: HeatModel, full_norm: Norm | None = None) -> str:
    """Return blur, colormap, norm and zoom, for a printed frame or a file.

    Parameters
    ----------
    full_norm : Norm, optional
        Of the map at full resolution, for a file; leaves out the zoom.
    """
    norm = _norm_text(model, full_norm or model.norm)
    parts = [sigma_text(model), model.colours.colormap.name, norm]
    if full_norm is None:
        parts.append(f"{zoom_text(model.camera.view.zoom)}×")
    if model.background is not None:
        parts.append(f"heat {model.strength:.0%}")
    return " · ".join(parts)


def _all_beyond(model: HeatModel) -> str:
    """Return a doubt where a limit that was given leaves one colour for all values."""
    low, high = model.limits
    counts = model.field.counts
    if (low is None) == (high is None) or not counts.size or np.isnan(counts).all():
        return ""
    # Blurred values lie between the map's own, at whatever size they are drawn.
    if high is not None and np.nanmin(counts) >= high:
        return Doubt(f"no value is below vmax {high:g}: all have one colour")
    if low is not None and np.nanmax(counts) <= low:
        return Doubt(f"no value is above vmin {low:g}: all have one colour")
    return ""


def heat_scale(model: HeatModel, norm: Norm | None = None) -> ColourScale:
    """Return what the colour bar of a map shows.

    Parameters
    ----------
    norm : Norm, optional
        Of the map at full resolution, for a file.
    """
    norm, field = norm or model.norm, model.field
    if not field.events:
        title = "value"
    elif field.total == field.events:
        title = "events / px"
    else:
        title = "weight / px"
    parts = model.parts
    several = parts is not None and parts.scaled != parts.part
    # Of all groups beside each other, none is looked at in particular.
    below, above = (False, False) if several else cut_ends(norm, model.values())
    return ColourScale(norm, model.colours.colormap, title, below, above)


def sigma_text(model: HeatModel) -> str:
    """Return the blur, in pixels of the map."""
    down, across = model.sigma
    sigma = short_number(down) if down == across else f"{short_number(down)},{short_number(across)}"
    return f"σ {sigma} px"


def _norm_text(model: HeatModel, norm: Norm) -> str:
    """Return the name of the norm, and what is to be known of it."""
    name = model.colours.norm_name
    if norm.constant:
        return f"{name} (constant)"
    return f"{name} of this view" if model.fitted_to_view else name


def crosshair_text(model: HeatModel) -> str:
    """Return coordinates, blurred value and count under the crosshair; empty without one."""
    found = model.under_cursor()
    if found is None or model.camera.cursor is None:
        return ""
    value, count = found
    x, y = model.camera.cursor
    return f"{model.field.axes.place_text(x, y)} · {_reading_text(model, value, count)}"


def _reading_text(model: HeatModel, value: float, count: float) -> str:
    """Return the blurred value and what lies in the pixel itself, by their names."""
    blurred = f"value {short_number(value)}"
    field = model.field
    if field.is_grid:
        return blurred if max(model.sigma) == 0 else f"{blurred} · unblurred {short_number(count)}"
    if field.weighted:
        return f"{blurred} · {clean(field.weight_name, _NAME) or 'weight'} {short_number(count)}"
    return f"{blurred} · {count:,.0f} event" + ("" if count == 1 else "s")
