"""Frames in which selected points stand out: as by brute force, at few points and at many."""

import numpy as np
import pytest
from tests.support.points import brute_force, clusters, fit

from vizterm_core.scatter import index as index_module
from vizterm_core.scatter import selected as selected_module
from vizterm_core.scatter.braille import decode_dots
from vizterm_core.scatter.frame import EMPTY, CellCounts
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.selected import (
    index_selected,
    points_standing_out,
    rarity_standing_out,
    standing_out,
)
from vizterm_core.scatter.selection import Selection
from vizterm_core.scatter.shade import Inks, shade_cells, shade_dots, shade_quarters

COUNT = 4
SHARES = {"one": 1 / 5000, "some": 0.03, "half": 0.5, "all": 1.1}


@pytest.fixture(params=["few", "many"])
def index(request, monkeypatch):
    x, y, labels = clusters(5000, COUNT)
    if request.param == "many":
        monkeypatch.setattr(selected_module, "FEW_SELECTED", 0)
        monkeypatch.setattr(index_module, "FEW_POINTS", 300)
        monkeypatch.setattr(index_module, "MANY_POINTS", 1000)
    made = PointIndex(x, y, labels, COUNT)
    made.build_buckets()
    return made


def chosen(share):
    mask = np.random.default_rng(2).random(5000) < share
    mask[7] = True
    return mask


@pytest.mark.parametrize("share", SHARES.values(), ids=SHARES)
@pytest.mark.parametrize("hidden", [[], [2]])
@pytest.mark.parametrize("zoom", [1, 5])
def test_a_cell_with_selected_points_shows_these_alone(index, share, hidden, zoom):
    mask = chosen(share)
    front = index_selected(index, Selection.of_mask(mask))
    visible = np.ones(COUNT, bool)
    visible[hidden] = False
    view = fit(index).zoomed(zoom, 60, 40)
    x, y, labels = index.x, index.y, index.labels
    lit, winner, shown = brute_force(x, y, labels, COUNT, view, visible)
    front_lit, front_winner, _ = brute_force(x[mask], y[mask], labels[mask], COUNT, view, visible)
    everything, chosen_frame = (one.exact_frame(view, visible) for one in (index, front))
    frame = standing_out(everything, chosen_frame, COUNT)
    every = standing_out(everything, chosen_frame, COUNT, every_label=True)
    assert np.array_equal(every.codes, frame.codes) and np.array_equal(every.labels, frame.labels)
    assert np.array_equal(
        every.counts.totals(every.labels.size), frame.counts.totals(every.labels.size)
    )
    kept = every.counts.labels < COUNT
    others = CellCounts(
        every.counts.cells[kept], every.counts.labels[kept], every.counts.counts[kept]
    )
    by_label = np.zeros((every.labels.size, COUNT), int)
    by_label[others.cells, others.labels] = others.counts
    full = np.zeros_like(by_label)
    full[everything.counts.cells, everything.counts.labels] = everything.counts.counts
    assert np.array_equal(by_label, np.where((front_winner != EMPTY).ravel()[:, None], 0, full))
    here = front_winner != EMPTY
    wide = here.repeat(4, 0).repeat(2, 1)
    assert np.array_equal(decode_dots(frame.codes), np.where(wide, front_lit, lit))
    assert np.array_equal(frame.dots > 0, np.where(wide, front_lit, lit))
    totals = np.bincount(labels, minlength=COUNT)
    if np.array_equal(np.argsort(totals), np.argsort(np.bincount(labels[mask], minlength=COUNT))):
        expected = np.where(here, front_winner + COUNT, winner)
        assert np.array_equal(frame.labels, expected)
    assert np.array_equal(frame.labels >= COUNT, here)
    assert frame.shown == shown
    assert np.array_equal(frame.counts.labels >= COUNT, here.ravel()[frame.counts.cells])
    counted = frame.counts.totals(here.size).reshape(here.shape)
    assert counted[here].sum() == (mask & visible[labels])[inside(view, x, y)].sum()
    quick = front.quick_frame(view, visible)
    assert quick is not None, "selected points are seen in motion, too"


def inside(view, x, y):
    columns, rows = view.dots_of(x, y)
    return (columns >= 0) & (columns < view.across) & (rows >= 0) & (rows < view.down)


def test_points_that_a_filter_leaves_out_are_selected_and_not_seen(index):
    shown = np.arange(5000) % 2 == 0
    filtered = index.relabelled(index.labels, COUNT, shown)
    mask = chosen(0.5)
    front = index_selected(filtered, Selection.of_mask(mask))
    view = fit(index)
    seen = front.exact_frame(view, np.ones(COUNT, bool)).shown
    assert seen == (mask & shown & inside(view, index.x, index.y)).sum()


