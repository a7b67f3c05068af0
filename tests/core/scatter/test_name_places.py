import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizterm_core.scatter.name_places import (
    NamePlace,
    carry_names,
    neighbourhood_sums,
    place_names,
)
from vizterm_core.scatter.viewport import Viewport

law = settings(max_examples=150, deadline=None, derandomize=True)


def pairs_of(counts):
    """The cells, labels and counts of (labels, rows, columns) counts where they aren't 0."""
    labels, rows, columns = np.nonzero(counts)
    return rows * counts.shape[2] + columns, labels, counts[labels, rows, columns]


def placed(counts, widths, *, most=99, **options):
    counts = np.asarray(counts)
    return place_names(*pairs_of(counts), widths, counts.shape[1:], most=most, **options)


def sums_by_brute_force(counts):
    sums = np.zeros(counts.shape)
    for row, column in np.ndindex(counts.shape):
        sums[row, column] = counts[max(0, row - 1) : row + 2, max(0, column - 2) : column + 3].sum()
    return sums


@st.composite
def maps(draw):
    rows, columns = draw(st.integers(1, 12)), draw(st.integers(1, 30))
    labels = draw(st.integers(1, 5))
    some = st.sampled_from([0, 0, 0, 0, 1, 2, 50])
    counts = draw(hnp.arrays(np.int64, (labels, rows, columns), elements=some))
    widths = draw(hnp.arrays(np.int64, labels, elements=st.integers(0, 8)))
    return counts, widths


@law
@given(maps(), st.integers(0, 6), st.booleans(), st.randoms(use_true_random=False))
def test_names_are_inside_apart_and_over_nothing_that_is_taken(drawn, most, crowded, random):
    counts, widths = drawn
    _, rows, columns = counts.shape
    taken = np.zeros((rows, columns), bool)
    for _ in range(3 if crowded else 0):
        taken[random.randrange(rows), random.randrange(columns)] = True
    inputs = counts.copy(), widths.copy(), taken.copy()
    totals = 2 * counts.sum(axis=(1, 2))
    places = placed(counts, widths, most=most, taken=taken, totals=totals)
    assert len(places) <= most
    assert len({place.label for place in places}) == len(places)
    covered = taken.copy()
    for place in places:
        assert place.width == widths[place.label] > 0
        assert 0 <= place.row < rows
        assert 0 <= place.column <= columns - place.width
        assert not covered[place.row, place.column : place.column + place.width].any()
        # The cell on each side stays free of names, not of what was taken before.
        covered[place.row, max(0, place.column - 1) : place.column + place.width + 1] = True
        assert 0.4 <= place.strength <= 1
    in_view = counts.sum(axis=(1, 2))
    sizes = [in_view[place.label] for place in places]
    assert sizes == sorted(sizes, reverse=True)
    assert all(sizes)
    assert places == placed(counts, widths, most=most, taken=taken, totals=totals)
    for array, unchanged in zip((counts, widths, taken), inputs, strict=True):
        np.testing.assert_array_equal(array, unchanged)


@law
@given(
    hnp.arrays(
        np.int64, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 9)
    )
)
def test_neighbourhoods_equal_brute_force(counts):
    np.testing.assert_array_equal(
        neighbourhood_sums(counts.astype(np.float64)), sums_by_brute_force(counts)
    )


