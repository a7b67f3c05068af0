import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.stored import StoredArray
from vizterm_core.load.overlay.source import (
    FEATURE_NAMES,
    IMAGE_NAMES,
    FeatureOptions,
    ImageOptions,
    load_overlay,
    overlay_source,
)
from vizterm_core.maps.channels import project

RNG = np.random.default_rng(0)
IMAGE = RNG.integers(0, 256, (64, 128, 3), np.uint8)
FEATURE = RNG.random((1, 256, 32, 96)).astype(np.float32)
SMALL = FEATURE[:, :5, :6, :7]
SAMPLE = Path(__file__).parents[4] / "demo_data" / "sample.npz"


@pytest.fixture
def npz(tmp_path):
    """npz(image=..., ...) -> path of a file that holds these arrays."""

    def save(save=np.savez, **arrays):
        path = tmp_path / "sample.npz"
        save(path, **arrays)
        return path

    return save


@pytest.fixture
def npy(tmp_path):
    def save(name, array):
        path = tmp_path / name
        np.save(path, array)
        return path

    return save


@pytest.fixture
def image_path(tmp_path):
    path = tmp_path / "image.png"
    Image.fromarray(IMAGE).save(path)
    return path


def refused(kind, *paths, **options):
    with pytest.raises(kind) as caught:
        load_overlay(*paths, **options)
    assert type(caught.value) is kind and str(caught.value).isprintable()
    return caught.value


def same(source, features=FEATURE):
    assert np.array_equal(source.image, IMAGE) and source.image.dtype == np.uint8
    assert np.array_equal(source.features, features.reshape(-1, *features.shape[-2:]))
    assert source.features.dtype == features.dtype


def test_the_documented_example(image_path, npy):
    source = load_overlay(image_path, npy("features.npy", FEATURE))
    same(source)
    assert source.name == "image.png"
    assert source.notes == ("features.npy (1, 256, 32, 96) float32",)
    assert project(source.features, 17).shape == (32, 96)


def test_unsuitable_arrays_are_refused_by_their_headers(image_path, npy, monkeypatch):
    monkeypatch.setattr(StoredArray, "read", lambda _: pytest.fail("the data were read"))
    odd = npy("odd.npy", np.zeros((2, 3, 4, 5, 6)))
    assert "has 5 axes" in refused(DataError, image_path, odd).message
    assert "isn't a picture" in refused(DataError, odd, odd).message


@pytest.mark.parametrize("how", [np.savez, np.savez_compressed])
def test_both_arrays_are_found_in_one_file(npz, how):
    source = load_overlay(npz(how, feature=FEATURE, image=IMAGE, extra=np.zeros(3)))
    same(source)
    assert source.name == "sample.npz"
    assert source.notes == (
        "image (64, 128, 3) uint8 as HWC, 0 to 255",
        "feature (1, 256, 32, 96) float32",
    )


@pytest.mark.parametrize("first", range(len(IMAGE_NAMES)))
def test_images_are_taken_by_name_in_order(npz, first):
    order = IMAGE_NAMES[first:]
    arrays = {name: np.full((4, 5, 3), place, np.uint8) for place, name in enumerate(order)}
    source = load_overlay(npz(**dict(reversed(arrays.items())), features=SMALL))
    assert not source.image.any()


@pytest.mark.parametrize("first", range(len(FEATURE_NAMES)))
def test_features_are_taken_by_name_in_order(npz, first):
    order = FEATURE_NAMES[first:]
    arrays = {name: np.full((6, 7), float(place)) for place, name in enumerate(order)}
    source = load_overlay(npz(**dict(reversed(arrays.items())), image=IMAGE))
    assert source.features.shape == (1, 6, 7) and not source.features.any()


@pytest.mark.parametrize(
    "arrays",
    [
        {"a": IMAGE, "b": FEATURE},
        {"a": FEATURE, "b": IMAGE},
        {"a": np.moveaxis(IMAGE, -1, 0), "b": FEATURE},
        {"a": np.moveaxis(IMAGE, -1, 0)[None] / 255, "b": FEATURE},
        {"image": IMAGE, "b": FEATURE},
        {"a": IMAGE, "cam": FEATURE},
        {"a": IMAGE, "b": FEATURE, "names": np.array(["x", "y"]), "n": np.arange(3)},
    ],
)
def test_arrays_of_other_names_are_found_by_shape(npz, arrays):
    same(load_overlay(npz(**arrays)))


