"""Gaussian blur of a map, in full or only at the pixels of a display.

Each axis is a matrix product: row o of its operator is the mean over display pixel o of the
truncated, normalised Gaussian, with the rule for the map's edges folded in.  So every sigma and
zoom costs about the same, and all are computed from the raw map.  The full map is blurred by
cosine transforms of the same kernel.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from vizterm_core.checks import as_choice, shown
from vizterm_core.errors import DataError, UsageError
from vizterm_core.maps.gaussian import (
    AxisOperator,
    Float64,
    Floats,
    Kernel,
    Mode,
    axis_operator,
    fitted_kernel,
    gaussian_kernel,
)
from vizterm_core.pictures.resize import View, checked_shape, checked_view

EDGE_MODES: tuple[Mode, ...] = ("reflect", "mirror", "nearest", "constant")

_PADDING: dict[Mode, Literal["reflect", "edge", "constant"]] = {
    "mirror": "reflect",
    "nearest": "edge",
    "constant": "constant",
}
"""numpy's names of the modes."""
_FARTHEST = 1 << 22
"""Source pixels that a kernel may reach: beyond it, building the kernel would take seconds."""
_BLOCK = 256
"""Rows of a full map that share one operator, so that a narrow kernel touches few others."""
_NOISE = 8
"""Rounding that a transform may leave where the map is empty, in machine epsilons of the peak."""


def blur(
    counts: npt.ArrayLike,
    sigma: float | tuple[float, float],
    *,
    shape: tuple[int, int] | None = None,
    view: View | None = None,
    mode: Mode = "reflect",
    truncate: float = 4.0,
) -> Floats:
    """Blur by a Gaussian, and average over the areas of display pixels.

    Without `shape`: `scipy.ndimage.gaussian_filter(counts, sigma, mode=mode, truncate=truncate)`;
    with it: the area means of that over the pixels of a display, without computing the full map.

    Parameters
    ----------
    counts : (H, W) real
        NaN and infinities are missing: each result is the weighted mean of the finite values
        (blurred values over blurred mask), NaN where the kernel reaches none.
    sigma : float or (sigma_y, sigma_x)
        Standard deviation in source pixels; 0 for no blur along an axis.
    shape : (rows, columns), optional
        Display pixels; with more than the view has, it is enlarged.
    view : (top, bottom, left, right), optional
        The part of the map that is shown, in source pixels, also fractional; pixel k covers
        [k, k + 1).  By default the whole map.
    mode : {"reflect", "mirror", "nearest", "constant"}
        The values beyond the map's edges, as in scipy; `constant` is 0.
    truncate : float
        Sigmas at which the kernel is cut off.

    Returns
    -------
    shape, or (H, W)
        float32 for float32, float16, bool and integers of up to 16 bits, else float64.

    Raises
    ------
    UsageError
        For a sigma, shape, view, mode or truncate that makes no sense.
    DataError
        If the counts aren't a 2-D map of real numbers, or an empty one has to fill a shape.
    """
    array = _as_map(counts)
    height, width = array.shape
    sigma_y, sigma_x = checked_sigma(sigma)
    as_choice(mode, EDGE_MODES, "mode")
    if not (math.isfinite(truncate) and truncate >= 0):
        raise UsageError(f"truncate is {truncate}", "give a number of at least 0")
    if truncate * max(sigma_y, sigma_x) > _FARTHEST:
        raise UsageError(
            f"sigma {max(sigma_y, sigma_x):g} is too large", f"at most {_FARTHEST / truncate:,.0f}"
        )
    if shape is None:
        if view is not None:
            raise UsageError("a view without a shape", "say how many rows and columns show it")
        return _full(array, (sigma_y, sigma_x), mode, truncate)
    rows, columns = checked_shape(shape)
    if array.size == 0:
        raise DataError(f"counts: a map {array.shape} has no pixel", "give at least one")
    top, bottom, left, right = checked_view(view, (height, width), (rows, columns))
    dtype = array.dtype
    down = axis_operator(rows, height, sigma_y, top, bottom, mode, truncate, dtype)
    across = axis_operator(columns, width, sigma_x, left, right, mode, truncate, dtype)
    return _apply(down, across, array)


def _apply(down: AxisOperator, across: AxisOperator, array: Floats) -> Floats:
    part = array[down.touched, across.touched]
    with np.errstate(invalid="ignore", over="ignore"):
        result = _product(down, across, part)
    if np.isfinite(result).all():
        return result
    present = np.isfinite(part)
    if present.all():
        return result
    values = _product(down, across, np.where(present, part, part.dtype.type(0)))
    return _weighted_mean(values, _product(down, across, present.astype(part.dtype)), down, across)


def _product(down: AxisOperator, across: AxisOperator, part: Floats) -> Floats:
    (rows, height), (columns, width) = down.weights.shape, across.weights.shape
    if rows * width * (height + columns) <= columns * height * (width + rows):
        return down.weights @ part @ across.weights.T
    return down.weights @ (part @ across.weights.T)


def _weighted_mean(
    values: Floats, present: Floats, down: AxisOperator, across: AxisOperator
) -> Floats:
    """Divide blurred values by the blurred mask; beyond the edges is 0, not missing."""
    beyond = 1 - down.sums[:, None] * across.sums
    beyond[beyond < 1e-9] = 0
    weights = (present + beyond).astype(values.dtype)
    mean = np.full_like(values, np.nan)
    np.divide(values, weights, out=mean, where=weights > 0)
    return mean


