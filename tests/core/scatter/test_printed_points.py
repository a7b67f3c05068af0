"""Points of a figure: known pixels, and counts against numpy's own histogram."""

import numpy as np
import pytest

from vizterm_core.scatter.discs import MOST_DISCS
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.printed_points import PrintedPoints, mark_radius
from vizterm_core.scatter.selection import Selection
from vizterm_core.scatter.shade import Inks
from vizterm_core.scatter.viewport import Extent, Viewport

MILLIMETRE = 300 / 25.4
COLOURS = np.array([(75, 188, 255), (219, 117, 47), (18, 148, 134), (128, 128, 128)], np.uint8)
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def view(width: int, height: int, extent: Extent) -> Viewport:
    """A view of exactly an extent, a dot of it a pixel."""
    return Viewport(
        extent.left, extent.top, width / extent.width, height / extent.height,
        width // 2, height // 4,
    )  # fmt: skip


def printed(x, y, labels, viewport, paper=WHITE, shown=None, **more):
    count = len(COLOURS) - 1
    index = PointIndex(
        np.asarray(x, float), np.asarray(y, float), np.asarray(labels, np.uint8), count,
        tables=False, shown=shown,
    )  # fmt: skip
    inks = Inks.of(COLOURS, paper)
    visible = more.pop("visible", index.all_visible())
    return PrintedPoints.of(index, viewport, visible, inks, millimetre=MILLIMETRE, **more)


def cloud(count, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, count).astype(np.uint8)
    middles = np.array([(-2, 0), (2, 0), (0, 2.5)])
    x, y = (middles[labels] + rng.normal(0, 0.7, (count, 2))).T
    return x, y, labels


@pytest.mark.parametrize("paper", [WHITE, BLACK])
def test_a_point_is_a_disc_of_its_ink_at_its_place(paper):
    viewport = view(400, 200, Extent(0, 4, 0, 2))
    points = printed([1.005, 3.005], [0.495, 1.495], [0, 2], viewport, paper)
    picture = points.pixels()
    inks = Inks.of(COLOURS, paper).rgb()
    assert picture.shape == (200, 400, 3)
    # (x - left) * 100 pixels to the right, (top - y) * 100 down.
    assert picture[150, 100].tolist() == inks[0].tolist()
    assert picture[50, 300].tolist() == inks[2].tolist()
    assert picture[100, 200].tolist() == list(paper)
    for row, column in ((150, 100), (50, 300)):
        inside, outside = int(points.radius) - 1, int(points.radius) + 2
        for down, across in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            near = picture[row + down * inside, column + across * inside]
            far = picture[row + down * outside, column + across * outside]
            assert near.tolist() != list(paper) and far.tolist() == list(paper)


def test_the_area_of_a_disc_is_right():
    viewport = view(400, 400, Extent(0, 4, 0, 4))
    points = printed([2], [2], [0], viewport, BLACK)
    share = points.pixels()[..., 2].sum() / Inks.of(COLOURS, BLACK).rgb()[0, 2]
    assert share == pytest.approx(np.pi * points.radius**2, rel=0.03)


def test_marks_grow_where_points_are_few_and_never_vanish():
    viewport = view(1400, 1100, Extent(0, 14, 0, 11))
    radii = [mark_radius(n, viewport, MILLIMETRE) for n in (1, 300, 2000, 20_000, 10**6, 10**8)]
    assert radii == sorted(radii, reverse=True)
    assert radii[0] == pytest.approx(0.85 * MILLIMETRE)
    assert radii[-1] == radii[-2] >= 0.6
    assert mark_radius(10**6, viewport, 30 / 25.4) == 0.6


def test_rarer_labels_lie_on_top_and_a_highlighted_one_on_top_of_all():
    viewport = view(400, 400, Extent(0, 4, 0, 4))
    x, y = [2.0, 2.0, 0.2, 0.4], [2.0, 2.0, 0.2, 0.4]
    inks = Inks.of(COLOURS, WHITE).rgb()
    assert printed(x, y, [0, 1, 0, 0], viewport).pixels()[200, 200].tolist() == inks[1].tolist()
    over = printed(x, y, [0, 1, 0, 0], viewport, highlight=0).pixels()
    assert over[200, 200].tolist() == inks[0].tolist()


