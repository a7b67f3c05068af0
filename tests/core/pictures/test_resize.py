import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizterm_core.errors import DataError, UsageError
from vizterm_core.pictures.resize import (
    average_area,
    checked_view,
    extreme_lines,
    resize_bilinear,
    sample_bilinear,
    shrink,
)

law = settings(max_examples=80, deadline=None, derandomize=True)
side = st.integers(1, 12)
level = st.floats(-100, 100, width=32)
maps = hnp.arrays(np.float64, st.tuples(side, side), elements=level)


def bilinear(values, shape):
    """cv2's INTER_LINEAR and torch's align_corners=False, one pixel at a time."""
    (h, w), (H, W) = values.shape, shape
    result = np.empty(shape)
    for row in range(H):
        for column in range(W):
            y = min(max((row + 0.5) * h / H - 0.5, 0), h - 1)
            x = min(max((column + 0.5) * w / W - 0.5, 0), w - 1)
            top, left = int(y), int(x)
            bottom, right = min(top + 1, h - 1), min(left + 1, w - 1)
            t, s = y - top, x - left
            above = values[top, left] * (1 - s) + values[top, right] * s
            below = values[bottom, left] * (1 - s) + values[bottom, right] * s
            result[row, column] = above * (1 - t) + below * t
    return result


def area(values, rows, columns):
    """Exact means over areas, by repeating every row, then every column."""
    for outputs in (rows, columns):
        repeats = np.lcm(len(values), outputs) // len(values)
        values = values.repeat(repeats, axis=0)
        values = values.reshape(outputs, -1, values.shape[1]).mean(axis=1).T
    return values


@law
@given(maps, st.integers(0, 20), st.integers(0, 20))
def test_enlarging_is_bilinear_between_pixel_centres(values, more_rows, more_columns):
    shape = values.shape[0] + more_rows, values.shape[1] + more_columns
    resized = resize_bilinear(values, shape)
    assert resized.dtype == np.float64
    assert np.abs(resized - bilinear(values, shape)).max() <= 1e-12 * 100
    narrow = resize_bilinear(values.astype(np.float32), shape)
    assert narrow.dtype == np.float32
    assert np.abs(narrow - bilinear(values, shape)).max() <= 1e-6 * 100


@law
@given(maps, side, side)
def test_shrinking_takes_the_mean_of_every_area(values, rows, columns):
    rows, columns = min(rows, values.shape[0]), min(columns, values.shape[1])
    expected = area(values, rows, columns)
    assert np.abs(resize_bilinear(values, (rows, columns)) - expected).max() <= 1e-10
    assert np.array_equal(shrink(values, (rows, columns)), resize_bilinear(values, (rows, columns)))


def test_a_large_map_is_shrunk_to_the_same():
    values = np.random.default_rng(0).random((300, 400))
    for shape in ((37, 53), (300, 100), (7, 400), (1, 1)):
        assert np.abs(resize_bilinear(values, shape) - area(values, *shape)).max() <= 1e-12


def test_one_axis_may_grow_while_the_other_shrinks():
    values = np.random.default_rng(0).random((4, 12))
    expected = bilinear(area(values, 4, 5), (9, 5))
    assert np.abs(resize_bilinear(values, (9, 5)) - expected).max() <= 1e-12


def test_resizing_by_example():
    assert resize_bilinear([[0, 4]], (1, 4)).tolist() == [[0, 1, 3, 4]]
    assert resize_bilinear([[0], [6]], (3, 1)).tolist() == [[0], [3], [6]]
    assert resize_bilinear([[0, 1, 5]], (1, 2)).tolist() == [
        [pytest.approx(1 / 3), pytest.approx(11 / 3)]
    ]
    assert resize_bilinear([[7]], (2, 3)).tolist() == [[7, 7, 7], [7, 7, 7]]
    assert resize_bilinear(np.eye(2, dtype=bool), (2, 2)).tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize("shape", [(3, 5), (6, 10), (30, 50)])
def test_the_issues_example_has_the_values_of_an_image_of_its_size(shape):
    values = np.random.default_rng(0).random((32, 96)).astype(np.float32)
    resized = resize_bilinear(values, (64, 128))
    assert np.abs(resized - bilinear(values, (64, 128))).max() <= 1e-6
    shown = resize_bilinear(values, (64, 128), display=shape)
    assert np.abs(shown - average_area(resized, shape)).max() <= 1e-6


