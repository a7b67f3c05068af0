"""Texts about an overlay: heading, look, crosshair."""

from __future__ import annotations

import math

from vizterm.cells.bar import Chip
from vizterm.cells.heading import HeadingText
from vizterm.cells.text import cut_name, zoom_text
from vizterm.maps.chips import blend_chips, mode_chips
from vizterm.maps.numbers import short_number
from vizterm.maps.scale import ColourScale, cut_ends
from vizterm.overlay.model import OverlayModel
from vizterm_core.load.doubt import by_doubt
from vizterm_core.maps.classes import PlacedClasses

_LONGEST_NAME, _SHORT_NAME = 24, 12
"""Columns of a map's name in titles, and in a reading."""
_CHIPS = {"image": "batch(1)", "map": "map(1)", "from": "ask", "mean": "ask"}
"""First word of a state -> what a click on it does."""


def overlay_heading(title: str, model: OverlayModel, notes: tuple[str, ...]) -> HeadingText:
    """Return title, size of the image, and notes."""
    height, width = model.image.shape[:2]
    return HeadingText.of(title, by_doubt([f"{width:,} × {height:,}", *notes]))


def outliers_note(model: OverlayModel) -> str:
    """Return a note about absurd values that are beyond the colours; empty without any."""
    if not model.outliers:
        return ""
    norm = model.placed.norm
    return (
        f"a few values far beyond all others have the end colours of {short_number(norm.low)} to "
        f"{short_number(norm.high)}: --norm max, --vmin and --vmax show others"
    )


def overlay_look(model: OverlayModel) -> str:
    """Return channel, mode, weight, colours, norm and zoom, for a printed frame."""
    constant = " (constant)" if model.placed.constant else ""
    zoom = zoom_text(model.camera.view.zoom)
    state = "".join(f"{text} · " for text in state_texts(model))
    return f"{state}{_channel_text(model)} · {model.look.describe()}{constant} · {zoom}×"


def overlay_chips(model: OverlayModel) -> list[Chip]:
    """Return zoom, channel, mode, weight, colours and norm as chips for the status bar."""
    chips = [Chip(f"{zoom_text(model.camera.view.zoom)}×", "fit", strong=True)]
    chips += [
        Chip(
            text,
            _CHIPS.get(text.partition(" ")[0], ""),
            needed=True,
            short=text.removeprefix("from the "),
        )
        for text in state_texts(model)
    ]
    if model.channel_count > 1 or not model.several:
        chips.append(Chip(_channel_text(model), "projection", needed=True))
    if isinstance(model.placed, PlacedClasses):
        # They have colours of their own, and nothing for a norm to do.
        chips += mode_chips(model.look)
        return [*chips, Chip(f"{model.placed.ids.size} classes", needed=True)]
    chips += blend_chips(model.look)
    if model.placed.constant:
        chips.append(Chip("constant"))
    if model.outliers:
        chips.append(Chip("without outliers", "choose('norm')", needed=True))
    return chips


def panel_titles(model: OverlayModel) -> list[tuple[str, ...]]:
    """Return what stands above each panel: in full, and in fewer words."""
    look, channel = model.look, _channel_text(model)
    mode = look.mode if look.mode == "multiply" else f"{look.mode} {100 * look.alpha:.0f} %"
    if model.several:
        return [("image",), *(_map_title(model, number) for number in range(len(model.maps)))]
    return [
        ("image",),
        (f"heatmap · {channel}", channel, f"{model.channel}"),
        (f"overlay · {mode}", "overlay"),
    ]


def _map_title(model: OverlayModel, number: int) -> tuple[str, ...]:
    """Return the name of one of several maps, with a mark if it is the current one."""
    here = "▸" if number == model.map_index else ""
    name = cut_name(model.maps[number].name, _LONGEST_NAME)
    return f"{here}{number + 1} · {name}", f"{here}{number + 1}"


def state_texts(model: OverlayModel) -> list[str]:
    """Return which image of a batch, which of several maps, and whose attention is shown."""
    texts = []
    if model.count > 1:
        texts.append(f"image {model.index} of {model.count:,}")
    if model.several:
        name = cut_name(model.map.name, _LONGEST_NAME)
        texts.append(f"map {model.map_index + 1} of {len(model.maps)} · {name}")
    if asking := model.map.asking(model.token):
        texts.append(asking)
    return texts


def strip_title(model: OverlayModel) -> str:
    """Return what stands above the previews of the channels."""
    norm = model.colours.norm_name
    return f"{_channel_text(model)} · norm {norm} · previews each in its own range"


def _channel_text(model: OverlayModel) -> str:
    count = model.channel_count
    if isinstance(model.channel, str):
        return f"{model.channel} of {count:,} channels"
    named = model.map.channel_name(model.channel)
    return f"channel {model.channel} of {count:,}{f' · {named}' if named else ''}"


def overlay_scale(model: OverlayModel) -> ColourScale:
    """Return what the colour bar of the map shows."""
    placed = model.placed
    if isinstance(placed, PlacedClasses):
        return ColourScale(placed.norm, model.heat_colours, "class")
    ends = [
        cut_ends(each.norm, each.values)
        for each in model.all_placed
        if not isinstance(each, PlacedClasses)
    ]
    below, above = (any(cut) for cut in zip(*ends, strict=True))
    return ColourScale(placed.norm, model.heat_colours, below=below, above=above)


def reading_text(model: OverlayModel) -> str:
    """Return pixel, colour and value under the crosshair; empty without one."""
    found = model.under_cursor()
    if found is None:
        return ""
    red, green, blue = found.rgb
    parts = [f"x {found.column:,} · y {found.row:,} · RGB {red} {green} {blue}"]
    if found.others:
        parts += [
            f"{cut_name(name, _SHORT_NAME)} {short_number(value)}" for name, value in found.others
        ]
    elif found.of_class:
        parts.append("no class" if math.isnan(found.raw) else f"class {found.raw:.0f}")
    elif math.isnan(found.raw):
        parts.append("missing")
    else:
        parts.append(f"value {short_number(found.raw)}")
    single = not found.others and not found.of_class
    if single and not math.isnan(found.share) and model.colours.norm_name != "none":
        parts.append(f"{found.share:.0%} of the scale".replace("%", " %"))
    return " · ".join(parts)
