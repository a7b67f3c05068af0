"""The nearest points beside brute force: exactly where all are compared, nearly all in cells."""

import numpy as np
import pytest

from vizterm_core.reduce.cells import Cells
from vizterm_core.reduce.nearest_points import NearestPoints, smallest


def brute(points, queries, count):
    apart = np.sqrt(np.square(queries[:, None].astype(float) - points).sum(axis=2))
    order = np.argsort(apart, axis=1, kind="stable")[:, :count]
    return order, np.take_along_axis(apart, order, 1)


def manifold(count, width=40, inner=6, seed=0):
    chance = np.random.default_rng(seed)
    places = chance.normal(size=(count, inner)) @ chance.normal(size=(inner, width))
    return np.tanh(places / 3).astype(np.float32)


@pytest.mark.parametrize("count", [1, 2, 5, 300])
def test_exactly_the_nearest(count):
    points = manifold(300)
    rows, apart = NearestPoints(points).of_each(count)
    wanted, distances = brute(points, points, count)
    assert rows[:, 0].tolist() == list(range(300))
    # Distances that are equal in float32 may stand in another order.
    assert (rows == wanted).mean() > 0.9999
    np.testing.assert_allclose(apart, distances, atol=1e-5)


def test_of_others():
    points, queries = manifold(300), manifold(70, seed=1)
    rows, apart = NearestPoints(points).of(queries, 4)
    wanted, distances = brute(points, queries, 4)
    np.testing.assert_array_equal(rows, wanted)
    np.testing.assert_allclose(apart, distances, rtol=1e-5)


def test_cells_find_nearly_all():
    points = manifold(3000)
    exact = NearestPoints(points).of_each(10)
    finder = NearestPoints(points, Cells.dividing(points, 55, 400, seed=0))
    rows, apart = finder.of_each(10)
    assert rows[:, 0].tolist() == list(range(3000))
    assert (np.diff(apart, axis=1) >= 0).all()
    found = (rows[:, :, None] == exact[0][:, None]).any(axis=1).mean()
    assert found > 0.97
    # Others are found in cells as well.
    queries = manifold(3000)[:200] * np.float32(0.99)
    wanted = brute(points, queries, 5)[0]
    rows, _ = finder.of(queries, 5)
    assert (rows[:, :, None] == wanted[:, None]).any(axis=1).mean() > 0.9
    assert not finder.exact


def test_cells_hold_each_point_once_however_uneven():
    points = np.concatenate([np.zeros((3000, 3)), np.random.default_rng(0).normal(size=(100, 3))])
    cells = Cells.dividing(points.astype(np.float32), 20, 500, seed=0)
    assert sorted(cells.order.tolist()) == list(range(3100))
    assert cells.starts[-1] == 3100 and len(cells.starts) == len(cells.centres) + 1
    assert sum(len(cells.of(cell)[1]) for cell in range(len(cells))) == 3100
    looked = np.bincount(np.concatenate([which for _, which in cells.visits(points[-9:])]))
    assert looked.tolist() == [cells.looked_into] * 9


def test_the_work_decides(monkeypatch):
    points = manifold(1000)
    assert NearestPoints.among(points, 1000).exact
    monkeypatch.setattr("vizterm_core.reduce.nearest_points.MOST_WORK", 1e6)
    assert not NearestPoints.among(points, 1000).exact


@pytest.mark.parametrize("columns", [5, 160, 1000])
@pytest.mark.parametrize("count", [1, 5])
def test_the_smallest_of_each_row(columns, count):
    table = np.random.default_rng(0).integers(0, 50, (20, columns)).astype(np.float32)
    found = np.take_along_axis(table, smallest(table, count), 1)
    np.testing.assert_array_equal(np.sort(found), np.sort(table)[:, :count])


def test_the_smallest_of_equal_ones_are_different_places():
    found = smallest(np.zeros((3, 640), np.float32), 7)
    assert all(len(set(row)) == 7 for row in found.tolist())


def test_in_haste_fewer_cells_are_looked_into_and_most_are_found():
    points = manifold(3000)
    finder = NearestPoints(points, Cells.dividing(points, 55, 400, seed=0))
    hasty = finder.hasty(3)
    assert hasty.cells.looked_into == finder.cells.looked_into // 3 > 0
    wanted, found = (each.of(points[:200], 5)[0] for each in (NearestPoints(points), hasty))
    assert 0.7 < (found[:, :, None] == wanted[:, None]).any(axis=1).mean() <= 1
    assert NearestPoints(points).hasty(3).exact
