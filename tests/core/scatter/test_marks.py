"""Marks that grow, against drawing them one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizterm_core.scatter.braille import decode_dots
from vizterm_core.scatter.frame import EMPTY
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.marks import MOST_MARKED, PointsInView, enlarged, mark_owners, mark_size
from vizterm_core.scatter.viewport import Viewport


def test_the_fewer_points_in_view_the_larger_the_marks():
    sizes = [mark_size(shown, 4000) for shown in (1, 3, 66, 67, 2666, 2667, 10**7)]
    assert sizes == [2, 2, 2, 1, 1, 0, 0]
    assert mark_size(0, 4000) == 2
    assert mark_size(MOST_MARKED, 10**6) == 2
    assert mark_size(MOST_MARKED + 1, 20_000) == 0


def scattered(seed, n, labels=3, spread=1.0):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, labels, n).astype(np.uint8)
    return PointIndex(rng.normal(0, spread, n), rng.normal(0, spread, n), codes, labels)


def in_view(index, view):
    return index.points_in(view, np.ones(index.label_count, bool))


@given(st.integers(0, 50), st.integers(0, 60), st.floats(0.7, 5))
def test_no_point_is_lost_and_no_mark_is_far_from_its_point(seed, n, zoom):
    index = scattered(seed, n)
    view = Viewport.fit(index.extent, 20, 8).zoomed(zoom, 13, 9)
    frame = index.exact_frame(view, np.ones(3, bool))
    points = in_view(index, view)
    assert len(points) == frame.shown
    for quarters in (False, True):
        large = enlarged(frame, points, view, index.rarity, quarters=quarters)
        lit = decode_dots(large.codes)
        assert np.array_equal(lit, large.dots > 0)
        assert lit[frame.dots > 0].all()
        reach = 2.5 if quarters else 1.5
        for row, column in zip(*np.nonzero(lit), strict=True):
            aside = np.abs(points.columns - (column + 0.5))
            below = np.abs(points.rows - (row + 0.5))
            assert (np.maximum(aside, below) <= reach).any()
        assert np.array_equal(large.labels == EMPTY, large.codes == 0)
        assert large.counts.totals(160).sum() == lit.sum()


def points_at(*places):
    columns, rows, labels = (np.array(values) for values in zip(*places, strict=True))
    return PointsInView(columns.astype(float), rows.astype(float), labels, np.arange(len(labels)))


VIEW = Viewport(0.0, 0.0, 1.0, 1.0, 3, 2)


def test_a_mark_stands_as_near_to_its_point_as_whole_dots_allow():
    owners = mark_owners(points_at((2.0, 3.0, 0)), VIEW, np.array([0]), (2, 2))
    assert np.argwhere(owners == 0).tolist() == [[2, 1], [2, 2], [3, 1], [3, 2]]
    owners = mark_owners(points_at((2.9, 3.4, 0)), VIEW, np.array([0]), (2, 2))
    assert np.argwhere(owners == 0).tolist() == [[2, 2], [2, 3], [3, 2], [3, 3]]


def test_rarer_labels_lie_on_top_and_marks_are_cut_at_the_edge():
    rarity = np.array([1, 0])
    for places in ([(1, 1, 0), (2, 1, 1)], [(2, 1, 1), (1, 1, 0)]):
        owners = mark_owners(points_at(*places), VIEW, rarity, (2, 2))
        assert owners[:2, :3].tolist() == [[0, 1, 1], [0, 1, 1]]
    owners = mark_owners(points_at((0, 0, 0)), VIEW, rarity, (2, 2))
    assert np.argwhere(owners == 0).tolist() == [[0, 0]]


def test_a_mark_of_quarters_is_as_wide_as_a_cell_and_half_as_high():
    owners = mark_owners(points_at((3.0, 5.0, 0)), VIEW, np.array([0]), (1, 2), (2, 2))
    assert owners.shape == (4, 6)
    assert np.argwhere(owners == 0).tolist() == [[2, 2], [2, 3]]


@pytest.mark.parametrize("sorted_points", [True, False])
def test_the_points_in_view_are_those_a_plain_look_finds(sorted_points, monkeypatch):
    if not sorted_points:
        monkeypatch.setattr("vizterm_core.scatter.index.MANY_POINTS", 10)
    index = scattered(3, 500)
    assert index.sorted == sorted_points
    view = Viewport.fit(index.extent, 20, 8).zoomed(3, 13, 9)
    visible = np.array([True, False, True])
    points = index.points_in(view, visible)
    wanted = []
    for point in range(500):
        dot = view.dot_of(float(index.x[point]), float(index.y[point]))
        if visible[index.labels[point]] and view.contains_dot(*dot):
            wanted.append((point, *dot, int(index.labels[point])))
    found = zip(points.points, points.columns, points.rows, points.labels, strict=True)
    assert [(p, int(c), int(r), k) for p, c, r, k in found] == wanted
