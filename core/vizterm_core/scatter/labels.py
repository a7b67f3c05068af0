"""Labels of any dtype as small integer codes with names, in natural order.

Few different values are categories; many different floats are a continuous quantity, which is cut
into `LEVELS` levels so that both can be counted in the same way.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.scatter.grid import CHUNK, Codes, count_codes
from vizterm_core.text import clean, natural_key

LEVELS = 32
"""Levels of a continuous label."""
MOST_FLOAT_CATEGORIES = 50
"""More different floats than this are a continuous quantity."""
MISSING_NAME = "(missing)"
EMPTY_NAME = "(empty)"

_SAMPLE = 20_000
_WIDEST_LOOKUP = 1 << 20
_NATURAL_SORT_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class ContinuousScale:
    """The range of a continuous label; level k covers the k-th of `LEVELS` equal parts."""

    low: float
    high: float

    def level_bounds(self, level: int) -> tuple[float, float]:
        """Return the values at which a level begins and ends."""
        low, high = (
            self.low * (1 - edge / LEVELS) + self.high * (edge / LEVELS)
            for edge in (level, level + 1)
        )
        return low, high


@dataclass(frozen=True, slots=True)
class Labels:
    """The label of every point."""

    codes: Codes
    """(n,) unsigned integers: positions in `names`."""
    names: tuple[str, ...]
    """The name of each label, harmless for a terminal, in natural order."""
    counts: npt.NDArray[np.int64]
    """(labels,) number of points of each label."""
    scale: ContinuousScale | None = None
    """Set where the labels are levels of a continuous quantity."""
    values: npt.NDArray[np.floating] | None = None
    """(n,) the values of the continuous quantity."""

    @property
    def continuous(self) -> bool:
        """Whether the labels are levels of a quantity."""
        return self.scale is not None

    def text_of(self, index: int) -> str:
        """Return the label of one point as text."""
        if self.values is not None and np.isfinite(self.values[index]):
            return f"{float(self.values[index]):.6g}"
        return self.names[int(self.codes[index])]


def no_labels(count: int) -> Labels:
    """Return one label for all points."""
    return Labels(np.zeros(count, np.uint8), ("points",), np.array([count], np.int64))


def encode_labels(values: npt.NDArray[np.generic], array_name: str = "y") -> Labels:
    """Encode labels of any dtype.

    Parameters
    ----------
    values : (n,) bool, integer, floating, str or bytes
    array_name : str
        The array's name in errors.

    Raises
    ------
    DataError
        If the array is of another kind, or isn't one-dimensional.
    """
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1:
        raise DataError(
            f"labels {array_name!r} have shape {values.shape}",
            "they must be one-dimensional, a label for each point",
        )
    kind = values.dtype.kind
    if kind == "b":
        return _from_codes(values.astype(np.uint8), ["False", "True"])
    if kind in "iu":
        return _integers(values)
    if kind == "f":
        return _floats(values)
    if kind in "US":
        return _strings(values)
    raise DataError(
        f"labels {array_name!r} have dtype {values.dtype}",
        "they must be integers, booleans, floats or strings",
    )


def _from_codes(codes: npt.NDArray[np.integer], names: list[str]) -> Labels:
    """Return labels without the names that no point has."""
    counts = count_codes(codes, len(names))
    if (counts == 0).any() and counts.any():
        used = np.flatnonzero(counts)
        renumber = np.zeros(len(names), np.uint32)
        renumber[used] = np.arange(used.size)
        codes, counts = renumber[codes], counts[used]
        names = [names[i] for i in used]
    return Labels(codes.astype(_code_dtype(len(names)), copy=False), tuple(names), counts)


def _code_dtype(labels: int) -> type[np.unsignedinteger]:
    return np.uint8 if labels <= 256 else np.uint16 if labels <= 65536 else np.uint32


def _integers(values: npt.NDArray[np.generic]) -> Labels:
    if values.size == 0:
        return _from_codes(np.zeros(0, np.uint8), ["points"])
    low, high = int(values.min()), int(values.max())
    if high - low >= _WIDEST_LOOKUP:
        found, codes = np.unique(values, return_inverse=True)
        return _from_codes(codes.ravel(), [str(int(value)) for value in found])
    width = high - low + 1
    counts = np.zeros(width, np.int64)
    step = max(CHUNK, width)
    for start in range(0, values.size, step):
        counts += np.bincount(_offsets(values[start : start + step], low), minlength=width)
    present = np.flatnonzero(counts)
    dtype = _code_dtype(present.size)
    if low == 0 and present.size == width:
        codes = values.astype(dtype)
    else:
        lookup = np.zeros(width, dtype)
        lookup[present] = np.arange(present.size)
        codes = np.empty(values.size, dtype)
        for start in range(0, values.size, CHUNK):
            part = slice(start, start + CHUNK)
            codes[part] = lookup[_offsets(values[part], low)]
    names = tuple(str(low + int(value)) for value in present)
    return Labels(codes, names, counts[present])


def _offsets(values: npt.NDArray[np.generic], low: int) -> npt.NDArray[np.integer]:
    """Return values - low for any integer dtype, also for uint64 beyond int64."""
    if low == 0 and values.dtype.itemsize < 8:
        return values  # type: ignore[return-value]
    if values.dtype.itemsize < 8:
        return values.astype(np.int64) - low
    return np.subtract(values, values.dtype.type(low)).astype(np.int64)


def _floats(values: npt.NDArray[np.generic]) -> Labels:
    numbers: npt.NDArray[np.floating] = (
        values.astype(np.float32, copy=False)
        if (values.dtype.itemsize < 4)
        else values.astype(values.dtype.newbyteorder("="), copy=False)
    )
    step = max(1, numbers.size // _SAMPLE)
    few = np.unique(numbers[::step]).size <= MOST_FLOAT_CATEGORIES
    if few:
        found, codes = np.unique(numbers, return_inverse=True)
        if found.size <= MOST_FLOAT_CATEGORIES:
            return _from_codes(codes.ravel(), _float_names(found))
    finite = np.isfinite(numbers)
    within = numbers[finite]
    low, high = float(within.min()), float(within.max())
    span = (high / LEVELS - low / LEVELS) or 1.0
    codes = np.full(numbers.size, LEVELS, np.uint8)
    levels = np.floor(within.astype(np.float64) / span - low / span)
    codes[finite] = np.clip(levels, 0, LEVELS - 1).astype(np.uint8)
    scale = ContinuousScale(low, high)
    names = [f"{scale.level_bounds(level)[0]:.4g}" for level in range(LEVELS)]
    if not finite.all():
        names.append(MISSING_NAME)
    counts = count_codes(codes, len(names))
    return Labels(codes, tuple(names), counts, scale, numbers)


def _float_names(values: npt.NDArray[np.floating]) -> list[str]:
    """Return short names, or full ones if short ones wouldn't tell the values apart."""
    short = [MISSING_NAME if np.isnan(value) else f"{value + 0.0:g}" for value in values]
    if len(set(short)) == len(short):
        return short
    return [MISSING_NAME if np.isnan(value) else str(value + 0.0) for value in values]


