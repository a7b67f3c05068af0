"""Pictures as half-block cells: two square-ish pixels in a terminal cell.

The character is the upper half block; its foreground is the upper pixel, its background the lower.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm_core.pictures.image import Picture, fit_picture

UPPER_HALF = "▀"
SHADES = " ░▒▓█"
"""Stand-ins for grey levels where there are no colours, dark to light."""


def to_cells(
    picture: Picture, rows: int, columns: int, cell_aspect: float = 2.0
) -> npt.NDArray[np.uint8]:
    """Fit a picture into `rows` x `columns` cells.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    cell_aspect : float
        Height of a cell over its width.

    Returns
    -------
    (used rows, used columns, 2, 3) uint8
        Colours of the upper and the lower pixel of each cell; at most rows x columns, as the
        proportions require.  A last odd pixel row is completed with black.
    """
    pixels = fit_picture(picture, rows * 2, columns, cell_aspect / 2)
    if pixels.shape[0] % 2:
        pixels = np.concatenate([pixels, np.zeros_like(pixels[:1])])
    height, width = pixels.shape[:2]
    return pixels.reshape(height // 2, 2, width, 3).swapaxes(1, 2)


def from_cells(cells: npt.NDArray[np.uint8]) -> Picture:
    """The pixels of half-block cells: the inverse of the last step of `to_cells`."""
    rows, columns = cells.shape[:2]
    return cells.swapaxes(1, 2).reshape(rows * 2, columns, 3)


def to_shades(cells: npt.NDArray[np.uint8]) -> list[str]:
    """Half-block cells as lines of shade characters, for terminals without colours."""
    # Luma weights of ITU-R BT.601.
    luma = cells.mean(axis=2) @ np.array([0.299, 0.587, 0.114])
    levels = np.minimum((luma * len(SHADES) / 256).astype(int), len(SHADES) - 1)
    return ["".join(SHADES[level] for level in row) for row in levels.tolist()]
