"""The axes of feature arrays: which hold the channels, the places, the tokens, the batch."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vizterm_core.checks import as_choice
from vizterm_core.errors import DataError
from vizterm_core.maps.token_grid import TokenGrid, find_grid, forced_grid, misfit
from vizterm_core.pictures.image import LONGEST_SIDE
from vizterm_core.text import clean, describe_shape

LAYOUTS = ("hw", "chw", "hwc", "nhw", "nchw", "nhwc", "flat", "tokens", "attention")
"""Maps; channels first and last; batches of these; patches along the last axis; tokens with their
values along the last axis; attention from each token to each other one."""

_AXES = {"hw": 2, "chw": 3, "hwc": 3, "nhw": 3, "nchw": 4, "nhwc": 4}
_CLOSE = 0.1
"""Difference of misfits from which on one way of reading is clearly better than the other."""
_UNLIKE = 0.3
"""Misfit from which on an array of two axes may be something else than a map."""
_USUAL_LEADING = (1, 2, 5)
_LEAST_SURE_VALUES = 192
_SURE_STEP = 64
_NO_MAP = 0.7
"""Misfit from which on an array is no map of the image."""
_SURELY_NO_MAP = 1.5
"""The same for flat patches of an unusual number of channels,"""
_MOST_HEADS = 24
"""which is more than this, and no multiple of 8."""
_WINDOWS = ((7, 7), (8, 8), (12, 12), (14, 14))
"""Patches of a window, where a network attends to one at a time."""
_LEAST_TOKENS = 36
"""Tokens below which an array isn't taken for some by its shape."""
_LEAST_FLAT = 16
"""Patches below which an axis isn't taken for some by its shape."""
_LEAST_VALUES = 32
_VALUES_STEP = 8
"""The values of a token are a multiple of this."""
_LEAST_ATTENTION = 145
"""Tokens from which on a square array is attention, even if its rows don't sum up to 1."""
_SHAPES = "give (h, w), (C, h, w), (N, C, h, w), channels last, tokens or attention; see --layout"


@dataclass(frozen=True, slots=True)
class FeatureLayout:
    """The way a feature array is read: so many stacks of maps, (C, h, w) each."""

    name: str
    """One of `LAYOUTS`."""
    count: int
    """Stacks: the N of a batch, 1 without one."""
    channels: int
    rows: int
    columns: int
    grid: TokenGrid | None = None
    """Of tokens, attention and flat patches."""
    layers: int = 1
    """Layers of attention, each with `channels / layers` heads."""
    batch_axis: int = 0
    """The axis of a batch: 1 where that of the layers comes first."""
    doubt: str = ""
    """Another way of reading the array, for a note; empty where there is none."""

    @property
    def attention(self) -> bool:
        """Whether each token has a map: where it looks."""
        return self.name == "attention"

    def describe(self) -> str:
        """Return how it is read: "channels first", "14 x 14 patches after a class token"."""
        text = _TEXTS[self.name]
        if self.grid is not None:
            text = f"{text}, {self.grid.describe()}"
        if self.layers > 1:
            text = f"{text}, {self.layers} layers of {self.channels // self.layers} heads"
        return text


_TEXTS = {
    "hw": "a map",
    "chw": "channels first",
    "hwc": "channels last",
    "nhw": "a batch of maps",
    "nchw": "a batch, channels first",
    "nhwc": "a batch, channels last",
    "flat": "flat",
    "tokens": "tokens",
    "attention": "attention",
}


