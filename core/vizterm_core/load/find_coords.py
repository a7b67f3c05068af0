"""Coordinates among the columns of a source: a finished map first, else vectors to be reduced."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.source import ArraySpec, Form, Source
from vizterm_core.load.choose import given, listed
from vizterm_core.load.coords import Coords, Layout
from vizterm_core.load.image_paths import is_text, names_images
from vizterm_core.load.keys import Keys
from vizterm_core.load.peek import peek
from vizterm_core.load.words import (
    COORDS_NAMES,
    LABELS_NAMES,
    NAMES_NAMES,
    VECTORS_NAMES,
    Word,
    in_space,
    numbered_axes,
    pairs,
)  # fmt: skip
from vizterm_core.text import clean

_REAL = "biuf"
_LEAST_PICTURE = 64
"""Pixels of a picture, at least, that stands for vectors where there are no others."""
_LEAST_ROWS = 3
"""Pictures, at least, among which there are directions."""
_SECONDS_EACH = 0.001
_BYTES_A_SECOND = 40e6
"""How long decoding a picture takes, and its bytes."""
_USUAL_BYTES = 50_000
"""Of a picture in a file of its own."""
_MOST_TEXTS = 8
_PATIENCE = 10.0
"""Seconds that decoding all pictures may take, to place them by their pixels."""
_PARAMETERS = (
    ".weight", ".bias", ".running_mean", ".running_var", ".gamma", ".beta", "/kernel", "/bias",
    "kernel:0", "bias:0", ".in_proj_weight", ".in_proj_bias",
)  # fmt: skip


def choose_coords(source: Source, keys: Keys) -> Coords:
    """Find the coordinates of a source; see `Layout` for what they can be.

    Raises
    ------
    UsageError
        If a key given by hand isn't in the source.
    DataError
        If there are none, or those given by hand can't be coordinates.
    """
    if keys.coords is not None:
        return _by_hand(source, keys.coords)
    columns = _usable(source)
    if _is_a_network(columns):
        raise DataError(
            f"it looks like the weights of a network: {listed(source.columns.values())}",
            "save what the network makes of the data, (n, d); or name an array with --coords KEY",
        )
    planes = _planes(source, columns)
    vectors = _vectors(columns)
    if planes and _beats(planes[0], vectors, columns):
        others = _names([*planes[1:], *vectors])
        return Coords((planes[0],), Layout.PLANE, others, _is_a_guess(planes))
    for found in (_pair(columns), _transposed(columns), _complex(columns), _epochs(columns)):
        if found is not None:
            return Coords(found.specs, found.layout, _names([*planes, *vectors], found.names))
    if vectors:
        return Coords((vectors[0],), Layout.VECTORS, _names(vectors[1:]), _is_a_guess(vectors))
    found = (
        _called_like_labels(source, columns)
        or _axes(columns)
        or _pictures(columns)
        or _table(columns)
        or _encoded(source)
    )
    if found is None:
        raise _none_found(source)
    return found


def matrices(source: Source) -> list[ArraySpec]:
    """Return the columns of a source that vectors can be, the likeliest first."""
    return _vectors(_usable(source))


def possible_maps(source: Source) -> tuple[str, ...]:
    """Return the names of the columns that are a map, or vectors to make one of."""
    columns = _usable(source)
    return _names([*_planes(source, columns), *_vectors(columns)])


def _called_like_labels(source: Source, columns: list[ArraySpec]) -> Coords | None:
    """Return (n, 2) of the name Y, as t-SNE's papers call the map, unless it is one-hot."""
    for spec in columns:
        plane = _is_plane(spec) and spec.dtype.kind == "f" and Word.of(spec.name).stem == "Y"
        rows = peek(source, spec) if plane else None
        if isinstance(rows, np.ndarray) and (rows != np.floor(rows)).any() and (rows < 0).any():
            return Coords((spec,), Layout.PLANE)
    return None


