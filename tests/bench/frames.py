"""The cost of a frame in thread CPU time: the least of many, as these machines are noisy."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from tests.bench.report import Row, milliseconds

from vizterm_core.scatter.braille import DOT_BITS
from vizterm_core.scatter.density import blurred_density
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.viewport import Viewport

LABELS = 10
COLUMNS, ROWS = 120, 40
MANY, FEW = 10**7, 10**4


def make_points(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Ten overlapping clusters: (n, 2) float32 and (n,) uint8."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, LABELS, count).astype(np.uint8)
    centres = rng.normal(0, 5, (LABELS, 2))
    return (centres[labels] + rng.normal(0, 1, (count, 2))).astype(np.float32), labels


def least(function: Callable[[], object], repeats: int) -> float:
    """The least thread CPU time of some calls, in seconds, after one to warm up."""
    function()
    times = []
    for _ in range(repeats):
        start = time.thread_time()
        function()
        times.append(time.thread_time() - start)
    return min(times)


def plain_numpy(points: np.ndarray, labels: np.ndarray, view: Viewport) -> tuple:
    """Binning as one would write it: scale, mask, one bincount, codes and dominant labels."""
    across, down = view.across, view.down
    x = (points[:, 0] - np.float32(view.left)) * np.float32(view.x_scale)
    y = (np.float32(view.top) - points[:, 1]) * np.float32(view.y_scale)
    inside = (x >= 0) & (x < across) & (y >= 0) & (y < down)
    place = (y[inside].astype(np.int32) * across + x[inside].astype(np.int32)) * LABELS
    counts = np.bincount(place + labels[inside], minlength=across * down * LABELS)
    counts = counts.reshape(down, across, LABELS)
    lit = counts.any(axis=2).reshape(view.rows, 4, view.columns, 2)
    codes = (lit * DOT_BITS[None, :, None, :]).sum(axis=(1, 3), dtype=np.uint8)
    cells = counts.reshape(view.rows, 4, view.columns, 2, LABELS).sum(axis=(1, 3))
    return codes, cells.argmax(-1)


def build(points: np.ndarray, labels: np.ndarray) -> PointIndex:
    x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    index = PointIndex(x, y, labels, LABELS)
    if not index.sorted:
        index.build_buckets()
    return index


def close_up(index: PointIndex, share: float) -> Viewport:
    """A view around the median that holds about that share of the points."""
    view = Viewport.fit(index.extent, COLUMNS, ROWS)
    at = view.dot_of(float(np.median(index.x)), float(np.median(index.y)))
    everything = np.ones(LABELS, bool)
    while index.exact_frame(view, everything).shown > share * len(index):
        view = view.zoomed(1.05, *at)
    return view


def measure() -> list[Row]:
    """Frames at ten million points against plain numpy and against ten thousand."""
    points, labels = make_points(MANY)
    small = build(points[:FEW].copy(), labels[:FEW])
    large = build(points, labels)
    everything = np.ones(LABELS, bool)
    without = everything.copy()
    without[3] = False
    fit, small_fit = (Viewport.fit(i.extent, COLUMNS, ROWS) for i in (large, small))
    near = close_up(large, 0.01)
    # Interleaved with each other, so that a slow moment of the machine meets them all.
    plain = min(least(lambda: plain_numpy(points, labels, fit), 2) for _ in range(3))
    few = min(least(lambda: small.quick_frame(small_fit, everything), 60) for _ in range(5))
    full = min(least(lambda: large.quick_frame(fit, everything), 60) for _ in range(5))
    zoomed = min(least(lambda: large.quick_frame(near, everything), 30) for _ in range(3))
    masks = [without, everything]

    def toggle() -> None:
        masks.reverse()
        large.quick_frame(fit, masks[0])

    toggled = min(least(toggle, 30) for _ in range(3))
    thick = (4.0, 4.0)
    density, few_density = (
        min(
            least(lambda i=i, view=view: blurred_density(i, view, everything, thick), 60)
            for _ in range(5)
        )
        for i, view in ((large, fit), (small, small_fit))
    )
    start = time.perf_counter()
    large.exact_frame(fit, everything)
    at_rest = time.perf_counter() - start
    ms = milliseconds
    return [
        Row("full view, 10⁷ points : 10⁴ points", f"{ms(full)} : {ms(few)}", full / few, 1.5),
        Row("full view, 10⁷ : plain numpy", f"{ms(full)} : {ms(plain)}", full / plain, 1 / 100),
        Row(
            "close-up of 1 % of 10⁷ : plain", f"{ms(zoomed)} : {ms(plain)}", zoomed / plain, 1 / 50
        ),
        Row(
            "toggling a label, 10⁷ : plain", f"{ms(toggled)} : {ms(plain)}", toggled / plain, 1 / 20
        ),
        Row(
            "blurred density, 10⁷ points : 10⁴ points",
            f"{ms(density)} : {ms(few_density)}",
            density / few_density,
            1.5,
        ),
        Row("blurred density, 10⁷ : the dots", f"{ms(density)} : {ms(full)}", density / full, 1.5),
        Row("exact frame at rest, 10⁷ : 0.5 s", f"{ms(at_rest)} : 0.5 s", at_rest / 0.5, 1.0),
    ]
