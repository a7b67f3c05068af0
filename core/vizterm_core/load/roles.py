"""Which array of a file plays which part: by name, then by shape; a key given by hand wins.

Only headers are looked at, so this is as quick for 4 GB as for 4 kB.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.formats.npz import ArrayInfo
from vizterm_core.text import clean, describe_shape

COORDS_NAMES = ("X", "coords", "embedding", "xy", "umap", "tsne", "pca")
LABELS_NAMES = ("y", "labels", "label", "targets", "classes")
IMAGES_NAMES = ("X_plot", "images", "imgs", "thumbnails")
MAPS_NAMES = ("maps", "cam", "saliency", "attributions")
NAMES_NAMES = ("names", "ids", "paths")

NONE = "none"
"""The key that switches a role off."""

_CHANNELS = (1, 3, 4)
_MOST_LISTED = 12


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys given by hand; None where the array is to be found."""

    coords: str | None = None
    labels: str | None = None
    images: str | None = None
    maps: str | None = None
    names: str | None = None
    image_shape: tuple[int, ...] | None = None
    """(rows, columns) or (rows, columns, channels) of flat images."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The arrays that were chosen."""

    coords: ArrayInfo
    labels: ArrayInfo | None
    images: ArrayInfo | None
    maps: ArrayInfo | None
    """Found by name only: by shape, they might be grey images."""
    names: ArrayInfo | None
    image_shape: tuple[int, ...] | None
    """The shape of one image as it is read."""

    def keys(self) -> dict[str, str | None]:
        """Role -> the array's name."""
        chosen = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name != "image_shape"
        }
        return {role: info.key if info else None for role, info in chosen.items()}


def choose_roles(arrays: Mapping[str, ArrayInfo], keys: Keys) -> Choice:
    """Find coordinates, labels, images, maps and names.

    Raises
    ------
    UsageError
        A key given by hand is not in the file.
    DataError
        Nothing fits, more than one array does, or lengths don't match; the message lists the
        arrays and the hint names the flag to use.
    """
    if not arrays:
        raise DataError("the file holds no arrays", "save some with np.savez('data.npz', X=X, y=y)")
    coords = _coords(arrays, keys)
    count = coords.shape[0]
    taken = {coords.key}
    images, image_shape = _images(arrays, keys, coords)
    if images:
        taken.add(images.key)
    known_maps = tuple(name for name in MAPS_NAMES if images is None or name != images.key)
    maps = _optional(arrays, "maps", keys.maps, known_maps, coords, _is_map_stack)
    names = _optional(arrays, "names", keys.names, NAMES_NAMES, coords, _is_text_column)
    if names:
        taken.add(names.key)
    labels = _optional(arrays, "labels", keys.labels, LABELS_NAMES, coords, _is_label_column)
    if labels is None and keys.labels is None:
        candidates = [
            info
            for info in arrays.values()
            if info.key not in taken and _is_label_column(info) and info.shape[0] == count
        ]
        labels = _only_one(candidates, "labels")
    return Choice(coords, labels, images, maps, names, image_shape)


def _coords(arrays: Mapping[str, ArrayInfo], keys: Keys) -> ArrayInfo:
    if keys.coords is not None:
        info = _given(arrays, "coords", keys.coords)
        if not _is_matrix(info):
            raise DataError(
                f"{info.describe()} can't be coordinates",
                "they must be real numbers of shape (n, 2), or (n, d) to be reduced by PCA",
            )
        return info
    named = [arrays[name] for name in COORDS_NAMES if name in arrays]
    for fits in (_is_plane, _is_matrix):
        for info in named:
            if fits(info):
                return info
    _refuse_objects(named)
    planes = [info for info in arrays.values() if _is_plane(info)]
    if planes:
        found = _only_one(planes, "coords")
        assert found is not None
        return found
    hint = "save coordinates of shape (n, 2), or name an (n, d) array with --coords KEY"
    raise DataError(f"no 2-D coordinates among {_listed(arrays)}", hint)


def _refuse_objects(candidates: list[ArrayInfo]) -> None:
    for info in candidates:
        if info.objects:
            raise DataError(
                f"{clean(info.key)!r} is an object array, which only pickle can read",
                "save it as numbers: np.savez(..., X=np.array(X.tolist(), dtype=float))",
            )


