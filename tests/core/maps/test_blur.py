import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from vizterm_core.errors import DataError, UsageError
from vizterm_core.maps.blur import EDGE_MODES, blur
from vizterm_core.maps.gaussian import axis_operator, gaussian_kernel

law = settings(max_examples=25, deadline=None, derandomize=True)
WITHIN = {np.float64: 1e-6, np.float32: 1e-5}
SIGMAS = [0, 0.1, 0.5, 1, 2.7, 15, 60, 150, 700, (3, 0), (0, 2), (15, 1.5), (0.4, 150)]
SIZES = [(1, 1), (1, 7), (2, 1), (2, 3), (5, 4), (37, 53), (60, 31)]


def scattered(size, seed=0):
    """Mostly zeros, some counts, also in two corners: (H, W) float64."""
    counts = np.random.default_rng(seed).poisson(0.05, size).astype(float)
    counts[0, -1] += 3
    counts[-1, 0] += 1
    return counts


def area_means(full, shape, view):
    """The means of a full map over the pixels of a display, weighing each by its overlap."""
    for axis, (count, start, stop) in enumerate(
        ((shape[0], view[0], view[1]), (shape[1], view[2], view[3]))
    ):
        edges = np.linspace(start, stop, count + 1)
        pixels = np.arange(full.shape[axis])
        ends = np.minimum(edges[1:, None], pixels + 1)
        shares = np.clip(ends - np.maximum(edges[:-1, None], pixels), 0, None)
        shares /= shares.sum(axis=1, keepdims=True)
        full = np.moveaxis(np.tensordot(shares, full, (1, axis)), 0, axis)
    return full


def views(size):
    """Shapes and views: all of it, smaller, larger, parts at fractions, less than one pixel."""
    height, width = size
    whole = (0.0, float(height), 0.0, float(width))
    return [
        ((1, 1), whole),
        ((3, 2), whole),
        ((height, width), whole),
        ((2 * height + 1, 3 * width), whole),
        ((4, 5), (0.0, height * 0.6, width * 0.1, float(width))),
        ((7, 9), (height * 0.3, height * 0.3 + 0.4, width * 0.2, width * 0.2 + 0.7)),
        ((2, 3), (height - 1.0, float(height), 0.0, 1.0)),
        ((3, 3), (height - 0.5, float(height), width - 0.25, float(width))),
    ]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("mode", EDGE_MODES)
@pytest.mark.parametrize("sigma", SIGMAS)
def test_blur_is_scipys_in_full_and_averaged_over_any_display(sigma, mode, dtype):
    for size in SIZES:
        counts = scattered(size)
        full = gaussian_filter(counts, sigma, mode=mode)
        near = WITHIN[dtype] * full.max()
        given_counts = counts.astype(dtype)
        found = blur(given_counts, sigma, mode=mode)
        assert found.shape == size and found.dtype == dtype
        assert np.abs(found - full).max() <= near
        assert found.min() >= 0
        assert np.array_equal(given_counts, counts)
        for shape, view in views(size):
            found = blur(given_counts, sigma, shape=shape, view=view, mode=mode)
            assert found.shape == shape and found.dtype == dtype
            assert np.abs(found - area_means(full, shape, view)).max() <= near
            assert found.min() >= 0


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("sigma", [5, 50, 150])
def test_a_large_screen_with_few_events_is_exact_and_never_negative(sigma, dtype):
    counts = np.zeros((540, 961), dtype)
    counts[[0, 3, 200, 539], [960, 950, 400, 0]] = 1, 1, 40, 7
    full = gaussian_filter(counts.astype(float), sigma)
    near = WITHIN[dtype] * full.max()
    found = blur(counts, sigma)
    assert np.abs(found - full).max() <= near and found.min() >= 0
    view = (0.0, 540.0, 0.0, 961.0)
    found = blur(counts, sigma, shape=(70, 120))
    assert np.abs(found - area_means(full, (70, 120), view)).max() <= near and found.min() >= 0


