"""Overlays as a display shows them, and the values on single pixels."""

import numpy as np
import pytest
from tests.support.maps import RNG, photograph

from vizterm_core.colour.norms import fit_norm
from vizterm_core.maps.overlay import (
    MODES,
    OVERLAY_NORMS,
    checked_style,
    overlay,
    place_map,
)
from vizterm_core.pictures import resize
from vizterm_core.pictures.resize import average_area, resize_bilinear


@pytest.mark.parametrize("norm", OVERLAY_NORMS)
@pytest.mark.parametrize("dtype", ["u1", "f4", "f8"])
def test_a_display_of_all_pixels_shows_the_full_size_result(dtype, norm):
    image = photograph(30, 40)
    feature = (RNG.normal(0.5, 0.3, (8, 10)) * (200 if dtype == "u1" else 1)).clip(0).astype(dtype)
    placed = place_map(feature, (30, 40), norm)
    full, shown = placed.shares(), placed.shares(display=(30, 40))
    assert full.dtype == shown.dtype
    assert np.abs(full.astype(float) - shown).max() <= (1 if full.dtype == np.uint8 else 1e-5)
    for mode in MODES:
        style = checked_style(mode, 0.5, "jet")
        expected = overlay(image, feature, mode=mode, norm=norm)
        assert np.array_equal(placed.over(image, full, style), expected)


def test_a_display_averages_the_map_before_the_norm():
    feature = RNG.random((8, 10))
    placed = place_map(feature, (32, 40), "percentile")
    view, display = (3.5, 20.0, 1.0, 31.25), (5, 6)
    averaged = average_area(resize_bilinear(feature, (32, 40)), display, view)
    assert np.allclose(placed.shares(view, display), placed.norm(averaged), rtol=0, atol=1e-12)


@pytest.mark.parametrize("norm", OVERLAY_NORMS)
def test_limits_are_those_of_the_map_on_the_images_pixels(norm):
    feature = RNG.normal(0, 1, (7, 9)).astype(np.float32)
    for size in ((7, 9), (40, 50), (4, 90), (3, 3)):
        placed = place_map(feature, size, norm)
        whole = resize_bilinear(feature, size)
        expected = fit_norm(whole, norm)
        assert placed.norm.low == pytest.approx(expected.low, abs=1e-6)
        assert placed.norm.high == pytest.approx(expected.high, abs=1e-6)
        assert placed.greatest == pytest.approx(whole.max(), abs=1e-6)
        assert placed.least == pytest.approx(whole.min(), abs=1e-6)
        assert placed.peak == pytest.approx(expected(whole).max(), abs=1e-6)


def test_norms_that_rank_look_at_a_grid_of_a_large_map():
    feature = RNG.random((40, 40))
    placed = place_map(feature, (1200, 1000), "percentile")
    whole = resize_bilinear(feature, (1200, 1000))
    assert placed.norm.low == pytest.approx(np.percentile(whole, 1), abs=0.01)
    assert placed.norm.high == pytest.approx(np.percentile(whole, 99), abs=0.01)
    grid = whole[::3, ::3]
    assert placed.norm.low == np.percentile(grid, 1)


def test_the_value_under_a_crosshair_is_the_drawn_one():
    feature = RNG.random((5, 6)).astype(np.float32)
    for size in ((5, 6), (20, 30), (3, 30)):
        placed = place_map(feature, size)
        whole, shares = resize_bilinear(feature, size), placed.shares()
        for row, column in ((0, 0), (2, 5), (size[0] - 1, size[1] - 1)):
            raw, share = placed.at(row, column)
            assert raw == pytest.approx(whole[row, column], abs=1e-7)
            assert share == pytest.approx(shares[row, column], abs=1e-7)
    levels = place_map(np.array([[0, 100]], np.uint8), (1, 4), "none")
    assert [levels.at(0, column)[0] for column in range(4)] == [0, 25, 75, 100]
    holed = place_map(np.array([[np.nan, 1.0, 2.0]]), (1, 3))
    assert np.isnan(holed.at(0, 0)).all() and holed.at(0, 2) == (2, 1)


def test_nothing_of_the_images_size_is_built_for_a_display(monkeypatch):
    largest = []
    for name in ("_over_present", "apply_bands"):
        original = getattr(resize, name)

        def watched(*args, original=original):
            built = original(*args)
            largest.append(built.size)
            return built

        monkeypatch.setattr(resize, name, watched)
    placed = place_map(RNG.random((64, 64)).astype(np.float32), (6000, 8000))
    placed.shares(display=(50, 60))
    placed.at(10, 10)
    assert len(largest) >= 3 and max(largest) <= 130 * 130
