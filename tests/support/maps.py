"""Images and maps for tests."""

import numpy as np

RNG = np.random.default_rng(0)


def blobs(height, width, dtype):
    """Three Gaussian spots: (height, width)."""
    y, x = np.mgrid[:height, :width]
    spots = [(0.3, 0.4, 9.0), (0.7, 0.6, 15.0), (0.5, 0.9, 5.0)]
    return sum(
        np.exp(-((y - height * a) ** 2 + (x - width * b) ** 2) / (2 * s**2)) for a, b, s in spots
    ).astype(dtype)


def photograph(height, width):
    """Noise: (height, width, 3) uint8."""
    return RNG.integers(0, 256, (height, width, 3), np.uint8)
