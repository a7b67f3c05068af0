"""TensorBoard's projector: vectors, metadata and a sprite, each in a file of its own.

A folder is opened by its `projector_config.pbtxt`, or by the usual names; `tensors.tsv` and
`.bytes` files are opened with what belongs to them beside.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.projector_config import Embedding, read_config
from vizterm_core.files.formats.projector_files import (
    BytesSource,
    SpriteSource,
    metadata_source,
)
from vizterm_core.files.formats.projector_names import CONFIGS, METADATA, SPRITES, TENSORS
from vizterm_core.files.joined import JoinedSource
from vizterm_core.files.source import Source
from vizterm_core.files.table import TableSource
from vizterm_core.files.text.content import text_content
from vizterm_core.files.text.layout import find_layout
from vizterm_core.files.text.table import read_table
from vizterm_core.text import clean

VECTORS = "vectors"
"""The column of the points' vectors."""

_BYTES = ".bytes"
_EXPORT = "write the vectors to tensors.tsv, a line a point: np.savetxt(path, X, delimiter='\\t')"


def open_projector(folder: Path) -> Source:
    """Open a projector's folder: the first embedding that is there.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    DataError
        If there are no vectors, or they can't be read.
    """
    name = clean(folder.name or str(folder))
    config = next((folder / name for name in CONFIGS if (folder / name).is_file()), None)
    listed = [] if config is None else read_config(DataFile(config, CONFIGS[0]))
    there = [known for known in listed if _inside(folder, known.tensor_path) is not None]
    if there:
        chosen, others = there[0], there[1:]
        tensors = _inside(folder, chosen.tensor_path)
    else:
        tensors = next((folder / name for name in TENSORS if (folder / name).is_file()), None)
        chosen, others = (listed[0] if listed else Embedding()), []
    if tensors is None:
        raise DataError(f"{name}: {_where(listed)}", _EXPORT)
    metadata = _inside(folder, chosen.metadata_path) or _usual(folder, METADATA)
    sprite = _inside(folder, chosen.sprite_path) or _usual(folder, SPRITES)
    notes = [f"{_called(chosen)} of the projector"] if there else []
    if others:
        notes.append(f"also there: {', '.join(_called(other) for other in others[:8])}")
    missing = [
        path
        for path, found in ((chosen.metadata_path, metadata), (chosen.sprite_path, sprite))
        if path and found is None
    ]
    skipped = {clean(path): "isn't there" for path in missing}
    return _joined(name, tensors, metadata, sprite, chosen, notes, skipped)


def open_tensors(file: DataFile) -> Source:
    """Open raw float32 vectors, `.bytes`, with the metadata beside it, which tells their number.

    Raises
    ------
    DataError
        If their shape isn't known.
    """
    folder, stem = file.path.parent, file.path.stem
    prefix = stem.removesuffix("tensors").removesuffix("vectors")
    names = [f"{prefix}{name}" for name in METADATA] if prefix != stem else []
    return _joined(
        file.name, file, _usual(folder, names), _usual(folder, [f"{prefix}{SPRITES[0]}"])
    )


def with_metadata(source: Source) -> Source | None:
    """Return vectors in a `.tsv` file with the metadata beside it; None if they have none."""
    (file,) = source.files
    folder, name = file.path.parent, file.path.name
    usual = next((known for known in TENSORS[:2] if name.endswith(known)), None)
    if usual is None:
        return None
    prefix = name.removesuffix(usual)
    metadata = _usual(folder, [f"{prefix}{known}" for known in METADATA])
    if metadata is None:
        return None
    return _joined(file.name, file, metadata, None)


def _joined(
    name: str,
    tensors: Path | DataFile,
    metadata: Path | None,
    sprite: Path | None,
    known: Embedding | None = None,
    notes: list[str] | None = None,
    skipped: dict[str, str] | None = None,
) -> Source:
    """Return vectors, metadata and sprite as one source."""
    known, notes, skipped = known or Embedding(), notes or [], skipped or {}
    file = tensors if isinstance(tensors, DataFile) else DataFile(tensors, TENSORS[0])
    beside = None if metadata is None else DataFile(metadata, METADATA[0])
    if file.path.suffix.lower() == _BYTES:
        vectors: Source = BytesSource(file, VECTORS, known.shape, beside)
    else:
        vectors = _text_vectors(file)
    count = vectors.columns[VECTORS].shape[0]
    parts = [vectors]
    if beside is not None:
        try:
            parts.append(metadata_source(beside, count))
        except DataError as error:
            skipped[beside.name] = error.message
    if sprite is not None:
        try:
            parts.append(SpriteSource(DataFile(sprite, SPRITES[0]), known.tile, count))
        except DataError as error:
            skipped[clean(sprite.name)] = error.message
    notes += [f"{part.name} beside it" for part in parts[1:]]
    return JoinedSource(parts, name, notes=notes, skipped=skipped)


def _text_vectors(file: DataFile) -> TableSource:
    """Return vectors in lines, their numbers between tabs.

    Raises
    ------
    DataError
        If they aren't numbers only.
    """
    content = text_content(file)
    layout = find_layout(content, tabs=True, header=False, quotes=False)
    table = read_table(content, layout, VECTORS)
    found = table.columns.get(VECTORS)
    if len(table.columns) != 1 or not isinstance(found, np.ndarray) or found.dtype.kind not in "if":
        raise DataError(f"{file.name} doesn't hold vectors: numbers between tabs", _EXPORT)
    found = found.reshape(table.rows, -1)
    return TableSource({VECTORS: found}, file.name, files=[file], notes=table.notes)


def _inside(folder: Path, path: str) -> Path | None:
    """Return the file of a path in the configuration, which must lie in the folder."""
    if not path or "\0" in path:
        return None
    for found in (folder / path, folder / Path(path).name):
        try:
            if found.is_file() and found.resolve().is_relative_to(folder.resolve()):
                return found
        except OSError:
            continue
    return None


def _usual(folder: Path, names: tuple[str, ...] | list[str]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _where(listed: list[Embedding]) -> str:
    """Say where the vectors are, if they aren't there."""
    paths = [known.tensor_path for known in listed if known.tensor_path]
    if paths:
        return f"the vectors, {clean(paths[0])}, aren't there"
    if listed:
        return f"the vectors, {_called(listed[0])}, are in a checkpoint, which isn't read"
    return "the configuration lists no embedding"


def _called(known: Embedding) -> str:
    return clean(known.name or known.tensor_path)