def _axes(columns: list[ArraySpec]) -> Coords | None:
    """Return three axes or more of one map, which are of one scale: x, y, z or PC1, PC2, PC3."""
    numbers = {spec.name: spec for spec in columns if _is_number(spec)}
    names = in_space(numbers) or numbered_axes(numbers)
    specs = tuple(numbers[name] for name in names)
    same = len({spec.shape[0] for spec in specs}) == 1
    return Coords(specs, Layout.COLUMNS) if same else None


def _by_hand(source: Source, key: str) -> Coords:
    if key not in source.columns and "," in key:
        names = [part.strip() for part in key.split(",")]
        specs = tuple(given(source, "coords", name) for name in names)
        same = len({spec.shape for spec in specs}) == 1
        if not same or not all(_is_number(spec) for spec in specs):
            raise DataError(
                f"{listed(specs)} can't be coordinates",
                "name columns of real numbers with one entry a point: --coords x,y",
            )
        return Coords(specs, Layout.PAIR if len(specs) == 2 else Layout.COLUMNS)
    spec = given(source, "coords", key)
    columns = [other for other in _usable(source) if other is not spec]
    if _is_plane(spec):
        return Coords((spec,), Layout.PLANE)
    for found in (_transposed([spec], columns), _complex([spec]), _epochs([spec], columns)):
        if found is not None:
            return found
    stack = spec.dtype.kind in _REAL and len(spec.shape) in (3, 4) and 0 not in spec.shape[1:]
    if _is_matrix(spec) or (stack and spec.form is Form.ARRAY):
        return Coords((spec,), Layout.VECTORS)
    raise DataError(
        f"{spec.describe()} can't be coordinates",
        "they must be real numbers of shape (n, 2), or (n, d) to be reduced by PCA; "
        "two columns are named as --coords x,y",
    )


def _usable(source: Source) -> list[ArraySpec]:
    """Return the columns that are not absent: a 0-d array is None or a note to oneself."""
    return [
        spec
        for spec in source.columns.values()
        if spec.shape and spec.form is Form.ARRAY and not spec.objects
    ]


def _names(specs: Iterable[ArraySpec], without: tuple[str, ...] = ()) -> tuple[str, ...]:
    seen = dict.fromkeys(spec.name for spec in specs)
    return tuple(name for name in seen if name not in without)


def _planes(source: Source, columns: list[ArraySpec]) -> list[ArraySpec]:
    """Return what may be a finished map, the likeliest first."""
    found = [spec for spec in columns if _is_plane(spec) and Word.of(spec.name).may_be_map]
    order = {spec.name: place for place, spec in enumerate(source.columns.values())}

    def likelihood(spec: ArraySpec) -> tuple[int, int, int, int, int]:
        word = Word.of(spec.name)
        known, method = word.rank(COORDS_NAMES), word.method
        if known is not None:
            rank = known
        else:
            rank = len(COORDS_NAMES) + (method if method is not None else 100)
        return (
            word.preference,
            rank,
            -_support(spec, columns),
            spec.dtype.kind != "f",
            order[spec.name],
        )

    return sorted(found, key=likelihood)


def _beats(plane: ArraySpec, vectors: list[ArraySpec], columns: list[ArraySpec]) -> bool:
    """Whether a finished map is one of the points: as many other columns go with it."""
    word = Word.of(plane.name)
    if not vectors or word.rank(COORDS_NAMES) is not None or word.method is not None:
        return True
    return _support(plane, columns) >= _support(vectors[0], columns)


def _is_a_guess(candidates: list[ArraySpec]) -> bool:
    """Whether no name says why the first one is taken, or it is one part of a split."""
    words = [Word.of(spec.name) for spec in candidates[:2]]
    if len(words) < 2:
        return False
    first = words[0]
    known = first.rank((*COORDS_NAMES, *VECTORS_NAMES)) is not None or first.method is not None
    return not known or first.split != words[1].split


