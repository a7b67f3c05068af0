"""Points in boxes and lassos: by brute force in exact arithmetic, and as matplotlib has them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path
from tests.support.points import clusters, fit

from vizterm_core.scatter import grid as grid_module
from vizterm_core.scatter import regions as regions_module
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.regions import Box, Lasso, middles_inside, near_edges
from vizterm_core.scatter.viewport import Viewport

PLAIN = Viewport(0.0, 0.0, 1.0, 1.0, 8, 4)
"""A view whose dots are the data's units: 16 x 16, y upwards."""


def index_of(points, labels=None, count=1):
    points = np.asarray(points, float).reshape(-1, 2)
    labels = np.zeros(len(points), np.uint8) if labels is None else labels
    return PointIndex(points[:, 0].copy(), points[:, 1].copy(), labels, count)


def in_view(index, view):
    return (
        (index.x.astype(np.float64) - view.left) * view.x_scale,
        (view.top - index.y.astype(np.float64)) * view.y_scale,
    )


def turns(x, y, corners):
    """How often a closed line goes around a place, in exact arithmetic."""
    found = 0
    x, y = Fraction(x), Fraction(y)
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        x0, y0, x1, y1 = map(Fraction, (x0, y0, x1, y1))
        if min(y0, y1) <= y < max(y0, y1) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            found += 1 if y1 > y0 else -1
    return found


def lasso(corners):
    corners = np.array(corners, float).reshape(-1, 2)
    return Lasso(corners[:, 0], corners[:, 1])


@given(
    st.lists(st.tuples(st.integers(-2, 10), st.integers(-2, 10)), max_size=40),
    st.lists(st.tuples(st.integers(-3, 11), st.integers(-3, 11)), min_size=1, max_size=9),
    st.integers(1, 9),
)
@settings(max_examples=300)
def test_a_lasso_holds_what_it_goes_around_also_on_its_border(places, corners, size):
    # Whole numbers: many points lie on edges and corners, many edges on grid lines.
    points = np.array(places, float).reshape(-1, 2)
    index = index_of(points * [1, -1])
    index._plane.grid = grid_module.Grid(index._plane.grid.box, size)
    index._plane.buckets = None
    index._points = None
    index.build_buckets()
    mask = index.inside(PLAIN, lasso(corners), np.ones(1, bool))
    expected = [turns(x, y, corners) != 0 for x, y in places]
    assert mask.tolist() == expected


@given(
    st.lists(st.tuples(st.integers(-2, 18), st.integers(-2, 18)), max_size=40),
    st.tuples(*[st.integers(-3, 19)] * 4),
)
def test_a_box_holds_whole_dots(places, sides):
    left, top, right, bottom = sides
    index = index_of(np.array(places, float).reshape(-1, 2) * [1, -1])
    mask = index.inside(PLAIN, Box(left, top, right, bottom), np.ones(1, bool))
    expected = [left <= x < right and top <= y < bottom for x, y in places]
    assert mask.tolist() == expected


def wobbly(view, wave=7, lobes=0.3, corners=400, size=0.3):
    """A closed line with bays, which crosses itself where there are many lobes."""
    t = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    r = size * (1 + lobes * np.sin(wave * t))
    return Lasso(view.across * (0.5 + r * np.cos(t)), view.down * (0.5 + r * np.sin(t)))