def find_feature_layout(
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    image_shape: tuple[int, int] | None = None,
    layout: str | None = None,
    *,
    images: int = 1,
    adds_up: bool = False,
    name: str = "feature",
) -> FeatureLayout:
    """Return the way a feature array is read, from its header and the image.

    The first rule that fits decides:

    1. `layout`, if it is given.
    2. Axes of length 1 in front of more than two others don't count.
    3. Two equal last axes are attention if each row adds up to 1 and their length is that of a
       grid of patches with the tokens before them: (T, T), (heads, T, T), (layers, heads, T, T).
       Where rows don't add up to 1, only if there are 145 tokens or more, among them a class
       token, and the image isn't as large or a whole multiple.
    4. Of three or four axes, the channels are the first or the last one: that which leaves a map
       that is more like the image in its proportions, or square.  If both do, the first.
    5. An array of two or three axes whose last two aren't like the image is tokens, (T, D), if T
       is such a length and D a multiple of 8; or flat, (C, n), if n is.  With a class token and
       a multiple of 64 values, at least 192, they are tokens anyway.
    6. One axis is flat.
    7. A first axis as long as the batch of images counts these.

    Parameters
    ----------
    shape, dtype
        Of the array.
    image_shape : (H, W), optional
    layout : str, optional
        One of `LAYOUTS`.
    images : int
        The length of the batch of images.
    adds_up : bool
        Whether the values of each row, along the last axis, add up to 1; see `rows_add_up`.
    name : str
        The array's name in errors.

    Raises
    ------
    DataError
        If it can't be read so, naming the array, its shape and dtype.
    UsageError
        For a layout that doesn't exist.

    >>> find_feature_layout((197, 768), np.dtype("f4"), (224, 224)).name
    'tokens'
    >>> find_feature_layout((1, 7, 7, 512), np.dtype("f4"), (224, 224)).name
    'hwc'
    """
    held = f"{clean(name)} {describe_shape(shape)} {dtype}"
    if layout is not None:
        as_choice(layout, LAYOUTS, "layout")
    if dtype.kind not in "biuf":
        raise DataError(f"{held} holds no real numbers", "save it with .astype(np.float32)")
    if 0 in shape:
        raise DataError(f"{held} is empty", _SHAPES)
    if layout is not None:
        found = _given(shape, layout, image_shape)
        if found is None:
            raise DataError(f"{held} can't be of layout {layout}", _needs(layout))
    else:
        found = _found(shape, image_shape, images, adds_up=adds_up)
        if found is None:
            axes = "1 axis" if len(shape) == 1 else f"{len(shape)} axes"
            raise DataError(f"{held} has {axes}", _perhaps_attention(shape, image_shape) + _SHAPES)
    if max(found.rows, found.columns) > LONGEST_SIDE:
        raise DataError(f"{held} has a side of more than {LONGEST_SIDE:,}", "average it down first")
    return found


def _perhaps_attention(shape: tuple[int, ...], image: tuple[int, int] | None) -> str:
    """Return the start of a hint for what may be stacked layers of attention of a batch."""
    if len(shape) != 5 or shape[-1] != shape[-2] or forced_grid(shape[-1], image) is None:
        return ""
    return "for attention, (layers, N, heads, T, T): --layout attention; otherwise "


def _needs(layout: str) -> str:
    """Return the hint for an array that isn't of a layout."""
    if layout in _AXES:
        return f"{layout} has {_AXES[layout]} axes, and may have some of length 1 in front"
    if layout == "attention":
        return "attention is (T, T), (heads, T, T) or (layers, heads, T, T), T tokens on a grid"
    if layout == "tokens":
        return "tokens are (T, D) or (N, T, D), T tokens on a grid"
    return "flat is (n,), (C, n) or (N, C, n), n patches on a grid"


# A layout that is given


def _given(
    shape: tuple[int, ...], layout: str, image: tuple[int, int] | None
) -> FeatureLayout | None:
    if layout in _AXES:
        return _of_axes(shape, layout)
    if layout == "attention":
        return _attention(shape, forced_grid(shape[-1], image), images=0)
    if layout == "tokens":
        return _tokens(shape, forced_grid(shape[-2], image) if len(shape) > 1 else None)
    return _flat(shape, forced_grid(shape[-1], image))


def _of_axes(shape: tuple[int, ...], layout: str) -> FeatureLayout | None:
    """Return a layout of axes with letters; those of length 1 in front are left out or added."""
    while len(shape) > _AXES[layout] and shape[0] == 1:
        shape = shape[1:]
    if len(shape) == _AXES[layout] - 1 and layout in ("chw", "nchw", "nhwc", "nhw"):
        shape = (1, *shape)
    if len(shape) != _AXES[layout]:
        return None
    sides = dict(zip(layout, shape, strict=True))
    return FeatureLayout(layout, sides.get("n", 1), sides.get("c", 1), sides["h"], sides["w"])


