"""Pictures in the colours of a terminal with 256, ordered-dithered.

Source of the method: B. Bayer, "An optimum method for two-level rendition of continuous-tone
pictures", IEEE ICC 1973.
"""

from __future__ import annotations

import numpy as np

from vizterm_core.pictures.image import Picture

CUBE = np.array([0, 95, 135, 175, 215, 255])
"""Levels of each channel in xterm's colour cube."""
_BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]])
_THRESHOLDS = (_BAYER + 0.5) / 16
_NEARLY_GREY = 24
"""Difference of the channels up to which a colour is drawn as one of the 24 greys."""


def dither_to_cube(picture: Picture) -> Picture:
    """Return a picture in the colours of xterm's cube, whose means over 4 x 4 pixels are kept.

    Two kinds of colours are left out: the greys, of which such terminals have fine steps, and
    levels below the darkest of the cube, between which and black dithering is all one sees.

    Parameters
    ----------
    picture : (H, W, 3) uint8

    Returns
    -------
    (H, W, 3) uint8
        Each level is one of `CUBE`: the one below or above.  Greys are as they were.
    """
    height, width = picture.shape[:2]
    below = np.searchsorted(CUBE, picture, side="right") - 1
    above = np.minimum(below + 1, len(CUBE) - 1)
    step = np.maximum(CUBE[above] - CUBE[below], 1)
    share = (picture - CUBE[below]) / step
    tiles = -(-height // 4), -(-width // 4)
    threshold = np.tile(_THRESHOLDS, tiles)[:height, :width, None]
    threshold = np.where(below == 0, 0.5, threshold)
    drawn = CUBE[np.where(share > threshold, above, below)].astype(np.uint8)
    grey = np.ptp(picture, axis=-1, keepdims=True) <= _NEARLY_GREY
    return np.where(grey, picture, drawn)
