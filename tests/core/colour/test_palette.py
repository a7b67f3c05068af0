import numpy as np
import pytest

from vizterm_core.colour.find_palette import find_palette, least_apart, main, shortfalls
from vizterm_core.colour.palette import (
    FIRST_COLOURS,
    LEAST_APART,
    LEAST_APART_FIRST,
    MISSING_COLOUR,
    MOST_DISTINCT,
    PALETTE,
    categorical_palette,
    distances,
    extend_palette,
    perceived,
)


# OKLab of sRGB primaries, as published by B. Ottosson and in the CSS Color 4 examples.
@pytest.mark.parametrize(
    ("colour", "oklab"),
    [
        ((255, 255, 255), (1.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((255, 0, 0), (0.62796, 0.22486, 0.12585)),
        ((0, 255, 0), (0.86644, -0.23389, 0.17950)),
        ((0, 0, 255), (0.45201, -0.03246, -0.31153)),
        ((128, 128, 128), (0.59987, 0.0, 0.0)),
        # In the straight part of the sRGB curve: the cube root of 5 / 255 / 12.92.
        ((5, 5, 5), (0.11492, 0.0, 0.0)),
    ],
)
def test_normal_vision_is_oklab(colour, oklab):
    assert perceived([colour])[0, 0] == pytest.approx(oklab, abs=1e-4)


def test_greys_are_grey_to_all_eyes():
    seen = perceived([(level,) * 3 for level in (0, 64, 128, 255)])
    assert seen.shape == (4, 4, 3)
    assert np.abs(seen[..., 1:]).max() < 1e-3
    assert np.ptp(seen[..., 0], axis=1).max() < 1e-3


def test_red_and_green_come_closer_for_the_red_green_blind_only():
    red, green = perceived([(200, 60, 60), (90, 130, 50)])
    apart = np.linalg.norm(red - green, axis=-1)
    assert apart[1] < apart[0] / 2 and apart[2] < apart[0] / 2
    assert apart[3] > apart[0] * 0.7


def test_distances_are_the_least_over_the_visions():
    first, second = perceived([(255, 0, 0), (1, 2, 3)]), perceived([(0, 255, 0), (9, 8, 7)])
    expected = [[min(np.linalg.norm(a[v] - b[v]) for v in range(4)) for b in second] for a in first]
    assert distances(first, second) == pytest.approx(np.array(expected))
    assert distances(first, first).diagonal().tolist() == [0, 0]


def test_the_palette_keeps_what_its_docstring_promises():
    assert len(PALETTE) == 24
    assert (FIRST_COLOURS, LEAST_APART_FIRST, LEAST_APART) == (14, 0.085, 0.073)
    assert least_apart(perceived(PALETTE[:14])) >= 0.085
    assert least_apart(perceived(PALETTE)) >= 0.073
    assert shortfalls(PALETTE) == []
    assert perceived(PALETTE[:12])[:, 0, 0].min() >= 0.6
    to_grey = np.linalg.norm(perceived(PALETTE)[:, 0] - perceived([MISSING_COLOUR])[:, 0], axis=-1)
    assert to_grey.min() > 0.05


@pytest.mark.parametrize("count", [0, 1, 2, 14, 24])
def test_few_categories_get_the_first_colours(count):
    colours = categorical_palette(count)
    assert colours.dtype == np.uint8 and colours.shape == (count, 3)
    assert colours.tolist() == [list(colour) for colour in PALETTE[:count]]


def test_a_longer_palette_begins_with_the_shorter_and_repeats_after_256():
    assert MOST_DISTINCT == 256
    colours = categorical_palette(10_000)
    assert np.array_equal(colours[:24], PALETTE)
    assert np.array_equal(colours[:100], categorical_palette(100))
    assert len(np.unique(colours[:MOST_DISTINCT], axis=0)) == MOST_DISTINCT
    assert np.array_equal(colours[MOST_DISTINCT : 2 * MOST_DISTINCT], colours[:MOST_DISTINCT])
    assert len(colours) == 10_000


def test_further_colours_are_readable_on_black_and_on_white_and_keep_apart():
    colours = categorical_palette(MOST_DISTINCT)
    lightness = perceived(colours)[24:, 0, 0]
    assert lightness.min() >= 0.5 and lightness.max() <= 0.9
    assert least_apart(perceived(colours[:64])) > 0.03
    assert least_apart(perceived(colours)) > 0.01


def test_extending_takes_the_farthest_candidate_each_time():
    start = ((255, 0, 0), (0, 0, 255))
    longer = extend_palette(start, 4)
    assert longer[:2] == start and longer[:3] == extend_palette(start, 3)
    side = np.linspace(0, 255, 16).round()
    candidates = np.array([(r, g, b) for r in side for g in side for b in side])
    seen = perceived(candidates)
    candidates, seen = candidates[ok := abs(seen[:, 0, 0] - 0.7) <= 0.2], seen[ok]
    for known in (2, 3):
        nearest = distances(seen, perceived([*longer[:known], MISSING_COLOUR])).min(axis=1)
        taken = distances(perceived([longer[known]]), seen)[0].argmin()
        assert nearest[taken] == pytest.approx(nearest.max())
        assert tuple(candidates[taken]) == longer[known]


def test_extending_to_fewer_cuts_off():
    assert extend_palette(PALETTE, 3) == PALETTE[:3]


def test_the_least_distance_is_that_of_the_closest_pair():
    seen = perceived([(255, 0, 0), (0, 0, 255), (250, 5, 5)])
    assert least_apart(seen) == pytest.approx(distances(seen[:1], seen[2:])[0, 0])


def test_shortfalls_are_named():
    close = [*PALETTE[:13], (76, 189, 255), *PALETTE[14:]]
    first, every = shortfalls(close)
    assert first.startswith("two of the first 14 are 0.00") and first.endswith("not 0.085")
    assert every.startswith("two of the first 24 are 0.00") and every.endswith("not 0.073")
    dark = shortfalls([(0, 0, 90), *PALETTE[1:]])
    assert any("lightness" in wrong for wrong in dark)
    grey = shortfalls([*PALETTE[:23], (130, 130, 130)])
    assert any("grey of missing values" in wrong for wrong in grey)


def test_the_search_brings_colours_apart_and_can_be_repeated():
    start, later = find_palette(steps=0), find_palette(steps=400)
    assert len(start) == len(set(later)) == 24 and start != later
    assert least_apart(perceived(later)) > 1.1 * least_apart(perceived(start))
    assert least_apart(perceived(later[:14])) > least_apart(perceived(start[:14]))
    assert find_palette(steps=400) == later != find_palette(steps=400, seed=3)
    lightness = perceived(later)[:, 0, 0]
    assert lightness[:12].min() >= 0.6 and lightness.min() >= 0.5 and lightness.max() <= 0.95


def test_the_search_finds_a_palette_that_keeps_the_stated_distances():
    # One seed would do on one machine; elsewhere rounding may lead the search another way.
    assert any(not shortfalls(find_palette(seed=seed)) for seed in range(2, 6))


def test_the_script_prints_a_palette_and_where_it_falls_short(capsys):
    main(["--count", "16", "--steps", "1"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 18 and all(line.startswith("(") for line in lines[:16])
    assert lines[16].startswith("the first 14: 0.0") and lines[17].startswith("all 16: 0.0")
    assert any("two of the first 14 are" in line for line in lines[18:])
