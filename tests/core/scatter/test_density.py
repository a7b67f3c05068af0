"""The blurred density of a scatter, against scipy on counts made by hand."""

import numpy as np
import pytest
import scipy.ndimage

from vizterm_core.scatter.density import blurred_density
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.viewport import Viewport


def make_index(count, labels=3, seed=0):
    rng = np.random.default_rng(seed)
    points = np.concatenate([rng.normal(0, 1, (count // 2, 2)), rng.normal(2, 3, (count // 2, 2))])
    x, y = np.ascontiguousarray(points.T)
    return PointIndex(x, y, rng.integers(0, labels, len(x)).astype(np.uint8), labels)


def oracle(index, view, visible, sigma):
    """All points binned far beyond the view, scipy's blur of that, and the mean of 2 x 2 dots."""
    wide = view.padded(60, 30)
    columns, rows = wide.dots_of(index.x, index.y)
    keep = visible[index.labels] & (columns >= 0) & (columns < wide.across)
    keep &= (rows >= 0) & (rows < wide.down)
    counts = np.zeros((wide.down, wide.across))
    np.add.at(counts, (rows[keep], columns[keep]), 1)
    blurred = scipy.ndimage.gaussian_filter(counts, sigma, mode="constant")
    part = blurred[120 : 120 + view.down, 120 : 120 + view.across]
    return part.reshape(view.rows * 2, 2, view.columns, 2).mean(axis=(1, 3))


@pytest.mark.parametrize("sigma", [(0, 0), (1, 1), (4, 4), (3, 8)])
@pytest.mark.parametrize("zoom", [1.013, 3.7])
def test_the_density_is_the_blur_of_the_counts_including_those_outside_the_view(sigma, zoom):
    index = make_index(5000)
    view = Viewport.fit(index.extent, 30, 12).zoomed(zoom, 25.0, 20.0)
    visible = np.array([True, False, True])
    expected = oracle(index, view, visible, sigma)
    for exact in (False, True):
        density = blurred_density(index, view, visible, sigma, exact=exact)
        assert density.shape == (24, 30)
        np.testing.assert_allclose(density, expected, atol=1e-5 * expected.max())


def test_tables_give_nearly_the_same():
    index = make_index(200_000)
    view = Viewport.fit(index.extent, 40, 20)
    visible = np.ones(3, bool)
    quick = blurred_density(index, view, visible, (4, 4))
    exact = blurred_density(index, view, visible, (4, 4), exact=True)
    assert np.abs(quick - exact).max() < 0.05 * exact.max()
    assert quick.sum() == pytest.approx(exact.sum(), rel=1e-3)


def test_quick_counts_are_those_of_the_points_and_none_is_lost():
    for count in (0, 2, 5000, 200_000):
        index = (
            make_index(count)
            if count
            else PointIndex(np.zeros(0), np.zeros(0), np.zeros(0, np.uint8), 3)
        )
        view = Viewport.fit(index.extent, 40, 20)
        counts = index.quick_counts(view, np.ones(3, bool))
        assert counts.shape == (80, 80)
        assert counts.sum() == count
        only = index.quick_counts(view, np.array([False, True, False]))
        assert only.sum() == (index.labels == 1).sum()


def test_outliers_outside_the_grid_are_counted():
    rng = np.random.default_rng(0)
    x = np.append(rng.normal(0, 1, 100_000), 1e4)
    y = np.append(rng.normal(0, 1, 100_000), 1e4)
    index = PointIndex(x, y, np.zeros(x.size, np.uint8), 1)
    view = Viewport.fit(index.extent, 40, 20)
    assert index.quick_counts(view, np.ones(1, bool)).sum() == x.size


def test_many_points_in_a_close_up_without_tables_are_left_to_a_worker():
    index = make_index(600_000)
    index.build_buckets()
    view = Viewport.fit(index.extent, 100, 50).zoomed(2, 100.0, 100.0)
    index._base = None
    assert index.quick_counts(view, np.ones(3, bool)) is None
    assert blurred_density(index, view, np.ones(3, bool), (2, 2)) is None
    assert blurred_density(index, view, np.ones(3, bool), (2, 2), exact=True).sum() > 0
