import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizterm_core.scatter.navigate import DIRECTIONS, next_dot

law = settings(max_examples=150, deadline=None, derandomize=True)


def picture(text):
    return np.array([[character == "#" for character in line] for line in text.split("/")])


def step_by_brute_force(lit, column, row, direction):
    best = None
    for y, x in np.argwhere(lit):
        across, down = x - column, y - row
        ahead = {"left": -across, "right": across, "up": -down, "down": down}[direction]
        aside = abs(down) if direction in ("left", "right") else abs(across)
        if ahead < 1:
            continue
        inside = aside <= ahead
        cost = (not inside, ahead + (2 if inside else 4) * aside, y, x)
        best = cost if best is None else min(best, cost)
    return best and (best[3], best[2])


@law
@given(
    hnp.arrays(bool, st.tuples(st.integers(1, 7), st.integers(1, 7))),
    st.integers(-2, 14),
    st.integers(-2, 14),
    st.sampled_from(sorted(DIRECTIONS)),
)
def test_steps_equal_brute_force(lit, twice_column, twice_row, direction):
    start = (twice_column / 2, twice_row / 2)
    assert next_dot(lit, *start, direction) == step_by_brute_force(lit, *start, direction)


@pytest.mark.parametrize(
    ("lit", "expected"),
    [
        ("#..../.#.../..S#.", {"left": (1, 1), "right": (3, 2), "up": (1, 1), "down": None}),
        (
            "..#../...../#.S.#/...../..#..",
            {"left": (0, 2), "right": (4, 2), "up": (2, 0), "down": (2, 4)},
        ),
        # Straight ahead but far is preferred to near but outside of 45 degrees.
        ("...#./S...#", {"right": (4, 1), "up": (3, 0)}),
        # Nothing within 45 degrees: any dot ahead will do.
        ("S..../...../.#...", {"right": (1, 2), "down": (1, 2), "left": None, "up": None}),
        # Beyond 45 degrees, less aside is worth going farther ahead.
        ("S..../...../...../...../...../....#/.#...", {"right": (4, 5), "down": (1, 6)}),
        ("S", dict.fromkeys(DIRECTIONS)),
    ],
)
def test_steps_by_example(lit, expected):
    row, column = np.argwhere([[mark == "S" for mark in line] for line in lit.split("/")])[0]
    found = {direction: next_dot(picture(lit), column, row, direction) for direction in expected}
    assert found == expected


def test_the_dot_stood_on_is_never_the_next_one():
    lit = np.zeros((3, 3), bool)
    lit[1, 1] = True
    assert [next_dot(lit, 1.4, 0.6, direction) for direction in DIRECTIONS] == [None] * 4


def test_a_step_from_outside_the_plot_comes_back_in():
    assert next_dot(np.ones((4, 6), bool), -10, 2, "right") == (0, 2)
    assert next_dot(np.ones((4, 6), bool), 3, 50, "up") == (3, 3)
    assert next_dot(np.zeros((0, 0), bool), 0, 0, "up") is None


def test_results_are_plain_integers():
    found = next_dot(np.ones((2, 2), bool), 0, 0, "right")
    assert found == (1, 0) and [type(part) for part in found] == [int, int]
