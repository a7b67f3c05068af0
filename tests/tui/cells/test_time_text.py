import doctest
from datetime import UTC, datetime

import pytest

from vizterm.cells import time_text as module
from vizterm.cells.time_text import day_text, is_date, length_text, time_text


def test_examples():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("seconds", "span", "text"),
    [
        (0.0, 0.0, "0.0 s"),
        (0.01234, 0.05, "0.0123 s"),
        (59.99, 59, "60.0 s"),
        (59.999, 600, "1:00"),
        (3599.99, 4000, "1:00:00"),
        (3599.99, 50, "1:00:00.0"),
    ],
)
def test_times_are_as_fine_as_their_span(seconds, span, text):
    assert time_text(seconds, span) == text


def test_dates_are_those_of_datetime():
    moment = datetime(2024, 2, 29, 23, 59, 58, 250000, tzinfo=UTC)
    assert time_text(moment.timestamp(), 5) == "23:59:58.25"
    assert time_text(moment.timestamp(), 3600) == "23:59:58"
    assert time_text(moment.timestamp(), 90 * 86400) == "2024-02-29"
    assert day_text(moment.timestamp()) == "2024-02-29"
    assert not is_date(1e8) and not is_date(1.7e12)


def test_lengths():
    lengths = (1e-6, 1, 60, 119, 120, 3600, 86400, 1.5 * 86400)
    assert [length_text(seconds) for seconds in lengths] == [
        *("0.001 ms", "1 s", "1 min", "119 s", "2 min", "1 h", "1 d", "36 h"),
    ]
