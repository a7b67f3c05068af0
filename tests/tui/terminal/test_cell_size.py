"""The size of a cell, where the terminal and the kernel tell different things."""

import pytest

from vizterm.graphics.in_cells import cells_for, pixels_in
from vizterm.terminal.cell_size import Window, find_cell

CELL = b"\x1b[6;20;10t"


@pytest.mark.parametrize(
    ("answers", "window", "fractions", "expected"),
    [
        (b"", None, False, (None, True)),
        (b"", Window(100, 50, 900, 900), False, ((9, 18), True)),
        (b"", Window(100, 50), False, (None, True)),
        (CELL, None, False, ((10, 20), False)),
        (CELL, Window(100, 50), False, ((10, 20), False)),
        # The area alone, shared out.
        (b"\x1b[4;900;905t", Window(100, 50), False, ((9.05, 18), False)),
        (b"\x1b[4;900;905t", None, False, (None, True)),
        # Rounded answers, and a window with borders: the kernel's changes with the font.
        (CELL, Window(100, 50, 1004, 1004), False, ((10.04, 20.08), True)),
        # Pixels and points.
        (CELL, Window(100, 50, 2000, 2000), False, ((20, 40), True)),
        (CELL, Window(100, 50, 2000, 2000), True, ((10, 20), False)),
        (b"\x1b[4;1015;958t" + CELL, Window(100, 50, 1916, 2030), True, ((9.58, 20.3), False)),
        # Nonsense.
        (CELL, Window(100, 50, 640, 480), False, ((10, 20), False)),
        (CELL, Window(100, 50, 65535, 65535), False, ((10, 20), False)),
        (b"\x1b[6;1;1t", Window(100, 50, 900, 900), False, ((9, 18), True)),
        (b"\x1b[4;10;10t" + CELL, Window(100, 50), True, ((10, 20), False)),
        # A fraction is told by the area where the answer is rounded.
        (b"\x1b[4;1015;958t" + CELL, Window(100, 50), True, ((9.58, 20.3), False)),
        (b"\x1b[4;1015;958t" + CELL, Window(100, 50), False, ((10, 20), False)),
    ],
)
def test_the_size_of_a_cell(answers, window, fractions, expected):
    found = find_cell(answers, window, fractions=fractions)
    assert found == (expected[0] and pytest.approx(expected[0]), expected[1])


@pytest.mark.parametrize("side", [7.0, 7.825, 18.0, 939 / 120, 1015 / 50])
def test_pixels_in_cells_touch_no_more_cells_and_leave_out_less_than_a_pixel(side):
    for cells in range(1, 300):
        pixels = pixels_in(cells, side)
        assert cells * side - 1 < pixels <= cells * side + 1e-3
        assert cells_for(pixels, side) == cells
        assert cells_for(pixels + 1, side) == cells + 1
