"""File formats that hold arrays: a module each, found by the tables below.

A new format is a new module, whose reader implements `files.source.Source`, and a line in
`FORMATS`, or in `FOLDERS` where it is a folder.  A module is imported when its first file is
opened, and so is the library that it may need.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path

from vizterm_core.errors import DataError
from vizterm_core.files.concatenated import ConcatenatedSource
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats import arrow_messages, npy, npz, photos
from vizterm_core.files.formats.beginnings import LEGACY_TORCH, begins_safetensors, is_torch_zip
from vizterm_core.files.formats.projector_names import is_projector
from vizterm_core.files.formats.refused import refuse_pickle, refuse_stand_ins
from vizterm_core.files.formats.shards import holds_shards, open_shards
from vizterm_core.files.formats.zarr_members import holds_zarr, is_zarr_folder
from vizterm_core.files.source import Source
from vizterm_core.text import clean

_MOST_ENTRIES = 2_000
"""Entries of a folder that are gone through to find a file in it."""
_MOST_NAMED = 4
_EXTRAS = {"pyarrow": "parquet", "h5py": "hdf5", "zarr": "zarr"}
"""Library -> the extra that installs it."""


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: how it is recognised, and what opens it."""

    starts: tuple[bytes, ...]
    """The bytes that a file may begin with; none where only `looks_right` can tell."""
    suffixes: tuple[str, ...]
    """In lower case; the first one is the format's name in messages."""
    open: Callable[[DataFile], Source]
    """Reads headers only."""
    looks_right: Callable[[DataFile], bool] | None = None
    """Decides among formats that begin alike, as zip files do; None: the first bytes are enough."""
    text: bool = False
    """Whether it is a table of text, which `load_heat` reads in its own way."""

    def holds(self, file: DataFile) -> bool:
        """Whether the content of a file is of this format."""
        longest = max(map(len, self.starts), default=0)
        if longest and not file.read(0, longest).startswith(self.starts):
            return False
        return bool(longest) if self.looks_right is None else self.looks_right(file)


@dataclass(frozen=True, slots=True)
class FolderFormat:
    """A folder that is opened as a whole."""

    name: str
    """For messages: "a TensorBoard projector folder"."""
    holds: Callable[[Path], bool]
    """Whether a folder is one; looks at names only."""
    open: Callable[[Path], Source]


def later(module: str, name: str) -> Callable[..., Source]:
    """Return what opens a file with a class or function of a module, imported only then."""

    def open_with(given: DataFile | Path) -> Source:
        try:
            found: Callable[..., Source] = getattr(import_module(f"{__name__}.{module}"), name)
        except ImportError as error:
            library = (error.name or "").partition(".")[0]
            if library not in _EXTRAS:
                raise
            path = given.path if isinstance(given, DataFile) else given
            raise DataError(
                f"{clean(path.name)} needs {library}, which is not installed",
                f"pip install 'vizterm[{_EXTRAS[library]}]'",
            ) from error
        return found(given)

    return open_with


def _also_packed(*suffixes: str) -> tuple[str, ...]:
    return (*suffixes, *(f"{suffix}.gz" for suffix in suffixes))


_TABLES = _also_packed(".csv", ".tsv", ".tab", ".txt", ".vec", ".data")
_JSON = _also_packed(".jsonl", ".json", ".ndjson")

FORMATS: tuple[Format, ...] = (
    Format(npz.STARTS, (".zarr.zip",), later("zarr_store", "open_zip"), holds_zarr),
    Format(npz.STARTS, (".pt", ".pth"), later("torch_file", "TorchFile"), is_torch_zip),
    Format(npz.STARTS, (".npz",), npz.NpzFile),
    Format(npy.STARTS, (".npy",), npy.NpyFile),
    Format((LEGACY_TORCH,), (".pt", ".pth"), later("torch_file", "TorchFile")),
    Format((b"PAR1", b"PARE"), (".parquet", ".parq"), later("parquet", "open_parquet")),
    Format((b"ARROW1", b"FEA1"), (".arrow", ".feather", ".ipc"), later("arrow", "open_arrow")),
    Format((), (".safetensors",), later("safetensors", "SafetensorsFile"), begins_safetensors),
    Format(
        (arrow_messages.CONTINUED,),
        (".arrow", ".arrows"),
        later("arrow", "open_arrow"),
        looks_right=arrow_messages.begins_stream,
    ),
    Format(
        (b"\x89HDF\r\n\x1a\n", b"MATLAB 7.3 MAT-file"),
        (".h5", ".h5ad", ".hdf5", ".h5mu", ".loom"),
        later("hdf5", "open_hdf5"),
    ),
    Format((), _TABLES, later("csv", "open_csv"), text=True),
    Format((), _JSON, later("json", "open_json"), text=True),
    Format((), (".bytes",), later("projector", "open_tensors")),
)
"""The first that fits wins: among formats that begin alike, the choosier one comes first."""

