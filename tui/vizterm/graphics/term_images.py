"""What term-image draws: iTerm2's inline images, and kitty pictures for the scrollback.

term-image pins Pillow below 11 and so is missing from Python 3.14 on; `available` tells.  Its kitty
output carries no image number, hence nothing could take a picture away again: in the app, kitty
pictures are `kitty.py`'s.  It queries the terminal when an image is made, unless told not to.
"""

from __future__ import annotations

import importlib.util
import re
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from vizterm_core.pictures.image import Picture

_INLINE_IMAGE = re.compile(r"\x1b\]1337;.*?\x1b\\", re.DOTALL)
_WHOLE = "<1.^1+W"
"""term-image's format for: no padding, all in one piece."""


def available() -> bool:
    """Whether term-image is installed."""
    return importlib.util.find_spec("term_image") is not None


def iterm2_sequence(pixels: Picture, cell_pixels: tuple[int, int]) -> str:
    """A picture in iTerm2's words, to be written where its upper left corner is to be.

    Parameters
    ----------
    pixels : (H, W, 3) uint8
        Drawn pixel by pixel; what its last cells have more stays transparent.
    cell_pixels : (width, height)
    """
    found = _INLINE_IMAGE.search(_rendered("ITerm2Image", pixels, cell_pixels))
    assert found is not None
    return found[0]


def scrollback_picture(protocol: str, pixels: Picture, cell_pixels: tuple[int, int]) -> str:
    """A picture as it is printed, with the cursor moves that make room for it.

    Parameters
    ----------
    protocol : 'kitty' or 'iterm2'
    pixels, cell_pixels
        As for `iterm2_sequence`.
    """
    style = "KittyImage" if protocol == "kitty" else "ITerm2Image"
    return _rendered(style, pixels, cell_pixels)


def _rendered(style: str, pixels: Picture, cell_pixels: tuple[int, int]) -> str:
    # Half a second, so only where a picture is really drawn this way.
    from PIL import Image

    with warnings.catch_warnings():
        # It warns of a missing terminal when it is imported.
        warnings.simplefilter("ignore", UserWarning)
        import term_image
        import term_image.image as styles

    term_image.disable_queries()
    padded = _whole_cells(pixels, cell_pixels)
    columns, rows = padded.shape[1] // cell_pixels[0], padded.shape[0] // cell_pixels[1]
    image = _exactly(getattr(styles, style))(Image.fromarray(padded), width=columns, height=rows)
    return format(image, _WHOLE)


def _exactly(base: Any) -> Any:
    """A style that is drawn without asking whether it is supported, and in its own pixels.

    term-image would scale to the window's size in pixels, which not all connections pass on.
    """

    class Exact(base):  # type: ignore[misc]
        def _get_render_size(self) -> tuple[int, int]:
            return self._original_size

    Exact.forced_support = True
    return Exact


def _whole_cells(pixels: Picture, cell_pixels: tuple[int, int]) -> np.ndarray[Any, Any]:
    """The picture on as many whole cells as it needs, transparent where it ends: RGBA."""
    import numpy as np

    height, width = pixels.shape[:2]
    across, down = cell_pixels
    padded = np.zeros((-(-height // down) * down, -(-width // across) * across, 4), np.uint8)
    padded[:height, :width, :3] = pixels
    padded[:height, :width, 3] = 255
    return padded
