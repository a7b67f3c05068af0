"""What maps of vectors are asked for, on the command line or from Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from vizterm_core.load.keys import Keys
from vizterm_core.reduce.parameters import Method, Parameters

AUTO, NONE, PCA, UMAP = "auto", "none", Method.PCA.value, Method.UMAP.value
METHODS = (NONE, PCA, UMAP)
"""What --reduce can be."""


@dataclass(frozen=True, slots=True)
class ReduceOptions:
    """What maps are to be made."""

    method: str = AUTO
    """One of `METHODS`, or `AUTO`: UMAP on the screen, where there is no finished map."""
    parameters: Parameters = field(default_factory=Parameters)
    save: Path | None = None
    """A .npy that the places of the map are written to."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Files that data come from."""

    paths: tuple[str, ...]
    keys: Keys
    root: str | None = None
    """The folder that paths of pictures are relative to."""
