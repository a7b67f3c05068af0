"""What `vizterm heat` shows, without a terminal: the map, the blur, the colours, the view."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from vizterm.heat.live import LiveEvents
from vizterm.maps.model import MapModel
from vizterm.maps.sigmas import SIGMAS, next_sigma
from vizterm_core.colour.colormaps import COLORMAPS, Colormap, apply_colormap, colormap
from vizterm_core.colour.norms import COUNT_NORMS, Norm, fit_norm
from vizterm_core.load import DataFile
from vizterm_core.maps.blur import blur
from vizterm_core.maps.count_map import CountMap
from vizterm_core.maps.view import MapView
from vizterm_core.pictures.image import Picture

Values = npt.NDArray[np.floating]

STRENGTHS = (0.25, 0.5, 0.75, 1.0)
"""How opaque the hottest places are over a background."""
_NOISE = 256
"""Machine epsilons of the peak that blurring may leave, the more so the closer one looks."""
_PEAKS = 6
"""Display pixels, of the hottest and of the coldest, that are looked into for the limits."""
_FINEST = 256
"""Parts of a display pixel, each way, that are looked into."""
_USUAL_PART = 80
"""The blur is this part of the longer side, unless it is given."""


@dataclass(frozen=True, slots=True)
class HeatOptions:
    """How a map is drawn at first."""

    sigma: tuple[float, float] | None = None
    """(sigma_y, sigma_x) in map pixels; by default an eightieth of the longer side."""
    colormap: str = COLORMAPS[0]
    norm: str | None = None
    """By default 'max', from zero, for events, and 'minmax' for a grid."""
    vmin: float | None = None
    vmax: float | None = None


def usual_sigma(width: int, height: int) -> float:
    """The step of `SIGMAS` nearest to an eightieth of the longer side."""
    wanted = max(width, height) / _USUAL_PART
    return min(SIGMAS, key=lambda step: abs(step - wanted))


class HeatModel(MapModel):
    """A map of counts, and everything a person has chosen about it.

    Parameters
    ----------
    field : CountMap
    options : HeatOptions
    background : (H, W, 3) uint8, optional
        What the map lies over; scaled to the map's size.
    """

    def __init__(
        self, field: CountMap, options: HeatOptions, background: Picture | None = None
    ) -> None:
        self.field = field
        self.background = background
        self._given_sigma = options.sigma
        self.norm_name = options.norm or ("minmax" if field.is_grid else "max")
        self.limits = options.vmin, options.vmax
        """Lower and upper limit of the norm, where they were given."""
        self.colormap: Colormap = colormap(options.colormap)
        self.strength = STRENGTHS[2]
        super().__init__()
        self._view_norm: Norm | None = None
        """The norm, where it was fitted to a view; else it follows the whole map."""
        self._whole_norm: Norm | None = None
        self._values: Values | None = None
        self._page: npt.NDArray[np.float32] | None = None

    # ------------------------------------------------------------------ blur
    @property
    def sigma(self) -> tuple[float, float]:
        """(sigma_y, sigma_x) in map pixels."""
        if self._given_sigma is None:
            usual = usual_sigma(*self.field.size)
            return usual, usual
        return self._given_sigma

    def change_sigma(self, step: int) -> None:
        """Blur more (1) or less (-1); unequal sigmas keep their ratio."""
        down, across = self.sigma
        largest = max(down, across)
        changed = next_sigma(largest, step)
        if changed != largest:
            self._given_sigma = (
                (changed * down / largest, changed * across / largest)
                if largest
                else (changed, changed)
            )
            self._forget(norm=True)

    # ------------------------------------------------------------------ colours
    @property
    def norm(self) -> Norm:
        """Values -> [0, 1]; stays as it is while one zooms and pans."""
        if self._view_norm is not None:
            return self._view_norm
        if self._whole_norm is None:
            view = self.view
            whole = MapView.fit(*self.field.size, view.columns, view.rows, view.pixel_aspect)
            values = self._blurred(whole)
            extremes = self._extremes(whole, values)
            self._whole_norm = self._fit_norm(np.concatenate([values.ravel(), *extremes]))
        return self._whole_norm

    def _extremes(self, view: MapView, values: Values) -> list[Values]:
        """The map's own pixels where the display is hottest and coldest: means hide peaks."""
        if np.isnan(values).all() or np.nanmin(values) == np.nanmax(values):
            return []
        order = np.argsort(values, axis=None)
        order = order[~np.isnan(values.ravel()[order])]
        found = []
        for place in {*order[-_PEAKS:].tolist(), *order[:_PEAKS].tolist()}:
            row, column = divmod(place, values.shape[1])
            left, top = view.place_at(column, row)
            right, bottom = view.place_at(column + 1, row + 1)
            part = math.floor(top), math.ceil(bottom), math.floor(left), math.ceil(right)
            shape = min(part[1] - part[0], _FINEST), min(part[3] - part[2], _FINEST)
            found.append(blur(self.field.counts, self.sigma, shape=shape, view=part).ravel())
        return found

    @property
    def fitted_to_view(self) -> bool:
        """Whether the colours were fitted to a view."""
        return self._view_norm is not None

    def _fit_norm(self, values: Values) -> Norm:
        low, high = self.limits
        return fit_norm(values, self.norm_name, vmin=low, vmax=high)

    def fit_colours(self) -> None:
        """Fit the colours to what is in view now; once more: to the whole map again."""
        self._view_norm = None if self.fitted_to_view else self._fit_norm(self.values())

    def next_norm(self, step: int) -> None:
        """Go on to another norm, fitted to the same part as before."""
        at = COUNT_NORMS.index(self.norm_name) if self.norm_name in COUNT_NORMS else -1
        self.norm_name = COUNT_NORMS[(at + step) % len(COUNT_NORMS)]
        self._whole_norm = None
        if self.fitted_to_view:
            self._view_norm = self._fit_norm(self.values())

    def next_colormap(self, step: int) -> None:
        """Go on to another colormap."""
        at = COLORMAPS.index(self.colormap.name) if self.colormap.name in COLORMAPS else -1
        self.colormap = colormap(COLORMAPS[(at + step) % len(COLORMAPS)])

    def without_colours(self) -> None:
        """Be readable in shades: brighter is more, and nothing lies behind."""
        self.colormap = colormap("gray")
        self.background = None

    def change_strength(self, step: int) -> None:
        """Make the heat more (1) or less (-1) opaque over the background."""
        at = STRENGTHS.index(self.strength) + step
        self.strength = STRENGTHS[min(max(at, 0), len(STRENGTHS) - 1)]

    # ------------------------------------------------------------------ view
    @property
    @override
    def size(self) -> tuple[int, int]:
        return self.field.size

    @override
    def resize(self, columns: int, rows: int, pixel_aspect: float) -> None:
        super().resize(columns, rows, pixel_aspect)
        self._forget(norm=True)

    @override
    def fit(self) -> None:
        """Show all of the map, in the colours that belong to it."""
        self._view_norm = None
        super().fit()

    @override
    def view_changed(self) -> None:
        self._forget()

    def take_over(self, older: HeatModel) -> None:
        """Show this map as another was shown: blur, colours, view, crosshair."""
        self._given_sigma = older._given_sigma
        self.norm_name, self.limits = older.norm_name, older.limits
        self.colormap, self.strength = older.colormap, older.strength
        self.background = older.background
        self.take_view(older)
        self._forget(norm=True)
        if older.fitted_to_view:
            self.fit_colours()

    # ------------------------------------------------------------------ crosshair
    def under_cursor(self) -> tuple[float, float] | None:
        """The exact blurred value, and the count, of the map pixel under the crosshair."""
        if self.cursor is None:
            return None
        x, y = self.cursor
        counts = self.field.counts
        value = blur(counts, self.sigma, shape=(1, 1), view=(y, y + 1, x, x + 1))
        return float(value[0, 0]), float(counts[y, x])

    # ------------------------------------------------------------------ pictures
    def values(self) -> Values:
        """The blurred map at the display's pixels: `view.shape`, of the counts' dtype."""
        if self._values is None:
            self._values = self._blurred(self.view)
        return self._values

    def _blurred(self, view: MapView) -> Values:
        values = blur(self.field.counts, self.sigma, shape=view.shape, view=view.extent)
        lowest, highest = np.nanmin(values, initial=np.inf), np.nanmax(values, initial=-np.inf)
        peak = max(abs(lowest), abs(highest))
        # Rounding would be all that there is to see of a constant map.
        noise = _NOISE * max(1.0, view.scale) * np.finfo(values.dtype).eps * peak
        if 0 < highest - lowest <= noise:
            values = np.where(np.isnan(values), values, highest)
        return values

    def picture(self) -> Picture:
        """The map in colours, over the background: `view.shape` and 3, uint8."""
        shares = self.norm(self.values())
        heat = apply_colormap(shares, self.colormap)
        if self.background is None:
            return heat
        return over(heat, self._page_in_view(), shares, self.strength)

    def _page_in_view(self) -> npt.NDArray[np.float32]:
        if self._page is None:
            assert self.background is not None
            self._page = part_of_picture(self.background, self.field.size, self.view)
        return self._page

    def field_changed(self) -> None:
        """Events have been added; a map that has grown is shown whole if it was."""
        view = self.view
        self.resize(view.columns, view.rows, view.pixel_aspect)

    def _forget(self, *, norm: bool = False) -> None:
        self._values = self._page = None
        if norm:
            self._whole_norm = None


