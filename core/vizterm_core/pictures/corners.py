"""Round corners for pictures."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def with_round_corners(
    picture: npt.NDArray[np.uint8], radius: int, around: tuple[int, int, int]
) -> npt.NDArray[np.uint8]:
    """Return a picture whose corners fade into the colour around it.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    radius : int
        In pixels; at most a quarter of the shorter side is used.
    around : (red, green, blue)
    """
    radius = min(radius, min(picture.shape[:2]) // 4)
    if radius < 2:
        return picture
    # Distance of a pixel's centre from the arc's centre; its share inside, to half a pixel.
    side = radius - np.arange(radius) - 0.5
    cover = np.clip(radius + 0.5 - np.hypot(side[:, None], side), 0, 1)[..., None]
    rounded = picture.copy()
    for rows, down in ((slice(0, radius), 1), (slice(-radius, None), -1)):
        for columns, across in ((slice(0, radius), 1), (slice(-radius, None), -1)):
            share = cover[::down, ::across]
            corner = rounded[rows, columns] * share + np.array(around) * (1 - share)
            rounded[rows, columns] = np.rint(corner)
    return rounded
