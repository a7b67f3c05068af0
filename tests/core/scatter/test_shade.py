"""Colours of a counted view, against sums by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from vizterm_core.colour.oklab import to_oklab, to_rgb8
from vizterm_core.scatter.aura import aura
from vizterm_core.scatter.frame import CellCounts
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.shade import (
    FLOOR,
    Inks,
    expose,
    mix_inks,
    shade_cells,
    shade_dots,
    shade_quarters,
)
from vizterm_core.scatter.viewport import Extent, Viewport

RED, BLUE, GREEN = (220, 30, 30), (40, 60, 230), (20, 180, 60)
INKS = Inks.of([RED, BLUE, GREEN])


def frame_of(cells, columns=4, rows=1):
    """A frame of a view of one unit a cell: (x, y, label, count) in cells from the upper left."""
    x, y, labels = [], [], []
    for px, py, label, count in cells:
        x += [px] * count
        y += [-py] * count
        labels += [label] * count
    index = PointIndex(np.array(x, float), np.array(y, float), np.array(labels, np.uint8), 3)
    view = Viewport.fit(Extent(0, columns, -rows, 0), columns, rows, cell_aspect=None)
    return index.exact_frame(view, np.ones(3, bool))


def test_the_inks_of_a_crowded_cell_mix_by_squared_counts():
    frame = frame_of([(0.2, 0.2, 0, 30), (0.2, 0.2, 1, 10), (1.5, 0.5, 2, 50)])
    mixed = mix_inks(frame.counts, frame.labels, INKS)
    red, blue, green = to_oklab([RED, BLUE, GREEN])
    assert mixed[0] == pytest.approx((900 * red + 100 * blue) / 1000, abs=1e-5)
    assert mixed[1] == pytest.approx(green, abs=1e-6)
    assert mixed[2] == pytest.approx(INKS.paper)


def test_of_few_points_the_most_frequent_label_wins_and_of_equals_the_rarer():
    frame = frame_of([(0.2, 0.2, 0, 4), (0.2, 0.2, 1, 3), (1.5, 0.5, 0, 2), (1.5, 0.5, 2, 2)])
    mixed = mix_inks(frame.counts, frame.labels, INKS)
    assert mixed[0] == pytest.approx(to_oklab(RED))
    assert mixed[1] == pytest.approx(to_oklab(GREEN))


def test_a_highlighted_label_wins_its_cells_and_the_others_step_back():
    frame = frame_of([(0.2, 0.2, 0, 500), (0.2, 0.2, 1, 1), (1.5, 0.5, 2, 50)])
    mixed = mix_inks(frame.counts, frame.labels, INKS, highlight=1)
    assert mixed[0] == pytest.approx(to_oklab(BLUE))
    faded, whole = mixed[1], to_oklab(GREEN)
    assert np.hypot(*faded[1:]) < 0.3 * np.hypot(*whole[1:])
    assert faded[0] < whole[0]


@given(arrays.arrays(np.int64, st.integers(1, 300), elements=st.integers(1, 10**6)))
def test_strength_rises_with_the_count_from_the_floor_to_one(counts):
    exposure = expose(counts)
    order = np.argsort(counts, kind="stable")
    for levels in (exposure.strength[order], exposure.accent[order]):
        assert (np.diff(levels) >= 0).all()
    assert exposure.strength.min() >= FLOOR - 1e-6
    assert exposure.strength.max() == pytest.approx(1)
    assert (exposure.accent >= 0).all()
    assert exposure.accent.max() <= 0.25


def test_where_few_points_are_in_each_place_all_are_as_strong():
    exposure = expose(np.arange(1, 17))
    assert exposure.strength.tolist() == [1] * 16
    assert not exposure.accent.any()


def test_the_strength_is_the_power_of_the_count_over_the_quantile():
    # The 99.5th percentile of 1,000 counts is the 995th: 6,400, a step of the reference count.
    counts = np.concatenate([np.full(994, 100), np.full(6, 4096 * 2**0.5)])
    strength = expose(counts).strength
    tone = (100 / (4096 * 2**0.5)) ** 0.4
    assert strength[0] == pytest.approx(0.4 + 0.6 * round(tone * 16) / 16, abs=1e-6)
    assert strength[-1] == 1


def test_a_small_pan_leaves_the_reference_count_as_it_is():
    fewer, more = np.full(500, 1000), np.full(500, 1010)
    mixed = np.concatenate([fewer[:10] // 7, fewer]), np.concatenate([fewer[:10] // 7, more])
    assert expose(mixed[0]).strength[:10].tolist() == expose(mixed[1]).strength[:10].tolist()


def test_cells_get_brighter_with_their_points():
    counts = [1, 10, 100, 1000]
    frame = frame_of([(column + 0.5, 0.5, 0, count) for column, count in enumerate(counts)])
    colours = shade_cells(frame, INKS)
    lightness = to_oklab(colours)[0, :, 0]
    assert (np.diff(lightness) > 0).all()
    assert colours.shape == (1, 4, 3)


def test_on_a_light_background_inks_are_darker_and_dense_places_darkest():
    paper = (250, 250, 248)
    inks = Inks.of([RED, BLUE, GREEN], paper)
    assert inks.light
    assert (inks.labels[:, 0] < INKS.labels[:, 0]).all()
    frame = frame_of([(column + 0.5, 0.5, 0, 10**column) for column in range(4)], 5)
    colours = shade_cells(frame, inks)
    assert (np.diff(to_oklab(colours)[0, :4, 0]) < 0).all()
    assert colours[0, 4].tolist() == list(paper)


def test_quarters_show_which_are_occupied():
    frame = frame_of([(0.1, 0.1, 0, 1), (0.9, 0.9, 0, 1), (1.9, 0.1, 1, 2)])
    quarters = shade_quarters(frame, INKS)
    assert quarters.codes.tolist() == [[0b1001, 0b0010, 0, 0]]
    assert not quarters.filled.any()
    assert quarters.ink[0, 0].tolist() == list(RED)
    assert quarters.ink[0, 1].tolist() == list(BLUE)


def test_a_full_cell_is_divided_where_its_quarters_differ_most():
    many, few = 2000, 3
    frame = frame_of(
        [(0.1, 0.1, 0, many), (0.9, 0.1, 0, many), (0.1, 0.9, 0, few), (0.9, 0.9, 0, few)]
    )
    quarters = shade_quarters(frame, INKS)
    assert quarters.codes[0, 0] == 0b0011
    assert quarters.filled[0, 0]
    assert to_oklab(quarters.ink)[0, 0, 0] > to_oklab(quarters.paper)[0, 0, 0]


def test_a_full_cell_of_even_quarters_is_one_colour():
    frame = frame_of([(x, y, 0, 4) for x in (0.1, 0.9) for y in (0.1, 0.9)])
    quarters = shade_quarters(frame, INKS)
    assert quarters.codes[0, 0] == 0b1111
    assert quarters.ink[0, 0].tolist() == quarters.paper[0, 0].tolist() == list(RED)


def test_each_dot_has_its_cells_ink_and_its_own_strength():
    frame = frame_of([(0.1, 0.1, 0, 2000), (0.9, 0.1, 0, 1), (2.6, 0.9, 2, 1)])
    colours = shade_dots(frame, INKS)
    assert colours.shape == (4, 8, 3)
    lit = (colours != to_rgb8(INKS.paper)).any(axis=-1)
    assert np.array_equal(lit, frame.dots > 0)
    assert to_oklab(colours[0, 0])[0] > to_oklab(colours[0, 1])[0]


def test_counts_of_tables_are_those_that_are_not_0():
    counts = np.array([[[0, 2]], [[3, 0]]], np.uint32)
    pairs = CellCounts.of_tables(counts, np.array([7, 4]))
    assert list(zip(pairs.cells, pairs.labels, pairs.counts, strict=True)) == [(1, 7, 2), (0, 4, 3)]
    assert pairs.totals(3).tolist() == [3, 2, 0]


def test_the_light_is_around_the_points_and_nowhere_else():
    frame = frame_of([(10.5, 5.5, 0, 1)], 21, 11)
    colours, tinted = aura(frame, INKS)
    assert tinted[5, 10]
    assert not tinted[0].any()
    assert not tinted[:, [0, 20]].any()
    lightness = to_oklab(colours)[..., 0]
    assert lightness.argmax() == 5 * 21 + 10
    assert colours[5, 9, 0] > colours[5, 9, 2], "red"
    assert (lightness[~tinted] <= lightness[tinted].min()).all()


def test_a_crowd_has_no_light():
    frame = frame_of([(x + 0.5, 0.5, 0, 50) for x in range(4)])
    assert not aura(frame, INKS)[1].any()
