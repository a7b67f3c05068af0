"""Axes that lie beside a grid: `numpy.histogram2d`'s edges, longitudes and latitudes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.load.events.names import find_pairs, shown_name

Float64 = npt.NDArray[np.float64]

_EVEN = 0.05
"""The largest deviation from even steps, in cells, that needn't be said."""
_NEARLY = 0.5
"""That from which an extent would be wrong."""


@dataclass(frozen=True, slots=True)
class GridAxes:
    """The axes of a grid."""

    x: str
    y: str
    """Their names."""
    transposed: bool
    """Whether x is the first axis of the array."""


def find_axes(shape: tuple[int, ...], lengths: Mapping[str, int], grid: str) -> GridAxes | None:
    """Return which arrays are the axes of a grid, by their names and lengths; None for none.

    Edges are one more than cells, centres as many.  Where the lengths don't tell which axis is
    which, edges are `histogram2d`'s, x first, and centres those of a picture, y first.

    Parameters
    ----------
    shape : (rows, columns) of the grid
    lengths : dict of str to int
        The one-dimensional arrays beside it.
    grid : str
        The name of the grid.

    >>> find_axes((91, 120), {"longitude": 120, "latitude": 91}, "topo")
    GridAxes(x='longitude', y='latitude', transposed=False)
    >>> find_axes((5, 5), {"xedges": 6, "yedges": 6}, "H")
    GridAxes(x='xedges', y='yedges', transposed=True)
    """
    rows, columns = shape
    names = list(lengths)
    pairs = [(names[pair.x], names[pair.y]) for pair in find_pairs(names)]
    if grid.startswith("arr_"):
        # np.savez(file, *np.histogram2d(x, y))
        number = int(grid[4:]) if grid[4:].isdecimal() else -2
        pairs.append((f"arr_{number + 1}", f"arr_{number + 2}"))
    for x, y in pairs:
        for more in (1, 0):
            given = lengths.get(x, -1) - more, lengths.get(y, -1) - more
            straight, crossed = given == (columns, rows), given == (rows, columns)
            if straight and crossed:
                return GridAxes(x, y, transposed=more == 1)
            if straight or crossed:
                return GridAxes(x, y, transposed=crossed)
    return None


def extent_of(
    x: npt.NDArray[np.generic], y: npt.NDArray[np.generic], shape: tuple[int, ...], axes: GridAxes
) -> tuple[tuple[float, float, float, float] | None, tuple[str, ...]]:
    """Return (left, right, top, bottom) of a grid whose rows are y, and what is to be said.

    Parameters
    ----------
    x, y : (n,) centres, or (n + 1,) edges
    shape : (rows, columns), rows being y
    axes : GridAxes
    """
    rows, columns = shape
    said = []
    if axes.transposed:
        said.append(f"transposed: {shown_name(axes.x)} is the array's first axis")
    across, off_x = _ends(x, columns)
    down, off_y = _ends(y, rows)
    uneven = [
        shown_name(name) for name, off in ((axes.x, off_x), (axes.y, off_y)) if not off <= _NEARLY
    ]
    if across is None or down is None or uneven:
        said.append(f"{' and '.join(uneven)} not evenly spaced: shown in cells")
        return None, tuple(said)
    nearly = [(shown_name(name), off) for name, off in ((axes.x, off_x), (axes.y, off_y))]
    off_by = "".join(f", {name} up to {off:.2g} cells off" for name, off in nearly if off > _EVEN)
    said.append(f"axes {shown_name(axes.x)}, {shown_name(axes.y)}{off_by}")
    return (*across, *down), tuple(said)


def _ends(values: npt.NDArray[np.generic], count: int) -> tuple[tuple[float, float] | None, float]:
    """Return the outer edges of cells, and how far they are from being even, in cells."""
    numbers = np.ma.filled(np.ma.asarray(values).astype(np.float64), np.nan)
    if len(numbers) < 2 or not np.isfinite(numbers).all() or numbers[-1] == numbers[0]:
        return None, np.inf
    steps = len(numbers) - 1
    step = float(numbers[-1] - numbers[0]) / steps
    even = numbers[0] + step * np.arange(steps + 1)
    off = float(np.abs(numbers - even).max() / abs(step))
    half = step / 2 if len(numbers) == count else 0.0
    return (float(numbers[0]) - half, float(numbers[-1]) + half), off
