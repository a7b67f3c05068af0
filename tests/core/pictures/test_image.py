import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizterm_core.pictures.image import (
    PictureFormat,
    channel_axis,
    fit_picture,
    nearly_square,
    picture_size,
    resize_area,
)
from vizterm_core.pictures.value_range import found_range

law = settings(max_examples=60, deadline=None, derandomize=True)
side = st.integers(1, 12)
pictures = hnp.arrays(np.uint8, st.tuples(side, side, st.just(3)))
NUMBERS = [
    *("?", "i1", "u1", "<i2", ">i2", "<u2", "<i4", ">i4", "<u4", "<i8", "<u8", ">u8"),
    *("<f2", "<f4", ">f4", "<f8", ">f8"),
]


def drawn(values):
    """One picture of (H, W) values, as grey levels."""
    values = np.asarray(values)
    return PictureFormat(False, *found_range(values[None])).to_rgb(values)[..., 0].tolist()


@pytest.mark.parametrize(
    ("shape", "axis", "size"),
    [
        ((8, 9, 1), -1, (8, 9)),
        ((8, 9, 3), -1, (8, 9)),
        ((8, 9, 4), -1, (8, 9)),
        ((1, 8, 9), 0, (8, 9)),
        ((3, 8, 9), 0, (8, 9)),
        ((4, 8, 9), 0, (8, 9)),
        # Ambiguous: the last axis wins.
        ((3, 8, 3), -1, (3, 8)),
        ((1, 1, 1), -1, (1, 1)),
        # Bands are fewer than the pixels of a side.
        ((64, 64, 13), -1, (64, 64)),
        ((13, 64, 48), 0, (64, 48)),
        ((8, 9, 2), -1, (8, 9)),
        ((2, 8, 9), 0, (8, 9)),
        ((5, 6, 7), None, (6, 7)),
        ((16, 16, 16), None, (16, 16)),
        ((100, 100, 99), None, (100, 99)),
    ],
)
def test_the_axis_of_channels_is_found(shape, axis, size):
    assert channel_axis(shape) == axis and picture_size(shape) == size


@pytest.mark.parametrize("dtype", NUMBERS)
def test_every_number_dtype_is_drawn_without_touching_it(dtype):
    values = np.array([[0, 1], [1, 0]]).astype(dtype)
    before = values.copy()
    assert drawn(values) == [[0, 255], [255, 0]]
    assert np.array_equal(values, before) and values.dtype == np.dtype(dtype)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_infinities_are_drawn_as_the_ends_of_the_range(dtype):
    values = np.array([[0.0, np.inf, -np.inf, np.nan, 1.0]], dtype)
    assert drawn(values) == [[0, 255, 0, 0, 255]]


def test_the_widest_range_of_floats_is_drawn():
    assert drawn(np.array([[-1.7e308, 0.0, 1.7e308]])) == [[0, 128, 255]]


def test_long_doubles_beyond_the_range_of_doubles_are_its_ends():
    values = np.array([["-1e4000", "0"], ["1e4000", "nan"]], np.longdouble)
    assert drawn(values) == [[0, 128], [255, 0]]


def test_values_outside_of_the_range_are_clipped():
    found = PictureFormat(False, -1, 1)
    assert found.to_rgb(np.array([[-9.0, 0.0, 9.0]]))[..., 0].tolist() == [[0, 128, 255]]


def test_layouts_of_the_same_picture_are_drawn_the_same():
    rgb = np.random.default_rng(0).integers(0, 256, (5, 6, 3), np.uint8)
    first = np.moveaxis(rgb, -1, 0)
    assert np.array_equal(PictureFormat(True, 0, 255).to_rgb(first), rgb)
    plain = PictureFormat(False, 0, 255)
    grey = rgb[..., 0]
    assert np.array_equal(plain.to_rgb(grey), np.stack([grey] * 3, axis=-1))
    opaque = np.concatenate([rgb, np.full((5, 6, 1), 255, np.uint8)], axis=-1)
    assert np.array_equal(plain.to_rgb(opaque), rgb)


def test_alpha_is_laid_over_black():
    pixel = np.array([[[200, 100, 255, 51]]], np.uint8)
    plain = PictureFormat(False, 0, 255)
    assert plain.to_rgb(pixel).tolist() == [[[40, 20, 51]]]
    clear = pixel * np.array([1, 1, 1, 0], np.uint8)
    assert plain.to_rgb(clear).tolist() == [[[0, 0, 0]]]
    floats = np.array([[[1.0, 0.5, 0.0, 0.5]]])
    assert PictureFormat(False, 0, 1).to_rgb(floats).tolist() == [[[128, 64, 0]]]


