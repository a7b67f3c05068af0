"""Zarr hierarchies, in a folder or a zip file, versions 2 and 3.

Groups are read here, arrays by the zarr library through a store of its own kind, so that an array
of a type or codec that isn't known leaves the others readable.  Codecs are let through by name: one
of numcodecs' unpickles.  Nothing is fetched from a network.
"""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vizterm_core.errors import DataError, VizError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.plain_tree import tree_columns
from vizterm_core.files.formats.tree import (
    Branch,
    Findings,
    Kind,
    Layout,
    Leaf,
    joined,
    simple,
)  # fmt: skip
from vizterm_core.files.formats.tree_columns import columns_of
from vizterm_core.files.formats.tree_source import TreeSource
from vizterm_core.files.formats.zarr_codecs import unknown_codec
from vizterm_core.files.formats.zarr_members import FolderMembers, Members, ZipMembers
from vizterm_core.files.memory import require_memory
from vizterm_core.files.stored import SAVE_AGAIN, Array
from vizterm_core.text import clean

if TYPE_CHECKING:
    from zarr.abc.store import Store

_INSTALL = "pip install 'vizterm[zarr]'"
_LARGEST_METADATA = 16 << 20
_SIZED = 64 << 20
"""Bytes of an array from which on it is asked how many of them are stored."""
_LONGEST_CAUSE = 120
_OBJECT = np.dtype(object)


def open_zip(file: DataFile) -> TreeSource:
    """Open a zip file with a zarr hierarchy; only descriptions are read, and lengths of lists.

    Raises
    ------
    DataError
        If zarr isn't installed, the file is damaged, or was rewritten in place.
    """
    make_store = _store_maker(file.name)
    with file.unchanged():
        return _source(file.name, ZipMembers(file), make_store)


def open_folder(path: Path) -> TreeSource:
    """Open a folder that is a zarr hierarchy; otherwise as `open_zip`."""
    name = clean(path.name or str(path))
    return _source(name, FolderMembers(path), _store_maker(name))


def _store_maker(name: str) -> Callable[[Members], Store]:
    try:
        made: Callable[[Members], Store] = import_module(
            "vizterm_core.files.formats.zarr_adapter"
        ).MembersStore
    except ImportError as error:
        raise DataError(f"{name} needs zarr, version 3", _INSTALL) from error
    return made


def _source(name: str, members: Members, make_store: Callable[[Members], Store]) -> TreeSource:
    tree = _Tree(name, members, make_store(members))
    root = tree.node("")
    if isinstance(root, Leaf):
        notes: list[str] = []
        columns = columns_of(root, tree.findings, notes)
        return TreeSource(name, members.files, columns, tree.findings.skipped, single=True)
    if root is None:
        why = next(iter(tree.findings.skipped.values()), "no hierarchy is in it")
        raise DataError(f"{name}: {why}", SAVE_AGAIN)
    columns, notes = tree_columns(root, tree.findings)
    return TreeSource(name, members.files, columns, tree.findings.skipped, tuple(notes))


