"""The cost of the blurred heatmap: medians of processor time over all threads, in one run.

The sizes are those of a full-HD screen in a terminal of 240 x 140 half-block pixels.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable

import numpy as np
from scipy.ndimage import gaussian_filter
from tests.bench.report import Row, milliseconds

from vizterm_core.maps.blur import blur
from vizterm_core.maps.counts import bin_events, event_counts
from vizterm_core.maps.gaussian import axis_operator

WIDTH, HEIGHT = 1920, 1080
SHAPE = (140, 240)
EVENTS = 10**7
KEYS = 650_000


def median(function: Callable[[], object], repeats: int) -> float:
    """The median processor time of some calls, in seconds, after one to warm up."""
    function()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return statistics.median(times)


def make_events(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Columns and rows, uniform: (n,) int64 each."""
    rng = np.random.default_rng(0)
    return rng.integers(0, WIDTH, count), rng.integers(0, HEIGHT, count)


def make_dict() -> dict[tuple[int, int], int]:
    """As many keys as named, each a pixel of the screen."""
    pixels = np.random.default_rng(0).permutation(WIDTH * HEIGHT)[:KEYS]
    rows, columns = np.divmod(pixels, WIDTH)
    return dict.fromkeys(zip(columns.tolist(), rows.tolist(), strict=True), 1)


def nested_loop(counts: dict[tuple[int, int], int]) -> np.ndarray:
    """Look up every pixel of the screen, as one would write it."""
    screen = np.zeros((HEIGHT, WIDTH))
    for x in range(WIDTH):
        for y in range(HEIGHT):
            try:
                screen[y][x] = counts[(x, y)]
            except KeyError:
                continue
    return screen


def change_sigma(counts: np.ndarray, sigmas: list[float]) -> Callable[[], None]:
    """A call that blurs with the next sigma, its operators not in the cache."""
    turns = itertools.cycle(sigmas)

    def change() -> None:
        axis_operator.cache_clear()
        blur(counts, next(turns), shape=SHAPE)

    return change


def pan(counts: np.ndarray) -> Callable[[], None]:
    """A call that shows the next of six views, three quarters of the map each way."""
    places = itertools.cycle((y, x) for y in (0.0, 100.5) for x in (0.0, 200.25, 480.0))

    def move() -> None:
        top, left = next(places)
        view = (top, top + HEIGHT * 0.75, left, left + WIDTH * 0.75)
        blur(counts, 50, shape=SHAPE, view=view)

    for _ in range(6):
        move()
    return move


def measure() -> list[Row]:
    """Blur against scipy's, binning against `np.add.at` and a loop."""
    x, y = make_events(EVENTS)
    counts = bin_events(x[:20_000], y[:20_000], None, (WIDTH, HEIGHT)).counts
    plain = median(lambda: gaussian_filter(counts, 50), 3)
    any_sigma = median(change_sigma(counts, [2, 5, 15, 50, 100, 150]), 18)
    narrow, wide = (median(change_sigma(counts, [sigma]), 15) for sigma in (5, 150))
    panned = median(pan(counts), 30)
    full = median(lambda: blur(counts, 50), 9)

    screen = np.zeros((HEIGHT, WIDTH), np.float32)
    added = median(lambda: np.add.at(screen, (y, x), 1), 3)
    binned = median(lambda: bin_events(x, y, None, (WIDTH, HEIGHT)), 7)
    keys = make_dict()
    looped = median(lambda: nested_loop(keys), 3)
    gathered = median(lambda: event_counts(keys, (WIDTH, HEIGHT)), 7)

    ms = milliseconds
    return [
        Row(
            "another sigma : scipy's sigma 50",
            f"{ms(any_sigma)} : {ms(plain)}",
            any_sigma / plain,
            1 / 10,
        ),
        Row("sigma 150 : sigma 5", f"{ms(wide)} : {ms(narrow)}", wide / narrow, 1.5),
        Row(
            "panning, operators cached : scipy's",
            f"{ms(panned)} : {ms(plain)}",
            panned / plain,
            1 / 40,
        ),
        Row("full resolution, sigma 50 : scipy's", f"{ms(full)} : {ms(plain)}", full / plain, 0.1),
        Row("binning 10⁷ events : np.add.at", f"{ms(binned)} : {ms(added)}", binned / added, 1 / 8),
        Row(
            "a dict of 650,000 : nested loop",
            f"{ms(gathered)} : {ms(looped)}",
            gathered / looped,
            1 / 10,
        ),
    ]