def test_a_grey_image_is_found_where_there_is_no_coloured_one(npz):
    source = load_overlay(npz(a=IMAGE[..., 0], b=SMALL))
    assert np.array_equal(source.image, IMAGE[..., :1].repeat(3, axis=2))
    source = load_overlay(npz(photo=IMAGE[..., 0], cam=SMALL[0, 0]))
    assert source.features.shape == (1, 6, 7)


def test_keys_given_by_hand_win(npz):
    path = npz(image=IMAGE[::-1], feature=SMALL, other=IMAGE, third=FEATURE)
    same(load_overlay(path, image_key="other", feature_key="third"))
    one = load_overlay(path, feature_key="image")
    assert one.features.shape == (3, 64, 128)


def test_image_and_features_may_be_in_two_npz_files(tmp_path):
    np.savez(tmp_path / "a.npz", picture=IMAGE, cam=SMALL)
    np.savez(tmp_path / "b.npz", x=FEATURE)
    same(load_overlay(tmp_path / "a.npz", tmp_path / "b.npz"))


@pytest.mark.parametrize(
    "array", [IMAGE, np.moveaxis(IMAGE, -1, 0), IMAGE[None], IMAGE / 255, IMAGE.astype("f4")]
)
def test_an_image_may_be_an_array_file(npy, array):
    same(load_overlay(npy("image.npy", array), npy("f.npy", FEATURE)))


def test_options_say_how_an_image_is_read(npy):
    array = np.moveaxis(IMAGE[:, :3], -1, 0).astype(float)
    options = ImageOptions(layout="CHW", value_range=(0, 510), background=(1, 2, 3))
    for source in (
        load_overlay(npy("i.npy", array), npy("f.npy", SMALL), options=options),
        overlay_source(array, SMALL, options=options),
    ):
        assert source.image.shape == (64, 3, 3)
        assert np.array_equal(source.image, np.rint(IMAGE[:, :3] / 2))


def test_a_transparent_image_is_laid_over_the_background_and_that_is_noted(tmp_path, npy):
    Image.new("RGBA", (4, 3), (9, 9, 9, 0)).save(tmp_path / "i.png")
    options = ImageOptions(background=(1, 2, 3))
    source = load_overlay(tmp_path / "i.png", npy("f.npy", SMALL), options=options)
    assert (source.image == (1, 2, 3)).all()
    assert "transparent RGB over a background" in source.notes


def test_arrays_of_python_are_checked_alike():
    source = overlay_source(IMAGE.tolist(), FEATURE[0].tolist(), title="t\nitle")
    same(source, FEATURE[0].astype(float))
    assert source.name == "t␊itle" and source.notes == ("(64, 128, 3) int64 as HWC, 0 to 255",)
    assert np.shares_memory(overlay_source(IMAGE, FEATURE).features, FEATURE)


def test_anything_that_becomes_an_array_is_accepted():
    class Tensor:
        def __init__(self, values):
            self.values = values

        def __array__(self, dtype=None, copy=None):
            if self.values is None:
                raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
            return self.values

    same(overlay_source(Tensor(IMAGE), Tensor(FEATURE)))
    with pytest.raises(DataError, match="feature: a Tensor can't be made an array: Run") as caught:
        overlay_source(IMAGE, Tensor(None))
    assert "detach" in caught.value.hint


def test_ragged_lists_are_refused_by_name():
    with pytest.raises(DataError, match=r"^image: ragged lists"):
        overlay_source([[1, 2], [3]], FEATURE)


@pytest.mark.parametrize(
    ("image", "feature", "message"),
    [
        (IMAGE, np.zeros((2, 1, 5, 6, 7)), "feature (2, 1, 5, 6, 7) float64 has 5 axes"),
        (np.zeros((5, 6, 7)), FEATURE, "image (5, 6, 7) float64 isn't a picture"),
        (np.zeros((0, 7)), FEATURE, "image (0, 7) float64 has no pixel"),
    ],
)
def test_arrays_that_dont_fit_are_refused_by_name_and_shape(npy, npz, image, feature, message):
    with pytest.raises(DataError) as caught:
        overlay_source(image, feature)
    assert caught.value.message == message and caught.value.hint
    assert refused(DataError, npz(image=image, feature=feature)).message == f"sample.npz: {message}"


