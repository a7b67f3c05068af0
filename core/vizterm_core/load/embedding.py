"""A file, a source or arrays -> an `Embedding`, checked and ready to be indexed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.checks import as_image_shape, as_range
from vizterm_core.errors import DataError
from vizterm_core.files.memory import memory_limit
from vizterm_core.files.source import Access, ArraySpec, Source, read_array, unchanged
from vizterm_core.files.stored import Array, Rows
from vizterm_core.load.choose import skipped_notes
from vizterm_core.load.coords import Layout
from vizterm_core.load.keys import NONE, Keys, PictureOptions
from vizterm_core.load.object_source import source_of_objects
from vizterm_core.load.opening import open_data
from vizterm_core.load.other_maps import maps_to_offer, reader
from vizterm_core.load.places import read_places
from vizterm_core.load.point_pictures import loose_pictures, open_images
from vizterm_core.load.roles import Choice, choose_roles
from vizterm_core.load.times.array import epochs_of_array, epochs_of_maps, maps_in_list
from vizterm_core.load.times.source import TimedSource
from vizterm_core.pictures.point_pictures import PointPictures
from vizterm_core.pictures.stacks import Maps
from vizterm_core.scatter.embedding import Embedding, OtherMap
from vizterm_core.scatter.encode import valid_text
from vizterm_core.scatter.labels import no_labels
from vizterm_core.scatter.moved import at_epoch
from vizterm_core.scatter.viewport import FARTHEST, FloatArray
from vizterm_core.text import clean


def load_embedding(
    source: str | os.PathLike[str] | Source,
    keys: Keys | None = None,
    *,
    choice: Choice | None = None,
    title: str | None = None,
    max_bytes: int | None = None,
    pictures: PictureOptions | None = None,
) -> Embedding:
    """Read an embedding.

    Images and maps are read when they are looked at; those that are compressed, or in Fortran
    order, wait for their `unpack`.  The rest is read now, from one state of the file.

    Parameters
    ----------
    source : path-like or Source
        A file, or a file that is open already.
    keys : Keys, optional
        Arrays chosen by hand.
    choice : Choice, optional
        The result of `choose_roles` for this source and these keys, where it is known already.
    title : str, optional
        Shown above the plot; the file's name otherwise.
    max_bytes : int, optional
        The most bytes that all compressed arrays together may unpack to; three quarters of the
        free memory otherwise.
    pictures : PictureOptions, optional

    Raises
    ------
    DataError, UsageError
        Naming the array, and what to do; also if the file was rewritten in place meanwhile.
    """
    if isinstance(source, str | os.PathLike):
        source, keys = open_data(source, keys)
    with unchanged(source):
        if choice is None:
            choice = choose_roles(source, keys)
        _check_unpacked_size(source, choice, memory_limit(max_bytes))
        shown = source.name if title is None else clean(title)
        said = getattr(source, "notes", ())
        first, *others = choice.coords.notes()
        left_out = (*others, *choice.notes, *said)
        told = _Told(shown, (first,), left_out)
        embedding = _at_times(
            source, choice, _assemble(source, choice, told, pictures or PictureOptions())
        )
        # Some parts turn out to be damaged when they are read.
        left_out = (*left_out, *skipped_notes(source))
        return replace(embedding, notes=(first, *left_out), left_out=left_out)


def embedding_from_arrays(
    data: Any = None,
    labels: Any = None,
    *,
    coords: Any = None,
    images: Any = None,
    maps: Any = None,
    names: Any = None,
    columns: Any = None,
    vectors: Any = None,
    image_shape: tuple[int, ...] | None = None,
    value_range: tuple[float, float] | None = None,
    title: str = "embedding",
) -> Embedding:
    """Check objects from Python as `load_embedding` checks the arrays of a file.

    Parameters
    ----------
    data : (n, 2), (n, d) or (epochs, n, 2) array_like of real numbers, a list of (n, 2), or a table
        A table is a DataFrame, AnnData, a mapping of arrays or a structured array; what isn't
        named below is then found in it as in a file.
    labels, names : (n,) array_like, or the name of a column of the table, optional
        None, NaN, NA, NaT and masked entries are missing labels.
    coords : name or two names of columns, or array_like, optional
        Where in a table the coordinates are; or they themselves, without `data`.
    images : array_like, a sequence, or the name of a column, optional
        (n, h, w[, c]), (n, c, h, w) or flat (n, values); or n Pillow images, encoded bytes, paths
        or arrays of different shapes, None where there is none.
    maps : (n, h, w) or (n, 1, h, w) array_like, or the name of a column, optional
    columns : table, optional
        Further columns, to colour by and to read beside the points.
    vectors : (n, d) array_like, or the name of a column, optional
        What neighbours in the original space are found by; found in the data otherwise.
    image_shape : (rows, columns) or (rows, columns, channels), optional
        Of flat images.
    value_range : (low, high), optional
        The values of images drawn black and white; found in the data otherwise.
    title : str

    Raises
    ------
    DataError, UsageError
        Naming the array, its shape and dtype, and what was expected.
    """
    if image_shape is not None:
        image_shape = as_image_shape(image_shape)
    if value_range is not None:
        value_range = as_range(value_range)
    if data is None:
        data, coords = coords, None
    maps_in_time = maps_in_list(data)
    if maps_in_time is not None:
        data = maps_in_time[-1]
    loose = loose_pictures(images, data, value_range=value_range)
    images = None if loose is not None else images
    given = {"coords": coords, "labels": labels, "images": images, "maps": maps, "names": names}
    given["vectors"] = vectors
    source, keys = source_of_objects(data, given, columns)
    if loose is not None:
        keys["images"] = NONE
    choice = choose_roles(source, Keys(**keys, image_shape=image_shape))
    plain = choice.coords.layout is Layout.PLANE and not coords
    if loose is not None and loose.count != choice.coords.count:
        raise DataError(
            f"images: {loose.count:,} pictures for {choice.coords.count:,} points",
            "give one a point, None where there is none",
        )
    told = _Told(clean(title), () if plain else choice.coords.notes(), choice.notes)
    embedding = _assemble(source, choice, told, PictureOptions(value_range=value_range), loose)
    if plain:
        # Coordinates by themselves are no column of anything.
        embedding = replace(embedding, axes=("", ""))
    if maps_in_time is not None:
        epochs = epochs_of_maps(maps_in_time)
        return replace(embedding, epochs=epochs, epoch=len(epochs) - 1)
    return _at_times(source, choice, embedding)


def _at_times(source: Source, choice: Choice, embedding: Embedding) -> Embedding:
    """Return an embedding that knows where its rows are at other times: at the last of them."""
    epochs, exact = None, True
    if isinstance(source, TimedSource):
        epochs, exact = source.times.epochs(choice), source.exact
    elif choice.coords.layout in (Layout.EPOCHS, Layout.STEPS):
        epochs = epochs_of_array(source, choice.coords)
    if epochs is None:
        return embedding
    embedding = replace(embedding, epochs=epochs, epoch=len(epochs) - 1)
    return embedding if exact else at_epoch(embedding, len(epochs) - 1)


def _check_unpacked_size(source: Source, choice: Choice, limit: int) -> None:
    packed = [spec for spec in choice.specs() if spec.access is Access.WHOLE]
    size = sum(spec.nbytes for spec in packed)
    if size > limit:
        largest = max(packed, key=lambda spec: spec.nbytes)
        raise DataError(
            f"{source.name}: unpacking {clean(largest.name)!r} and the others chosen takes "
            f"{size:,} bytes, the limit is {limit:,}",
            "raise --max-bytes, or save with np.savez (uncompressed), which is read in place",
        )


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said about an embedding."""

    title: str
    notes: tuple[str, ...]
    left_out: tuple[str, ...]