def test_counts_of_a_million_points_are_those_of_a_histogram():
    x, y, labels = cloud(10**6)
    extent = Extent(-4, 4, -2, 4)
    viewport = view(400, 300, extent)
    edges = np.linspace(-2, 4, 301), np.linspace(-4, 4, 401)
    for label in range(3):
        visible = np.arange(3) == label
        points = printed(x, y, labels, viewport, visible=visible)
        own = labels == label
        expected = np.histogram2d(y[own], x[own], edges)[0][::-1]
        # A point within rounding of an edge may be counted on either side.
        assert np.abs(points.sums.counts - expected).sum() <= 4
        assert points.shown == points.sums.counts.sum() == pytest.approx(expected.sum(), abs=4)
        lab = Inks.of(COLOURS, WHITE).labels[label]
        total = points.sums.inks.reshape(3, -1).sum(axis=1) / points.shown
        assert total == pytest.approx(lab, abs=1e-3)
        # Spreading keeps the ink: each point is a disc of the same area.
        spread = points.sums.spread(1.4)
        kernel = np.clip(1.9 - np.hypot(*np.mgrid[-1:2, -1:2]), 0, 1).sum()
        inner = points.sums.counts[2:-2, 2:-2].sum() * kernel
        assert spread.counts.sum() == pytest.approx(inner, rel=0.03)


def test_many_points_are_stronger_where_they_are_denser_and_mix_where_labels_meet():
    rng = np.random.default_rng(1)
    dense, sparse = rng.random((300_000, 2)), rng.random((30_000, 2)) + np.array([2, 0])
    mixed = rng.random((300_000, 2)) + np.array([4, 0])
    x, y = np.concatenate([dense, sparse, mixed]).T
    labels = np.concatenate([np.zeros(330_000), np.arange(300_000) % 2]).astype(np.uint8)
    picture = printed(x, y, labels, view(600, 100, Extent(0, 6, 0, 1))).pixels().astype(float)
    first, thin, both = (picture[20:80, k + 20 : k + 80].mean(axis=(0, 1)) for k in (0, 200, 400))
    inks = Inks.of(COLOURS, WHITE).rgb().astype(float)
    assert first.sum() < thin.sum() < 3 * 255
    assert picture[:, 110:190].min() == 255
    assert np.linalg.norm(both - (inks[0] + inks[1]) / 2) < 60
    assert np.linalg.norm(both - inks[0]) > 60 < np.linalg.norm(both - inks[1])


def test_up_to_a_number_points_are_known_one_by_one():
    viewport = view(400, 300, Extent(-4, 4, -2, 4))
    few = printed(*cloud(MOST_DISCS), viewport)
    assert few.sums is None and len(few.points) == few.shown
    x, y, labels = cloud(MOST_DISCS + 2000)
    many = printed(x, y, labels, viewport)
    assert many.points is None and many.shown == many.sums.counts.sum()


def test_hidden_labels_and_points_outside_are_not_drawn():
    viewport = view(400, 400, Extent(0, 4, 0, 4))
    x, y = [1.0, 3.0, 9.0], [1.0, 3.0, 9.0]
    points = printed(x, y, [0, 1, 1], viewport, visible=np.array([True, False, True]))
    assert points.shown == 1
    assert (points.pixels()[:200, 200:] == 255).all()
    assert not (points.pixels()[200:, :200] == 255).all()


def test_points_that_a_filter_leaves_out_are_seen_behind_if_wanted():
    viewport = view(400, 400, Extent(0, 4, 0, 4))
    shown = np.array([True, False])
    alone = printed([1, 3], [1, 3], [0, 0], viewport, shown=shown)
    behind = printed([1, 3], [1, 3], [0, 0], viewport, shown=shown, context=True)
    assert alone.shown == behind.shown == 1
    assert alone.pixels()[100, 300].tolist() == [255, 255, 255]
    grey = behind.pixels()[100, 300]
    assert np.ptp(grey.astype(int)) <= 2 and grey[0] < 250