@law
@given(st.floats(-1e6, 1e6, width=32), side, side, st.integers(1, 40), st.integers(1, 40))
def test_a_constant_map_stays_exactly_that_when_it_grows(value, h, w, more_rows, more_columns):
    constant = np.full((h, w), value, np.float32)
    assert (resize_bilinear(constant, (h + more_rows, w + more_columns)) == np.float32(value)).all()


@pytest.mark.parametrize("value", [0.3, 7.0, -1e-7])
@pytest.mark.parametrize("size", [(9, 13), (300, 400)])
def test_a_constant_map_stays_exactly_that_when_it_shrinks_or_is_shown(size, value):
    constant = np.full(size, value)
    for shape in ((4, 6), (size[0], 5), (700, 3)):
        assert (resize_bilinear(constant, shape) == value).all()
        assert (resize_bilinear(constant, shape, display=(3, 2)) == value).all()


@law
@given(maps, st.integers(0, 30), st.integers(0, 30))
def test_a_few_lines_hold_the_extremes(values, more_rows, more_columns):
    shape = values.shape[0] + more_rows, values.shape[1] + more_columns
    rows, columns = (extreme_lines(*axis) for axis in zip(shape, values.shape, strict=True))
    assert len(rows) <= 2 * values.shape[0] + 2 and len(columns) <= 2 * values.shape[1] + 2
    whole = resize_bilinear(values, shape)
    sample = sample_bilinear(values, shape, rows, columns)
    assert np.array_equal(sample, whole[np.ix_(rows, columns)])
    tolerance = 1e-13 * 100
    assert sample.max() == pytest.approx(whole.max(), abs=tolerance)
    assert sample.min() == pytest.approx(whole.min(), abs=tolerance)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_lines_in_any_order_are_those_of_the_whole_to_the_last_bit(dtype):
    values = np.random.default_rng(0).random((6, 9)).astype(dtype)
    for shape in ((6, 9), (6, 20), (13, 9), (600, 700)):
        whole = resize_bilinear(values, shape)
        rows, columns = np.array([5, 0, 5, 3, 2, 1]), np.array([8, 1])
        sample = sample_bilinear(values, shape, rows, columns)
        assert np.array_equal(sample, whole[np.ix_(rows, columns)])


@st.composite
def views(draw):
    values = draw(maps)
    size = tuple(draw(st.integers(1, 25)) for _ in range(2))
    edges = []
    for length in size:
        start = draw(st.floats(0, length - 0.05))
        edges += [start, draw(st.floats(start + 0.05, length))]
    return values, size, tuple(edges), (draw(side), draw(side))


@law
@given(views())
def test_a_display_shows_area_means_of_the_resized_map(case):
    values, size, view, display = case
    whole = resize_bilinear(values, size)
    shown = resize_bilinear(values, size, view=view, display=display)
    assert np.abs(shown - average_area(whole, display, view)).max() <= 1e-9


@law
@given(views())
def test_an_area_mean_is_the_integral_over_each_pixel(case):
    values, _, _, display = case
    size = values.shape
    view = (size[0] * 0.2, size[0] * 0.9, 0.0, size[1] * 0.75)
    shown = average_area(values, display, view)
    fine = 40
    rows = view[0] + (view[1] - view[0]) * (np.arange(display[0] * fine) + 0.5) / display[0] / fine
    columns = view[3] * (np.arange(display[1] * fine) + 0.5) / display[1] / fine
    points = values[np.ix_(rows.astype(int), columns.astype(int))]
    expected = points.reshape(display[0], fine, display[1], fine).mean(axis=(1, 3))
    assert np.abs(shown - expected).max() <= np.ptp(values) * 2 * 12 / fine + 1e-9


def test_a_display_of_the_maps_own_pixels_shows_them():
    values = np.random.default_rng(0).random((8, 8))
    whole = resize_bilinear(values, (40, 60))
    shown = resize_bilinear(values, (40, 60), view=(10, 20, 30, 45), display=(10, 15))
    assert np.abs(shown - whole[10:20, 30:45]).max() <= 1e-15
    repeated = resize_bilinear(values, (40, 60), view=(10, 12, 30, 33), display=(4, 6))
    assert np.abs(repeated - whole[10:12, 30:33].repeat(2, 0).repeat(2, 1)).max() <= 1e-15


def test_nothing_of_the_images_size_is_built(monkeypatch):
    largest = []
    for name in ("empty", "bincount"):
        real = getattr(np, name)

        def counted(*args, real=real, **kwargs):
            made = real(*args, **kwargs)
            largest.append(made.size)
            return made

        monkeypatch.setattr(np, name, counted)
    values = np.random.default_rng(0).random((16, 16))
    resize_bilinear(values, (5000, 7000), view=(1.5, 4000, 2.5, 6000), display=(50, 70))
    assert max(largest) <= 7000


