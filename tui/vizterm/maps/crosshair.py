"""The crosshair in a picture: thin lines that lighten or darken what lies under them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizterm.maps.camera import MapCamera
from vizterm_core.pictures.image import Picture

_FRAMED = 5
"""Display pixels of a map pixel from which on it is framed."""
_LUMA = np.array((0.299, 0.587, 0.114), np.float32)
"""ITU-R BT.601."""
_BRIGHT = 128


@dataclass(frozen=True, slots=True)
class Crosshair:
    """A pixel of a map, by its edges on the display, in display pixels."""

    left: float
    top: float
    right: float
    bottom: float
    middle: tuple[float, float]
    """(x, y) of its middle, as the view has it: half the sum of the edges is rounded otherwise."""

    @classmethod
    def of(cls, camera: MapCamera) -> Crosshair | None:
        """Return the crosshair of a camera; None without one, or out of view."""
        if camera.cursor is None or camera.cursor_pixel is None:
            return None
        view, (x, y) = camera.view, camera.cursor
        rows, columns = view.shape
        top, bottom, left, right = view.extent
        across, down = columns / (right - left), rows / (bottom - top)
        middle = (
            (x + 0.5 - left) * columns / (right - left),
            (y + 0.5 - top) * rows / (bottom - top),
        )
        edges = (x - left, y - top, x + 1 - left, y + 1 - top)
        return cls(edges[0] * across, edges[1] * down, edges[2] * across, edges[3] * down, middle)

    def scaled(self, across: float, down: float) -> Crosshair:
        """Return the same on a display of another size."""
        middle = self.middle[0] * across, self.middle[1] * down
        return Crosshair(
            self.left * across, self.top * down, self.right * across, self.bottom * down, middle
        )

    @property
    def pixel(self) -> tuple[int, int]:
        """(column, row) of the display pixel in its middle."""
        return int(self.middle[0] // 1), int(self.middle[1] // 1)

    def drawn(self, pixels: Picture, strength: float, gap: int = 0) -> Picture:
        """Return a picture with the crosshair in it.

        The lines go from edge to edge, through the middle of the map pixel, which itself is left
        as it is; where it is large, it gets a frame.

        Parameters
        ----------
        pixels : (H, W, 3) uint8
        strength : float
            How far, 0 to 1, the pixels of a line go to white, or to black where they are bright.
        gap : int
            Pixels between the map pixel and the lines.
        """
        rows, columns = pixels.shape[:2]
        column, row = self.pixel
        left, right = min(round(self.left), column), max(round(self.right), column + 1)
        top, bottom = min(round(self.top), row), max(round(self.bottom), row + 1)
        on = np.zeros((rows, columns), bool)
        if 0 <= row < rows:
            on[row] = True
        if 0 <= column < columns:
            on[:, column] = True
        framed = min(right - left, bottom - top) >= _FRAMED
        wide = 1 if framed else gap
        around = (
            slice(max(top - wide, 0), max(bottom + wide, 0)),
            slice(max(left - wide, 0), max(right + wide, 0)),
        )
        on[around] = framed
        on[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = False
        drawn = pixels.copy()
        under = pixels[on].astype(np.float32)
        aim = np.where(under @ _LUMA < _BRIGHT, 255, 0).astype(np.float32)[:, None]
        drawn[on] = np.rint(under + (aim - under) * strength).astype(np.uint8)
        return drawn
