"""Regions to repaint, from the cells that changed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from textual.geometry import Region

_GAP = 10
"""Largest gap of unchanged cells that is cheaper to write again than to jump over."""


def dirty_regions(changed: npt.NDArray[np.bool_], left: int = 0, top: int = 0) -> list[Region]:
    """Return regions that cover all changed cells and few others.

    Parameters
    ----------
    changed : (rows, columns) bool
    left, top : int
        Position of the array's corner in the widget.
    """
    regions: list[Region] = []
    for row in np.flatnonzero(changed.any(axis=1)).tolist():
        columns = np.flatnonzero(changed[row])
        breaks = np.flatnonzero(np.diff(columns) > _GAP)
        starts = columns[np.concatenate([[0], breaks + 1])].tolist()
        ends = columns[np.concatenate([breaks, [columns.size - 1]])].tolist()
        regions.extend(
            Region(left + start, top + row, end - start + 1, 1)
            for start, end in zip(starts, ends, strict=True)
        )
    return regions
