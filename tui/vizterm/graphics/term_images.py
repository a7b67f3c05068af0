"""Pictures drawn by term-image: iTerm2's inline images, and kitty pictures for the scrollback.

term-image pins Pillow below 11 and so is missing from Python 3.14 on; `available` tells.  Its kitty
pictures have no number, so nothing could remove one again: those in the app are made by
`kitty_commands`.  It queries the terminal when an image is made, unless told not to.
"""

from __future__ import annotations

import importlib.util
import re
import warnings
from typing import TYPE_CHECKING, Any

from vizterm.graphics.in_cells import cells_for
from vizterm.terminal.cell_size import CellSize

if TYPE_CHECKING:
    import numpy as np

    from vizterm_core.pictures.image import Picture

_INLINE_IMAGE = re.compile(r"\x1b\]1337;.*?\x1b\\", re.DOTALL)
_WHOLE = "<1.^1+W"
"""term-image's format for: no padding, all in one piece."""


def available() -> bool:
    """Whether term-image is installed."""
    return importlib.util.find_spec("term_image") is not None


def iterm2_sequence(pixels: Picture, cell: CellSize) -> str:
    """Return the sequence that draws a picture, its upper left corner at the cursor.

    Parameters
    ----------
    pixels : (H, W, 3) uint8
        Drawn pixel by pixel; the rest of its last cells stays transparent.
    cell : (width, height)
    """
    found = _INLINE_IMAGE.search(_rendered("ITerm2Image", pixels, cell))
    assert found is not None
    return found[0]


def iterm2_print(pixels: Picture, cell: CellSize) -> str:
    """Return what prints a picture, with the cursor moves that make room for it."""
    return _rendered("ITerm2Image", pixels, cell)


def kitty_print(pixels: Picture, cell: CellSize) -> str:
    """Return what prints a kitty picture, with the cursor moves that make room for it."""
    return _rendered("KittyImage", pixels, cell)


def _rendered(style: str, pixels: Picture, cell: CellSize) -> str:
    # It takes half a second to import, so only where a picture is really drawn this way.
    from PIL import Image

    with warnings.catch_warnings():
        # Importing it without a terminal raises a warning.
        warnings.simplefilter("ignore", UserWarning)
        import term_image
        import term_image.image as styles

    term_image.disable_queries()
    columns, rows = cells_for(pixels.shape[1], cell[0]), cells_for(pixels.shape[0], cell[1])
    padded = _padded(pixels, round(rows * cell[1]), round(columns * cell[0]))
    image = _exactly(getattr(styles, style))(Image.fromarray(padded), width=columns, height=rows)
    return format(image, _WHOLE)


def _exactly(base: Any) -> Any:
    """Return a style that draws in its own pixels, whether or not the terminal is known to it.

    term-image would scale to the window's size in pixels, which not all connections pass on.
    """

    class Exact(base):  # type: ignore[misc]
        def _get_render_size(self) -> tuple[int, int]:
            return self._original_size

    Exact.forced_support = True
    return Exact


def _padded(pixels: Picture, rows: int, columns: int) -> np.ndarray[Any, Any]:
    """Return the picture on whole cells, transparent beyond its edges: (H, W, 4) uint8."""
    import numpy as np

    height, width = pixels.shape[:2]
    padded = np.zeros((max(rows, height), max(columns, width), 4), np.uint8)
    padded[:height, :width, :3] = pixels
    padded[:height, :width, 3] = 255
    return padded
