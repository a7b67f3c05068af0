"""The facts of a point, and the size of its picture."""

import pytest

from vizterm.embed.point_facts import number, picture_columns


@pytest.mark.parametrize(
    ("shape", "columns"),
    [
        ((8, 8), 24),
        ((28, 28), 28),
        ((32, 32, 3), 32),
        ((3, 32, 32), 32),
        ((64, 64), 30),
        ((1, 1), 22),
    ],
)
def test_small_pictures_are_given_a_whole_factor(shape, columns):
    assert picture_columns(shape) == columns


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00"),
        (-2.4, "−2.40"),
        (1e-7, "1e−07"),
        (-0.01234567, "−0.01235"),
        (5412345.67, "5,412,345.7"),
        (1700000123.0, "1,700,000,123"),
        (1e13, "1e+13"),
    ],
)
def test_coordinates_are_short_and_have_a_real_minus(value, text):
    assert number(value) == text
