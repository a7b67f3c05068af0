import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.stored import StoredArray
from vizterm_core.load.overlay_source import (
    FEATURE_NAMES,
    IMAGE_NAMES,
    ImageOptions,
    load_overlay,
    overlay_source,
)
from vizterm_core.maps.channels import project

RNG = np.random.default_rng(0)
IMAGE = RNG.integers(0, 256, (64, 128, 3), np.uint8)
FEATURE = RNG.random((1, 256, 32, 96)).astype(np.float32)
SMALL = FEATURE[:, :5, :6, :7]
SAMPLE = Path(__file__).parents[3] / "demo_data" / "sample.npz"


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
    batch = npy("batch.npy", np.zeros((2, 3, 4, 5)))
    assert "is a batch of 2" in refused(DataError, image_path, batch).message
    assert "isn't a picture" in refused(DataError, batch, batch).message


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
    assert one.features.shape == (64, 128, 3)


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
    assert source.notes[0] == "transparent RGB over a background"


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
        (IMAGE, np.zeros((1, 1, 5, 6, 7)), "feature (1, 1, 5, 6, 7) float64 has 5 axes"),
        (IMAGE, np.zeros((2, 5, 6, 7)), "feature (2, 5, 6, 7) float64 is a batch of 2"),
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
