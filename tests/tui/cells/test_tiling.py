"""Tilings: everything inside the room, nothing over anything else, as large as possible."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm.cells.tiling import GAP, TITLE, Tiling, tiling


@pytest.mark.parametrize(
    ("count", "room", "proportion", "expected"),
    [
        (1, (80, 21), 0.25, Tiling(1, 1, 80, 20)),
        (2, (80, 21), 0.5, Tiling(2, 1, 39, 20)),
        (4, (82, 42), 0.5, Tiling(2, 2, 40, 20)),
        (3, (200, 21), 0.5, Tiling(3, 1, 40, 20)),
        (3, (40, 63), 0.5, Tiling(1, 3, 40, 20)),
    ],
)
def test_few_pictures_fill_the_room(count, room, proportion, expected):
    assert tiling(count, room, proportion) == expected


def test_many_pictures_are_leafed_through():
    tiles = tiling(1000, (80, 22), 0.5)
    assert tiles.page < 1000 and tiles.columns >= 14 and tiles.across == 5


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(1, 60), st.integers(1, 200), st.integers(2, 60), st.floats(0.05, 5))
def test_tiles_lie_inside_the_room_apart_from_each_other(count, columns, rows, proportion):
    tiles = tiling(count, (columns, rows), proportion)
    taken = set()
    for number in range(tiles.page):
        left, top = tiles.place(number)
        cells = {
            (left + x, top + y) for x in range(tiles.columns) for y in range(tiles.rows + TITLE)
        }
        assert not cells & taken
        taken |= cells
        assert tiles.tile_at(left, top) == tiles.tile_at(left + tiles.columns - 1, top) == number
        if GAP and tiles.across > 1:
            assert tiles.tile_at(left + tiles.columns, top) != number
    assert max(x for x, _ in taken) < columns
    assert max(y for _, y in taken) < max(rows, 2)
    assert tiles.tile_at(columns + 500, 0) is None and tiles.tile_at(0, 10_000) is None
