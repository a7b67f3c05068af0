"""The inks of points summed by pixel: where there are too many to draw each by itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.marks import PointsInView
from vizterm_core.scatter.shade import Inks
from vizterm_core.scatter.viewport import Viewport

Floats = npt.NDArray[np.float32]

_BAND = 64
"""Rows that are spread at a time: what is worked on stays in the processor's cache."""
_LEADS = 1000.0
"""Weight of a highlighted label's ink where it meets others."""


@dataclass(frozen=True, slots=True)
class InkSums:
    """How many points are in each pixel, and the sum of their inks."""

    counts: Floats
    """(H, W) points."""
    weights: Floats
    """(H, W) what the inks are summed with; the counts, unless a label is highlighted."""
    inks: Floats
    """(3, H, W) OKLab, summed with the weights."""

    @classmethod
    def zero(cls, viewport: Viewport, *, leading: bool) -> InkSums:
        """Return sums without a point; `leading`: one label will have a greater weight."""
        counts = np.zeros((viewport.down, viewport.across), np.float32)
        weights = np.zeros_like(counts) if leading else counts
        return cls(counts, weights, np.zeros((3, *counts.shape), np.float32))

    def add(self, points: PointsInView, inks: Inks, highlight: int | None) -> None:
        """Add some points; each lies in a pixel."""
        width = self.counts.shape[1]
        pixels = points.rows.astype(np.int64) * width + points.columns.astype(np.int64)
        _add(self.counts, pixels, None)
        weight = np.ones(len(inks.labels), np.float32)
        if highlight is not None:
            weight[highlight] = _LEADS
            _add(self.weights, pixels, weight[points.labels])
        for channel in range(3):
            _add(self.inks[channel], pixels, (inks.labels[:, channel] * weight)[points.labels])

    def spread(self, radius: float) -> InkSums:
        """Return the sums with each point a disc of that radius in pixels, its edge antialiased."""
        if self.weights is self.counts:
            counts, *inks = _spread([self.counts, *self.inks], radius)
            return InkSums(counts, counts, np.stack(inks))
        counts, weights, *inks = _spread([self.counts, self.weights, *self.inks], radius)
        return InkSums(counts, weights, np.stack(inks))


def _add(
    sums: Floats, pixels: npt.NDArray[np.int64], amounts: npt.NDArray[np.floating] | None
) -> None:
    """Add an amount at each of some pixels; 1 without amounts."""
    sums += np.bincount(pixels, amounts, sums.size).reshape(sums.shape)


def kernel(radius: float) -> Floats:
    """Return how much of the pixels around it a disc covers: (2 k + 1, 2 k + 1)."""
    reach = max(0, math.ceil(radius + 0.5) - 1)
    at = np.arange(-reach, reach + 1)
    return np.clip(radius + 0.5 - np.hypot(at[:, None], at), 0, 1).astype(np.float32)


def _spread(images: list[Floats], radius: float) -> list[Floats]:
    """Return (H, W) images with each pixel spread over a disc; beyond the edge nothing is kept."""
    shares = kernel(radius)
    reach = len(shares) // 2
    height, width = images[0].shape
    spread = [np.zeros_like(image) for image in images]
    for image, result in zip(images, spread, strict=True):
        wide = np.pad(image, reach)
        for top in range(0, height, _BAND):
            band = result[top : top + _BAND]
            for (down, across), share in np.ndenumerate(shares):
                if share > 0:
                    rows = slice(top + down, top + down + len(band))
                    band += share * wide[rows, across : across + width]
    return spread