@law
@given(maps())
def test_a_name_belongs_to_the_densest_place_of_its_label(drawn):
    counts, widths = drawn
    for place in placed(counts, widths):
        own = counts[place.label]
        column, row = (int(part) for part in place.anchor)
        # Densest over the box of its points: beyond it there is nothing to point at.
        inside = np.zeros(own.shape, bool)
        rows, columns = np.nonzero(own)
        inside[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = True
        assert inside[row, column]
        assert sums_by_brute_force(own)[row, column] == sums_by_brute_force(own)[inside].max()


def one_point(row, column, shape):
    counts = np.zeros((1, *shape), int)
    counts[0, row, column] = 1
    return counts


def where(places):
    return [(place.label, place.row, place.column) for place in places]


def test_a_single_point_is_not_covered_by_its_name():
    # A row away costs 0.1, beside it in its row two columns 0.11.
    assert where(placed(one_point(2, 5, (5, 11)), [3])) == [(0, 1, 4)]
    # With no row above, the one below; with one row only, beside it.
    assert where(placed(one_point(0, 5, (5, 11)), [3])) == [(0, 1, 4)]
    assert where(placed(one_point(0, 5, (1, 11)), [3])) == [(0, 0, 2)]


def test_at_the_edge_a_name_stays_inside():
    # One column away from the corner is enough to leave the point visible.
    assert where(placed(one_point(0, 0, (5, 20)), [7])) == [(0, 0, 1)]
    assert where(placed(one_point(4, 19, (5, 20)), [7])) == [(0, 4, 12)]
    assert where(placed(one_point(0, 0, (5, 7)), [7])) == [(0, 1, 0)]
    assert where(placed(one_point(2, 3, (5, 7)), [7])) == [(0, 1, 0)]


def test_what_is_taken_sends_a_name_elsewhere():
    taken = np.zeros((5, 11), bool)
    taken[:2] = True
    assert where(placed(one_point(2, 5, (5, 11)), [3], taken=taken)) == [(0, 3, 4)]
    assert placed(one_point(2, 5, (5, 11)), [3], taken=np.ones((5, 11), bool)) == []


def test_a_name_stands_on_a_large_cluster_of_its_own():
    counts = np.zeros((1, 20, 60), int)
    counts[0, 5:15, 20:40] = 1
    counts[0, 9, 30] = 9
    # (9, 30) counts for all boxes that hold it; the first of these is centred at (8, 28).
    [place] = placed(counts, [6])
    assert place.anchor == (28.5, 8.5)
    # Three of 208 points more or less are covered: never far from the densest place.
    assert abs(place.row - 8) <= 1 and abs(place.column - 25) <= 2


def test_a_name_avoids_the_few_points_of_another_label():
    counts = np.zeros((2, 9, 30), int)
    counts[0, 4, 13:18] = 20
    counts[1, 3, 14:17] = 1
    # Above its own points it would cover all of the other's: it goes below.
    assert where(placed(counts, [5, 0])) == [(0, 5, 13)]


def test_names_of_one_place_stand_apart():
    counts = np.zeros((3, 9, 30), int)
    counts[:, 4, 15] = 5, 4, 3
    places = placed(counts, [6, 6, 6])
    assert [place.label for place in places] == [0, 1, 2]
    rows = [place.row for place in places]
    # Right above another name costs more than another row.
    assert len(set(rows)) == 3 and 4 not in rows


def test_the_biggest_labels_in_view_have_names():
    counts = np.zeros((4, 9, 60), int)
    for label, count in enumerate((3, 9, 1, 6)):
        counts[label, 4, 5 + 15 * label] = count
    assert [place.label for place in placed(counts, [5] * 4, most=2)] == [1, 3]
    assert placed(counts, [5] * 4, most=0) == []


def test_a_label_of_a_few_points_in_thousands_has_no_name():
    counts = np.zeros((3, 9, 60), int)
    counts[:, 4, [10, 30, 50]] = np.diag([2000, 8, 9])
    # 0.4 % of 2,017 points are 8.07.
    assert [place.label for place in placed(counts, [5] * 3)] == [0, 2]


def test_three_hundred_equal_labels_have_names():
    counts = np.zeros((300, 40, 120), int)
    for label in range(300):
        counts[label, 2 + 2 * (label // 17), 3 + 7 * (label % 17)] = 4
    assert len(placed(counts, [8] * 300, most=24)) == 24


@pytest.mark.parametrize(
    ("counts", "widths"),
    [
        (np.zeros((3, 5, 20), int), [4] * 3),
        (np.zeros((0, 5, 20), int), []),
        (one_point(0, 0, (1, 1)), [3]),
        (one_point(0, 0, (1, 1)), [1]),
        (one_point(2, 5, (5, 11)), [12]),
        (one_point(2, 5, (5, 11)), [0]),
    ],
)
def test_no_name_where_there_is_none_or_no_room(counts, widths):
    assert placed(counts, widths) == []


def strengths(counts, totals):
    return [place.strength for place in placed(counts, [3] * len(counts), totals=totals)]


def test_a_name_fades_with_the_part_of_its_points_in_view():
    counts = np.zeros((2, 9, 30), int)
    counts[0, 4, 5], counts[1, 4, 20] = 10, 8
    assert strengths(counts, [10, 8]) == [1, 1]
    # A quarter in view is enough; half of that is 1 - 0.6 * 0.5.
    assert strengths(counts, [40, 64]) == pytest.approx([1, 0.7])
    assert strengths(counts, [10**6, 32]) == pytest.approx([0.4, 1], abs=1e-4)


def test_a_name_fades_where_its_label_fills_the_view_and_not_where_it_is_all_there_is():
    counts = np.zeros((2, 9, 30), int)
    counts[0, 4, 5], counts[1, 4, 20] = 95, 5
    # Half way from 90 % of the view to all of it; half of its points are elsewhere.
    assert strengths(counts, [190, 5]) == pytest.approx([1 - 0.6 * 0.5 * 0.5, 1])
    assert strengths(counts[:1], [95]) == [1]


def blobs(seed=3):
    random = np.random.default_rng(seed)
    labels = random.integers(0, 6, 2000)
    centres = random.uniform([35, 12], [85, 28], (6, 2))
    return centres[labels] + random.normal(0, [2, 1], (2000, 2)), labels


def cells_of(points, labels, shape):
    columns, rows = np.floor(points).astype(int).T
    counts = np.zeros((labels.max() + 1, *shape), int)
    np.add.at(counts, (labels, rows, columns), 1)
    return counts


def test_panned_by_whole_cells_all_names_go_along():
    points, labels = blobs()
    widths = [9, 5, 12, 7, 10, 6]
    still = placed(cells_of(points, labels, (40, 120)), widths)
    moved = placed(cells_of(points + np.array([7, -3]), labels, (40, 120)), widths)
    assert len(still) == 6
    assert where(moved) == [(label, row - 3, column + 7) for label, row, column in where(still)]


def test_panned_by_parts_of_a_cell_names_keep_to_their_points():
    points, labels = blobs()
    widths = [9, 5, 12, 7, 10, 6]
    view = Viewport(left=0, top=0, x_scale=2, y_scale=4, columns=120, rows=40)
    points = points * [1, -1]
    places = placed(cells_of(points * [1, -1], labels, (40, 120)), widths)
    for step in range(12):
        after = view.panned(1, 1)
        in_cells = (points - [after.left, after.top]) * [1, -1]
        carried = carry_names(places, view, after)
        places = placed(cells_of(in_cells, labels, (40, 120)), widths, before=carried)
        assert where(places) == where(carried), step
        view = after


def test_of_two_places_as_dense_the_one_of_before_stays():
    counts = np.zeros((1, 20, 80), int)
    counts[0, 5, 20], counts[0, 15, 60] = 100, 99
    [first] = placed(counts, [5])
    assert first.anchor[0] < 40
    counts[0, 15, 60] = 103
    [stayed] = placed(counts, [5], before=[first])
    assert (stayed.column, stayed.row) == (first.column, first.row)
    assert placed(counts, [5])[0].anchor[0] > 40
    # Where it has become much thinner, the name goes.
    counts[0, 5, 20] = 60
    assert placed(counts, [5], before=[first])[0].anchor[0] > 40


def test_a_named_label_gives_way_only_to_a_clearly_bigger_one():
    counts = np.zeros((2, 9, 60), int)
    counts[0, 4, 10], counts[1, 4, 40] = 10, 12
    before = [NamePlace(0, 8, 3, 5, anchor=(10.5, 4.5))]
    assert [place.label for place in placed(counts, [5, 5], most=1, before=before)] == [0]
    counts[1, 4, 40] = 14
    assert [place.label for place in placed(counts, [5, 5], most=1, before=before)] == [1]


def test_a_carried_name_keeps_its_distance_from_its_points_at_any_zoom():
    view = Viewport(left=0, top=0, x_scale=2, y_scale=4, columns=100, rows=40)
    place = NamePlace(0, 41, 18, 9, anchor=(45.5, 20.5))
    # The middle of the anchor, data (45.5, -20.5), is 1.5 times as far from the corner.
    [carried] = carry_names([place], view, view.zoomed(1.5, 0, 0))
    assert carried == NamePlace(0, 64, 28, 9, anchor=(68.25, 30.75))
    assert carry_names([place], view, view) == [place]


def test_a_place_of_before_far_outside_is_forgotten():
    counts = one_point(2, 5, (5, 11))
    far = NamePlace(0, -500, 900, 3, anchor=(-490, 890))
    beyond = NamePlace(7, 0, 0, 3)
    assert where(placed(counts, [3], before=[far, beyond])) == [(0, 1, 4)]
