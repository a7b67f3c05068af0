"""Shared neighbours beside brute force and by hand; trustworthiness beside scikit-learn's."""

import numpy as np
import pytest

from vizterm_core.neighbours.metric import Metric
from vizterm_core.neighbours.trust import k_nearest_in_plane, shared_neighbours, trustworthiness

RNG = np.random.default_rng(3)
VECTORS = RNG.normal(size=(400, 12)).astype(np.float32)
PLACES = VECTORS[:, :2].astype(np.float64) + RNG.normal(size=(400, 2)) / 2


def nearest(values, k, cosine=False):
    values = values.astype(np.float64)
    if cosine:
        unit = values / np.linalg.norm(values, axis=1, keepdims=True)
        far = 1 - unit @ unit.T
    else:
        far = np.linalg.norm(values[:, None] - values[None], axis=2)
    np.fill_diagonal(far, np.inf)
    return np.argsort(far, axis=1, kind="stable")[:, :k]


@pytest.mark.parametrize("cosine", [False, True])
def test_shared_neighbours_are_those_in_both(cosine):
    metric = Metric.COSINE if cosine else Metric.EUCLIDEAN
    found = shared_neighbours(VECTORS, PLACES, 15, metric)
    there, here = nearest(VECTORS, 15, cosine), nearest(PLACES, 15)
    both = [len({*a} & {*b}) for a, b in zip(there.tolist(), here.tolist(), strict=True)]
    assert found.counts.tolist() == both
    assert found.mean == pytest.approx(np.mean(both) / 15)
    assert 0 < found.mean < 1


def test_the_same_space_is_kept_whole_and_chance_is_as_good_as_chance():
    assert shared_neighbours(VECTORS[:, :2], VECTORS[:, :2].astype(float)).mean == 1
    mixed = RNG.permutation(PLACES)
    assert shared_neighbours(VECTORS, mixed).mean == pytest.approx(15 / 399, abs=0.02)


def test_rows_without_a_vector_are_nobody_s_neighbours():
    holes = VECTORS.copy()
    holes[::5] = np.nan
    found = shared_neighbours(holes, PLACES)
    kept = np.arange(400) % 5 != 0
    assert (found.counts[::5] == -1).all()
    assert found.left_out == 80
    assert (
        found.counts[kept].tolist()
        == shared_neighbours(VECTORS[kept], PLACES[kept]).counts.tolist()
    )


def test_duplicates_by_the_thousand_are_neighbours_wherever_they_lie():
    # 2,000 equal vectors, scattered over an island of their own; others around them.
    same, others = np.zeros((2000, 4), np.float32), RNG.normal(size=(50, 4)).astype(np.float32)
    vectors = np.concatenate([same, others + 9])
    places = np.concatenate([RNG.normal(size=(2000, 2)), others[:, :2].astype(float) + 99])
    found = shared_neighbours(vectors, places)
    assert (found.counts[:2000] == 15).all()
    # Equal places of different vectors: all are near.
    found = shared_neighbours(places.astype(np.float32), np.zeros((2050, 2)))
    assert (found.counts == 15).all()
    assert (shared_neighbours(np.ones((40, 3)), RNG.normal(size=(40, 2))).counts == 15).all()


def test_few_rows():
    assert shared_neighbours(VECTORS[:9], PLACES[:9]).counts.tolist() == [8] * 9
    assert shared_neighbours(VECTORS[:1], PLACES[:1]).counts.tolist() == [0]
    nothing = shared_neighbours(np.full((3, 2), np.nan), PLACES[:3])
    assert nothing.counts.tolist() == [-1] * 3
    assert np.isnan(nothing.mean)
    assert shared_neighbours(np.zeros((0, 4)), np.zeros((0, 2))).counts.size == 0


def test_stopped():
    assert shared_neighbours(VECTORS, PLACES, stop=lambda: True) is None


def test_the_nearest_in_the_plane_with_equal_places():
    places = np.concatenate([np.zeros((30, 2)), PLACES[:100], PLACES[:50]])
    found = k_nearest_in_plane(places, 7)
    assert (
        found[:30].tolist()
        == [[k for k in range(8) if k != row][:7] for row in range(7)] + [list(range(7))] * 23
    )
    assert found.tolist() == nearest(places, 7).tolist()


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("k", [1, 5, 15])
def test_trustworthiness_is_as_scikit_learn_has_it(metric, k):
    manifold = pytest.importorskip("sklearn.manifold")
    theirs = manifold.trustworthiness(VECTORS, PLACES, n_neighbors=k, metric=metric)
    assert trustworthiness(VECTORS, PLACES, k, Metric(metric)) == pytest.approx(theirs, abs=1e-9)


def test_trustworthiness_by_hand():
    # On a line: 0 1 2 3 4. In the plane the ends have changed places.
    vectors, places = np.arange(5.0)[:, None], np.array([[4.0, 0], [1, 0], [2, 0], [3, 0], [0, 0]])
    # Nearest here: 0 -> 3 (rank 3), 1 -> 4 or 2: the lower row, 2 (rank 1), 2 -> 1, 3 -> 0 or 2
    # (the lower row: rank 4), 4 -> 1 (rank 3).
    ranks = {(0, 3): 3, (1, 2): 1, (2, 1): 1, (3, 0): 4, (4, 1): 3}
    beyond = sum(max(0, rank - 1) for rank in ranks.values())
    assert trustworthiness(vectors, places, 1) == pytest.approx(1 - beyond * 2 / (5 * (10 - 3 - 1)))
    with pytest.raises(ValueError, match=r"less than 2\.5"):
        trustworthiness(vectors, places, 3)
