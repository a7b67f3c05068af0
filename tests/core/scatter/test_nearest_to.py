"""Neighbours in the plane beside brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm_core.scatter.index import PointIndex


def brute(x, y, point, count, shown):
    keys = (x - np.float64(x[point])) ** 2 + (y - np.float64(y[point])) ** 2
    points = np.flatnonzero(shown & (np.arange(x.size) != point))
    order = points[np.lexsort((points, keys[points]))][:count]
    return order.tolist(), np.sqrt(keys[order]).tolist()


def index_of(x, y, shown=None):
    return PointIndex(x, y, np.zeros(x.size, np.uint8), 1, tables=False, shown=shown)


@given(
    st.integers(1, 2500),
    st.integers(0, 2**32 - 1),
    st.integers(1, 30),
    st.sampled_from(["even", "clusters", "line", "equal", "outliers", "lattice"]),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_as_brute_force(size, seed, count, shape, filtered):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, size)).astype(np.float32)
    if shape == "clusters":
        x, y = x * 1e-4 + rng.integers(0, 3, size), y * 1e-4
    elif shape == "line":
        y = np.zeros_like(y)
    elif shape == "equal":
        x, y = np.ones_like(x), np.ones_like(y)
    elif shape == "outliers":
        x[rng.random(size) < 0.01] *= 1e6
    elif shape == "lattice":
        x, y = np.round(x * 3), np.round(y * 3)
    shown = rng.random(size) < 0.4 if filtered else np.ones(size, bool)
    point = int(rng.integers(size))
    shown[point] = True
    found = index_of(x, y, shown if filtered else None).nearest_to(point, count)
    rows, distances = brute(x, y, point, count, shown)
    assert found.rows.tolist() == rows
    assert found.distances.tolist() == distances


@pytest.mark.parametrize("sort", [False, True])
def test_many_points(sort):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 600_000)).astype(np.float32)
    index = index_of(x, y)
    assert not index.sorted
    if sort:
        index.build_buckets()
    for point in (0, int(x.argmax()), int(np.hypot(x, y).argmin())):
        rows, distances = brute(x, y, point, 12, np.ones(x.size, bool))
        found = index.nearest_to(point, 12)
        assert (found.rows.tolist(), found.distances.tolist()) == (rows, distances)
