import numpy as np
import pytest

from vizterm_core.errors import DataError
from vizterm_core.maps.events import (
    Events,
    Groups,
    finite_events,
    join_events,
    no_events,
    require_events,
)


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


def test_events_are_required():
    some = Events(np.ones(1), np.ones(1))
    assert require_events(some, "log.csv") is some
    with pytest.raises(DataError, match=r"log\.csv holds no events"):
        require_events(no_events(), "log.csv")
    with pytest.raises(DataError, match=r"log\.csv: no event in it; line 3: bad"):
        require_events(no_events(1, "line 3: bad"), "log.csv")
