"""A sample has its size, and some points of every label."""

import numpy as np
import pytest

from vizterm_core.reduce.sample import stratified


def test_each_label_has_its_share():
    labels = np.repeat([0, 1, 2], [100_000, 10_000, 30])
    np.random.default_rng(0).shuffle(labels)
    chosen = stratified(labels, labels.size, 11_000, seed=1)
    assert chosen.size == 11_000 and (np.diff(chosen) > 0).all()
    counts = np.bincount(labels[chosen])
    assert counts[2] == 30
    assert counts[1] == pytest.approx(1000, abs=60) and counts[0] == pytest.approx(9970, abs=60)


def test_without_labels_and_with_too_many():
    for labels in (None, np.arange(1000)):
        chosen = stratified(labels, 1000, 100, seed=0)
        assert chosen.size == 100 and (np.diff(chosen) > 0).all()
    assert stratified(None, 50, 100, seed=0).tolist() == list(range(50))


def test_a_seed_gives_one_sample():
    labels = np.arange(5000) % 3
    first, again, other = (stratified(labels, 5000, 500, seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
