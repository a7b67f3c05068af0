"""The facts of a point, and the size of its picture."""

import pytest
from rich.cells import cell_len
from rich.style import Style

from vizterm.cells.theme import theme_for
from vizterm.embed.picture_size import picture_box
from vizterm.embed.point_facts import PointFacts, number
from vizterm.terminal.facts import Terminal


@pytest.mark.parametrize(
    ("shape", "room", "whole", "box"),
    [
        ((8, 8), (36, 23), True, (32, 16)),
        ((28, 28), (36, 23), True, (28, 14)),
        ((3, 32, 32), (36, 23), True, (32, 16)),
        ((8, 8), (36, 5), True, (8, 4)),
        ((72, 72, 3), (36, 23), False, (36, 18)),
        ((72, 72, 3), (36, 10), False, (20, 10)),
        ((64, 128), (36, 23), False, (36, 9)),
        ((128, 64), (36, 23), False, (23, 23)),
        ((500, 8), (36, 23), True, (1, 23)),
        ((9, 9), (4, 4), True, (4, 2)),
    ],
)
def test_a_picture_takes_the_cells_that_it_fills(shape, room, whole, box):
    assert picture_box(shape, *room, 2.0, whole=whole) == box


FACTS = PointFacts("Animals & Nature", Style(color="#c8a800"), "a rather long name", 594, 5.97, 4.2)


@pytest.mark.parametrize("colours", ["truecolor", "256", "standard", "none"])
@pytest.mark.parametrize("width", [8, 20, 36])
def test_facts_wrap_and_lose_nothing(width, colours):
    lines = FACTS.lines(width, theme_for(Terminal(colours=colours)), labelled=True)
    texts = ["".join(part.text for part in line) for line in lines]
    assert all(cell_len(text) <= max(width, cell_len("at 5.97, 4.20")) for text in texts)
    words = " ".join(texts).split()
    assert "".join(words).startswith("aratherlongnameAnimals&Nature#594")
    assert words[-4:] == (
        ["x", "5.97", "y", "4.20"] if width == 8 else ["#594", "at", "5.97,", "4.20"]
    )


@pytest.mark.parametrize(
    ("value", "span", "text"),
    [
        (0.0, 20, "0.00"),
        (-2.4, 20, "−2.40"),
        (0.04294, 20, "0.04"),
        (-0.001, 20, "0.00"),
        (-0.01234567, 1, "−0.012"),
        (0.5, 0.02, "0.50000"),
        (1e-7, 1e-6, "1e−07"),
        (312.5, 5000, "312.50"),
        (5412345.67, 1e7, "5,412,345.7"),
        (1700000123.0, 100, "1,700,000,123"),
        (1e13, 1e14, "1e+13"),
    ],
)
def test_coordinates_of_one_map_have_the_same_decimals_and_a_real_minus(value, span, text):
    assert number(value, span) == text
