"""Printed lines as pixels."""

import io

import numpy as np
import pytest
from PIL import Image
from rich.segment import Segment
from rich.style import Style

from vizterm.cells.raster import CELL_HEIGHT, CELL_WIDTH, picture_of, png_of
from vizterm.cells.text import ansi_text

RED, BLUE = (200, 30, 10), (0, 20, 220)
PAPER = (24, 24, 27)


def line(text, front=RED, back=BLUE, **style):
    colours = Style.parse(f"rgb({','.join(map(str, front))}) on rgb({','.join(map(str, back))})")
    return ansi_text([Segment(text, colours + Style(**style))], "truecolor")


def cell(picture, row, column):
    y, x = row * CELL_HEIGHT, column * CELL_WIDTH
    return picture[y : y + CELL_HEIGHT, x : x + CELL_WIDTH]


def test_half_blocks_are_halves_in_the_colours_of_the_cell():
    picture = picture_of(line("▀▄ ") + "\n" + line("█"))
    assert picture.shape == (2 * CELL_HEIGHT, 3 * CELL_WIDTH, 3)
    for column, (above, below) in enumerate([(RED, BLUE), (BLUE, RED), (BLUE, BLUE)]):
        drawn = cell(picture, 0, column)
        assert (drawn[: CELL_HEIGHT // 2] == above).all()
        assert (drawn[CELL_HEIGHT // 2 :] == below).all()
    assert (cell(picture, 1, 0) == RED).all()
    assert (cell(picture, 1, 1) == PAPER).all()


@pytest.mark.parametrize("bits", [0b1, 0b1000, 0b01000000, 0b10000000, 0b10101010])
def test_braille_dots_are_where_their_bits_are(bits):
    drawn = cell(picture_of(line(chr(0x2800 + bits))), 0, 0)
    quarters = drawn.reshape(4, CELL_HEIGHT // 4, 2, CELL_WIDTH // 2, 3)
    dots = (quarters == RED).all(-1).any((1, 3))
    order = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1)]
    assert {order[bit] for bit in range(8) if bits >> bit & 1} == {
        (row, column) for row, column in np.argwhere(dots)
    }


def test_words_stand_in_their_cells_and_reversed_ones_on_their_colour():
    picture = picture_of("a " + line("b", reverse=True) + " 漢c")
    assert picture.shape == (CELL_HEIGHT, 7 * CELL_WIDTH, 3)
    inked = [bool((cell(picture, 0, column) != PAPER).any()) for column in range(7)]
    assert inked[0] and not inked[1] and not inked[3] and inked[6]
    corner = cell(picture, 0, 2)[0, 0]
    assert tuple(corner) == RED


@pytest.mark.parametrize("printed", ["", "\n", "\x1b[0m"])
def test_nothing_is_a_small_picture(printed):
    assert picture_of(printed).size


def test_without_a_monospaced_font_letters_are_plain(monkeypatch):
    monkeypatch.setattr("vizterm.cells.raster._FONTS", ())
    plain = picture_of("σ 1× · é")
    monkeypatch.undo()
    assert plain.shape == (CELL_HEIGHT, 8 * CELL_WIDTH, 3)
    assert all((cell(plain, 0, column) != PAPER).any() for column in (0, 2, 3, 7))


def test_a_picture_is_written_as_png():
    picture = picture_of(line("▀▄"))
    assert (np.asarray(Image.open(io.BytesIO(png_of(picture)))) == picture).all()
