"""What is said of selected points, and of those that a region holds."""

import numpy as np

from vizterm.embed.select.selection_text import counted_make_up, make_up
from vizterm_core.scatter.encode import encode_labels
from vizterm_core.scatter.selection import Selection

KINDS = encode_labels(np.repeat(["cat", "dog", "ship", "car", "deer"], [9, 4, 3, 2, 1]))
EVERY = ~Selection.none(19)


def test_the_biggest_labels_are_named_and_the_others_counted():
    assert make_up(KINDS, EVERY) == "9 cat · 4 dog · 3 ship · 2 more labels"
    assert make_up(KINDS, Selection.of_points(19, np.arange(4, 16))) == "5 cat · 4 dog · 3 ship"
    assert make_up(KINDS, Selection.of_points(19, np.array([0, 1]))) == "cat"
    assert make_up(KINDS, Selection.none(19)) == ""


def test_counts_of_a_region_are_told_in_the_same_way():
    assert counted_make_up(KINDS, KINDS.counts).startswith("19: 9 cat · 4 dog")
    assert counted_make_up(KINDS, 0 * KINDS.counts) == "0"
    one = encode_labels(np.zeros(4, int))
    assert counted_make_up(one, np.array([4])) == "4"


def test_a_name_that_is_a_number_is_not_read_as_a_count():
    digits = encode_labels(np.repeat([3, 1], [183, 182]))
    assert counted_make_up(digits, digits.counts) == "365: 183 of 3 · 182 of 1"


def test_the_range_of_a_quantity_is_that_of_its_levels():
    values = np.append(np.linspace(0, 32, 65), np.nan)
    loss = encode_labels(values)
    counts = np.bincount(loss.codes[8:], minlength=len(loss.names))
    assert counted_make_up(loss, counts, "loss") == "58: loss about 4 to 32 · 1 missing"
    only = np.bincount(loss.codes[-1:], minlength=len(loss.names))
    assert counted_make_up(loss, only, "loss") == "1: 1 missing"
