"""State of an overlay, without a terminal: image, heatmap and overlay of one view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm.maps.camera import MapCamera
from vizterm.maps.colours import ColourChoice
from vizterm.maps.look import OverlayLook
from vizterm_core.checks import as_choice
from vizterm_core.colour.colormaps import apply_colormap
from vizterm_core.colour.norms import fit_norm
from vizterm_core.load import DataFile
from vizterm_core.maps.channels import PROJECTIONS, project
from vizterm_core.maps.overlay import FITS, MODES, OVERLAY_NORMS, PlacedMap, place_map
from vizterm_core.maps.view import MapView
from vizterm_core.pictures.image import Picture, resize_area
from vizterm_core.pictures.resize import average_area, resize_bilinear

PANELS = ("image", "heatmap", "overlay")


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

    def __post_init__(self) -> None:
        self.look()
        as_choice(self.fit, FITS, "fit")

    def look(self) -> OverlayLook:
        """Return the look to begin with."""
        return OverlayLook(self.mode, self.alpha, self.colormap, self.norm)


@dataclass(frozen=True)
class Overlay:
    """An image and its feature, with title and notes."""

    title: str
    model: OverlayModel
    notes: tuple[str, ...] = ()
    files: tuple[DataFile, ...] = ()
    """The files that image and feature were read from."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Values under the crosshair."""

    row: int
    column: int
    rgb: tuple[int, int, int]
    raw: float
    """The feature's value there, placed on the image."""
    share: float
    """`raw` after the norm."""


class OverlayModel:
    """An image, the channels of a feature, and everything a person has chosen about them.

    Parameters
    ----------
    image : (H, W, 3) uint8
    channels : (C, h, w) real
    options : OverlayOptions

    Raises
    ------
    UsageError
        If the options name a channel that isn't there.
    """

    def __init__(
        self, image: Picture, channels: npt.NDArray[np.generic], options: OverlayOptions
    ) -> None:
        resized = options.fit == "image"
        self.image = resize_area(image, *channels.shape[1:]) if resized else image
        self.channels = channels
        self.channel: int | str = options.channel
        self.look = options.look()
        height, width = self.image.shape[:2]
        self.camera = MapCamera((width, height))
        self._last_channel = options.channel if isinstance(options.channel, int) else 0
        self._placed: tuple[object, PlacedMap] | None = None
        self._below: tuple[MapView, Picture] | None = None
        self.placed  # noqa: B018 - raises for a channel that isn't there

    # Colours

    @property
    def colours(self) -> ColourChoice:
        """Colormap and norm of the map."""
        return self.look.colours

    def without_colours(self) -> None:
        """Use shades of grey, brighter for more."""
        self.colours.without_colours()

    # Channels

    @property
    def placed(self) -> PlacedMap:
        """The chosen map on the image's pixels, with its norm."""
        key = self.channel, self.colours.norm_name
        if self._placed is None or self._placed[0] != key:
            values = project(self.channels, self.channel)
            self._placed = key, place_map(values, self.image.shape[:2], key[1])
        return self._placed[1]

    def go_to_channel(self, channel: int) -> bool:
        """Choose a channel; return whether it is there."""
        if not 0 <= channel < len(self.channels):
            return False
        self.channel = self._last_channel = channel
        return True

    def next_channel(self, step: int) -> None:
        """Go to another channel, round and round; from a projection, to the last one seen."""
        if isinstance(self.channel, str):
            self.go_to_channel(self._last_channel)
        else:
            self.go_to_channel((self.channel + step) % len(self.channels))

    def next_projection(self) -> None:
        """Go to the mean, the maximum, the norm over the channels, then to the channel again."""
        names = [*PROJECTIONS]
        if isinstance(self.channel, int):
            self.channel = names[0]
        elif self.channel == names[-1]:
            self.channel = self._last_channel
        else:
            self.channel = names[names.index(self.channel) + 1]

    def take_over(self, older: OverlayModel) -> None:
        """Show these data the way others were shown: channel, look, view, crosshair."""
        self.look.take_over(older.look)
        if isinstance(older.channel, str) or older.channel < len(self.channels):
            self.channel, self._last_channel = older.channel, older._last_channel
        self._last_channel = min(self._last_channel, len(self.channels) - 1)
        self.camera.take_over(older.camera)

    # View and crosshair

    def fit(self) -> None:
        """Show all of the image."""
        self.camera.fit()

    def under_cursor(self) -> Reading | None:
        """The values of the pixel under the crosshair."""
        if self.camera.cursor is None:
            return None
        x, y = self.camera.cursor
        red, green, blue = self.image[y, x].tolist()
        return Reading(y, x, (red, green, blue), *self.placed.at(y, x))

    # Pictures

    def pictures(self) -> tuple[Picture, Picture, Picture]:
        """Image, heatmap and overlay at the display's pixels: `view.shape` and 3, uint8."""
        view = self.camera.view
        return self._three(
            self._image_in_view(), self.placed.shares(view=view.extent, display=view.shape)
        )

    def full(self) -> tuple[Picture, Picture, Picture]:
        """The same at the image's full resolution."""
        return self._three(self.image, self.placed.shares())

    def _three(
        self, image: Picture, shares: npt.NDArray[np.generic]
    ) -> tuple[Picture, Picture, Picture]:
        return image, self.look.heat(shares), self.placed.over(image, shares, self.look.style)

    def larger_stacked(self, columns: int, rows: int, cell_aspect: float) -> bool:
        """Whether three panels show the image larger above each other than side by side.

        Parameters
        ----------
        columns, rows : int
            Cells for all of them, with a line for each title.
        """
        height, width = self.image.shape[:2]
        count = len(PANELS)

        def scale(columns: int, rows: int) -> float:
            return MapView.fit(width, height, max(1, columns), max(1, rows), cell_aspect).scale

        return scale(columns, rows // count - 1) > scale(columns // count, rows - 1)

    def _image_in_view(self) -> Picture:
        view = self.camera.view
        if self._below is None or self._below[0] != view:
            mean = average_area(self.image, view.shape, view=view.extent)
            self._below = view, np.rint(mean).astype(np.uint8)
        return self._below[1]

    def preview(self, channel: int, shape: tuple[int, int], shades: int = 256) -> Picture:
        """Return a channel in few pixels, (*shape, 3), and few colours, for the strip."""
        values = resize_bilinear(np.asarray(self.channels[channel]), shape)
        step = np.minimum(np.floor(fit_norm(values)(values) * shades), shades - 1)
        return apply_colormap(step / (shades - 1), self.colours.colormap)
