"""The files of a TensorBoard projector by their usual names."""

from __future__ import annotations

from pathlib import Path

CONFIGS = ("projector_config.pbtxt", "projector_config.json")
TENSORS = ("tensors.tsv", "vectors.tsv", "tensors.bytes", "vectors.bytes")
METADATA = ("metadata.tsv", "labels.tsv", "meta.tsv")
SPRITES = ("sprite.png", "sprite.jpg", "sprites.png")


def is_projector(folder: Path) -> bool:
    """Whether a folder is a projector's: it has a configuration, or vectors by their usual name."""
    return any((folder / name).is_file() for name in (*CONFIGS, *TENSORS))
