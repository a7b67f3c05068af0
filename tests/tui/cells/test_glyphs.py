"""Cells of characters in colours: what changed, and lines of segments."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from vizterm.cells.glyphs import BOLD, DIM, GlyphCells, packed
from vizterm.cells.text import ansi_text


def cells_of(*lines):
    return GlyphCells(
        np.array([list(line) for line in lines]),
        *(np.full((len(lines), len(lines[0])), -1, np.int32) for _ in range(2)),
        np.zeros((len(lines), len(lines[0])), np.uint8),
    )


def test_neighbours_alike_are_one_segment_and_the_ink_of_blanks_cuts_none():
    cells = cells_of("ab  c")
    cells.ink[0] = [0xFF0000, 0xFF0000, 0x00FF00, 0x0000FF, -2 - 4]
    cells.paper[0, 4] = 0
    cells.weight[0, 1] = BOLD | DIM
    drawn = [(part.text, ansi_text([part], "truecolor")) for part in cells.line(0, "truecolor")]
    assert drawn == [
        ("a", "\x1b[38;2;255;0;0ma\x1b[0m"),
        ("b", "\x1b[1;2;38;2;255;0;0mb\x1b[0m"),
        ("  ", "  "),
        ("c", "\x1b[34;48;2;0;0;0mc\x1b[0m"),
    ]


def test_a_text_lies_over_its_cells_and_is_cut_at_the_edge():
    cells = cells_of("abcdef", "ABCDEF")
    bold = Style(bold=True)
    overlay = {
        (1, 0): ("漢x", bold),
        (5, 0): ("long", bold),
        (0, 1): ("y", bold),
        (9, 1): ("z", bold),
    }
    assert [part.text for part in cells.line(0, "truecolor", overlay)] == ["a", "漢x", "e", "l"]
    assert [part.text for part in cells.line(1, "truecolor", overlay)] == ["y", "BCDEF"]


def test_changed_says_which_cells_differ():
    before, after = cells_of("abcd"), cells_of("abxd")
    after.ink[0, 0], after.paper[0, 1], after.weight[0, 3] = 5, 6, BOLD
    assert after.changed(before).tolist() == [[True] * 4]
    assert not cells_of("abcd").changed(before).any()


def test_colours_are_packed_as_in_css():
    assert packed(np.array([[1, 2, 255]], np.uint8)).tolist() == [0x0102FF]


TEXTS = st.dictionaries(
    st.tuples(st.integers(-2, 30), st.integers(0, 1)),
    st.tuples(st.text("ab漢", min_size=1, max_size=5), st.just(Style(bold=True))),
    max_size=6,
)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=25), TEXTS)
def test_a_line_is_as_wide_as_its_cells(inks, texts):
    cells = cells_of("x" * len(inks))
    cells.ink[0] = inks
    line = cells.line(0, "truecolor", texts)
    assert sum(cell_len(part.text) for part in line) == len(inks)
