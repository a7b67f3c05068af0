"""Segments from frames and legends, without an app."""

import numpy as np
import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region

from vizterm.actions import EMBED_ACTIONS
from vizterm.cells import drawing, half_blocks
from vizterm.embed.point_facts import number, picture_columns
from vizterm.widgets.dirty import dirty_regions
from vizterm.widgets.text_block import _changed_span
from vizterm_core.scatter.labels import encode_labels

RED, BLUE = Style(color="red"), Style(color="blue")


def texts_and_styles(segments):
    return [(text, style) for text, style, _ in segments]


def test_a_plot_line_is_run_length_coded_by_label():
    codes = np.array([0, 1, 255, 3, 0], np.uint8)
    labels = np.array([-1, 0, 0, 1, -1])
    line = drawing.plot_line(codes, labels, [RED, BLUE])
    assert texts_and_styles(line) == [
        (" ", drawing.PLAIN), ("⠁⣿", RED), ("⠃", BLUE), (" ", drawing.PLAIN),
    ]  # fmt: skip


def test_marks_are_drawn_over_a_plot_line_without_shifting_it():
    codes = np.full(4, 255, np.uint8)
    line = drawing.plot_line(codes, np.zeros(4, int), [RED], {0: ("◉", BLUE), 2: ("◆", BLUE)})
    assert texts_and_styles(line) == [("◉", BLUE), ("⣿", RED), ("◆", BLUE), ("⣿", RED)]
    assert drawing.plot_line(codes[:0], np.zeros(0, int), [RED]) == []


def test_pictures_become_half_blocks_and_alike_halves_background():
    cells = np.array([[[[1, 2, 3], [4, 5, 6]], [[9, 9, 9], [9, 9, 9]]]], np.uint8)
    (line,) = half_blocks.picture_lines(cells, "truecolor")
    assert [text for text, _, _ in line] == ["▀", " "]
    assert tuple(line[0].style.color.triplet) == (1, 2, 3)
    assert tuple(line[0].style.bgcolor.triplet) == (4, 5, 6)
    assert tuple(line[1].style.bgcolor.triplet) == (9, 9, 9)


def test_pictures_without_colours_are_shades():
    cells = np.zeros((1, 3, 2, 3), np.uint8)
    cells[0, 1], cells[0, 2] = 128, 255
    assert half_blocks.picture_lines(cells, "none") == [[Segment(" ▒█", drawing.PLAIN)]]


def test_every_label_has_a_style_of_its_own_as_far_as_colours_go():
    labels = encode_labels(np.arange(24))
    for colours, distinct in (("truecolor", 24), ("256", 24), ("standard", 12), ("none", 1)):
        styles = drawing.label_styles(labels, colours)
        assert len(styles.bright) == len(styles.dimmed) == 24
        assert len(set(styles.bright)) == distinct


def test_colours_are_darker_on_a_light_background():
    labels = encode_labels(np.arange(24))
    dark = drawing.label_styles(labels, "truecolor").bright
    light = drawing.label_styles(labels, "truecolor", light=True).bright
    for on_dark, on_light in zip(dark, light, strict=True):
        assert sum(on_light.color.triplet) == pytest.approx(0.8 * sum(on_dark.color.triplet), abs=3)


def test_the_highlighted_label_stands_out_of_the_dimmed_others():
    styles = drawing.label_styles(encode_labels(np.arange(3)), "truecolor")
    picked = styles.pick(1)
    assert picked[0] == picked[2] == styles.dimmed[0]
    assert picked[1] == styles.bright[1] + drawing.BOLD
    assert styles.pick(None) == list(styles.bright)


@pytest.mark.parametrize(
    "name", ["a", "a very long name of a class indeed", "日本語のラベル", "é" * 40]
)
@pytest.mark.parametrize("width", [12, 24])
def test_a_legend_entry_is_exactly_as_wide_as_it_should_be(name, width):
    entry = drawing.legend_entry(name, 12345, width, RED)
    assert sum(cell_len(part.text) for part in entry) == width
    assert entry[-1].text.endswith("12,345 ")


def test_few_labels_are_listed_in_natural_order_and_many_by_size():
    few = encode_labels(np.array(["b10", "b9", "b9"]))
    assert [few.names[i] for i in drawing.legend_order(few, 5)] == ["b9", "b10"]
    many = encode_labels(np.repeat(np.arange(150), np.arange(150) + 1))
    assert drawing.legend_order(many, 20)[:3] == [149, 148, 147]


def test_the_heading_counts_points_labels_and_what_was_dropped():
    labels = encode_labels(np.array([1, 2, 2]))
    assert drawing.heading("t", 3, 2, labels, ("X",)) == (
        "t   3 points · 2 labels · 2 dropped (not finite) · X"
    )
    assert drawing.heading("t", 1, 0, encode_labels(np.array([1])), ()) == "t   1 point"


def test_dirty_regions_cover_every_changed_cell_and_join_near_ones():
    changed = np.zeros((3, 60), bool)
    changed[0, [2, 5, 50]] = True
    changed[2, 59] = True
    regions = dirty_regions(changed, left=4, top=1)
    assert regions == [Region(6, 1, 4, 1), Region(54, 1, 1, 1), Region(63, 3, 1, 1)]


def test_only_the_span_of_a_line_that_differs_is_repainted():
    line = [Segment("index ", drawing.DIM), Segment("412")]
    assert _changed_span(line, line) is None
    assert _changed_span(line, [Segment("index ", drawing.DIM), Segment("419")]) == (8, 9)
    assert _changed_span(line, [Segment("index ", drawing.DIM), Segment("41")]) == (8, 9)
    assert _changed_span([Segment("日本")], [Segment("日x")]) == (2, 4)


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


@pytest.mark.parametrize(
    ("factor", "text"), [(1, "1"), (2.44, "2.4"), (9.96, "10"), (1234.5, "1,234"), (1e6, "1e+06")]
)
def test_zoom_factors_are_short(factor, text):
    assert drawing.zoom_text(factor) == text


def test_no_key_does_two_things_in_the_same_place():
    for where in ("plot", "legend"):
        keys = [key for a in EMBED_ACTIONS if a.where in (where, "screen") for key in a.keys]
        shadowed = {key for key in keys if keys.count(key) > 1}
        assert not shadowed


def test_marks_and_dots_over_half_blocks():
    cells = np.zeros((4, 2, 3), np.uint8)
    cells[1], cells[2, 0] = 255, (200, 100, 0)
    line = half_blocks.picture_line(cells, "truecolor", {1: "┼", 9: "x"})
    assert [part.text for part in line] == [" ", "┼", "▀", " "]
    assert line[1].style.color.triplet == (0, 0, 0), "black on white"
    assert line[2].style.color.triplet == (200, 100, 0)
    codes, labels = np.array([0, 3, 255, 1]), np.array([-1, 0, 1, 0])
    dots = half_blocks.dotted_line(cells, codes, labels, [RED, BLUE], {3: "◉"})
    assert [part.text for part in dots] == [" ", "⠃", "⣿", "◉"]
    assert dots[2].style.color == BLUE.color
    assert dots[2].style.bgcolor.triplet == (100, 50, 0), "the mean of its halves"


def test_an_odd_row_of_pixels_ends_in_black():
    cells = half_blocks.pixel_cells(np.full((3, 2, 3), 9, np.uint8))
    assert cells.shape == (2, 2, 2, 3)
    assert (cells[1, :, 1] == 0).all()
    assert (cells[1, :, 0] == 9).all()
