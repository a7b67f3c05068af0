"""Types of HDF5 as h5py describes them by a numpy dtype, and their values as a tree has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vizterm_core.files.formats.tree import Kind
from vizterm_core.files.stored import Array

_OBJECT = np.dtype(object)
_NUMBERS = "biufcmM"


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry of an array is."""

    kind: Kind
    dtype: np.dtype[np.generic]
    """As `Leaf.dtype`."""
    inner: tuple[int, ...] = ()
    """Axes of an entry itself."""
    names: Mapping[int, str] = field(default_factory=dict)
    fields: Mapping[str, Entry | str] = field(default_factory=dict)
    """Of records; of those that can't be read, why."""

    def values(self, read: Any, *, scalar: bool) -> Array:
        """Return what h5py read as the array that `Leaf.take` promises.

        Parameters
        ----------
        read : object
        scalar : bool
            Whether the array has no axes.
        """
        convert = _CONVERT.get(self.kind)
        if convert is None:
            return np.asarray(read, self.dtype)
        if scalar and not self.inner:
            found = np.empty((), object)
            found[()] = convert(read)
            return found
        entries = np.asarray(read)
        converted = map(convert, entries.reshape(-1))
        return np.fromiter(converted, object, entries.size).reshape(entries.shape)


def entry_of(h5py: Any, dtype: np.dtype[Any], *, nested: bool = False) -> Entry | str:
    """Return what an entry of a dtype is, or why it can't be read."""
    if h5py.check_ref_dtype(dtype) is not None:
        return "references to other parts of the file"
    if h5py.check_string_dtype(dtype) is not None:
        return Entry(Kind.TEXT, _OBJECT)
    listed = h5py.check_vlen_dtype(dtype)
    if listed is not None:
        return _list_entry(h5py, np.dtype(listed))
    names = h5py.check_enum_dtype(dtype)
    if names is not None:
        return Entry(Kind.NAMED, dtype, names={int(code): name for name, code in names.items()})
    if dtype.subdtype is not None:
        return _array_entry(h5py, *dtype.subdtype)
    if dtype.names is not None:
        parts = {name: entry_of(h5py, dtype[name], nested=True) for name in dtype.names}
        return "records inside records" if nested else Entry(Kind.RECORDS, dtype, fields=parts)
    if dtype.kind == "V":
        return Entry(Kind.BYTES, _OBJECT)
    return Entry(Kind.NUMBERS, dtype) if dtype.kind in _NUMBERS else f"of the type {dtype}"


def _list_entry(h5py: Any, dtype: np.dtype[Any]) -> Entry | str:
    if dtype.kind in "biuf" and h5py.check_enum_dtype(dtype) is None:
        return Entry(Kind.LISTS, dtype)
    return "lists of something else than numbers"


def _array_entry(h5py: Any, dtype: np.dtype[Any], inner: tuple[int, ...]) -> Entry | str:
    found = entry_of(h5py, dtype, nested=True)
    if isinstance(found, str):
        return found
    if found.kind not in (Kind.NUMBERS, Kind.TEXT):
        return "arrays of something else than numbers or text"
    return Entry(found.kind, found.dtype, (*inner, *found.inner))


def attribute_value(found: Any) -> Any:
    """Return an attribute as plain text, number or list of these; None for anything else."""
    if isinstance(found, np.ndarray | np.generic):
        found = found.tolist()
    if isinstance(found, bytes):
        return _as_text(found)
    if isinstance(found, str | int | float):
        return found
    if isinstance(found, list):
        return [attribute_value(entry) for entry in found]
    return None


def _as_text(entry: Any) -> str:
    return entry.decode("utf-8", "replace") if isinstance(entry, bytes) else str(entry)


def _as_bytes(entry: Any) -> bytes:
    return entry.tobytes() if isinstance(entry, np.generic) else bytes(entry)


_CONVERT: Mapping[Kind, Callable[[Any], object]] = {
    Kind.TEXT: _as_text,
    Kind.BYTES: _as_bytes,
    Kind.LISTS: np.atleast_1d,
}
