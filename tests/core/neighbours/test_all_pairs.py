"""The nearest of all to each, beside brute force in float64: same rows, order and distances."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizterm_core.neighbours import kept, products
from vizterm_core.neighbours.all_pairs import k_nearest_of_all
from vizterm_core.neighbours.metric import Metric
from vizterm_core.neighbours.vectors import Vectors

EUCLIDEAN, COSINE = Metric.EUCLIDEAN, Metric.COSINE


def brute(values, k, metric):
    rows = np.asarray(values, np.float64).reshape(len(values), -1)
    usable = np.isfinite(rows).all(axis=1)
    if metric is COSINE:
        usable &= rows.any(axis=1)
    found, distances = np.full((len(rows), k), -1), np.full((len(rows), k), np.nan)
    for row in np.flatnonzero(usable):
        with np.errstate(all="ignore"):
            if metric is EUCLIDEAN:
                far = np.sqrt(np.square(rows - rows[row]).sum(axis=1))
            else:
                size = np.sqrt(np.square(rows).sum(axis=1))
                far = 1 - (rows * rows[row]).sum(axis=1) / (size * size[row])
        others = np.flatnonzero(usable & (np.arange(len(rows)) != row))
        order = others[np.lexsort((others, far[others]))][:k]
        found[row, : order.size], distances[row, : order.size] = order, np.maximum(far[order], 0)
    return found, distances


def check(values, k, metric=EUCLIDEAN):
    found = k_nearest_of_all(values, k, metric)
    rows, distances = brute(values, k, metric)
    np.testing.assert_array_equal(found.rows, rows)
    np.testing.assert_allclose(found.distances, distances, rtol=1e-12, atol=1e-15)
    return found


@pytest.fixture
def small_tiles(monkeypatch):
    monkeypatch.setattr(products, "TILE", 50)
    monkeypatch.setattr(kept, "_SPARE", 3)
    monkeypatch.setattr(kept, "_GROUPS", 4)


@pytest.mark.parametrize("metric", [EUCLIDEAN, COSINE])
@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", "i1", "i4"])
def test_each_dtype_in_many_tiles(dtype, metric, small_tiles):
    values = (np.random.default_rng(0).normal(size=(330, 7)) * 40).astype(dtype)
    values[5] = 1
    check(values, 11, metric)


@pytest.mark.parametrize("metric", [EUCLIDEAN, COSINE])
@pytest.mark.parametrize("offset", [0.0, 1000.0, 1e6])
def test_near_ties_far_from_the_origin(offset, metric, small_tiles):
    # In float32 the products of such vectors are equal; in float64 they aren't.
    values = np.random.default_rng(0).normal(size=(400, 64)) + offset
    check(values.astype(np.float32), 15, metric)
    check(values * 1e30, 3, EUCLIDEAN)


def test_small_differences_beside_one_that_is_far_off(small_tiles):
    values = np.random.default_rng(0).normal(size=(300, 5))
    values[7] = 1e9
    found = check(values, 6)
    assert 7 not in np.delete(found.rows, 7, axis=0)


@given(
    hnp.arrays(
        st.sampled_from([np.float32, np.float64]),
        st.tuples(st.integers(1, 30), st.integers(1, 4)),
        elements=st.sampled_from([0.0, 1.0, -1.0, 0.5, 2.0, 3.0, np.nan, np.inf, -0.0]),
    ),
    st.integers(1, 35),
    st.sampled_from([EUCLIDEAN, COSINE]),
)
@settings(max_examples=200, deadline=None)
def test_ties_and_what_is_not_finite(values, k, metric):
    found = k_nearest_of_all(values, k, metric)
    rows, distances = brute(values, k, metric)
    if metric is EUCLIDEAN:
        np.testing.assert_array_equal(found.rows, rows)
    # Angles that are equal but for their rounding may come in another order.
    np.testing.assert_allclose(found.distances, distances, atol=1e-14)


@pytest.mark.parametrize("width", [1, 40])
def test_whole_numbers_have_ties_in_the_order_of_their_rows(width, small_tiles):
    values = np.random.default_rng(0).integers(0, 2, (260, width)).astype(np.uint8)
    check(values, 9)


def test_all_are_equally_far(small_tiles):
    check(np.eye(120, dtype=np.float32), 4)
    # No product of these is exact: which of them come first is left open, how far they are isn't.
    found = k_nearest_of_all(np.eye(120) * np.pi, 4)
    np.testing.assert_allclose(found.distances, np.pi * np.sqrt(2), rtol=1e-12)


def test_duplicates_by_the_thousand():
    same = np.float32(np.random.default_rng(0).normal(size=(4, 6)))
    values = np.concatenate([np.repeat(same[:1], 5000, axis=0), same[1:], same[:1]])
    found = k_nearest_of_all(values, 15)
    assert found.rows[0].tolist() == list(range(1, 16))
    assert found.rows[5003].tolist() == list(range(15))
    assert found.rows[7].tolist() == [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15]
    assert not found.distances[:5000].any()
    alone = brute(values, 15, EUCLIDEAN)[0][5001]
    assert found.rows[5001].tolist() == alone.tolist()


def test_fewer_rows_than_neighbours():
    values = np.float32([[0, 0], [np.nan, 1], [3, 4]])
    found = k_nearest_of_all(values, 3)
    assert found.rows.tolist() == [[2, -1, -1], [-1, -1, -1], [0, -1, -1]]
    assert found.distances[0, 0] == 5
    assert found.usable.tolist() == [True, False, True]
    assert k_nearest_of_all(np.zeros((0, 4)), 3).rows.shape == (0, 3)
    assert k_nearest_of_all(np.zeros((1, 4)), 2).rows.tolist() == [[-1, -1]]
    assert k_nearest_of_all(np.zeros((4, 0)), 2).rows.tolist() == [[1, 2], [0, 2], [0, 1], [0, 1]]


def test_the_same_as_one_question_for_each():
    values = np.random.default_rng(0).normal(size=(5000, 33)).astype(np.float32)
    for metric in Metric:
        found = k_nearest_of_all(values, 10, metric)
        for row in (0, 2047, 2048, 4999):
            one = Vectors.of(values).nearest(row, 10, metric)
            assert found.rows[row].tolist() == one.rows.tolist()
            np.testing.assert_array_equal(found.distances[row], one.distances)


def test_progress_and_stop(small_tiles):
    values = np.random.default_rng(0).normal(size=(300, 5))
    shares = []
    k_nearest_of_all(values, 5, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) > 20
    told = []
    assert k_nearest_of_all(values, 5, stop=lambda: len(told) > 3, progress=told.append) is None
    assert len(told) == 4
