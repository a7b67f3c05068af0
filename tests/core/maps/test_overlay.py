import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib import colormaps

from vizterm_core.colour.colormaps import COLORMAPS, MISSING, Colormap, colormap
from vizterm_core.colour.norms import fit_norm
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
from vizterm_core.pictures import resize
from vizterm_core.pictures.image import resize_area
from vizterm_core.pictures.resize import average_area, resize_bilinear

law = settings(max_examples=60, deadline=None, derandomize=True)
side = st.integers(1, 8)
RNG = np.random.default_rng(0)
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


def blobs(height, width, dtype):
    y, x = np.mgrid[:height, :width]
    spots = [(0.3, 0.4, 9.0), (0.7, 0.6, 15.0), (0.5, 0.9, 5.0)]
    return sum(
        np.exp(-((y - height * a) ** 2 + (x - width * b) ** 2) / (2 * s**2)) for a, b, s in spots
    ).astype(dtype)


def photograph(height, width):
    return RNG.integers(0, 256, (height, width, 3), np.uint8)


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


def test_nothing_given_is_changed():
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
    bottom = colormap("jet").table[0]
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
    assert (heatmap(holed)[missing] == MISSING).all()


@pytest.mark.parametrize("shape", [(3, 3), (6, 6), (2, 2)])
@pytest.mark.parametrize("mode", MODES)
def test_a_map_with_nothing_in_it_leaves_the_image_untouched(mode, shape):
    image = photograph(3, 3)
    for norm in OVERLAY_NORMS:
        blended = overlay(image, np.full(shape, np.nan), mode=mode, norm=norm)
        assert np.array_equal(blended, image)
    assert (heatmap(np.full(shape, np.nan)) == MISSING).all()


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


def test_many_channels_are_refused_with_what_to_do():
    with pytest.raises(DataError) as caught:
        overlay(photograph(4, 4), np.zeros((1, 256, 4, 4)))
    assert "256 channels" in caught.value.message and "project" in caught.value.hint


def test_a_picture_and_a_map_of_different_sizes_are_not_blended():
    with pytest.raises(DataError, match=r"\(3, 4\) over a picture \(4, 3, 3\)"):
        blend(photograph(4, 3), np.zeros((3, 4)), checked_style("gray", 0.5, "jet"))
