"""Vectors to places: what is fitted, what is placed, what is left out and said."""

from dataclasses import dataclass

import numpy as np
import pytest

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.stored import Rows
from vizterm_core.load.pca import first_components
from vizterm_core.neighbours.metric import Metric
from vizterm_core.reduce import reducing
from vizterm_core.reduce.parameters import Method, Parameters
from vizterm_core.reduce.progress import Progress
from vizterm_core.reduce.reducing import Task, reduce_vectors

EUCLIDEAN, COSINE = Metric.EUCLIDEAN, Metric.COSINE


@dataclass
class Engine:
    """Gives each point the place that it begins at, and keeps what it was given."""

    name: str = "tame 1.0"
    finds_neighbours: bool = False
    fails: bool = False
    asked = None

    def lay_out(self, problem):
        self.asked = problem
        if self.fails:
            raise RuntimeError("no luck\nat all")
        return problem.start


def clusters(count=120, width=20, seed=0):
    chance = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    return (chance.normal(size=(3, width))[labels] * 4 + chance.normal(size=(count, width))), labels


def umap(vectors, engine=None, rows=None, labels=None, metric=EUCLIDEAN, **options):
    engine = engine or Engine()
    task = Task(vectors, metric, rows, labels)
    return reduce_vectors(task, Parameters(**options), [engine]), engine


def test_what_an_engine_is_given():
    vectors, _ = clusters()
    made, engine = umap(vectors, neighbours=7, min_dist=0.3, seed=5)
    asked = engine.asked
    apart = np.sqrt(np.square(vectors[:, None] - vectors).sum(axis=2))
    np.testing.assert_array_equal(asked.rows, np.argsort(apart, axis=1)[:, :7])
    # Scaled alike: the map doesn't depend on the unit.
    distances = np.sort(apart, axis=1)[:, 1:7]
    np.testing.assert_allclose(asked.apart[:, 1:] / asked.apart.max(),
                               distances / distances.max(), rtol=1e-4)  # fmt: skip
    assert asked.metric is EUCLIDEAN and asked.parameters.min_dist == 0.3
    components = first_components(vectors)
    assert np.corrcoef(asked.start[:, 0], components[:, 0])[0, 1] > 0.999
    assert np.abs(asked.start).max() == pytest.approx(10, abs=0.01)
    np.testing.assert_array_equal(made.places, asked.start)
    assert (made.by, made.metric, made.neighbours, made.fitted, made.said) == (
        "tame 1.0", EUCLIDEAN, 7, 120, ()
    )  # fmt: skip


