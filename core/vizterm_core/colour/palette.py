"""Colours for categories, as easy to tell apart as possible with any colour vision.

Distances are Euclidean in OKLab (B. Ottosson, "A perceptual color space for image processing",
2020), the least of them over normal vision and full protanopia, deuteranopia and tritanopia
(matrices of G. Machado, M. Oliveira and L. Fernandes, "A Physiologically-based Model for Simulation
of Color Vision Deficiency", IEEE TVCG 2009, severity 1.0).
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from vizterm_core.colour.oklab import LINEAR_TO_LMS, LMS_TO_LAB, linear_light

Colour = tuple[int, int, int]
Floats = npt.NDArray[np.float64]

PALETTE: tuple[Colour, ...] = (
    (75, 188, 255),
    (201, 174, 0),
    (18, 148, 134),
    (219, 117, 47),
    (250, 228, 50),
    (97, 151, 255),
    (239, 132, 190),
    (198, 110, 202),
    (249, 57, 127),
    (58, 255, 255),
    (200, 38, 206),
    (132, 94, 255),
    (152, 75, 9),
    (199, 202, 129),
    (195, 240, 145),
    (104, 0, 250),
    (188, 13, 91),
    (237, 196, 11),
    (132, 79, 129),
    (11, 109, 171),
    (170, 102, 0),
    (165, 207, 244),
    (160, 179, 118),
    (6, 229, 184),
)
"""The first 24 colours, found by hill climbing from those of M. Okabe and K. Ito, "Color Universal
Design", 2008 (`find_palette`): any two of the first 14 are at least 0.085 apart, any two of all at
least 0.073.  The first twelve are light enough for single dots on black."""
FIRST_COLOURS = 14
LEAST_APART_FIRST = 0.085
"""The distance that any two of the first `FIRST_COLOURS` keep."""
LEAST_APART = 0.073
"""The distance that any two of all colours keep."""

MISSING_COLOUR: Colour = (128, 128, 128)
"""For NaN and missing labels: a grey that is visible on a dark and on a light background."""
MOST_DISTINCT = 256
"""The colours repeat after this many: nobody can tell more apart."""

_LIGHTNESS = (0.50, 0.90)
"""OKLab lightness that is readable on black and on white."""

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


def perceived(colours: npt.ArrayLike) -> Floats:
    """Return sRGB colours as they look with four kinds of colour vision.

    Parameters
    ----------
    colours : (n, 3) 0-255

    Returns
    -------
    (n, 4, 3) float64
        OKLab for normal, protanopic, deuteranopic and tritanopic vision.
    """
    srgb = np.asarray(colours, np.float64).reshape(-1, 3) / 255
    linear = linear_light(srgb)
    seen = np.clip(np.einsum("vij,nj->nvi", _VISIONS, linear), 0, 1)
    lab: Floats = np.cbrt(seen @ LINEAR_TO_LMS.T) @ LMS_TO_LAB.T
    return lab


def distances(first: Floats, second: Floats) -> Floats:
    """Return the least distance over the four visions, pairwise.

    Parameters
    ----------
    first, second : (n, 4, 3) and (m, 4, 3)
        As returned by `perceived`.

    Returns
    -------
    (n, m) float64
    """
    apart = np.linalg.norm(first[:, None] - second[None], axis=-1)
    least: Floats = apart.min(axis=-1)
    return least


def extend_palette(colours: tuple[Colour, ...], count: int) -> tuple[Colour, ...]:
    """Append the colour that is farthest from all before it, until there are `count` colours."""
    levels = np.linspace(0, 255, 16).round()
    candidates = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)
    seen = perceived(candidates)
    lightness = seen[:, 0, 0]
    usable = (lightness >= _LIGHTNESS[0]) & (lightness <= _LIGHTNESS[1])
    candidates, seen = candidates[usable], seen[usable]
    chosen = list(colours)
    grey = perceived([MISSING_COLOUR])
    nearest = np.minimum(
        distances(seen, perceived(chosen)).min(axis=1), distances(seen, grey)[:, 0]
    )
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
    """Return colours for categories.

    Parameters
    ----------
    count : int

    Returns
    -------
    (count, 3) uint8
        They repeat after `MOST_DISTINCT`.
    """
    colours = PALETTE if count <= len(PALETTE) else _long_palette()
    return np.array([colours[i % len(colours)] for i in range(count)], np.uint8).reshape(-1, 3)
