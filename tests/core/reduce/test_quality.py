"""Maps by fastumap keep neighbours as umap-learn's do: on digits, and on thirty clusters."""

import importlib.util
import warnings

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.manifold import trustworthiness
from sklearn.neighbors import KNeighborsClassifier

from vizterm_core.neighbours.metric import Metric
from vizterm_core.reduce.engines import engines_there
from vizterm_core.reduce.parameters import Parameters
from vizterm_core.reduce.reducing import Task, reduce_vectors

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("fastumap") is None, reason="fastumap isn't installed"
)
BESIDE_UMAP_LEARN = importlib.util.find_spec("umap") is not None
AS_GOOD = 0.02


def thirty_clusters(count=1200, width=768):
    chance = np.random.default_rng(0)
    labels = np.arange(count) % 30
    middles = chance.normal(size=(30, width)) * 0.25
    values = middles[labels] + chance.normal(size=(count, width)) * 0.35
    return values.astype(np.float32), labels


def digits():
    return load_digits(return_X_y=True)


def quality(values, labels, engine):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as in the process that makes maps
        made = reduce_vectors(Task(values, Metric.EUCLIDEAN), Parameters(), [engine])
    half = np.random.default_rng(0).permutation(len(labels)) % 2 == 0
    by_neighbours = KNeighborsClassifier(5).fit(made.places[half], labels[half])
    accuracy = by_neighbours.score(made.places[~half], labels[~half])
    return accuracy, trustworthiness(values, made.places, n_neighbors=15)


@pytest.mark.parametrize(
    ("data", "accuracy", "trusted"),
    # What umap-learn 0.5.12 gives.
    [(digits, 0.985, 0.988), (thirty_clusters, 1.0, 0.994)],
)
def test_as_good_as_umap_learn(data, accuracy, trusted):
    values, labels = data()
    engines = {engine.name.split()[0]: engine for engine in engines_there()}
    found = quality(values, labels, engines["fastumap"])
    if BESIDE_UMAP_LEARN:
        accuracy, trusted = quality(values, labels, engines["umap-learn"])
    assert found[0] > accuracy - AS_GOOD and found[1] > trusted - AS_GOOD
