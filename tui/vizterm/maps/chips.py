"""Chips of the status bar about colours and blending."""

from __future__ import annotations

from vizterm.cells.bar import Chip
from vizterm.maps.colours import ColourChoice
from vizterm.maps.look import OverlayLook


def colour_chips(colours: ColourChoice, norm: str = "") -> list[Chip]:
    """Return chips for colormap and norm; a click opens their choice.

    Parameters
    ----------
    norm : str, optional
        The norm, where more is to be said of it than its name.
    """
    return [
        Chip(f"cmap {colours.colormap.name}", "choose('colormap')"),
        norm_chip(norm or colours.norm_name),
    ]


def norm_chip(norm: str) -> Chip:
    """Return the chip for a norm."""
    return Chip(f"norm {norm}", "choose('norm')", needed=True, short=norm)


def mode_chips(look: OverlayLook) -> list[Chip]:
    """Return chips for mode and weight of an overlay."""
    chips = [Chip(f"mode {look.mode}", "choose('mode')", needed=True, short=look.mode)]
    if look.mode != "multiply":
        chips.append(Chip(f"alpha {look.alpha:.2g}", "alpha(1)"))
    return chips


def blend_chips(look: OverlayLook) -> list[Chip]:
    """Return chips for mode, weight and colours of an overlay."""
    chips = mode_chips(look)
    if look.coloured:
        return chips + colour_chips(look.colours)
    return [*chips, norm_chip(look.colours.norm_name)]