def test_the_full_blur_is_zero_where_nothing_is_near():
    counts = np.zeros((200, 300), np.float32)
    counts[20, 30] = 1000
    blurred = blur(counts, 5)
    assert blurred[20, 30] > 0 and not blurred[60:].any() and not blurred[:, 80:].any()


def test_a_lone_event_by_hand():
    counts = np.zeros((5, 5))
    counts[2, 2] = 1
    kernel = np.exp(-0.5 * np.arange(-2, 3) ** 2)
    kernel /= kernel.sum()
    assert np.allclose(blur(counts, 1, truncate=2), np.outer(kernel, kernel), rtol=0, atol=1e-15)
    assert blur(counts, 1, truncate=2, shape=(1, 1))[0, 0] == pytest.approx(1 / 25)


@pytest.mark.parametrize("truncate", [0, 0.4, 1, 2.5, 6])
def test_the_kernel_is_cut_off_where_scipy_cuts(truncate):
    counts = scattered((20, 30))
    full = gaussian_filter(counts, 3, truncate=truncate)
    assert np.allclose(blur(counts, 3, truncate=truncate), full, rtol=0, atol=1e-12)
    found = blur(counts, 3, shape=(5, 6), truncate=truncate)
    assert np.allclose(found, area_means(full, (5, 6), (0, 20, 0, 30)), rtol=0, atol=1e-12)


def test_without_blur_the_map_itself_is_shown():
    counts = scattered((4, 6))
    assert np.array_equal(blur(counts, 0), counts)
    assert np.allclose(blur(counts, 0, shape=(4, 6)), counts, rtol=0, atol=1e-15)
    twice = counts.repeat(2, axis=0).repeat(3, axis=1)
    assert np.allclose(blur(counts, 0, shape=(8, 18)), twice, rtol=0, atol=1e-12)
    assert blur(counts, 0) is not counts


@pytest.mark.parametrize(
    ("given_dtype", "dtype"),
    [
        *(("?", "f4"), ("i1", "f4"), ("u1", "f4"), (">i2", "f4"), ("u2", "f4"), ("f2", "f4")),
        *((">f4", "f4"), ("<f8", "f8"), (">f8", "f8"), ("i4", "f8"), ("u4", "f8"), ("i8", "f8")),
        *(("u8", "f8"), ("g", "f8")),
    ],
)
def test_every_dtype_is_blurred_as_floats(given_dtype, dtype):
    counts = np.zeros((30, 40), given_dtype)
    counts[15, 20] = 100 if counts.dtype.kind != "b" else 1
    full = gaussian_filter(counts.astype(float), 15)
    for found, expected in (
        (blur(counts, 15), full),
        (blur(counts, 15, shape=(3, 4)), area_means(full, (3, 4), (0, 30, 0, 40))),
    ):
        assert found.dtype == dtype and found.max() > 0
        assert np.abs(found - expected).max() <= 1e-6 * full.max()


