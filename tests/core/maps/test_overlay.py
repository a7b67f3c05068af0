import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib import colormaps
from tests.support.maps import RNG, blobs, photograph

from vizterm_core.colour.colormaps import COLORMAPS, Colormap, find_colormap
from vizterm_core.colour.norms import fit_norm
from vizterm_core.colour.palette import MISSING_COLOUR
from vizterm_core.errors import DataError, UsageError
from vizterm_core.maps.overlay import (
    MODES,
    OVERLAY_NORMS,
    blend,
    checked_style,
    heatmap,
    overlay,
    place_map,
)
from vizterm_core.pictures.image import resize_area
from vizterm_core.pictures.resize import resize_bilinear

law = settings(max_examples=60, deadline=None, derandomize=True)
side = st.integers(1, 8)
LEVELS = np.arange(256, dtype=np.uint8)
EVERY_PAIR = np.broadcast_to(LEVELS[None, :, None], (256, 256, 3))
"""All levels of the image along a row; with `LEVELS` down the columns of the feature, all pairs."""
DOWN = np.broadcast_to(LEVELS[:, None], (256, 256))
ALPHAS = (0.0, 0.1, 0.3, 0.5, 0.7, 1.0)


def minmax(feature):
    return (feature - feature.min()) / (feature.max() - feature.min())


def plain(image, feature, mode, alpha=0.5, name="jet"):
    """The expressions people write, for a feature of the image's size after the norm."""
    if mode == "color":
        heat = colormaps[name](feature)[..., :3] * 255
        return (heat * alpha + image * (1 - alpha)).astype(np.uint8)
    if mode == "gray":
        grey = feature if feature.dtype == np.uint8 else feature * 255
        return (grey[..., None] * alpha + image * (1 - alpha)).astype(np.uint8)
    return (image * (feature / feature.max())[..., None]).astype(np.uint8)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("mode", MODES)