def test_no_points_at_all_are_paper():
    none = printed([], [], [], view(40, 40, Extent(0, 1, 0, 1)))
    assert none.shown == 0 and (none.pixels() == 255).all()


def test_a_crowd_of_small_discs_is_as_strong_as_its_ink():
    rng = np.random.default_rng(2)
    x, y = rng.random((2, 15_000))
    points = printed(x, y, np.zeros(15_000), view(60, 60, Extent(0, 1, 0, 1)))
    assert points.points is not None and points.radius < 2
    crowd = points.pixels()[5:55, 5:55].reshape(-1, 3).mean(axis=0)
    assert crowd == pytest.approx(Inks.of(COLOURS, WHITE).rgb()[0], abs=60)


def test_selected_points_lie_on_top_in_their_colours_while_the_others_step_back():
    viewport = view(400, 400, Extent(0, 4, 0, 4))
    x, y, labels = [1.0, 3.0, 2.0, 2.0], [1.0, 3.0, 2.0, 2.0], [1, 1, 0, 2]
    selection = Selection.of_points(4, np.array([1, 3]))
    points = printed(x, y, labels, viewport, selection=selection)
    picture, inks = points.pixels(), points.inks.rgb()
    assert points.selected == 2 and len(inks) == 2 * 3 + 1
    assert picture[100, 300].tolist() == inks[3 + 1].tolist()
    assert picture[300, 100].tolist() == inks[1].tolist()
    # The rarer label is the other, the selected one is seen.
    assert picture[200, 200].tolist() == inks[3 + 2].tolist()
    own = Inks.of(COLOURS, WHITE).rgb()[1].astype(int)
    paler = np.ptp(inks[1].astype(int)), np.ptp(inks[3 + 1].astype(int)), np.ptp(own)
    assert paler[0] < 0.4 * paler[2] and paler[1] > 0.7 * paler[2]


@pytest.mark.parametrize("paper", [WHITE, BLACK])
def test_one_selected_point_is_seen_among_very_many(paper):
    x, y, labels = cloud(300_000)
    x[77], y[77], labels[77] = -2, 0, 1
    viewport = view(600, 400, Extent(-5, 5, -3, 5))
    selection = Selection.of_points(x.size, np.array([77]))
    points = printed(x, y, labels, viewport, paper, selection=selection)
    assert points.sums is not None and points.front_radius > 2 * points.radius
    picture, ink = points.pixels().astype(int), points.inks.rgb()[3 + 1].astype(int)
    row, column = ((5 - 0) * 50), ((-2 + 5) * 60)
    assert np.abs(picture[row, column] - ink).max() < 40
    assert np.abs(picture[row, column + 12] - ink).max() > 60
    plain = printed(x, y, labels, viewport, paper).pixels().astype(int)
    # All points are still there, paler.
    assert ((picture != paper).any(axis=2) >= (plain != paper).any(axis=2)).all()


def test_a_selection_and_a_filter_and_hidden_labels_do_not_mix():
    viewport = view(400, 400, Extent(0, 4, 0, 4))
    x = y = np.array([0.5, 1.5, 2.5, 3.5])
    shown = np.array([True, False, True, True])
    points = printed(
        x, y, [0, 0, 1, 2], viewport, shown=shown, context=True,
        visible=np.array([True, True, False]), selection=Selection.of_points(4, np.arange(4)),
    )  # fmt: skip
    picture, inks = points.pixels(), points.inks.rgb()
    assert points.selected == points.shown == 2
    assert picture[350, 50].tolist() == inks[3].tolist()
    assert picture[250, 150].tolist() == pytest.approx(inks[6].tolist(), abs=1)
    assert picture[150, 250].tolist() == inks[3 + 1].tolist()
    assert picture[50, 350].tolist() == list(WHITE)
