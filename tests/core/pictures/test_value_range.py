import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizterm_core.pictures.value_range import (
    describe_range,
    found_range,
    full_range,
    own_range,
)

RNG = np.random.default_rng(0)
NAN = np.nan


def pictures(low, high, count=20, side=16, dtype=float):
    return RNG.uniform(low, high, (count, side, side)).astype(dtype)


def with_one(array, value):
    array = array.copy()
    array[3, 1:3, 1:3] = value
    return array


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (np.array([[0, 7, 255]], np.uint8), (0, 255)),
        (np.array([[0, 64]], np.uint8), (0, 255)),
        (np.array([[False, True]]), (0, 1)),
        (np.array([[0, 0.5, 1]]), (0, 1)),
        (np.array([[0.25, 0.75]]), (0, 1)),
        (np.array([[-0.0001, 1.0009]]), (0, 1)),
        # Digits, class masks, whatever the dtype.
        (np.array([[0, 16]]), (0, 16)),
        (np.array([[0.0, 16.0]]), (0, 16)),
        (np.array([[0, 5, 16]], np.uint8), (0, 16)),
        (np.array([[0, 1, 4]], np.uint8), (0, 4)),
        (np.array([[0, 1, 4]], np.uint16), (0, 4)),
        (np.array([[0, 1]], np.uint8), (0, 1)),
        (np.array([[0.0, 1.5, 255.0]]), (0, 255)),
        (np.array([[10.0, 255.0]]), (0, 255)),
        (np.array([[0.0, 0.02]]), (0, 0.02)),
        # Ends that are natural, or the data's own.
        (np.array([[0, 256]]), (0, 256)),
        (np.array([[0, 3500]], np.uint16), (0, 4095)),
        (np.array([[5, 1600]], np.uint16), (0, 1600)),
        (np.array([[0, 60_000]], np.uint16), (0, 65535)),
        (np.array([[900, 1000]]), (900, 1000)),
        # Below zero: symmetrical where it is nearly so.
        (np.array([[-1.0, 0.0, 1.0]]), (-1, 1)),
        (np.array([[-0.9, 0.0, 0.98]]), (-1, 1)),
        (np.array([[-2.1, 0.0, 2.6]]), (-2.6, 2.6)),
        (np.array([[-100, 60, 300]]), (-100, 300)),
        (np.array([[-5.0, -1.0]]), (-5, 0)),
        (np.array([[-5.0, -4.0]]), (-5, -4)),
        # What isn't finite has no say, nor what is masked.
        (np.array([[-3.0, NAN, np.inf, 1.0]]), (-3, 1)),
        (np.ma.MaskedArray([[0, 16, 9999]], [[0, 0, 1]]), (0, 16)),
        (np.array([[NAN, NAN]]), (0, 1)),
        (np.zeros((0, 3)), (0, 1)),
        (np.zeros((0, 3), np.uint8), (0, 255)),
        # One value only.
        (np.zeros((2, 3), np.uint8), (0, 255)),
        (np.full((2, 3), 7, np.uint8), (0, 255)),
        (np.zeros((2, 3)), (0, 1)),
        (np.full((2, 3), 7000), (0, 65535)),
        (np.full((2, 3), 1e9), (0, 1e9)),
        (np.full((2, 3), -2.0), (-2, 0)),
        (np.array([[0, 2**64 - 1]], np.uint64), (0, 2**64 - 1)),
    ],
)
def test_the_range_of_values_is_found(sample, expected):
    assert found_range(sample) == pytest.approx(expected)


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.float32])
def test_a_lone_outlier_has_no_say(dtype):
    bands = pictures(350, 1600, dtype=dtype)
    low, high = found_range(with_one(bands, 10_000))
    assert low == 0 and 1580 < high <= 1600
    low, high = found_range(with_one(bands + dtype(9_000), 100))
    assert 9_350 <= low < 9_370 and 10_590 < high <= 10_600


def test_extremes_near_what_is_common_are_the_ends():
    noise = RNG.normal(0, 1, (32, 28, 28))
    low, high = found_range(noise)
    assert -low == high == pytest.approx(np.abs(noise).max())


def test_blank_pictures_have_no_say():
    ramp = np.linspace(20, 255, 24).round()
    frames = np.zeros((100, 24, 24))
    frames[::33] = ramp
    assert found_range(frames) == (0, 255)
    frames = np.full((100, 24, 24), -999.0)
    frames[::33] = ramp
    assert found_range(frames) == (0, 255)


def test_of_sparse_pictures_the_range_is_that_of_what_is_lit():
    frames = np.zeros((32, 64, 64), np.float32)
    frames[:, 5, 7] = np.linspace(100, 1000, 32)
    assert found_range(frames) == (0, 1000)


def test_a_depth_camera_s_value_for_nothing_has_no_say():
    depth = pictures(500, 5000, dtype=np.uint16)
    depth[:, :5] = 65535
    assert found_range(depth)[1] < 5001
    depth[:, 0] = 40_000
    assert found_range(depth) == (0, 65535)


@pytest.mark.parametrize(
    ("dtype", "found", "expected"),
    [
        ("?", (0, 1), (0, 1)),
        ("u1", (0, 16), (0, 255)),
        ("u2", (0, 1600), (0, 65535)),
        ("i2", (-3, 1600), (-32768, 32767)),
        ("i8", (0, 16), (0, 255)),
        ("f4", (0, 0.02), (0, 1)),
        ("f4", (-2.5, 2.5), (-255, 255)),
        ("f8", (0, 1e6), (0, 1e6)),
    ],
)
def test_the_full_range_is_what_a_dtype_can_hold(dtype, found, expected):
    assert full_range(np.dtype(dtype), found) == expected


def test_the_own_range_of_a_picture():
    assert own_range(np.array([[3.0, NAN], [9.0, 5.0]])) == (3, 9)
    assert own_range(np.full((2, 2), 5)) == (0, 255)
    assert own_range(np.full((2, 2), NAN)) == (0, 1)


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ((0, 16), "0 – 16"),
        ((-1, 1), "−1 – 1"),
        ((0, 65535), "0 – 65,535"),
        ((0, 0.0213), "0 – 0.0213"),
    ],
)
def test_ranges_for_people(ends, text):
    assert describe_range(ends) == text


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    hnp.arrays(
        st.sampled_from(("?", "u1", "i2", "<u2", ">i4", "u8", "f2", "f4", "f8")),
        hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5),
    )
)
def test_there_is_a_range_for_everything(sample):
    low, high = found_range(sample)
    assert np.isfinite([low, high]).all() and low < high
    own = own_range(sample) if sample.dtype.kind != "b" else (0, 1)
    assert np.isfinite(own).all() and own[0] <= own[1]
