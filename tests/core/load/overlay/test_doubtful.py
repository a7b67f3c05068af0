"""What is missing, and what may be read another way: said, or refused."""

import numpy as np
import pytest

from vizterm_core.errors import DataError
from vizterm_core.load.overlay.source import FeatureOptions, load_overlay, overlay_source

RNG = np.random.default_rng(0)
IMAGE = RNG.integers(0, 256, (64, 64, 3), np.uint8)


def first_note(feature):
    return overlay_source(IMAGE, feature).notes[0]


def test_no_class_is_missing_among_ids_without_areas_too():
    ids = RNG.integers(0, 21, (64, 64), np.uint8)
    ids[:4] = 255
    source = overlay_source(IMAGE, ids)
    assert np.isnan(source.features[0, :4]).all()
    assert np.array_equal(source.features[0, 4:], ids[4:])
    assert any("256 values no class (255;" in note for note in source.notes)
    lone = RNG.integers(0, 21, (64, 64), np.uint8)
    lone[0, 0] = 255
    assert overlay_source(IMAGE, lone).features.max() == 255, "a peak"


@pytest.mark.parametrize("gone", [np.nan, np.inf])
def test_a_map_without_a_number_is_refused(gone):
    with pytest.raises(DataError, match="none of its 49 values is a number"):
        overlay_source(IMAGE, np.full((7, 7), gone))
    with pytest.raises(DataError, match="none of its 4 values"):
        overlay_source(IMAGE, np.ones((2, 2)), feature_options=FeatureOptions(missing=(1,)))


def test_missing_values_of_an_image_are_counted(tmp_path):
    image = RNG.random((64, 64))
    image[3, :10], image[4, 0] = np.nan, np.inf
    np.savez(tmp_path / "both.npz", image=image, feature=np.eye(7))
    said = "11 of 4,096 image values missing"
    assert said in load_overlay(tmp_path / "both.npz").notes
    assert said in overlay_source(image, np.eye(7)).notes
    batch = np.ma.masked_invalid(np.stack([image, image]))[..., None]
    assert "22 of 8,192 image values missing" in overlay_source(batch, np.eye(7)).notes
    assert not any("missing" in note for note in overlay_source(IMAGE, np.eye(7)).notes)


def test_layouts_that_are_guessed_name_the_option():
    flat = first_note(RNG.random((100, 37)))
    assert "flat, 6 x 6 patches after a class token; if it isn't: --layout hw" in flat
    assert first_note(RNG.random((1, 300, 96))).endswith("a map; if it isn't: --layout tokens")
    windows = RNG.random((16, 3, 49, 49))
    windows /= windows.sum(axis=-1, keepdims=True)
    assert "16 layers of 3 heads; if it isn't: --layout nchw" in first_note(windows)
    for plain in ((12, 196), (768, 196), (197, 768), (7, 7), (12, 16, 16), (1000, 196), (60, 8)):
        assert "if it isn't" not in first_note(RNG.random(plain))


def test_stacked_attention_of_a_batch_names_the_option():
    stacked = RNG.random((12, 2, 6, 50, 50)).astype("f4")
    with pytest.raises(DataError, match="has 5 axes") as caught:
        overlay_source(IMAGE, stacked)
    assert "--layout attention" in caught.value.hint
    read = overlay_source(IMAGE, stacked, feature_options=FeatureOptions(layout="attention"))
    assert (read.maps[0].count, read.maps[0].channels) == (2, 72)


def test_invalid_disparities_and_depths_are_missing_and_said(tmp_path):
    depth = (1 + 3 * RNG.random((64, 64))).astype("f4")
    disparity = np.where(depth > 3.5, -1, 100 / depth).astype("f4")
    source = overlay_source(IMAGE, disparity)
    assert np.array_equal(np.isnan(source.features[0]), disparity == -1)
    gone = np.count_nonzero(disparity == -1)
    assert f"{gone:,} of 4,096 values missing (-1; --missing none to keep)" in source.notes
    depth[:5] = 0
    assert overlay_source(IMAGE, depth).features.min() == 0, "not named so"
    np.savez(tmp_path / "frame.npz", image=IMAGE, depth_m=depth)
    source = load_overlay(tmp_path / "frame.npz", feature_key="depth_m")
    assert np.isnan(source.features[0, :5]).all() and np.nanmin(source.features) >= 1
    assert "320 of 4,096 values missing (0; --missing none to keep)" in source.notes
    assert overlay_source(IMAGE, {"display": depth}).features.min() == 0
