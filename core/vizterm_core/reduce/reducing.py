"""Vectors to places in the plane: by PCA, or by UMAP of a sample with the others among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.memory import require_memory
from vizterm_core.files.stored import Array, Rows, row_blocks
from vizterm_core.load.pca import first_components
from vizterm_core.neighbours.equal_rows import EqualRows
from vizterm_core.neighbours.metric import Metric
from vizterm_core.reduce.cells import Whole
from vizterm_core.reduce.engines import Engine, Problem
from vizterm_core.reduce.nearest_points import NearestPoints
from vizterm_core.reduce.parameters import Method, Parameters
from vizterm_core.reduce.placing import placed
from vizterm_core.reduce.prepared import Preparation, Single, Truths
from vizterm_core.reduce.progress import Progress, Tell, untold
from vizterm_core.reduce.sample import stratified

MOST_FITTED = 200_000
"""Points that UMAP is made of; others are placed among them."""
LEAST = 4
"""Different vectors that UMAP needs."""
_BLOCK_VALUES = 1 << 22
_WIDEST_BLOCK = 1 << 15
_HASTE = 3
"""Times fewer cells that are looked into to place a point than to make a map of it."""
_START = 10.0
"""Where the farthest point begins, as umap-learn begins."""


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """Places in the plane."""

    places: npt.NDArray[np.float32]
    """(rows asked for, 2), NaN for those without a vector to compare."""
    by: str
    """The library with its version; empty for PCA, which is ours."""
    metric: Metric | None
    """The distance; None for PCA."""
    neighbours: int
    """Of each point; fewer than asked for where there are no more."""
    fitted: int
    """Points that the map was made of; the others are placed among them."""
    said: tuple[str, ...] = ()
    """What was assumed or left out, for people."""


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Vectors to be reduced."""

    vectors: Array | Rows
    """(n, ...) real; axes behind the first are taken as one."""
    metric: Metric
    """The distance where none is asked for."""
    rows: npt.NDArray[np.int64] | None = None
    """(k,) ascending: which of them; all without."""
    labels: npt.NDArray[np.integer] | None = None
    """(k,) of which a sample has its share of each."""

    @property
    def count(self) -> int:
        """Rows that are asked for."""
        return self.vectors.shape[0] if self.rows is None else int(self.rows.size)

    def blocks(self) -> Iterator[tuple[slice, Array]]:
        """Return the rows asked for in order, and which of these they are."""
        width = max(1, int(np.prod(self.vectors.shape[1:])))
        step = max(1, min(_WIDEST_BLOCK, _BLOCK_VALUES // width))
        if self.rows is None:
            yield from row_blocks(self.vectors, step)
            return
        for part, block in row_blocks(self.vectors, step):
            start, stop = np.searchsorted(self.rows, [part.start, part.stop]).tolist()
            if start < stop:
                yield slice(start, stop), block[self.rows[start:stop] - part.start]


def reduce_vectors(
    task: Task, parameters: Parameters, engines: Sequence[Engine] = (), tell: Tell = untold
) -> Reduced:
    """Make a map.

    Parameters
    ----------
    task : Task
    parameters : Parameters
    engines : sequence of Engine
        For UMAP; the first that works is taken.
    tell : callable

    Raises
    ------
    DataError
        If the vectors can't be read, or there is nothing to make a map of; or if no engine works.
    """
    if parameters.method is Method.PCA:
        return _by_pca(task, tell)
    return _Umap(task, parameters, tell).made(engines)


def _by_pca(task: Task, tell: Tell) -> Reduced:
    tell(Progress("components"))
    values = task.vectors
    if task.rows is not None:
        size = task.count * int(np.prod(values.shape[1:])) * values.dtype.itemsize
        require_memory(size, "the vectors to be reduced")
        values = np.concatenate([block for _, block in task.blocks()])
    places = first_components(values).astype(np.float32)
    return Reduced(places, "", None, 0, task.count, _without(places))


def _without(places: npt.NDArray[np.float32]) -> tuple[str, ...]:
    count = int(np.isnan(places[:, 0]).sum())
    return (f"{_rows(count)} left out: no finite vector",) if count else ()


def _rows(count: int) -> str:
    return f"{count:,} " + ("row" if count == 1 else "rows")


class _Umap:
    """The steps of a UMAP, and what is to be said of them."""

    def __init__(self, task: Task, parameters: Parameters, tell: Tell) -> None:
        self._task, self._parameters, self._tell = task, parameters, tell
        self._metric = parameters.metric or task.metric
        self._said: list[str] = []
        self._prepare: Callable[[Array], tuple[Single, Truths]] = self._prepare_first
        self._usable = np.zeros(task.count, bool)
        """Which rows can be compared with others."""

    def _prepare_first(self, block: Array) -> tuple[Single, Truths]:
        self._prepare = Preparation.of(block, self._metric)
        return self._prepare(block)

    def made(self, engines: Sequence[Engine]) -> Reduced:
        """Return the map."""
        task, options = self._task, self._parameters
        fitted = stratified(task.labels, task.count, min(task.count, MOST_FITTED), options.seed)
        points = self._gathered(fitted)
        fitted = fitted[self._usable[fitted]]
        equal = EqualRows.of(points)
        first, which = equal.first, equal.group_of
        if first.size < LEAST:
            raise DataError(
                f"UMAP needs {LEAST} different vectors, there "
                + (f"is {first.size}" if first.size == 1 else f"are {first.size}")
            )
        if not equal.all_differ:
            points = points[first]
        near = NearestPoints.among(points, len(points), options.seed)
        made, by, neighbours = self._fitted(near, engines)
        places = np.full((task.count, 2), np.nan, np.float32)
        places[fitted] = made[which]
        others = self._usable.copy()
        others[fitted] = False
        if others.any():
            self._place(places, others, near, made)
        self._tell_left_out(first.size, which.size, int(others.sum()))
        return Reduced(places, by, self._metric, neighbours, int(fitted.size), tuple(self._said))

    def _gathered(self, chosen: npt.NDArray[np.int64]) -> Single:
        """Return those of some rows that can be compared, prepared; and find out which can."""
        task = self._task
        width = int(np.prod(task.vectors.shape[1:]))
        require_memory(12 * chosen.size * width, f"UMAP of {chosen.size:,} vectors")
        points, filled = np.empty((chosen.size, width), np.float32), 0
        for part, block in task.blocks():
            prepared, usable = self._prepare(block)
            self._usable[part] = usable
            start, stop = np.searchsorted(chosen, [part.start, part.stop]).tolist()
            inside = chosen[start:stop] - part.start
            inside = inside[usable[inside]]
            points[filled : filled + inside.size] = prepared[inside]
            filled += inside.size
            self._tell(Progress("reading", part.stop / task.count))
        return points[:filled]

    def _fitted(
        self, near: NearestPoints, engines: Sequence[Engine]
    ) -> tuple[npt.NDArray[np.float32], str, int]:
        """Return the map of different points, who made it, and of how many neighbours."""
        points, options = near.points, self._parameters
        count = min(options.neighbours, len(points))
        if count < options.neighbours:
            self._said.append(f"{count} neighbours: there are no more different vectors")
        start = _begun(points, options.seed)
        found: tuple[Whole, Single] | None = None
        why: Exception | None = None
        for engine in engines:
            if engine.finds_neighbours:
                rows, apart = _unknown(len(points), count)
            else:
                found = found or self._neighbours(near, count)
                rows, apart = found
            problem = Problem(points, rows, apart, start, self._metric, options)
            self._tell(Progress("layout"))
            try:
                made = np.asarray(engine.lay_out(problem), np.float32)
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001 - a stranger's code: the next one may do
                self._said.append(f"{engine.name} failed: {_first_line(error)}")
                why = error
                continue
            if made.shape != (len(points), 2) or not np.isfinite(made).all():
                self._said.append(f"{engine.name} gave places that aren't finite")
                continue
            if not near.exact and not engine.finds_neighbours:
                self._said.append("neighbours looked for in cells: nearly all are the nearest")
            return made, engine.name, count
        reasons = "; ".join(self._said) or "no library for it"
        raise DataError(f"no UMAP: {reasons}") from why

    def _neighbours(self, near: NearestPoints, count: int) -> tuple[Whole, Single]:
        """Return the neighbours of each point, itself first, and their distances by the metric."""
        rows, apart = near.of_each(count, self._tell)
        if self._metric is Metric.COSINE:
            apart = (np.square(apart) / 2).astype(np.float32)
        return rows, apart

    def _place(
        self,
        places: npt.NDArray[np.float32],
        others: Truths,
        near: NearestPoints,
        made: npt.NDArray[np.float32],
    ) -> None:
        """Place points that the map wasn't made of among their neighbours in it."""
        count = min(self._parameters.neighbours, len(near.points))
        finder = NearestPoints.among(near.points, int(others.sum()), self._parameters.seed)
        if near.cells is not None and finder.cells is not None:
            # A place takes fewer of the nearest than a map does.
            finder = near.hasty(_HASTE)
        for part, block in self._task.blocks():
            inside = np.flatnonzero(others[part])
            if inside.size:
                prepared, _ = self._prepare(block)
                rows, apart = finder.of(prepared[inside], count)
                places[inside + part.start] = placed(made, rows, apart)
            self._tell(Progress("placing the others", part.stop / self._task.count))

    def _tell_left_out(self, different: int, fitted: int, others: int) -> None:
        task, said = self._task, self._said
        if others:
            said.append(
                f"made of {fitted:,} points, the other {others:,} placed among their neighbours"
            )
        if different < fitted:
            said.append(f"{_rows(fitted - different)} the same as others, at their places")
        unusable = task.count - int(self._usable.sum())
        if unusable:
            cosine = self._metric is Metric.COSINE
            why = "no finite vector, or one of zeros" if cosine else "no finite vector"
            said.append(f"{_rows(unusable)} left out: {why}")


def _unknown(total: int, count: int) -> tuple[Whole, Single]:
    """Return neighbours for an engine that finds them itself."""
    return np.zeros((total, count), np.int64), np.zeros((total, count), np.float32)


def _begun(points: Single, seed: int) -> Single:
    """Return where points begin: their first two principal components, which keep the whole.

    Kobak, Linderman, "Initialization is critical for preserving global data structure in both
    t-SNE and UMAP", Nature Biotechnology 39 (2021).
    """
    start = first_components(points)
    largest = float(np.abs(start).max()) or 1.0
    # Points that begin at one place would stay together.
    noise = np.random.default_rng(seed).normal(scale=1e-4, size=start.shape)
    return (start * (_START / largest) + noise).astype(np.float32)


def _first_line(error: Exception) -> str:
    try:
        text = str(error).strip().splitlines()
    except Exception:  # noqa: BLE001 - a stranger's code
        text = []
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__
