"""The look of the density behind a scatter: blur, colours, with or without the dots."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm.cells.half_blocks import Cells, pixel_cells
from vizterm.embed.model import EmbedModel
from vizterm.maps.colours import ColourChoice
from vizterm.maps.sigmas import next_sigma
from vizterm_core.colour.colormaps import apply_colormap
from vizterm_core.colour.norms import Norm, fit_norm
from vizterm_core.pictures.image import Picture
from vizterm_core.scatter.density import Density, blurred_density
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport

Tones = npt.NDArray[np.floating]

LOOKS = ("dots", "density", "both")
DIMMED = 3
"""Divides the brightness of the density behind dots, which would drown in it."""
_GREY = 0.45
"""Brightness of the grey density behind that of selected points."""
OPAQUE = 0.25
"""Level of the density of selected points from which on nothing behind it is seen."""
_FINE = 4
"""Into how many parts a dot is divided, each way, where the density is drawn in pixels."""
_LEAST, _MOST = 1.0, 60.0
"""Limits of sigma in dots: less is no blur, more would reach beyond any screen."""


class DensityLook:
    """Choices about the density, as keys change them."""

    def __init__(self) -> None:
        self.look = LOOKS[0]
        self.sigma = 4.0
        """In dots."""
        self.colours = ColourChoice(norm="sqrt")

    @property
    def shown(self) -> bool:
        """Whether the density is drawn."""
        return self.look != LOOKS[0]

    @property
    def with_dots(self) -> bool:
        """Whether the dots are drawn."""
        return self.look != LOOKS[1]

    def next_look(self, *, coloured: bool = True) -> None:
        """Go on to dots, density, or both; without colours the two can't be told apart."""
        looks = LOOKS if coloured else LOOKS[:2]
        self.look = looks[(looks.index(self.look) + 1) % len(looks)]

    def change_sigma(self, step: int) -> None:
        """Blur more (1) or less (-1)."""
        self.sigma = min(max(next_sigma(self.sigma, step), _LEAST), _MOST)

    def density(
        self,
        model: EmbedModel,
        viewport: Viewport,
        visible: npt.NDArray[np.bool_],
        highlight: int | None,
        *,
        exact: bool = False,
        index: PointIndex | None = None,
    ) -> Density | None:
        """Return the density in a view, of the highlighted label alone if there is one.

        It is None where only `exact` counts would do.  The model's own view plays no part, so a
        worker may call this.  `index` is of some of the model's points, if not of all.
        """
        # The blur is round on the screen, whatever the shape of a cell.
        dot_aspect = model.cell_aspect * DOTS_ACROSS / DOTS_DOWN
        wanted = visible if highlight is None else visible & model.only(highlight)
        sigma = (self.sigma, self.sigma * dot_aspect)
        return blurred_density(index or model.index, viewport, wanted, sigma, exact=exact)

    def fine_density(
        self,
        model: EmbedModel,
        viewport: Viewport,
        visible: npt.NDArray[np.bool_],
        highlight: int | None,
        *,
        index: PointIndex | None = None,
    ) -> Density:
        """Return the exact density with each dot divided, in points per whole dot; for a worker."""
        finer = viewport.finer(_FINE)
        dot_aspect = model.cell_aspect * DOTS_ACROSS / DOTS_DOWN
        wanted = visible if highlight is None else visible & model.only(highlight)
        sigma = (self.sigma * _FINE, self.sigma * dot_aspect * _FINE)
        shape = finer.down, finer.across
        found = blurred_density(index or model.index, finer, wanted, sigma, exact=True, shape=shape)
        assert found is not None
        return found * found.dtype.type(_FINE**2)

    def norm(self, density: Density) -> Norm:
        """Return the norm that is fitted to a density."""
        return fit_norm(density, self.colours.norm_name)

    def cells(self, density: Density, selected: Density | None = None) -> Cells:
        """Return the density in colours, as half blocks.

        Parameters
        ----------
        density : Density
        selected : Density, optional
            Of selected points: in colours over that of all points in grey.
        """
        norm = self.norm(density)
        if selected is None:
            picture = apply_colormap(norm(density), self.colours.colormap)
        else:
            picture = self.two_tone(norm(density), self.norm(selected)(selected))
        cells = pixel_cells(picture)
        return cells // DIMMED if self.with_dots else cells

    def two_tone(self, tones: Tones, selected: Tones) -> Picture:
        """Return the tones of selected points in colours, over those of all points in grey.

        Parameters
        ----------
        tones, selected : (H, W) floating
            From 0 to 1.
        """
        colormap = self.colours.colormap
        grey = apply_colormap(tones, colormap).mean(axis=-1, keepdims=True) * _GREY
        front = apply_colormap(selected, colormap)
        share = np.clip(np.nan_to_num(selected) / OPAQUE, 0, 1)[..., None]
        picture: Picture = (grey + (front - grey) * share).astype(np.uint8)
        return picture

    def describe(self) -> str:
        """Return the look for the status line; empty without density."""
        if not self.shown:
            return ""
        return f"density σ {self.sigma:g} dots · {self.colours.describe()}"
