"""Discs and densities in pixels, against where the points are."""

import numpy as np
import pytest

from vizterm_core.colour.oklab import to_oklab
from vizterm_core.scatter.discs import MOST_DISCS, disc_radius, draw_discs
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.shade import Inks, shade_dots
from vizterm_core.scatter.viewport import Viewport

RED, BLUE = (220, 30, 30), (40, 60, 230)
INKS = Inks.of([RED, BLUE])
CELL = (9, 18)
VIEW = Viewport(0.0, 10.0, 2.0, 4.0, 20, 10)
"""A unit of data is a cell: 20 across, 10 down."""


def drawn(places, view=VIEW, inks=INKS, cell=CELL, **options):
    """Points (x, y, label) in cells from the upper left corner, as discs."""
    x, y, labels = (np.array(values) for values in zip(*places, strict=True))
    index = PointIndex(x.astype(float), 10 - y.astype(float), labels.astype(np.uint8), 2)
    points = index.points_in(view, np.ones(2, bool))
    return draw_discs(points, view, inks, index.rarity, cell, **options)


def test_a_disc_is_round_and_its_middle_is_at_the_point():
    for x, y in ((5.0, 5.0), (5.31, 4.77), (12.9, 2.05)):
        picture = drawn([(x, y, 0)], radius=6)
        assert picture.shape == (180, 180, 3)
        weight = picture[..., 0].astype(float)
        weight[weight < 100] = 0
        rows, columns = np.indices(weight.shape) + 0.5
        total = weight.sum()
        assert (weight * columns).sum() / total == pytest.approx(x * 9, abs=0.3)
        assert (weight * rows).sum() / total == pytest.approx(y * 18, abs=0.3)
        assert total / weight.max() == pytest.approx(np.pi * 6**2, rel=0.1)
        far = np.hypot(columns - x * 9, rows - y * 18)
        assert (picture[far < 4.5] == RED).all()


def test_cells_of_any_size_have_discs():
    for cell in ((7, 15), (8, 17), (10, 20)):
        picture = drawn([(5, 5, 0)], cell=cell, radius=4)
        assert picture.shape == (10 * cell[1], 20 * cell[0], 3)
        assert picture[5 * cell[1], 5 * cell[0]].tolist() == list(RED)


def test_the_light_is_soft_and_ends():
    picture = drawn([(10, 5, 0)], radius=5)
    line = to_oklab(picture[90, 97:])[:, 0]
    assert line[0] > 0
    assert (np.diff(line) <= 1e-6).all()
    assert not picture[:, :20].any()
    assert not picture[:20].any()


def test_the_rarer_label_lies_on_top_and_neighbours_are_cut_out():
    places = [(10, 5, 0), (10.5, 5, 1), (2, 2, 0)]
    for order in (places, places[::-1]):
        picture = drawn(order, radius=5)
        assert picture[90, 94].tolist() == list(BLUE)
    both = drawn([(10, 5, 0), (10.6, 5, 0)], radius=5)[90, 86:103, 0]
    assert both.min() < 150, "a dark line between two alike"


def test_a_highlighted_label_lies_on_top_and_the_others_step_back():
    picture = drawn([(10, 5, 0), (10.3, 5, 1), (4, 5, 1)], radius=5, highlight=0)
    assert picture[90, 91].tolist() == list(RED)
    faded = to_oklab(picture[90, 36])
    assert np.hypot(*faded[1:]) < 0.3 * np.hypot(*to_oklab(BLUE)[1:])


def test_marks_at_the_edge_are_cut_and_points_outside_are_not_there():
    picture = drawn([(0, 0, 0), (19.99, 9.99, 1), (25, 5, 0)], radius=6)
    assert picture[0, 0].tolist() == list(RED)
    assert picture[-1, -1].tolist() == list(BLUE)
    assert not picture[80:100, 100:].any()


def test_without_points_there_is_the_background():
    inks = Inks.of([RED, BLUE], (250, 250, 248))
    picture = drawn([(50, 50, 0)], inks=inks)
    assert (picture == (250, 250, 248)).all()
    assert (drawn([(5, 5, 1)], inks=inks, highlight=0)[0, 0] == (250, 250, 248)).all()


def test_every_point_is_seen_however_many_there_are():
    rng = np.random.default_rng(0)
    places = np.c_[rng.uniform(0, 20, 3000), rng.uniform(0, 10, 3000), rng.integers(0, 2, 3000)]
    picture = drawn(places)
    light = to_oklab(picture)[..., 0]
    for x, y, _ in places:
        row, column = int(y * 18), int(x * 9)
        # The edge of a disc above may be just there.
        assert light[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2].max() > 0.4


def test_the_more_points_the_smaller_the_discs_within_limits():
    radii = [disc_radius(shown, 800, 600, 9) for shown in (0, 1, 100, 1000, MOST_DISCS)]
    assert radii == sorted(radii, reverse=True)
    assert radii[0] == 0.75 * 9
    assert radii[-1] == 0.28 * 9
    assert np.pi * radii[3] ** 2 * 1000 == pytest.approx(0.07 * 800 * 600, rel=0.6)


def test_a_finer_view_has_the_same_points_in_smaller_dots():
    rng = np.random.default_rng(1)
    x, y, labels = rng.uniform(0, 20, 500), rng.uniform(0, 10, 500), rng.integers(0, 2, 500)
    index = PointIndex(x, y, labels.astype(np.uint8), 2)
    visible = np.ones(2, bool)
    fine = index.exact_frame(VIEW.finer(2), visible)
    coarse = index.exact_frame(VIEW, visible)
    assert fine.dots.shape == (80, 80)
    summed = fine.dots.reshape(40, 2, 40, 2).sum(axis=(1, 3))
    assert np.array_equal(summed, coarse.dots)
    lit = (shade_dots(fine, INKS, per_cell=32) != 0).any(axis=-1)
    assert np.array_equal(lit, fine.dots > 0)
    assert VIEW.finer(2).fineness == 2
    assert VIEW.finer(2).extent == pytest.approx(VIEW.extent)


def test_tables_serve_a_finer_view_right_to_a_quarter_of_a_braille_dot(monkeypatch):
    monkeypatch.setattr("vizterm_core.scatter.index.FEW_POINTS", 500)
    monkeypatch.setattr("vizterm_core.scatter.index.MANY_POINTS", 1000)
    rng = np.random.default_rng(2)
    x, y = rng.normal(0, 3, (2, 6000))
    index = PointIndex(x, y, rng.integers(0, 2, 6000).astype(np.uint8), 2)
    visible = np.ones(2, bool)
    view = Viewport.fit(index.extent, 60, 20)
    fine = index.quick_frame(view.finer(2), visible)
    assert fine is not None
    assert not fine.exact
    across = (x - view.left) * view.x_scale * 2
    down = (view.top - y) * view.y_scale * 2
    # A quarter of a braille dot is half of one of these.
    for row, column in zip(*np.nonzero(fine.dots), strict=True):
        aside = np.maximum(0, np.maximum(column - across, across - column - 1))
        below = np.maximum(0, np.maximum(row - down, down - row - 1))
        assert np.maximum(aside, below).min() <= 0.5 + 1e-3
    # In a grid coarser than the dots, some would be empty.
    assert index.quick_frame(view.finer(8), visible) is None
