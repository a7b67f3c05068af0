"""A scatter plot as lines of braille characters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError, UsageError
from vizterm_core.scatter.braille import BRAILLE
from vizterm_core.scatter.frame import count_dots, encode_counts
from vizterm_core.scatter.grid import data_extent
from vizterm_core.scatter.viewport import FloatArray, Viewport


def braille(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    columns: int = 80,
    rows: int = 24,
    *,
    viewport: Viewport | None = None,
) -> list[str]:
    """Draw points as braille dots, 2 x 4 in a character.

    Parameters
    ----------
    x, y : (n,) real
        y points upwards.  Points that aren't finite are left out.
    columns, rows : int
        Size of the plot in characters.  All points are shown, a unit as long across as down on
        characters twice as high as wide.
    viewport : Viewport, optional
        The part of the plane to show; its size is used then, not `columns` and `rows`.

    Returns
    -------
    list of str
        One line per row; an empty cell is a space.  The characters are those of the Unicode block
        "Braille Patterns", U+2800 to U+28FF.

    Raises
    ------
    DataError
        If x and y aren't two arrays of real numbers of the same length.
    UsageError
        If the plot has no cell.

    >>> braille([0, 1, 2, 3], [0, 1, 2, 3], 2, 1)
    ['⡠⠊']
    """
    across, up = _column(x, "x"), _column(y, "y")
    if across.shape != up.shape:
        raise DataError(
            f"x has {across.size:,} values, y has {up.size:,}", "give both the same length"
        )
    finite = np.isfinite(across) & np.isfinite(up)
    across, up = across[finite], up[finite]
    if viewport is None:
        if columns < 1 or rows < 1:
            raise UsageError(f"a plot of {columns}x{rows} has no cell", "give at least 1x1")
        viewport = Viewport.fit(data_extent(across, up), columns, rows)
    codes = encode_counts(count_dots(viewport, across, up))
    return ["".join(BRAILLE[code] for code in line) for line in codes.tolist()]


def _column(values: npt.ArrayLike, name: str) -> FloatArray:
    array = np.asarray(values)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "biuf"):
        raise DataError(
            f"{name}: an array {array.shape} of {array.dtype} isn't a coordinate",
            "give real numbers of shape (n,)",
        )
    return array.astype(np.float64)
