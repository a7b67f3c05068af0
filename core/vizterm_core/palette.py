"""Colours for categories, that also colour-blind people can tell apart as far as possible.

Distances are Euclidean in OKLab (B. Ottosson, "A perceptual color space for image processing",
2020), the least of them over normal vision and full protanopia, deuteranopia and tritanopia
(matrices of G. Machado, M. Oliveira and L. Fernandes, "A Physiologically-based Model for Simulation
of Color Vision Deficiency", IEEE TVCG 2009, severity 1.0).
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

Colour = tuple[int, int, int]
Floats = npt.NDArray[np.float64]

PALETTE: tuple[Colour, ...] = (
    (51, 182, 255),
    (234, 157, 5),
    (26, 165, 127),
    (215, 66, 6),
    (251, 227, 55),
    (101, 89, 255),
    (193, 144, 194),
    (153, 84, 188),
    (172, 33, 0),
    (62, 255, 253),
    (104, 90, 91),
    (164, 209, 151),
    (143, 14, 171),
    (192, 242, 173),
    (140, 130, 251),
    (183, 109, 187),
    (245, 191, 78),
    (92, 46, 221),
    (216, 124, 46),
    (138, 214, 254),
    (130, 185, 120),
    (175, 64, 138),
    (97, 125, 82),
    (199, 178, 197),
)
"""The first 24 colours, found by hill climbing from those of M. Okabe and K. Ito, "Color Universal
Design", 2008: any two of the first 6, 14 and 24 are at least 0.10, 0.095 and 0.077 apart."""

MISSING_COLOUR: Colour = (128, 128, 128)
MOST_DISTINCT = 256
"""After this many the colours repeat: no eye tells more apart."""

_LIGHTNESS = (0.50, 0.90)
"""OKLab lightness that can be read on black and on white."""

_VISIONS = np.array(
    [
        np.eye(3),
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ]
)
"""(4, 3, 3) linear RGB as seen normally, and with protanopia, deuteranopia and tritanopia."""

_RGB_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def perceived(colours: npt.ArrayLike) -> Floats:
    """sRGB colours as four kinds of eyes see them.

    Parameters
    ----------
    colours : (n, 3) 0-255

    Returns
    -------
    (n, 4, 3) float64
        OKLab for normal, protanopic, deuteranopic and tritanopic vision.
    """
    srgb = np.asarray(colours, np.float64).reshape(-1, 3) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.einsum("vij,nj->nvi", _VISIONS, linear), 0, 1)
    lab: Floats = np.cbrt(seen @ _RGB_TO_LMS.T) @ _LMS_TO_LAB.T
    return lab


def distances(first: Floats, second: Floats) -> Floats:
    """The least distance over the four visions, pairwise: (n, 4, 3), (m, 4, 3) -> (n, m)."""
    apart = np.linalg.norm(first[:, None] - second[None], axis=-1)
    least: Floats = apart.min(axis=-1)
    return least


def extend_palette(colours: tuple[Colour, ...], count: int) -> tuple[Colour, ...]:
    """Go on choosing the colour that is farthest from all before it, until there are `count`."""
    levels = np.linspace(0, 255, 16).round()
    candidates = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)
    seen = perceived(candidates)
    lightness = seen[:, 0, 0]
    usable = (lightness >= _LIGHTNESS[0]) & (lightness <= _LIGHTNESS[1])
    candidates, seen = candidates[usable], seen[usable]
    chosen = list(colours)
    grey = perceived([MISSING_COLOUR])
    nearest = np.minimum(distances(seen, perceived(chosen)).min(axis=1), distances(seen, grey)[:, 0])
    while len(chosen) < count:
        best = int(nearest.argmax())
        red, green, blue = (int(level) for level in candidates[best])
        chosen.append((red, green, blue))
        nearest = np.minimum(nearest, distances(seen, seen[best : best + 1])[:, 0])
    return tuple(chosen[:count])


@functools.cache
def _long_palette() -> tuple[Colour, ...]:
    return extend_palette(PALETTE, MOST_DISTINCT)


def categorical_palette(count: int) -> npt.NDArray[np.uint8]:
    """Colours for `count` categories: (count, 3) uint8; they repeat after `MOST_DISTINCT`."""
    colours = PALETTE if count <= len(PALETTE) else _long_palette()
    return np.array([colours[i % len(colours)] for i in range(count)], np.uint8).reshape(-1, 3)
