"""Half-block cells as segments."""

import numpy as np
from rich.segment import Segment
from rich.style import Style

from vizterm.cells.half_blocks import picture_line, picture_lines, pixel_cells
from vizterm.cells.text import PLAIN

RED, BLUE = Style(color="red"), Style(color="blue")


def test_pictures_become_half_blocks_and_equal_halves_background():
    cells = np.array([[[[1, 2, 3], [4, 5, 6]], [[9, 9, 9], [9, 9, 9]]]], np.uint8)
    (line,) = picture_lines(cells, "truecolor")
    assert [text for text, _, _ in line] == ["▀", " "]
    assert tuple(line[0].style.color.triplet) == (1, 2, 3)
    assert tuple(line[0].style.bgcolor.triplet) == (4, 5, 6)
    assert tuple(line[1].style.bgcolor.triplet) == (9, 9, 9)


def test_pictures_without_colours_are_shades():
    cells = np.zeros((1, 3, 2, 3), np.uint8)
    cells[0, 1], cells[0, 2] = 128, 255
    assert picture_lines(cells, "none") == [[Segment(" ▒█", PLAIN)]]


def test_marks_over_half_blocks():
    cells = np.zeros((4, 2, 3), np.uint8)
    cells[1], cells[2, 0] = 255, (200, 100, 0)
    line = picture_line(cells, "truecolor", {1: "┼", 9: "x"})
    assert [part.text for part in line] == [" ", "┼", "▀", " "]
    assert line[1].style.color.triplet == (0, 0, 0), "black on white"
    assert line[2].style.color.triplet == (200, 100, 0)


def test_an_odd_row_of_pixels_ends_in_black():
    cells = pixel_cells(np.full((3, 2, 3), 9, np.uint8))
    assert cells.shape == (2, 2, 2, 3)
    assert (cells[1, :, 1] == 0).all()
    assert (cells[1, :, 0] == 9).all()
