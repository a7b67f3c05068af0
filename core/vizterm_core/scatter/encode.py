"""Arrays of any dtype as labels: categories in natural order, or levels of a quantity."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.masked import mask_of, unmasked
from vizterm_core.files.source import Categories
from vizterm_core.scatter.factorize import distinct_texts, factorized
from vizterm_core.scatter.grid import CHUNK, count_codes
from vizterm_core.scatter.labels import (
    EMPTY_NAME,
    LEVELS,
    MISSING_NAME,
    ContinuousScale,
    Labels,
)
from vizterm_core.scatter.meaning import (
    MOST_CLASSES,
    WIDEST_LOOKUP,
    Meaning,
    meaning_of,
    offsets,
    present,
)
from vizterm_core.text import natural_key, whole_text

_NATURAL_SORT_LIMIT = 100_000
_DAYS = 60
"""Dates over a longer time are told without the time of day."""
_SECONDS = {
    "W": 7 * 86_400.0, "D": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0,
    "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "ps": 1e-12, "fs": 1e-15, "as": 1e-18,
}  # fmt: skip
_NOISE_TEXT = re.compile(r"-1|noise( \(-1\))?|unassigned|outliers?", re.IGNORECASE)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?")

AnyArray = npt.NDArray[Any]


def encode_labels(
    values: AnyArray | Categories, array_name: str = "y", meaning: Meaning | None = None
) -> Labels:
    """Encode labels of any dtype.

    Parameters
    ----------
    values : (n,) or (n, 1) bool, integer, floating, datetime64, str, bytes or object, or Categories
        Masked entries, NaN, NaT and None are missing: a label of their own.  Objects are strings.
    array_name : str
        The array's name in errors.
    meaning : Meaning, optional
        Category or quantity; by default as `meaning_of` says.

    Raises
    ------
    DataError
        If the array is of another kind, or isn't one-dimensional.
    """
    if isinstance(values, Categories):
        return _of_categories(values, meaning)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1:
        raise DataError(
            f"labels {array_name!r} have shape {values.shape}",
            "they must be one-dimensional, a label for each point",
        )
    kind = values.dtype.kind
    if kind not in "biufMmUSO":
        raise DataError(
            f"labels {array_name!r} have dtype {values.dtype}",
            "they must be integers, booleans, floats, dates or strings",
        )
    if meaning is None or (meaning is Meaning.QUANTITY and kind in "USO"):
        meaning = meaning_of(values)
    if kind in "Mm":
        return _dates(values) if meaning is not Meaning.CATEGORY else _date_categories(values)
    if meaning is Meaning.QUANTITY and kind != "b":
        return _levels(_numbers(values))
    return _categories(values)


def _categories(values: AnyArray) -> Labels:
    """Return categories of any kind of values, with the missing ones last."""
    kind = values.dtype.kind
    if kind == "O" or kind in "US":
        return _texts(values)
    missing = mask_of(values)
    plain = unmasked(values)
    if kind == "b":
        codes: npt.NDArray[np.integer] = plain.astype(np.uint8)
        names = ["False", "True"]
    elif kind in "iu":
        codes, names = _integers(plain if missing is None else plain[~missing])
    else:
        if missing is not None:
            plain = np.where(missing, np.nan, plain)
            missing = None
        return _grey_last(_floats(_native(plain)))
    if missing is None or not missing.any():
        return _grey_last(_from_codes(codes, names))
    if kind == "b":
        codes = codes[~missing]
    return _grey_last(_with_missing(codes, names, missing))


def _with_missing(codes: AnyArray, names: list[str], missing: npt.NDArray[np.bool_]) -> Labels:
    """Return labels of which some rows are missing; `codes` are those of the others."""
    whole = np.full(missing.size, len(names), _code_dtype(len(names) + 1))
    whole[~missing] = codes
    return _from_codes(whole, [*names, MISSING_NAME])


def _grey_last(labels: Labels) -> Labels:
    """Move noise and missing labels to the end, and mark them."""
    names = labels.names
    grey = [place for place, name in enumerate(names) if name == MISSING_NAME]
    others = [place for place in range(len(names)) if place not in grey]
    if (noise := _noise([names[place] for place in others])) is not None:
        grey.insert(0, others.pop(noise))
    if not grey or not others:
        return labels
    order = [*others, *grey]
    last = tuple(range(len(others), len(order)))
    if order == list(range(len(order))):
        return replace(labels, grey=last)
    place = np.empty(len(order), labels.codes.dtype)
    place[order] = np.arange(len(order))
    colours = labels.colours[order] if labels.colours is not None else None
    return Labels(
        place[labels.codes],
        tuple(names[k] for k in order),
        labels.counts[order],
        grey=last,
        colours=colours,
    )


def _noise(names: Sequence[str]) -> int | None:
    """Return which of some labels is noise: -1 among other whole numbers, or "noise"."""
    if len(names) < 2 or len(names) > MOST_CLASSES:
        return None
    found = [place for place, name in enumerate(names) if _NOISE_TEXT.fullmatch(name)]
    if len(found) != 1:
        return None
    if names[found[0]].startswith("-1"):
        others = (name for place, name in enumerate(names) if place != found[0])
        if not all(name.isdecimal() for name in others):
            return None
    return found[0]


def _from_codes(codes: npt.NDArray[np.integer], names: Sequence[str]) -> Labels:
    """Return labels without the names that no point has."""
    counts = count_codes(codes, len(names))
    if (counts == 0).any() and counts.any():
        used = np.flatnonzero(counts)
        renumber = np.zeros(len(names), np.uint32)
        renumber[used] = np.arange(used.size)
        codes, counts = renumber[codes], counts[used]
        names = [names[i] for i in used.tolist()]
    return Labels(codes.astype(_code_dtype(len(names)), copy=False), tuple(names), counts)


def _code_dtype(labels: int) -> type[np.unsignedinteger]:
    return np.uint8 if labels <= 256 else np.uint16 if labels <= 65536 else np.uint32


def _integers(values: AnyArray) -> tuple[npt.NDArray[np.integer], list[str]]:
    """Return codes, and the names of the integers that there are, ascending."""
    if values.size == 0:
        return np.zeros(0, np.uint8), ["points"]
    low, high = int(values.min()), int(values.max())
    if high - low >= WIDEST_LOOKUP:
        found, codes = np.unique(values, return_inverse=True)
        return codes.ravel().astype(_code_dtype(found.size)), [str(int(v)) for v in found]
    width = high - low + 1
    there = np.flatnonzero(present(values, low, width))
    dtype = _code_dtype(there.size)
    if low == 0 and there.size == width:
        codes = values.astype(dtype)
    else:
        lookup = np.zeros(width, dtype)
        lookup[there] = np.arange(there.size)
        codes = np.empty(values.size, dtype)
        for start in range(0, values.size, CHUNK):
            part = slice(start, start + CHUNK)
            codes[part] = lookup[offsets(values[part], low)]
    return codes, [str(low + int(value)) for value in there]


def _native(values: AnyArray) -> npt.NDArray[np.floating]:
    """Return floats in native order, of at least 32 bits."""
    if values.dtype.itemsize < 4:
        return values.astype(np.float32, copy=False)
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _numbers(values: AnyArray) -> npt.NDArray[np.floating]:
    """Return numbers as floats, NaN where they are masked."""
    masked = mask_of(values)
    plain = unmasked(values)
    numbers = _native(plain) if plain.dtype.kind == "f" else plain.astype(np.float64)
    return numbers if masked is None or not masked.any() else np.where(masked, np.nan, numbers)


def _floats(numbers: npt.NDArray[np.floating]) -> Labels:
    if numbers.size and not np.isfinite(numbers).all():
        found, codes = np.unique(numbers, return_inverse=True)
        return _from_codes(codes.ravel(), _float_names(found))
    low, high = (float(numbers.min()), float(numbers.max())) if numbers.size else (0.0, 0.0)
    whole = high - low < WIDEST_LOOKUP and max(-low, high) < 1 << 53
    if whole and (numbers == np.floor(numbers)).all():
        return _from_codes(*_integers(numbers.astype(np.int64)))
    found, codes = np.unique(numbers, return_inverse=True)
    return _from_codes(codes.ravel(), _float_names(found))


def _levels(numbers: npt.NDArray[np.floating], date_unit: str = "") -> Labels:
    """Return the levels of a quantity; everything that isn't finite is missing."""
    finite = np.isfinite(numbers)
    complete = bool(finite.all())
    within = numbers if complete else numbers[finite]
    if within.size == 0:
        return Labels(
            np.zeros(numbers.size, np.uint8),
            (MISSING_NAME,),
            np.array([numbers.size], np.int64),
            grey=(0,),
        )
    low, high = float(within.min()), float(within.max())
    codes = np.full(numbers.size, LEVELS, np.uint8)
    codes[... if complete else finite] = _level_of(within, low, high)
    scale = ContinuousScale(low, high, date_unit)
    names = [scale.text(scale.level_bounds(level)[0]) for level in range(LEVELS)]
    grey: tuple[int, ...] = ()
    if not complete:
        names.append(MISSING_NAME)
        grey = (LEVELS,)
    counts = count_codes(codes, len(names))
    return Labels(codes, tuple(names), counts, scale, numbers, grey)


