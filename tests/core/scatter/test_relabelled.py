"""Other labels and fewer points on the same index: as a new index has them, without sorting."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.points import assert_within_a_quarter_dot, brute_force, clusters, fit

from vizterm_core.scatter import buckets as buckets_module
from vizterm_core.scatter import index as index_module
from vizterm_core.scatter.braille import decode_dots
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.steps import Steps


@pytest.fixture
def as_for_many(monkeypatch):
    """Sort, preview and count into tables as for millions of points, with thousands."""
    monkeypatch.setattr(index_module, "FEW_POINTS", 500)
    monkeypatch.setattr(index_module, "MANY_POINTS", 1000)


@pytest.fixture
def sorted_index(as_for_many):
    x, y, labels = clusters(6000, 5)
    index = PointIndex(x, y, labels, 5)
    index.build_buckets()
    return index


def never_sorted(monkeypatch):
    def refuse(*_):
        raise AssertionError("sorted again")

    monkeypatch.setattr(buckets_module.Buckets, "__init__", refuse)


def masks(index):
    rng = np.random.default_rng(8)
    return {
        "none": None,
        "half": rng.random(len(index)) < 0.5,
        "few": rng.random(len(index)) < 0.01,
        "one side": index.x < np.median(index.x),
        "nothing": np.zeros(len(index), bool),
    }


@pytest.mark.parametrize("which", ["none", "half", "few", "one side", "nothing"])
@pytest.mark.parametrize("hidden", [[], [2]])
@pytest.mark.parametrize("zoom", [1, 1.6, 30])
def test_another_colouring_is_counted_as_by_an_index_of_its_own(
    sorted_index, monkeypatch, which, hidden, zoom
):
    never_sorted(monkeypatch)
    other = np.random.default_rng(5).integers(0, 7, 6000).astype(np.uint8)
    shown = masks(sorted_index)[which]
    index = sorted_index.relabelled(other, 7, shown)
    visible = np.ones(7, bool)
    visible[hidden] = False
    view = fit(index).zoomed(zoom, *fit(index).dot_of(float(index.x[5]), float(index.y[5])))
    keep = np.ones(6000, bool) if shown is None else shown
    lit, best, count = brute_force(index.x[keep], index.y[keep], other[keep], 7, view, visible)
    for stage in ("at once", "labels sorted", "tables"):
        frame = index.exact_frame(view, visible)
        assert np.array_equal(decode_dots(frame.codes), lit), stage
        assert np.array_equal(frame.labels, best), stage
        assert frame.shown == count
        assert np.array_equal(index.exact_counts(view, visible).astype(bool), lit)
        quick = index.quick_frame(view, visible)
        assert quick is not None
        assert not np.isin(quick.labels, [*hidden, 7]).any()
        if quick.exact:
            assert np.array_equal(quick.labels, best)
        else:
            seen = np.full(6000, 7)
            seen[keep] = other[keep]
            assert_within_a_quarter_dot_of(index, seen, view, quick, np.append(visible, False))
        if stage == "at once":
            index.build_buckets()
        elif stage == "labels sorted":
            index.build_tables()
    kept = other[keep]
    assert index.totals.tolist() == np.bincount(kept, minlength=7).tolist()


def assert_within_a_quarter_dot_of(index, codes, view, frame, visible):
    class Points:
        x, y, labels = index.x, index.y, codes

    assert_within_a_quarter_dot(Points, view, frame, visible)


def test_a_preview_has_the_dots_of_the_tables_and_as_many_points_in_each_cell(sorted_index):
    other = (np.arange(6000) % 3).astype(np.uint8)
    index = sorted_index.relabelled(other, 3)
    view, visible = fit(index), np.ones(3, bool)
    before = index.quick_frame(view, visible)
    index.build_buckets()
    index.build_tables()
    after = index.quick_frame(view, visible)
    assert not before.exact
    assert np.array_equal(before.dots, after.dots)
    cells = view.rows * view.columns
    assert np.array_equal(before.counts.totals(cells), after.counts.totals(cells))
    assert np.array_equal(before.labels >= 0, after.labels >= 0)


def test_the_colours_of_a_preview_are_those_of_most_points(as_for_many):
    x, y, labels = clusters(60_000, 4)
    index = PointIndex(x, y, labels, 4)
    index.build_buckets()
    sides = (x > np.median(x)).astype(np.uint8)
    other = index.relabelled(sides, 2)
    view = fit(other)
    quick, exact = (f(view, np.ones(2, bool)) for f in (other.quick_frame, other.exact_frame))
    lit = exact.labels >= 0
    assert not quick.exact
    assert (quick.labels[lit] == exact.labels[lit]).mean() > 0.97


@pytest.mark.parametrize("shown", [None, "half"])
def test_outliers_are_counted_once_in_previews_and_tables(as_for_many, shown):
    x, y, labels = clusters(5000, 4)
    x[17], y[17] = 1e6, -1e6
    index = PointIndex(x, y, labels, 4)
    index.build_buckets()
    mask = None if shown is None else np.arange(5000) % 2 == 1
    other = index.relabelled(labels[::-1].copy(), 4, mask)
    for view in (fit(other), fit(index).zoomed(0.5, 3, 3)):
        for _ in range(2):
            frame = other.quick_frame(view, np.ones(4, bool))
            assert frame.shown == (5000 if shown is None else 2500)
            other.build_tables()


def test_points_left_out_are_never_picked(sorted_index):
    rng = np.random.default_rng(2)
    shown = rng.random(6000) < 0.3
    labels = sorted_index.labels
    index = sorted_index.relabelled(labels, 5, shown)
    visible = np.array([True, True, False, True, True])
    there = shown & visible[labels]
    view = fit(index)
    assert index.end(visible, last=False) == np.flatnonzero(there)[0]
    assert index.end(visible, last=True) == np.flatnonzero(there)[-1]
    assert np.array_equal(
        index.points_in(view.zoomed(0.9, 0, 0), visible).points, np.flatnonzero(there)
    )
    columns, rows = view.dots_of(index.x, index.y)
    for point in np.flatnonzero(shown)[:40].tolist():
        assert index.is_shown(point, visible) == bool(visible[labels[point]])
        here = there & (columns == columns[point]) & (rows == rows[point])
        assert np.array_equal(
            index.under_dot(view, columns[point], rows[point], visible), np.flatnonzero(here)
        )
    for column, row in rng.uniform((0, 0), (view.across, view.down), (40, 2)):
        across = (index.x.astype(float) - view.left) * view.x_scale - column
        down = (view.top - index.y.astype(float)) * view.y_scale - row
        distance = np.where(there, np.hypot(across, down), np.inf)
        assert index.nearest(view, column, row, 1e3, visible) == distance.argmin()
    assert not any(index.is_in(point) for point in np.flatnonzero(~shown)[:20].tolist())


@pytest.mark.parametrize("direction", ["left", "right", "up", "down"])
def test_steps_stay_among_the_points_that_are_in(sorted_index, direction):
    shown = np.random.default_rng(3).random(6000) < 0.05
    index = sorted_index.relabelled(sorted_index.labels, 5, shown)
    visible = np.ones(5, bool)
    steps, view = Steps(index, visible), fit(index)
    point = steps.middle(view)
    walked = 0
    while point is not None and walked < 100:
        assert shown[point]
        point = steps.onward(view, point, direction)
        walked += 1
    assert walked > 2


def test_256_labels_in_bytes_have_room_for_the_points_left_out():
    x = np.arange(512.0)
    labels = (np.arange(512) % 256).astype(np.uint8)
    index = PointIndex(x, x.copy(), labels, 256).relabelled(labels, 256, np.arange(512) < 256)
    assert index.totals.tolist() == [1] * 256
    assert index.exact_frame(fit(index), np.ones(256, bool)).shown == 256
    assert index.points_in(fit(index), np.ones(256, bool)).points.tolist() == list(range(256))


def test_points_are_sorted_once_whoever_asks_first(as_for_many, monkeypatch):
    x, y, labels = clusters(3000, 3)
    index = PointIndex(x, y, labels, 3)
    other = index.relabelled(labels, 3)
    assert not other.sorted
    assert other.quick_frame(fit(other), np.ones(3, bool)) is None
    index.build_buckets()
    never_sorted(monkeypatch)
    other.build_buckets()
    assert other.sorted
    assert other.nearest(fit(other), 60, 40, 50, np.ones(3, bool)) is not None


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_filter_equals_an_index_of_the_points_that_are_left(data):
    n = data.draw(st.integers(0, 40))
    values = st.floats(-1e6, 1e6, width=32)
    x, y = (np.array(data.draw(st.lists(values, min_size=n, max_size=n)), float) for _ in "xy")
    labels = np.array(data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)), np.uint8)
    shown = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), bool)
    visible = np.array(data.draw(st.lists(st.booleans(), min_size=4, max_size=4)), bool)
    index = PointIndex(x, y, labels, 4).relabelled(labels, 4, shown)
    alone = PointIndex(x[shown], y[shown], labels[shown], 4)
    view = fit(index, 10, 5).zoomed(data.draw(st.floats(0.2, 50)), 3, 7)
    one, other = (i.exact_frame(view, visible) for i in (index, alone))
    assert np.array_equal(one.dots, other.dots)
    assert np.array_equal(one.labels, other.labels)
    assert one.shown == other.shown
