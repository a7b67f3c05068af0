import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizterm_core.errors import DataError, UsageError
from vizterm_core.pictures.rgb import LAYOUTS, find_layout, picture_sides, read_rgb, to_rgb

law = settings(max_examples=60, deadline=None, derandomize=True)
side = st.integers(5, 12)
RGB = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
RGBA = np.concatenate([RGB, np.full((5, 7, 1), 255, np.uint8)], axis=-1)
FIRST = np.moveaxis(RGB, -1, 0)


def grey(values, **options):
    picture = to_rgb(np.asarray(values), **options)
    assert picture.dtype == np.uint8 and picture.shape[2] == 3
    assert (picture == picture[..., :1]).all()
    return picture[..., 0].tolist()


@pytest.mark.parametrize(
    ("array", "layout"),
    [
        (RGB, "HWC"),
        (RGBA, "HWC"),
        (FIRST, "CHW"),
        (np.moveaxis(RGBA, -1, 0), "CHW"),
        (FIRST[None], "1CHW"),
        (RGB[None], "1HWC"),
        (RGBA[None], "1HWC"),
        (np.asfortranarray(RGB), "HWC"),
        (RGB.tolist(), "HWC"),
        (RGB / 255, "HWC"),
        ((RGB / 255).astype(np.float32), "HWC"),
        (RGB.astype(np.float16), "HWC"),
        (RGB.astype(">f8"), "HWC"),
        (RGB.astype(np.uint16) * 257, "HWC"),
        (RGB.astype(np.int64), "HWC"),
    ],
)
def test_every_layout_and_dtype_of_a_picture_gives_the_same(array, layout):
    reading = read_rgb(array)
    assert np.array_equal(reading.pixels, RGB) and reading.pixels.dtype == np.uint8
    assert reading.pixels.flags.c_contiguous
    assert reading.layout == layout
    assert reading.alpha == (np.shape(array)[-1] == 4 or 4 in np.shape(array)[:2])
    assert np.array_equal(to_rgb(array), RGB)
    shape = np.shape(array)
    assert find_layout(shape, np.dtype("u1")) == layout
    assert picture_sides(shape, layout) == (5, 7)


@pytest.mark.parametrize("array", [RGB[..., 0], RGB[..., :1], FIRST[:1], FIRST[None, :1]])
def test_grey_pictures_of_every_layout(array):
    assert np.array_equal(to_rgb(array), RGB[..., :1].repeat(3, axis=2))


@pytest.mark.parametrize(
    ("values", "expected", "assumed"),
    [
        (np.array([[False, True]]), [[0, 255]], (0, 1)),
        (np.array([[0, 7, 255]], np.uint8), [[0, 7, 255]], (0, 255)),
        (np.array([[0, 1]], np.uint8), [[0, 1]], (0, 255)),
        (np.array([[0, 257, 32768, 65535]], np.uint16), [[0, 1, 128, 255]], (0, 65535)),
        (np.array([[0, 300]], ">u2"), [[0, 1]], (0, 65535)),
        (np.array([[0, 7, 255]], np.uint16), [[0, 7, 255]], (0, 255)),
        (np.array([[0, 0.5, 1]]), [[0, 128, 255]], (0, 1)),
        (np.array([[0, 0.25]], np.float16), [[0, 64]], (0, 1)),
        (np.array([[-1e-7, 1 + 1e-6]], np.float32), [[0, 255]], (0, 1)),
        (np.array([[0, 1.5, 255.0]]), [[0, 2, 255]], (0, 255)),
        (np.array([[-1.0, 0, 3.0]]), [[0, 64, 255]], (-1, 3)),
        (np.array([[-2, 2]]), [[0, 255]], (-2, 2)),
        (np.array([[np.nan, np.inf, -np.inf, 0.5]]), [[0, 255, 0, 128]], (0, 1)),
        (np.full((1, 2), np.nan), [[0, 0]], (0, 1)),
        (np.full((1, 1), 0.25), [[64]], (0, 1)),
    ],
)
def test_the_range_of_values_is_assumed_and_described(values, expected, assumed):
    before = values.copy()
    assert grey(values) == expected
    reading = read_rgb(values)
    assert (reading.low, reading.high) == assumed
    assert np.array_equal(values, before, equal_nan=values.dtype.kind == "f")


def test_the_assumptions_are_described_in_words():
    assert read_rgb(FIRST / 255).describe() == "CHW, 0 to 1"
    assert read_rgb(RGBA).describe() == "HWC, 0 to 255, alpha laid over the background"


def test_a_layout_given_by_hand_wins():
    both = np.arange(3 * 4 * 3, dtype=np.uint8).reshape(3, 4, 3)
    assert to_rgb(both).shape == (3, 4, 3) and np.array_equal(to_rgb(both), both)
    assert np.array_equal(to_rgb(both, layout="CHW"), np.moveaxis(both, 0, -1))
    assert read_rgb(both, layout="CHW").layout == "CHW"
    assert np.array_equal(to_rgb(both[None], layout="1CHW"), np.moveaxis(both, 0, -1))