def test_object_arrays_in_files_are_never_unpickled(npy, npz, image_path):
    odd = np.array([{}, 1], object)
    assert "f.npy is an object array" in refused(DataError, image_path, npy("f.npy", odd)).message
    assert "feature is an object array" in refused(DataError, image_path, npz(feature=odd)).message
    assert "image is an object array" in refused(DataError, npz(image=odd, cam=FEATURE)).message
    for arrays in ((odd, FEATURE), (IMAGE, odd)):
        with pytest.raises(DataError, match="object holds no real numbers"):
            overlay_source(*arrays)


@pytest.mark.parametrize(
    ("arrays", "role"),
    [
        ({"a": IMAGE, "b": IMAGE, "feature": FEATURE}, "image"),
        ({"image": IMAGE, "a": FEATURE, "b": SMALL}, "feature"),
        ({"a": IMAGE[..., 0], "b": IMAGE[..., 1], "feature": FEATURE}, "image"),
    ],
)
def test_an_ambiguous_file_is_refused_with_the_arrays_and_the_flag(npz, arrays, role):
    error = refused(DataError, npz(**arrays))
    assert f"more than one array could be the {role}" in error.message
    assert f"--{role}-key KEY" in error.hint
    for name in ("a", "b"):
        array = arrays[name]
        assert f"{name} {array.shape} {array.dtype}" in error.message


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": np.zeros(3), "feature": SMALL}, "no image among a (3,) float64, feature (1, 5, 6"),
        ({"image": IMAGE, "n": np.zeros(3)}, "no feature among image (64, 128, 3) uint8, n (3,)"),
        ({}, "holds no arrays"),
    ],
)
def test_a_file_without_one_of_them_is_refused_with_what_it_has(npz, arrays, message):
    error = refused(DataError, npz(**arrays))
    assert message in error.message and error.hint


def test_damaged_members_are_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "s.npz", "w") as archive:
        archive.writestr("image.npy", b"nonsense")
    assert "'image' is damaged" in refused(DataError, tmp_path / "s.npz").message


@pytest.mark.parametrize("role", ["image", "feature"])
def test_a_key_that_isnt_there_is_a_usage_error_listing_those_that_are(npz, role):
    error = refused(UsageError, npz(image=IMAGE, feature=SMALL), **{f"{role}_key": "typo\x1b"})
    assert f"--{role}-key typo␛" in error.message and "image (64, 128, 3) uint8" in error.message


def test_keys_are_for_files_of_several_arrays(image_path, npy):
    features = npy("f.npy", SMALL)
    assert "--image-key" in refused(UsageError, image_path, features, image_key="a").message
    assert "--feature-key" in refused(UsageError, image_path, features, feature_key="a").message


def test_an_image_alone_has_no_features(image_path):
    assert "no features" in refused(DataError, image_path).message


def test_files_of_the_wrong_kind_are_refused_by_name(tmp_path, npy, image_path):
    (tmp_path / "text.npy").write_text("hello")
    (tmp_path / "empty.npy").write_bytes(b"")
    features = npy("f.npy", SMALL)
    for name in ("text.npy", "empty.npy"):
        assert name in refused(DataError, image_path, tmp_path / name).message
        assert name in refused(DataError, tmp_path / name, features).message
    assert "no such file" in refused(DataError, image_path, tmp_path / "none.npy").message
    assert "no such file" in refused(DataError, tmp_path / "none.png", features).message
    assert "is a directory" in refused(DataError, tmp_path).message


def test_limits_are_kept_before_anything_is_unpacked(npz, npy, image_path):
    tiny = ImageOptions(max_pixels=8191)
    arrays = npz(np.savez_compressed, image=IMAGE, feature=FEATURE)
    assert "128 x 64: 8,192 pixels" in refused(DataError, arrays, options=tiny).message
    for path in (image_path, npy("i.npy", IMAGE)):
        error = refused(DataError, path, npy("f.npy", SMALL), options=tiny)
        assert "limit of 8,191" in error.message
    with pytest.raises(DataError, match="limit of 8,191"):
        overlay_source(IMAGE, FEATURE, options=tiny)
    assert "--max-bytes" in refused(DataError, arrays, max_bytes=100_000).hint
    same(load_overlay(arrays, max_bytes=10**7, options=ImageOptions(max_pixels=8192)))


