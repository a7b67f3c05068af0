"""Panels stand where their pictures are largest: against trying everything."""

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizterm.maps.arrangement import HEAD, LEAD, arrange


def covered(room, proportion):
    width = min(room[0], room[1] * proportion)
    return width * width / proportion


def best_by_trying(count, columns, rows, proportion, large):
    """The most cells that pictures cover, of all grids and of all sizes of a large picture."""
    found = [0.0]
    for across in range(1, count + 1):
        for down in range(math.ceil(count / across), count + 1):
            room = columns // across - LEAD, rows // down - HEAD
            if min(room) >= 1:
                found.append(count * covered(room, proportion))
    if large and count > 2:
        for width in range(1, columns - LEAD + 1):
            height = math.ceil(width / proportion)
            others = count - 1
            beside = widest(width, (height + HEAD) // others - HEAD, proportion)
            below = (width + LEAD) // others - LEAD
            smalls = []
            if height + HEAD <= rows and width + beside + 2 * LEAD <= columns:
                smalls.append((beside, (height + HEAD) // others - HEAD))
            if height + math.ceil(below / proportion) + 2 * HEAD <= rows:
                smalls.append((below, math.ceil(below / proportion)))
            large_one = covered((width, height), proportion)
            found += [
                large_one + others * covered(small, proportion)
                for small in smalls
                if min(small) >= 1
            ]
    return max(found)


def widest(most, rows, proportion):
    """The widest picture of some rows."""
    return max([w for w in range(1, most + 1) if math.ceil(w / proportion) <= rows], default=0)


@given(
    st.integers(1, 6),
    st.integers(8, 220),
    st.integers(6, 70),
    st.floats(0.3, 8),
    st.booleans(),
)
def test_no_other_arrangement_has_larger_pictures(count, columns, rows, proportion, one_large):
    made = arrange(count, columns, rows, proportion, 0 if one_large else None)
    area = sum(covered(room, proportion) for room in made.rooms)
    assert area >= best_by_trying(count, columns, rows, proportion, one_large) * (1 - 1e-9)


@given(st.integers(1, 6), st.integers(1, 220), st.integers(1, 70), st.floats(0.1, 20), st.data())
def test_panels_lie_in_the_room_and_not_over_each_other(count, columns, rows, proportion, data):
    large = data.draw(st.sampled_from([None, 0, count - 1]))
    made = arrange(count, columns, rows, proportion, large)
    assert len(made.rooms) == count
    corners = made.corners(made.rooms, (columns, rows))
    boxes = [
        (x, y, x + room[0] + LEAD, y + room[1] + HEAD)
        for (x, y), room in zip(corners, made.rooms, strict=True)
    ]
    for one, other in combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart
    if columns >= 2 * count and rows >= 2 * count:
        assert min(min(box[:2]) for box in boxes) >= 0
        assert max(box[2] for box in boxes) <= columns
        assert max(box[3] for box in boxes) <= rows


@pytest.mark.parametrize(
    ("columns", "rows", "proportion", "kind", "across"),
    [
        (106, 33, 3.0, "left", 1),  # a photo in a terminal of 120 x 40
        (186, 52, 3.0, "left", 1),
        (106, 33, 1.0, "grid", 3),  # a portrait
        (49, 60, 3.0, "grid", 1),
        (300, 12, 3.0, "grid", 3),
    ],
)
def test_photos_and_portraits(columns, rows, proportion, kind, across):
    made = arrange(3, columns, rows, proportion, 2)
    assert (made.kind, made.across) == (kind, across)


def test_a_large_picture_is_as_high_as_the_others_together():
    made = arrange(3, 106, 33, 3.0, 2)
    assert made.rooms[0] == made.rooms[1]
    (width, height), (across, small) = made.rooms[2], made.rooms[0]
    assert made.largest == (width, height)
    assert width > 1.9 * across
    assert 0 <= height + 1 - 2 * (small + 1) <= 1
    corners = made.corners(made.rooms, (106, 33))
    assert corners[2][0] < corners[0][0] == corners[1][0]
    assert corners[2][1] == corners[0][1] < corners[1][1]


def test_equal_panels_without_one_that_may_be_large():
    made = arrange(4, 106, 33, 3.0)
    assert (made.kind, made.across) == ("grid", 2)
    assert len(set(made.rooms)) == 1
