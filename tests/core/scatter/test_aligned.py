"""Maps turned so that each lies over the one before."""

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes
from scipy.spatial import procrustes

from vizterm_core.scatter.aligned import Alignment, Motion, motion_onto
from vizterm_core.scatter.epochs import Epochs

RNG = np.random.default_rng(3)


def turned(points, angle, *, mirrored=False, shift=(0, 0)):
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, sin], [-sin, cos]])
    if mirrored:
        turn = turn @ np.diag([1, -1])
    return points @ turn + shift


def test_scipy_finds_the_same_turn():
    one = RNG.normal(size=(200, 2))
    other = turned(one, 1.1, mirrored=True, shift=(4, -2)) + RNG.normal(size=(200, 2)) / 10
    motion = motion_onto(one, other)
    turn, _ = orthogonal_procrustes(one - one.mean(axis=0), other - other.mean(axis=0))
    assert np.allclose(motion.turn, turn)
    moved = motion.of(one)
    assert np.allclose(moved.mean(axis=0), other.mean(axis=0))
    # Without scale it is as near as scipy's with one, once both have the same size.
    ours, theirs = (each - each.mean(axis=0) for each in (moved, other))
    ours, theirs = ours / np.linalg.norm(ours), theirs / np.linalg.norm(theirs)
    scale = (ours * theirs).sum()
    assert ((theirs - scale * ours) ** 2).sum() == pytest.approx(procrustes(other, one)[2])


def test_distances_stay_and_rows_that_are_missing_do_not_count():
    one = RNG.normal(size=(50, 2)).astype(np.float32)
    other = turned(one, 2).astype(np.float32)
    other[3], one[7], other[9] = np.nan, np.inf, 1e30
    other[9] = np.nan
    moved = motion_onto(one, other).of(one)
    both = np.isfinite(one).all(axis=1) & np.isfinite(other).all(axis=1)
    assert moved.dtype == np.float32 and np.allclose(moved[both], other[both], atol=1e-5)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_points(n):
    one, other = RNG.normal(size=(2, n, 2))
    motion = motion_onto(one, other)
    assert np.allclose(motion.turn @ motion.turn.T, np.eye(2))
    assert np.allclose(motion.of(one).sum(axis=0), other.sum(axis=0))


def test_motions_one_after_another_and_back():
    one, other = (Motion(turned(np.eye(2), angle), RNG.normal(size=2)) for angle in (1, 2))
    points = RNG.normal(size=(5, 2))
    assert np.allclose(one.then(other).of(points), other.of(one.of(points)))
    assert np.allclose(one.back.of(one.of(points)), points)


def test_a_turning_map_stands_still_and_the_anchor_stays():
    points = RNG.normal(size=(100, 2))
    stack = np.stack([turned(points, 0.7 * k, mirrored=k % 2 == 1) for k in range(6)])
    read = []

    def places(epoch):
        read.append(epoch)
        return stack[epoch]

    alignment = Alignment(Epochs(6, places), 3)
    aligned = alignment.aligned()
    assert np.allclose(aligned.places(3), stack[3])
    assert all(np.allclose(aligned.places(epoch), stack[3]) for epoch in (5, 0, 1, 4, 2))
    longer = alignment.longer(Epochs(7, lambda epoch: stack[epoch % 6])).aligned()
    read.clear()
    assert np.allclose(longer.places(6), stack[3]) and not read
