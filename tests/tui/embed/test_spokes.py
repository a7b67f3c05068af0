"""Lines to neighbours: where they run, what they lie over, in text and in pixels."""

import numpy as np
import pytest

from vizterm.cells.glyphs import OWN, GlyphCells
from vizterm.embed.scatter.inks import LabelInks
from vizterm.embed.scatter.spoke_pictures import painted_with
from vizterm.embed.scatter.spokes import Spokes, with_spokes
from vizterm.graphics.canvas import Painting
from vizterm.graphics.indexed import Indexed
from vizterm.terminal.facts import Terminal
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.labels import no_labels
from vizterm_core.scatter.viewport import Viewport

VIEW = Viewport(0, 40, 1, 1, 30, 10)
"""60 x 40 dots, one a unit."""
INKS = LabelInks.of(no_labels(9), Terminal())


def spokes(*places):
    places = np.array(places, float)
    index = PointIndex(places[:, 0], places[:, 1], np.zeros(len(places), np.uint8), 1)
    return Spokes.of(range(len(places)), index, VIEW)


def lit(*places):
    every, _ = spokes(*places).dots(None)
    return every


def test_a_line_leaves_room_for_the_marks_at_its_ends():
    every = lit((10.5, 20.5), (40.5, 20.5))
    row = np.flatnonzero(every.any(axis=1))
    assert row.tolist() == [19]
    assert np.flatnonzero(every[19]).tolist() == list(range(13, 38))
    assert not lit((10.5, 20.5), (14.5, 20.5)).any()
    assert not lit((10.5, 20.5), (10.5, 20.5)).any()


def test_a_line_to_what_is_out_of_view_leaves_it():
    for far in (100.0, 1e12):
        every = lit((10.5, 20.5), (far, 20.5))
        assert np.flatnonzero(every[19]).tolist() == list(range(13, 60))
    # From outside to outside, across the view; and past it.
    assert lit((-50.0, 20.5), (90.0, 20.5))[19].all()
    assert not lit((-50.0, 60.0), (90.0, 60.0)).any()
    diagonal = lit((-20.0, -20.0), (200.0, 200.0))
    assert all(diagonal[39 - k, k] for k in range(1, 39))


def test_the_line_to_the_chosen_one_is_told_apart():
    _, one = spokes((10.5, 20.5), (40.5, 20.5), (10.5, 2.5)).dots(2)
    assert one[30, 10] and not one[19].any()


def cells_of(character):
    cells = GlyphCells.blank(10, 30)
    cells.characters[4, 10] = character
    cells.ink[4, 10] = 0x00C000
    return cells


@pytest.mark.parametrize(
    ("character", "over"), [("⠁", False), ("●", False), ("⣿", True), ("▀", True)]
)
def test_points_that_stand_alone_stay_and_lines_cross_what_is_full(character, over):
    line = spokes((4.5, 22.5), (50.5, 22.5))
    cells = with_spokes(cells_of(character), line, None, INKS)
    assert (cells.characters[4, 10] != character) == over
    assert (cells.paper[4, 10] != OWN) == over
    if over:
        # Its colour is seen behind the line.
        red, green, blue = (int(cells.paper[4, 10]) >> shift & 255 for shift in (16, 8, 0))
        assert green > 2 * max(red, blue)
    assert cells.characters[4, 9] == "⠒" or ord(str(cells.characters[4, 9])) > 0x2800
    assert (cells.characters[:4] == " ").all()
    covered = np.zeros((10, 30), bool)
    covered[4, 5:15] = True
    held = with_spokes(cells_of(character), line, None, INKS, covered)
    assert held.characters[4, 10] == character and held.characters[4, 9] == " "


def test_in_pixels_lines_are_bright_rings_stand_around_and_holes_stay():
    plain = np.zeros((180, 270, 4), np.uint8)
    plain[..., 3] = 255
    plain[70:90, 100:130] = 0
    before = Painting(b"key", 30, 10, lambda _: plain)
    line = spokes((10.5, 20.5), (50.5, 20.5))
    after = painted_with(before, line, INKS.inks)
    pixels = after.pixels((9, 18))
    middle = round(19.5 * 4.5)
    assert pixels[middle - 1 : middle + 1, 150, 0].max() > 120
    assert pixels[middle - 20, 150, :3].sum() == 0
    assert not pixels[70:90, 100:130].any()
    # Around the point, not on it.
    at = round(50.5 * 4.5)
    assert pixels[middle, at + 5, :3].max() > 100 and pixels[middle, at, :3].sum() == 0
    assert not plain[middle, 150, :3].any()
    assert after.key != before.key != painted_with(before, spokes((1, 1), (9, 9)), INKS.inks).key


def test_a_density_of_few_pixels_in_a_palette():
    entries = Indexed(np.zeros((40, 60), np.uint8), np.array([[0, 0, 90]], np.uint8))
    painting = Painting(b"key", 30, 10, lambda _: entries)
    pixels = painted_with(painting, spokes((10.5, 20.5), (50.5, 20.5)), INKS.inks).pixels((9, 18))
    assert pixels.shape == (40, 60, 4)
    assert pixels[19, 30, 0] > 60 and pixels[5, 30].tolist() == [0, 0, 90, 255]
