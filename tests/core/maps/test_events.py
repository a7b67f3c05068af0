import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm_core.errors import DataError
from vizterm_core.maps.events import (
    LARGEST_CELLS,
    Events,
    Groups,
    data_size,
    finite_events,
    join_events,
    looks_normalised,
    no_events,
    require_events,
)

law = settings(max_examples=200, deadline=None, derandomize=True)


def rows(events):
    columns = [events.x, events.y] + ([] if events.weights is None else [events.weights])
    assert all(column.dtype == np.float64 and column.ndim == 1 for column in columns)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_joined_events_keep_their_order_and_weights():
    light = Events(np.array([1.0]), np.array([2.0]), None, 1, "line 1: bad")
    heavy = Events(np.array([3.0]), np.array([4.0]), np.array([5.0]), 2, "line 9: worse")
    joined = join_events([no_events(), light, heavy])
    assert rows(joined) == [(1, 2, 1), (3, 4, 5)]
    assert joined.skipped == 3 and joined.first_bad == "line 1: bad"
    assert join_events([light, light]).weights is None
    assert rows(join_events([])) == []


def test_joined_events_keep_groups_by_name_and_times():
    left = Events(
        np.zeros(2),
        np.zeros(2),
        groups=Groups(np.array([1, 0]), ("b", "a")),
        times=np.array([1.0, 2]),
    )
    right = Events(np.zeros(1), np.zeros(1), groups=Groups(np.array([0]), ("a",)), times=np.ones(1))
    joined = join_events([left, right])
    assert joined.groups.names == ("b", "a") and joined.groups.codes.tolist() == [1, 0, 1]
    assert joined.times.tolist() == [1, 2, 1]
    bare = Events(np.zeros(1), np.zeros(1))
    assert join_events([left, bare]).groups is None and join_events([left, bare]).times is None


def test_events_are_described():
    assert no_events().describe() == "0 events"
    one = Events(np.ones(1), np.ones(1), None, 1, "line 2: 'a' is not a number")
    assert one.describe() == "1 event, 1 bad row skipped (line 2: 'a' is not a number)"
    many = Events(np.ones(1000), np.ones(1000), None, 1234, "row 0: nan")
    assert many.describe() == "1,000 events, 1,234 bad rows skipped (row 0: nan)"
    assert no_events().describe_skipped() == ""


@pytest.mark.parametrize("dtype", ["?", "u1", "i2", ">i4", "u8", "f2", "f4", ">f8", "g"])
def test_columns_of_any_real_dtype(dtype):
    columns = np.array([[1, 0], [1, 1], [0, 1]], dtype)
    assert rows(finite_events(list(columns), str)) == [(1, 1, 0), (0, 1, 1)]


def test_rows_that_are_not_finite_are_dropped_and_named():
    x = np.array([1.0, np.nan, 3.0, 4.0])
    y = np.array([1.0, 2.0, -np.inf, 4.0])
    events = finite_events([x, y], lambda row: f"row {row}")
    assert rows(events) == [(1, 1), (4, 4)]
    assert events.skipped == 2 and events.first_bad == "row 1: nan is not a finite number"
    huge = np.array([np.finfo(np.longdouble).max])
    if huge.dtype.itemsize > 8:
        assert finite_events([huge, huge], str).skipped == 1


@pytest.mark.parametrize(
    ("x", "y", "size"),
    [
        ([0], [0], (1, 1)),
        ([1919], [1079], (1920, 1080)),
        ([1919.99, 3], [-5, 0.5], (1920, 1)),
        ([np.nan, np.inf, 7], [2, 3, 4], (8, 5)),
        ([0, 1], [1, 0], (2, 2)),
        ([0, 2**13 - 1], [2**13 - 1, 0], (8192, 8192)),
    ],
)
def test_the_size_is_the_smallest_that_holds_all(x, y, size):
    found = data_size(np.array(x, float), np.array(y, float))
    assert found == size and all(type(side) is int for side in found)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([], [], "no event has x"),
        ([-1], [3], "no event has x"),
        ([3], [np.nan], "no event has y"),
        ([8192], [8191], "too large a screen"),
        ([1e308], [1e308], "too large a screen"),
        ([0.5, 1], [0.25, 0], "look normalised"),
    ],
)
def test_data_without_a_usable_size_are_refused(x, y, message):
    with pytest.raises(DataError, match=message) as caught:
        data_size(np.array(x, float), np.array(y, float))
    assert "--size" in caught.value.hint


@law
@given(st.lists(st.tuples(st.floats(-9, 9000), st.floats(-9, 5000)), min_size=1))
def test_a_size_holds_all_events_and_no_smaller_one_does(positions):
    x, y = np.array(positions).T
    try:
        width, height = data_size(x, y)
    except DataError:
        assert x.max() < 0 or y.max() < 0 or looks_normalised(x, y)
        return
    assert x.max() < width and y.max() < height and width * height <= LARGEST_CELLS
    assert width - 1 <= x.max() and height - 1 <= y.max()


def test_fractions_of_a_screen_are_recognised():
    half = np.array([0.5, 0.25])
    assert looks_normalised(half, half)
    assert not looks_normalised(np.array([0.0, 1.0]), np.array([1.0, 0.0]))
    assert not looks_normalised(half, half + 1)
    assert not looks_normalised(half - 1, half)
    assert not looks_normalised(np.empty(0), np.empty(0))


def test_events_are_required():
    some = Events(np.ones(1), np.ones(1))
    assert require_events(some, "log.csv") is some
    with pytest.raises(DataError, match=r"log\.csv holds no events"):
        require_events(no_events(), "log.csv")
    with pytest.raises(DataError, match=r"log\.csv: no event in it; line 3: bad"):
        require_events(no_events(1, "line 3: bad"), "log.csv")