class _Tree:
    """A zarr hierarchy as a tree.

    Parameters
    ----------
    name : str
        In messages.
    members : Members
    store : zarr Store
        The same members, for the library.
    """

    def __init__(self, name: str, members: Members, store: Store) -> None:
        self.findings = Findings()
        self._name = name
        self._members = members
        self._store = store
        self._zarr = import_module("zarr")
        self._lock = threading.RLock()

    def node(self, path: str) -> Branch | Leaf | None:
        """Group or array at a path; None where there is none, or it can't be read: noted then."""
        try:
            described = self._json(joined(path, "zarr.json"))
            if described is not None:
                return self._described(path, described)
            described = self._json(joined(path, ".zarray"))
            if described is not None:
                return self._leaf(path, described, self._old_attributes(path), 2)
            if self._json(joined(path, ".zgroup")) is not None:
                return self._branch(path, self._old_attributes(path))
        except DataError as error:
            for file in self._members.files:
                file.check()
            self.findings.skip(path, error.message)
        return None

    def _described(self, path: str, described: Mapping[str, Any]) -> Branch | Leaf | None:
        attributes = described.get("attributes")
        known = attributes if isinstance(attributes, dict) else {}
        if described.get("node_type") == "array":
            return self._leaf(path, described, known, 3)
        if described.get("node_type") == "group":
            return self._branch(path, known)
        self.findings.skip(path, "neither a group nor an array")
        return None

    def _json(self, key: str) -> dict[str, Any] | None:
        """Member that describes something; None if there is none."""
        size = self._members.size(key)
        if size is None:
            return None
        name = f"{self._name}: '{clean(key)}'"
        if size > _LARGEST_METADATA:
            raise DataError(f"{name} takes {size:,} bytes, too many to describe an array")
        try:
            found = json.loads(self._members.read(key, 0, size))
        except (ValueError, RecursionError) as error:
            raise DataError(f"{name} isn't JSON", SAVE_AGAIN) from error
        if not isinstance(found, dict):
            raise DataError(f"{name} doesn't describe anything", SAVE_AGAIN)
        return found

    def _old_attributes(self, path: str) -> dict[str, Any]:
        return self._json(joined(path, ".zattrs")) or {}

    def _branch(self, path: str, attributes: Mapping[str, Any]) -> Branch:
        def member(name: str) -> Branch | Leaf | None:
            return self.node(joined(path, name)) if simple(name) else None

        return Branch(path, attributes.get, lambda: self._members.inside(path), member)

    def _leaf(
        self, path: str, described: Mapping[str, Any], attributes: Mapping[str, Any], version: int
    ) -> Leaf | None:
        unknown = unknown_codec(described)
        if unknown:
            self.findings.skip(path, f"written with the codec {clean(unknown)}, which isn't read")
            return None
        with self._reading(path):
            array = self._zarr.open_array(self._store, path=path, mode="r", zarr_format=version)
            dtype = np.dtype(array.dtype)
            layout = self._layout(path, array, dtype)
        problem = layout.problem(array.shape, dtype.itemsize)
        if problem:
            self.findings.skip(path, problem)
            return None
        return self._leaf_of(array, path, dtype, layout, attributes, None)

    def _leaf_of(
        self,
        array: Any,
        path: str,
        dtype: np.dtype[Any],
        layout: Layout,
        attributes: Mapping[str, Any],
        field: str | None,
    ) -> Leaf | None:
        inner: tuple[int, ...] = ()
        if dtype.subdtype is not None:
            dtype, inner = dtype.subdtype
        kind = _kind(dtype)
        if kind is None:
            self.findings.skip(path, f"of the type {dtype}")
            return None
        parts = []
        for name in (dtype.names or ()) if field is None else ():
            part = dtype[name]
            parts.append(self._leaf_of(array, joined(path, name), part, layout, attributes, name))
        chunk = (*layout.chunk, *inner) if layout.chunk else ()
        return Leaf(
            path,
            kind,
            (*array.shape, *inner),
            dtype if kind in (Kind.NUMBERS, Kind.RECORDS) else _OBJECT,
            Layout(layout.place, chunk, layout.stored),
            lambda part: self._take(array, path, kind, part, field),
            attributes.get,
            fields=tuple(part for part in parts if part is not None),
        )

    def _take(
        self, array: Any, path: str, kind: Kind, part: slice | tuple[()], field: str | None
    ) -> Array:
        rows = array.shape[0] if array.shape else 1
        if isinstance(part, slice):
            rows = len(range(rows)[part])
        width = int(np.prod(array.shape[1:], dtype=object)) * array.dtype.itemsize
        require_memory(rows * width, f"'{clean(path)}'")
        with self._reading(path):
            # Of an array without axes zarr returns a scalar, in the machine's byte order.
            values = np.asarray(array[part], array.dtype)
            return _values(values if field is None else values[field], kind)

    def _layout(self, path: str, array: Any, dtype: np.dtype[Any]) -> Layout:
        chunk = tuple(int(side) for side in array.chunks) if array.shape else ()
        size = int(np.prod(array.shape, dtype=object)) * dtype.itemsize
        stored = self._members.stored(path) if size > _SIZED else None
        return Layout("in chunks", chunk, stored)

    @contextmanager
    def _reading(self, path: str) -> Iterator[None]:
        """A block that calls zarr, whose warnings aren't for people, and errors are DataErrors."""
        name = f"{self._name}: '{clean(path)}'" if path else self._name
        with self._lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield
            except VizError:
                raise
            except MemoryError as error:
                raise DataError(f"{name} doesn't fit into memory", SAVE_AGAIN) from error
            except Exception as error:  # zarr raises anything for damaged files
                cause = clean(str(error), _LONGEST_CAUSE)
                raise DataError(f"{name} can't be read: {cause}", SAVE_AGAIN) from error


def _kind(dtype: np.dtype[Any]) -> Kind | None:
    """What entries of a dtype are; None for what can't be read."""
    if dtype.kind in "biufcmM":
        return Kind.NUMBERS
    if dtype.kind in "TUS":
        return Kind.TEXT
    if dtype.kind == "V":
        return Kind.RECORDS if dtype.names else Kind.BYTES
    return Kind.BYTES if dtype.kind == "O" else None


def _values(read: np.ndarray[Any, Any], kind: Kind) -> Array:
    """Return what zarr read as the array that `Leaf.take` promises."""
    if kind is Kind.TEXT:
        return _as_objects(read, _as_text)
    return _as_objects(read, bytes) if kind is Kind.BYTES else read


def _as_objects(read: np.ndarray[Any, Any], convert: Callable[[Any], object]) -> Array:
    entries = map(convert, read.reshape(-1).tolist())
    return np.fromiter(entries, object, read.size).reshape(read.shape)


def _as_text(entry: object) -> str:
    return entry.decode("utf-8", "replace") if isinstance(entry, bytes) else str(entry)