def _level_of(numbers: npt.NDArray[np.floating], low: float, high: float) -> npt.NDArray[np.uint8]:
    """Return the level of each of some finite numbers, a chunk at a time: (n,) uint8."""
    span = (high / LEVELS - low / LEVELS) or 1.0
    levels = np.empty(numbers.size, np.uint8)
    for start in range(0, numbers.size, CHUNK):
        shares = numbers[start : start + CHUNK].astype(np.float64)
        shares /= span
        shares -= low / span
        np.clip(shares, 0, LEVELS - 1, out=shares)
        levels[start : start + CHUNK] = shares
    return levels


def _dates(values: AnyArray) -> Labels:
    """Return dates as a quantity of seconds since 1970, durations as one of seconds."""
    plain, masked = unmasked(values), mask_of(values)
    missing = np.isnat(plain) | (False if masked is None else masked)
    seconds = seconds_of(plain)
    seconds[missing] = np.nan
    unit = ""
    if plain.dtype.kind == "M":
        within = seconds[~missing]
        days = within.size == 0 or (within % 86_400 == 0).all() or np.ptp(within) > _DAYS * 86_400
        unit = "D" if days else "s"
    return _levels(seconds, unit)


def _date_categories(values: AnyArray) -> Labels:
    labels = _dates(values)
    if labels.scale is None or labels.values is None:
        return labels
    found, codes = np.unique(labels.values, return_inverse=True)
    scale = labels.scale
    names = [MISSING_NAME if np.isnan(value) else scale.text(float(value), 6) for value in found]
    return _grey_last(_from_codes(codes.ravel(), names))


