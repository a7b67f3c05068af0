"""Pictures as half-block cells: two nearly square pixels in a terminal cell.

The character is the upper half block; its foreground is the upper pixel, its background the lower.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import UsageError
from vizterm_core.pictures.dither import dither_to_cube
from vizterm_core.pictures.image import Picture, fit_picture
from vizterm_core.pictures.rgb import to_rgb

UPPER_HALF = "▀"
SHADES = " ░▒▓█"
"""Stand-ins for grey levels where there are no colours, dark to light."""
_RESET = "\x1b[0m"


def half_blocks(
    picture: npt.ArrayLike,
    columns: int = 80,
    rows: int = 24,
    *,
    cell_aspect: float = 2.0,
    colours: bool = True,
) -> list[str]:
    """Draw a picture as text: two pixels in a character.

    Parameters
    ----------
    picture : array_like
        Whatever `to_rgb` takes.
    columns, rows : int
        The most characters it may take; its proportions are kept.
    cell_aspect : float
        Height of a character over its width.
    colours : bool
        Use 24-bit colours, as SGR sequences (ISO 8613-6: ``ESC [ 38;2;R;G;B m``); otherwise the
        characters of `SHADES`.

    Returns
    -------
    list of str
        One line per row, each of which ends with the colours reset.

    Raises
    ------
    DataError
        If the array isn't a picture.
    UsageError
        If there is no room for a character.

    >>> half_blocks([[0, 64, 128, 255]] * 2, 4, 1, colours=False)
    [' ░▒█']
    """
    if columns < 1 or rows < 1:
        raise UsageError(f"{columns}x{rows} characters hold no picture", "give at least 1x1")
    cells = to_cells(to_rgb(picture), rows, columns, cell_aspect)
    return [_coloured(line) for line in cells.tolist()] if colours else to_shades(cells)


def _coloured(line: list[list[list[int]]]) -> str:
    """Return one row of cells as text; a colour is only set where it changes."""
    text = []
    before = None
    for upper, lower in line:
        if (upper, lower) != before:
            (r, g, b), (r2, g2, b2) = upper, lower
            text.append(f"\x1b[38;2;{r};{g};{b};48;2;{r2};{g2};{b2}m")
            before = (upper, lower)
        text.append(UPPER_HALF)
    return "".join(text) + _RESET


def to_cells(
    picture: Picture,
    rows: int,
    columns: int,
    cell_aspect: float = 2.0,
    *,
    smooth: bool = False,
    dithered: bool = False,
) -> npt.NDArray[np.uint8]:
    """Fit a picture into `rows` x `columns` cells.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    cell_aspect : float
        Height of a cell over its width.
    smooth : bool
        Enlarge smoothly, instead of by whole factors.
    dithered : bool
        Dither it in the colours of a terminal with 256.

    Returns
    -------
    (used rows, used columns, 2, 3) uint8
        Colours of the upper and the lower pixel of each cell; as many of rows x columns as the
        proportions need.  An odd last row of pixels is completed with black.
    """
    pixels = fit_picture(picture, rows * 2, columns, cell_aspect / 2, smooth=smooth)
    if dithered:
        pixels = dither_to_cube(pixels)
    if pixels.shape[0] % 2:
        pixels = np.concatenate([pixels, np.zeros_like(pixels[:1])])
    height, width = pixels.shape[:2]
    return pixels.reshape(height // 2, 2, width, 3).swapaxes(1, 2)


def to_shades(cells: npt.NDArray[np.uint8]) -> list[str]:
    """Return half-block cells as lines of shade characters, for terminals without colours."""
    # Luma weights of ITU-R BT.601.
    luma = cells.mean(axis=2) @ np.array([0.299, 0.587, 0.114])
    levels = np.minimum((luma * len(SHADES) / 256).astype(int), len(SHADES) - 1)
    return ["".join(SHADES[level] for level in row) for row in levels.tolist()]