def test_pixels_stay_missing_where_most_of_them_was():
    values = np.array([[1.0, np.nan, 3.0]])
    for bad in (np.nan, np.inf, -np.inf):
        values[0, 1] = bad
        grown = resize_bilinear(values, (1, 9))
        assert np.isnan(grown[0]).tolist() == [False] * 3 + [True] * 3 + [False] * 3
        assert grown[0, [0, 2, 6, 8]].tolist() == [1, 1, 3, 3]
        shrunk = resize_bilinear(np.array([[bad, 4.0, bad, bad, 2.0, 6.0]]), (1, 3))
        assert np.array_equal(shrunk, [[4, np.nan, 4]], equal_nan=True)
        same = resize_bilinear(values, (1, 3))
        assert np.array_equal(same, [[1, np.nan, 3]], equal_nan=True)
        shown = resize_bilinear(values, (1, 9), display=(1, 3))
        assert np.array_equal(shown, [[1, np.nan, 3]], equal_nan=True)


def test_a_map_of_nan_stays_nan():
    empty = np.full((3, 3), np.nan)
    for shape in ((3, 3), (7, 7), (2, 2), (2, 9)):
        assert np.isnan(resize_bilinear(empty, shape)).all()


def test_infinite_and_huge_values_raise_no_warning():
    huge = np.array([[-1.7e308, 1.7e308], [np.inf, -np.inf]])
    assert resize_bilinear(huge, (5, 5)).shape == (5, 5)


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        ("?", "f4"),
        ("u1", "f4"),
        (">i2", "f4"),
        ("f2", "f4"),
        (">f4", "f4"),
        ("i4", "f8"),
        ("u8", "f8"),
        (">f8", "f8"),
        ("g", "f8"),
    ],
)
def test_every_dtype_is_resized_in_floats_without_touching_it(dtype, expected):
    values = np.array([[0, 1], [1, 0]]).astype(dtype)
    before = values.copy()
    for shape in ((2, 2), (4, 4), (1, 1)):
        resized = resize_bilinear(values, shape)
        assert resized.dtype == np.dtype(expected) and resized.mean() == 0.5
    assert np.array_equal(values, before)


def test_a_picture_is_averaged_channel_by_channel():
    picture = np.random.default_rng(0).integers(0, 256, (9, 11, 3), np.uint8)
    view = (1.25, 8.5, 0.0, 10.5)
    averaged = average_area(picture, (4, 5), view)
    assert averaged.dtype == np.float64 and averaged.flags.c_contiguous
    for channel in range(3):
        single = average_area(picture[..., channel], (4, 5), view)
        assert np.allclose(averaged[..., channel], single, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("view", "display"),
    [
        ((0, 0, 0, 8), (2, 2)),
        ((4, 2, 0, 8), (2, 2)),
        ((-1, 4, 0, 8), (2, 2)),
        ((0, 6.5, 0, 8), (2, 2)),
        ((0, 6, 0, np.nan), (2, 2)),
        ((0, 6, 0), (2, 2)),
        ("view", (2, 2)),
        ((0, 6, 0, 8), None),
        (None, (0, 2)),
        (None, (2.5, 2)),
        (None, 3),
    ],
)
def test_views_and_displays_that_make_no_sense_are_usage_errors(view, display):
    with pytest.raises(UsageError) as caught:
        resize_bilinear(np.zeros((3, 4)), (6, 8), view=view, display=display)
    assert caught.value.hint


def test_rounding_may_carry_a_view_a_little_beyond_the_picture():
    assert checked_view((-1e-9, 6 + 1e-9, 0, 8), (6, 8), (3, 4)) == (0, 6, 0, 8)


@pytest.mark.parametrize("shape", [(0, 3), (3, -1), (2.0, 3), "ab", None])
def test_shapes_that_make_no_sense_are_usage_errors(shape):
    with pytest.raises(UsageError):
        resize_bilinear(np.zeros((3, 4)), shape)


@pytest.mark.parametrize(
    "values", [np.zeros((0, 3)), np.zeros(3), np.zeros((1, 2, 3)), np.zeros((2, 2), complex)]
)
def test_other_arrays_than_maps_are_refused(values):
    with pytest.raises(DataError) as caught:
        resize_bilinear(values, (4, 4))
    assert str(values.shape) in caught.value.message


def test_a_picture_without_a_pixel_is_refused():
    with pytest.raises(DataError, match="no pixel"):
        average_area(np.zeros((0, 4, 3), np.uint8), (2, 2))
