"""A heatmap as it is at one moment, to be drawn in any resolution by another thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm.graphics.indexed import Indexed
from vizterm.heat.model import HeatModel, Values, blurred, over
from vizterm.maps.pixel_map import coloured
from vizterm_core.colour.colormaps import Colormap, apply_colormap
from vizterm_core.colour.norms import Norm
from vizterm_core.maps.view import MapView
from vizterm_core.pictures.image import Picture
from vizterm_core.pictures.resize import average_area


@dataclass(frozen=True, slots=True, eq=False)
class HeatPixels:
    """Counts, blur, colours and page of a heatmap, and the part of it that is in view."""

    counts: Values
    """(H, W) counts."""
    sigma: tuple[float, float]
    view: MapView
    norm: Norm
    colormap: Colormap
    background: Picture | None
    """A picture under the whole map."""
    strength: float
    """Opacity of the hottest places over it."""

    @classmethod
    def of(cls, model: HeatModel) -> HeatPixels:
        """Return a heatmap as it is now."""
        colormap, view = model.colours.colormap, model.camera.view
        field, page = model.field, model.background
        return cls(field.counts, model.sigma, view, model.norm, colormap, page, model.strength)

    def draw(self, rows: int, columns: int) -> Picture | Indexed:
        """Return the part in view on so many display pixels."""
        shape = rows, columns
        values = blurred(self.counts, self.sigma, self.view, shape)
        shares = self.norm(values)
        if self.background is None:
            return coloured(shares, self.colormap)
        page = self._page(self.background, shape)
        return over(apply_colormap(shares, self.colormap), page, shares, self.strength)

    def _page(self, background: Picture, shape: tuple[int, int]) -> npt.NDArray[np.float32]:
        """Return the part of the page that lies under the view: shape and 3."""
        (height, width), view = background.shape[:2], self.view
        down, across = height / view.height, width / view.width
        top, bottom, left, right = view.extent
        part = (top * down, bottom * down, left * across, right * across)
        return average_area(background, shape, part).astype(np.float32, copy=False)
