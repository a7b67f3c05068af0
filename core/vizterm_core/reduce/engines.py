"""Libraries that make UMAPs, behind one interface; none is imported to see whether it is there."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.neighbours.metric import Metric
from vizterm_core.reduce.cells import Whole
from vizterm_core.reduce.parameters import Parameters
from vizterm_core.reduce.prepared import Single

HOW_TO_GET = "pip install 'vizterm[umap]'"


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What an engine makes a map of."""

    points: Single
    """(m, d) different ones, as `Preparation` makes them: of length 1 for the cosine."""
    rows: Whole
    """(m, k) the nearest of each, itself first."""
    apart: npt.NDArray[np.float32]
    """(m, k) their distances by the metric."""
    start: Single
    """(m, 2) where the points begin: their first two principal components, at most 10."""
    metric: Metric
    parameters: Parameters


class Engine(Protocol):
    """A library that makes UMAPs."""

    @property
    def name(self) -> str:
        """For people, and in a cache's key: with its version."""

    @property
    def finds_neighbours(self) -> bool:
        """Whether it finds them itself, and faster."""

    def lay_out(self, problem: Problem) -> npt.NDArray[Any]:
        """Return a map: (m, 2) floats.

        Raises whatever the library raises.
        """


@dataclass(frozen=True, slots=True)
class _Library:
    """A library by the name that it is imported by."""

    module: str
    package: str
    make: Callable[[Any, Problem], npt.NDArray[Any]]
    finds_neighbours: bool = False

    @property
    def name(self) -> str:
        try:
            return f"{self.package} {metadata.version(self.package)}"
        except metadata.PackageNotFoundError:
            return self.package

    def lay_out(self, problem: Problem) -> npt.NDArray[Any]:
        return self.make(importlib.import_module(self.module), problem)


def _by_cuml(cuml: Any, problem: Problem) -> npt.NDArray[Any]:
    options = problem.parameters
    made = cuml.UMAP(
        n_neighbors=problem.rows.shape[1],
        min_dist=options.min_dist,
        metric=problem.metric.value,
        random_state=options.seed,
        output_type="numpy",
    )
    return np.asarray(made.fit_transform(problem.points))


def _by_fastumap(fastumap: Any, problem: Problem) -> npt.NDArray[Any]:
    # With neighbours and places to begin with, it asks of the points only how many there are.
    made = fastumap.umap_project(
        np.zeros((len(problem.points), 2)),
        2,
        n_neighbors=problem.rows.shape[1],
        min_dist=problem.parameters.min_dist,
        random_state=problem.parameters.seed,
        precomputed_knn=(problem.rows, problem.apart),
        init=problem.start.astype(np.float64),
    )
    return np.asarray(made)


def _by_umap_learn(umap: Any, problem: Problem) -> npt.NDArray[Any]:
    made = umap.UMAP(
        n_neighbors=problem.rows.shape[1],
        min_dist=problem.parameters.min_dist,
        metric=problem.metric.value,
        random_state=problem.parameters.seed,
        init=problem.start,
        precomputed_knn=(problem.rows, problem.apart),
    )
    return np.asarray(made.fit_transform(problem.points))


_ENGINES: tuple[Engine, ...] = (
    _Library("cuml.manifold", "cuml", _by_cuml, finds_neighbours=True),
    _Library("fastumap", "fastumap", _by_fastumap),
    _Library("umap", "umap-learn", _by_umap_learn),
)
"""The fastest first."""


def engines_there() -> tuple[Engine, ...]:
    """Return the engines that are installed, the fastest first; nothing is imported.

    A library may turn out not to work once it is used: cuML without a GPU.
    """
    return tuple(each for each in _ENGINES if isinstance(each, _Library) and _is_there(each))


def _is_there(library: _Library) -> bool:
    top = library.module.partition(".")[0]
    try:
        found = importlib.util.find_spec(top) is not None
    except (ImportError, ValueError):
        return False
    if not found or library.package != "umap-learn":
        return found
    # Others are imported by the same name.
    try:
        metadata.version(library.package)
    except metadata.PackageNotFoundError:
        return False
    return True


def require_engine() -> tuple[Engine, ...]:
    """Return the engines that are installed.

    Raises
    ------
    DataError
        If there are none; the hint says how to get one.
    """
    found = engines_there()
    if not found:
        raise DataError("UMAP needs a library that makes it", HOW_TO_GET)
    return found
