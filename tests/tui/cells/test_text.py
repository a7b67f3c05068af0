"""Readable text and numbers."""

import pytest
from rich.segment import Segment

from vizterm.cells.text import BOLD, ansi_text, harmless, zoom_text


def test_nothing_that_a_terminal_would_act_on_is_drawn_or_printed():
    line = [Segment("⣿▀ label", BOLD), Segment("a\x1b[2Jb\u202e\x9b\r")]
    assert harmless(line[:1]) == line[:1]
    assert [part.text for part in harmless(line)] == ["⣿▀ label", "a␛[2Jb��␍"]
    assert harmless(line)[0].style is BOLD
    assert ansi_text(line, "none") == "⣿▀ labela␛[2Jb��␍"


@pytest.mark.parametrize(
    ("factor", "text"),
    [
        (0.0213, "0.021"),
        (0.25, "0.25"),
        (0.96, "1"),
        (1, "1"),
        (2.44, "2.4"),
        (9.96, "10"),
        (1234.5, "1,234"),
        (1e6, "1e+06"),
    ],
)
def test_zoom_factors_are_short(factor, text):
    assert zoom_text(factor) == text
