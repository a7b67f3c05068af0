"""What lies beside an array: labels, names, pictures, a table, found by usual names and length.

A file belongs to an array if it lies in the same folder, is called as such files usually are, and
has as many rows.  A table of another name belongs to it if it is the only one with as many rows.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats import open_source
from vizterm_core.files.formats.csv import open_list
from vizterm_core.files.formats.projector import with_metadata
from vizterm_core.files.joined import JoinedSource
from vizterm_core.files.source import ArraySpec, Categories, Source
from vizterm_core.files.text.layout import names_a_column
from vizterm_core.text import clean, describe_shape

VECTORS = (
    "embeddings", "embedding", "features", "feature", "feats", "vectors", "vecs", "emb", "embs",
    "latents", "latent", "activations", "codes", "data", "x",
)  # fmt: skip
"""Words for the array itself: "train_embeddings.npy" has its labels in "train_labels.npy"."""
MAPS = ("umap", "tsne", "t-sne", "pca", "coords", "xy", "x_umap", "x_tsne", "projection", "points")
"""Finished maps that may lie beside vectors."""
LABELS = (
    "labels", "label", "y", "targets", "target", "classes", "clusters", "cluster", "preds",
    "predictions", "y_true", "y_pred",
)  # fmt: skip
PICTURES = ("images", "imgs", "image", "pictures", "thumbnails", "x_plot")
NAMES = (
    "names", "ids", "paths", "filenames", "files", "image_paths", "img_paths", "filepaths",
    "file_names", "image_names", "words", "vocab", "tokens", "texts", "titles", "captions",
)  # fmt: skip
CLASS_NAMES = (
    "class_names", "classnames", "classes", "label_names", "target_names", "categories",
)  # fmt: skip
"""Names once a class, not once a point: these may have any length."""
TABLES = (
    "metadata", "meta", "info", "labels", "data", "index", "dataset", "annotations", "df", "points",
)  # fmt: skip

_ARRAY = (".npy",)
_LINES = (".txt",)
_TENSORS = (".pt", ".pth", ".safetensors")
"""Files that often hold one tensor and nothing else."""
_TABLE = (".csv", ".tsv", ".jsonl", ".json", ".parquet", ".csv.gz", ".jsonl.gz")
_TEXT_TABLE = (".csv", ".tsv", ".jsonl", ".csv.gz", ".tsv.gz", ".jsonl.gz")
_MOST_FILES = 24
"""Files that are looked into."""
_MOST_LISTED = 2000
"""Entries of the folder that are gone through."""
_LARGEST = 1 << 28
"""Bytes of a table of an unknown name that is looked into."""
_PIECE = 1 << 20
_TAGS = ".tags.csv"
"""The end of the names of files that are no columns of the data, but what was made of them."""
_WORD = re.compile("|".join(sorted(VECTORS, key=len, reverse=True)), re.IGNORECASE)


def with_neighbours(source: Source) -> Source:
    """Return an array that is alone in its file with what belongs to it in the same folder.

    Parameters
    ----------
    source : Source

    Returns
    -------
    Source
        The same one, if it isn't one array of vectors or pictures, or nothing lies beside it.
        Otherwise a `JoinedSource`: its notes say what was found, and `skipped` what has a usual
        name and another length, or can't be read.
    """
    spec = _array(source)
    if spec is None:
        return source
    if source.name.lower().endswith(".tsv"):
        found = with_metadata(source)
        if found is not None:
            return found
    return _Neighbours(source, spec).joined()


def _array(source: Source) -> ArraySpec | None:
    """Return the array that a source is, if it may have labels and the like beside it."""
    alone = source.single or source.name.lower().endswith(_TENSORS)
    if not alone or len(source.files) != 1 or len(source.columns) != 1:
        return None
    (spec,) = source.columns.values()
    return spec if len(spec.shape) > 1 and spec.shape[0] > 1 and not spec.objects else None


class _Neighbours:
    """The files beside an array, looked into one after the other."""

    def __init__(self, source: Source, spec: ArraySpec) -> None:
        self._source = source
        self._path = source.files[0].path
        self._shape = spec.shape
        self._count = spec.shape[0]
        self._found: list[Source] = []
        self._notes: list[str] = []
        self._skipped: dict[str, str] = {}

    def joined(self) -> Source:
        names = self._entries()
        known = list(islice(self._known(names), _MOST_FILES))
        for name in known:
            self._take(name)
        if not any(_is_table(part) for part in self._found):
            self._take_only_table([name for name in names if name not in known])
        if not (self._found or self._notes or self._skipped):
            return self._source
        notes = [f"{part.name} beside it" for part in self._found] + self._notes
        return JoinedSource(
            [self._source, *self._found], self._source.name, notes=notes, skipped=self._skipped
        )

    def _entries(self) -> list[str]:
        """Return the names of files in the folder, sorted."""
        try:
            with os.scandir(self._path.parent or Path()) as entries:
                some = islice(entries, _MOST_LISTED)
                found = sorted(entry.name for entry in some if entry.is_file())
        except OSError:
            return []
        return [name for name in found if name != self._path.name and not name.endswith(_TAGS)]

    def _known(self, names: list[str]) -> Iterator[str]:
        """Return the files with usual names, in the order of the table."""
        lower: dict[str, str] = {}
        for name in names:
            lower.setdefault(name.lower(), name)
        for wanted in self._usual():
            if wanted in lower:
                yield lower.pop(wanted)

    def _usual(self) -> Iterator[str]:
        """Return names that belong to an array, in lower case; its own prefix comes first."""
        stem = self._path.stem.lower()
        arrays = (*LABELS, *PICTURES, *NAMES, *self._others(), *CLASS_NAMES)
        lists = (*LABELS, *NAMES, *CLASS_NAMES)
        for form in self._forms(stem):
            kinds = ((arrays, _ARRAY), (lists, (*_LINES, ".json")), (TABLES, _TABLE))
            for words, suffixes in kinds:
                for word in words:
                    for suffix in suffixes:
                        yield form.format(word) + suffix
        for suffix in (*_TABLE, *_LINES):
            yield stem + suffix

    def _others(self) -> tuple[str, ...]:
        """Return names of other coordinates: of pictures any, of vectors finished maps only."""
        if len(self._shape) > 2:
            return (*MAPS, *VECTORS)
        return MAPS if self._shape[1] > 3 else ()

    @staticmethod
    def _forms(stem: str) -> Iterator[str]:
        """Return how names are made of a word: "train_{}", "embeddings_{}", "{}"."""
        plain = stem.replace("{", "").replace("}", "")
        match = _WORD.search(plain)
        if match is not None and match[0] != plain:
            yield plain[: match.start()] + "{}" + plain[match.end() :]
            if match.start() and match.end() < len(plain):
                # "img_emb_0": its table is "metadata_0".
                yield "{}" + plain[match.end() :]
        yield plain + "_{}"
        yield plain + "-{}"
        yield plain + ".{}"
        yield "{}"

    def _open(self, name: str) -> Source:
        file = DataFile(self._path.parent / name, "array or table")
        return open_list(file) if name.lower().endswith(_LINES) else open_source(file)

    def _take(self, name: str) -> None:
        """Join a file of a usual name, or say why not."""
        try:
            part = self._fitting(self._open(name))
        except DataError as error:
            self._skipped[clean(name)] = error.message
            return
        stem = name.lower().partition(".")[0]
        any_length = stem.endswith(CLASS_NAMES)
        lengths = {spec.shape[:1] for spec in part.columns.values()}
        if not part.columns:
            return
        if any_length or lengths == {(self._count,)}:
            self._found.append(part)
            return
        spec = next(spec for spec in part.columns.values() if spec.shape[:1] != (self._count,))
        held = f"{spec.shape[0]:,} rows" if spec.shape else describe_shape(spec.shape)
        self._skipped[part.name] = f"{held}, not {self._count:,}"

    def _fitting(self, part: Source) -> Source:
        """Return a list without its first line, if that is one too many and names the rest."""
        lengths = [spec.shape for spec in part.columns.values()]
        if lengths == [(self._count - 1,)] and _is_text(part):
            # What seems to be a header may be the first value.
            return open_list(part.files[0])
        if not part.single or lengths != [(self._count + 1,)] or not _is_text(part):
            return part
        header = _header_of_list(part)
        if header is None:
            return part
        self._notes.append(f"{part.name}: its first line, {clean(header, 40)!r}, is its header")
        return open_list(part.files[0], header=True)

    def _take_only_table(self, names: list[str]) -> None:
        """Join the only table with as many rows; of several none, and say so."""
        found, others = [], []
        tables = [name for name in names if name.lower().endswith(_TEXT_TABLE)]
        for name in tables[:_MOST_FILES]:
            try:
                file = DataFile(self._path.parent / name, "table")
                if file.size > _LARGEST or not _may_have_rows(file, self._count):
                    continue
                part = open_source(file)
            except DataError:
                continue
            lengths = {spec.shape[:1] for spec in part.columns.values()}
            if lengths == {(self._count,)}:
                found.append(part)
            elif len(lengths) == 1:
                others.append((part.name, *lengths.pop()))
        if not found and len(tables) == 1:
            self._notes += [
                f"{name} beside it has {rows:,} rows, not {self._count:,}: not used"
                for name, rows in others
            ]
        if len(found) == 1:
            self._found += found
        elif found:
            both = ", ".join(part.name for part in found[:4])
            self._notes.append(f"{len(found)} tables beside it have {self._count:,} rows: {both}")


def _is_table(part: Source) -> bool:
    return part.name.lower().endswith(_TABLE)


def _is_text(part: Source) -> bool:
    return part.name.lower().endswith((*_LINES, ".csv", ".tsv"))


def _header_of_list(part: Source) -> str | None:
    """Return the first line of a list, if it is a usual name, a "0", or above text that repeats."""
    (column,) = part.columns
    values = part.read(column)
    if isinstance(values, Categories):
        counts = np.bincount(values.codes[values.codes >= 0], minlength=len(values.values))
        first = values.codes[0]
        return str(values.values[first]) if first >= 0 and counts[first] == 1 else None
    if values.ndim != 1:
        return None
    first = str(values[0])
    rest = [str(value) for value in values[1:].tolist()]
    return first if first == "0" or names_a_column(first, rest) else None


def _may_have_rows(file: DataFile, count: int) -> bool:
    """Whether a text may have that many rows: packed, or with as many lines at least."""
    if file.path.name.lower().endswith(".gz"):
        return True
    lines = quotes = start = 0
    while start < file.size:
        piece = file.read(start, _PIECE)
        lines += piece.count(b"\n")
        quotes += piece.count(b'"')
        start += len(piece)
    lines += 1
    # Blank lines and comments aren't rows; quoted cells may have line breaks.
    return lines >= count and (bool(quotes) or lines <= 2 * count + 100)
