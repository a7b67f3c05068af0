"""Menus of colours and blending, which the chips of the status bar open."""

from __future__ import annotations

from collections.abc import Callable

from vizterm.maps.colours import ColourChoice
from vizterm.maps.look import OverlayLook
from vizterm.shell.choices import Choice
from vizterm_core.colour.colormaps import COLORMAPS
from vizterm_core.maps.overlay import MODES


def colour_choice(what: str, colours: ColourChoice, changed: Callable[[], object]) -> Choice | None:
    """Return the menu of 'colormap' or 'norm'; None for anything else.

    Parameters
    ----------
    changed : callable
        Called when one is picked.
    """

    def use_colormap(name: str) -> None:
        colours.use_colormap(name)
        changed()

    def use_norm(name: str) -> None:
        colours.use_norm(name)
        changed()

    if what == "colormap":
        return Choice("colormap", COLORMAPS, colours.colormap.name, use_colormap)
    if what == "norm":
        return Choice("norm", colours.norms, colours.norm_name, use_norm)
    return None


def blend_choice(what: str, look: OverlayLook, changed: Callable[[], object]) -> Choice | None:
    """Return the menu of 'mode', or of its colours; None for anything else."""

    def use_mode(name: str) -> None:
        look.use_mode(name)
        changed()

    if what == "mode":
        return Choice("blend mode", MODES, look.mode, use_mode)
    return colour_choice(what, look.colours, changed)
