"""Roles of a source's arrays: by name, then by shape; a key given by hand wins.

Only headers are looked at, so that this takes as long for 4 kB as for 4 GB.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vizterm_core.errors import DataError
from vizterm_core.files.source import ArraySpec, Source
from vizterm_core.load.choose import check_length, given, listed, named, naming, only_one
from vizterm_core.load.keys import NONE, Keys
from vizterm_core.load.picture_roles import MAPS_NAMES, choose_images
from vizterm_core.text import clean, describe_shape

COORDS_NAMES = ("X", "coords", "embedding", "xy", "umap", "tsne", "pca")
LABELS_NAMES = ("y", "labels", "label", "targets", "classes")
NAMES_NAMES = ("names", "ids", "paths")

_SAVE = "save several arrays into one file with np.savez('data.npz', X=X, y=y)"


@dataclass(frozen=True, slots=True)
class Choice:
    """The arrays that were chosen."""

    coords: ArraySpec
    labels: ArraySpec | None
    images: ArraySpec | None
    maps: ArraySpec | None
    """Found by name only: by shape, they might be grey images."""
    names: ArraySpec | None
    image_shape: tuple[int, ...] | None
    """The shape of one image as it is read."""

    def keys(self) -> dict[str, str | None]:
        """Return role -> the array's name; None for a role without an array."""
        return {
            role: spec.name if spec else None
            for role, spec in (
                ("coords", self.coords),
                ("labels", self.labels),
                ("images", self.images),
                ("maps", self.maps),
                ("names", self.names),
            )
        }

    def specs(self) -> tuple[ArraySpec, ...]:
        """Return the arrays that were chosen."""
        chosen = (self.coords, self.labels, self.images, self.maps, self.names)
        return tuple(spec for spec in chosen if spec is not None)


def choose_roles(source: Source, keys: Keys | None = None) -> Choice:
    """Find coordinates, labels, images, maps and names in a source.

    Parameters
    ----------
    source : Source
    keys : Keys, optional
        Arrays chosen by hand.

    Raises
    ------
    UsageError
        If a key given by hand isn't in the source.
    DataError
        If no array fits, more than one does, or lengths don't match; the message lists the arrays
        and the hint names the option to use.
    """
    if source.single:
        raise DataError(f"{source.name} is a single .npy array, not an .npz file", _SAVE)
    with naming(source):
        if not source.columns:
            raise DataError("the file holds no arrays", _SAVE)
        return _choose(source, keys or Keys())


def _choose(source: Source, keys: Keys) -> Choice:
    coords = _coords(source, keys)
    taken = {coords.name}
    images, image_shape = choose_images(source, keys, coords)
    if images:
        taken.add(images.name)
    known_maps = tuple(name for name in MAPS_NAMES if images is None or name != images.name)
    maps = _optional(source, "maps", keys.maps, known_maps, coords, _is_map_stack)
    names = _optional(source, "names", keys.names, NAMES_NAMES, coords, _is_text_column)
    if names:
        taken.add(names.name)
    labels = _optional(source, "labels", keys.labels, LABELS_NAMES, coords, _is_label_column)
    if labels is None and keys.labels is None:
        candidates = [
            spec
            for spec in source.columns.values()
            if spec.name not in taken
            and _is_label_column(spec)
            and spec.shape[0] == coords.shape[0]
        ]
        labels = only_one(candidates, "labels", "choose with --labels KEY|none")
    return Choice(coords, labels, images, maps, names, image_shape)


def _coords(source: Source, keys: Keys) -> ArraySpec:
    if keys.coords is not None:
        spec = given(source, "coords", keys.coords)
        if not _is_matrix(spec):
            raise DataError(
                f"{spec.describe()} can't be coordinates",
                "they must be real numbers of shape (n, 2), or (n, d) to be reduced by PCA",
            )
        return spec
    known = named(source, COORDS_NAMES)
    for fits in (_is_plane, _is_matrix):
        for spec in known:
            if fits(spec):
                return spec
    _refuse_objects(known)
    planes = [spec for spec in source.columns.values() if _is_plane(spec)]
    found = only_one(planes, "coords", "choose with --coords KEY")
    if found is None:
        raise DataError(
            f"no 2-D coordinates among {listed(source.columns.values())}",
            "save coordinates of shape (n, 2), or name an (n, d) array with --coords KEY",
        )
    return found


def _refuse_objects(candidates: Sequence[ArraySpec]) -> None:
    for spec in candidates:
        if spec.objects:
            raise DataError(
                f"{clean(spec.name)!r} is an object array, which only pickle can read",
                "save it as numbers: np.savez(..., X=np.array(X.tolist(), dtype=float))",
            )


def _optional(
    source: Source,
    role: str,
    key: str | None,
    known: tuple[str, ...],
    coords: ArraySpec,
    fits: Callable[[ArraySpec], bool],
) -> ArraySpec | None:
    if key == NONE:
        return None
    if key is not None:
        spec = given(source, role, key)
    elif found := named(source, known):
        spec = found[0]
    else:
        return None
    if spec.objects:
        raise DataError(
            f"{clean(spec.name)!r} is an object array, which only pickle can read",
            f"save it as a plain array, e.g. {clean(spec.name)}.astype(str), or use --{role} none",
        )
    if not fits(spec):
        raise DataError(
            f"{spec.describe()} can't be {role}", f"name another array with --{role} KEY|none"
        )
    check_length(spec, role, coords)
    return spec


def _is_plane(spec: ArraySpec) -> bool:
    return _is_matrix(spec) and spec.shape[1] == 2


def _is_matrix(spec: ArraySpec) -> bool:
    return len(spec.shape) == 2 and spec.shape[1] >= 2 and spec.dtype.kind in "biuf"


def _is_label_column(spec: ArraySpec) -> bool:
    return spec.dtype.kind in "biufUS" and _is_column(spec)


def _is_text_column(spec: ArraySpec) -> bool:
    return spec.dtype.kind in "USiu" and _is_column(spec)


def _is_map_stack(spec: ArraySpec) -> bool:
    shape = spec.shape
    map_axes = len(shape) == 3 or (len(shape) == 4 and shape[1] == 1)
    return spec.dtype.kind in "biuf" and map_axes and 0 not in shape[1:]


def _is_column(spec: ArraySpec) -> bool:
    return len(spec.shape) == 1 or (len(spec.shape) == 2 and spec.shape[1] == 1)


def describe_choice(choice: Choice) -> list[tuple[str, str]]:
    """Return (role, array) lines for `vizterm info`."""
    rows = [("coords", choice.coords.describe())]
    if choice.coords.shape[1] > 2:
        rows[0] = ("coords", f"{choice.coords.describe()}, reduced to 2-D by PCA")
    for role in ("labels", "images", "maps", "names"):
        spec: ArraySpec | None = getattr(choice, role)
        text = spec.describe() if spec else "none"
        if role == "images" and spec and choice.image_shape != spec.shape[1:]:
            text += f", each {describe_shape(choice.image_shape or ())}"
        rows.append((role, text))
    return rows
