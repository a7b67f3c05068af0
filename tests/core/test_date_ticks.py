"""Round moments on an axis."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizterm_core.date_ticks import date_ticks

QUARTERS = "2021-03-05_10:15 2021-03-05_10:30 2021-03-05_10:45"


def seconds(text: str) -> float:
    return float(np.datetime64(text, "s").astype(np.int64))


@pytest.mark.parametrize(
    ("low", "high", "most", "texts"),
    [
        ("2021-03-05", "2023-08-20", 5, "2021-07 2022-01 2022-07 2023-01 2023-07"),
        ("2021-03-05", "2021-03-08", 4, "2021-03-05 2021-03-06 2021-03-07 2021-03-08"),
        ("1950-06-01", "2020-01-01", 5, "1960 1980 2000 2020"),
        (
            "2021-03-05T10:07",
            "2021-03-05T10:48",
            3,
            " ".join(f"2021-03-05_10:{m}" for m in (15, 30, 45)),
        ),
        ("2021-03-05T10:07:01", "2021-03-05T10:07:04", 4, "*"),
    ],
)
def test_ticks_are_round(low, high, most, texts):
    found = date_ticks(seconds(low), seconds(high), most)
    assert 2 <= len(found) <= most
    if texts != "*":
        assert [said.replace(" ", "_") for _, said in found] == texts.split()
    assert all(seconds(said.replace(" ", "T")) == value for value, said in found)


@given(st.floats(-1e12, 1e12), st.floats(1, 1e12), st.integers(2, 12))
def test_ticks_lie_inside_and_rise(low, span, most):
    values = [value for value, _ in date_ticks(low, low + span, most)]
    assert len(values) <= most
    assert all(low <= value <= low + span for value in values)
    assert values == sorted(set(values))


def test_there_are_no_ticks_of_nothing():
    assert date_ticks(0, 0, 5) == date_ticks(0, float("inf"), 5) == date_ticks(0, 10, 0) == []