FOLDERS: tuple[FolderFormat, ...] = (
    FolderFormat("a TensorBoard projector", is_projector, later("projector", "open_projector")),
    FolderFormat("a folder of Parquet files", holds_shards, open_shards),
    FolderFormat("a zarr folder", is_zarr_folder, later("zarr_store", "open_folder")),
    FolderFormat("a folder of pictures", photos.holds, photos.PhotoFolder),
)
"""The first that fits wins; of pictures, many kinds of folders hold some."""


def find_format(file: DataFile) -> Format | None:
    """Return the format of a file: by its content, by its suffix where that says nothing."""
    suffix = file.path.name.lower()
    by_content = (known for known in FORMATS if known.holds(file))
    by_suffix = (known for known in FORMATS if suffix.endswith(known.suffixes))
    return next(by_content, None) or next(by_suffix, None)


def wanted() -> str:
    """Return the formats in words: ".npz, .npy or .csv"."""
    # The choosier ones come first in the table, and last in words.
    ordered = sorted(FORMATS, key=lambda known: known.looks_right is not None)
    names = list(dict.fromkeys(known.suffixes[0] for known in ordered))
    return " or ".join((", ".join(names[:-1]), names[-1]))


def open_source(path: str | os.PathLike[str] | DataFile) -> Source:
    """Open a file or a folder that holds arrays; only headers are read.

    Parameters
    ----------
    path : path-like, or DataFile

    Raises
    ------
    DataError
        If there is no such file, it can't be read, is damaged, or is in none of the formats.
    """
    if not isinstance(path, DataFile) and Path(path).is_dir():
        return _open_folder(Path(path))
    file = path if isinstance(path, DataFile) else DataFile(path, wanted())
    refuse_stand_ins(file)
    known = find_format(file)
    if known is None:
        refuse_pickle(file)
        what = f"is not an {wanted()} file" if file.size else "is empty"
        raise DataError(f"{file.name} {what}", npz.SAVE)
    return known.open(file)


def open_sources(
    paths: Sequence[str | os.PathLike[str] | DataFile], *, notes: Sequence[str] = ()
) -> Source:
    """Open a file, or several files with the same columns as one source: their rows in order.

    Parameters
    ----------
    paths : sequence of path-like
        One or more.
    notes : sequence of str
        What is to be said of several.

    Raises
    ------
    DataError
        As `open_source`, and if they have no column in common.
    """
    sources = [open_source(path) for path in paths]
    return sources[0] if len(sources) == 1 else ConcatenatedSource(sources, notes=notes)


def opened_whole(path: Path) -> bool:
    """Whether a folder is of one of the formats for folders; errors of the system are raised."""
    return any(known.holds(path) for known in FOLDERS)


def _open_folder(path: Path) -> Source:
    try:
        known = next((known for known in FOLDERS if known.holds(path)), None)
    except OSError as error:
        raise DataError(f"can't read {clean(path.name)}: {error.strerror or error}") from error
    if known is None:
        raise DataError(f"{clean(path.name)} is a directory", _one_of(path))
    return known.open(path)


def _one_of(path: Path) -> str:
    """Return the hint to name a file of a folder, with the first ones that may be opened."""
    suffixes = tuple(suffix for known in FORMATS for suffix in known.suffixes)
    with os.scandir(path) as entries:
        names = sorted(
            entry.name
            for entry in islice(entries, _MOST_ENTRIES)
            if entry.name.lower().endswith(suffixes) and not entry.name.startswith(".")
        )
    arrays = [name for name in names if not name.lower().endswith((*_TABLES, *_JSON))]
    found = [clean(name) for name in (arrays or names)[:_MOST_NAMED]]
    if not found:
        return f"name an {wanted()} file"
    return f"name a file in it: {', '.join(found)}"
