"""Styles of labels, lines of the legend, the heading."""

from dataclasses import replace

import numpy as np
import pytest
from rich.cells import cell_len
from rich.style import Style

from vizterm.cells.text import BOLD
from vizterm.embed.drawing import heading, label_styles, legend_entry, legend_order
from vizterm_core.colour.oklab import to_oklab
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.encode import encode_labels

RED, BLUE = Style(color="red"), Style(color="blue")


def test_every_label_has_a_style_of_its_own_as_far_as_colours_go():
    labels = encode_labels(np.arange(24))
    for colours, distinct in (("truecolor", 24), ("256", 24), ("standard", 12), ("none", 1)):
        styles = label_styles(labels, colours)
        assert len(styles.bright) == len(styles.dimmed) == 24
        assert len(set(styles.bright)) == distinct


def test_colours_are_darker_on_a_light_background():
    labels = encode_labels(np.arange(24))
    dark = label_styles(labels, "truecolor").bright
    light = label_styles(labels, "truecolor", light=True).bright
    for on_dark, on_light in zip(dark, light, strict=True):
        lightness = [to_oklab(style.color.triplet)[0] for style in (on_dark, on_light)]
        # What no screen shows is clipped, which costs a little lightness.
        assert lightness[1] == pytest.approx(0.8 * lightness[0], abs=0.06)


def test_the_highlighted_label_stands_out_of_the_dimmed_others():
    styles = label_styles(encode_labels(np.arange(3)), "truecolor")
    picked = styles.pick(1)
    assert picked[0] == picked[2] == styles.dimmed[0]
    assert picked[1] == styles.bright[1] + BOLD
    assert styles.pick(None) == list(styles.bright)


@pytest.mark.parametrize(
    "name", ["a", "a very long name of a class indeed", "日本語のラベル", "é" * 40]
)
@pytest.mark.parametrize("width", [12, 24])
def test_a_legend_entry_is_exactly_as_wide_as_it_should_be(name, width):
    entry = legend_entry(name, 12345, width, RED)
    assert sum(cell_len(part.text) for part in entry) == width
    assert entry[-1].text.endswith("12,345 ")


def test_few_labels_are_listed_in_natural_order_and_many_by_size():
    few = encode_labels(np.array(["b10", "b9", "b9"]))
    assert [few.names[i] for i in legend_order(few, 5)] == ["b9", "b10"]
    many = encode_labels(np.repeat(np.arange(150), np.arange(150) + 1))
    assert legend_order(many, 20)[:3] == [149, 148, 147]


def test_the_heading_says_what_is_shown_and_what_was_dropped():
    labels = encode_labels(np.array([1, 2, 2]))
    place = np.zeros(3)
    shown = Embedding(place, place, labels, total=5, title="t", notes=("coordinates X",))
    parts = ("3 points", "2 labels", "2 dropped (not finite)", "coordinates X")
    assert heading(shown) == ("t", parts)
    assert heading(replace(shown, coloured_by="species"))[1] == (*parts, "coloured by species")
    one = Embedding(place[:1], place[:1], encode_labels(np.array([1])), total=1, title="t")
    assert heading(replace(one, coloured_by="y")) == ("t", ("1 point",))
    many = encode_labels(np.linspace(0, 1, 100))
    quantity = Embedding(np.zeros(100), np.zeros(100), many, total=100, title="t")
    assert heading(quantity)[1] == ("100 points", "coloured by a quantity")
    assert heading(replace(quantity, coloured_by="mass"))[1] == ("100 points", "coloured by mass")
