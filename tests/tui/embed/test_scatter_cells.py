"""Frames of a scatter as cells, and the marks of single points over them."""

import numpy as np
import pytest
from tests.support.embed import make_model

from vizterm.cells.glyphs import BOLD, DIM, OWN, GlyphCells
from vizterm.embed.scatter.dots_look import BLOCKS, DotsLook
from vizterm.embed.scatter.inks import LabelInks
from vizterm.embed.scatter.point_marks import Spot, with_marks
from vizterm.embed.scatter.scatter_cells import block_cells, braille_cells, over_density
from vizterm.embed.scatter.view_of_points import ViewOfPoints
from vizterm.terminal.facts import Terminal
from vizterm_core.colour.oklab import to_oklab

CORNERS_OF_A_CELL = [(0, 0), (10, 10)]


def made(points, labels=None, columns=10, rows=5, **terminal):
    """A model, its exact frame, and the inks of its labels."""
    model = make_model(points, labels, columns, rows)
    frame = model.exact_frame(model.viewport, model.visible)
    return model, frame, LabelInks.of(model.embedding.labels, Terminal(**terminal))


def rows_of(cells):
    return ["".join(row) for row in cells.characters]


def view_of(model):
    return ViewOfPoints(model.index, model.viewport, model.visible, model.highlight)


def test_braille_is_coloured_by_the_label():
    _, frame, inks = made(CORNERS_OF_A_CELL, [0, 1])
    cells = braille_cells(frame, inks)
    lit = cells.characters != " "
    assert np.array_equal(lit, frame.codes > 0)
    assert {f"{ink:06x}" for ink in cells.ink[lit].tolist()} == {"4bbcff", "c9ae00"}
    assert (cells.paper == OWN).all()


def test_with_16_colours_labels_have_their_own_and_the_others_step_back():
    _, frame, inks = made(CORNERS_OF_A_CELL, [0, 1], colours="standard")
    for draw in (braille_cells, block_cells):
        plain, highlit = draw(frame, inks), draw(frame, inks, 0)
        lit = plain.characters != " "
        assert sorted(plain.ink[lit].tolist()) == sorted([-2 - 12, -2 - 3])
        assert sorted(highlit.ink[lit].tolist()) == sorted([-2 - 12, -2 - 8])
        assert sorted(highlit.weight[lit].tolist()) == [0, BOLD]


def test_without_colours_a_highlighted_label_is_bold_and_the_others_dim():
    _, frame, inks = made(CORNERS_OF_A_CELL, [0, 1], colours="none")
    cells = braille_cells(frame, inks, 1)
    lit = cells.characters != " "
    assert (cells.ink == OWN).all()
    assert sorted(cells.weight[lit].tolist()) == [BOLD, DIM]


def test_blocks_show_quarters():
    _, frame, inks = made([(0, 0), (0, 10), (10, 0), (10, 10)], columns=1, rows=1)
    assert rows_of(block_cells(frame, inks)) == [" "], "a whole cell is background alone"
    assert block_cells(frame, inks).paper[0, 0] != OWN
    _, frame, inks = made([(0, 0), (10, 10)], columns=1, rows=1)
    assert rows_of(block_cells(frame, inks)) == ["▞"]
    assert rows_of(block_cells(frame, LabelInks(inks.inks, inks.flat, "standard"))) == ["▞"]


@pytest.mark.parametrize("way", ["braille", BLOCKS])
def test_marks_grow_where_few_points_are_in_view(way):
    look = DotsLook(way)
    model, frame, inks = made([(0, 0), (5, 5), (10, 10)], columns=20, rows=10)
    assert look.size(frame) == 2
    cells = look.cells(frame, view_of(model), inks)
    assert (cells.characters == "●").sum() == 3
    look.next_marks()
    assert look.size(frame) == 0
    cells = look.cells(frame, view_of(model), inks)
    assert not (cells.characters == "●").any()
    look.next_marks()
    assert look.size(frame) == 2


def test_with_a_point_for_two_cells_a_point_is_four_dots(monkeypatch):
    rng = np.random.default_rng(0)
    model, frame, inks = made(rng.uniform(size=(100, 2)), columns=20, rows=10)
    cells = DotsLook().cells(frame, view_of(model), inks)
    dots = sum((ord(char) - 0x2800).bit_count() for char in cells.characters.ravel() if char != " ")
    assert 300 <= dots <= 400
    # More than can be looked at one by one: each dot grows within its cell.
    look = DotsLook()
    look.marks = "large"
    model, frame, inks = made(rng.uniform(size=(9000, 2)), columns=20, rows=10)
    monkeypatch.delattr(type(model.index), "points_in")
    # The outermost cells are partly margin.
    inner = look.cells(frame, view_of(model), inks).characters[1:-1, 1:-1]
    assert (inner == "⣿").all()


