"""Blend, colours and norm of a map over an image, as keys change them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm.maps.colours import ColourChoice
from vizterm_core.checks import as_choice
from vizterm_core.colour.colormaps import Colormap, apply_colormap, find_colormap
from vizterm_core.maps.overlay import MODES, OVERLAY_NORMS, Style, checked_style
from vizterm_core.pictures.image import Picture

ALPHA_STEP = 0.1


class OverlayLook:
    """The way a map is laid over an image: mode, weight, colours.

    Raises
    ------
    UsageError
        For an unknown mode, colormap or norm, or an alpha outside 0-1.
    """

    def __init__(
        self,
        mode: str = MODES[0],
        alpha: float = 0.5,
        colormap: str = "jet",
        norm: str = OVERLAY_NORMS[0],
    ) -> None:
        self.colours = ColourChoice(colormap, norm, OVERLAY_NORMS)
        checked = checked_style(mode, alpha, self.colours.colormap)
        self.mode, self.alpha = checked.mode, checked.alpha

    @property
    def style(self) -> Style:
        """Mode, weight and colormap, as the core takes them."""
        return checked_style(self.mode, self.alpha, self.colours.colormap)

    def use_mode(self, mode: str) -> None:
        """Use one of the ways of blending."""
        self.mode = as_choice(mode, MODES, "mode")

    def next_mode(self, step: int) -> None:
        """Go to the next (1) or previous (-1) way of blending."""
        self.mode = MODES[(MODES.index(self.mode) + step) % len(MODES)]

    def change_alpha(self, step: int) -> None:
        """Give the map more weight (1) or less (-1)."""
        alpha = round(self.alpha / ALPHA_STEP + step) * ALPHA_STEP
        self.alpha = min(max(round(alpha, 2), 0.0), 1.0)

    def take_over(self, older: OverlayLook) -> None:
        """Use mode, weight and colours of an older look."""
        self.mode, self.alpha = older.mode, older.alpha
        self.colours.take_over(older.colours)

    @property
    def coloured(self) -> bool:
        """Whether the colormap has any effect: only the mode color uses it."""
        return self.mode == "color"

    @property
    def heat_colours(self) -> Colormap:
        """The colormap in which the map is drawn alone."""
        return self.colours.colormap if self.coloured else find_colormap("gray")

    def heat(self, shares: npt.NDArray[np.generic]) -> Picture:
        """Return the map alone, in the colours that it has in the overlay."""
        return apply_colormap(shares, self.heat_colours)

    def describe(self) -> str:
        """Mode, weight, colours and norm, for the status line."""
        parts = [self.mode]
        if self.mode != "multiply":
            parts.append(f"alpha {self.alpha:.2g}")
        parts.append(self.colours.describe() if self.coloured else self.colours.norm_name)
        return " · ".join(parts)
