"""Image tensors as networks take them, less a mean and over a deviation: undone, to be looked at.

Sources of the numbers: torchvision's models (ImageNet), OpenAI's CLIP, Caffe's VGG networks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Normalisation:
    """What was done to the levels of a picture before a network took it."""

    name: str
    """For people: "ImageNet's mean and deviation"."""
    low: Triple
    """The value of black in each channel."""
    high: Triple
    """The value of white."""
    swapped: bool = False
    """Whether the channels are blue, green, red."""


def _of(name: str, mean: Triple, deviation: Triple) -> Normalisation:
    low = tuple(-m / d for m, d in zip(mean, deviation, strict=True))
    high = tuple((1 - m) / d for m, d in zip(mean, deviation, strict=True))
    return Normalisation(name, low, high)  # type: ignore[arg-type]


def _less(name: str, mean: Triple, *, swapped: bool = False) -> Normalisation:
    low, high = tuple(-m for m in mean), tuple(255 - m for m in mean)
    return Normalisation(name, low, high, swapped)  # type: ignore[arg-type]


KNOWN = (
    _of("ImageNet's mean and deviation", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    _of(
        "CLIP's mean and deviation",
        (0.48145466, 0.4578275, 0.40821073),
        (0.26862954, 0.26130258, 0.27577711),
    ),
    _less("Caffe's mean, RGB", (123.68, 116.779, 103.939)),
    _less("Caffe's mean, BGR", (103.939, 116.779, 123.68), swapped=True),
)

_SLACK = 0.01
"""Share of a channel's range that rounding and resizing may have carried values beyond it."""
_REACHED = 0.1
"""Share of the range within which a limit is reached."""
_LEAST_REACHED = 3
"""Of the six limits, those that must be reached."""
_BALANCED = 1.02
"""The largest magnitude of a picture in -1 to 1, which is no such one."""


def find_normalisation(channels: npt.NDArray[Any]) -> Normalisation | None:
    """Return what was done to a picture, if its values tell; None otherwise.

    Parameters
    ----------
    channels : (3, ...) floating

    Returns
    -------
    Normalisation or None
        Whose limits all channels keep, and reach at three of six ends or more; the closest one.
    """
    if channels.dtype.kind != "f" or len(channels) != 3 or channels.size == 0:
        return None
    flat = channels.reshape(3, -1)
    with np.errstate(invalid="ignore"):
        least = np.fmin.reduce(flat, axis=1).astype(np.float64)
        greatest = np.fmax.reduce(flat, axis=1).astype(np.float64)
    if not (np.isfinite(least).all() and np.isfinite(greatest).all()) or least.min() >= 0:
        return None
    if max(-least.min(), greatest.max()) <= _BALANCED:
        return None
    best: tuple[float, Normalisation] | None = None
    for known in KNOWN:
        distance = _distance(known, least, greatest)
        if distance is not None and (best is None or distance < best[0]):
            best = distance, known
    return None if best is None else best[1]


def _distance(
    known: Normalisation, least: npt.NDArray[np.float64], greatest: npt.NDArray[np.float64]
) -> float | None:
    """Return how far from its limits a picture stays, on the mean; None if it can't be one."""
    low, high = np.array(known.low), np.array(known.high)
    span = high - low
    apart = np.concatenate([(least - low) / span, (high - greatest) / span])
    if apart.min() < -_SLACK or np.count_nonzero(apart <= _REACHED) < _LEAST_REACHED:
        return None
    return float(np.abs(apart).mean())
