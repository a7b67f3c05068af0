"""Maps made of vectors: what is asked for, where the vectors lie, and how it is carried out."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np
import numpy.typing as npt

from vizterm.embed.reduce_options import AUTO, UMAP, Origin, ReduceOptions
from vizterm_core.errors import DataError
from vizterm_core.neighbours.vectors import Vectors
from vizterm_core.reduce.engines import engines_there, require_engine
from vizterm_core.reduce.facts import Facts
from vizterm_core.reduce.job import FileState, InFiles
from vizterm_core.reduce.parameters import Method, Parameters
from vizterm_core.reduce.process import Made, Reduction, Wanted
from vizterm_core.reduce.progress import Progress
from vizterm_core.text import clean

if TYPE_CHECKING:
    from vizterm_core.scatter.embedding import Embedding

_TOLD_AFTER = 0.5
"""Seconds after which progress is printed."""

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reducer:
    """Makes maps of the vectors of some data."""

    options: ReduceOptions = field(default_factory=ReduceOptions)
    origin: Origin | None = None
    """None for data in memory."""
    cache: Path | None = None
    """The folder of maps that were made before."""

    def wanted(
        self,
        embedding: Embedding,
        parameters: Parameters,
        rows: Rows | None = None,
        vectors: str | None = None,
    ) -> Wanted:
        """Return what to ask of a process.

        Parameters
        ----------
        embedding : Embedding
        parameters : Parameters
        rows : (k,) int64, optional
            Ascending; all without.
        vectors : str, optional
            One of the embedding's `vector_sets`; its `vectors` without.

        Raises
        ------
        DataError
            If there are no vectors, or no library for UMAP.
        """
        held = embedding.vectors if vectors is None else embedding.vector_sets.get(vectors)
        if held is None:
            raise DataError("the data have no vectors to make a map of", "--vectors names them")
        if parameters.method is Method.UMAP:
            require_engine()
        if self.origin is None:
            where: InFiles | Vectors = held
        else:
            keys = self.origin.keys
            if vectors is not None and vectors != next(iter(embedding.vector_sets), None):
                keys = replace(keys, vectors=vectors)
            files = tuple(FileState.of(file) for file in embedding.files)
            where = InFiles(self.origin.paths, keys, files, self.origin.root)
        return Wanted(
            where,
            embedding.total,
            parameters,
            rows,
            _labels(embedding, rows),
            self.cache,
        )

    def begins_with_umap(self, embedding: Embedding) -> bool:
        """Whether a UMAP is to be made as soon as the first map is shown."""
        if self.options.method == UMAP:
            return True
        return self.options.method == AUTO and embedding.components and bool(engines_there())


def _labels(embedding: Embedding, rows: Rows | None) -> Rows | None:
    """Return the label of each row that a map is made of, for a sample that has some of each."""
    if len(embedding.labels.names) < 2:
        return None
    codes = np.full(embedding.total, -1, np.int64)
    codes[slice(None) if embedding.rows is None else embedding.rows] = embedding.labels.codes
    return codes if rows is None else codes[rows]


# for what is printed


def reduced_now(reducer: Reducer, embedding: Embedding, stream: TextIO | None = None) -> Made:
    """Return the UMAP that was asked for, having told of its progress on standard error.

    Raises
    ------
    DataError
        If it can't be made.
    """
    wanted = reducer.wanted(embedding, reducer.options.parameters)
    reduction = Reduction(replace(wanted, background=False))
    teller = _Teller(sys.stderr if stream is None else stream)
    try:
        return reduction.result(teller.tell)
    finally:
        reduction.stop()
        teller.end()


class _Teller:
    """Prints progress, once it has taken a moment: in one line of a terminal, else a line a stage.

    Parameters
    ----------
    stream : text file
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._begun = clock()
        self._in_place = stream.isatty()
        self._stage = ""

    def tell(self, progress: Progress) -> None:
        if self._clock() - self._begun < _TOLD_AFTER:
            return
        if self._in_place:
            self._stream.write(f"\r\x1b[KUMAP · {progress}")
        elif progress.stage != self._stage:
            self._stream.write(f"UMAP · {progress.stage} …\n")
        self._stage = progress.stage
        self._stream.flush()

    def end(self) -> None:
        """Leave nothing behind."""
        if self._in_place and self._stage:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


# coordinates to a file


def check_coords_file(path: Path) -> None:
    """Raise a UsageError unless places can be written to a file."""
    from vizterm.files import check_output

    check_output(path, (".npy",), "--save-coords")


def save_coords(path: Path, coords: npt.NDArray[np.floating]) -> str:
    """Write places, (n, 2) by row, NaN for rows without one; returns what was written.

    Raises
    ------
    DataError
        If they can't be written.
    """
    from vizterm.files import write_atomically

    try:
        write_atomically(path, lambda stream: np.save(stream, coords))
    except OSError as error:
        why = error.strerror or str(error)
        raise DataError(f"can't write {clean(str(path))}: {why}") from error
    return f"{clean(path.name)}: coordinates of {len(coords):,} rows, {coords.dtype}"


def kept_facts(facts: Facts) -> str:
    """Return what is said when a map is there."""
    said = f"{facts.method.shown} is there"
    return f"{said}, from before" if facts.kept else said