def test_titles_are_made_harmless(npz):
    assert load_overlay(npz(image=IMAGE, feature=SMALL), title="\x1b[2J").name == "␛[2J"


def test_the_sample_of_the_demo_loads():
    source = load_overlay(SAMPLE)
    assert source.image.shape == (256, 384, 3) and source.features.shape == (24, 32, 48)
    assert source.features.dtype == np.float16 and (source.features >= 0).all()
    assert np.isfinite(source.features).all()
    # No channel is blank, and no two show the same.
    flat = source.features.reshape(24, -1).astype(float)
    assert (np.ptp(flat, axis=1) > 0.01).all()
    assert (np.corrcoef(flat) - 2 * np.eye(24)).max() < 0.995
    assert SAMPLE.stat().st_size < 400_000


# Images as networks have them


def levels(source):
    return np.abs(source.image.astype(int) - IMAGE).max()


@pytest.mark.parametrize(
    ("image", "said", "off"),
    [
        ((IMAGE / 255 - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225), "ImageNet", 1),
        (np.moveaxis(IMAGE / 255 - 0.5, -1, 0)[None] / 0.5, "1CHW, -1 to 1", 1),
        (IMAGE - np.array([123.68, 116.779, 103.939]), "Caffe's mean, RGB undone", 1),
        (IMAGE[..., ::-1] - np.array([103.939, 116.779, 123.68]), "Caffe's mean, BGR undone", 1),
        (IMAGE.astype("u2") * 16, "0 to 4095", 2),
        (IMAGE.astype("f2") / 255, "HWC, 0 to 1", 1),
        (np.ma.masked_less(IMAGE.astype(float), 0), "HWC, 0 to 255", 0),
    ],
)
def test_images_as_networks_take_them_are_undone_and_that_is_said(npy, image, said, off):
    source = overlay_source(image, SMALL)
    assert levels(source) <= off and said in source.notes[-1]
    if not np.ma.isMA(image):
        again = load_overlay(npy("i.npy", image), npy("f.npy", SMALL[0, 0]))
        assert np.array_equal(again.image, source.image)


def test_a_dark_image_is_drawn_in_its_own_range_and_a_given_one_wins():
    dark = IMAGE // 16
    assert overlay_source(dark, SMALL).image.max() == 255
    options = ImageOptions(value_range=(0, 30))
    assert np.array_equal(overlay_source(dark, SMALL, options=options).image, np.rint(dark * 8.5))


def test_a_range_is_for_files_of_any_depth_too(tmp_path, npy):
    deep = IMAGE[..., 0].astype(np.uint16) * 16
    Image.fromarray(deep).save(tmp_path / "i.png")
    options = ImageOptions(value_range=(0, 255 * 16))
    source = load_overlay(tmp_path / "i.png", npy("f.npy", SMALL), options=options)
    assert np.array_equal(source.image[..., 0], IMAGE[..., 0])


