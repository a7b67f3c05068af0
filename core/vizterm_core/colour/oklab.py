"""OKLab, a colour space in which steps look even and mixtures keep their hue.

Source: B. Ottosson, "A perceptual color space for image processing", 2020.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Lab = npt.NDArray[np.float32]

LINEAR_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
"""(3, 3) linear sRGB to the responses of the eye's cones."""
LMS_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
"""(3, 3) cube roots of these responses to OKLab."""

_LAB_TO_LMS = np.linalg.inv(LMS_TO_LAB).astype(np.float32)
_LMS_TO_LINEAR = np.linalg.inv(LINEAR_TO_LMS).astype(np.float32)
_STEPS = 4096
"""Steps of linear light that are told apart; black is the coarsest with a level of sRGB in one."""


def linear_light(levels: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Return sRGB levels, 0 to 1, as linear light, 0 to 1 (IEC 61966-2-1)."""
    light: npt.NDArray[np.floating] = np.where(
        levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4
    )
    return light


def _levels(light: npt.NDArray[np.floating]) -> npt.NDArray[np.uint8]:
    """Return linear light, 0 to 1, as sRGB levels, 0 to 255."""
    srgb = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return (255 * srgb + 0.5).astype(np.uint8)


_LIGHT = linear_light(np.arange(256) / 255)
_LEVELS = _levels(np.linspace(0, 1, _STEPS + 1))


def to_oklab(rgb: npt.ArrayLike) -> Lab:
    """Return sRGB colours in OKLab.

    Parameters
    ----------
    rgb : (..., 3) uint8

    Returns
    -------
    (..., 3) float32
        Lightness, 0 to 1; green to red; blue to yellow.
    """
    light = _LIGHT[np.asarray(rgb, np.uint8)]
    return (np.cbrt(light @ LINEAR_TO_LMS.T) @ LMS_TO_LAB.T).astype(np.float32)


def to_rgb8(lab: npt.NDArray[np.floating]) -> npt.NDArray[np.uint8]:
    """Return OKLab colours in sRGB; what a screen can't show is clipped.

    Parameters
    ----------
    lab : (..., 3) floating

    Returns
    -------
    (..., 3) uint8
    """
    cones = lab.astype(np.float32) @ _LAB_TO_LMS.T
    linear = (cones * cones * cones) @ _LMS_TO_LINEAR.T
    np.clip(linear, 0, 1, out=linear)
    linear *= _STEPS
    return _LEVELS[(linear + 0.5).astype(np.int16)]
