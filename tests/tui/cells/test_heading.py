"""Headings: a title of any kind, and facts that are cut where the line is full."""

import pytest
from rich.cells import cell_len

from vizterm.cells.heading import HeadingText
from vizterm.cells.text import BOLD


def plain(line):
    return "".join(part.text for part in line)


@pytest.mark.parametrize("title", ["run 3", "run   3", "", "点の地図"])
def test_all_of_a_title_is_bold_and_nothing_else(title):
    heading = HeadingText.of(title, ["3 points", "2 labels"])
    for line in (heading.line(), heading.printed_line(60)):
        bold = [part.text for part in line if part.style == BOLD]
        assert bold == [title]
        assert plain(line) == f"{title}   3 points · 2 labels"


@pytest.mark.parametrize("columns", [20, 21, 30])
def test_a_printed_heading_is_as_wide_as_the_frame_at_most(columns):
    line = HeadingText("点の地図", "3 points · 2 labels · tsne").printed_line(columns)
    assert cell_len(plain(line)) == columns
    assert plain(line).endswith("…")