@pytest.mark.parametrize("last", [False, True])
def test_a_batch_of_images_is_one_range_and_has_its_features(npy, last):
    batch = np.stack([IMAGE // (each + 1) for each in range(4)])
    features = np.arange(4 * 3 * 32).reshape(4, 3, 4, 8) / 9
    given = batch if last else np.moveaxis(batch, -1, 1)
    source = load_overlay(npy("i.npy", given), npy("f.npy", features))
    assert source.images.count == source.maps[0].count == 4
    for each in range(4):
        assert np.array_equal(source.images.at(each), batch[each])
        assert np.array_equal(source.maps[0].stack(each), features[each])
    assert "as a batch of 4" in source.notes[0] and "a batch, channels first" in source.notes[1]
    both = overlay_source(given, np.arange(4 * 28).reshape(4, 4, 7))
    assert both.maps[0].count == 4 and both.maps[0].channels == 1


def test_batches_of_other_lengths_are_said(npy):
    batch = np.stack([IMAGE] * 4)
    source = overlay_source(batch, np.zeros((3, 2, 4, 8)))
    assert any("batches of 3, 4" in note for note in source.notes)


# Features of every kind


PICTURE = RNG.integers(0, 200, (16, 32)).astype(np.uint8)
DEPTH = (1000 + 40 * PICTURE.astype(np.uint16)).astype(np.uint16)


def of(tmp_path, image_path, picture, name="map.png", mode=None, **options):
    image = Image.fromarray(picture, mode)
    image.save(tmp_path / name, **options)
    return load_overlay(image_path, tmp_path / name)


@pytest.mark.parametrize("name", ["m.png", "m.bmp", "m.tiff", "m.webp", "m.gif", "m.pgm"])
def test_grey_pictures_of_every_format_are_maps(tmp_path, image_path, name):
    lossless = {"lossless": True} if name.endswith("webp") else {}
    source = of(tmp_path, image_path, PICTURE, name, **lossless)
    assert np.abs(source.features[0].astype(int) - PICTURE).max() <= 3 * name.endswith("webp")
    assert "16 x 32 grey" in source.notes[0]


@pytest.mark.parametrize("name", ["m.png", "m.tiff"])
def test_depth_in_16_bits_keeps_its_values_and_its_holes(tmp_path, image_path, name):
    deep = DEPTH.copy()
    deep[:3], deep[4, :5] = 65535, 0
    source = of(tmp_path, image_path, deep, name)
    there = (deep != 65535) & (deep != 0)
    assert np.array_equal(np.isfinite(source.features[0]), there)
    assert np.array_equal(source.features[0][there], deep[there])
    assert "101 of 512 values missing (65535, 0; --missing none to keep)" in source.notes
    kept = load_overlay(image_path, tmp_path / name, feature_options=FeatureOptions(missing=()))
    assert np.array_equal(kept.features[0], deep)


def test_floating_pictures_are_maps(tmp_path, image_path):
    field = RNG.normal(size=(16, 32)).astype(np.float32)
    assert np.array_equal(of(tmp_path, image_path, field, "m.tiff").features[0], field)
    rows = field[::-1].astype("<f4").tobytes()
    (tmp_path / "m.pfm").write_bytes(b"Pf\n32 16\n-1.0\n" + rows)
    assert np.array_equal(load_overlay(image_path, tmp_path / "m.pfm").features[0], field)


def test_colours_become_luminance_and_that_is_said_first(tmp_path, image_path):
    source = of(tmp_path, image_path, IMAGE, "m.png")
    expected = IMAGE @ np.array([0.299, 0.587, 0.114])
    assert np.allclose(source.features[0], expected, atol=1e-4)
    assert "m.png is a colour picture: its luminance" in source.notes[0]
    grey = of(tmp_path, image_path, PICTURE[..., None].repeat(3, 2), "g.png")
    assert np.array_equal(grey.features[0], PICTURE) and grey.features.dtype == np.uint8


def test_transparent_pixels_of_a_map_are_missing(tmp_path, image_path):
    pixels = np.dstack([PICTURE, PICTURE, PICTURE, np.full_like(PICTURE, 255)])
    pixels[2:5, :, 3] = 0
    source = of(tmp_path, image_path, pixels, "m.png")
    assert np.isnan(source.features[0][2:5]).all()
    assert np.array_equal(source.features[0][5:], PICTURE[5:])


def test_maps_are_turned_upright(tmp_path, image_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    source = of(tmp_path, image_path, np.rot90(PICTURE), "m.png", exif=exif)
    assert np.array_equal(source.features[0], PICTURE) and "turned upright" in source.notes[0]


AREAS = np.kron([[0, 1, 2, 3], [4, 5, 255, 0]], np.ones((8, 8), int)).astype(np.uint8)


def test_masks_and_class_maps_keep_their_classes(tmp_path, image_path):
    for classes in (AREAS, AREAS.astype(np.int64)):
        source = overlay_source(IMAGE, classes)
        assert source.maps[0].classes.tolist() == [0, 1, 2, 3, 4, 5]
        assert "6 classes, 0 to 5" in source.notes
        gone = "64 values no class (255; --missing none to keep)"
        assert gone in source.notes
        kept = overlay_source(IMAGE, classes, feature_options=FeatureOptions(missing=()))
        assert kept.maps[0].classes.tolist() == [0, 1, 2, 3, 4, 5, 255]
    assert overlay_source(IMAGE, AREAS > 3).maps[0].classes.tolist() == [0, 1]
    assert of(tmp_path, image_path, AREAS).maps[0].classes.size == 6
    image = Image.fromarray(AREAS, "P")
    image.putpalette(RNG.permutation(768).astype(np.uint8).tobytes())
    image.save(tmp_path / "voc.png")
    source = load_overlay(image_path, tmp_path / "voc.png")
    assert np.array_equal(source.features[0], AREAS) and source.maps[0].classes.size == 6
    assert "palette indices" in source.notes[0]
    Image.fromarray(AREAS > 3).save(tmp_path / "bits.png")
    assert load_overlay(image_path, tmp_path / "bits.png").maps[0].classes.tolist() == [0, 1]
    photo = Image.fromarray(
        np.dstack([np.add.outer(np.arange(64), np.arange(128))] * 3).astype("u1")
    )
    photo.quantize(20).convert("RGB").quantize(20).save(tmp_path / "photo.png")
    assert load_overlay(image_path, tmp_path / "photo.png").maps[0].classes is None


def test_three_equal_channels_are_one_map():
    field = RNG.normal(size=(20, 40))
    for three in (np.dstack([field] * 3), np.stack([field] * 3), np.stack([field] * 3)[None]):
        source = overlay_source(IMAGE, three)
        assert np.array_equal(source.features, field[None])
        assert "its three channels are the same: one is shown" in source.notes
    assert len(overlay_source(IMAGE, np.stack([field, field, -field])).features) == 3


def test_masked_values_of_a_feature_are_missing():
    field = np.ma.masked_less(RNG.random((8, 16)), 0.2)
    source = overlay_source(IMAGE, field)
    assert np.array_equal(np.isnan(source.features[0]), field.mask)
    assert any(f"{field.mask.sum()} of 128 values masked" in note for note in source.notes)
    counts = np.ma.masked_equal(np.arange(200).reshape(10, 20), 7)
    assert np.array_equal(
        overlay_source(IMAGE, counts).features[0],
        counts.astype(float).filled(np.nan),
        equal_nan=True,
    )


def test_infinite_and_missing_values_are_counted(npy, image_path):
    field = RNG.random((8, 16))
    field[0], field[1, :4] = np.inf, np.nan
    source = load_overlay(image_path, npy("d.npy", field))
    assert "20 of 128 values missing (NaN, infinite)" in source.notes


def test_a_map_that_fits_only_transposed_is_said_first(npy, image_path):
    across = RNG.random((40, 20))
    path = npy("d.npy", across)
    source = load_overlay(image_path, path)
    assert source.notes[0] == "d.npy is 40 x 20 on an image of 64 x 128: --transpose turns it"
    turned = load_overlay(image_path, path, feature_options=FeatureOptions(transpose=True))
    assert np.array_equal(turned.features[0], across.T) and "--transpose" not in turned.notes[0]
    wrong = FeatureOptions(transpose=True)
    notes = load_overlay(image_path, npy("u.npy", across.T), feature_options=wrong).notes
    assert "leave out --transpose" in notes[0]


def test_a_layout_by_hand_wins_and_a_wrong_one_is_refused_by_name(npy, image_path):
    path = npy("f.npy", RNG.random((16, 16, 16)))
    last = load_overlay(image_path, path, feature_options=FeatureOptions("hwc"))
    assert np.array_equal(last.features, np.moveaxis(np.load(path), -1, 0))
    wrong = FeatureOptions("tokens", transpose=True)
    with pytest.raises(
        DataError, match=r"f.npy \(16, 16\) float64 can't be of layout nchw"
    ) as caught:
        load_overlay(
            image_path,
            npy("f.npy", np.zeros((2, 2, 16, 16))[0, 0]),
            feature_options=FeatureOptions("nchw"),
        )
    assert wrong.transpose and caught.value.hint


def test_several_maps_are_of_several_files_keys_or_objects(tmp_path, npy, npz, image_path):
    fields = [RNG.random((8, 16)) for _ in range(3)]
    paths = [npy(f"cam{number}.npy", field) for number, field in enumerate(fields)]
    for source in (
        load_overlay(image_path, paths),
        load_overlay(npz(image=IMAGE, a=fields[0], b=fields[1], c=fields[2]), feature_key="a,b,c"),
        overlay_source(IMAGE, fields),
        overlay_source(image_path, [str(path) for path in paths]),
        overlay_source(IMAGE, {"x": fields[0], "y": paths[1], "z": fields[2]}),
    ):
        assert len(source.maps) == 3
        for each, field in zip(source.maps, fields, strict=True):
            assert np.array_equal(each.stack()[0], field)
    assert [each.name for each in source.maps] == ["x", "cam1.npy", "z"]
    assert [each.name for each in overlay_source(IMAGE, fields).maps] == ["map 1", "map 2", "map 3"]
    assert len(overlay_source(IMAGE, fields[0].tolist()).maps) == 1
    with pytest.raises(UsageError, match="65 maps"):
        overlay_source(IMAGE, fields[:1] * 65)
    with pytest.raises(DataError, match="no map"):
        overlay_source(IMAGE, {})


class Tensor:
    """As torch's: numpy() refuses gradients and bfloat16."""

    def __init__(self, values, *, grad=False, brain=False, sparse=False):
        self.values, self.grad, self.brain, self.sparse = values, grad, brain, sparse
        self.shape = values.shape

    def detach(self):
        return Tensor(self.values, brain=self.brain, sparse=self.sparse)

    def cpu(self):
        return self

    def float(self):
        return Tensor(self.values, sparse=self.sparse)

    def numpy(self):
        if self.grad:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        if self.brain or self.sparse:
            raise TypeError("Got unsupported ScalarType BFloat16")
        return self.values


def test_tensors_of_every_kind_are_taken():
    for how in ({}, {"grad": True}, {"brain": True}):
        same(overlay_source(Tensor(IMAGE, **how), Tensor(FEATURE, **how)))
        assert len(overlay_source(IMAGE, [Tensor(FEATURE[0, 0], **how)] * 2).maps) == 2
    with pytest.raises(DataError, match=r"^feature: a Tensor can't be made an array"):
        overlay_source(IMAGE, Tensor(FEATURE, sparse=True))


def test_pillow_images_and_frames_are_taken():
    pd = pytest.importorskip("pandas")
    field = RNG.random((8, 16))
    source = overlay_source(Image.fromarray(IMAGE), Image.fromarray(PICTURE))
    assert np.array_equal(source.image, IMAGE) and np.array_equal(source.features[0], PICTURE)
    assert np.array_equal(overlay_source(IMAGE, pd.DataFrame(field)).features[0], field)
    assert overlay_source(IMAGE, Image.fromarray(AREAS > 3)).maps[0].classes.size == 2


@pytest.mark.parametrize(
    "feature",
    [None, "none.npy", [], "", 3, np.zeros((3, 4), complex), [[1, 2], [3]], object(), {"a": None}],
)
def test_nothing_but_our_errors_is_raised_for_objects(feature):
    with pytest.raises((DataError, UsageError)) as caught:
        overlay_source(IMAGE, feature)
    assert caught.value.message and str(caught.value).isprintable()


@pytest.mark.parametrize("batch", [1, 2])
def test_layers_of_attention_with_their_batch_are_read_from_a_file(npy, image_path, batch):
    weights = RNG.random((3, batch, 2, 50, 50)).astype(np.float32)
    weights /= weights.sum(axis=-1, keepdims=True)
    if batch == 1:
        source = load_overlay(image_path, npy("attentions.npy", weights))
        assert (
            "attention, 7 x 7 patches after a class token, 3 layers of 2 heads" in source.notes[0]
        )
        np.testing.assert_array_equal(source.features[5], weights[2, 0, 1, 0, 1:].reshape(7, 7))
    else:
        with pytest.raises(DataError, match="has 5 axes"):
            load_overlay(image_path, npy("attentions.npy", weights))
    with pytest.raises(DataError, match="has 5 axes"):
        load_overlay(image_path, npy("other.npy", weights + 1))


def test_an_image_of_an_absurd_size_is_refused_before_its_values_are_looked_at():
    with pytest.raises((DataError, UsageError)):
        overlay_source(np.broadcast_to(0.0, (10**9, 2)), np.ones((4, 4)))
