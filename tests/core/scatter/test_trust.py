"""Trust as a column: its values, what is said of them, samples, stopping, what has none."""

from dataclasses import replace

import numpy as np
import pytest

from vizterm_core.errors import DataError
from vizterm_core.load import embedding_from_arrays
from vizterm_core.neighbours.metric import Metric
from vizterm_core.neighbours.trust import shared_neighbours
from vizterm_core.scatter import trust as module
from vizterm_core.scatter.meaning import Meaning
from vizterm_core.scatter.trust import trust_of, with_trust
from vizterm_core.scatter.where import parse_where
from vizterm_core.taken.fields import FieldNames, fields_of

COUNT = 300
RNG = np.random.default_rng(2)
VECTORS = RNG.normal(size=(COUNT, 6)).astype(np.float32)
PLANE = VECTORS[:, :2] + RNG.normal(size=(COUNT, 2)) / 2


def data(plane=PLANE, vectors=VECTORS, **more):
    return with_trust(embedding_from_arrays(plane, vectors=vectors, **more))


def test_the_share_of_each_point_with_the_count_behind_it():
    embedding = data()
    column = embedding.columns["trust"]
    assert column is trust_of(embedding)
    assert column.waits and column.costly
    assert column.summary == ""
    shared = shared_neighbours(VECTORS, PLANE)
    np.testing.assert_allclose(column.values, shared.counts / 15)
    assert not column.waits
    assert column.meaning is Meaning.QUANTITY
    assert embedding.coloured("trust").labels.continuous
    assert column.summary == f"trust {shared.mean:.2f} on average"
    count = shared.counts[9]
    assert column.text(9) == f"{count / 15:.2f} · {count} of 15"
    where = parse_where("trust < 0.2", embedding.columns)
    assert where.mask(None, COUNT).tolist() == (shared.counts < 3).tolist()


def test_vectors_of_length_one_are_compared_by_the_angle():
    unit = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)
    counts = shared_neighbours(unit, PLANE, metric=Metric.COSINE).counts
    np.testing.assert_allclose(data(vectors=unit).columns["trust"].values, counts / 15)


def test_rows_without_a_place_or_a_vector():
    plane, vectors = PLANE.copy(), VECTORS.copy()
    plane[::7], vectors[::5] = np.nan, np.inf
    column = data(plane, vectors).columns["trust"]
    there = (np.arange(COUNT) % 7 > 0) & (np.arange(COUNT) % 5 > 0)
    assert np.isnan(column.values).tolist() == (~there).tolist()
    shared = shared_neighbours(VECTORS[there], PLANE[there])
    np.testing.assert_allclose(column.values[there], shared.counts / 15)
    assert column.text(5) == "no vector"
    assert column.summary.endswith(", 51 without a vector")


def test_of_many_points_a_sample_is_compared(monkeypatch):
    monkeypatch.setattr(module, "MOST_POINTS", 100)
    plane = PLANE.copy()
    plane[3] = np.nan
    column = data(plane).columns["trust"]
    there = np.flatnonzero(~np.isnan(column.values))
    assert there.size == 100 and 3 not in there
    shared = shared_neighbours(VECTORS[there], PLANE[there])
    np.testing.assert_allclose(column.values[there], shared.counts / 15)
    assert column.summary.endswith(" on average, of a sample of 100")
    others = np.setdiff1d(np.arange(COUNT), there)
    assert {column.text(row) for row in others.tolist()} == {"not in the sample"}
    # The same one each time.
    np.testing.assert_array_equal(column.values, data(plane).columns["trust"].values)


def test_memory_and_time_bound_the_sample(monkeypatch):
    monkeypatch.setattr(module, "memory_limit", lambda: 60 * (24 * 6 + 1400))
    assert np.isfinite(data().columns["trust"].values).sum() == 60
    monkeypatch.undo()
    monkeypatch.setattr(module, "MOST_PRODUCTS", 6 * 50 * 50)
    assert np.isfinite(data().columns["trust"].values).sum() == 50


def test_progress_and_stop():
    column = trust_of(data())
    shares = []
    column.tell, column.stop = shares.append, lambda: bool(shares)
    with pytest.raises(DataError, match="trust has been stopped"):
        _ = column.values
    assert shares == [0] and column.waits
    column.stop = lambda: False
    assert column.values.size == COUNT
    assert shares[-1] == 1


def test_too_few_points():
    with pytest.raises(DataError, match="too few points have a vector: 16"):
        _ = data(PLANE[:16], VECTORS[:16]).columns["trust"].values
    with pytest.raises(DataError, match="too few points have a vector: 0"):
        _ = data(vectors=np.full_like(VECTORS, np.nan)).columns["trust"].values
    assert data(PLANE[:17], VECTORS[:17]).columns["trust"].values.size == 17


def test_data_without_vectors_or_with_such_a_column():
    plain = with_trust(embedding_from_arrays(PLANE))
    assert trust_of(plain) is None and "trust" not in plain.columns
    own = data(columns={"trust": np.arange(COUNT)})
    assert [*own.columns] == ["trust", "trust (of the map)"]
    assert own.columns["trust"].text(5) == "5"
    # Of another map of the same points it is another one.
    moved = with_trust(replace(own, x=own.y, y=own.x))
    assert [*moved.columns] == ["trust", "trust (of the map)"]
    assert trust_of(moved) is not trust_of(own)


def test_it_is_taken_away_if_it_was_found_or_called_by_name():
    embedding = data()
    assert "trust" not in FieldNames.of(embedding).all
    (field,) = fields_of(embedding, ["trust"])
    shares = field.take(np.arange(4)).values
    np.testing.assert_allclose(shares, embedding.columns["trust"].values[:4])
    assert FieldNames.of(embedding).columns == ("trust",)