def test_all_levels_over_all_levels_are_numpys_and_matplotlibs(mode, alpha):
    expected = plain(EVERY_PAIR, DOWN, mode, alpha)
    assert np.array_equal(overlay(EVERY_PAIR, DOWN, mode=mode, alpha=alpha, norm="none"), expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("mode", MODES)
def test_all_levels_as_floats_are_numpys_and_matplotlibs(mode, alpha, dtype):
    shares = (DOWN / 255).astype(dtype)
    expected = plain(EVERY_PAIR, shares, mode, alpha)
    for norm in ("none", "minmax", "max"):
        blended = overlay(EVERY_PAIR, shares, mode=mode, alpha=alpha, norm=norm)
        assert np.array_equal(blended, expected)


@pytest.mark.parametrize("name", [*COLORMAPS[:-1], "RdBu", "jet_r"])
def test_every_colormap_is_blended_as_matplotlibs(name):
    blended = overlay(EVERY_PAIR, DOWN, alpha=0.4, colormap=name, norm="none")
    assert np.array_equal(blended, plain(EVERY_PAIR, DOWN, "color", 0.4, name))


@pytest.mark.parametrize("dtype", ["u1", "i2", "u2", "i8", "f4", "f8", ">f4"])
@pytest.mark.parametrize("mode", MODES)
def test_features_of_every_dtype_are_normalised_as_numpy_does(mode, dtype):
    feature = (blobs(50, 70, np.float64) * 200 - 20).clip(0).astype(dtype)
    image = photograph(50, 70)
    expected = plain(image, minmax(feature), mode, 0.35)
    assert np.array_equal(overlay(image, feature, mode=mode, alpha=0.35), expected)


@pytest.mark.parametrize("mode", MODES)
def test_half_floats_are_computed_as_single_ones(mode):
    feature, image = blobs(30, 40, np.float16), photograph(30, 40)
    expected = overlay(image, feature.astype(np.float32), mode=mode)
    assert np.array_equal(overlay(image, feature, mode=mode), expected)
    yes = feature > 0.3
    assert np.array_equal(
        overlay(image, yes, mode=mode, norm="none"),
        overlay(image, yes.astype(np.float32), mode=mode, norm="none"),
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("mode", MODES)
def test_the_map_is_resized_to_the_image_and_then_normalised(mode, dtype):
    image, feature = photograph(64, 128), blobs(32, 96, dtype)
    resized = resize_bilinear(feature, (64, 128))
    expected = plain(image, minmax(resized), mode, 0.5)
    for shaped in (feature, feature[None], feature[None, None]):
        assert np.array_equal(overlay(image, shaped, mode=mode), expected)
    small = resize_bilinear(feature, (16, 20))
    expected = plain(image[:16, :20], minmax(small), mode, 0.5)
    assert np.array_equal(overlay(image[:16, :20], feature, mode=mode), expected)


@pytest.mark.parametrize("mode", MODES)
def test_the_image_may_be_shrunk_to_the_map_instead(mode):
    image, feature = photograph(64, 128), blobs(32, 96, np.float32)
    blended = overlay(image, feature, mode=mode, fit="image")
    assert np.array_equal(blended, plain(resize_area(image, 32, 96), minmax(feature), mode))


def test_levels_are_rounded_when_they_are_resized():
    image, feature = photograph(9, 15), RNG.integers(0, 256, (3, 5), np.uint8)
    rounded = np.rint(resize_bilinear(feature, (9, 15))).astype(np.uint8)
    for mode in MODES:
        blended = overlay(image, feature, mode=mode, norm="none")
        assert np.array_equal(blended, plain(image, rounded, mode))
        wide = overlay(image, feature.astype(np.int64), mode=mode, norm="none")
        assert np.array_equal(wide, blended)
    fewer = np.rint(resize_bilinear(feature, (2, 2))).astype(np.uint8)
    blended = overlay(image[:2, :2], feature, norm="none")
    assert np.array_equal(blended, plain(image[:2, :2], fewer, "color"))


@pytest.mark.parametrize("norm", ["max", "sigmoid", "percentile", "symmetric"])
@pytest.mark.parametrize("mode", MODES)
def test_other_norms_are_those_of_the_norm_module(mode, norm):
    feature = RNG.normal(0.5, 1, (40, 50)).astype(np.float32)
    image = photograph(40, 50)
    shares = fit_norm(feature, norm)(feature)
    blended = overlay(image, feature, mode=mode, norm=norm)
    assert np.array_equal(blended, plain(image, shares, mode))
    fixed = fit_norm(feature, norm)
    assert np.array_equal(overlay(image, feature, mode=mode, norm=fixed), blended)


def test_images_of_any_layout_are_taken():
    image, feature = photograph(6, 8), RNG.random((6, 8))
    expected = overlay(image, feature)
    for same in (np.moveaxis(image, -1, 0), np.moveaxis(image, -1, 0)[None] / 255, image / 255):
        assert np.array_equal(overlay(same, feature), expected)


def test_overlays_by_example():
    image = np.full((1, 3, 3), 100, np.uint8)
    feature = np.array([[0.0, 1.0, 2.0]])
    by_mode = {mode: overlay(image, feature, mode=mode, alpha=0.25) for mode in MODES}
    assert by_mode["multiply"][..., 0].tolist() == [[0, 50, 100]]
    assert by_mode["gray"][..., 0].tolist() == [[75, 106, 138]]
    # jet's lowest colour is (0, 0, 0.5), its highest (0.5, 0, 0).
    assert by_mode["color"][0, [0, 2]].tolist() == [[75, 75, 106], [106, 75, 75]]


def test_arguments_are_not_changed():
    image, feature = photograph(5, 6), RNG.random((3, 4))
    feature[0, 0] = np.inf
    kept = image.copy(), feature.copy()
    image.flags.writeable = feature.flags.writeable = False
    for mode in MODES:
        assert not np.shares_memory(overlay(image, feature, mode=mode), image)
    constant = overlay(image, np.ones((3, 4)))
    assert np.array_equal(constant, image) and not np.shares_memory(constant, image)
    assert np.array_equal(image, kept[0]) and np.array_equal(feature, kept[1])


@pytest.mark.parametrize("value", [0.0, 0.3, 7.0, -2.0])
@pytest.mark.parametrize("shape", [(4, 6), (2, 3), (1, 1), (9, 13)])
@pytest.mark.parametrize("mode", MODES)
def test_a_constant_map_leaves_the_image_untouched(mode, shape, value):
    image = photograph(4, 6)
    for dtype in (np.float32, np.float64):
        feature = np.full(shape, value, dtype)
        assert np.array_equal(overlay(image, feature, mode=mode), image)
        placed = place_map(feature, (4, 6))
        assert placed.constant and placed.least == placed.greatest
        assert not placed.shares().any() and not placed.shares(display=(3, 3)).any()
    bottom = find_colormap("jet").table[0]
    assert (heatmap(np.full(shape, value), shape=(4, 6)) == bottom).all()


@pytest.mark.parametrize("mode", MODES)
def test_an_all_negative_map_uses_the_whole_range(mode):
    image, feature = photograph(20, 30), -1 - blobs(20, 30, np.float64)
    assert np.array_equal(overlay(image, feature, mode=mode), plain(image, minmax(feature), mode))
    # `max` is a share of the greatest value above 0, and there is none.
    assert np.array_equal(overlay(image, feature, mode=mode, norm="max"), image)


def test_multiplying_by_a_raw_map_without_a_positive_value_leaves_the_image():
    image = photograph(3, 4)
    for feature in (np.zeros((3, 4)), -RNG.random((3, 4)), np.zeros((3, 4), np.uint8)):
        assert np.array_equal(overlay(image, feature, mode="multiply", norm="none"), image)


def test_raw_values_outside_of_the_range_are_at_its_ends():
    image = photograph(1, 5)
    feature = np.array([[-3.0, 0.0, 0.5, 1.0, 9.0]])
    inside = feature.clip(0, 1)
    for mode in ("color", "gray"):
        blended = overlay(image, feature, mode=mode, norm="none")
        assert np.array_equal(blended, plain(image, inside, mode))
    weights = (feature / 9).clip(0)
    expected = (image * weights[..., None]).astype(np.uint8)
    assert np.array_equal(overlay(image, feature, mode="multiply", norm="none"), expected)
    levels = np.array([[-5, 0, 100, 255, 900]])
    expected = plain(image, levels.clip(0, 255).astype(np.uint8), "gray")
    assert np.array_equal(overlay(image, levels, mode="gray", norm="none"), expected)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("mode", MODES)
def test_the_image_shows_where_the_feature_is_missing(mode, dtype, bad):
    image = photograph(4, 5)
    feature = RNG.random((4, 5)).astype(dtype)
    holed = feature.copy()
    holed[1, 2] = holed[3, 0] = bad
    missing = ~np.isfinite(holed)
    lowest = np.where(missing, feature[~missing].min(), feature)
    for norm in OVERLAY_NORMS:
        fitted = fit_norm(feature[~missing].astype(np.result_type(dtype, np.float32)), norm)
        blended = overlay(image, holed, mode=mode, norm=norm)
        expected = overlay(image, lowest, mode=mode, norm=fitted)
        assert np.array_equal(blended[missing], image[missing])
        assert np.array_equal(blended[~missing], expected[~missing])
    assert (heatmap(holed)[missing] == MISSING_COLOUR).all()


@pytest.mark.parametrize("shape", [(3, 3), (6, 6), (2, 2)])
@pytest.mark.parametrize("mode", MODES)
def test_a_map_without_a_finite_value_leaves_the_image_unchanged(mode, shape):
    image = photograph(3, 3)
    for norm in OVERLAY_NORMS:
        blended = overlay(image, np.full(shape, np.nan), mode=mode, norm=norm)
        assert np.array_equal(blended, image)
    assert (heatmap(np.full(shape, np.nan)) == MISSING_COLOUR).all()


@law
@given(
    hnp.arrays(np.uint8, st.tuples(side, side, st.just(3))),
    hnp.arrays(np.float64, st.tuples(side, side), elements=st.floats(-1e300, 1e300)),
    st.sampled_from(MODES),
    st.sampled_from(OVERLAY_NORMS),
    st.floats(0, 1),
)
def test_any_map_over_any_image_is_between_image_and_heat(image, feature, mode, norm, alpha):
    blended = overlay(image, feature, mode=mode, norm=norm, alpha=alpha)
    assert blended.shape == image.shape and blended.dtype == np.uint8
    if mode == "multiply":
        assert (blended <= image).all()
    else:
        floor = (image * (1 - alpha)).astype(np.uint8)
        assert (blended >= floor).all() or np.array_equal(blended, image)
        assert (blended <= np.floor(image * (1 - alpha) + 255 * alpha + 1e-9)).all()


def test_no_heat_is_the_image_and_all_heat_the_heatmap():
    image, feature = photograph(9, 9), RNG.random((4, 4))
    assert np.array_equal(overlay(image, feature, alpha=0), image)
    assert np.array_equal(overlay(image, feature, alpha=1), heatmap(feature, shape=(9, 9)))


@pytest.mark.parametrize("dtype", ["u1", "f4", "f8"])
def test_a_heatmap_is_matplotlibs_truncated(dtype):
    feature = (RNG.random((20, 30)) * 200).astype(dtype)
    expected = (colormaps["viridis"](minmax(feature))[..., :3] * 255).astype(np.uint8)
    assert np.array_equal(heatmap(feature, colormap="viridis"), expected)
    own = Colormap.from_colors(["#000000", "#ffffff"])
    assert heatmap(feature, colormap=own).shape == (20, 30, 3)
    assert heatmap(feature[None], shape=(7, 9)).shape == (7, 9, 3)


@pytest.mark.parametrize(
    "options",
    [
        {"mode": "add"},
        {"alpha": 2},
        {"alpha": -0.1},
        {"alpha": float("nan")},
        {"colormap": "rainbow"},
        {"norm": "zscore"},
        {"fit": "both"},
    ],
)
def test_options_that_make_no_sense_are_usage_errors(options):
    with pytest.raises(UsageError) as caught:
        overlay(photograph(4, 4), np.eye(4), **options)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("image", "feature", "message"),
    [
        (np.zeros((4, 4, 3), np.uint8), np.zeros((256, 4, 4)), "feature (256, 4, 4)"),
        (np.zeros((4, 4, 3), np.uint8), np.zeros((1, 1, 1, 4, 4)), "feature (1, 1, 1, 4, 4)"),
        (np.zeros((4, 4, 3), np.uint8), np.zeros((4, 0)), "feature (4, 0)"),
        (np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), object), "feature (4, 4) object"),
        (np.zeros((5, 5, 7), np.uint8), np.zeros((4, 4)), "image (5, 5, 7)"),
    ],
)
def test_arrays_that_dont_fit_are_refused_by_name_and_shape(image, feature, message):
    with pytest.raises(DataError) as caught:
        overlay(image, feature)
    assert message in caught.value.message and caught.value.hint


def test_many_channels_are_refused_with_a_hint():
    with pytest.raises(DataError) as caught:
        overlay(photograph(4, 4), np.zeros((1, 256, 4, 4)))
    assert "256 channels" in caught.value.message and "project" in caught.value.hint


def test_a_picture_and_a_map_of_different_sizes_are_not_blended():
    with pytest.raises(DataError, match=r"\(3, 4\) over a picture \(4, 3, 3\)"):
        blend(photograph(4, 3), np.zeros((3, 4)), checked_style("gray", 0.5, "jet"))
