"""Braille dots as segments."""

import numpy as np
from rich.style import Style

from vizterm.cells.dots import plot_line
from vizterm.cells.text import PLAIN

RED, BLUE = Style(color="red"), Style(color="blue")


def texts_and_styles(segments):
    return [(text, style) for text, style, _ in segments]


def test_a_plot_line_is_run_length_coded_by_label():
    codes = np.array([0, 1, 255, 3, 0], np.uint8)
    labels = np.array([-1, 0, 0, 1, -1])
    line = plot_line(codes, labels, [RED, BLUE])
    assert texts_and_styles(line) == [
        (" ", PLAIN), ("⠁⣿", RED), ("⠃", BLUE), (" ", PLAIN),
    ]  # fmt: skip


def test_marks_are_drawn_over_a_plot_line_without_shifting_it():
    codes = np.full(4, 255, np.uint8)
    line = plot_line(codes, np.zeros(4, int), [RED], {0: ("◉", BLUE), 2: ("◆", BLUE)})
    assert texts_and_styles(line) == [("◉", BLUE), ("⣿", RED), ("◆", BLUE), ("⣿", RED)]
    assert plot_line(codes[:0], np.zeros(0, int), [RED]) == []
