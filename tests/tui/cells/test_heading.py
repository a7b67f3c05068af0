"""Headings: a title of any kind, and facts that are cut where the line is full."""

import pytest
from rich.cells import cell_len

from vizterm.cells.heading import HeadingText
from vizterm.cells.text import BOLD
from vizterm.cells.theme import theme_for
from vizterm.terminal.facts import Terminal

THEME = theme_for(Terminal())


def plain(line):
    return "".join(part.text for part in line)


@pytest.mark.parametrize("title", ["run 3", "run   3", "", "点の地図"])
def test_all_of_a_title_is_bold_and_nothing_else(title):
    heading = HeadingText.of(title, ["3 points", "2 labels"])
    line = heading.printed_line(60)
    assert [part.text for part in line if part.style == BOLD] == [title]
    assert plain(line) == f"{title}   3 points · 2 labels"
    line = heading.line(60, THEME)
    assert [part.text for part in line if part.style.bold] == [f" {title} "] * bool(title)
    assert plain(line).strip() == f"{title}   3 points · 2 labels".strip()


@pytest.mark.parametrize("columns", [20, 21, 30])
def test_a_printed_heading_is_as_wide_as_the_frame_at_most(columns):
    heading = HeadingText.of("点の地図", ["3 points", "2 labels", "tsne"])
    line = heading.printed_line(columns)
    assert cell_len(plain(line)) == columns
    assert plain(line).endswith("…")


@pytest.mark.parametrize("width", range(1, 45))
def test_a_heading_shows_its_facts_whole_or_not_at_all(width):
    heading = HeadingText.of("data.npz", ["3 points", "2 labels", "coordinates umap"])
    line = plain(heading.line(width, THEME))
    assert cell_len(line) <= max(width, 3)
    shown = line.partition("npz ")[2].strip()
    whole = ["", "3 points", "3 points · 2 labels", "3 points · 2 labels · coordinates umap"]
    assert shown in whole or width < 20
    if width > 22:
        assert shown