VIEWS = {
    "whole": lambda view: view,
    "close": lambda view: view.zoomed(40, 60, 30),
    "very close": lambda view: view.zoomed(1e9, 60, 30),
    "far": lambda view: view.zoomed(0.25, 60, 30),
    "aside": lambda view: view.panned(100, 40),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("where", VIEWS)
@pytest.mark.parametrize("tailed", [False, True])
def test_a_lasso_around_many_points_is_matplotlibs(monkeypatch, dtype, where, tailed):
    x, y, labels = clusters(20_000, 5, dtype=dtype)
    if tailed:
        # The grid leaves these outside: they are kept in the cells at its rim.
        x[:15] *= 40
        y[5:20] *= 40
    index = PointIndex(x, y, labels, 5, tables=False)
    index.build_buckets()
    assert bool(index._plane.outside.size) == tailed
    view = VIEWS[where](fit(index))
    visible = np.array([True, True, False, True, True])
    for line in (wobbly(view), wobbly(view, size=0.02), wobbly(view, size=3, corners=5)):
        mask = index.inside(view, line, visible)
        path = Path(np.stack([line.columns, line.rows], 1))
        expected = path.contains_points(np.stack(in_view(index, view), 1))
        assert np.array_equal(mask, expected & visible[labels])
        counts = index.counts_inside(view, line, visible)
        assert np.array_equal(counts, np.bincount(labels[mask], minlength=5))


def test_what_a_line_goes_around_twice_is_inside_too():
    view = Viewport(0.0, 16.0, 1.0, 1.0, 8, 4)
    index = index_of([[8.0, 8.0], [3.0, 8.0], [15.5, 8.0]])
    t = np.linspace(0, 4 * np.pi, 60, endpoint=False)
    twice = Lasso(8 + (6 - t / 10) * np.cos(t), 8 + (6 - t / 10) * np.sin(t))
    assert index.inside(view, twice, np.ones(1, bool)).tolist() == [True, True, False]


def test_everything_in_view_is_what_a_frame_counts():
    x, y, labels = clusters(30_000, 4)
    index = PointIndex(x, y, labels, 4)
    visible = np.array([True, False, True, True])
    for change in VIEWS.values():
        view = change(fit(index))
        mask = index.inside(view, Box.of_view(view), visible)
        columns, rows = view.dots_of(x, y)
        inside = (columns >= 0) & (columns < view.across) & (rows >= 0) & (rows < view.down)
        assert np.array_equal(mask, inside & visible[labels])
        assert mask.sum() == index.exact_frame(view, visible).shown


def test_points_that_a_filter_leaves_out_are_in_no_region():
    x, y, labels = clusters(4000, 3)
    shown = np.arange(4000) % 3 == 0
    index = PointIndex(x, y, labels, 3).relabelled(labels, 3, shown)
    view = fit(index)
    mask = index.inside(view, Box.of_view(view), np.ones(3, bool))
    assert np.array_equal(mask, shown)
    counts = index.counts_inside(view, Box.of_view(view), np.ones(3, bool))
    assert np.array_equal(counts, np.bincount(labels[shown], minlength=3))


@pytest.mark.parametrize(
    "points",
    [
        [],
        [[1.0, 1.0]],
        [[1.0, 1.0]] * 5,
        [[k, 2.0] for k in range(9)],
        [[3.0, k] for k in range(9)],
        [[1e30, 1.0], [-1e30, 2.0], [0.0, 0.0]],
        [[0.0, 1e300], [0.0, -1e300], [1.0, 1.0]],
    ],
)
def test_a_lasso_around_everything_holds_everything(points):
    index = index_of(points)
    view = fit(index)
    assert index.inside(view, wobbly(view, size=3, corners=7), np.ones(1, bool)).all()
    assert not index.inside(view, lasso([[0, 0], [0, 0], [1, 0]]), np.ones(1, bool)).any()


def test_where_a_view_is_so_wide_that_rounding_would_tell_all_points_are_tested(monkeypatch):
    x, y, labels = clusters(5000, 2, dtype=np.float64)
    x[0] = 1e12
    index = PointIndex(x, y, labels, 2, tables=False)
    index.build_buckets()
    view = fit(index)
    tested = []
    held = Lasso.holds
    monkeypatch.setattr(
        regions_module.Lasso,
        "holds",
        lambda self, columns, rows, between=None: (
            tested.append(columns.size) or held(self, columns, rows, between)
        ),
    )
    mask = index.inside(view, wobbly(view, size=3, corners=7), np.ones(2, bool))
    assert tested == [5000]
    assert mask.all()


def test_only_points_near_the_border_are_tested(monkeypatch):
    x, y, labels = clusters(200_000, 2)
    index = PointIndex(x, y, labels, 2, tables=False)
    index.build_buckets()
    view = fit(index)
    tested = []
    held = Lasso.holds
    monkeypatch.setattr(
        regions_module.Lasso,
        "holds",
        lambda self, columns, rows, between=None: (
            tested.append(columns.size) or held(self, columns, rows, between)
        ),
    )
    mask = index.inside(view, wobbly(view), np.ones(2, bool))
    assert mask.sum() > 50_000
    assert tested[0] < 20_000


def test_cells_near_an_edge_and_cells_inside_leave_no_gap():
    rng = np.random.default_rng(3)
    for _ in range(200):
        corners = rng.uniform(-6, 22, (rng.integers(1, 9), 2))
        near = near_edges(corners[:, 0], corners[:, 1], 16)
        inside = middles_inside(corners[:, 0], corners[:, 1], 16)
        whole, none = inside & ~near, ~inside & ~near
        for cells, expected in ((whole, True), (none, False)):
            for row, column in np.argwhere(cells):
                x, y = rng.uniform(0, 1, 2) + np.array([column, row])
                assert (turns(x, y, corners.tolist()) != 0) == expected