def _assemble(
    source: Source,
    choice: Choice,
    told: _Told,
    pictures: PictureOptions,
    loose: PointPictures | None = None,
) -> Embedding:
    total = choice.coords.count
    x, y = read_places(source, choice.coords, pictures.root)
    rows = None
    if total and not (_usable(x) and _usable(y)):
        rows = _finite_rows(x, y)
        x, y = x[rows], y[rows]
        if rows.size == 0:
            raise DataError(
                f"coordinates {clean(choice.coords.names[0])!r} hold no finite point: "
                f"all {total:,} are NaN or infinite"
            )
    images = loose
    if choice.images is not None:
        images = open_images(
            source,
            choice.images,
            choice.image_shape,
            total,
            root=pictures.root,
            value_range=pictures.value_range,
        )
    maps = None
    if choice.maps is not None:
        maps = Maps(total, choice.maps.shape[-2:], _later(source, choice.maps))
    columns = {each.name: each.column(source) for each in choice.columns}
    labels, coloured_by = no_labels(int(x.size)), ""
    if choice.labels is not None:
        coloured_by = choice.labels.name
        labels = columns[coloured_by].labels(rows)
    names = None
    if choice.names is not None:
        names = valid_text(read_array(source, choice.names.name).ravel())
    return Embedding(
        x,
        y,
        labels,
        images,
        names,
        rows,
        total,
        told.title,
        (*told.notes, *told.left_out),
        told.left_out,
        maps,
        files=source.files,
        coloured_by=coloured_by,
        named_by=choice.names.name if choice.names is not None else "",
        columns=columns,
        map_name=choice.coords.called_short,
        map_said=choice.coords.notes()[0],
        other_maps={
            coords.called_short: OtherMap(
                coords.said(), reader(source, coords, pictures.root), coords.axes()
            )
            for coords in maps_to_offer(source, choice.coords, choice.beside)
        },
        beside=tuple(coords.called_short for coords in choice.beside),
        vectors=None if choice.vectors is None else choice.vectors.open(source),
        vector_sets={each.name: each.open(source) for each in choice.vector_sets},
        components=choice.coords.reduced and choice.vectors is not None,
        axes=choice.coords.axes(),
    )


def _later(source: Source, spec: ArraySpec) -> Array | Rows | Callable[[], Array]:
    """Return an array whose rows can be read one by one, or else what reads all of it."""
    if spec.nbytes == 0 or spec.access is Access.ROW:
        return source.open(spec.name)
    return lambda: read_array(source, spec.name)


def _finite_rows(x: FloatArray, y: FloatArray) -> npt.NDArray[np.intp]:
    keep = np.isfinite(x) & np.isfinite(y)
    if x.dtype == np.float64:
        keep &= (np.abs(x) <= FARTHEST) & (np.abs(y) <= FARTHEST)
    return np.flatnonzero(keep)


def _usable(values: FloatArray) -> bool:
    # NaN spreads through min and max, and infinities are extremes: no mask is needed.
    low, high = float(values.min()), float(values.max())
    return low >= -FARTHEST and high <= FARTHEST
