import math
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vizterm_core.ticks import tick_labels, tick_values

law = settings(max_examples=150, deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0, 10, 11, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (0, 10, 10, [0, 2, 4, 6, 8, 10]),
        (0, 10, 5, [0, 2.5, 5, 7.5, 10]),
        (-1, 1, 3, [-1, 0, 1]),
        (-1, 1, 2, [0]),
        (0.3, 0.34, 5, [0.3, 0.31, 0.32, 0.33, 0.34]),
        (-4e9, 4e9, 4, [-2.5e9, 0, 2.5e9]),
        (1.1, 1.9, 1, [1.5]),
    ],
)
def test_ticks_by_example(low, high, most, expected):
    assert tick_values(low, high, most) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("low", "high", "most"),
    [
        (0, 1, 0),
        (1, 1, 5),
        (2, 1, 5),
        (math.nan, 1, 5),
        (0, math.inf, 5),
        (-1.7e308, 1.7e308, 5),
        (0, 5e-324, 5),
    ],
)
def test_no_ticks_where_there_is_no_range_or_no_room(low, high, most):
    assert tick_values(low, high, most) == []


@law
@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(1, 30))
def test_ticks_are_few_round_evenly_spaced_and_within(low, span, most):
    high = low + span
    assume(span > 1e-9 * abs(low))
    ticks = tick_values(low, high, most)
    slack = 1e-9 * max(abs(low), abs(high))
    assert len(ticks) <= most
    assert all(low - slack <= tick <= high + slack for tick in ticks)
    steps = [b - a for a, b in pairwise(ticks)]
    if steps:
        assert steps == pytest.approx([steps[0]] * len(steps), abs=2 * slack)
        mantissa = steps[0] / 10 ** math.floor(math.log10(steps[0]) + 1e-6)
        off = min(abs(mantissa - size) for size in (1, 2, 2.5, 5, 10))
        assert off <= 10 * max(1e-6, slack / steps[0])
    # No denser round step would have been allowed: more than a third of the room is used.
    assert most < 5 or len(ticks) >= most / 3


def test_zero_is_never_written_negative():
    assert [math.copysign(1, tick) for tick in tick_values(-1, 1, 3) if tick == 0] == [1]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        ([0.0], ["0"]),
        ([0.25], ["0.25"]),
        ([-1.0, 0.0, 1.0], ["−1", "0", "1"]),
        ([0.1, 0.2, 0.30000000000000004], ["0.1", "0.2", "0.3"]),
        ([2.5, 5.0], ["2.5", "5.0"]),
        ([5000.0, 10000.0], ["5,000", "10,000"]),
        ([-5e5, 0.0, 5e5, 1e6], ["−500,000", "0", "500,000", "1,000,000"]),
        ([5e8, 1e9], ["5e+08", "1e+09"]),
        ([0.001, 0.002], ["0.001", "0.002"]),
        ([2e-6, 4e-6], ["2e-06", "4e-06"]),
        ([2e9, 4e9], ["2e+09", "4e+09"]),
    ],
)
def test_tick_labels_by_example(values, expected):
    assert tick_labels(values) == expected


@law
@given(st.floats(-1e4, 1e4), st.floats(0.01, 1e5), st.integers(1, 12))
def test_tick_labels_read_back_as_the_ticks(low, span, most):
    ticks = tick_values(low, low + span, most)
    assume(len(ticks) > 1)
    read = [float(label.replace("−", "-").replace(",", "")) for label in tick_labels(ticks)]
    assert read == pytest.approx(ticks, abs=1e-3 * (ticks[1] - ticks[0]))


@pytest.mark.parametrize(
    ("low", "high"), [(1000, 1000.0001), (1e6, 1e6 + 10), (-2e7, -2e7 + 1), (5.12345, 5.12346)]
)
def test_ticks_of_a_narrow_range_far_from_zero_differ(low, high):
    ticks = tick_values(low, high, 5)
    assert len(ticks) > 1
    assert len(set(tick_labels(ticks))) == len(ticks)


def test_a_lone_tick_is_labelled_with_its_own_value():
    assert tick_values(1002.1, 1002.9, 1) == [1002.5]
    assert tick_labels([1002.5]) == ["1,002.5"]


def test_negative_ticks_have_the_same_minus_sign_however_large():
    assert tick_labels([-2e9, 0.0, 2e9]) == ["−2e+09", "0", "2e+09"]