def test_blocks_have_a_soft_light_around_few_points_in_truecolor_alone():
    model, frame, inks = made([(0, 0), (5, 5), (10, 10)], columns=20, rows=10)
    lit = DotsLook(BLOCKS).cells(frame, view_of(model), inks)
    assert (lit.paper != OWN).sum() > 3
    inks = LabelInks(inks.inks, inks.flat, "256")
    assert (DotsLook(BLOCKS).cells(frame, view_of(model), inks).paper == OWN).all()


def test_ways_go_round_with_pixels_only_where_there_are_any():
    look = DotsLook()
    seen = []
    for _ in range(3):
        look.next_way(pixels=True)
        seen.append(look.way)
    assert seen == ["blocks", "pixels", "braille"]
    look.way = "pixels"
    look.next_way(pixels=False)
    assert look.way == "braille"


def blank(columns=3, rows=1):
    return GlyphCells.blank(rows, columns)


def test_dots_lie_over_a_density_on_the_mean_of_its_halves():
    cells = blank(4)
    cells.characters[0, 2], cells.ink[0, 2] = "⣿", 0x0000FF
    density = np.zeros((1, 4, 2, 3), np.uint8)
    density[0, 1], density[0, 2, 0] = 255, (200, 100, 0)
    both = over_density(cells, density, "truecolor", dots=True)
    assert rows_of(both) == ["  ⣿ "]
    assert both.paper[0].tolist() == [0, 0xFFFFFF, 0x643200, 0]
    assert both.ink[0, 2] == 0x0000FF
    alone = over_density(cells, density, "truecolor", dots=False)
    assert rows_of(alone) == ["  ▀ "]
    assert (alone.ink[0, 2], alone.paper[0, 2]) == (0xC86400, 0)
    assert rows_of(over_density(cells, density, "none", dots=True)) == [" █⣿ "]


INKS = made([(0, 0)])[2]


def test_the_cursor_hides_no_neighbour():
    cells = blank(9, 5)
    cells.characters[1, 2] = cells.characters[2, 4] = "⣿"
    marked, texts = with_marks(cells, Spot(4, 2, 0, alone=False), (), INKS)
    assert {place: text for place, (text, _) in texts.items()} == {
        (6, 1): "╮", (2, 3): "╰", (6, 3): "╯", (4, 2): "⣿",
    }  # fmt: skip
    assert np.array_equal(marked.characters, cells.characters)
    tinted = marked.paper != OWN
    assert tinted[2, 4]
    assert not tinted[0].any()
    assert not tinted[:, 8].any()
    assert marked.paper[2, 4] >> 16 < marked.paper[2, 4] & 255, "blue, as the label"
    assert (cells.paper == OWN).all(), "the frame's own cells stay"
    _, texts = with_marks(cells, Spot(4, 2, 0, alone=True), (), INKS)
    assert texts[4, 2][0] == "●"
    assert texts[4, 2][1].bold


def test_several_pins_are_their_numbers_in_order():
    pins = [Spot(column, 1, 0, alone=True) for column in (6, 2, 9, 2)]
    _, texts = with_marks(blank(9, 5), None, pins, INKS)
    assert {place: text for place, (text, _) in texts.items()} == {(6, 1): "1", (2, 1): "4"}


def test_the_pin_is_seen_under_the_cursor_and_both_only_inside():
    _, texts = with_marks(blank(9, 5), Spot(4, 2, 0, alone=True), [Spot(4, 2, 0, alone=True)], INKS)
    assert texts[4, 2][0] == "◆"
    for column, row in ((-1, 2), (9, 2), (4, -1), (4, 5)):
        cells, texts = with_marks(
            blank(9, 5), Spot(column, row, 0, alone=True), [Spot(column, row, 0, alone=True)], INKS
        )
        assert not texts
        assert (cells.paper == OWN).all()


def test_without_shades_the_cursor_is_reversed():
    plain = LabelInks(INKS.inks, INKS.flat, "none")
    cells, texts = with_marks(blank(9, 5), Spot(4, 2, 0, alone=True), (), plain)
    assert list(texts) == [(4, 2)]
    assert texts[4, 2][1].reverse
    assert (cells.paper == OWN).all()


def test_the_halo_lifts_what_is_behind_it():
    cells = blank(9, 5)
    cells.paper[:] = 0x202020
    marked, _ = with_marks(cells, Spot(4, 2, 0, alone=True), (), INKS)
    assert marked.paper[0, 0] == 0x202020
    levels = [(marked.paper[2, 4] >> shift) & 255 for shift in (16, 8, 0)]
    assert to_oklab(np.array(levels))[0] > to_oklab(np.array([0x20] * 3))[0]