@dataclass(frozen=True)
class Heat:
    """A map and what is said of it."""

    title: str
    model: HeatModel
    notes: tuple[str, ...] = ()
    files: tuple[DataFile, ...] = ()
    """What the counts were read from."""
    live: LiveEvents | None = field(default=None, compare=False)
    """Where more events come from."""


def part_of_picture(
    picture: Picture, size: tuple[int, int], view: MapView
) -> npt.NDArray[np.float32]:
    """What lies behind the view of a map that a picture is stretched over: shape and 3.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    size : (width, height)
        Of the map.
    """
    height, width = picture.shape[:2]
    top, bottom, left, right = view.extent
    down, across = height / size[1], width / size[0]
    part = (top * down, bottom * down, left * across, right * across)
    channels = [blur(picture[..., c], 0, shape=view.shape, view=part) for c in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32, copy=False)


def over(
    heat: Picture,
    page: npt.NDArray[np.float32],
    shares: npt.NDArray[np.floating],
    strength: float,
) -> Picture:
    """Heat over a page, as opaque as it is hot: where it is cold the page shows.

    Parameters
    ----------
    heat : (H, W, 3) uint8
    page : (H, W, 3) levels 0-255
    shares : (H, W)
        In [0, 1]; NaN, where nothing is known, shows the page.
    strength : float
        The opacity of the hottest places.
    """
    # The root brings out the flanks of a blob, which would otherwise hardly tint the page.
    alpha = strength * np.sqrt(np.nan_to_num(shares, nan=0.0))[..., None]
    mixed: Picture = np.rint(heat * alpha + page * (1 - alpha)).astype(np.uint8)
    return mixed
