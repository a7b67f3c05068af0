"""Texts about an overlay: heading, look, crosshair."""

from __future__ import annotations

from vizterm.cells.bar import Chip
from vizterm.cells.heading import HeadingText
from vizterm.cells.text import zoom_text
from vizterm.maps.chips import blend_chips
from vizterm.maps.colour_bar import short_number
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
        Chip(_channel_text(model), "projection"),
        *blend_chips(model.look),
    ]
    if model.placed.constant:
        chips.append(Chip("constant"))
    return chips


def _channel_text(model: OverlayModel) -> str:
    count = len(model.channels)
    if isinstance(model.channel, str):
        return f"{model.channel} of {count:,} channels"
    return f"channel {model.channel} of {count:,}"


def reading_text(model: OverlayModel) -> str:
    """Return pixel, colour and value under the crosshair; empty without one."""
    found = model.under_cursor()
    if found is None:
        return ""
    red, green, blue = found.rgb
    value = f"value {short_number(found.raw)}"
    if found.raw != found.share:
        value += f" · share {short_number(found.share)}"
    return f"row {found.row} column {found.column} · RGB {red} {green} {blue} · {value}"
