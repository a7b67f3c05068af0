"""The look of a point that has a feature map: its image, heatmap, or overlay."""

from __future__ import annotations

import numpy as np

from vizterm.embed.scatter.entry_reader import Entry
from vizterm.maps.colours import ColourChoice
from vizterm.maps.look import OverlayLook
from vizterm_core.load import Embedding
from vizterm_core.maps.overlay import place_map
from vizterm_core.pictures.image import Picture
from vizterm_core.pictures.value_range import Levels

KINDS = ("image", "heatmap", "overlay")


class MapLook:
    """Choices about the maps behind the points, as keys change them."""

    def __init__(self) -> None:
        self.kind = KINDS[0]
        self.blend = OverlayLook()
        self.levels = Levels.FOUND
        """Which values of images are drawn black and white."""

    @property
    def colours(self) -> ColourChoice:
        """Colormap and norm of the maps."""
        return self.blend.colours

    @classmethod
    def of(cls, embedding: Embedding) -> MapLook:
        """Return the look to start with: the image, or the heatmap without images."""
        look = cls()
        if embedding.images is None and embedding.maps is not None:
            look.kind = KINDS[1]
        return look

    def take_over(self, older: MapLook, embedding: Embedding) -> None:
        """Take over the look of another embedding's maps."""
        self.blend.take_over(older.blend)
        self.levels = older.levels
        if embedding.maps is not None and embedding.images is not None:
            self.kind = older.kind

    @property
    def shown(self) -> bool:
        """Whether maps are shown."""
        return self.kind != KINDS[0]

    def next_kind(self) -> None:
        """Go on to image, heatmap, or overlay."""
        self.kind = KINDS[(KINDS.index(self.kind) + 1) % len(KINDS)]

    def next_levels(self) -> None:
        """Go on to the range that was found, all that the dtype holds, or each picture's own."""
        ways = list(Levels)
        self.levels = ways[(ways.index(self.levels) + 1) % len(ways)]

    def picture(self, entry: Entry) -> Picture | None:
        """Return the picture of a point; None without image and map."""
        image, values = entry.image, entry.map
        if values is None or not self.shown:
            return image
        size = values.shape if image is None else image.shape[:2]
        placed = place_map(np.asarray(values), (size[0], size[1]), self.colours.norm_name)
        if image is None or self.kind == "heatmap":
            return self.blend.heat(placed.shares())
        return placed.over(image, placed.shares(), self.blend.style)

    def all_parts(self, entry: Entry) -> tuple[tuple[str, Picture], ...]:
        """Return image, heatmap and overlay of a point with titles, as far as it has them."""
        image, values = entry.image, entry.map
        shown = [] if image is None else [("image", image)]
        if values is None:
            return tuple(shown)
        size = values.shape if image is None else image.shape[:2]
        placed = place_map(np.asarray(values), (size[0], size[1]), self.colours.norm_name)
        shares = placed.shares()
        shown.append(("heatmap", self.blend.heat(shares)))
        if image is not None:
            over = placed.over(image, shares, self.blend.style)
            shown.append((f"overlay · {self.blend.describe()}", over))
        return tuple(shown)

    def describe(self) -> str:
        """Return the look for the status line; empty while images are shown."""
        return f"{self.kind} · {self.blend.describe()}" if self.shown else ""
