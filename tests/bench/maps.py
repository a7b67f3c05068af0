"""Maps of vectors: a UMAP in its process, kept, beside umap-learn's; keys while it is made."""

from __future__ import annotations

import importlib.util
import os
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.datasets import load_digits
from sklearn.manifold import trustworthiness
from sklearn.neighbors import KNeighborsClassifier
from tests.bench.heat import median
from tests.bench.report import Row, milliseconds
from tests.support.terminal_rig import Rig

from vizterm.embed.scatter.tween import MOST, Ways
from vizterm_core.load import Keys, open_data
from vizterm_core.neighbours.metric import Metric
from vizterm_core.reduce.engines import engines_there
from vizterm_core.reduce.job import FileState, InFiles
from vizterm_core.reduce.parameters import Parameters
from vizterm_core.reduce.process import Made, Reduction, Wanted
from vizterm_core.reduce.reducing import Task, reduce_vectors
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.viewport import Viewport

COUNT, WIDTH, CLUSTERS = 5_000, 768, 30
SECONDS = 10.0
"""For 5,000 x 768, from nothing: the process, the library, the vectors."""
KEPT_SECONDS = 1.5
AS_GOOD = 0.02
"""By which accuracy and trustworthiness may be below umap-learn's."""
LATE = 0.05
"""Seconds after which a key is late."""
_KEYS = 60


def measure() -> list[Row]:
    if importlib.util.find_spec("fastumap") is None:
        return [Row.unmeasured("UMAP", "fastumap isn't installed")]
    with tempfile.TemporaryDirectory(prefix="vizterm-bench-") as folder:
        return [*_in_a_process(Path(folder)), *_beside_umap_learn(), _on_their_way(),
                _keys(Path(folder))]  # fmt: skip


def clusters(count: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Return vectors of thirty clusters that a PCA doesn't part, and their labels."""
    chance = np.random.default_rng(0)
    labels = chance.integers(0, CLUSTERS, count)
    middles = chance.normal(size=(CLUSTERS, WIDTH)) * 0.25
    values = middles[labels] + chance.normal(size=(count, WIDTH)) * 0.35
    return values.astype(np.float32), labels


def _in_a_process(folder: Path) -> list[Row]:
    path = folder / "vectors.npy"
    np.save(path, clusters(COUNT)[0])

    def made() -> tuple[Made, float]:
        source, _ = open_data(str(path))
        files = tuple(FileState.of(file) for file in source.files)
        where = InFiles((str(path),), Keys(), files)
        wanted = Wanted(where, COUNT, Parameters(), cache=folder / "maps", background=False)
        start = time.perf_counter()
        return Reduction(wanted).result(), time.perf_counter() - start

    rows = []
    for what, limit in (("from nothing", SECONDS), ("kept from before", KEPT_SECONDS)):
        _, seconds = made()
        shown = f"{seconds:.2f} of {limit:g} s"
        rows.append(Row(f"{COUNT:,} x {WIDTH}, {what}", shown, seconds / limit, 1.0))
    return rows


def _beside_umap_learn() -> list[Row]:
    """Return how good maps are beside umap-learn's, where that is installed, or its figures."""
    engines = {engine.name.split()[0]: engine for engine in engines_there()}
    rows = []
    data = {"digits": load_digits(return_X_y=True), f"{COUNT:,} x {WIDTH}": clusters(COUNT)}
    for name, (values, labels) in data.items():
        if "umap-learn" not in engines:
            break
        ours, theirs = (_good(values, labels, engines[each]) for each in ("fastumap", "umap-learn"))
        for what, mine, other in zip(
            ("5-NN accuracy", "trustworthiness"), ours, theirs, strict=True
        ):
            shown = f"{mine:.4f} : {other:.4f}"
            rows.append(Row(f"{name}, {what} lost", shown, max(0.0, other - mine), AS_GOOD))
    return rows


def _good(values: object, labels: npt.NDArray[np.int64], engine: object) -> tuple[float, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = reduce_vectors(Task(values, Metric.EUCLIDEAN), Parameters(), [engine])  # type: ignore[arg-type, list-item]
    half = np.random.default_rng(0).permutation(len(labels)) % 2 == 0
    neighbours = KNeighborsClassifier(5).fit(made.places[half], labels[half])
    accuracy = neighbours.score(made.places[~half], labels[~half])
    return accuracy, trustworthiness(values, made.places, n_neighbors=15)


def _on_their_way() -> Row:
    """Return what a frame takes of points that move to another map, however many there are."""
    chance = np.random.default_rng(0)
    x, y = chance.normal(size=(2, 2, MOST)).astype(np.float32)
    labels = chance.integers(0, CLUSTERS, MOST).astype(np.uint8)
    ways = Ways((x[0], x[1]), (y[0], y[1]), labels, CLUSTERS)
    visible = np.ones(CLUSTERS, bool)

    def frame() -> object:
        index: PointIndex = ways.at(0.5)
        return index.quick_frame(Viewport.fit(index.extent, 120, 40, cell_aspect=2.0), visible)

    seconds = median(frame, 9)
    return Row(
        "a frame of points on their way", f"{milliseconds(seconds)} : 30 ms", seconds / 0.03, 1
    )


def _keys(folder: Path) -> Row:
    """Return how late the answer to a key is at most nine times of ten, while a UMAP is made."""
    path = folder / "many.npy"
    np.save(path, clusters(40_000)[0])
    answered = []
    with Rig(["embed", str(path)], env={"XDG_CACHE_HOME": str(folder)}) as rig:
        rig.wait_for_text("UMAP · neighbours")
        for number in range(_KEYS):
            while rig.pump(0.02):
                pass
            start = time.perf_counter()
            rig.type(b"\x1b[C" if number % 2 else b"\x1b[D")
            first = os.read(rig.master, 1 << 16)
            answered.append(time.perf_counter() - start)
            rig.hear(first)
        busy = "UMAP ·" in rig.text
        rig.type(b"q")
        rig.wait_for_exit()
    if not busy:
        return Row.unmeasured("keys while a UMAP is made", "it was there before the keys were")
    slow = float(np.quantile(answered, 0.9))
    shown = f"{milliseconds(slow)} : {LATE * 1e3:g} ms"
    return Row("a key while 40,000 x 768 are made a UMAP", shown, slow / LATE, 1.0)