def test_a_range_given_by_hand_wins():
    assert grey([[0.0, 0.5, 1.0, 2.0]], value_range=(0.5, 1.5)) == [[0, 0, 128, 255]]
    assert grey(np.array([[0, 100, 200]], np.uint8), value_range=(100, 200)) == [[0, 0, 255]]
    assert read_rgb(RGB, value_range=(0, 128)).high == 128


def test_alpha_is_laid_over_the_background():
    pixels = np.array([[[200, 100, 0, 255], [200, 100, 0, 0], [200, 100, 0, 51]]], np.uint8)
    assert to_rgb(pixels).tolist() == [[[200, 100, 0], [0, 0, 0], [40, 20, 0]]]
    on_white = to_rgb(pixels, background=(255, 255, 255))
    assert on_white.tolist() == [[[200, 100, 0], [255, 255, 255], [244, 224, 204]]]
    floats = np.moveaxis(pixels, -1, 0)[None] / 255
    assert np.array_equal(to_rgb(floats, layout="1CHW", background=(255, 255, 255)), on_white)
    assert read_rgb(floats, layout="1CHW").alpha and not read_rgb(RGB).alpha


@law
@given(
    hnp.arrays(np.uint8, st.tuples(side, side, st.just(4))),
    st.tuples(*[st.integers(0, 255)] * 3),
)
def test_alpha_is_the_rounded_weighted_mean(pixels, background):
    share = pixels[..., 3:] / 255
    exact = pixels[..., :3] * share + np.array(background) * (1 - share)
    assert np.abs(to_rgb(pixels, background=background) - exact).max() <= 0.5 + 1e-9


@law
@given(hnp.arrays(np.uint16, st.tuples(side, side, st.just(3))))
def test_sixteen_bits_are_rounded_to_eight(values):
    values[0, 0] = 65535
    assert np.abs(to_rgb(values) - values / 257).max() <= 0.5


def test_a_finished_picture_is_not_copied():
    assert np.shares_memory(to_rgb(RGB), RGB)


def test_a_large_picture_is_scaled_piece_by_piece_and_in_order():
    values = np.random.default_rng(1).random((1000, 333))
    assert np.array_equal(to_rgb(values)[..., 0], np.rint(values * 255))


@pytest.mark.parametrize(
    "shape", [(), (3,), (5, 7, 2), (2, 5, 7), (2, 5, 7, 3), (1, 2, 5, 7), (1, 1, 3, 5, 7)]
)
def test_other_shapes_are_refused_by_name_with_a_hint(shape):
    with pytest.raises(DataError) as caught:
        to_rgb(np.zeros(shape, np.float32))
    assert f"image {shape} float32" in caught.value.message and "(H, W, 1|3|4)" in caught.value.hint
    with pytest.raises(DataError, match=r"a␛b"):
        read_rgb(np.zeros(shape), name="a\x1bb")


@pytest.mark.parametrize("shape", [(0, 7), (5, 0, 3), (3, 0, 0)])
def test_pictures_without_a_pixel_are_refused(shape):
    with pytest.raises(DataError, match="no pixel"):
        to_rgb(np.zeros(shape))


@pytest.mark.parametrize("dtype", ["O", "c8", "U3", "S3", "M8[s]"])
def test_other_dtypes_are_refused(dtype):
    with pytest.raises(DataError, match="no real numbers"):
        to_rgb(np.zeros((5, 7), dtype))


@pytest.mark.parametrize(
    "options",
    [
        {"layout": "WH"},
        {"value_range": (1, 1)},
        {"value_range": (2, 1)},
        {"value_range": (0, np.inf)},
        {"value_range": (0,)},
        {"value_range": 3},
        {"background": (0, 0)},
        {"background": (0, 0, 256)},
        {"background": (-1, 0, 0)},
        {"background": (0.5, 0, 0)},
    ],
)
def test_options_that_make_no_sense_are_usage_errors(options):
    with pytest.raises(UsageError) as caught:
        to_rgb(RGBA, **options)
    assert caught.value.hint


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_that_doesnt_fit_is_refused(layout):
    with pytest.raises(DataError, match=f"isn't a picture of layout {layout}"):
        to_rgb(np.zeros((2, 6, 6, 6)), layout=layout)


@pytest.mark.parametrize("shape", [(10**9, 2), (2, 131_073), (3, 1, 10**9)])
def test_an_array_with_a_side_that_no_screen_has_is_refused_unread(shape):
    # Reading all of its values, of which there is one in memory, would take minutes.
    with pytest.raises(DataError, match=r"picture: .* side of more than 131,072 pixels"):
        read_rgb(np.broadcast_to(0.0, shape), name="picture")
