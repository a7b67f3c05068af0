"""Maps to lay over an image: arrays of any layout, pictures, masks, depth; what is missing in them.

What is decided about the values is decided here, and said in notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.masked import is_masked
from vizterm_core.load.doubt import Doubt
from vizterm_core.load.overlay.images import as_numbers, is_pillow, loaded
from vizterm_core.maps.classes import find_classes, no_class
from vizterm_core.maps.feature_layout import FeatureLayout, find_feature_layout
from vizterm_core.maps.feature_maps import FeatureMaps, rows_add_up
from vizterm_core.maps.missing import missing_signs, no_level, without
from vizterm_core.maps.token_grid import same_proportions
from vizterm_core.pictures.decode import Decoded, Limits, decode, stored_levels
from vizterm_core.text import clean, describe_shape

_LUMINANCE = (0.299, 0.587, 0.114)
"""ITU-R BT.601."""
_GREY = 3
"""Levels by which the channels of a grey JPEG may differ."""
_LOST = "values that were drawn in colours can't be had back, save the array"
_APART = 48
"""Levels that neighbouring classes are apart in the colours of a palette."""
_MOST_COUNTED = 1 << 22
"""Values among which missing ones are counted."""
_DEPTH_NAME = re.compile(r"(?<![a-z])(depth|disp|disparity|disparities)s?(_?maps?)?(?![a-z])")
_BLOCK = 1 << 16
_LAYERS_STACKED = 5
"""Axes of attention of several layers, each with its batch."""
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class FeatureOptions:
    """Options for reading a feature."""

    layout: str | None = None
    """One of `feature_layout.LAYOUTS`; found by its shape otherwise."""
    transpose: bool = False
    """Whether rows and columns of each map are exchanged."""
    missing: tuple[float, ...] | None = None
    """Values that stand for "nothing here"; found otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class FeatureReading:
    """A feature, and what was assumed about it."""

    maps: FeatureMaps
    doubts: tuple[Doubt, ...] = ()
    """What may be wrong, with the option that mends it: to be said first."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Below:
    """The image that a map is for."""

    size: tuple[int, int]
    """(H, W)."""
    count: int = 1
    """Images of a batch."""


def read_feature(
    values: npt.NDArray[Any],
    name: str,
    below: Below,
    options: FeatureOptions,
    *,
    shown: str = "",
) -> FeatureReading:
    """Read a feature from an array, and say what was assumed.

    Parameters
    ----------
    values : array or masked array
    name : str
        In errors.
    below : Below
    options : FeatureOptions
    shown : str
        The name on the screen; `name` otherwise.

    Raises
    ------
    DataError, UsageError
        If it is no feature, naming the array, its shape and dtype.
    """
    shown = shown or clean(name)
    layout = check_feature(values.shape, values.dtype, name, below, options)
    held = f"{shown} {describe_shape(values.shape)} {values.dtype}"
    masked = is_masked(values)
    if is_masked(values):
        floating = values.dtype.kind == "f"
        wide = values.dtype.itemsize > (4 if floating else 2)
        dtype = values.dtype if floating else np.dtype(np.float64 if wide else np.float32)
        values = np.ma.filled(values.astype(dtype), np.nan)
    values = np.asarray(values)
    if options.layout is None and values.ndim > 1 and values.shape[-1] == values.shape[-2]:
        layout = find_feature_layout(
            values.shape,
            values.dtype,
            below.size,
            images=below.count,
            adds_up=rows_add_up(values),
            name=name,
        )
    doubts, notes = [], []
    if layout.doubt:
        doubts.append(Doubt(f"{shown} read as {layout.describe()}; if it isn't: {layout.doubt}"))
    plain = layout.name in ("hw", "chw") or (layout.name == "nchw" and layout.count == 1)
    notes.append(held if plain else f"{held} as {layout.describe()}")
    named_depth = bool(_DEPTH_NAME.search(f"{name} {shown}".lower()))
    values, said = _without_missing(values, options, masked=masked, depth=named_depth)
    _require_some(values, name)
    maps = FeatureMaps(shown, values, layout, options.transpose)
    maps = _one_of_equals(maps, notes)
    if layout.grid is None and not said:
        maps, said = _with_classes(maps, options)
    if maps.classes is not None:
        notes.append(_said_of_classes(maps.classes))
    said = said or _missing_floats(values)
    notes += [said] if said else []
    doubts += _doubts_of_proportions(maps, below)
    return FeatureReading(maps, tuple(doubts), tuple(notes))


def check_feature(
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    name: str,
    below: Below | None,
    options: FeatureOptions,
) -> FeatureLayout:
    """Return the layout of a feature by its header alone; errors as of `read_feature`.

    What only values can tell, that the rows of five axes are attention, is left to `read_feature`.
    """
    may_add_up = len(shape) == _LAYERS_STACKED and shape[-1] == shape[-2] and dtype.kind == "f"
    return find_feature_layout(
        shape,
        dtype,
        below.size if below else None,
        options.layout,
        images=below.count if below else 1,
        adds_up=may_add_up,
        name=name,
    )


def read_feature_picture(
    file: DataFile, below: Below, options: FeatureOptions, limit: int
) -> FeatureReading:
    """Read an image file as a map: grey levels, depth, class ids, or the luminance of colours."""

    def decoded(*, stored: bool) -> Decoded:
        with file.unchanged():
            return decode(file.stream(), file.size, file.name, Limits(bytes=limit, stored=stored))

    stored = decoded(stored=True)
    return _of_levels(
        stored,
        decoded(stored=False) if stored.kind == "palette" else None,
        file.name,
        below,
        options,
    )


def read_feature_object(
    value: Any, name: str, below: Below, options: FeatureOptions
) -> FeatureReading:
    """Read an object of Python: an array, a tensor, a table of numbers, a Pillow image."""
    if is_pillow(value):
        stored = loaded(value, lambda: stored_levels(value))
        coloured = None
        if stored.kind == "palette":
            rgb = loaded(value, lambda: value.convert("RGB"))
            coloured = loaded(value, lambda: stored_levels(rgb))
        return _of_levels(stored, coloured, name, below, options)
    return read_feature(as_numbers(value, name), name, below, options)


def _of_levels(
    stored: Decoded,
    coloured: Decoded | None,
    name: str,
    below: Below,
    options: FeatureOptions,
) -> FeatureReading:
    """Return a picture as a map.

    Parameters
    ----------
    coloured : Decoded, optional
        The colours of a picture with a palette.
    """
    levels, said = stored.pixels, stored.kind
    if coloured is not None:
        rgb = coloured.pixels
        if _is_grey(rgb):
            levels, said = rgb[..., 0], "grey"
        elif find_classes(levels) is not None and _colours_apart(rgb):
            said = "palette indices"
        else:
            levels = rgb
    clear, doubts = None, tuple[Doubt, ...]()
    if levels.ndim == 3:
        clear = levels[..., 3] == 0 if levels.shape[-1] == 4 else None
        if _is_grey(levels):
            levels = levels[..., 0]
            said = "grey"
        else:
            levels = (levels[..., :3] @ np.array(_LUMINANCE)).astype(np.float32)
            said = "luminance of a colour picture"
            doubts = (Doubt(f"{clean(name)} is a colour picture: its luminance is shown; {_LOST}"),)
    if clear is not None and clear.any():
        levels = without(levels, ()) if levels.dtype.kind != "f" else levels
        levels = np.where(clear, np.float32(np.nan), levels)
    if options.layout not in (None, "hw"):
        # A picture has rows and columns whatever an array of other maps has.
        options = replace(options, layout=None)
    reading = read_feature(np.ascontiguousarray(levels), name, below, replace(options, layout="hw"))
    height, width = levels.shape
    held = " · ".join(filter(None, (f"{clean(name)} {height} x {width} {said}", stored.note)))
    return replace(reading, doubts=(*doubts, *reading.doubts), notes=(held, *reading.notes[1:]))


def _is_grey(levels: npt.NDArray[Any]) -> bool:
    channels = levels[..., :3].astype(np.int16)
    return bool((np.ptp(channels, axis=-1) <= _GREY).all())


def _colours_apart(rgb: npt.NDArray[Any]) -> bool:
    """Whether neighbours that differ do so clearly, as classes do: not as the tones of a photo."""
    steps = np.abs(np.diff(rgb.astype(np.int16), axis=1)).max(axis=-1)
    different = steps[steps > 0]
    return different.size > 0 and float(np.median(different)) >= _APART


def _without_missing(
    values: npt.NDArray[Any], options: FeatureOptions, *, masked: bool, depth: bool
) -> tuple[npt.NDArray[Any], str]:
    """Return values with NaN in place of what stands for "nothing here", and a note about it."""
    signs = missing_signs(values, depth=depth) if options.missing is None else options.missing
    if not signs:
        return values, f"{_counted(values)} masked: missing" if masked else ""
    floats = without(values, signs)
    named = ", ".join(f"{sign:g}" for sign in signs[:_MOST_NAMED])
    how = "" if options.missing is not None else "; --missing none to keep"
    return floats, f"{_counted(floats)} missing ({named}{how})"


def _require_some(values: npt.NDArray[Any], name: str) -> None:
    """Refuse a map without a single number."""
    if values.dtype.kind != "f":
        return
    flat = values.reshape(-1)
    for start in range(0, flat.size, _BLOCK):
        if np.isfinite(flat[start : start + _BLOCK]).any():
            return
    raise DataError(
        f"{clean(name)}: none of its {values.size:,} values is a number",
        "NaN and infinite values are missing, and so are those of --missing",
    )


def _with_classes(maps: FeatureMaps, options: FeatureOptions) -> tuple[FeatureMaps, str]:
    """Return maps with their classes if they have some, without "no class", and a note of it."""
    ids, none = find_classes(maps.stack()), None
    if options.missing is None:
        none = no_level(maps.values) if ids is None else no_class(ids)
    if none is None:
        return replace(maps, classes=ids), ""
    count = int(np.count_nonzero(maps.values == none))
    told = f"{count:,} values no class ({none}; --missing none to keep)"
    if ids is None:
        return replace(maps, values=without(maps.values, (none,))), told
    return replace(maps, classes=ids[ids != none]), told


def _missing_floats(values: npt.NDArray[Any]) -> str:
    if values.dtype.kind != "f" or values.size > _MOST_COUNTED:
        return ""
    count = int(np.count_nonzero(~np.isfinite(values)))
    if not count:
        return ""
    kinds = [np.isnan(values).any() and "NaN", np.isinf(values).any() and "infinite"]
    return f"{_counted(values)} missing ({', '.join(kind for kind in kinds if kind)})"


def _counted(values: npt.NDArray[Any]) -> str:
    gone = int(np.count_nonzero(~np.isfinite(values)))
    return f"{gone:,} of {values.size:,} values"


def _one_of_equals(maps: FeatureMaps, notes: list[str]) -> FeatureMaps:
    """Return a single map in place of three or four equal ones, as of a grey picture."""
    if maps.channels not in (3, 4) or maps.count > 1 or maps.layout.grid is not None:
        return maps
    stack = maps.stack()
    stack = stack.swapaxes(1, 2) if maps.transposed else stack
    if maps.channels == 4 and not (stack[3] == stack[3].flat[0]).all():
        return maps
    with np.errstate(invalid="ignore"):
        equal = np.array_equal(stack[0], stack[1], equal_nan=stack.dtype.kind == "f")
        equal = equal and np.array_equal(stack[0], stack[2], equal_nan=stack.dtype.kind == "f")
    if not equal:
        return maps
    notes.append("its three channels are the same: one is shown")
    layout = FeatureLayout("hw", 1, 1, maps.layout.rows, maps.layout.columns)
    return replace(maps, values=np.ascontiguousarray(stack[0]), layout=layout)


def _said_of_classes(ids: npt.NDArray[np.int64]) -> str:
    if ids.size == 2:
        return "a mask"
    return f"{ids.size} classes, {ids[0]} to {ids[-1]}"


def _doubts_of_proportions(maps: FeatureMaps, below: Below) -> list[Doubt]:
    """Return a doubt about a map that fits its image only transposed."""
    rows, columns = maps.sides
    if rows == columns or maps.layout.grid is not None:
        return []
    if same_proportions(rows, columns, below.size) or not _turned_fits(rows, columns, below.size):
        return []
    height, width = below.size
    mend = "leave out --transpose" if maps.transposed else "--transpose turns it"
    told = f"{maps.name} is {rows} x {columns} on an image of {height} x {width}: {mend}"
    return [Doubt(told)]


def _turned_fits(rows: int, columns: int, size: tuple[int, int]) -> bool:
    return min(rows, columns) > 1 and same_proportions(columns, rows, size)