def _support(spec: ArraySpec, columns: list[ArraySpec]) -> int:
    """Return how many columns have as many rows."""
    return sum(other.shape[:1] == spec.shape[:1] for other in columns)


def _vectors(columns: list[ArraySpec]) -> list[ArraySpec]:
    """Return matrices that can be reduced, the likeliest first."""
    found = []
    for place, spec in enumerate(columns):
        word = Word.of(spec.name)
        if not _is_matrix(spec) or spec.shape[1] < 3 or not word.may_be_map:
            continue
        known = word.rank(VECTORS_NAMES)
        unlikely = spec.dtype.kind == "b" or (known is None and spec.dtype.kind != "f")
        rank = len(VECTORS_NAMES) if known is None else known
        found.append((word.preference, unlikely, rank, -_support(spec, columns), place, spec))
    return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:-1])]


def _pair(columns: list[ArraySpec]) -> Coords | None:
    numbers = {spec.name: spec for spec in columns if _is_number(spec)}
    for names in pairs(numbers):
        first, second = (numbers[name] for name in names)
        if first.shape[0] == second.shape[0]:
            return Coords((first, second), Layout.PAIR)
    return None


def _transposed(
    candidates: list[ArraySpec], columns: list[ArraySpec] | None = None
) -> Coords | None:
    """Find (2, n): nothing else may have two rows, unless something has n."""
    columns = candidates if columns is None else columns
    for spec in candidates:
        if not _is_matrix(spec) or spec.shape[0] != 2 or spec.shape[1] <= 2:
            continue
        if not Word.of(spec.name).may_be_map:
            continue
        lengths = [other.shape[0] for other in columns if other is not spec]
        if spec.shape[1] in lengths or (2 not in lengths and spec.dtype.kind == "f"):
            return Coords((spec,), Layout.TRANSPOSED)
    return None


def _complex(columns: list[ArraySpec]) -> Coords | None:
    for spec in columns:
        if spec.dtype.kind == "c" and _is_column(spec):
            return Coords((spec,), Layout.COMPLEX)
    return None


def _epochs(columns: list[ArraySpec], others: list[ArraySpec] | None = None) -> Coords | None:
    """Find (epochs, n, 2), or (n, epochs, 2) where other columns have n rows."""
    lengths_of = columns if others is None else others
    for spec in columns:
        shape = spec.shape
        if len(shape) == 3 and shape[2] == 2 and 0 not in shape and spec.dtype.kind == "f":
            lengths = [other.shape[0] for other in lengths_of if other is not spec]
            rows_first = lengths.count(shape[0]) > lengths.count(shape[1])
            return Coords((spec,), Layout.STEPS if rows_first else Layout.EPOCHS)
    return None


def _pictures(columns: list[ArraySpec]) -> Coords | None:
    """Return a stack of pictures, which stands for vectors where there are none."""
    for spec in sorted(columns, key=lambda spec: Word.of(spec.name).preference):
        pixels = 1
        for side in spec.shape[1:]:
            pixels *= side
        bytes_or_floats = spec.dtype.kind in "uf" and len(spec.shape) in (3, 4)
        enough = spec.shape[0] >= _LEAST_ROWS
        if enough and bytes_or_floats and pixels >= _LEAST_PICTURE and min(spec.shape[1:3]) > 1:
            channels = len(spec.shape) == 3 or 1 in spec.shape[1:] or {3, 4} & {*spec.shape[1:]}
            kernels = Word.of(spec.name).stem.lower().endswith(("weight", "kernel", "bias"))
            if channels and not kernels and max(spec.shape[1:]) >= 8:
                return Coords((spec,), Layout.VECTORS)
    return None