def _full(array: Floats, sigmas: tuple[float, float], mode: Mode, truncate: float) -> Floats:
    kernels = [
        fitted_kernel(gaussian_kernel(sigma, truncate), length, mode)
        if length
        else Kernel(np.ones(1), 0)
        for sigma, length in zip(sigmas, array.shape, strict=True)
    ]
    axes = [axis for axis in (0, 1) if len(kernels[axis].weights) > 1]
    if not axes or array.size == 0:
        return np.where(np.isfinite(array), array, array.dtype.type(np.nan))
    with np.errstate(invalid="ignore", over="ignore"):
        blurred = _by_transform(array, kernels, axes, mode)
    if np.isfinite(blurred).all() or np.isfinite(array).all():
        return blurred
    # Rounding of a transform would be divided by equally small masks; products have none.
    present = np.isfinite(array)
    down, across = (
        _blocks(length, sigma, mode, truncate, array.dtype)
        for length, sigma in zip(array.shape, sigmas, strict=True)
    )
    mean = np.empty_like(array)
    filled = np.where(present, array, array.dtype.type(0))
    mask = present.astype(array.dtype)
    for top, by_rows in down:
        values, weights = (by_rows.weights @ source[by_rows.touched] for source in (filled, mask))
        rows = slice(top, top + len(by_rows.sums))
        for left, by_columns in across:
            columns = slice(left, left + len(by_columns.sums))
            mean[rows, columns] = _weighted_mean(
                values[:, by_columns.touched] @ by_columns.weights.T,
                weights[:, by_columns.touched] @ by_columns.weights.T,
                by_rows,
                by_columns,
            )
    return mean


def _blocks(
    length: int, sigma: float, mode: Mode, truncate: float, dtype: np.dtype[Any]
) -> list[tuple[int, AxisOperator]]:
    """Return operators for every `_BLOCK` pixels of an axis, with the first pixel of each."""
    return [
        (at, axis_operator.__wrapped__(stop - at, length, sigma, at, stop, mode, truncate, dtype))
        for at in range(0, length, _BLOCK)
        for stop in (min(at + _BLOCK, length),)
    ]


def _by_transform(array: Floats, kernels: list[Kernel], axes: list[int], mode: Mode) -> Floats:
    """Blur all pixels at once by cosine transforms, which have the symmetry of `reflect`.

    For the other modes the map is padded first, as far as the kernel reaches.
    """
    import scipy.fft

    source, inner = array, [slice(None), slice(None)]
    if mode != "reflect":
        margins = [(0, 0), (0, 0)]
        for axis in axes:
            length, reach = array.shape[axis], -kernels[axis].first
            size = scipy.fft.next_fast_len(length + 2 * reach, real=True)
            margins[axis] = (reach, size - length - reach)
            inner[axis] = slice(reach, reach + length)
        if mode == "constant" and any(-kernels[axis].first >= array.shape[axis] for axis in axes):
            # A small map among zeros is blurred to less than the rounding of float32.
            source = array.astype(np.float64)
        source = np.pad(source, margins, mode=_PADDING[mode])
    spectrum = scipy.fft.dctn(source, axes=axes)
    for axis in axes:
        response = _response(kernels[axis], source.shape[axis]).astype(source.dtype)
        spectrum *= response[:, None] if axis == 0 else response
    blurred = scipy.fft.idctn(spectrum, axes=axes, overwrite_x=True)
    blurred = blurred[tuple(inner)].astype(array.dtype, copy=False)
    # Where the map is empty, `equalize` and `log` would show the rounding as a pattern.
    peak = max(float(blurred.max()), -float(blurred.min()))
    noise = np.abs(blurred) <= _NOISE * np.finfo(array.dtype).eps * peak
    blurred[noise] = 0
    return blurred


def _response(kernel: Kernel, length: int) -> Float64:
    """Return (length,) the kernel's factor for each cosine."""
    offsets = np.arange(kernel.first, kernel.last + 1)
    wrapped = np.bincount(offsets % (2 * length), kernel.weights, 2 * length)
    return np.fft.rfft(wrapped).real[:length]


def _as_map(counts: npt.ArrayLike) -> Floats:
    array = np.asarray(counts)
    if array.ndim != 2:
        raise DataError(f"counts: an array {array.shape} isn't a map", "give one of (H, W)")
    if array.dtype.kind not in "biuf":
        raise DataError(f"counts: {array.dtype} values can't be blurred", "give real numbers")
    floats: Floats = array.astype(np.result_type(array.dtype, np.float32), copy=False)
    return floats if floats.dtype.itemsize <= 8 else floats.astype(np.float64)


def checked_sigma(sigma: float | tuple[float, float]) -> tuple[float, float]:
    """Return (sigma_y, sigma_x) of a sigma as `blur` takes it.

    Raises
    ------
    UsageError
        Unless it is one or two finite numbers of at least 0.
    """
    hint = "give a number of at least 0, or two: (sigma_y, sigma_x)"
    try:
        pair = (sigma, sigma) if np.ndim(sigma) == 0 else tuple(sigma)  # type: ignore[arg-type]
        sigma_y, sigma_x = (float(one) for one in pair)  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001 - a stranger's code
        raise UsageError(f"sigma {shown(sigma)} can't be read", hint) from None
    for one in (sigma_y, sigma_x):
        if not (math.isfinite(one) and one >= 0):
            raise UsageError(f"sigma is {one:g}", hint)
    return sigma_y, sigma_x
