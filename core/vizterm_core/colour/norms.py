"""Norms: from values to [0, 1] and back, for colours and the numbers of a colour bar."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.checks import as_choice
from vizterm_core.errors import UsageError

Floats = npt.NDArray[np.floating[Any]]

NORMS = (
    *("minmax", "max", "log", "sqrt", "percentile", "equalize"),
    *("symmetric", "sigmoid", "none"),
)
COUNT_NORMS = NORMS[:6]
"""Norms that make sense for counts, in the order in which a key steps through them."""

LOG_STRETCH = 1000.0
"""a in log(1 + a x) / log(1 + a): shows three decades below the upper limit, and zero."""

_MOST_KNOTS = 4096
_UNBOUNDED = ("sigmoid", "none")


@dataclass(frozen=True, slots=True, eq=False)
class Norm:
    """A norm with fixed limits: a value gets the same colour in all data."""

    name: str
    """One of `NORMS`."""
    low: float
    """The value at 0."""
    high: float
    """The value at 1; never below `low`."""
    knots: npt.NDArray[np.float64] | None = None
    """(2, k) rising values and their shares, for `equalize`."""

    @property
    def constant(self) -> bool:
        """Whether there is no range to show, as of an empty, all-NaN or constant map."""
        return self.name not in _UNBOUNDED and not self.high > self.low

    def __call__(self, values: npt.ArrayLike) -> npt.NDArray[Any]:
        """Return the place of each value between the limits.

        `minmax` is `(values - low) / (high - low)`, in that order of operations.

        Returns
        -------
        array of the values' shape, in [0, 1]
            float32 for float32 and float16, else float64.  Values beyond a limit are placed at it,
            NaN stays NaN.  If `constant`: 1 above the limit, else 0; at the limit of a symmetric
            norm 0.5.  `none` returns the values as they are.
        """
        array = np.asarray(values)
        if self.name == "none":
            return array
        numbers = _as_floats(array)
        if self.name == "sigmoid":
            with np.errstate(over="ignore"):
                return np.asarray(1 / (1 + np.exp(-numbers)))
        if self.constant:
            return self._sides(numbers)
        if self.knots is not None:
            shares = np.interp(numbers, self.knots[0], self.knots[1])
            return np.asarray(shares).astype(numbers.dtype, copy=False)
        shares = np.asarray(self._linear(numbers))
        np.clip(shares, 0, 1, out=shares)
        if self.name == "sqrt":
            np.sqrt(shares, out=shares)
        elif self.name == "log":
            shares *= LOG_STRETCH
            np.log1p(shares, out=shares)
            shares /= np.log1p(shares.dtype.type(LOG_STRETCH))
            np.minimum(shares, 1, out=shares)
        return shares

    def inverse(self, fractions: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return the values at given fractions, e.g. the numbers of a colour bar: float64.

        The fractions are clipped to [0, 1]. `sigmoid` has the infinities at its ends; a constant
        norm has its one value everywhere.
        """
        shares = np.asarray(fractions, np.float64)
        if self.name == "none":
            return shares
        shares = np.clip(shares, 0, 1)
        if self.name == "sigmoid":
            with np.errstate(divide="ignore"):
                return np.log(shares) - np.log1p(-shares)
        if self.constant:
            return np.full_like(shares, self.low)
        if self.knots is not None:
            return np.asarray(np.interp(shares, self.knots[1], self.knots[0]))
        if self.name == "sqrt":
            shares = shares**2
        elif self.name == "log":
            # A power is exact at both ends.
            shares = ((1 + LOG_STRETCH) ** shares - 1) / LOG_STRETCH
        # Weighted ends: the difference of the limits may overflow.
        return self.low * (1 - shares) + self.high * shares

    def _linear(self, numbers: Floats) -> Floats:
        with np.errstate(over="ignore", under="ignore"):
            low, high = numbers.dtype.type(self.low), numbers.dtype.type(self.high)
            span = high - low
            if np.isfinite(span) and span > 0:
                return (numbers - low) / span
        # Limits too far apart, or too close, for the values' own dtype.
        wide = numbers.astype(np.float64)
        shares = (wide / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return shares.astype(numbers.dtype)

    def _sides(self, numbers: Floats) -> Floats:
        sides = np.where(np.isnan(numbers), numbers, numbers > self.high)
        if self.name == "symmetric":
            sides = np.where(numbers == self.high, 0.5, sides)
        return sides.astype(numbers.dtype)


def _as_floats(array: npt.NDArray[Any]) -> Floats:
    if array.dtype in (np.float32, np.float64):
        return array
    narrow = array.dtype.kind == "f" and array.dtype.itemsize <= 4
    return array.astype(np.float32 if narrow else np.float64)


def fit_norm(
    values: npt.ArrayLike,
    name: str = "minmax",
    *,
    vmin: float | None = None,
    vmax: float | None = None,
    percentiles: tuple[float, float] = (1, 99),
) -> Norm:
    """Fit a norm: its limits come from the finite values.

    Parameters
    ----------
    values : array of any shape
    name : str
        - `minmax`: linear from the least to the greatest value;
        - `max`: linear from 0 to the greatest; negative values are at 0;
        - `log`, `sqrt`: as `minmax`, then log(1 + 1000 x) / log(1001), the stretch of SAOImage
          DS9 and astropy, which unlike a plain logarithm has a place for zero, or the square root;
        - `percentile`: linear between two percentiles (`numpy.percentile`); between the least and
          the greatest value where those two coincide, as in a map that is mostly empty;
        - `equalize`: histogram equalization, every colour covers as many values as any other;
          (c(v) - c_min) / (1 - c_min) where c(v) is the share of values up to v;
        - `symmetric`: linear between plus and minus the largest magnitude, 0 in the middle;
        - `sigmoid`: 1 / (1 + exp(-v)), and `none`: as they are; these have no limits.
    vmin, vmax : float, optional
        Limits to use instead of the data's. Those of `symmetric` are plus and minus the larger
        magnitude of the two; `equalize` ranks values beyond them as equal to them.
    percentiles : (float, float)

    Raises
    ------
    UsageError
        For an unknown name, limits that aren't finite or in order, limits for a norm without
        limits, or percentiles that aren't in order within 0-100.
    """
    _check(name, vmin, vmax, percentiles)
    numbers = _as_floats(np.asarray(values))
    if name in _UNBOUNDED:
        return Norm(name, 0.0, 1.0)
    finite = numbers[np.isfinite(numbers)]
    least, greatest = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if name == "symmetric":
        given = [abs(limit) for limit in (vmin, vmax) if limit is not None]
        limit = max(given) if given else max(abs(least), abs(greatest))
        return Norm(name, 0.0 - limit, limit)
    if name == "max":
        least, greatest = 0.0, max(greatest, 0.0)
    elif name == "percentile" and finite.size:
        inner = np.percentile(finite, percentiles)
        if inner[0] < inner[1]:
            least, greatest = float(inner[0]), float(inner[1])
    if name == "equalize":
        return _equalized(finite, vmin, vmax)
    # A given limit beyond the data's other one leaves no range.
    low = (least if vmax is None else min(least, vmax)) if vmin is None else vmin
    high = max(greatest, low) if vmax is None else vmax
    return Norm(name, low, high)


def normalise(
    values: npt.ArrayLike,
    norm: str = "minmax",
    *,
    vmin: float | None = None,
    vmax: float | None = None,
    percentiles: tuple[float, float] = (1, 99),
) -> npt.NDArray[Any]:
    """Scale values to [0, 1] by a norm that is fitted to them; parameters as for `fit_norm`.

    >>> normalise([2, 3, 6]).tolist()
    [0.0, 0.25, 1.0]
    >>> normalise([7, 7, 7]).tolist()
    [0.0, 0.0, 0.0]
    """
    return fit_norm(values, norm, vmin=vmin, vmax=vmax, percentiles=percentiles)(values)


def _check(
    name: str, vmin: float | None, vmax: float | None, percentiles: tuple[float, float]
) -> None:
    as_choice(name, NORMS, "norm")
    for option, limit in (("vmin", vmin), ("vmax", vmax)):
        if limit is None:
            continue
        if not math.isfinite(limit):
            raise UsageError(f"{option} is {limit}", "give a finite number")
        if name in _UNBOUNDED:
            raise UsageError(f"norm {name} has no {option}", "leave it out")
    if vmin is not None and vmax is not None and vmin >= vmax:
        raise UsageError(f"vmin {vmin:g} is not below vmax {vmax:g}", "swap or change them")
    if len(percentiles) != 2 or not 0 <= percentiles[0] < percentiles[1] <= 100:
        raise UsageError(
            f"percentiles {percentiles} are not in order", "give two numbers of 0 to 100"
        )


def _equalized(finite: Floats, vmin: float | None, vmax: float | None) -> Norm:
    if vmin is not None or vmax is not None:
        finite = np.clip(finite.astype(np.float64), vmin, vmax)
    distinct, counts = np.unique(finite, return_counts=True)
    if distinct.size < 2:
        only = float(distinct[0]) if distinct.size else 0.0
        return Norm("equalize", only, only)
    up_to = np.cumsum(counts)
    shares = (up_to - up_to[0]) / (up_to[-1] - up_to[0])
    if distinct.size > _MOST_KNOTS:
        # Evenly spaced in share, each with the one before it, so that a jump stays a jump.
        at = np.searchsorted(shares, np.linspace(0, 1, _MOST_KNOTS // 2))
        kept = np.unique(np.maximum(np.concatenate([at, at - 1]), 0))
        distinct, shares = distinct[kept], shares[kept]
    knots = np.stack([distinct.astype(np.float64), shares])
    knots.flags.writeable = False
    return Norm("equalize", float(knots[0, 0]), float(knots[0, -1]), knots)
