"""The nearest vectors in a file, read from the page cache, beside numpy on the same file."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from tests.bench.heat import median
from tests.bench.report import Row, milliseconds

from vizterm_core.files.formats import open_source
from vizterm_core.neighbours.metric import Metric
from vizterm_core.neighbours.trust import NEAREST, shared_neighbours
from vizterm_core.neighbours.vectors import Vectors
from vizterm_core.scatter.index import PointIndex

SIZES = {1_000_000: 1.5, 100_000: 0.15}
"""Vectors, and seconds that a question to them may take."""
WIDTH, COUNT = 512, 12
TRUSTED, TRUST_WIDTH = 100_000, 64


def measure() -> list[Row]:
    rows = []
    with tempfile.TemporaryDirectory(prefix="vizterm-bench-", dir=_roomy()) as folder:
        for size, limit in SIZES.items():
            if shutil.disk_usage(folder).free < 12 * WIDTH * size:
                rows.append(Row.unmeasured(f"{size:,} x {WIDTH}", "the disk has no room for them"))
                continue
            path = Path(folder) / f"{size}.npy"
            _write(path, size)
            rows += _beside_numpy(path, size, limit)
            path.unlink()
    return [*rows, _in_the_plane(), _trust()]


def _trust() -> Row:
    """Return what the trust in a map takes, beside numpy's products and partition of the same.

    Numpy's are timed for some of the points, and multiplied.
    """
    rng = np.random.default_rng(0)
    middles = rng.normal(size=(30, TRUST_WIDTH)) * 2
    vectors = middles[rng.integers(30, size=TRUSTED)] + rng.normal(size=(TRUSTED, TRUST_WIDTH))
    vectors = vectors.astype(np.float32)
    start = time.perf_counter()
    shared_neighbours(vectors, vectors[:, :2].astype(np.float64))
    ours = time.perf_counter() - start
    start, part = time.perf_counter(), vectors[:1000]
    far = np.square(vectors).sum(axis=1) - 2 * part @ vectors.T
    np.argpartition(far, NEAREST, axis=1)
    theirs = (time.perf_counter() - start) * TRUSTED / len(part)
    return Row(
        f"trust, {TRUSTED:,} x {TRUST_WIDTH} / numpy",
        f"{ours:.0f} s / {theirs:.0f} s",
        ours / theirs,
        0.8,
    )


def _roomy() -> str | None:
    return "/var/tmp" if Path("/var/tmp").is_dir() else None


def _write(path: Path, size: int) -> None:
    rng = np.random.default_rng(0)
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(
            file, {"descr": "<f4", "fortran_order": False, "shape": (size, WIDTH)}
        )
        for _ in range(0, size, 50_000):
            file.write(rng.standard_normal((50_000, WIDTH), np.float32).tobytes())


def _beside_numpy(path: Path, size: int, limit: float) -> list[Row]:
    source = open_source(path)
    (name,) = source.columns
    spec = source.columns[name]
    vectors = Vectors(name, spec.shape, spec.dtype, lambda: source.open(name))
    mapped = np.load(path, mmap_mode="r")
    vectors.metric  # noqa: B018 - opens the file
    rows = []
    for metric in Metric:
        ours = _elapsed(lambda metric=metric: vectors.nearest(5, COUNT, metric))
        theirs = _elapsed(lambda metric=metric: _plain(mapped, 5, metric), 1)
        what = f"{size:,} x {WIDTH}, {metric.value}"
        shown = f"{milliseconds(ours)} of {limit:g} s"
        rows.append(Row(what, shown, ours / limit, 1.0))
        shown = f"{milliseconds(ours)} / {milliseconds(theirs)}"
        rows.append(Row(f"{what} / numpy", shown, ours / theirs, 2.0))
    return rows


def _elapsed(run: object, times: int = 3) -> float:
    """Return the shortest time by the clock: of this a person waits."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run()  # type: ignore[operator]
        found.append(time.perf_counter() - start)
    return min(found)


def _plain(vectors: np.ndarray, row: int, metric: Metric) -> np.ndarray:
    """Return the nearest as numpy alone finds them: all in float32, by matrix products."""
    products = vectors @ vectors[row]
    squares = np.einsum("ij,ij->i", vectors, vectors)
    far = -products / np.sqrt(squares) if metric is Metric.COSINE else squares - 2 * products
    return np.argpartition(far, COUNT)[:COUNT]


def _in_the_plane() -> Row:
    x, y = np.random.default_rng(0).normal(size=(2, 10_000_000)).astype(np.float32)
    index = PointIndex(x, y, np.zeros(x.size, np.uint8), 1, tables=False)
    index.build_buckets()
    ours = median(lambda: index.nearest_to(5, COUNT), 9)
    theirs = median(lambda: np.argpartition((x - x[5]) ** 2 + (y - y[5]) ** 2, COUNT), 1)
    shown = f"{milliseconds(ours)} / {milliseconds(theirs)}"
    return Row("in the plane, 10⁷ points / numpy", shown, ours / theirs, 0.2)
