"""Orders of points, against Python's own sorting."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm_core.files.source import Categories
from vizterm_core.scatter.columns import Column
from vizterm_core.scatter.ordering import by_column, by_distance

ALL = np.arange(6)


def column(values):
    return Column("c", lambda: values)


def test_the_nearest_come_first():
    x, y = np.array([0, 3, 1, 1, -2, 9.0]), np.array([0, 4, 0, 0, 0, 9.0])
    assert by_distance(ALL, x, y, (0, 0)).tolist() == [0, 2, 3, 4, 1, 5]
    assert by_distance(np.array([1, 3, 5]), x, y, (9, 9)).tolist() == [5, 1, 3]
    far = np.array([1e308, -1e308])
    assert by_distance(np.arange(2), far, far, (-1e308, -1e308)).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("values", "up", "down"),
    [
        (np.array([3, 1, np.nan, 2, 1, 0.0]), [5, 1, 4, 3, 0, 2], [0, 3, 1, 4, 5, 2]),
        (np.array([3, 1, 7, 2, 1, 0], np.uint8), [5, 1, 4, 3, 0, 2], [2, 0, 3, 1, 4, 5]),
        (np.ma.array([3, 1, 7, 2, 1, 0], mask=[0, 0, 1, 0, 0, 0]), [5, 1, 4, 3, 0, 2], None),
        (np.array(["b", "A", "a", "C", "b", "a"]), [1, 2, 5, 0, 4, 3], [3, 0, 4, 2, 5, 1]),
        (np.array(["b", None, "a", "C", "b", "a"], object), [2, 5, 0, 4, 3, 1], None),
        (
            Categories(np.array([1, -1, 0, 2, 1, 0]), np.array(["x", "m", "A"])),
            [3, 0, 4, 2, 5, 1],
            [2, 5, 0, 4, 3, 1],
        ),
        (
            np.array(["2024-01-02", "NaT", "2023-01-01"] * 2, "M8[D]"),
            [2, 5, 0, 3, 1, 4],
            [0, 3, 2, 5, 1, 4],
        ),
        (np.array([True, False] * 3), [1, 3, 5, 0, 2, 4], [0, 2, 4, 1, 3, 5]),
    ],
)
def test_values_of_every_kind_are_ordered_and_missing_ones_are_last(values, up, down):
    assert by_column(ALL, column(values)).tolist() == up
    if down is not None:
        assert by_column(ALL, column(values), descending=True).tolist() == down


def test_values_are_those_of_the_points_rows():
    rows = np.array([5, 0, 2])
    values = np.array([9, 8, 7, 6, 5, 4])
    assert by_column(np.arange(3), column(values), rows).tolist() == [0, 2, 1]
    assert by_column(np.array([1, 2]), column(values), rows).tolist() == [2, 1]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.none() | st.integers(-5, 5), max_size=30), st.booleans())
def test_equal_values_keep_their_order(values, descending):
    held = np.array([np.nan if value is None else value for value in values], float)
    found = by_column(np.arange(len(values)), column(held), descending=descending).tolist()
    sign = -1 if descending else 1
    expected = sorted(
        range(len(values)),
        key=lambda at: (values[at] is None, 0 if values[at] is None else sign * values[at]),
    )
    assert found == expected