def test_the_cosine():
    vectors, _ = clusters()
    _, engine = umap(vectors * np.linspace(1, 1e6, 120)[:, None], metric=COSINE, neighbours=5)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    apart = 1 - unit @ unit.T
    order = np.argsort(apart, axis=1)[:, :5]
    np.testing.assert_array_equal(engine.asked.rows[:, 1:], order[:, 1:])
    np.testing.assert_allclose(
        engine.asked.apart[:, 1:], np.take_along_axis(apart, order, 1)[:, 1:], rtol=1e-3
    )
    np.testing.assert_allclose(np.linalg.norm(engine.asked.points, axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("far", [0, 1e6])
def test_small_distances_far_from_zero(far):
    vectors, _ = clusters()
    _, engine = umap(vectors * 1e-3 + far)
    _, wanted = umap(vectors)
    np.testing.assert_array_equal(engine.asked.rows, wanted.asked.rows)


def test_rows_without_a_vector_are_left_out_and_said():
    vectors, _ = clusters()
    vectors[3, 2], vectors[50] = np.nan, np.inf
    made, engine = umap(vectors)
    assert np.flatnonzero(np.isnan(made.places[:, 0])).tolist() == [3, 50]
    assert len(engine.asked.points) == 118
    assert made.said == ("2 rows left out: no finite vector",)
    vectors[[3, 50]] = 0
    made, _ = umap(vectors, metric=COSINE)
    assert made.said == ("2 rows left out: no finite vector, or one of zeros",)
    masked = np.ma.masked_equal(np.where(np.arange(120)[:, None] == 7, -99.0, vectors), -99.0)
    assert np.isnan(umap(masked)[0].places[7]).all()


def test_equal_rows_are_at_one_place():
    vectors, _ = clusters()
    many = np.concatenate([vectors, np.repeat(vectors[:1], 5000, axis=0), -0.0 * vectors[:2]])
    made, engine = umap(many)
    assert len(engine.asked.points) == 121
    np.testing.assert_array_equal(made.places[120:5120], np.repeat(made.places[:1], 5000, axis=0))
    assert made.said == ("5,001 rows the same as others, at their places",)


@pytest.mark.parametrize(
    "vectors", [np.ones((50, 3)), np.eye(3), np.zeros((0, 3)), np.full((9, 2), np.nan)]
)
def test_too_few_different_vectors(vectors):
    with pytest.raises(DataError, match=r"UMAP needs 4 different vectors, there (is|are) [013]$"):
        umap(vectors)


def test_fewer_points_than_neighbours():
    made, engine = umap(clusters(6)[0])
    assert engine.asked.rows.shape == (6, 6) and made.neighbours == 6
    assert made.said == ("6 neighbours: there are no more different vectors",)


@pytest.mark.parametrize("width", [1, 2])
def test_few_dimensions(width):
    made, _ = umap(clusters(50, width)[0])
    assert np.isfinite(made.places).all()


def test_some_of_the_rows():
    vectors, labels = clusters()
    rows = np.flatnonzero(labels == 1)
    made, engine = umap(vectors, rows=rows)
    assert made.places.shape == (40, 2)
    wanted, _ = umap(vectors[rows])
    np.testing.assert_allclose(made.places, wanted.places, atol=1e-3)
    assert len(engine.asked.points) == 40


class Stored:
    """Rows that come in blocks, as from a file."""

    def __init__(self, values):
        self._values = values
        self.shape, self.dtype = values.shape, values.dtype

    def __len__(self):
        return len(self._values)

    def __getitem__(self, key):
        return self._values[key]

    def read(self):
        return self._values

    def blocks(self, rows):
        for start in range(0, len(self), rows):
            part = slice(start, min(start + rows, len(self)))
            yield part, self._values[part]


def test_beyond_a_size_a_sample_is_fitted_and_others_placed(monkeypatch):
    monkeypatch.setattr(reducing, "MOST_FITTED", 90)
    monkeypatch.setattr(reducing, "_BLOCK_VALUES", 20 * 50)
    vectors, labels = clusters(1500)
    vectors[11] = np.nan
    stored: Rows = Stored(vectors)
    told = []
    engine = Engine()
    made = reduce_vectors(
        Task(stored, EUCLIDEAN, None, labels), Parameters(), [engine], told.append
    )
    fitted = len(engine.asked.points)
    assert fitted in (89, 90) and made.fitted == fitted
    assert np.flatnonzero(np.isnan(made.places[:, 0])).tolist() == [11]
    # The three clusters lie apart, and so do the points that were placed among them.
    middles = np.array([np.nanmedian(made.places[labels == label], axis=0) for label in range(3)])
    apart = np.linalg.norm(made.places[:, None] - middles, axis=2)
    nearest = apart.argmin(axis=1)
    assert (np.delete(nearest == labels, 11)).mean() > 0.99
    assert made.said[0] == (
        f"made of {fitted} points, the other {1499 - fitted:,} placed among their neighbours"
    )
    stages = list(dict.fromkeys(each.stage for each in told))
    assert stages == ["reading", "neighbours", "layout", "placing the others"]
    shares = [each.share for each in told if each.stage == "placing the others"]
    assert shares == sorted(shares) and shares[-1] == 1 and len(shares) > 10


def test_the_next_engine_where_one_fails():
    vectors, _ = clusters()
    good = Engine()
    made = reduce_vectors(
        Task(vectors, EUCLIDEAN), Parameters(), [Engine("wild 2", fails=True), good]
    )
    assert made.by == "tame 1.0" and made.said == ("wild 2 failed: RuntimeError: no luck",)
    with pytest.raises(DataError, match=r"^no UMAP: wild 2 failed: RuntimeError: no luck$"):
        umap(vectors, Engine("wild 2", fails=True))


def test_places_that_are_not_finite_are_refused():
    class Odd(Engine):
        def lay_out(self, problem):
            return np.full((len(problem.points), 2), np.nan)

    with pytest.raises(DataError, match="aren't finite"):
        umap(clusters()[0], Odd())


def test_pca_of_some_rows():
    vectors, labels = clusters()
    rows = np.flatnonzero(labels > 0)
    made = reduce_vectors(Task(vectors, EUCLIDEAN, rows), Parameters(Method.PCA))
    np.testing.assert_allclose(made.places, first_components(vectors[rows]), rtol=1e-5)
    assert made.by == "" and made.metric is None


@pytest.mark.parametrize(
    "options", [{"neighbours": 1}, {"neighbours": 201}, {"min_dist": -0.1}, {"min_dist": 1},
                {"min_dist": float("nan")}, {"seed": -1}]
)  # fmt: skip
def test_parameters_out_of_range(options):
    with pytest.raises(UsageError, match="can't be; choose"):
        Parameters(**options)


def test_progress_in_words():
    assert str(Progress("neighbours", 0.409)) == "neighbours 40 %"
    assert str(Progress("layout")) == "layout"
