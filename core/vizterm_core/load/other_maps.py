"""Several maps of the same points: those named by hand, and what else could be one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.source import Source
from vizterm_core.load.choose import find_key, given
from vizterm_core.load.coords import Coords, Layout
from vizterm_core.load.find_coords import choose_coords, matrices, possible_maps
from vizterm_core.load.keys import PCA, Keys
from vizterm_core.load.places import read_places
from vizterm_core.scatter.viewport import FloatArray
from vizterm_core.text import clean

MOST_BESIDE = 3
"""Maps that stand side by side."""
_MOST_OFFERED = 12


def split_maps(source: Source, key: str | None) -> list[str]:
    """Return the key of each map that was asked for by one key: "tsne,pca" are two.

    Columns of one number a point belong together, in pairs; alone they are one map, as ever:
    "x,y" are two axes, and three numbers or more are reduced.

    Raises
    ------
    UsageError
        If there are more than `MOST_BESIDE` maps, a number stands alone, or there is no such array.
    """
    if key is None or key in source.columns or "," not in key:
        return [] if key is None else [key]
    names = [part.strip() for part in key.split(",")]
    single = [_is_axis(source, name) for name in names]
    if all(single):
        return [key]
    keys: list[str] = []
    waiting = ""
    for name, axis in zip(names, single, strict=True):
        if waiting and not axis:
            break
        if not axis:
            keys.append(name)
        elif waiting:
            keys.append(f"{waiting},{name}")
            waiting = ""
        else:
            waiting = name
    if waiting:
        raise UsageError(
            f"--coords {clean(key)}: {clean(waiting)} is one number a point, and no map",
            "an axis stands before its other one: --coords tsne,x,y",
        )
    if len(keys) > MOST_BESIDE:
        raise UsageError(
            f"--coords {clean(key)}: {len(keys)} maps",
            f"up to {MOST_BESIDE} stand side by side; B brings others there",
        )
    return keys


def _is_axis(source: Source, name: str) -> bool:
    """Whether a column has one real number a point."""
    found = find_key(source, name)
    if found is None:
        if name.lower() == PCA and matrices(source):
            return False
        given(source, "coords", name)
    spec = source.columns[found or name]
    return spec.dtype.kind in "biuf" and sum(side != 1 for side in spec.shape[1:]) == 0


def map_of(source: Source, key: str) -> Coords:
    """Return the coordinates of a key; "pca" is made of the vectors where no array is called so.

    Raises
    ------
    DataError, UsageError
        If it can't be coordinates.
    """
    if find_key(source, key) is None and key.lower() == PCA:
        found = matrices(source)
        if found:
            return Coords((found[0],), Layout.VECTORS)
    return choose_coords(source, Keys(coords=key))


def maps_beside(source: Source, first: Coords, keys: Iterable[str]) -> tuple[Coords, ...]:
    """Return the maps that are to stand beside the first one.

    Raises
    ------
    DataError, UsageError
        If one can't be coordinates, or is of other points.
    """
    beside = tuple(map_of(source, key) for key in keys)
    for other in beside:
        if other.count != first.count:
            raise DataError(
                f"{other.called} has {other.count:,} points, and {first.called} {first.count:,}",
                "maps side by side are of the same points",
            )
    return beside


def maps_to_offer(source: Source, first: Coords, beside: tuple[Coords, ...]) -> list[Coords]:
    """Return the other maps of the same points: those asked for, then what else could be one."""
    found = [*beside]
    seen = {coords.called_short for coords in (first, *beside)}
    for name in possible_maps(source):
        try:
            coords = map_of(source, name)
        except (DataError, UsageError):
            continue
        if coords.count == first.count and coords.called_short not in seen:
            found.append(coords)
            seen.add(coords.called_short)
    return found[:_MOST_OFFERED]


def reader(
    source: Source, coords: Coords, root: str | os.PathLike[str] | None
) -> Callable[[], FloatArray]:
    """Return what reads a map: (total, 2), by row, NaN where a row has no place."""
    coords = replace(coords, others=(), guessed=False)

    def read() -> FloatArray:
        return np.stack(read_places(source, coords, root), axis=1)

    return read