def _attention(shape: tuple[int, ...], grid: TokenGrid | None, images: int) -> FeatureLayout | None:
    if grid is None or len(shape) < 2 or shape[-1] != shape[-2]:
        return None
    inner = shape[:-2]
    count, layers, batch_axis = 1, 1, 0
    if len(inner) == 3:
        # Layers stacked, each with the batch of its own in front.
        layers, count, heads = inner
        batch_axis = 1
    elif len(inner) == 2:
        first, heads = inner
        count, layers = (first, 1) if first == images > 1 else (1, first)
    elif len(inner) < 2:
        heads = inner[0] if inner else 1
    else:
        return None
    return FeatureLayout(
        "attention", count, layers * heads, grid.rows, grid.columns, grid, layers, batch_axis
    )


def _tokens(shape: tuple[int, ...], grid: TokenGrid | None) -> FeatureLayout | None:
    outer = shape[:-2]
    if grid is None or math.prod(outer) != max(outer, default=1):
        return None
    return FeatureLayout("tokens", math.prod(outer), shape[-1], grid.rows, grid.columns, grid)


def _flat(shape: tuple[int, ...], grid: TokenGrid | None) -> FeatureLayout | None:
    if grid is None or len(shape) > 3:
        return None
    count, channels = ((1, 1, *shape[:-1]))[-2:]
    return FeatureLayout("flat", count, channels, grid.rows, grid.columns, grid)


# A layout that is found


def _found(
    shape: tuple[int, ...], image: tuple[int, int] | None, images: int, *, adds_up: bool
) -> FeatureLayout | None:
    if len(shape) == 5 and shape[1] == 1 and shape[-1] == shape[-2] and adds_up:
        grid = find_grid(shape[-1], image)
        return _attention(shape, grid, images)
    inner = shape
    while len(inner) > 2 and inner[0] == 1:
        inner = inner[1:]
    if len(inner) > 1 and _may_be_attention(inner, image, adds_up=adds_up):
        found = _attention(inner, find_grid(inner[-1], image), images)
        if found is not None:
            return _unless_windows(found, inner)
    if len(inner) == 1:
        return _flat(inner, find_grid(inner[0], image, least=9))
    if len(inner) == 2:
        return _two_axes(inner, image)
    if len(inner) == 3:
        return _three_axes(inner, image, images)
    if len(inner) == 4:
        return _four_axes(inner, image)
    return None


def _may_be_attention(
    shape: tuple[int, ...], image: tuple[int, int] | None, *, adds_up: bool
) -> bool:
    tokens = shape[-1]
    if shape[-2] != tokens or len(shape) > 4 or tokens < _LEAST_FLAT:
        return False
    grid = find_grid(tokens, image)
    if grid is None or adds_up:
        return grid is not None
    usual = tokens >= _LEAST_ATTENTION and grid.leading in _USUAL_LEADING
    return usual and not _strided(tokens, image)


def _strided(length: int, image: tuple[int, int] | None) -> bool:
    """Whether a length is an image's side over a stride, or that of a network that keeps corners.

    The maps of the latter are (H - 1) / s + 1 long, which may look like tokens.
    """
    return image is not None and any(
        side % length == 0 or (side - 1) % (length - 1) == 0 for side in image
    )


def _two_axes(shape: tuple[int, ...], image: tuple[int, int] | None) -> FeatureLayout:
    rows, columns = shape
    plain = FeatureLayout("hw", 1, 1, rows, columns)
    if image is not None and image in ((rows, columns), (columns, rows)):
        return plain
    like = misfit(rows, columns, image) < _UNLIKE or misfit(columns, rows, image) < _CLOSE
    if like and not _surely_tokens(shape, image):
        return plain
    return _unrolled(shape, image) or _perhaps_tokens(plain, shape, image)


def _surely_tokens(shape: tuple[int, ...], image: tuple[int, int] | None) -> bool:
    """Whether (T, D) are usual numbers of tokens, even if the image has such proportions."""
    tokens, values = shape[-2:]
    grid = find_grid(tokens, image, least=_LEAST_FLAT)
    return (
        grid is not None
        and grid.leading in _USUAL_LEADING
        and values >= _LEAST_SURE_VALUES
        and values % _SURE_STEP == 0
        and not _strided(tokens, image)
    )


def _unrolled(shape: tuple[int, ...], image: tuple[int, int] | None) -> FeatureLayout | None:
    """Return (..., T, D) as tokens or (..., C, n) as flat patches, if it looks like them."""
    first, last = shape[-2:]
    if first >= _LEAST_TOKENS and last >= _LEAST_VALUES and last % _VALUES_STEP == 0:
        found = _tokens(shape, _usual_grid(first, image))
        if found is not None:
            return _unless_clear(found, shape, image)
    if last >= _LEAST_FLAT and len(shape) == 2:
        found = _flat(shape, _usual_grid(last, image))
        if found is not None:
            return _unless_clear(found, shape, image)
    return None


