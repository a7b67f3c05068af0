"""HDF5 files: `.h5`, `.h5ad` and their like, read by h5py through the file that is held open.

Nothing outside the file is read: external and soft links aren't followed, nor are arrays whose data
lie in other files.  Filters that aren't at hand, and types that numpy doesn't have, are said.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any

import numpy as np

from vizterm_core.errors import DataError, VizError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.hdf5_lengths import entry_lengths, of_any_length
from vizterm_core.files.formats.hdf5_stream import Hdf5Stream
from vizterm_core.files.formats.hdf5_types import Entry, attribute_value, entry_of
from vizterm_core.files.formats.plain_tree import tree_columns
from vizterm_core.files.formats.tree import (
    Branch,
    Findings,
    Layout,
    Leaf,
    joined,
    simple,
)  # fmt: skip
from vizterm_core.files.formats.tree_source import TreeSource
from vizterm_core.files.memory import require_memory
from vizterm_core.files.stored import SAVE_AGAIN, Array
from vizterm_core.text import clean, describe_bytes

_INSTALL = "pip install 'vizterm[hdf5]'"
_FILTERS = {32000: "lzf", 32001: "blosc", 32004: "lz4", 32008: "bitshuffle", 32015: "zstd"}
_LARGEST_ATTRIBUTE = 1 << 20
_LONGEST_CAUSE = 120
_NO_SIGNATURE = "file signature not found"
_CHUNK_CACHE = 16 << 20
"""Bytes of unpacked chunks that are kept of an array: rows near each other share them."""


def open_hdf5(file: DataFile) -> TreeSource:
    """Open an HDF5 file; only headers are read, and the lengths of lists.

    Raises
    ------
    DataError
        If h5py isn't installed, the file isn't HDF5, is damaged, or was rewritten in place.
    """
    try:
        h5py = import_module("h5py")
    except ImportError as error:
        raise DataError(f"{file.name} needs h5py", _INSTALL) from error
    with file.unchanged():
        tree = _Tree(h5py, file)
        columns, notes = tree_columns(tree.root(), tree.findings)
    return TreeSource(file.name, (file,), columns, tree.findings.skipped, tuple(notes))


class _Tree:
    """An HDF5 file that is open as long as something of it may be read.

    Parameters
    ----------
    h5py : module
    file : DataFile
    """

    def __init__(self, h5py: Any, file: DataFile) -> None:
        self.findings = Findings()
        self._h5py = h5py
        self._file = file
        self._stream = Hdf5Stream(file)
        self._lock = threading.RLock()
        self._checked: set[str] = set()
        """Arrays of which no entry is longer than the file."""
        with self.reading(""):
            try:
                self._opened = h5py.File(self._stream, "r", rdcc_nbytes=_CHUNK_CACHE)
            except OSError as error:
                if _NO_SIGNATURE not in str(error):
                    raise
                raise DataError(f"{file.name} is not an HDF5 file", SAVE_AGAIN) from error
            sizes = self._opened.id.get_create_plist().get_sizes()
            self._stream.length_bytes = int(sizes[1])
        # Before the interpreter takes apart what HDF5 would call when it closes the file by itself.
        weakref.finalize(self, _close, self._opened)

    def root(self) -> Branch:
        """The group that everything is in."""
        with self.reading(""):
            found = self._found(self._opened, "")
        assert isinstance(found, Branch)
        return found

    @contextmanager
    def reading(self, path: str) -> Iterator[None]:
        """A block that calls h5py: one at a time, and whatever it raises is a DataError."""
        name = f"{self._file.name}: '{clean(path)}'" if path else self._file.name
        with self._lock, self._file.unchanged():
            try:
                yield
            except VizError:
                raise
            except MemoryError as error:
                raise DataError(f"{name} doesn't fit into memory", SAVE_AGAIN) from error
            except Exception as error:  # h5py raises anything for damaged files
                self._raise_if_failed()
                cause = clean(str(error), _LONGEST_CAUSE)
                raise DataError(f"{name} can't be read: {cause}", SAVE_AGAIN) from error
            self._raise_if_failed()

    def _raise_if_failed(self) -> None:
        error, self._stream.error = self._stream.error, None
        if error is not None:
            raise error

    def _found(self, item: Any, path: str) -> Branch | Leaf | None:
        """Group or array as part of a tree; None where it can't be read, which is noted."""
        if isinstance(item, self._h5py.Group):
            return Branch(
                path,
                lambda name: self._attribute(item, path, name),
                lambda: self._names(item, path),
                lambda name: self._member(item, path, name),
                int(self._h5py.h5o.get_info(item.id).addr),
            )
        if not isinstance(item, self._h5py.Dataset):
            self.findings.skip(path, "neither a group nor an array")
            return None
        return self._leaf(item, path)

    def _names(self, group: Any, path: str) -> list[str]:
        try:
            with self.reading(path):
                # A name that isn't text comes as bytes.
                return [
                    name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name
                    for name in group
                ]
        except DataError as error:
            self._file.check()
            if not path:
                raise
            self.findings.skip(path, error.message)
            return []

    def _member(self, group: Any, path: str, name: str) -> Branch | Leaf | None:
        full = joined(path, name)
        if not simple(name):
            return None
        try:
            with self.reading(full):
                links, key = group.id.links, name.encode("utf-8", "surrogateescape")
                if not links.exists(key):
                    return None
                kind = links.get_info(key).type
                if kind != self._h5py.h5l.TYPE_HARD:
                    soft = kind == self._h5py.h5l.TYPE_SOFT
                    what = "a soft link" if soft else "a link to another file"
                    self.findings.skip(full, f"{what}, not followed")
                    return None
                return self._found(group[key], full)
        except DataError as error:
            self._file.check()
            self.findings.skip(full, error.message)
            return None

    def _attribute(self, item: Any, path: str, name: str) -> Any:
        try:
            with self.reading(path):
                if name not in item.attrs:
                    return None
                attribute = item.attrs.get_id(name)
                size = int(np.prod(attribute.shape or (), dtype=object)) * attribute.dtype.itemsize
                return attribute_value(item.attrs[name]) if size <= _LARGEST_ATTRIBUTE else None
        except DataError:
            self._file.check()
            return None

    def _leaf(self, dataset: Any, path: str) -> Leaf | None:
        entry = entry_of(self._h5py, dataset.dtype)
        why = entry if isinstance(entry, str) else self._unreadable(dataset)
        if why:
            self.findings.skip(path, why)
            return None
        assert isinstance(entry, Entry)
        layout = _layout(dataset)
        problem = layout.problem(dataset.shape, dataset.dtype.itemsize)
        if problem:
            self.findings.skip(path, problem)
            return None
        return self._leaf_of(dataset, path, entry, layout, None)

    def _leaf_of(
        self, dataset: Any, path: str, entry: Entry, layout: Layout, field: str | None
    ) -> Leaf:
        shape = (*dataset.shape, *entry.inner)
        fields = []
        for name, part in entry.fields.items():
            if isinstance(part, str):
                self.findings.skip(joined(path, name), part)
            else:
                fields.append(self._leaf_of(dataset, joined(path, name), part, layout, name))
        # Other axes of a field lie in one chunk.
        chunk = (*layout.chunk, *entry.inner) if layout.chunk else ()
        return Leaf(
            path,
            entry.kind,
            shape,
            entry.dtype,
            Layout(layout.place, chunk, layout.stored),
            lambda part: self._take(dataset, path, entry, part, field),
            lambda name: self._attribute(dataset, path, name),
            entry.names,
            tuple(fields),
        )

    def _take(
        self, dataset: Any, path: str, entry: Entry, part: slice | tuple[()], field: str | None
    ) -> Array:
        rows = dataset.shape[0] if dataset.shape else 1
        if isinstance(part, slice):
            rows = len(range(rows)[part])
        width = int(np.prod(dataset.shape[1:], dtype=object)) * dataset.dtype.itemsize
        require_memory(rows * width, f"'{clean(path)}'")
        with self.reading(path):
            self._check_lengths(dataset, path)
            values = dataset[part] if field is None else dataset.fields(field)[part]
            return entry.values(values, scalar=not dataset.shape)

    def _check_lengths(self, dataset: Any, path: str) -> None:
        """Raise a DataError if an entry claims to be longer than the file, once for an array.

        HDF5 makes room for an entry of any length before it looks for it.
        """
        if path in self._checked or not of_any_length(self._h5py, dataset.dtype):
            return
        for lengths in entry_lengths(dataset, self._file):
            if lengths.size and int(lengths.max()) > self._file.size:
                raise DataError(
                    f"{self._file.name}: '{clean(path)}' is damaged: an entry of "
                    f"{int(lengths.max()):,} values in {self._file.size:,} bytes",
                    SAVE_AGAIN,
                )
        self._checked.add(path)

    def _unreadable(self, dataset: Any) -> str:
        """Reason why an array can't be read; empty if there is none."""
        if dataset.shape is None:
            return "empty"
        if dataset.is_virtual:
            return "made of parts of other files, not followed"
        settings = dataset.id.get_create_plist()
        if settings.get_external_count():
            return "in another file, not followed"
        for place in range(settings.get_nfilters()):
            code, _, _, name = settings.get_filter(place)
            if not self._h5py.h5z.filter_avail(code):
                known = _FILTERS.get(code) or name.decode("utf-8", "replace") or str(code)
                return f"compressed by a filter that isn't installed: {clean(known)}"
        return ""


def _layout(dataset: Any) -> Layout:
    if dataset.chunks is None:
        return Layout("stored", (), int(dataset.id.get_storage_size()))
    stored = int(dataset.id.get_storage_size())
    named = dataset.compression
    packed = dataset.id.get_create_plist().get_nfilters()
    how = f"{named or 'packed'} to {describe_bytes(stored)}" if packed else "in chunks"
    return Layout(how, tuple(dataset.chunks), stored)


def _close(opened: Any) -> None:
    # What HDF5 may find damaged when it closes a file isn't asked for any more.
    with suppress(Exception):
        opened.close()