def seconds_of(values: AnyArray) -> npt.NDArray[np.float64]:
    """Return datetime64 as seconds since 1970, timedelta64 as seconds: float64, NaN for NaT."""
    kind = values.dtype.kind
    unit, count = np.datetime_data(values.dtype)
    if unit in ("Y", "M") and kind == "M":
        values = values.astype("M8[D]")
        unit, count = "D", 1
    numbers = values.astype(np.int64).astype(np.float64) * (count * _SECONDS.get(unit, 1.0))
    numbers[np.isnat(values)] = np.nan
    return numbers


def _float_names(values: npt.NDArray[np.floating]) -> list[str]:
    """Return short names, or full ones if short ones wouldn't tell the values apart."""
    short = [MISSING_NAME if np.isnan(value) else f"{value + 0.0:g}" for value in values]
    if len(set(short)) == len(short):
        return short
    return [MISSING_NAME if np.isnan(value) else str(value + 0.0) for value in values]


def _texts(values: AnyArray) -> Labels:
    if values.dtype.kind == "O":
        codes, found = factorized(values.tolist())
        missing = codes < 0
    else:
        masked = mask_of(values)
        missing = np.zeros(values.size, bool) if masked is None else masked
        codes, found = distinct_texts(unmasked(values))
    return _named(codes, found, missing)


def _named(
    codes: npt.NDArray[np.integer],
    found: Sequence[Any],
    missing: npt.NDArray[np.bool_],
    colours: Sequence[str] = (),
) -> Labels:
    """Return labels of text in natural order, from codes of their own and what they stand for."""
    names = [whole_text(value) or EMPTY_NAME for value in found]
    order = list(range(len(names)))
    if len(names) <= _NATURAL_SORT_LIMIT and not colours:
        order.sort(key=lambda i: natural_key(names[i]))
    place = np.empty(len(names) + 1, np.int64)
    place[order] = np.arange(len(names))
    place[-1] = len(names)
    if missing.any():
        codes = np.where(missing, len(names), codes)
        names_in_order = [*(names[i] for i in order), MISSING_NAME]
    else:
        names_in_order = [names[i] for i in order]
    labels = _from_codes(place[codes], names_in_order)
    rgb = _parsed_colours(colours)
    if rgb is not None:
        known = {names[i]: rgb[i] for i in order}
        grey = np.full(3, 128, np.uint8)
        rgb = np.array([known.get(name, grey) for name in labels.names], np.uint8)
        labels = replace(labels, colours=rgb)
    return _grey_last(labels)


def _parsed_colours(colours: Sequence[str]) -> npt.NDArray[np.uint8] | None:
    if not colours or not all(_COLOUR.fullmatch(colour) for colour in colours):
        return None
    return np.array([list(bytes.fromhex(colour[1:7])) for colour in colours], np.uint8)


def _of_categories(values: Categories, meaning: Meaning | None) -> Labels:
    stands_for = values.values
    if stands_for.dtype.kind in "iufMm":
        rows = np.ma.MaskedArray(
            stands_for[np.maximum(values.codes, 0)] if len(stands_for) else np.zeros(len(values)),
            values.codes < 0,
        )
        return encode_labels(rows, meaning=meaning or Meaning.CATEGORY)
    colours = values.colours if len(values.colours) >= len(stands_for) else ()
    return _named(values.codes, stands_for.tolist(), values.codes < 0, colours)


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
