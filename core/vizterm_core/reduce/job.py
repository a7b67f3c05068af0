"""What a process is asked for that makes a map, and what it says meanwhile: lines of JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from vizterm_core.files.data_file import DataFile
from vizterm_core.load.keys import Keys
from vizterm_core.neighbours.metric import Metric
from vizterm_core.reduce.parameters import Parameters


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was opened; others have other content."""

    path: str
    size: int
    modified: int
    """Nanoseconds."""

    @classmethod
    def of(cls, file: DataFile) -> Self:
        """Return the state of a file that is open."""
        return cls(str(file.path), file.size, file.modified)


@dataclass(frozen=True, slots=True)
class InFiles:
    """Vectors that the process reads itself, where they lie."""

    paths: tuple[str, ...]
    keys: Keys
    files: tuple[FileState, ...]
    """All that are read, as they were when the data on screen were read."""
    root: str | None = None
    """The folder that paths of pictures are relative to."""


@dataclass(frozen=True, slots=True)
class InMemory:
    """Vectors that the process is handed, in a file without a name."""

    shape: tuple[int, ...]
    dtype: str
    metric: Metric


@dataclass(frozen=True, slots=True)
class Order:
    """What the process is told."""

    vectors: InFiles | InMemory
    total: int
    """Rows of the data."""
    parameters: Parameters
    cache: Path | None = None
    """The folder of maps that were made before."""
    background: bool = True
    """Whether others go first."""
    descriptors: dict[str, int] = field(default_factory=dict)
    """Open files: "result", and perhaps "rows", "labels" and "vectors"."""

    def line(self) -> bytes:
        """Return it as a line."""
        told: dict[str, Any] = {
            "total": self.total,
            "parameters": self.parameters.told(),
            "cache": None if self.cache is None else str(self.cache),
            "background": self.background,
            "descriptors": self.descriptors,
        }
        if isinstance(self.vectors, InFiles):
            told["files"] = asdict(self.vectors)
        else:
            told["memory"] = asdict(self.vectors) | {"metric": self.vectors.metric.value}
        return json.dumps(told).encode("utf-8", "surrogatepass") + b"\n"

    @classmethod
    def of(cls, line: bytes) -> Self:
        """Return what a line says."""
        told = json.loads(line)
        cache = told["cache"]
        return cls(
            _in_files(told["files"]) if "files" in told else _in_memory(told["memory"]),
            told["total"],
            Parameters.of(told["parameters"]),
            None if cache is None else Path(cache),
            told["background"],
            told["descriptors"],
        )


def _in_files(told: dict[str, Any]) -> InFiles:
    keys = told["keys"]
    shape = keys["image_shape"]
    return InFiles(
        tuple(told["paths"]),
        Keys(**keys | {"image_shape": None if shape is None else tuple(shape)}),
        tuple(FileState(**each) for each in told["files"]),
        told["root"],
    )


def _in_memory(told: dict[str, Any]) -> InMemory:
    return InMemory(tuple(told["shape"]), told["dtype"], Metric(told["metric"]))