def _strings(values: npt.NDArray[np.generic]) -> Labels:
    found, codes = np.unique(values, return_inverse=True)
    names = [as_text(value) or EMPTY_NAME for value in found]
    if len(names) <= _NATURAL_SORT_LIMIT:
        order = sorted(range(len(names)), key=lambda i: natural_key(names[i]))
    else:
        order = list(range(len(names)))
    place = np.empty(len(names), np.int64)
    place[order] = np.arange(len(names))
    return _from_codes(place[codes.ravel()], [names[i] for i in order])


def valid_text(values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Return strings of valid characters: numpy makes strings of any four bytes.

    Returns
    -------
    array
        `values` itself, or a copy with U+FFFD for code points beyond Unicode.
    """
    if values.dtype.kind != "U" or not values.nbytes:
        return values
    characters = np.dtype(np.uint32).newbyteorder(values.dtype.byteorder)
    if values.ravel("K").view(characters).max() <= sys.maxunicode:
        return values
    repaired = values.copy("C")
    codes = repaired.reshape(-1).view(characters)
    codes[codes > sys.maxunicode] = ord("\N{REPLACEMENT CHARACTER}")
    return repaired


def as_text(value: object) -> str:
    """Return a numpy string or bytes scalar as harmless text; bytes are read as UTF-8."""
    if isinstance(value, bytes):
        return clean(value.decode("utf-8", "replace"))
    return clean(str(value))
