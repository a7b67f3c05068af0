"""The blend, the colours and the norm of an overlay, as keys change them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm_core.colour.colormaps import COLORMAPS, Colormap, apply_colormap, colormap
from vizterm_core.errors import UsageError
from vizterm_core.maps.overlay import MODES, OVERLAY_NORMS, checked_style
from vizterm_core.pictures.image import Picture

ALPHA_STEP = 0.1


class OverlayLook:
    """What a person has chosen about how a map is laid over an image.

    Raises
    ------
    UsageError
        For an unknown mode, colormap or norm, or an alpha outside of 0-1.
    """

    def __init__(
        self,
        mode: str = MODES[0],
        alpha: float = 0.5,
        cmap: str = "jet",
        norm: str = OVERLAY_NORMS[0],
    ) -> None:
        if norm not in OVERLAY_NORMS:
            raise UsageError(
                f"no norm is called {norm!r}", f"choose from {', '.join(OVERLAY_NORMS)}"
            )
        self.style = checked_style(mode, alpha, cmap)
        self.norm_name = norm

    def next_mode(self, step: int) -> None:
        """Go on to another way of blending."""
        at = MODES.index(self.style.mode)
        self._restyle(mode=MODES[(at + step) % len(MODES)])

    def change_alpha(self, step: int) -> None:
        """Give the heat more weight (1) or less (-1)."""
        alpha = round(self.style.alpha / ALPHA_STEP + step) * ALPHA_STEP
        self._restyle(alpha=min(max(round(alpha, 2), 0.0), 1.0))

    def next_colormap(self, step: int) -> None:
        """Go on to another colormap."""
        name = self.style.colormap.name
        at = COLORMAPS.index(name) if name in COLORMAPS else -1
        self._restyle(cmap=colormap(COLORMAPS[(at + step) % len(COLORMAPS)]))

    def without_colours(self) -> None:
        """Be readable in shades: brighter is more."""
        self._restyle(cmap=colormap("gray"))

    def next_norm(self, step: int) -> None:
        """Go on to another norm."""
        at = OVERLAY_NORMS.index(self.norm_name)
        self.norm_name = OVERLAY_NORMS[(at + step) % len(OVERLAY_NORMS)]

    def _restyle(
        self, mode: str | None = None, alpha: float | None = None, cmap: Colormap | None = None
    ) -> None:
        style = self.style
        self.style = checked_style(
            mode or style.mode, style.alpha if alpha is None else alpha, cmap or style.colormap
        )

    @property
    def heat_colours(self) -> Colormap:
        """The colours in which the map is drawn alone."""
        return self.style.colormap if self.style.mode == "color" else colormap("gray")

    def heat(self, shares: npt.NDArray[np.generic]) -> Picture:
        """The map alone, in the colours that it has in the overlay."""
        return apply_colormap(shares, self.heat_colours)

    def describe_style(self) -> str:
        """Mode, weight, colours and norm, as the status line says them."""
        parts = [self.style.mode]
        if self.style.mode != "multiply":
            parts.append(f"alpha {self.style.alpha:.2g}")
        if self.style.mode == "color":
            parts.append(self.style.colormap.name)
        return " · ".join([*parts, self.norm_name])