def _images(
    arrays: Mapping[str, ArrayInfo], keys: Keys, coords: ArrayInfo
) -> tuple[ArrayInfo | None, tuple[int, ...] | None]:
    if keys.images == NONE:
        return None, None
    if keys.images is not None:
        info: ArrayInfo | None = _given(arrays, "images", keys.images)
    else:
        info = next((arrays[name] for name in IMAGES_NAMES if name in arrays), None)
        if info is None:
            stacks = [
                array
                for array in arrays.values()
                if array is not coords
                and array.key not in (*MAPS_NAMES, keys.maps)
                and array.shape[:1] == coords.shape[:1]
                and len(array.shape) >= 3
                and _picture_shape(array) is not None
            ]
            info = _only_one(stacks, "images")
    if info is None:
        return None, None
    _check_length(info, "images", coords)
    if keys.image_shape is not None and len(info.shape) == 2:
        if info.dtype.kind not in "biuf" or min(keys.image_shape) < 1:
            raise DataError(
                f"{info.describe()} can't be images", "they must be numbers; or use --images none"
            )
        pixels = math.prod(keys.image_shape)
        if pixels != info.shape[1]:
            given = "x".join(str(side) for side in keys.image_shape)
            raise UsageError(
                f"--image-shape {given} is {pixels:,} values, but {info.describe()} has "
                f"{info.shape[1]:,} an image"
            )
        return info, keys.image_shape
    shape = _picture_shape(info)
    if shape is None:
        hint = "images are (n, h, w), (n, h, w, 1|3|4) or (n, 1|3|4, h, w); or use --images none"
        if len(info.shape) == 2:
            side = round(info.shape[1] ** 0.5)
            example = f"{side}x{side}" if side * side == info.shape[1] else "ROWSxCOLUMNS"
            hint = f"flat images need --image-shape, e.g. --image-shape {example}"
        raise DataError(f"{info.describe()} can't be images", hint)
    return info, shape


def _picture_shape(info: ArrayInfo) -> tuple[int, ...] | None:
    shape = info.shape[1:]
    if info.dtype.kind not in "biuf" or 0 in shape:
        return None
    if len(shape) == 2:
        return shape
    if len(shape) == 3 and (shape[-1] in _CHANNELS or shape[0] in _CHANNELS):
        return shape
    return None


def _optional(
    arrays: Mapping[str, ArrayInfo],
    role: str,
    key: str | None,
    known: tuple[str, ...],
    coords: ArrayInfo,
    fits: Callable[[ArrayInfo], bool],
) -> ArrayInfo | None:
    if key == NONE:
        return None
    if key is not None:
        info = _given(arrays, role, key)
    else:
        found = next((arrays[name] for name in known if name in arrays), None)
        if found is None:
            return None
        info = found
    if info.objects:
        raise DataError(
            f"{clean(info.key)!r} is an object array, which only pickle can read",
            f"save it as a plain array, e.g. {clean(info.key)}.astype(str), or use --{role} none",
        )
    if not fits(info):
        raise DataError(
            f"{info.describe()} can't be {role}", f"name another array with --{role} KEY|none"
        )
    _check_length(info, role, coords)
    return info


def _check_length(info: ArrayInfo, role: str, coords: ArrayInfo) -> None:
    length = info.shape[0] if info.shape else 0
    if length != coords.shape[0]:
        raise DataError(
            f"{role} {info.describe()} don't match coordinates {coords.describe()}",
            f"they need one entry a point; name other arrays with --{role} KEY|none, --coords KEY",
        )


def _given(arrays: Mapping[str, ArrayInfo], role: str, key: str) -> ArrayInfo:
    if key not in arrays:
        raise UsageError(
            f"--{role} {clean(key)}: no such array; the file has {_listed(arrays)}",
        )
    info = arrays[key]
    if info.objects:
        raise DataError(
            f"{clean(key)!r} is an object array, which only pickle can read",
            "save it as a plain array, e.g. np.array(values.tolist())",
        )
    return info


def _only_one(candidates: list[ArrayInfo], role: str) -> ArrayInfo | None:
    if len(candidates) > 1:
        which = ", ".join(info.describe() for info in candidates[:_MOST_LISTED])
        off = "" if role == "coords" else "|none"
        raise DataError(
            f"more than one array could be the {role}: {which}",
            f"choose with --{role} KEY{off}",
        )
    return candidates[0] if candidates else None


def _listed(arrays: Mapping[str, ArrayInfo]) -> str:
    shown = [info.describe() for info in list(arrays.values())[:_MOST_LISTED]]
    more = len(arrays) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def _is_plane(info: ArrayInfo) -> bool:
    return _is_matrix(info) and info.shape[1] == 2


def _is_matrix(info: ArrayInfo) -> bool:
    return len(info.shape) == 2 and info.shape[1] >= 2 and info.dtype.kind in "biuf"


def _is_label_column(info: ArrayInfo) -> bool:
    return info.dtype.kind in "biufUS" and _is_column(info)


def _is_text_column(info: ArrayInfo) -> bool:
    return info.dtype.kind in "USiu" and _is_column(info)


def _is_map_stack(info: ArrayInfo) -> bool:
    shape = info.shape
    map_axes = len(shape) == 3 or (len(shape) == 4 and shape[1] == 1)
    return info.dtype.kind in "biuf" and map_axes and 0 not in shape[1:]


def _is_column(info: ArrayInfo) -> bool:
    return len(info.shape) == 1 or (len(info.shape) == 2 and info.shape[1] == 1)


def describe_choice(choice: Choice) -> list[tuple[str, str]]:
    """(role, array) lines for `vizterm info`."""
    rows = [("coords", choice.coords.describe())]
    if choice.coords.shape[1] > 2:
        rows[0] = ("coords", f"{choice.coords.describe()}, reduced to 2-D by PCA")
    for role in ("labels", "images", "maps", "names"):
        info: ArrayInfo | None = getattr(choice, role)
        text = info.describe() if info else "none"
        if role == "images" and info and choice.image_shape != info.shape[1:]:
            text += f", each {describe_shape(choice.image_shape or ())}"
        rows.append((role, text))
    return rows
