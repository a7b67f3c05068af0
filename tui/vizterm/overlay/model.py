"""What `vizterm overlay` shows, without a terminal: image, heatmap and overlay of one view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from vizterm.maps.look import OverlayLook
from vizterm.maps.model import MapModel
from vizterm_core.colour.colormaps import apply_colormap
from vizterm_core.colour.norms import fit_norm
from vizterm_core.errors import UsageError
from vizterm_core.load import DataFile
from vizterm_core.maps.channels import PROJECTIONS, project
from vizterm_core.maps.overlay import FITS, MODES, OVERLAY_NORMS, PlacedMap, place_map
from vizterm_core.maps.view import MapView
from vizterm_core.pictures.image import Picture, resize_area
from vizterm_core.pictures.resize import average_area, resize_bilinear

PANELS = ("image", "heatmap", "overlay")


@dataclass(frozen=True, slots=True)
class OverlayOptions:
    """How a feature map is laid over its image at first."""

    channel: int | str = 0
    """A channel, or one of `PROJECTIONS`."""
    mode: str = MODES[0]
    alpha: float = 0.5
    colormap: str = "jet"
    norm: str = OVERLAY_NORMS[0]


@dataclass(frozen=True)
class Overlay:
    """An image with its feature, and what is said of it."""

    title: str
    model: OverlayModel
    notes: tuple[str, ...] = ()
    files: tuple[DataFile, ...] = ()
    """What image and feature were read from."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is under the crosshair."""

    row: int
    column: int
    rgb: tuple[int, int, int]
    raw: float
    """The feature's value there, placed on the image."""
    share: float
    """The same after the norm."""


class OverlayModel(OverlayLook, MapModel):
    """An image, the channels of a feature, and everything a person has chosen about them.

    Parameters
    ----------
    image : (H, W, 3) uint8
    channels : (C, h, w) real
    options : OverlayOptions
    fit : {"feature", "image"}
        What is resized to the size of the other.

    Raises
    ------
    UsageError
        If an option makes no sense for these data.
    """

    def __init__(
        self,
        image: Picture,
        channels: npt.NDArray[np.generic],
        options: OverlayOptions,
        *,
        fit: str = FITS[0],
    ) -> None:
        OverlayLook.__init__(self, options.mode, options.alpha, options.colormap, options.norm)
        if fit not in FITS:
            raise UsageError(f"no fit is called {fit!r}", f"choose from {', '.join(FITS)}")
        self.image = resize_area(image, *channels.shape[1:]) if fit == "image" else image
        self.channels = channels
        self.channel: int | str = options.channel
        self._last_channel = options.channel if isinstance(options.channel, int) else 0
        MapModel.__init__(self)
        self._placed: PlacedMap | None = None
        self._below: Picture | None = None
        self.placed  # noqa: B018 - a channel that isn't there is said at once

    # ------------------------------------------------------------------ what is chosen
    @property
    def placed(self) -> PlacedMap:
        """The chosen map on the image's pixels, with its norm."""
        if self._placed is None:
            values = project(self.channels, self.channel)
            self._placed = place_map(values, self.image.shape[:2], self.norm_name)
        return self._placed

    def go_to_channel(self, channel: int) -> bool:
        """Choose a channel; whether it is there."""
        if not 0 <= channel < len(self.channels):
            return False
        self.channel = self._last_channel = channel
        self._placed = None
        return True

    def next_channel(self, step: int) -> None:
        """Go on to another channel, round and round; from a projection, to the last one seen."""
        if isinstance(self.channel, str):
            self.go_to_channel(self._last_channel)
        else:
            self.go_to_channel((self.channel + step) % len(self.channels))

    def next_projection(self) -> None:
        """The mean, the maximum and the norm over the channels, then the channel again."""
        names = [*PROJECTIONS]
        if isinstance(self.channel, int):
            self.channel = names[0]
        elif self.channel == names[-1]:
            self.channel = self._last_channel
        else:
            self.channel = names[names.index(self.channel) + 1]
        self._placed = None

    @override
    def next_norm(self, step: int) -> None:
        """Go on to another norm."""
        super().next_norm(step)
        self._placed = None

    def take_over(self, older: OverlayModel) -> None:
        """Show these data as others were shown: channel, look, view, crosshair."""
        self.style, self.norm_name = older.style, older.norm_name
        if isinstance(older.channel, str) or older.channel < len(self.channels):
            self.channel, self._last_channel = older.channel, older._last_channel
        self._last_channel = min(self._last_channel, len(self.channels) - 1)
        self._placed = None
        self.take_view(older)

    # ------------------------------------------------------------------ view and crosshair
    @property
    @override
    def size(self) -> tuple[int, int]:
        height, width = self.image.shape[:2]
        return width, height

    @override
    def view_changed(self) -> None:
        self._below = None

    def under_cursor(self) -> Reading | None:
        """The values of the pixel under the crosshair."""
        if self.cursor is None:
            return None
        x, y = self.cursor
        red, green, blue = self.image[y, x].tolist()
        return Reading(y, x, (red, green, blue), *self.placed.at(y, x))

    # ------------------------------------------------------------------ pictures
    def pictures(self) -> tuple[Picture, Picture, Picture]:
        """Image, heatmap and overlay at the display's pixels: `view.shape` and 3, uint8."""
        shares = self.placed.shares(view=self.view.extent, display=self.view.shape)
        below = self._image_in_view()
        return below, self.heat(shares), self.placed.over(below, shares, self.style)

    def full(self) -> tuple[Picture, Picture, Picture]:
        """The same at the image's full resolution."""
        shares = self.placed.shares()
        return self.image, self.heat(shares), self.placed.over(self.image, shares, self.style)

    def larger_stacked(self, columns: int, rows: int, cell_aspect: float) -> bool:
        """Whether three panels show the image larger above each other than side by side.

        Parameters
        ----------
        columns, rows : int
            Cells that there are for all of them, a line for each title included.
        """
        height, width = self.image.shape[:2]
        count = len(PANELS)

        def scale(columns: int, rows: int) -> float:
            return MapView.fit(width, height, max(1, columns), max(1, rows), cell_aspect).scale

        return scale(columns, rows // count - 1) > scale(columns // count, rows - 1)

    def _image_in_view(self) -> Picture:
        if self._below is None:
            mean = average_area(self.image, self.view.shape, view=self.view.extent)
            self._below = np.rint(mean).astype(np.uint8)
        return self._below

    def preview(self, channel: int, shape: tuple[int, int], shades: int = 256) -> Picture:
        """A channel in few pixels, (*shape, 3), and in few colours: for a strip to choose from."""
        values = resize_bilinear(np.asarray(self.channels[channel]), shape)
        step = np.minimum(np.floor(fit_norm(values)(values) * shades), shades - 1)
        return apply_colormap(step / (shades - 1), self.style.colormap)
