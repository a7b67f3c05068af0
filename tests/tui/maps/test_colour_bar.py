"""Colour bars: their numbers, title, mark, at any height."""

import numpy as np
import pytest

from vizterm.maps.colour_bar import BAR_WIDTH, colour_bar, title_rows
from vizterm.maps.scale import ColourScale, cut_ends
from vizterm_core.colour.colormaps import find_colormap
from vizterm_core.colour.norms import NORMS, Norm, fit_norm

JET = find_colormap("jet")


def scale_of(low, high, name="minmax", **more):
    return ColourScale(Norm(name, low, high), JET, **more)


def texts(scale, rows, value=None):
    lines = colour_bar(scale, rows, "truecolor", value=value)
    assert len(lines) == rows
    return ["".join(part.text for part in line).replace("▀", "").strip() for line in lines]


def test_small_numbers_share_a_power_of_ten_which_stands_in_the_title():
    said = texts(scale_of(0, 7e-6, title="events / px"), 34)
    assert said[:2] == ["events / px", "× 10⁻⁶"]
    assert [text for text in said[2:] if text] == [f"╴{n}" for n in range(7, -1, -1)]
    assert not any("e" in text for text in said[1:])


def test_large_numbers_do_too():
    said = texts(scale_of(0, 3e7), 20)
    assert said[1] == "× 10⁶"
    assert "╴30" in said


def test_in_a_narrow_range_far_from_zero_the_differences_are_told():
    said = texts(scale_of(1e6 + 0.1, 1e6 + 0.2), 20)
    assert said[1:3] == ["× 10⁻³", "+ 1,000,000.1"] or said[1] == "+ 1,000,000.1"
    numbers = [text for text in said if text.startswith("╴")]
    assert len(numbers) == len(set(numbers)) > 3


def test_limits_are_said_where_the_norm_cuts():
    said = texts(scale_of(1, 9.34, "percentile", below=True, above=True), 20)
    assert said[1] == "╴≥ 9.34"
    assert said[-1] == "╴≤ 1"
    assert not any("≥" in text or "≤" in text for text in texts(scale_of(1, 9.34), 20))


def test_what_a_percentile_cuts_off_is_found():
    values = np.arange(1000.0)
    assert cut_ends(fit_norm(values, "percentile"), values) == (True, True)
    assert cut_ends(fit_norm(values, "minmax"), values) == (False, False)
    assert cut_ends(fit_norm(values, "minmax", vmax=500), values) == (False, True)
    assert cut_ends(fit_norm([np.nan], "minmax"), np.array([np.nan])) == (False, False)


@pytest.mark.parametrize("value", [0.0, 3.3, 5.0, 10.0, 99.0, -99.0])
def test_the_value_looked_at_is_marked_where_its_colour_is(value):
    said = texts(scale_of(0, 10), 21, value)
    marked = [row for row, text in enumerate(said) if text.startswith("◂")]
    inside = min(max(value, 0), 10)
    assert marked == [1 + min(int((1 - inside / 10) * 20), 19)]
    assert not any("◂" in text for text in texts(scale_of(0, 10), 21, float("nan")))


def test_a_marked_value_takes_the_place_of_a_number_in_its_line():
    said = texts(scale_of(0, 10), 21, 0.0)
    assert said[-1] == "◂0"


@pytest.mark.parametrize("rows", range(12))
@pytest.mark.parametrize("name", NORMS)
def test_any_height_any_norm(rows, name):
    scale = ColourScale(
        fit_norm([1.0, 2.0, 30.0], name), JET, "a name that is very long", True, True
    )
    lines = colour_bar(scale, rows, "truecolor", value=2.0)
    assert len(lines) == rows
    assert title_rows(scale, rows) < max(rows, 1)
    for line in lines:
        assert sum(part.cell_length for part in line) <= BAR_WIDTH - 1
        assert not rows or "e-" not in line[-1].text


def test_the_bar_has_all_colours_of_the_map_from_high_to_low():
    lines = colour_bar(scale_of(0, 10), 21, "truecolor")[1:]
    first, last = lines[0][0].style, lines[-1][0].style
    assert tuple(first.color.triplet) == tuple(JET.table[-1])
    assert tuple(last.bgcolor.triplet) == tuple(JET.table[0])
