"""Counts that events are added to: sizes, growth, events outside."""

import numpy as np
import pytest

from vizterm_core.errors import DataError, UsageError
from vizterm_core.load.heat.counting import count_source
from vizterm_core.load.heat.source import heat_source
from vizterm_core.maps.count_map import CountMap
from vizterm_core.maps.events import Events, no_events
from vizterm_core.maps.placing import Placing


def events(*places, weights=None):
    x, y = np.array(places, float).reshape(-1, 2).T
    return Events(x, y, None if weights is None else np.array(weights, float))


def test_a_dict_comes_out_with_x_across_and_y_down():
    made = count_source(heat_source({(3, 0): 2, (0, 1): 5}), (4, 2))
    np.testing.assert_array_equal(made.counts, [[0, 0, 0, 2], [5, 0, 0, 0]])
    assert made.size == (4, 2)
    assert made.total == 7
    assert made.events == 2


def test_without_a_size_the_data_or_the_usual_size_decide():
    source = heat_source({(3, 0): 2, (0, 1): 5})
    assert count_source(source).size == (4, 2)
    assert count_source(source, Placing(usual=(10, 10))).size == (10, 10)
    assert count_source(source, Placing((5, 5), usual=(10, 10))).size == (5, 5)


def test_events_outside_are_counted():
    made = count_source(heat_source({(-1, 0): 2, (9, 9): 1, (1, 1): 1}), (4, 4))
    assert (made.events, made.outside) == (1, 2)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int16, np.int64, np.float16, np.float64])
def test_grids_keep_their_values(dtype):
    grid = np.array([[0, 1], [1, 0], [1, 1]], dtype)
    made = count_source(heat_source(grid, kind="grid"))
    np.testing.assert_array_equal(made.counts, grid)
    assert made.counts.dtype.kind == "f"
    assert made.size == (2, 3)


def test_large_whole_numbers_stay_exact():
    grid = np.array([[2**24 + 1, 0], [0, 2**31 + 1]])
    np.testing.assert_array_equal(count_source(heat_source(grid, kind="grid")).counts, grid)


def test_a_grid_of_another_size_is_refused():
    with pytest.raises(UsageError, match="is a grid of 2x3"):
        count_source(heat_source(np.ones((3, 2)), kind="grid"), (3, 3))


def test_missing_cells_of_a_grid_dont_spoil_the_total():
    assert count_source(heat_source(np.array([[1.0, np.nan], [2.0, 3.0]]), kind="grid")).total == 6


def test_positions_that_look_like_shares_are_spread_over_the_map():
    places = np.random.default_rng(0).random((50, 2))
    for size, shape in ((None, (1000, 1000)), ((1920, 1080), (1920, 1080))):
        made = count_source(heat_source(places), size)
        assert made.size == shape and made.axes.extent == (0, 1, 0, 1)
        assert "fractions of a screen" in made.assumed
        found, _, _ = np.histogram2d(places[:, 1], places[:, 0], shape[::-1], ((0, 1), (0, 1)))
        np.testing.assert_array_equal(made.counts, found)


def test_events_may_come_in_any_pieces():
    rng = np.random.default_rng(0)
    places = rng.integers(0, 20, (500, 2))
    whole = CountMap((20, 20))
    whole.add(events(*places))
    pieces = CountMap((20, 20))
    for start in range(0, 500, 7):
        pieces.add(events(*places[start : start + 7]))
    np.testing.assert_array_equal(whole.counts, pieces.counts)
    assert pieces.events == 500


def test_without_a_size_the_map_grows_and_loses_nothing():
    made = CountMap()
    made.add(no_events())
    assert made.size == (1, 1)
    made.add(events((2, 1), (1, 0)))
    assert made.size == (3, 2)
    made.add(events((0, 4), (7, 0), weights=[2, 3]))
    assert made.size == (8, 5)
    made.add(events((-5, 0)))
    assert made.size == (13, 5) and made.axes.extent == (-5, 8, 0, 5)
    assert made.counts[1, 2 + 5] == 1
    assert made.counts[4, 0 + 5] == 2
    assert made.counts[0, 7 + 5] == 3
    assert made.counts[0, 0] == 1
    assert made.outside == 0


def test_one_absurd_event_doesnt_blow_the_map_up():
    made = CountMap()
    made.add(events(*[(5, 5)] * 40, (1e12, 3), (60_000, 60_000)))
    assert made.size == (6, 6)
    assert made.outside == 2


def test_small_events_on_large_counts_are_not_lost():
    made = CountMap((1, 1))
    made.add(events((0, 0), weights=[2**24]))
    for _ in range(3):
        made.add(events((0, 0)))
    assert made.counts[0, 0] == 2**24 + 3


def test_bad_rows_are_remembered():
    made = CountMap((2, 2))
    made.add(no_events(3, "line 2: 'x' is not a number"))
    made.add(no_events(2, "line 9: nothing there"))
    assert made.skipped == "5 bad rows skipped (line 2: 'x' is not a number)"


def test_a_few_absurd_positions_dont_decide_over_a_file():
    places = {(k, k): 1 for k in range(10)}
    made = count_source(heat_source({**places, (10**9, 5): 1}))
    assert made.size == (10, 10)
    assert (made.events, made.outside) == (10, 1)
    most = count_source(heat_source({(0, 0): 1, (10**9, 5): 1, (10**9, 7): 1}))
    assert most.events == 3 and "at scales of their own" in most.assumed
    with pytest.raises(DataError, match="positions reach x = 1e"):
        count_source(heat_source({(0, 0): 1, (10**17, 5): 1, (10**17, 7): 1}))


def test_no_events_at_all_are_refused():
    with pytest.raises(DataError, match="holds no events"):
        count_source(heat_source({}), (3, 3))


def test_positions_as_far_out_as_floats_go_raise_no_warning():
    counts = count_source(heat_source([(3, 4), (1e300, 1e300), (2, 2)]))
    assert counts.size == (4, 5)
    assert (counts.events, counts.outside) == (2, 1)


def test_weights_beyond_float32_are_infinite():
    counts = count_source(heat_source([(1, 1, 1e300)]), (2, 2))
    assert counts.counts[1, 1] == np.inf


def test_a_grid_with_an_absurd_side_is_refused():
    with pytest.raises(DataError, match=r"long: size 2x131073 is too large"):
        count_source(heat_source(np.zeros((131_073, 2)), kind="grid", title="long"))
