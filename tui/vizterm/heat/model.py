"""State of a heatmap, without a terminal: the map, its blur, its colours, its view."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from vizterm.heat.live import LiveEvents
from vizterm.heat.parts import HeatParts
from vizterm.maps.camera import MapCamera
from vizterm.maps.colours import ColourChoice
from vizterm.maps.sigmas import SIGMAS, next_sigma
from vizterm_core.colour.colormaps import COLORMAPS, apply_colormap
from vizterm_core.colour.norms import COUNT_NORMS, Norm, fit_norm
from vizterm_core.load import DataFile
from vizterm_core.maps.blur import blur, checked_sigma
from vizterm_core.maps.count_map import CountMap
from vizterm_core.maps.events import Events
from vizterm_core.maps.view import MapView
from vizterm_core.pictures.image import Picture

Values = npt.NDArray[np.floating]

STRENGTHS = (0.25, 0.5, 0.75, 1.0)
"""Opacities of the hottest places over a background."""
_NOISE = 256
"""Rounding that blurring may leave, in machine epsilons of the peak, times the zoom."""
_PEAKS = 6
"""Hottest, and coldest, display pixels that are searched for the limits of the colours."""
_FINEST = 256
"""Samples of such a pixel, each way."""
_USUAL_PART = 80
"""By default sigma is this fraction of the longer side."""


@dataclass(frozen=True, slots=True)
class HeatOptions:
    """Options of a heatmap when it opens.

    Raises
    ------
    UsageError
        For an unknown colormap or norm, a sigma below 0, or limits that the norm can't have.
    """

    sigma: float | tuple[float, float] | None = None
    """In map pixels, or (sigma_y, sigma_x); by default an eightieth of the longer side."""
    colormap: str = COLORMAPS[0]
    norm: str | None = None
    """By default 'max', from zero, for events, and 'minmax' for a grid."""
    vmin: float | None = None
    vmax: float | None = None

    def __post_init__(self) -> None:
        ColourChoice(self.colormap, self.norm or COUNT_NORMS[0])
        fit_norm([0.0, 1.0], self.norm or COUNT_NORMS[0], vmin=self.vmin, vmax=self.vmax)
        if self.sigma is not None:
            checked_sigma(self.sigma)


def usual_sigma(width: int, height: int) -> float:
    """Return the step of `SIGMAS` nearest to an eightieth of the longer side."""
    wanted = max(width, height) / _USUAL_PART
    return min(SIGMAS, key=lambda step: abs(step - wanted))


class HeatModel:
    """A map of counts, and everything a person has chosen about it.

    Parameters
    ----------
    field : CountMap
    options : HeatOptions
    background : (H, W, 3) uint8, optional
        A picture under the map, scaled to the map's size.
    parts : HeatParts, optional
        Of the same events, where they have groups or times.
    """

    def __init__(
        self,
        field: CountMap,
        options: HeatOptions,
        background: Picture | None = None,
        parts: HeatParts | None = None,
    ) -> None:
        self._whole = field
        self.parts = parts
        """The group and the window that are shown; None where all events are one map."""
        self._axes = field.axes
        """The coordinates of the map when it was last looked at."""
        self.background = background
        self.camera = MapCamera(field.size)
        norm = options.norm or ("minmax" if field.is_grid else "max")
        self.colours = ColourChoice(options.colormap, norm)
        self.limits = options.vmin, options.vmax
        """Lower and upper limit of the norm, where they were given."""
        self.strength = STRENGTHS[2]
        self._given_sigma = None if options.sigma is None else checked_sigma(options.sigma)
        self._view_norm: Norm | None = None
        """The norm, where it was fitted to a view; else it is fitted to the whole map."""
        self._whole_norm: tuple[object, Norm] | None = None
        self._values: tuple[object, Values] | None = None
        self._page: tuple[object, npt.NDArray[np.float32]] | None = None

    @property
    def field(self) -> CountMap:
        """The map that is shown: of all events, or of a part of them."""
        return self._whole if self.parts is None else self.parts.field

    def name(self, names: tuple[str, ...]) -> None:
        """Take the names of the columns of a stream, as soon as they are known."""
        self._whole.name(names)

    def add(self, events: Events) -> None:
        """Count more events."""
        if self.parts is None:
            self._whole.add(events)
        else:
            self.parts.add(events)
        self._field_changed()

    # Blur

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

    # Colours

    @property
    def norm(self) -> Norm:
        """Values -> [0, 1]; stays the same while zooming and panning."""
        if self._view_norm is not None:
            if self._view_norm.name != self.colours.norm_name:
                self._view_norm = self._fit_norm(self.values())
            return self._view_norm
        view = self.camera.view
        whole = MapView.fit(*self.field.size, view.columns, view.rows, view.pixel_aspect)
        comparable = None if self.parts is None else self.parts.comparable
        key = self.colours.norm_name, self.sigma, whole, comparable
        if self._whole_norm is None or self._whole_norm[0] != key:
            field, others = self.field, []
            if self.parts is not None and comparable is not None:
                values, field = self.parts.overview(self.sigma)
                others.append(values)
            values = self._blurred(whole, field)
            extremes = self._extremes(whole, values, field)
            norm = self._fit_norm(np.concatenate([values.ravel(), *extremes, *others]))
            self._whole_norm = key, norm
        return self._whole_norm[1]

    def _extremes(self, view: MapView, values: Values, field: CountMap) -> list[Values]:
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
            found.append(blur(field.counts, self.sigma, shape=shape, view=part).ravel())
        return found

    def _fit_norm(self, values: Values) -> Norm:
        low, high = self.limits
        return fit_norm(values, self.colours.norm_name, vmin=low, vmax=high)

    @property
    def fitted_to_view(self) -> bool:
        """Whether the colours were fitted to a view."""
        return self._view_norm is not None

    def fit_colours(self) -> None:
        """Fit the colours to the view; if they were already, fit them to the whole map again."""
        self._view_norm = None if self.fitted_to_view else self._fit_norm(self.values())

    def without_colours(self) -> None:
        """Use shades of grey, brighter for more, and no background."""
        self.colours.without_colours()
        self.background = None

    def change_strength(self, step: int) -> None:
        """Make the heat more (1) or less (-1) opaque over the background."""
        at = STRENGTHS.index(self.strength) + step
        self.strength = STRENGTHS[min(max(at, 0), len(STRENGTHS) - 1)]

    # View

    def fit(self) -> None:
        """Show all of the map, in the colours that are fitted to all of it."""
        self._view_norm = None
        self.camera.fit()

    def take_over(self, older: HeatModel) -> None:
        """Show this map the way another was shown: blur, colours, view, crosshair."""
        self._given_sigma = older._given_sigma
        self.limits, self.strength = older.limits, older.strength
        self.colours.take_over(older.colours)
        self.background = older.background
        self.camera.take_over(older.camera)
        if self.parts is not None and older.parts is not None:
            self.parts.take_over(older.parts)
        if older.fitted_to_view:
            self.fit_colours()

    # Crosshair

    def under_cursor(self) -> tuple[float, float] | None:
        """The exact blurred value, and the count, of the map pixel under the crosshair."""
        if self.camera.cursor is None:
            return None
        x, y = self.camera.cursor
        counts = self.field.counts
        value = blur(counts, self.sigma, shape=(1, 1), view=(y, y + 1, x, x + 1))
        return float(value[0, 0]), float(counts[y, x])

    # Pictures

    def values(self) -> Values:
        """The blurred map at the display's pixels: `view.shape`, of the counts' dtype."""
        view = self.camera.view
        key = view, self.sigma, None if self.parts is None else self.parts.part
        if self._values is None or self._values[0] != key:
            self._values = key, self._blurred(view, self.field)
        return self._values[1]

    def _blurred(self, view: MapView, field: CountMap) -> Values:
        return blurred(field.counts, self.sigma, view, view.shape)

    def picture(self) -> Picture:
        """The map in colours, over the background: `view.shape` and 3, uint8."""
        shares = self.norm(self.values())
        heat = apply_colormap(shares, self.colours.colormap)
        if self.background is None:
            return heat
        return over(heat, self._page_in_view(self.background), shares, self.strength)

    def tile(self, group: int, shape: tuple[int, int]) -> Picture:
        """The whole map of a group, small, in the colours of all groups: `shape` and 3, uint8.

        Parameters
        ----------
        group : int
            A place in the names of the groups.
        shape : (rows, columns)
        """
        assert self.parts is not None
        shares = self.norm(self.parts.tile(group, self.sigma, shape))
        heat = apply_colormap(shares, self.colours.colormap)
        if self.background is None:
            return heat
        page = part_of_picture(
            self.background, self.field.size, MapView.fit(*self.field.size, shape[1], shape[0])
        )
        return over(heat, page, shares, self.strength)

    def _page_in_view(self, background: Picture) -> npt.NDArray[np.float32]:
        view = self.camera.view
        if self._page is None or self._page[0] != view:
            self._page = view, part_of_picture(background, self.field.size, view)
        return self._page[1]

    def _field_changed(self) -> None:
        """Look at the map anew; one that has grown is shown whole if it was before."""
        self._values = self._whole_norm = self._page = None
        before, now = self._axes, self.field.axes
        if before == now:
            return
        self._axes = now
        self.camera.follow(
            now.size,
            lambda x, y: now.to_pixels(before.across.value(x), before.down.value(y)),
        )


@dataclass(frozen=True)
class Heat:
    """A heatmap with its title and notes."""

    title: str
    model: HeatModel
    notes: tuple[str, ...] = ()
    files: tuple[DataFile, ...] = ()
    """The files that the counts were read from."""
    live: LiveEvents | None = field(default=None, compare=False)
    """More events, as they come."""


def blurred(
    counts: Values, sigma: tuple[float, float], view: MapView, shape: tuple[int, int]
) -> Values:
    """Return a blurred map at the pixels of a display: `shape`, of the counts' dtype.

    Parameters
    ----------
    counts : (H, W) real
    sigma : (sigma_y, sigma_x)
        In map pixels.
    view : MapView
        The part of the map that is shown.
    shape : (rows, columns)
        Display pixels, perhaps more than the view's own.
    """
    values = blur(counts, sigma, shape=shape, view=view.extent)
    lowest, highest = np.nanmin(values, initial=np.inf), np.nanmax(values, initial=-np.inf)
    peak = max(abs(lowest), abs(highest))
    # Of a constant map, rounding would be all there is to see.
    scale = max(1.0, view.scale * shape[1] / view.shape[1])
    noise = _NOISE * scale * np.finfo(values.dtype).eps * peak
    if 0 < highest - lowest <= noise:
        values = np.where(np.isnan(values), values, highest)
    return values


def part_of_picture(
    picture: Picture, size: tuple[int, int], view: MapView
) -> npt.NDArray[np.float32]:
    """Return the part of a stretched picture that lies under a view of a map: shape and 3.

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
    """Lay heat over a page, more opaque where it is hotter: cold places show the page.

    Parameters
    ----------
    heat : (H, W, 3) uint8
    page : (H, W, 3) levels 0-255
    shares : (H, W)
        In [0, 1]; NaN, a missing value, shows the page.
    strength : float
        The opacity of the hottest places.
    """
    # The square root brings out the flanks of a blob, which would hardly tint the page.
    alpha = strength * np.sqrt(np.nan_to_num(shares, nan=0.0))[..., None]
    mixed: Picture = np.rint(heat * alpha + page * (1 - alpha)).astype(np.uint8)
    return mixed
