"""State of an overlay, without a terminal: image, heatmap and overlay of one view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm.maps.camera import MapCamera
from vizterm.maps.colours import ColourChoice
from vizterm.overlay.options import OverlayOptions
from vizterm.overlay.outline import outlined
from vizterm_core.colour.colormaps import Colormap, apply_colormap
from vizterm_core.colour.norms import fit_norm
from vizterm_core.errors import UsageError
from vizterm_core.load import DataFile
from vizterm_core.load.overlay.images import OverlayImages
from vizterm_core.maps.channels import PROJECTIONS, Numbers, project
from vizterm_core.maps.classes import PlacedClasses
from vizterm_core.maps.feature_maps import FeatureMaps
from vizterm_core.maps.overlay import PlacedMap, place_maps
from vizterm_core.maps.view import MapView
from vizterm_core.pictures.image import Picture, resize_area
from vizterm_core.pictures.resize import average_area, resize_bilinear

PANELS = ("image", "heatmap", "overlay")
"""Titles of the panels of a single map."""

Placed = PlacedMap | PlacedClasses


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
    others: tuple[tuple[str, float], ...] = ()
    """Name and value of each map, where there are several."""
    of_class: bool = False
    """Whether `raw` is a class id."""


class OverlayModel:
    """An image, the channels of a feature, and everything a person has chosen about them.

    Parameters
    ----------
    image : OverlayImages, or (H, W, 3) uint8
    maps : sequence of FeatureMaps, or (C, h, w) real
        One or more, to be seen side by side with one norm.
    options : OverlayOptions

    Raises
    ------
    UsageError
        If the options name a channel, an entry of a batch or a token that isn't there.
    """

    def __init__(
        self,
        image: OverlayImages | Picture,
        maps: Sequence[FeatureMaps] | npt.NDArray[np.generic],
        options: OverlayOptions,
    ) -> None:
        of_array = isinstance(maps, np.ndarray)
        self.maps = (FeatureMaps.of_channels(maps),) if of_array else tuple(maps)  # type: ignore[arg-type]
        """The maps that are laid over the image."""
        self.images = image if isinstance(image, OverlayImages) else OverlayImages.of_picture(image)
        self._fit_image = options.fit == "image"
        self.count = _least_batch([self.images.count, *(each.count for each in self.maps)])
        """Entries of the batch; 1 without one."""
        self.channel_count = min(each.channels for each in self.maps)
        """Channels that all maps have."""
        self.index = options.index
        """The entry of the batch that is shown."""
        self.map_index = 0
        """The map that is read, and shown where there is room for one."""
        self.token = options.token
        """The token whose attention is shown; None for the class token, or the mean of all."""
        self.channel: int | str = options.channel
        self.limits = options.limits
        self.look = options.look()
        self._check(options)
        self._last_channel = options.channel if isinstance(options.channel, int) else 0
        self._image: tuple[int, Picture] | None = None
        self._stacks: tuple[object, list[Numbers]] | None = None
        self._placed: tuple[object, list[Placed]] | None = None
        self._below: tuple[object, Picture] | None = None
        height, width = self.image.shape[:2]
        self.camera = MapCamera((width, height))
        self.placed  # noqa: B018 - raises for a channel that isn't there

    def _check(self, options: OverlayOptions) -> None:
        if not 0 <= options.index < self.count:
            hint = f"give one of 0 to {self.count - 1:,}" if self.count > 1 else "it is no batch"
            raise UsageError(f"--index {options.index}: there are {self.count:,} images", hint)
        if options.token is not None and not any(each.attention for each in self.maps):
            raise UsageError(
                "--token is for attention", "(T, T), (heads, T, T) or (layers, heads, T, T)"
            )

    # Images and maps

    @property
    def image(self) -> Picture:
        """The image that is shown, (H, W, 3) uint8."""
        if self._image is None or self._image[0] != self.index:
            picture = self.images.at(self.index if self.images.count > 1 else 0)
            if self._fit_image:
                picture = resize_area(picture, *self.maps[0].sides)
            self._image = self.index, picture
        return self._image[1]

    @property
    def channels(self) -> Numbers:
        """The channels of the current map, (C, h, w)."""
        return self._all_stacks()[self.map_index]

    @property
    def map(self) -> FeatureMaps:
        """The current map."""
        return self.maps[self.map_index]

    @property
    def several(self) -> bool:
        """Whether there are several maps."""
        return len(self.maps) > 1

    def next_map(self, step: int) -> None:
        """Go to another map, round and round."""
        self.map_index = (self.map_index + step) % len(self.maps)

    def next_of_batch(self, step: int) -> None:
        """Go to another image of a batch, with its maps, round and round."""
        self.index = (self.index + step) % self.count

    def _all_stacks(self) -> list[Numbers]:
        key = self.index, self.token
        if self._stacks is None or self._stacks[0] != key:
            stacks = [
                each.stack(
                    self.index if each.count > 1 else 0, self.token if each.attention else None
                )
                for each in self.maps
            ]
            self._stacks = key, stacks
        return self._stacks[1]

    # Attention

    @property
    def attention(self) -> bool:
        """Whether the current map is attention."""
        return self.map.attention

    def ask_at_cursor(self) -> bool:
        """Show where the patch under the crosshair looks; return whether there is one."""
        if self.camera.cursor is None or not self.attention:
            return False
        (x, y), (width, height) = self.camera.cursor, self.camera.size
        token = self.map.token_at((y + 0.5) / height, (x + 0.5) / width)
        if token is None or token == self.token:
            return False
        self.token = token
        return True

    def ask_nobody(self) -> bool:
        """Show the class token's attention again, or the mean; return whether that changes it."""
        changed, self.token = self.token is not None, None
        return changed

    # Colours

    @property
    def colours(self) -> ColourChoice:
        """Colormap and norm of the map."""
        return self.look.colours

    def without_colours(self) -> None:
        """Use shades of grey, brighter for more."""
        self.colours.without_colours()

    @property
    def heat_colours(self) -> Colormap:
        """The colours in which the map is drawn alone."""
        return self._colours_of(self.placed)

    def _colours_of(self, placed: Placed) -> Colormap:
        if isinstance(placed, PlacedClasses) and self.look.coloured:
            return placed.colormap
        return self.look.heat_colours

    # Channels

    @property
    def placed(self) -> Placed:
        """The chosen channel of the current map on the image's pixels, with its norm."""
        return self.all_placed[self.map_index]

    @property
    def all_placed(self) -> list[Placed]:
        """The chosen channel of each map on the image's pixels, quantities with one norm."""
        key = self.index, self.token, self.channel, self.colours.norm_name
        if self._placed is None or self._placed[0] != key:
            self._placed = key, self._place()
        return self._placed[1]

    @property
    def outliers(self) -> bool:
        """Whether absurd values lie beyond the colours, which nobody asked for."""
        quantities = [each for each in self.all_placed if isinstance(each, PlacedMap)]
        return (
            self.colours.norm_name == "minmax"
            and not self.limits.given
            and any(any(each.beyond) for each in quantities)
        )

    def _place(self) -> list[Placed]:
        size = self.image.shape[:2]
        values = [project(stack, self.channel) for stack in self._all_stacks()]
        placed: list[Placed | None] = [
            PlacedClasses(value, size, each.classes)
            if each.classes is not None and isinstance(self.channel, int)
            else None
            for each, value in zip(self.maps, values, strict=True)
        ]
        quantities = [value for value, found in zip(values, placed, strict=True) if found is None]
        if not quantities:
            return [each for each in placed if each is not None]
        fitted = iter(place_maps(quantities, size, self.colours.norm_name, self.limits))
        return [next(fitted) if each is None else each for each in placed]

    def go_to_channel(self, channel: int) -> bool:
        """Choose a channel; return whether it is there."""
        if not 0 <= channel < self.channel_count:
            return False
        self.channel = self._last_channel = channel
        return True

    def next_channel(self, step: int) -> None:
        """Go to another channel, round and round; from a projection, to the last one seen."""
        if isinstance(self.channel, str):
            self.go_to_channel(self._last_channel)
        else:
            self.go_to_channel((self.channel + step) % self.channel_count)

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
        if isinstance(older.channel, str) or older.channel < self.channel_count:
            self.channel, self._last_channel = older.channel, older._last_channel
        self._last_channel = min(self._last_channel, self.channel_count - 1)
        self.index = min(older.index, self.count - 1)
        self.map_index = min(older.map_index, len(self.maps) - 1)
        layouts = [each.layout for each in self.maps]
        self.token = older.token if layouts == [each.layout for each in older.maps] else None
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
        others = [
            (each.name, placed.at(y, x)[0])
            for each, placed in zip(self.maps, self.all_placed, strict=True)
        ]
        return Reading(
            y,
            x,
            (red, green, blue),
            *self.placed.at(y, x),
            tuple(others) if self.several else (),
            isinstance(self.placed, PlacedClasses),
        )

    # Pictures

    def titles(self) -> list[str]:
        """Titles of the panels: image, heatmap, overlay; or the image and each of several maps."""
        return ["image", *(each.name for each in self.maps)] if self.several else [*PANELS]

    def panels_in(self, room: int) -> set[int]:
        """Return the panels to show where there is room for some.

        All of them, or the image and the maps around the current one.
        """
        maps = len(self.maps)
        if not self.several or maps < room:
            return set(range(len(self.titles())))
        shown = max(1, room - 1)
        first = min(max(0, self.map_index - shown // 2), maps - shown)
        return {0, *range(first + 1, first + shown + 1)}

    def panels(self) -> list[tuple[str, Picture]]:
        """Title and picture of each panel, at the display's pixels: `view.shape` and 3, uint8."""
        return list(zip(self.titles(), self.pictures(), strict=True))

    def pictures(self) -> list[Picture]:
        """The pictures of the panels; a chosen patch is outlined."""
        view = self.camera.view
        image = self._image_in_view()
        shares = [placed.shares(view=view.extent, display=view.shape) for placed in self.all_placed]
        return [self._outlined(picture) for picture in self._drawn(image, shares)]

    def full(self) -> list[Picture]:
        """The same at the image's full resolution, without an outline."""
        return self._drawn(self.image, [placed.shares() for placed in self.all_placed])

    def _drawn(self, image: Picture, shares: Sequence[Numbers]) -> list[Picture]:
        over = [
            placed.over(image, share, self.look.style)
            for placed, share in zip(self.all_placed, shares, strict=True)
        ]
        if self.several:
            return [image, *over]
        return [image, apply_colormap(shares[0], self.heat_colours), *over]

    def _outlined(self, picture: Picture) -> Picture:
        """Return a picture with the chosen patch outlined."""
        patch = None if self.token is None else self.map.patch_of(self.token)
        if patch is None:
            return picture
        (row, column), (rows, columns) = patch, self.map.sides
        width, height = self.camera.size
        view = self.camera.view
        left, top = view.pixel_of(column * width / columns, row * height / rows)
        right, bottom = view.pixel_of((column + 1) * width / columns, (row + 1) * height / rows)
        return outlined(picture, (top, bottom, left, right))

    def larger_stacked(self, columns: int, rows: int, cell_aspect: float) -> bool:
        """Whether the panels show the image larger above each other than side by side.

        Parameters
        ----------
        columns, rows : int
            Cells for all of them, with a line for each title.
        """
        height, width = self.image.shape[:2]
        count = len(self.titles())

        def scale(columns: int, rows: int) -> float:
            return MapView.fit(width, height, max(1, columns), max(1, rows), cell_aspect).scale

        return scale(columns, rows // count - 1) > scale(columns // count, rows - 1)

    def _image_in_view(self) -> Picture:
        view = self.camera.view
        key = view, self.index
        if self._below is None or self._below[0] != key:
            mean = average_area(self.image, view.shape, view=view.extent)
            self._below = key, np.rint(mean).astype(np.uint8)
        return self._below[1]

    def preview(self, channel: int, shape: tuple[int, int], shades: int = 256) -> Picture:
        """Return a channel in few pixels, (*shape, 3), and few colours, for the strip."""
        values = np.asarray(self.channels[channel])
        if self.map.classes is not None:
            placed = PlacedClasses(values, shape, self.map.classes)
            return apply_colormap(placed.shares(), self._colours_of(placed))
        values = resize_bilinear(values, shape)
        step = np.minimum(np.floor(fit_norm(values)(values) * shades), shades - 1)
        return apply_colormap(step / (shades - 1), self.colours.colormap)


def _least_batch(counts: Sequence[int]) -> int:
    """Return the entries of a batch that images and maps have in common; what has one is shared."""
    batches = [count for count in counts if count > 1]
    return min(batches, default=1)
