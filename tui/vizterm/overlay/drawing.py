"""Texts about an overlay: heading, look, crosshair."""

from __future__ import annotations

from vizterm.cells.heading import HeadingText
from vizterm.cells.text import zoom_text
from vizterm.maps.colour_bar import short_number
from vizterm.overlay.model import OverlayModel


def overlay_heading(title: str, model: OverlayModel, notes: tuple[str, ...]) -> HeadingText:
    """Return title, size of the image, and notes."""
    height, width = model.image.shape[:2]
    return HeadingText.of(title, [f"{width:,} × {height:,}", *notes])


def overlay_look(model: OverlayModel) -> str:
    """Return channel, mode, weight, colours, norm and zoom, for the status line."""
    count = len(model.channels)
    if isinstance(model.channel, str):
        channel = f"{model.channel} of {count:,} channels"
    else:
        channel = f"channel {model.channel} of {count:,}"
    constant = " (constant)" if model.placed.constant else ""
    return f"{channel} · {model.look.describe()}{constant} · {zoom_text(model.camera.view.zoom)}×"


def reading_text(model: OverlayModel) -> str:
    """Return pixel, colour and value under the crosshair; empty without one."""
    found = model.under_cursor()
    if found is None:
        return ""
    red, green, blue = found.rgb
    value = short_number(found.raw)
    if found.raw != found.share:
        value += f" → {short_number(found.share)}"
    return f"row {found.row} column {found.column} · RGB {red} {green} {blue} · {value}"