def test_nothing_selected_changes_nothing(index):
    view, visible = fit(index), np.ones(COUNT, bool)
    front = index_selected(index, Selection.none(5000))
    frame = index.exact_frame(view, visible)
    same = standing_out(frame, front.exact_frame(view, visible), COUNT)
    assert np.array_equal(same.codes, frame.codes)
    assert np.array_equal(same.labels, frame.labels)


def test_points_and_ranks_have_labels_of_their_own(index):
    mask = chosen(0.5)
    points = index.points_in(fit(index), np.ones(COUNT, bool))
    apart = points_standing_out(points, Selection.of_mask(mask), COUNT)
    assert np.array_equal(apart.labels, points.labels + COUNT * mask[points.points])
    left_out = points_standing_out(
        index.relabelled(index.labels, COUNT, ~mask).points_in(
            fit(index), np.ones(COUNT + 1, bool)
        ),
        Selection.of_mask(mask),
        COUNT,
    )
    assert set(left_out.labels[mask[left_out.points]]) == {2 * COUNT}
    ranks = rarity_standing_out(index.rarity, COUNT)
    assert sorted(ranks) == list(range(2 * COUNT + 1))
    assert ranks[COUNT : 2 * COUNT].max() < ranks[:COUNT].min()


@pytest.mark.parametrize("paper", [(0, 0, 0), (255, 255, 255)], ids=["dark", "light"])
@pytest.mark.parametrize("colours", ["labels", "the darkest end of a quantity"])
def test_a_single_selected_point_among_thousands_is_the_most_vivid_thing_in_sight(paper, colours):
    x, y, labels = clusters(200_000, COUNT)
    index = PointIndex(x, y, labels, COUNT)
    view, visible = fit(index, 60, 20), np.ones(COUNT, bool)
    frame = index.exact_frame(view, visible)
    fullest = int(frame.counts.totals(1200).argmax())
    point = next(
        p for p in range(200_000) if cell_of(view, x[p], y[p]) == fullest and labels[p] == 0
    )
    front = index_selected(index, Selection.of_points(200_000, np.array([point])))
    apart = standing_out(frame, front.exact_frame(view, visible), COUNT)
    rgb = np.array([[90, 150, 255], [200, 170, 0], [0, 160, 120], [255, 130, 200], [90, 90, 90]])
    if colours != "labels":
        rgb[0] = (40, 20, 60) if paper == (0, 0, 0) else (250, 245, 180)
    inks = Inks.of(rgb.astype(np.uint8), paper).with_selection()
    for shaded in (
        shade_cells(apart, inks),
        shade_quarters(apart, inks).ink,
        np.abs(shade_dots(apart, inks).reshape(20, 4, 60, 2, 3).astype(int) - paper).max((1, 3)),
    ):
        seen = np.abs(
            shaded.reshape(1200, 3).astype(int)
            - (np.array(paper) if shaded.dtype == np.uint8 else 0)
        ).max(1)
        others = np.delete(seen, fullest)
        assert seen[fullest] > 1.15 * others.max()


def cell_of(view, x, y):
    column, row = view.dot_of(float(x), float(y))
    return row // 4 * view.columns + column // 2


@pytest.mark.parametrize("filtered", [False, True])
def test_a_part_of_the_points_is_counted_as_by_an_index_of_its_own(monkeypatch, filtered):
    monkeypatch.setattr(index_module, "FEW_POINTS", 300)
    monkeypatch.setattr(index_module, "MANY_POINTS", 1000)
    x, y, labels = clusters(6000, COUNT)
    # The grid leaves these outside.
    x[:4] *= 60
    index = PointIndex(x, y, labels, COUNT)
    index.build_buckets()
    shown = np.arange(6000) % 3 > 0 if filtered else np.ones(6000, bool)
    if filtered:
        index = index.relabelled(labels, COUNT, shown)
    mask = np.random.default_rng(4).random(6000) < 0.6
    mask[:3] = True
    part = index.part(mask)
    kept = mask & shown
    alone = PointIndex(x[kept], y[kept], labels[kept], COUNT)
    visible = np.array([True, False, True, True])
    assert len(part) == kept.sum() and not part.filtered
    assert np.array_equal(part.totals, np.bincount(labels[kept], minlength=COUNT))
    near = fit(index).zoomed(40, 60, 40)
    for view in (fit(index), near):
        expected = alone.exact_frame(view, visible)
        found = part.exact_frame(view, visible)
        assert np.array_equal(found.dots, expected.dots)
        assert np.array_equal(found.labels, expected.labels)
    before = part.quick_frame(fit(index), visible)
    part.build_buckets()
    part.build_tables()
    for frame in (before, part.quick_frame(fit(index), visible)):
        assert frame is not None and frame.shown == expected_shown(alone, fit(index), visible)


def expected_shown(index, view, visible):
    return index.exact_frame(view, visible).shown
