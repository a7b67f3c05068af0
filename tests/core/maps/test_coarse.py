"""Coarse counts, beside the maps that they stand for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm_core.maps.blur import blur
from vizterm_core.maps.coarse import coarse_counts, coarse_factor
from vizterm_core.maps.counts import bin_events


def test_cells_hold_the_sums_of_their_pixels():
    x, y = np.array([0.0, 2.9, 3.0, 6.5, 7.0, -0.1]), np.array([0.0, 1.5, 0.0, 3.9, 0.0, 0.0])
    coarse = coarse_counts(x, y, np.arange(1.0, 7.0), (7, 4), 3)
    assert coarse.cells.tolist() == [[3, 3, 0], [0, 0, 4]]
    assert coarse_counts(x, y, None, (7, 4), 3).cells.sum() == 4


def test_cells_of_a_pixel_give_the_map_itself():
    rng = np.random.default_rng(3)
    x, y = rng.random(500) * 60, rng.random(500) * 40
    counts = bin_events(x, y, None, (60, 40)).counts
    coarse = coarse_counts(x, y, None, (60, 40), 1)
    view = (3.5, 30.0, 10.0, 44.5)
    np.testing.assert_array_equal(
        coarse.blurred((2.0, 3.0), (20, 30), view), blur(counts, (2, 3), shape=(20, 30), view=view)
    )


@pytest.mark.parametrize("size", [(1920, 1080), (1000, 333)])
@pytest.mark.parametrize(("sigmas", "error"), [(2, 0.08), (4, 0.04)])
def test_the_cells_hardly_show_in_a_blurred_map(size, sigmas, error):
    rng = np.random.default_rng(4)
    width, height = size
    x, y = rng.normal(width / 2, width / 12, 400), rng.normal(height / 2, height / 9, 400)
    factor = coarse_factor(size)
    sigma = (sigmas * factor, 1.25 * sigmas * factor)
    exact = blur(bin_events(x, y, None, size).counts, sigma, shape=(60, 120))
    coarse = coarse_counts(x, y, None, size, factor).blurred(sigma, (60, 120))
    assert np.abs(coarse - exact).max() < error * exact.max()
    assert coarse.max() == pytest.approx(exact.max(), rel=error / 2)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(1, 10_000), st.integers(1, 10_000), st.integers(1, 5000))
def test_the_factor_is_the_least(width, height, most):
    def cells(factor):
        return -(-width // factor) * -(-height // factor)

    factor = coarse_factor((width, height), most)
    assert cells(factor) <= most
    assert factor == 1 or cells(factor - 1) > most
