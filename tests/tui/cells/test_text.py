"""Readable text and numbers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment

from vizterm.cells.text import (
    BOLD,
    ansi_text,
    cut_name,
    fit_name,
    harmless,
    name_width,
    zoom_text,
)
from vizterm.cells.wrap import wrapped
from vizterm_core.text import clean, drawable

law = settings(max_examples=150, deadline=None, derandomize=True)
texts = st.text(
    st.characters(codec=None, exclude_categories=())
    | st.sampled_from("a/ \\e\u0301猫😀🇩👍🏽\u200d\ufe0f\x1b\u202e\u200fאب…"),
    max_size=80,
)


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


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("short", 9, "short"),
        ("/data/imagenet/train/n02123/img_77.jpg", 24, "…/n02123/img_77.jpg"),
        ("/data/imagenet/train/n02123/img_77.jpg", 30, "…/train/n02123/img_77.jpg"),
        ("/data/imagenet/train/n02123/img_77.jpg", 12, "…/img_77.jpg"),
        ("/data/imagenet/train/n02123/img_77.jpg", 9, "/dat….jpg"),
        ("C:\\photos\\my cats\\cat 12.jpg", 16, "…\\cat 12.jpg"),
        ("my photos/of cats/cat 12.jpg", 22, "…/of cats/cat 12.jpg"),
        # A slash in a sentence is no directory, and a file alone would waste the room.
        ("a photo of a cat and/or a dog, number 12", 20, "a photo of…number 12"),
        ("x/the_name_of_a_directory_that_is_long/7.jpg", 30, "x/the_name_of_a…_is_long/7.jpg"),
        ("a very long class name that goes on, really", 24, "a very long … on, really"),
        ("一二三四五六七八九十", 10, "一二…九十"),
        ("一二三四五六七八九十", 11, "一二三…九十"),
        ("e\u0301" * 20, 5, "e\u0301" * 2 + "…" + "e\u0301" * 2),
        ("🇩🇪🇫🇷🇮🇹🇪🇸🇵🇱", 7, "🇩🇪🇫🇷…🇵🇱"),
        ("line\nbreak and\ttab", 12, "line␊b…d␉tab"),
        ("abcdef", 2, "a…"),
        ("abcdef", 1, "…"),
        ("abcdef", 0, ""),
    ],
)
def test_names_are_cut_where_they_are_alike(text, width, cut):
    assert cut_name(text, width) == cut


@law
@given(texts, st.integers(0, 60))
def test_a_name_fits_whatever_it_is(text, width):
    assert cell_len(cut_name(text, width)) <= width
    assert cell_len(fit_name(text, width)) == width
    assert cut_name(text, width) == clean(cut_name(text, width))
    assert name_width(text) == min(200, cell_len(drawable(text)))
    if name_width(text) <= width:
        assert cut_name(text, width) == clean(text)


@law
@given(texts, st.integers(2, 30), st.integers(1, 6))
def test_wrapped_text_is_whole_or_lacks_its_middle(text, width, most):
    whole = wrapped(text, width)
    assert all(0 < cell_len(line) <= width for line in whole)
    assert "".join("".join(whole).split()) == "".join(drawable(text).split())
    cut = wrapped(text, width, most)
    assert len(cut) == min(len(whole), most)
    assert all(cell_len(line) <= width for line in cut)
    if len(whole) > most > 1:
        assert any("…" in line for line in cut) and cut[-1] == whole[-1]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("/data/imagenet/n02123/img_77.jpg", 16, ["/data/imagenet/", "n02123/", "img_77.jpg"]),
        ("a_name_without_any_blank", 10, ["a_name_", "without_", "any_blank"]),
        ("x" * 7, 3, ["xxx", "xxx", "x"]),
        ("a name\nof lines", 20, ["a name␊of lines"]),
    ],
)
def test_words_are_broken_where_they_are_made_of_parts(text, width, lines):
    assert wrapped(text, width) == lines
