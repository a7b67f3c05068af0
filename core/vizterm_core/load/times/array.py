"""One array of the same points at several times: (epochs, n, 2), or (n, epochs, 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.masked import mask_of, unmasked
from vizterm_core.files.source import Categories, Source
from vizterm_core.files.stored import Array, in_memory
from vizterm_core.load.coords import Coords, Layout
from vizterm_core.load.objects import as_values
from vizterm_core.scatter.epochs import Epochs, Places


def epochs_of_array(source: Source, coords: Coords) -> Epochs:
    """Return the maps of an array, each read when it is asked for; views of one in memory.

    An array with its rows first is read now.

    Raises
    ------
    DataError
        If it can't be opened, or doesn't fit into memory where it must be read as a whole.
    """
    values = source.open(coords.names[0])
    rows_first = coords.layout is Layout.STEPS
    if rows_first:
        values = in_memory(values)

    def read(epoch: int) -> Places:
        return _floats(values[:, epoch] if isinstance(values, np.ndarray) and rows_first
                       else values[epoch])  # fmt: skip

    shape = coords.specs[0].shape
    held = isinstance(values, np.ndarray)
    return Epochs(shape[1] if rows_first else shape[0], read, held=held)


def maps_in_list(data: Any) -> list[Places] | None:
    """Return the maps of a list of arrays (n, 2), each as it is; None for anything else.

    Raises
    ------
    DataError
        If they have different numbers of points.
    """
    if not isinstance(data, list | tuple) or len(data) < 2:
        return None
    shapes: list[tuple[int, ...]] = [tuple(getattr(each, "shape", ())) for each in data]
    if not all(len(shape) == 2 and shape[1] == 2 for shape in shapes):
        return None
    counts = [shape[0] for shape in shapes]
    for place, count in enumerate(counts):
        if count != counts[0]:
            raise DataError(
                f"epoch {place + 1} has {count:,} points, epoch 1 has {counts[0]:,}",
                "give each a row for every point, NaN where one isn't there",
            )
    maps = [as_values(each, f"epoch {place + 1}") for place, each in enumerate(data)]
    plain = [each for each in maps if not isinstance(each, Categories)]
    real = len(plain) == len(maps) and all(each.dtype.kind in "biuf" for each in plain)
    return plain if real else None


def epochs_of_maps(maps: list[Places]) -> Epochs:
    """Return maps in memory as epochs."""
    return Epochs(len(maps), lambda epoch: _floats(maps[epoch]), held=True)


def _floats(values: Array) -> Places:
    """Return numbers with NaN where they are masked."""
    mask = mask_of(values)
    if mask is None:
        return unmasked(values)
    numbers = np.array(unmasked(values), np.float64)
    numbers[mask] = np.nan
    return numbers