def _usual_grid(tokens: int, image: tuple[int, int] | None) -> TokenGrid | None:
    grid = find_grid(tokens, image, least=_LEAST_FLAT)
    return grid if grid is not None and grid.leading in (0, *_USUAL_LEADING) else None


def _unless_clear(
    found: FeatureLayout, shape: tuple[int, ...], image: tuple[int, int] | None
) -> FeatureLayout:
    """Return a layout with a doubt, unless the array's proportions are no map's."""
    no_map = _NO_MAP
    if found.name == "flat" and found.channels > _MOST_HEADS and found.channels % _VALUES_STEP:
        no_map = _SURELY_NO_MAP
    if misfit(shape[-2], shape[-1], image) > no_map or _surely_tokens(shape, image):
        return found
    return replace(found, doubt=f"--layout {'hw' if len(shape) == 2 else 'chw'}")


def _perhaps_tokens(
    found: FeatureLayout, shape: tuple[int, ...], image: tuple[int, int] | None
) -> FeatureLayout:
    """Return maps with a doubt if they are unlike the image, and of a size that tokens have."""
    tokens, values = shape[-2:]
    sized = tokens >= _LEAST_TOKENS and values >= _LEAST_VALUES and values % _VALUES_STEP == 0
    if not sized or image is None or forced_grid(tokens, image) is None:
        return found
    fits = (misfit(*sides, image) for sides in ((tokens, values), (values, tokens)))
    return found if min(fits) <= _NO_MAP else replace(found, doubt="--layout tokens")


def _unless_windows(found: FeatureLayout, shape: tuple[int, ...]) -> FeatureLayout:
    """Return attention with a doubt if its layers may be the windows of a single one."""
    grid = found.grid
    if len(shape) != 4 or found.layers == 1 or grid is None or grid.leading:
        return found
    square = math.isqrt(found.layers) ** 2 == found.layers
    if not square or (grid.rows, grid.columns) not in _WINDOWS:
        return found
    return replace(found, doubt="--layout nchw, as for windows of parts of the image")


def _three_axes(
    shape: tuple[int, ...], image: tuple[int, int] | None, images: int
) -> FeatureLayout:
    first, middle, last = shape
    if first == images > 1 and misfit(middle, last, image) <= _CLOSE:
        return FeatureLayout("nhw", first, 1, middle, last)
    channels_first = FeatureLayout("chw", 1, first, middle, last)
    channels_last = FeatureLayout("hwc", 1, last, first, middle)
    chosen, difference = _better(channels_first, channels_last, image)
    if misfit(chosen.rows, chosen.columns, image) > _UNLIKE or _surely_tokens(shape, image):
        found = _unrolled(shape, image)
        if found is not None:
            return found
        if chosen.name == "chw" and difference >= _CLOSE:
            return _perhaps_tokens(chosen, shape, image)
    return _doubted(chosen, channels_last, difference)


def _four_axes(shape: tuple[int, ...], image: tuple[int, int] | None) -> FeatureLayout:
    count, *inner = shape
    channels_first = FeatureLayout("nchw", count, inner[0], inner[1], inner[2])
    channels_last = FeatureLayout("nhwc", count, inner[2], inner[0], inner[1])
    chosen, difference = _better(channels_first, channels_last, image)
    return _doubted(chosen, channels_last, difference)


def _better(
    first: FeatureLayout, last: FeatureLayout, image: tuple[int, int] | None
) -> tuple[FeatureLayout, float]:
    """Return the layout whose maps are more like the image, and by how much."""
    fits = [misfit(each.rows, each.columns, image) for each in (first, last)]
    return (first if fits[0] <= fits[1] + _CLOSE / 2 else last), abs(fits[0] - fits[1])


def _doubted(chosen: FeatureLayout, other: FeatureLayout, difference: float) -> FeatureLayout:
    if difference >= _CLOSE:
        return chosen
    if chosen.name == other.name:
        other_name = "chw" if chosen.name == "hwc" else "nchw"
    else:
        other_name = other.name
    return replace(chosen, doubt=f"--layout {other_name}")
