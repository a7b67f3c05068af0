"""Moving, leafing, pinning and hiding, without an app."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.embed import make_model

from vizterm.embed.model import OPPOSITE

SQUARE = [(0, 0), (10, 0), (0, 10), (10, 10)]


def lower_left():
    model = make_model(SQUARE)
    model.go_to(0)
    return model


def test_arrows_go_round_a_square_and_stop_at_its_edges():
    model = lower_left()
    path = []
    for direction in ("right", "up", "left", "down"):
        assert model.move(direction)
        path.append(model.cursor)
    assert path == [1, 3, 2, 0]
    assert not model.move("left")
    assert not model.move("down")
    assert model.cursor == 0


def test_a_step_prefers_what_lies_straight_ahead_to_a_nearer_dot_aside():
    model = make_model([(0, 0), (3, 5), (8, 0), (10, 10)])
    model.go_to(0)
    model.move("right")
    assert model.cursor == 2


def test_a_step_takes_a_dot_far_aside_rather_than_none():
    model = make_model([(0, 0), (1, 10)])
    model.go_to(0)
    assert model.move("right")
    assert model.cursor == 1


def test_a_step_goes_to_the_next_dot_and_not_to_a_neighbour_in_the_same_one():
    model = make_model([(0, 0), (1e-9, 0), (10, 10), (5, 0)])
    model.go_to(0)
    assert model.here.tolist() == [0, 1]
    model.move("right")
    assert model.cursor == 3


@pytest.mark.parametrize("direction", list(OPPOSITE))
def test_the_way_back_is_the_way_one_came(direction):
    rng = np.random.default_rng(5)
    model = make_model(rng.normal(size=(300, 2)))
    model.go_to(7)
    path = [7]
    while len(path) < 6 and model.move(direction):
        path.append(model.cursor)
    assert len(path) > 2
    for point in reversed(path[:-1]):
        assert model.move(OPPOSITE[direction])
        assert model.cursor == point


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=2, max_size=30),
    st.sampled_from(list(OPPOSITE)),
    st.floats(1, 400),
)
def test_a_step_always_leads_ahead_and_is_refused_only_where_nothing_lies_ahead(
    points, direction, zoom
):
    model = make_model(points)
    model.go_to(0)
    model.zoom(zoom)
    for _ in range(40):
        x, y = model.index.x[model.cursor], model.index.y[model.cursor]
        before = model.dot_of(model.cursor)
        view = model.viewport
        moved = model.move(direction)
        sign = -1 if direction in ("left", "down") else 1
        axis = model.index.x if direction in ("left", "right") else model.index.y
        here = x if direction in ("left", "right") else y
        if not moved:
            # What is ahead lies in the same column or row of dots.
            ahead = (axis - here) * sign * view.x_scale
            assert ahead.max() <= 1 + 1e-6
            return
        assert (axis[model.cursor] - here) * sign > 0
        assert model.viewport.contains_dot(*model.dot_of(model.cursor))
        assert before != model.dot_of(model.cursor) or view != model.viewport
    pytest.fail("went on for ever")


def test_zoomed_in_a_step_goes_to_points_outside_of_the_view_and_keeps_them_in_sight():
    model = make_model([(0, 0), (1000, 3), (0, 1000)])
    model.go_to(0)
    model.zoom(200)
    assert model.move("right")
    assert model.cursor == 1
    assert model.viewport.contains_dot(*model.dot_of(1))
    assert model.move("left")
    assert model.cursor == 0


def test_the_first_step_brings_a_point_in_sight_that_lies_beside_a_narrow_view():
    model = make_model([(0, 0), (10, 10)], columns=1, rows=4)
    model.zoom(2)
    assert model.quick_frame().shown == 0
    assert model.move("left")
    assert model.viewport.contains_dot(*model.dot_of(model.cursor))


def test_one_returns_to_a_view_in_a_plot_of_another_size():
    model = make_model(np.random.default_rng(0).normal(size=(50, 2)), columns=40, rows=20)
    fitted = model.viewport
    model.go_to(7)
    model.zoom(5)
    close_up = model.viewport
    model.go_to(11)
    model.return_to(close_up, 7)
    assert (model.viewport, model.cursor) == (close_up, 7)
    model.resize(70, 11)
    model.return_to(close_up, 7)
    assert (model.viewport.columns, model.viewport.rows) == (70, 11)
    assert model.zoom_factor == pytest.approx(5)
    assert 7 in model.here
    model.return_to(fitted, None)
    assert model.at_fit
    assert model.quick_frame().shown == 50


def test_zooming_keeps_the_cursor_in_its_place_on_screen():
    model = make_model(np.random.default_rng(0).normal(size=(50, 2)))
    model.go_to(11)
    before = model.dot_of(11)
    for factor in (3, 7, 0.5, 100, 0.01):
        model.zoom(factor)
        after = model.dot_of(11)
        assert abs(after[0] - before[0]) <= 1
        assert abs(after[1] - before[1]) <= 1


def test_zooming_ends_somewhere_in_both_directions():
    model = make_model(SQUARE)
    for _ in range(200):
        model.zoom(10)
    assert np.isfinite(model.viewport.x_scale)
    for _ in range(200):
        model.zoom(0.1)
    assert model.zoom_factor == pytest.approx(0.25)


def test_panning_never_loses_the_data():
    model = make_model(SQUARE)
    for _ in range(50):
        model.pan(31, 17)
    frame = model.quick_frame()
    extent = model.viewport.extent
    assert extent.left <= 10
    assert extent.top >= 0
    assert frame is not None


def test_a_resized_view_of_everything_still_shows_everything():
    model = make_model(SQUARE, columns=40, rows=20)
    model.resize(90, 11)
    assert model.at_fit
    assert model.quick_frame().shown == 4


def with_outliers(columns=40, rows=20):
    points = np.random.default_rng(0).normal(size=(60, 2))
    points[[7, 8]] = (1e4, 0), (0, -1e4)
    return make_model(points, [0] * 8 + [1] * 52, columns=columns, rows=rows)


def shown(model):
    return model.quick_frame().shown


def test_one_begins_with_the_bulk_and_knows_how_many_points_are_outside():
    model = with_outliers()
    assert (model.at_home, model.zoom_factor, shown(model)) == (True, 1, 58)
    assert model.left_outside(58) == 2
    model.toggle_label(0)
    # Of label 1 one far point is left, and 51 near ones.
    assert (shown(model), model.left_outside(shown(model))) == (51, 1)
    model.toggle_label(0)
    model.fit()
    assert (shown(model), model.left_outside(60), model.at_home) == (60, 0, False)
    assert model.zoom_factor < 0.01
    model.fit_bulk()
    model.zoom(2)
    assert model.left_outside(shown(model)) == 0
    assert make_model(SQUARE).left_outside(4) == 0


@pytest.mark.parametrize(("whole", "count"), [(False, 58), (True, 60)])
def test_the_bulk_stays_the_bulk_and_everything_stays_everything(whole, count):
    model = with_outliers()
    if whole:
        model.fit()
    model.resize(71, 13)
    assert (shown(model), model.at_fit, model.at_home) == (count, True, not whole)
    model.toggle_stretch()
    assert (shown(model), model.at_fit, model.at_home) == (count, True, not whole)
    again = with_outliers()
    again.take_over(model)
    assert (shown(again), again.at_fit, again.at_home) == (count, True, not whole)


def test_a_far_point_can_be_gone_to():
    model = with_outliers()
    model.go_to(7)
    assert model.viewport.contains_dot(*model.dot_of(7))
    assert model.zoom_factor == pytest.approx(1)


def test_the_data_keep_a_margin():
    model = make_model([(0, 0), (10, 10)], columns=53, rows=53)
    # 106 dots across for 10 units and 3 % on each side; each unit is 10 dots.
    assert model.viewport.x_scale == pytest.approx(10)
    assert model.dot_of(0)[0] == 3


def test_a_resized_close_up_keeps_its_zoom_and_its_cursor():
    model = make_model(np.random.default_rng(0).normal(size=(200, 2)))
    model.go_to(3)
    model.zoom(5)
    model.resize(70, 40)
    assert model.zoom_factor == pytest.approx(5)
    assert model.viewport.contains_dot(*model.dot_of(3))


def test_hovering_picks_a_near_point_and_leaves_the_cursor_where_none_is():
    model = make_model([(0, 0), (10, 10)])
    column, row = model.dot_of(1)
    assert model.hover(column + 1.9, row + 0.5)
    assert model.cursor == 1
    assert not model.hover(column - 30, row + 40)
    assert model.cursor == 1


def test_leafing_goes_round_the_points_in_one_dot():
    model = make_model([(0, 0)] * 3 + [(5, 5)])
    model.go_to(0)
    seen = []
    for _ in range(4):
        seen.append((model.cursor, model.here_position + 1, model.here.size))
        model.leaf(1)
    assert seen == [(0, 1, 3), (1, 2, 3), (2, 3, 3), (0, 1, 3)]
    model.leaf(-1)
    assert model.cursor == 0


def test_hidden_labels_are_neither_hovered_nor_stepped_to_nor_counted_here():
    model = make_model([(0, 0), (0, 0), (5, 0), (10, 0)], [0, 1, 1, 0])
    model.toggle_label(1)
    model.go_to(0)
    assert model.here.tolist() == [0]
    model.move("right")
    assert model.cursor == 3
    assert not model.hover(*model.dot_of(2))


def test_hiding_the_label_under_the_cursor_takes_the_cursor_away():
    model = make_model(SQUARE, [0, 0, 1, 1])
    model.go_to(0)
    model.toggle_label(0)
    assert model.cursor is None
    assert model.here.size == 0
    assert model.quick_frame().shown == 2


def test_show_only_and_again_shows_all():
    model = make_model(SQUARE, [0, 1, 2, 3])
    model.show_only(2)
    assert model.visible.tolist() == [False, False, True, False]
    model.show_only(2)
    assert model.visible.all()


def test_going_to_a_point_of_a_hidden_label_shows_the_label():
    model = make_model(SQUARE, [0, 1, 2, 3])
    model.show_labels(shown=False)
    model.go_to(2)
    assert model.visible.tolist() == [False, False, True, False]


def test_first_and_last_keep_to_visible_points():
    model = make_model(SQUARE, [1, 0, 0, 1])
    model.toggle_label(1)
    model.go_to_end(last=False)
    assert model.cursor == 1
    model.go_to_end(last=True)
    assert model.cursor == 2


def test_a_highlighted_label_colours_every_cell_it_is_in():
    model = make_model([(0, 0)] * 5 + [(0, 0), (10, 10)], [0] * 5 + [1, 0])
    column, row = (place // side for place, side in zip(model.dot_of(0), (2, 4), strict=True))
    assert model.quick_frame().labels[row, column] == 0
    assert model.quick_frame().led_by(1)[row, column] == 1
    assert model.quick_frame().led_by(0)[row, column] == 0
    for highlight in (0, 1, None):
        model.cycle_highlight(1, [0, 1])
        assert model.highlight == highlight


def test_a_highlighted_label_that_is_hidden_colours_nothing():
    model = make_model([(0, 0), (0, 0), (10, 10)], [0, 1, 1])
    model.cycle_highlight(1, [1, 0])
    model.toggle_label(1)
    quick = model.quick_frame()
    assert set(quick.labels.ravel().tolist()) == {-1, 0}
    np.testing.assert_array_equal(quick.led_by(1), quick.labels)


def test_matches_go_round_from_the_cursor():
    model = make_model(np.random.default_rng(0).normal(size=(20, 2)))
    model.go_to(10)
    assert model.find(np.array([3, 12, 17]))
    seen = [model.cursor]
    for step in (1, 1, 1, -1, -1):
        model.next_match(step)
        seen.append(model.cursor)
    assert seen == [12, 17, 3, 12, 3, 17]


def test_pinning_the_same_point_twice_lets_it_go():
    model = lower_left()
    model.pin()
    assert model.pinned_row == 0
    model.move("right")
    model.pin()
    assert model.pinned_row == 1
    model.pin()
    assert model.pinned_row == 0, "the one before is still pinned"


def test_pins_keep_their_order_and_a_tenth_is_refused():
    model = make_model(np.stack([np.arange(10), np.zeros(10)], axis=1))
    assert model.next_pin is None
    for point in (4, 2, 7):
        model.place(point)
        assert model.pin()
    assert model.pins == (4, 2, 7) and model.pinned == 7
    rounds = []
    for _ in range(3):
        model.place(model.next_pin)
        rounds.append(model.cursor)
    assert rounds == [4, 2, 7]
    model.place(2)
    assert model.pin() and model.pins == (4, 7)
    for point in (0, 1, 2, 3, 5, 6, 8):
        model.place(point)
        assert model.pin()
    model.place(9)
    assert not model.pin() and model.pinned_rows == (4, 7, 0, 1, 2, 3, 5, 6, 8)


@pytest.mark.parametrize("points", [[], [(3, 4)], [(3, 4)] * 5, [(np.nan, 1), (2, 2)]])
def test_hardly_any_points_are_no_trouble(points):
    model = make_model(points)
    for direction in OPPOSITE:
        model.move(direction)
        model.move(direction)
    model.zoom(2)
    model.pan(1, 1)
    model.go_to_end(last=True)
    model.leaf(1)
    model.fit()
    assert model.quick_frame().shown == len(model.embedding)
