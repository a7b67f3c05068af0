"""Coarse counts: small maps of many groups or moments, for an overview and a common scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.maps.blur import blur
from vizterm_core.maps.counts import Numbers
from vizterm_core.pictures.resize import View

MOST_CELLS = 1 << 16
"""Cells of a coarse map: with the usual blur, a cell is a fraction of sigma."""


@dataclass(frozen=True, slots=True, eq=False)
class CoarseCounts:
    """Counts of a map in square cells of some pixels each."""

    cells: npt.NDArray[np.float32]
    """(ceil(height / factor), ceil(width / factor)) sums of the pixels' counts."""
    size: tuple[int, int]
    """(width, height) of the map, in pixels."""
    factor: int
    """Pixels along a cell's side."""

    def blurred(
        self, sigma: tuple[float, float], shape: tuple[int, int], view: View | None = None
    ) -> npt.NDArray[np.floating]:
        """Return the blurred map on a display, as `blur` does of the map itself.

        It differs from that by what happens inside of a cell: by some hundredths of the peak where
        sigma is a few cells, not at all where a cell is a pixel.

        Parameters
        ----------
        sigma : (sigma_y, sigma_x)
            In pixels of the map.
        shape : (rows, columns)
            Display pixels.
        view : (top, bottom, left, right), optional
            The part that is shown, in pixels of the map; all of it otherwise.

        Returns
        -------
        (rows, columns)
            Counts per pixel of the map.
        """
        width, height = self.size
        top, bottom, left, right = view or (0, height, 0, width)
        part = (top / self.factor, bottom / self.factor, left / self.factor, right / self.factor)
        down, across = sigma
        sides = down / self.factor, across / self.factor
        values = blur(self.cells, sides, shape=shape, view=part)
        return values / values.dtype.type(self.factor**2)


def coarse_factor(size: tuple[int, int], most: int = MOST_CELLS) -> int:
    """Return the least factor that leaves a map of (width, height) at most so many cells.

    >>> coarse_factor((1920, 1080)), coarse_factor((60, 40))
    (6, 1)
    """
    width, height = size
    factor = max(1, math.isqrt(width * height // most))
    while math.ceil(width / factor) * math.ceil(height / factor) > most:
        factor += 1
    return factor


@dataclass(frozen=True, slots=True)
class CoarseGrid:
    """Square cells of some pixels over a map."""

    size: tuple[int, int]
    """(width, height) of the map, in pixels."""
    factor: int
    """Pixels along a cell's side."""

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) of cells; the last ones may reach beyond the map."""
        width, height = self.size
        return math.ceil(height / self.factor), math.ceil(width / self.factor)

    def cells_of(self, x: Numbers, y: Numbers) -> npt.NDArray[np.int32]:
        """Return the number of the cell of each event: (n,), rows * columns for one outside.

        Parameters
        ----------
        x, y : (n,)
            Positions in pixels of the map, [0, 1) being pixel 0.
        """
        width, height = self.size
        rows, columns = self.shape
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        cells = np.full(x.shape, rows * columns, np.int32)
        across = (x[inside] / self.factor).astype(np.int32)
        down = (y[inside] / self.factor).astype(np.int32)
        cells[inside] = down * np.int32(columns) + across
        return cells

    def counted(
        self, cells: npt.NDArray[np.int32], weights: npt.NDArray[np.float64] | None
    ) -> CoarseCounts:
        """Count events by their cells; those outside the map are left out.

        Parameters
        ----------
        cells : (n,)
            As of `cells_of`.
        weights : (n,), or None where each event counts one
        """
        rows, columns = self.shape
        sums = np.bincount(cells, weights, rows * columns + 1)[: rows * columns]
        return CoarseCounts(sums.astype(np.float32).reshape(rows, columns), self.size, self.factor)


def coarse_counts(
    x: Numbers, y: Numbers, weights: Numbers | None, size: tuple[int, int], factor: int
) -> CoarseCounts:
    """Count events in coarse cells; those outside the map are left out.

    Parameters
    ----------
    x, y : (n,)
        Positions in pixels of the map, [0, 1) being pixel 0.
    weights : (n,), or None where each event counts one
    size : (width, height)
        Of the map.
    factor : int
        Pixels along a cell's side.
    """
    grid = CoarseGrid(size, factor)
    return grid.counted(grid.cells_of(x, y), weights)