def area_means(picture, rows, columns):
    """Exact area averages in whole numbers, by repeating every pixel."""
    height, width = picture.shape[:2]
    fine = picture.astype(int).repeat(rows, axis=0).repeat(columns, axis=1)
    return fine.reshape(rows, height, columns, width, 3).sum(axis=(1, 3)) / (height * width)


@law
@given(pictures, side, side)
def test_resizing_takes_the_mean_of_every_area(picture, rows, columns):
    resized = resize_area(picture, rows, columns)
    assert resized.shape == (rows, columns, 3) and resized.dtype == np.uint8
    assert np.abs(resized - area_means(picture, rows, columns)).max() <= 0.5 + 1e-9


@law
@given(pictures, side, side)
def test_resizing_keeps_the_mean_and_the_mirror_image(picture, rows, columns):
    resized = resize_area(picture, rows, columns)
    assert np.abs(resized.mean(axis=(0, 1)) - picture.mean(axis=(0, 1))).max() <= 0.5 + 1e-9
    mirrored = resize_area(picture[::-1, ::-1], rows, columns)[::-1, ::-1]
    # Only a mean of exactly one half may be rounded differently.
    assert np.abs(mirrored.astype(int) - resized).max() <= 1


def test_resizing_by_example():
    picture = np.array([[0, 100, 200, 40]], np.uint8)[..., None].repeat(3, axis=2)
    assert resize_area(picture, 1, 2)[0, :, 0].tolist() == [50, 120]
    assert resize_area(picture, 1, 3)[0, :, 0].tolist() == [25, 150, 80]
    assert resize_area(picture, 2, 8)[1, :, 0].tolist() == [0, 0, 100, 100, 200, 200, 40, 40]


@law
@given(
    pictures, st.integers(1, 30), st.integers(1, 30), st.sampled_from([0.5, 0.9, 1.0, 1.15, 2.0])
)
def test_a_fitted_picture_fits_touches_two_borders_and_keeps_its_proportions(
    picture, rows, columns, pixel_aspect
):
    height, width = picture.shape[:2]
    fitted_rows, fitted_columns = fit_picture(picture, rows, columns, pixel_aspect).shape[:2]
    assert 1 <= fitted_rows <= rows and 1 <= fitted_columns <= columns
    if nearly_square(pixel_aspect) and height <= rows and width <= columns:
        factor = min(columns // width, rows // height)
        assert (fitted_rows, fitted_columns) == (height * factor, width * factor)
        return
    assert fitted_rows == rows or fitted_columns == columns
    scale = min(columns / width, rows * pixel_aspect / height)
    assert fitted_columns == pytest.approx(max(1, width * scale), abs=0.5 + 1e-9)
    assert fitted_rows == pytest.approx(max(1, height * scale / pixel_aspect), abs=0.5 + 1e-9)


def test_small_pictures_are_enlarged_by_repeating_their_pixels():
    picture = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    fitted = fit_picture(picture, 7, 6)
    assert np.array_equal(fitted, picture.repeat(3, axis=0).repeat(3, axis=1))
    assert fit_picture(picture, 2, 2).tolist() == picture.tolist()


def test_tall_pixels_make_a_picture_wider_in_pixels():
    square = np.zeros((60, 60, 3), np.uint8)
    assert fit_picture(square, 10, 100, pixel_aspect=2.0).shape == (10, 20, 3)
    assert fit_picture(square, 100, 10, pixel_aspect=0.5).shape == (20, 10, 3)


@pytest.mark.parametrize(
    ("shape", "rows", "columns", "expected"),
    [
        ((0, 4, 3), 2, 5, (2, 5, 3)),
        ((4, 0, 3), 2, 5, (2, 5, 3)),
        ((4, 4, 3), 0, 5, (1, 5, 3)),
        ((4, 4, 3), 2, -1, (2, 1, 3)),
    ],
)
def test_no_picture_or_no_room_is_black(shape, rows, columns, expected):
    fitted = fit_picture(np.full(shape, 9, np.uint8), rows, columns)
    assert fitted.shape == expected and not fitted.any()
