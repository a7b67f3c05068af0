"""Options of an overlay, checked before anything is read."""

from __future__ import annotations

from dataclasses import dataclass

from vizterm.maps.look import OverlayLook
from vizterm_core.checks import as_choice, as_number
from vizterm_core.colour.norms import fit_norm
from vizterm_core.maps.overlay import FITS, MODES, OVERLAY_NORMS, Limits


@dataclass(frozen=True, slots=True)
class OverlayOptions:
    """Options of an overlay when it opens.

    Raises
    ------
    UsageError
        For an unknown mode, colormap, norm or fit, or an alpha outside 0-1.
    """

    channel: int | str = 0
    """A channel, or one of `PROJECTIONS`."""
    mode: str = MODES[0]
    alpha: float = 0.5
    colormap: str = "jet"
    norm: str = OVERLAY_NORMS[0]
    fit: str = FITS[0]
    """The one that is resized to the other's size: 'feature' or 'image'."""
    vmin: float | None = None
    """The map's value at the lower end of the colours; by the norm otherwise."""
    vmax: float | None = None
    index: int = 0
    """The entry of a batch that is shown first."""
    token: int | None = None
    """The token whose attention is shown, counted with the class token."""

    def __post_init__(self) -> None:
        self.look()
        as_choice(self.fit, FITS, "fit")
        for name, limit in (("vmin", self.vmin), ("vmax", self.vmax)):
            if limit is not None:
                as_number(limit, name)
        fit_norm([0.0, 1.0], self.norm, vmin=self.vmin, vmax=self.vmax)

    @property
    def limits(self) -> Limits:
        """Limits of the norm."""
        return Limits(self.vmin, self.vmax, robust=True)

    def look(self) -> OverlayLook:
        """Return the look to begin with."""
        return OverlayLook(self.mode, self.alpha, self.colormap, self.norm)
