"""Contact sheet: a grid to move about in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm.embed.sheet.model import CAPTION, GAP, WIDTHS, SheetModel


def sheet(count=100, columns=80, rows=22, start=None):
    model = SheetModel(np.arange(count) * 10, start)
    model.resize(columns, rows, 2.0)
    return model


def test_a_page_holds_as_many_pictures_as_fit():
    model = sheet()
    assert (model.width, model.height, model.across, model.down) == (12, 6, 5, 3)
    assert model.shown == range(15) and model.next_shown == range(15, 30) and model.rows == 20
    assert model.left == (80 - 5 * 14 + 2) // 2
    assert model.place(6) == (model.left + 14, 7)


def test_the_cursor_goes_on_in_the_next_row_and_stays_in_its_column():
    model = sheet()
    model.move(1, 0)
    model.move(0, 1)
    assert model.cursor == 6 and model.point == 60
    for _ in range(4):
        model.move(1, 0)
    assert model.cursor == 10
    assert not model.move(0, -2)
    assert model.move(0, 3) and model.cursor == 15 and model.first == 5


def test_ends():
    model = sheet(count=13)
    model.move(-5, 0)
    assert model.cursor == 0
    model.put(9)
    model.move(0, 1)
    assert model.cursor == 12, "the last row is shorter"
    model.move(0, 1)
    assert model.cursor == 12


def test_leafing_keeps_the_place_on_screen():
    model = sheet()
    model.put(7)
    assert model.leaf(1) and (model.first, model.cursor) == (15, 22)
    assert model.leaf(-1) and (model.first, model.cursor) == (0, 7)
    assert not model.leaf(-1) and model.cursor == 0
    for _ in range(30):
        model.leaf(1)
    assert model.cursor == 99 and model.shown.stop == 100


def test_a_start_among_the_points_is_shown():
    assert sheet(start=970).cursor == 97 and 97 in sheet(start=970).shown
    assert sheet(start=5).cursor == 0


def test_other_sizes_keep_the_current_picture_on_screen():
    model = sheet()
    model.put(60)
    for step in (1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1):
        model.change_width(step)
        assert 60 in model.shown
    assert model.width == WIDTHS[0]
    narrow = sheet(columns=13)
    narrow.change_width(1)
    assert narrow.width == 12, "there is no room for a larger one"


def test_another_order_stays_at_the_point():
    model = sheet(count=30)
    model.put(4)
    model.reorder(np.arange(30)[::-1] * 10)
    assert model.point == 40 and model.cursor == 25 and 25 in model.shown
    model.reorder(np.array([1, 2, 3]))
    assert model.cursor == 2 and model.shown == range(3)


def test_a_range_goes_from_its_anchor_to_the_cursor_and_ends_with_another_order():
    model = sheet()
    model.put(7)
    assert model.chosen == range(7, 8)
    model.anchor = 7
    model.move(0, 1)
    assert model.chosen == range(7, 13)
    model.put(3)
    assert model.chosen == range(3, 8)
    model.reorder(model.points[::-1])
    assert model.anchor is None and model.chosen == range(96, 97)


def test_the_pages_beside_this_one():
    model = sheet()
    assert model.last_shown == range(0)
    model.leaf(1)
    assert model.last_shown == range(15) and model.next_shown == range(30, 45)


def test_cards_are_as_low_as_their_lines_at_any_width():
    model = SheetModel(np.arange(100), pictures=False)
    model.resize(80, 22, 2.0)
    model.fill()
    assert (model.width, model.height, model.across, model.down) == (20, 2, 3, 7)
    model.change_width(1)
    assert (model.width, model.height) == (26, 2)


@pytest.mark.parametrize("number", [0, 4, 5, 14])
def test_places_and_clicks_agree(number):
    model = sheet()
    column, row = model.place(number)
    assert model.at(column, row) == number
    assert model.at(column + model.width - 0.01, row + model.height + CAPTION - 0.01) == number
    assert model.at(column + model.width + GAP / 2, row) is None
    assert model.at(column, row - 100) is None


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.integers(1, 500),
    st.integers(1, 220),
    st.integers(1, 60),
    st.lists(st.tuples(st.sampled_from(["move", "leaf", "width", "put"]), st.integers(-9, 9))),
)
def test_the_cursor_is_always_on_screen_and_the_screen_is_full(count, columns, rows, steps):
    model = sheet(count, columns, rows)
    for what, by in steps:
        if what == "move":
            model.move(by % 3 - 1, by)
        elif what == "leaf":
            model.leaf(1 if by > 0 else -1)
        elif what == "width":
            model.change_width(1 if by > 0 else -1)
        else:
            model.put(by * 37)
        assert 0 <= model.cursor < count and model.cursor in model.shown
        full = model.across * model.down
        assert len(model.shown) > full - model.across or model.first == 0
        for number in (model.shown[0], model.shown[-1]):
            assert model.at(*model.place(number)) == number


def test_few_pictures_fill_the_page_and_many_are_as_large_as_usual():
    few, many = sheet(count=6), sheet(count=1000)
    for model in (few, many):
        model.fill()
    assert (few.width, few.across, few.down) == (20, 3, 2) and len(few.shown) == 6
    assert many.width == 12
    alone = sheet(count=1)
    alone.fill()
    assert alone.width == 34
