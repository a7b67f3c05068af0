"""A soft light behind few points: each label's ink, faint, around where its points are."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from vizterm_core.colour.oklab import to_rgb8
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.shade import Inks, mix_inks

_SIGMA = (0.8, 1.6)
"""Of the light, in rows and columns: round on cells twice as high as wide."""
_STRENGTH = {False: 0.28, True: 0.16}
"""Share of the ink in the middle of the light, on a dark and on a light background."""
_BRIGHTEST = 97
"""Percentile of the light that has its full strength."""
_POWER = 0.6
_EDGE = 0.12
"""Share of the brightest light below which there is none: most of the background stays."""
_FADES_FROM, _GONE_AT = 0.35, 0.1
"""Cells for each point from which on the light is whole, and below which there is none."""


def aura(
    frame: Frame, inks: Inks, highlight: int | None = None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """Return the colours behind a frame's points, and where there are any.

    Parameters
    ----------
    frame : Frame
    inks : Inks
    highlight : int, optional
        The label that alone has its light.

    Returns
    -------
    colours : (rows, columns, 3) uint8
    tinted : (rows, columns) bool
        Whether a cell's colour isn't simply the background.
    """
    rows, columns = frame.labels.shape
    nothing = np.zeros((rows, columns, 3), np.uint8), np.zeros((rows, columns), bool)
    free = rows * columns / max(1, frame.shown)
    whole = float(np.clip((free - _GONE_AT) / (_FADES_FROM - _GONE_AT), 0, 1))
    if frame.shown == 0 or whole == 0:
        return nothing
    totals = frame.counts.totals(rows * columns)
    mixed = mix_inks(frame.counts, frame.labels, inks, highlight)
    # A cell of many shall not outshine its neighbours.
    weight = np.sqrt(totals).astype(np.float32)
    if highlight is not None:
        weight[frame.led_by(highlight).ravel() != highlight] = 0
    stack = np.concatenate([mixed * weight[:, None], weight[:, None]], axis=1)
    stack = stack.reshape(rows, columns, 4)
    light = np.tensordot(_kernel(rows, _SIGMA[0]), stack, axes=1)
    light = np.matmul(_kernel(columns, _SIGMA[1]), light)
    level = light[..., 3]
    shining = level > _EDGE / 4
    if not shining.any():
        return nothing
    tone = np.clip(level / np.percentile(level[shining], _BRIGHTEST), 0, 1) ** _POWER
    tone = np.clip((tone - _EDGE) / (1 - _EDGE), 0, 1)
    tone = np.rint(tone * 16) / 16
    colours = light[..., :3] / np.maximum(level, 1e-6)[..., None]
    strength = (_STRENGTH[inks.light] * whole * tone)[..., None]
    return to_rgb8(inks.paper + (colours - inks.paper) * strength), tone > 0


@lru_cache(16)
def _kernel(size: int, sigma: float) -> npt.NDArray[np.float32]:
    """Return the (size, size) matrix that blurs a line of cells with a Gaussian."""
    at = np.arange(size)
    weights = np.exp(-0.5 * ((at[:, None] - at) / sigma) ** 2)
    one = np.exp(-0.5 * (np.arange(-9, 10) / sigma) ** 2).sum()
    return (weights / one).astype(np.float32)