def _table(columns: list[ArraySpec]) -> Coords | None:
    """Return the numbers of a table without coordinates: fractional ones, else all."""
    numbers = [
        spec
        for spec in columns
        if _is_number(spec)
        and spec.dtype.kind != "b"
        and Word.of(spec.name).rank((*LABELS_NAMES, *NAMES_NAMES)) is None
    ]
    if not numbers:
        return None
    count = max(
        (spec.shape[0] for spec in numbers), key=lambda n: sum(s.shape[0] == n for s in numbers)
    )
    numbers = [spec for spec in numbers if spec.shape[0] == count]
    floats = [spec for spec in numbers if spec.dtype.kind == "f"]
    chosen = floats if len(floats) >= 2 else numbers
    if len(chosen) < 2:
        return None
    return Coords(tuple(chosen), Layout.PAIR if len(chosen) == 2 else Layout.TABLE)


def _encoded(source: Source) -> Coords | None:
    """Return encoded pictures, or their paths, where there is nothing else to go by.

    They lie by their pixels if decoding all is soon done.
    """
    specs = [spec for spec in source.columns.values() if spec.form is Form.ENCODED and spec.shape]
    paths = [spec for spec in source.columns.values() if is_text(spec)] if not specs else []
    specs = specs or [spec for spec in paths[:_MOST_TEXTS] if names_images(source, spec)]
    if not specs or not specs[0].shape[0]:
        return None
    spec = min(specs, key=lambda spec: Word.of(spec.name).preference)
    size = sum(file.size for file in source.files)
    if spec.form is not Form.ENCODED:
        size = spec.shape[0] * _USUAL_BYTES
    seconds = spec.shape[0] * _SECONDS_EACH + size / _BYTES_A_SECOND
    soon = spec.shape[0] >= _LEAST_ROWS and seconds <= _PATIENCE
    return Coords((spec,), Layout.THUMBNAILS if soon else Layout.GRID)


def _is_a_network(columns: list[ArraySpec]) -> bool:
    """Whether most arrays are called as the parameters of a network's layers are."""
    parameters = sum(spec.name.endswith(_PARAMETERS) for spec in columns)
    return parameters > 1 and 2 * parameters > len(columns)


def _none_found(source: Source) -> DataError:
    held = list(source.columns.values())
    if len(held) == 1 and held[0].objects and source.name.lower().endswith(".npy"):
        return DataError(
            f"{held[0].describe()} can't be read without running code: it is a pickle",
            _convert(source),
        )
    for spec in held:
        if spec.objects and spec.shape and Word.of(spec.name).rank(COORDS_NAMES) is not None:
            return DataError(
                f"{clean(spec.name)!r} is an object array, which only pickle can read",
                "save it as numbers: np.savez(..., X=np.array(X.tolist(), dtype=float))",
            )
    said = "; ".join(getattr(source, "notes", ()))
    return DataError(
        f"no 2-D coordinates among {listed(held) or 'no arrays'}" + (f"; {said}" if said else ""),
        "save coordinates of shape (n, 2), or name an (n, d) array with --coords KEY",
    )


def _convert(source: Source) -> str:
    """Return the line that converts an object array, or a dict that was saved as one."""
    name = source.name
    load = f"import numpy as np; d = np.load({name!r}, allow_pickle=True)"
    take = "d = d.item() if d.shape == () else {'X': np.array(d.tolist())}"
    return (
        f'if you trust it, convert it once: python -c "{load}; {take}; '
        f'np.savez({name[:-4] + ".npz"!r}, **d)"'
    )


def _is_plane(spec: ArraySpec) -> bool:
    return _is_matrix(spec) and spec.shape[1] == 2


def _is_matrix(spec: ArraySpec) -> bool:
    real = spec.form is Form.ARRAY and spec.dtype.kind in _REAL
    return real and len(spec.shape) == 2 and spec.shape[1] >= 2


def _is_number(spec: ArraySpec) -> bool:
    return spec.form is Form.ARRAY and spec.dtype.kind in _REAL and _is_column(spec)


def _is_column(spec: ArraySpec) -> bool:
    return len(spec.shape) == 1 or (len(spec.shape) == 2 and spec.shape[1] == 1)
