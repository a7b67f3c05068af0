"""The index against brute force: exact at rest, right to a quarter of a dot in motion."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.points import assert_within_a_quarter_dot, brute_force, clusters, fit

from vizterm_core.scatter import index as index_module
from vizterm_core.scatter.braille import decode_dots
from vizterm_core.scatter.grid import data_extent
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.viewport import Extent, Viewport


def all_visible(index):
    return np.ones(index.label_count, bool)


@pytest.fixture
def tables_for_few(monkeypatch):
    """Build tables and buckets as for millions of points, with thousands."""
    monkeypatch.setattr(index_module, "FEW_POINTS", 500)
    monkeypatch.setattr(index_module, "MANY_POINTS", 1000)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [0, 1, 2, 17, 3000])
def test_exact_frame_is_brute_force(n, dtype):
    x, y, labels = clusters(n, 5, dtype=dtype)
    index = PointIndex(x, y, labels, 5)
    views = [fit(index), fit(index).zoomed(3.7, 50, 30), fit(index).panned(-33.3, 12.7)]
    if n:
        # Deep enough that a view rounded to float32 would be off by dots.
        views.append(fit(index).zoomed(1e6, *fit(index).dot_of(float(x[0]), float(y[0]))))
    for view in views:
        frame = index.exact_frame(view, all_visible(index))
        lit, best, shown = brute_force(x, y, labels, 5, view, all_visible(index))
        assert np.array_equal(decode_dots(frame.codes), lit)
        assert np.array_equal(frame.labels, best)
        assert (frame.shown, frame.exact) == (shown, True)


@pytest.mark.usefixtures("tables_for_few")
@pytest.mark.parametrize("hidden", [[], [1], [0, 2, 3, 4]])
@pytest.mark.parametrize("zoom", [1, 1.7, 4, 40])
def test_exact_frame_is_brute_force_through_buckets_and_hidden_labels(zoom, hidden):
    x, y, labels = clusters(4000, 5)
    index = PointIndex(x, y, labels, 5)
    visible = all_visible(index)
    visible[hidden] = False
    view = fit(index).zoomed(zoom, 60, 40)
    before = index.exact_frame(view, visible)
    index.build_buckets()
    after = index.exact_frame(view, visible)
    lit, best, shown = brute_force(x, y, labels, 5, view, visible)
    for frame in (before, after):
        assert np.array_equal(decode_dots(frame.codes), lit)
        assert np.array_equal(frame.labels, best)
        assert frame.shown == shown


def test_ties_in_a_cell_go_to_the_rarer_label():
    # Label 0 has three points in all, label 1 two: both have one in the middle cell.
    x = np.array([0.0, 10.0, 10.0, 5.0, 5.0])
    labels = np.array([0, 0, 1, 0, 1], np.uint8)
    index = PointIndex(x, np.zeros(5), labels, 2)
    view = Viewport.fit(Extent(0, 10, -1, 1), 11, 3, cell_aspect=None)
    frame = index.exact_frame(view, all_visible(index))
    assert frame.labels[1].tolist() == [0, -1, -1, -1, -1, 1, -1, -1, -1, -1, 1]


@pytest.mark.usefixtures("tables_for_few")
@pytest.mark.parametrize("hidden", [[], [3], [0, 1, 2, 4]])
def test_frames_in_motion_are_right_to_a_quarter_of_a_dot(hidden):
    x, y, labels = clusters(6000, 5)
    index = PointIndex(x, y, labels, 5)
    visible = all_visible(index)
    visible[hidden] = False
    rng = np.random.default_rng(1)
    seen_from_tables = 0
    for _ in range(12):
        view = fit(index).zoomed(rng.uniform(0.5, 2.1), *rng.uniform(0, 80, 2))
        frame = index.quick_frame(view, visible)
        if frame is None:
            continue
        seen_from_tables += not frame.exact
        assert_within_a_quarter_dot(index, view, frame, visible)
    assert seen_from_tables >= 6


@pytest.mark.usefixtures("tables_for_few")
def test_close_ups_come_from_local_tables_once_they_are_built():
    x, y, labels = clusters(9000, 3, seed=2)
    index = PointIndex(x, y, labels, 3)
    view = fit(index).zoomed(6, *fit(index).dot_of(float(np.median(x)), float(np.median(y))))
    # A lone huge cluster: points in reach are too many, the table too coarse.
    index.build_buckets()
    if index.quick_frame(view, all_visible(index)) is None:
        assert index.needs_tables(view)
    if index.needs_tables(view):
        index.use_tables(index.local_tables(view))
        assert not index.needs_tables(view)
        frame = index.quick_frame(view, all_visible(index))
        assert frame is not None
        assert not frame.exact
        assert_within_a_quarter_dot(index, view, frame, all_visible(index))
        exact = index.exact_frame(view, all_visible(index))
        assert frame.shown == pytest.approx(exact.shown, rel=0.05)
    else:
        pytest.fail("the view was meant to need tables of its own")


@pytest.mark.usefixtures("tables_for_few")
def test_an_outlier_does_not_spoil_the_tables_and_is_still_drawn():
    x, y, labels = clusters(5000, 4)
    x[17], y[17] = 1e6, -1e6
    index = PointIndex(x, y, labels, 4)
    view = Viewport.fit(Extent(-10, 10, -10, 10), 40, 20)
    frame = index.quick_frame(view, all_visible(index))
    assert frame is not None
    assert not frame.exact
    assert_within_a_quarter_dot(index, view, frame, all_visible(index))
    whole = index.quick_frame(fit(index), all_visible(index))
    assert whole is not None
    assert whole.shown == 5000
    assert_within_a_quarter_dot(index, fit(index), whole, all_visible(index))


@pytest.mark.parametrize("count", [200, 300_000])
def test_the_bulk_is_the_box_of_all_points_but_the_far_ones(count):
    x, y = np.random.default_rng(1).normal(size=(2, count))
    # Without far ones the tails of the distribution belong to the bulk.
    assert bulk_of(x, y) == data_extent(x, y)
    box = data_extent(x, y)
    x[[3, 5]], y[7] = (1e5, -60), 1e4
    kept = np.ones(count, bool)
    kept[[3, 5]] = False
    left, right, bottom, top = bulk_of(x, y)
    assert (left, right) == (x[kept].min(), x[kept].max())
    kept[[3, 5, 7]] = True, True, False
    assert (bottom, top) == (y[kept].min(), y[kept].max())
    # Stretched in one direction, the other is as it was.
    x[[3, 5]] = 0
    assert bulk_of(x, y)[:2] == (x.min(), x.max())
    assert bulk_of(x, y)[2:] == (bottom, top)
    assert box[2] == bottom


def test_heavy_tails_have_a_bulk_and_equal_points_have_none():
    x, y = np.random.default_rng(2).standard_cauchy((2, 4000))
    left, right, bottom, top = bulk_of(x, y)
    inside = (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
    assert inside.mean() > 0.9
    assert right - left < (x.max() - x.min()) / 4
    x[:], y[:] = 3, 4
    x[0] = 1e6
    assert bulk_of(x, y) == data_extent(x, y)


def bulk_of(x, y):
    return PointIndex(x, y, np.zeros(x.size, np.uint8), 1, tables=False).bulk


@pytest.mark.usefixtures("tables_for_few")
def test_toggling_labels_back_and_forth_gives_the_same_frame():
    x, y, labels = clusters(3000, 6)
    index = PointIndex(x, y, labels, 6)
    view = fit(index)
    first = index.quick_frame(view, all_visible(index))
    for hidden in ([2], [2, 3], [0, 1, 2, 3, 4], [5], []):
        visible = all_visible(index)
        visible[hidden] = False
        frame = index.quick_frame(view, visible)
        assert frame.shown == index.exact_frame(view, visible).shown
        assert not np.isin(frame.labels, hidden).any()
    assert np.array_equal(frame.codes, first.codes)
    assert np.array_equal(frame.labels, first.labels)


def test_ten_thousand_labels_are_counted_exactly():
    rng = np.random.default_rng(3)
    n, label_count = 20_000, 10_000
    x, y = rng.random(n), rng.random(n)
    labels = rng.integers(0, label_count, n).astype(np.uint16)
    index = PointIndex(x, y, labels, label_count)
    view = Viewport.fit(index.extent, 20, 10)
    frame = index.quick_frame(view, np.ones(label_count, bool))
    lit, best, _ = brute_force(x, y, labels, label_count, view, np.ones(label_count, bool))
    assert np.array_equal(decode_dots(frame.codes), lit)
    assert np.array_equal(frame.labels, best)


@pytest.mark.parametrize(
    "values",
    [
        [0.0, 0.0, 0.0],
        [1e-290, 2e-290, 3e-290],
        [-1e150, 0.0, 1e150],
        [1e9, 1e9 + 1e-6, 1e9 + 2e-6],
    ],
)
def test_extreme_ranges_are_drawn_without_warnings(values):
    x = np.array(values)
    index = PointIndex(x, x[::-1].copy(), np.zeros(3, np.uint8), 1)
    frame = index.exact_frame(fit(index), all_visible(index))
    assert frame.shown == 3
    assert decode_dots(frame.codes).sum() == len(set(values))


def test_float32_extremes_are_drawn_without_warnings():
    x = np.array([-3e38, 0, 3e38], np.float32)
    index = PointIndex(x, x.copy(), np.zeros(3, np.uint8), 1)
    assert index.exact_frame(fit(index), all_visible(index)).shown == 3
    assert index.nearest(fit(index), 60, 40, 3, all_visible(index)) == 1


# picking
@pytest.mark.parametrize(("zoom", "reach"), [(1, 2.5), (5, 2.5), (300, 90)])
def test_nearest_is_brute_force(zoom, reach):
    x, y, labels = clusters(3000, 4)
    index = PointIndex(x, y, labels, 4)
    visible = np.array([True, False, True, True])
    rng = np.random.default_rng(4)
    view = fit(index).zoomed(zoom, *fit(index).dot_of(float(x[7]), float(y[7])))
    found = 0
    for column, row in rng.uniform((0, 0), (view.across, view.down), (60, 2)):
        across = (x.astype(float) - view.left) * view.x_scale - column
        down = (view.top - y.astype(float)) * view.y_scale - row
        distance = np.where(visible[labels], np.hypot(across, down), np.inf)
        expected = int(distance.argmin()) if distance.min() <= reach else None
        assert index.nearest(view, column, row, reach, visible) == expected
        found += expected is not None
    assert found


def test_under_dot_lists_every_visible_point_of_the_dot():
    x, y, labels = clusters(5000, 4)
    index = PointIndex(x, y, labels, 4)
    view = fit(index, 20, 8)
    columns, rows = view.dots_of(x, y)
    visible = np.array([True, True, False, True])
    for column, row in {
        (c, r) for c, r in zip(columns[:40].tolist(), rows[:40].tolist(), strict=True)
    }:
        expected = np.flatnonzero((columns == column) & (rows == row) & visible[labels])
        assert index.under_dot(view, column, row, visible).tolist() == expected.tolist()


def test_nothing_is_picked_before_the_points_are_sorted(monkeypatch):
    monkeypatch.setattr(index_module, "MANY_POINTS", 10)
    x, y, labels = clusters(100, 2)
    index = PointIndex(x, y, labels, 2)
    view = fit(index)
    at = view.dot_of(float(x[0]), float(y[0]))
    assert not index.sorted
    assert index.nearest(view, *at, 2, all_visible(index)) is None
    index.build_buckets()
    assert index.nearest(view, *at, 2, all_visible(index)) is not None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(-1e6, 1e6, width=32), st.floats(-1e6, 1e6, width=32), st.integers(0, 3)
        ),
        max_size=40,
    ),
    st.floats(0.2, 50),
    st.tuples(st.floats(0, 20), st.floats(0, 20)),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.sampled_from([np.float32, np.float64]),
)
def test_any_points_any_view_any_labels_equal_brute_force(points, zoom, at, visible, dtype):
    x = np.array([p[0] for p in points], dtype)
    y = np.array([p[1] for p in points], dtype)
    labels = np.array([p[2] for p in points], np.uint8)
    index = PointIndex(x, y, labels, 4)
    view = fit(index, 10, 5).zoomed(zoom, *at)
    frame = index.exact_frame(view, np.array(visible))
    lit, best, shown = brute_force(x, y, labels, 4, view, visible)
    assert np.array_equal(decode_dots(frame.codes), lit)
    assert np.array_equal(frame.labels, best)
    assert frame.shown == shown
