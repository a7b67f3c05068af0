"""Texts about an overlay: heading, look, crosshair."""

from __future__ import annotations

import math

from vizterm.cells.bar import Chip
from vizterm.cells.heading import HeadingText
from vizterm.cells.text import zoom_text
from vizterm.maps.chips import blend_chips
from vizterm.maps.numbers import short_number
from vizterm.maps.scale import ColourScale, cut_ends
from vizterm.overlay.model import OverlayModel


def overlay_heading(title: str, model: OverlayModel, notes: tuple[str, ...]) -> HeadingText:
    """Return title, size of the image, and notes."""
    height, width = model.image.shape[:2]
    return HeadingText.of(title, [f"{width:,} × {height:,}", *notes])


def overlay_look(model: OverlayModel) -> str:
    """Return channel, mode, weight, colours, norm and zoom, for a printed frame."""
    constant = " (constant)" if model.placed.constant else ""
    zoom = zoom_text(model.camera.view.zoom)
    return f"{_channel_text(model)} · {model.look.describe()}{constant} · {zoom}×"


def overlay_chips(model: OverlayModel) -> list[Chip]:
    """Return zoom, channel, mode, weight, colours and norm as chips for the status bar."""
    chips = [
        Chip(f"{zoom_text(model.camera.view.zoom)}×", "fit", strong=True),
        Chip(_channel_text(model), "projection", needed=True),
        *blend_chips(model.look),
    ]
    if model.placed.constant:
        chips.append(Chip("constant"))
    return chips


def panel_titles(model: OverlayModel) -> tuple[tuple[str, ...], ...]:
    """Return what stands above image, heatmap and overlay: in full, and in fewer words."""
    look, channel = model.look, _channel_text(model)
    mode = look.mode if look.mode == "multiply" else f"{look.mode} {100 * look.alpha:.0f} %"
    return (
        ("image",),
        (f"heatmap · {channel}", channel, f"{model.channel}"),
        (f"overlay · {mode}", "overlay"),
    )


def strip_title(model: OverlayModel) -> str:
    """Return what stands above the previews of the channels."""
    norm = model.colours.norm_name
    return f"{_channel_text(model)} · norm {norm} · previews each in its own range"


def _channel_text(model: OverlayModel) -> str:
    count = len(model.channels)
    if isinstance(model.channel, str):
        return f"{model.channel} of {count:,} channels"
    return f"channel {model.channel} of {count:,}"


def overlay_scale(model: OverlayModel) -> ColourScale:
    """Return what the colour bar of the map shows."""
    placed = model.placed
    below, above = cut_ends(placed.norm, placed.values)
    return ColourScale(placed.norm, model.look.heat_colours, below=below, above=above)


def reading_text(model: OverlayModel) -> str:
    """Return pixel, colour and value under the crosshair; empty without one."""
    found = model.under_cursor()
    if found is None:
        return ""
    red, green, blue = found.rgb
    parts = [f"x {found.column:,} · y {found.row:,} · RGB {red} {green} {blue}"]
    parts.append(f"value {short_number(found.raw)}")
    if not math.isnan(found.share) and model.colours.norm_name != "none":
        parts.append(f"{found.share:.0%} of the scale".replace("%", " %"))
    return " · ".join(parts)