@pytest.mark.parametrize("mode", EDGE_MODES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_missing_cells_are_left_out_of_every_mean(mode, dtype, hole):
    counts = scattered((40, 300)) + 1
    missing = np.zeros(counts.shape, bool)
    missing[5:20, 10:90] = missing[0, 0] = missing[39, 299] = True
    # Outside of the map there are zeros, which nobody misses.
    values = gaussian_filter(np.where(missing, 0, counts), (4, 3), mode=mode)
    present = 1 - gaussian_filter(missing.astype(float), (4, 3), mode=mode)
    holed = np.where(missing, hole, counts).astype(dtype)
    expected = values / present
    assert np.abs(blur(holed, (4, 3), mode=mode) - expected).max() <= 1e-5 * expected.max()
    whole, shape = (0.0, 40.0, 0.0, 300.0), (8, 30)
    means = area_means(values, shape, whole) / area_means(present, shape, whole)
    found = blur(holed, (4, 3), shape=shape, mode=mode)
    assert np.abs(found - means).max() <= 1e-5 * means.max()


@pytest.mark.parametrize("mode", ["reflect", "mirror", "nearest"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_holes_in_an_even_map_leave_no_trace(mode, dtype):
    counts = np.full((60, 80), 7, dtype)
    counts[np.random.default_rng(0).random(counts.shape) < 0.9] = np.nan
    counts[:, 40:] = np.nan
    for found in (blur(counts, 5, mode=mode), blur(counts, 5, shape=(6, 8), mode=mode)):
        # Farther than four sigmas from anything there is nothing to say.
        known = np.isfinite(found)
        assert known[:, 0].all() and not known[:, -1].any()
        assert np.allclose(found[known], 7, rtol=1e-5, atol=0)


def test_missing_cells_without_blur_stay_missing():
    counts = np.array([[1.0, np.nan], [np.inf, 4.0]])
    assert np.array_equal(blur(counts, 0), [[1, np.nan], [np.nan, 4]], equal_nan=True)
    assert np.array_equal(blur(counts, 0, shape=(1, 2)), [[1, 4]])
    assert np.isnan(blur(np.full((3, 4), np.nan), 2)).all()
    assert np.isnan(blur(np.full((3, 4), np.nan), 2, shape=(2, 2))).all()


def test_cells_missing_out_of_reach_change_nothing():
    counts = scattered((50, 60))
    holed = counts.copy()
    holed[40:, 50:] = np.nan
    view = (0.0, 10.0, 0.0, 10.0)
    expected = blur(counts, 2, shape=(5, 5), view=view)
    assert np.array_equal(blur(holed, 2, shape=(5, 5), view=view), expected)


def test_blur_is_linear_and_negative_values_stay_negative():
    first, second = scattered((20, 30), 1), scattered((20, 30), 2)
    for options in ({}, {"shape": (7, 9)}):
        both = blur(first - 2 * second, 3, **options)
        apart = blur(first, 3, **options) - 2 * blur(second, 3, **options)
        assert both.min() < 0 and np.allclose(both, apart, rtol=0, atol=1e-12)


side = st.integers(1, 12)


@law
@given(side, side, st.floats(0, 30), st.floats(0, 30), side, side)
def test_reflecting_edges_keep_the_mean(height, width, sigma_y, sigma_x, rows, columns):
    counts = np.random.default_rng(height * 13 + width).random((height, width))
    for found in (
        blur(counts, (sigma_y, sigma_x)),
        blur(counts, (sigma_y, sigma_x), shape=(rows, columns)),
    ):
        assert found.mean() == pytest.approx(counts.mean())


@law
@given(side, side, st.floats(0, 30), st.sampled_from(EDGE_MODES), st.data())
def test_halves_of_a_view_are_the_view(rows, columns, sigma, mode, data):
    counts = scattered((17, 23))
    top = data.draw(st.floats(0, 16))
    bottom = data.draw(st.floats(top + 0.01, 17))
    middle = (top + bottom) / 2
    whole = blur(
        counts, sigma, shape=(2 * rows, columns), view=(top, bottom, 3.25, 20.5), mode=mode
    )
    halves = [
        blur(counts, sigma, shape=(rows, columns), view=(a, b, 3.25, 20.5), mode=mode)
        for a, b in ((top, middle), (middle, bottom))
    ]
    assert np.allclose(np.concatenate(halves), whole, rtol=1e-9, atol=1e-10)


@law
@given(side, side, st.floats(0, 30), st.sampled_from(EDGE_MODES))
def test_a_mirrored_map_gives_a_mirrored_blur(height, width, sigma, mode):
    counts = np.random.default_rng(height * 13 + width).random((height, width))
    for options in ({}, {"shape": (5, 7)}):
        there = blur(counts[::-1, ::-1], sigma, mode=mode, **options)[::-1, ::-1]
        assert np.allclose(there, blur(counts, sigma, mode=mode, **options), rtol=0, atol=1e-10)


def test_rounding_may_carry_a_view_a_little_beyond_the_map():
    counts = scattered((20, 30))
    exact = blur(counts, 2, shape=(4, 5))
    view = (-1e-9, 20 + 1e-9, -1e-9, 30 + 1e-9)
    assert np.array_equal(blur(counts, 2, shape=(4, 5), view=view), exact)


def test_only_pixels_within_reach_of_the_kernel_are_touched():
    operator = axis_operator(10, 1000, 5.0, 500.0, 520.0, "reflect", 4.0, np.dtype(np.float32))
    assert operator.touched == slice(480, 540)
    assert operator.weights.dtype == np.float32 and not operator.weights.flags.writeable
    assert np.allclose(operator.sums, 1, rtol=0, atol=1e-12)


def test_panning_back_makes_no_new_operators():
    counts = scattered((50, 70))
    for left in (0.0, 1.5, 0.0, 1.5):
        blur(counts, 3, shape=(5, 6), view=(0.0, 40.0, left, left + 60))
    axis_operator.cache_clear()
    for left in (0.0, 1.5, 0.0, 1.5):
        blur(counts, 3, shape=(5, 6), view=(0.0, 40.0, left, left + 60))
    # One for the rows, two for the columns.
    assert axis_operator.cache_info().misses == 3
    blur(counts, 3)
    assert axis_operator.cache_info().misses == 3


def test_the_kernel_adds_up_to_one():
    for sigma in (0, 0.1, 1, 50):
        kernel = gaussian_kernel(sigma)
        assert kernel.weights.sum() == pytest.approx(1, abs=1e-14)
        assert kernel.last == -kernel.first == int(4 * sigma + 0.5)


def test_a_map_without_pixels():
    assert blur(np.zeros((0, 5), np.float32), 3).shape == (0, 5)
    assert blur(np.zeros((4, 0)), 3).shape == (4, 0)
    with pytest.raises(DataError, match=r"\(0, 5\)"):
        blur(np.zeros((0, 5)), 3, shape=(2, 2))


@pytest.mark.parametrize(
    "counts",
    [np.zeros(4), np.zeros((2, 2, 2)), 5.0, np.zeros((2, 2), complex), np.array([["a"]])],
)
def test_other_arrays_than_maps_are_refused(counts):
    with pytest.raises(DataError, match="counts"):
        blur(counts, 1)


@pytest.mark.parametrize("sigma", [-1, np.nan, np.inf, (1, -1), (1,), (1, 2, 3), "wide", None, 1e9])
def test_sigmas_that_make_no_sense_are_refused(sigma):
    with pytest.raises(UsageError, match="sigma"):
        blur(np.zeros((3, 3)), sigma)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"shape": (0, 5)}, "shape"),
        ({"shape": (5, -1)}, "shape"),
        ({"shape": (5.5, 5)}, "shape"),
        ({"shape": (5,)}, "shape"),
        ({"shape": 5}, "shape"),
        ({"view": (0, 3, 0, 3)}, "view without a shape"),
        ({"shape": (2, 2), "view": (0, 3)}, "view"),
        ({"shape": (2, 2), "view": 3}, "view"),
        ({"shape": (2, 2), "view": (-0.5, 3, 0, 4)}, "view"),
        ({"shape": (2, 2), "view": (0, 3.5, 0, 4)}, "view"),
        ({"shape": (2, 2), "view": (0, 3, 0, 4.5)}, "view"),
        ({"shape": (2, 2), "view": (2, 2, 0, 4)}, "view"),
        ({"shape": (2, 2), "view": (0, 3, 3, 1)}, "view"),
        ({"shape": (2, 2), "view": (0, np.nan, 0, 4)}, "view"),
        ({"mode": "wrap"}, "reflect, mirror, nearest, constant"),
        ({"truncate": -1}, "truncate"),
        ({"truncate": np.nan}, "truncate"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, words):
    with pytest.raises(UsageError, match=words):
        blur(np.zeros((3, 4)), 1, **options)
