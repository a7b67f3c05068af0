import numpy as np
import pytest

from vizterm_core.errors import DataError, UsageError
from vizterm_core.maps.channels import PROJECTIONS, as_channels, channels_shape, project

FEATURES = np.random.default_rng(0).normal(0, 1, (6, 4, 5)).astype(np.float32)


@pytest.mark.parametrize("array", [FEATURES, FEATURES[None], FEATURES.tolist()])
def test_tensors_of_every_shape_become_their_channels(array):
    assert np.array_equal(as_channels(array), FEATURES.astype(np.asarray(array).dtype))
    assert channels_shape(np.shape(array), np.dtype("f4")) == (6, 4, 5)


def test_a_map_is_a_tensor_of_one_channel():
    assert np.array_equal(as_channels(FEATURES[0]), FEATURES[:1])
    assert np.array_equal(project(FEATURES[0], 0), FEATURES[0])


def test_channels_of_a_mapped_file_are_not_read(tmp_path):
    np.save(tmp_path / "f.npy", FEATURES[None])
    mapped = np.load(tmp_path / "f.npy", mmap_mode="r")
    assert np.shares_memory(as_channels(mapped), mapped)
    assert np.shares_memory(project(mapped, 3), mapped)


@pytest.mark.parametrize("channel", [0, 5, np.int64(3)])
def test_a_channel_is_a_view_of_its_own_dtype(channel):
    for dtype in (np.uint8, np.float16, np.float64):
        features = FEATURES.astype(dtype)
        chosen = project(features[None], channel)
        assert chosen.dtype == dtype and np.array_equal(chosen, features[channel])


def test_projections_are_numpys():
    wide = FEATURES.astype(np.float64)
    expected = {"mean": wide.mean(0), "max": wide.max(0), "l2": np.linalg.norm(wide, axis=0)}
    assert set(PROJECTIONS) == set(expected)
    for how, values in expected.items():
        assert np.allclose(project(wide, how), values, rtol=1e-14, atol=1e-15)
        narrow = project(FEATURES, how)
        assert narrow.dtype == np.float32 and narrow.shape == (4, 5)
        assert np.array_equal(narrow, values.astype(np.float32))


@pytest.mark.parametrize("how", PROJECTIONS)
def test_many_channels_are_projected_group_by_group(how):
    many = np.random.default_rng(1).normal(0, 1, (40, 128, 130))
    whole = {"mean": np.mean, "max": np.max, "l2": np.linalg.norm}[how](many, axis=0)
    assert np.allclose(project(many, how), whole, rtol=1e-12)


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [("?", "f4"), ("u1", "f4"), ("i2", "f4"), ("f2", "f4"), ("i4", "f8"), (">f8", "f8")],
)
def test_every_dtype_is_projected_to_floats(dtype, expected):
    features = np.array([[[0, 1]], [[1, 1]]]).astype(dtype)
    for how, values in (("mean", [[0.5, 1]]), ("max", [[1, 1]]), ("l2", [[1, 2**0.5]])):
        projected = project(features, how)
        assert projected.dtype == np.dtype(expected)
        assert np.allclose(projected, values, rtol=1e-7)


def test_small_integers_dont_wrap_around():
    features = np.full((300, 1, 1), 200, np.uint8)
    assert project(features, "mean").tolist() == [[200]]
    assert project(features, "l2").tolist() == [[pytest.approx(200 * 300**0.5)]]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_left_out(bad):
    features = np.array([[[3.0, bad, bad]], [[-4.0, 2.0, bad]]])
    assert np.array_equal(project(features, "mean"), [[-0.5, 2, np.nan]], equal_nan=True)
    assert np.array_equal(project(features, "max"), [[3, 2, np.nan]], equal_nan=True)
    assert np.array_equal(project(features, "l2"), [[5, 2, np.nan]], equal_nan=True)


def test_values_beyond_float64_are_infinite():
    features = np.array([[[np.longdouble("1e4000"), 1e308]], [[3, 1e308]]], np.longdouble)
    assert project(features, "mean").tolist() == [[3, np.inf]]
    assert project(features, "max").tolist() == [[3, 1e308]]
    assert project(features, "l2").tolist() == [[3, np.inf]]
    assert project(np.full((2, 1, 1), 3e38, np.float32), "l2").tolist() == [[np.inf]]


@pytest.mark.parametrize("channel", [300, 6, -1])
def test_a_channel_that_isnt_there_is_a_usage_error(channel):
    with pytest.raises(UsageError) as caught:
        project(FEATURES, channel)
    assert caught.value.message == f"channel {channel} of 6" and "0 to 5" in caught.value.hint


@pytest.mark.parametrize("how", ["sum", "3", 1.0, None])
def test_an_unknown_projection_is_a_usage_error_listing_those_known(how):
    with pytest.raises(UsageError) as caught:
        project(FEATURES, how)
    assert "mean, max, l2" in caught.value.hint


@pytest.mark.parametrize(
    ("shape", "dtype", "message"),
    [
        ((), "f4", "feature () float32 has 0 axes"),
        ((5,), "f4", "feature (5,) float32 has 1 axis"),
        ((1, 1, 6, 4, 5), "f4", "feature (1, 1, 6, 4, 5) float32 has 5 axes"),
        ((2, 6, 4, 5), "f4", "feature (2, 6, 4, 5) float32 is a batch of 2"),
        ((6, 0, 5), "f8", "feature (6, 0, 5) float64 is empty"),
        ((0, 4, 5), "f8", "feature (0, 4, 5) float64 is empty"),
        ((4, 5), "c8", "feature (4, 5) complex64 holds no real numbers"),
        ((4, 5), "O", "feature (4, 5) object holds no real numbers"),
        ((4, 5), "U3", "feature (4, 5) <U3 holds no real numbers"),
    ],
)
def test_other_arrays_are_refused_with_their_shape(shape, dtype, message):
    with pytest.raises(DataError) as caught:
        as_channels(np.zeros(shape, dtype))
    assert caught.value.message == message and caught.value.hint


def test_errors_call_the_array_by_its_name_made_harmless():
    with pytest.raises(DataError, match=r"^a␛b \(3,\)"):
        as_channels(np.zeros(3), name="a\x1bb")
