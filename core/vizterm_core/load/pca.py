"""The first two principal components, in passes over blocks of rows."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.masked import is_masked
from vizterm_core.files.memory import require_memory
from vizterm_core.files.stored import Array, Rows, row_blocks
from vizterm_core.scatter.grid import CHUNK
from vizterm_core.scatter.viewport import FARTHEST, FloatArray

EXACT_PCA = 2048
"""Rows or dimensions up to which the components are exact: the work grows with their cube."""
MOST_VALUES = 1 << 33
"""Values that are reduced: these take minutes."""

_PCA_VALUES = 1 << 22
"""Values in memory at a time, as float64, while coordinates are reduced."""
_WANTED = 2
_SKETCH = 32
"""Directions that are followed where there are too many dimensions for all of them."""
_MOST_PASSES = 12
_SETTLED = 1e-9
"""The share by which the variance that is found may still grow from pass to pass."""


def first_components(values: Array | Rows) -> FloatArray:
    """Return the first two principal components.

    With more than `EXACT_PCA` rows and dimensions they are found by subspace iteration: Halko,
    Martinsson, Tropp, "Finding structure with randomness", SIAM Review 53 (2011), algorithm 4.4.

    Parameters
    ----------
    values : (n, d) or (n, ...) real
        More axes than two are taken as one.

    Returns
    -------
    (n, 2) float64
        NaN for rows that aren't finite.  Each component's sign makes its largest loading positive.

    Raises
    ------
    DataError
        If there isn't enough memory, or there are more than `MOST_VALUES`.
    """
    count = values.shape[0]
    width = math.prod(values.shape[1:])
    if count * width > MOST_VALUES:
        raise DataError(
            f"{count:,} x {width:,} values are too many to be reduced here",
            "reduce them first, e.g. with UMAP or sklearn's PCA, and save (n, 2)",
        )
    finite, mean = _mean(values, width)
    if width == 0:
        return np.zeros((count, 2))
    if width <= EXACT_PCA:
        axes = _by_covariance(values, finite, mean)
    elif np.count_nonzero(finite) <= EXACT_PCA:
        axes = _by_products(values, finite, mean)
    else:
        axes = _by_iteration(values, finite, mean)
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    axes = axes * np.where(signs == 0, 1, signs)
    reduced = np.full((count, 2), np.nan, order="F")
    for part, block in _blocks(values, width):
        placed = np.zeros((int(finite[part].sum()), 2))
        placed[:, : axes.shape[1]] = (block[finite[part]] - mean) @ axes
        reduced[part][finite[part]] = placed
    return reduced


def standardised(columns: list[Array]) -> npt.NDArray[np.float64]:
    """Return columns of numbers, each with mean 0 and variance 1: (n, columns) float64.

    What is missing or infinite counts as the mean; a row without any number is NaN.
    """
    table = np.empty((len(columns[0]), len(columns)))
    for place, column in enumerate(columns):
        numbers = np.ma.masked_invalid(np.ma.asarray(column).astype(np.float64))
        numbers = np.ma.masked_where(np.abs(numbers.filled(0)) > FARTHEST, numbers)
        spread = float(numbers.std()) if numbers.count() else 0.0
        centred = numbers - numbers.mean() if numbers.count() else numbers
        table[:, place] = np.ma.filled(centred / (spread or 1.0), np.nan)
    missing: npt.NDArray[np.bool_] = np.isnan(table)
    some = ~missing.all(axis=1, keepdims=True)
    table[missing & some] = 0
    return table


def _rows_at_a_time(width: int) -> int:
    return max(1, min(CHUNK, _PCA_VALUES // max(width, 1)))


def _blocks(values: Array | Rows, width: int) -> Iterator[tuple[slice, npt.NDArray[np.float64]]]:
    """Return all rows in order as float64 (rows, width), and which they are."""
    for part, block in row_blocks(values, _rows_at_a_time(width)):
        filled = block.filled(np.nan) if is_masked(block) and block.dtype.kind == "f" else block
        yield part, np.asarray(filled, np.float64).reshape(len(block), width)
        del block, filled


def _mean(
    values: Array | Rows, width: int
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    """Return which rows are finite: (n,) bool, and their mean: (d,) float64."""
    finite = np.zeros(values.shape[0], bool)
    mean = np.zeros(width)
    for part, numbers in _blocks(values, width):
        # NaN compares false; values beyond the limit would overflow when squared.
        finite[part] = (np.abs(numbers) <= FARTHEST).all(axis=1)
        mean += numbers[finite[part]].sum(axis=0)
    return finite, mean / max(int(np.count_nonzero(finite)), 1)


def _by_covariance(
    values: Array | Rows, finite: npt.NDArray[np.bool_], mean: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    width = mean.size
    scatter = np.zeros((width, width))
    for part, numbers in _blocks(values, width):
        centred = numbers[finite[part]] - mean
        scatter += centred.T @ centred
    axes: npt.NDArray[np.float64] = np.linalg.eigh(scatter)[1][:, : -_WANTED - 1 : -1]
    return axes


def _by_products(
    values: Array | Rows, finite: npt.NDArray[np.bool_], mean: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the directions by way of the rows' products, of which there are fewer."""
    width, count = mean.size, int(np.count_nonzero(finite))
    require_memory(8 * count * width, "the vectors to be reduced")
    centred = np.empty((count, width))
    filled = 0
    for part, numbers in _blocks(values, width):
        kept = numbers[finite[part]]
        centred[filled : filled + len(kept)] = kept - mean
        filled += len(kept)
    spread, left = np.linalg.eigh(centred @ centred.T)
    spread, left = spread[: -_WANTED - 1 : -1], left[:, : -_WANTED - 1 : -1]
    axes: npt.NDArray[np.float64] = centred.T @ left
    return axes / np.sqrt(np.where(spread > 0, spread, 1))


def _by_iteration(
    values: Array | Rows, finite: npt.NDArray[np.bool_], mean: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    width = mean.size
    axes = np.linalg.qr(np.random.default_rng(0).normal(size=(width, _SKETCH)))[0]
    found = 0.0
    for _ in range(_MOST_PASSES):
        product = np.zeros((width, _SKETCH))
        for part, numbers in _blocks(values, width):
            centred = numbers[finite[part]] - mean
            product += centred.T @ (centred @ axes)
        axes, spread, _ = np.linalg.svd(product, full_matrices=False)
        before, found = found, float(spread[:_WANTED].sum())
        if found - before <= _SETTLED * found:
            break
    return axes[:, :_WANTED]
