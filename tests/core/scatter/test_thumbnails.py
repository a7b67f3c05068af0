import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizterm_core.scatter.thumbnails import place_thumbnails

law = settings(max_examples=150, deadline=None, derandomize=True)


def placed(points, side, area, *, most=99, **options):
    points = np.asarray(points, np.float64).reshape(-1, 2)
    indices, corners = place_thumbnails(
        points[:, 0], points[:, 1], side, area, most=most, **options
    )
    return dict(zip(indices.tolist(), map(tuple, corners.tolist()), strict=True))


def by_brute_force(points, side, area, most, first, gap):
    """Each point in its turn, compared with every picture that stands."""
    inside = [i for i, (x, y) in enumerate(points) if 0 <= x < area[0] and 0 <= y < area[1]]
    at = points[first]
    turns = sorted(inside, key=lambda i: (i != first, np.hypot(*(points[i] - at)), i))
    standing = {}
    for i in turns:
        corner = np.clip(np.floor(points[i] - side / 2 + 0.5), 0, np.array(area) - side)
        apart = [np.abs(corner - other).max() >= side + gap for other in standing.values()]
        if len(standing) < most and all(apart):
            standing[i] = tuple(corner.astype(int).tolist())
    return standing


@st.composite
def crowds(draw):
    area = draw(st.tuples(st.integers(1, 60), st.integers(1, 60)))
    count = draw(st.integers(1, 40))
    # Quarters: many points in one place, at one distance, and some outside.
    quarters = draw(hnp.arrays(np.int64, (count, 2), elements=st.integers(-20, 260)))
    return quarters / 4, area


@law
@given(
    crowds(),
    st.integers(1, 20),
    st.integers(1, 9),
    st.integers(0, 4),
    st.randoms(use_true_random=False),
)
def test_pictures_equal_brute_force(crowd, side, most, gap, random):
    points, area = crowd
    first = random.randrange(len(points))
    found = placed(points, side, area, most=most, first=first, gap=gap)
    if side > min(area):
        assert found == {}
        return
    assert found == by_brute_force(points, side, area, most, first, gap)
    assert list(found) == list(by_brute_force(points, side, area, most, first, gap))


@law
@given(crowds(), st.integers(1, 20), st.randoms(use_true_random=False))
def test_pictures_are_inside_and_apart_whatever_stood_before(crowd, side, random):
    points, area = crowd
    before = [i for i in range(len(points)) if random.random() < 0.5]
    first = random.choice([None, (3.0, 5.5), random.randrange(len(points))])
    found = placed(points, side, area, first=first, before=before)
    corners = np.array(list(found.values())).reshape(-1, 2)
    assert (corners >= 0).all() and (corners + side <= np.array(area)).all()
    apart = np.abs(corners[:, None] - corners[None]).max(axis=2)
    assert (apart[~np.eye(len(corners), dtype=bool)] >= side + 3).all()


def test_a_picture_is_centred_on_its_point_and_stays_inside():
    assert placed([[50, 40]], 20, (100, 80)) == {0: (40, 30)}
    assert placed([[50.5, 40.4]], 21, (100, 80)) == {0: (40, 30)}
    assert placed([[1, 79]], 20, (100, 80)) == {0: (0, 60)}
    assert placed([[99, 0]], 20, (100, 80)) == {0: (80, 0)}
    assert placed([[10, 10]], 20, (20, 20)) == {0: (0, 0)}


def test_the_cursors_point_comes_first_and_then_the_nearest():
    row = [[10, 20], [24, 20], [40, 20], [56, 20], [80, 20]]
    # 10 px wide with a gap of 3: centres are 13 px apart or more.
    assert list(placed(row, 10, (100, 40), first=3)) == [3, 2, 4, 1, 0]
    assert list(placed(row, 10, (100, 40), first=3, most=2)) == [3, 2]
    assert list(placed(row, 10, (100, 40), first=(9.0, 20.0))) == [0, 1, 2, 3, 4]
    # By default the middle, at 50.
    assert list(placed(row, 10, (100, 40), most=2)) == [3, 2]
    assert list(placed(row, 15, (100, 40), first=1)) == [1, 3, 4]


def test_those_ahead_choose_before_nearer_ones_but_after_the_cursors():
    row = np.stack([np.arange(30) * 20.0, np.full(30, 20.0)], axis=1)
    found = placed(row, 10, (600, 40), first=4, most=4, ahead=[29, 4, 20], before=[5, 6])
    assert list(found) == [4, 20, 29, 5]


@pytest.mark.parametrize(("distance", "both"), [(12.4, False), (13, True)])
def test_a_gap_stays_between_two(distance, both):
    assert (len(placed([[20, 20], [20 + distance, 20]], 10, (100, 40))) == 2) is both
    assert (len(placed([[20, 20], [20, 20 + distance]], 10, (100, 40))) == 2) is both


def test_points_outside_or_nowhere_have_no_picture():
    points = [[-1, 5], [5, -0.1], [100, 5], [5, 40], [np.nan, 5], [5, np.nan], [50, 20]]
    assert list(placed(points, 4, (100, 40))) == [6]
    # A cursor whose point is out of view is a place to measure from all the same.
    assert list(placed([[200, 20], [10, 20], [90, 20]], 4, (100, 40), first=0)) == [2, 1]


@pytest.mark.parametrize(
    ("side", "area", "most"),
    [(0, (50, 50), 9), (51, (50, 60), 9), (51, (60, 50), 9), (9, (50, 50), 0)],
)
def test_no_pictures_where_there_is_no_room(side, area, most):
    assert placed([[25, 25]], side, area, most=most) == {}
    assert placed(np.zeros((0, 2)), 5, (50, 50)) == {}


def test_a_step_of_the_cursor_changes_only_the_pictures_it_covers():
    random = np.random.default_rng(5)
    points = random.uniform(0, 1, (400, 2)) * (300, 200)
    before = placed(points, 24, (300, 200), first=17)
    beside = int(np.abs(points - points[17]).sum(axis=1).argsort()[1])
    after = placed(points, 24, (300, 200), first=beside, before=list(before))
    assert next(iter(after)) == beside
    covered = {
        i for i, corner in before.items() if np.abs(np.subtract(corner, after[beside])).max() < 27
    }
    assert 17 in covered
    assert set(before) - set(after) == covered
    fresh = placed(points, 24, (300, 200), first=beside)
    assert set(before) - set(fresh) > covered


def test_panned_the_pictures_go_along():
    random = np.random.default_rng(5)
    points = random.uniform(0, 1, (400, 2)) * (300, 200)
    before = placed(points, 24, (300, 200), first=17)
    after = placed(points + np.array([8, -5]), 24, (300, 200), first=17, before=list(before))
    for i, (column, row) in before.items():
        # Those in the middle; at the edges some are pushed inside.
        if 30 <= column <= 240 and 30 <= row <= 140:
            assert after[i] == (column + 8, row - 5)


def test_where_only_some_may_stand_the_near_ones_replace_the_far():
    row = [[20 * i + 10, 20] for i in range(30)]
    before = placed(row, 10, (600, 40), first=0, most=5)
    assert sorted(before) == [0, 1, 2, 3, 4]
    # They count as 40 px nearer: far away from the cursor this is no help.
    assert sorted(placed(row, 10, (600, 40), first=29, most=5, before=list(before))) == [
        25,
        26,
        27,
        28,
        29,
    ]
    assert sorted(placed(row, 10, (600, 40), first=4, most=5, before=list(before))) == [
        1,
        2,
        3,
        4,
        5,
    ]


def test_the_points_are_not_changed():
    columns, rows = np.array([10.0, 12.0]), np.array([5.0, 7.0])
    place_thumbnails(columns, rows, 4, (40, 40), most=9, first=0)
    assert columns.tolist() == [10, 12] and rows.tolist() == [5, 7]
