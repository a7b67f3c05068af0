"""Pictures of points: which column they are, and what is drawn."""

import io
import os

import numpy as np
import pytest
from PIL import Image

from vizterm_core.errors import DataError
from vizterm_core.files.source import Access, ArraySource, ArraySpec, Form
from vizterm_core.load import Keys, choose_roles, embedding_from_arrays, load_embedding
from vizterm_core.load.coords import Coords, Layout
from vizterm_core.load.keys import PictureOptions
from vizterm_core.load.picture_roles import choose_images
from vizterm_core.load.point_pictures import open_images, pictures_from_objects
from vizterm_core.pictures.value_range import Levels

RNG = np.random.default_rng(0)
PLANE = ArraySpec("X", (8, 2), np.dtype(float))


def smooth(count, side, channels=3):
    """Pictures (count, side, side, channels) whose neighbouring pixels are alike."""
    at = np.linspace(0, 3, side)
    waves = np.sin(at[:, None] + at + RNG.uniform(0, 6, (count, channels, 1, 1)))
    return np.moveaxis((waves * 100 + 128).astype(np.uint8), 1, -1)


def encoded(array, kind="PNG"):
    stream = io.BytesIO()
    Image.fromarray(array).save(stream, kind)
    return stream.getvalue()


class Columns(ArraySource):
    """Columns of a form, as readers of tables have them."""

    def __init__(self, **columns):
        super().__init__({name: np.asarray(values) for name, (_, values) in columns.items()})
        self.columns = {
            name: ArraySpec(name, array.shape, array.dtype, form=form)
            for (name, (form, _)), array in zip(columns.items(), self._arrays.values(), strict=True)
        }

    def read(self, column, max_bytes=None):
        return self._arrays[column]


def objects(*values):
    array = np.empty(len(values), object)
    array[:] = values
    return array


def coords_of(spec):
    return Coords((spec,), Layout.PLANE if spec.shape[1:] == (2,) else Layout.VECTORS)


def found(source, coords=PLANE, **keys):
    spec, shape = choose_images(source, Keys(**keys), coords_of(coords))
    return None if spec is None else spec.name, shape


def pictures_of(source, **keys):
    options = {name: keys.pop(name) for name in ("root", "value_range") if name in keys}
    spec, shape = choose_images(source, Keys(**keys), coords_of(PLANE))
    return open_images(source, spec, shape, 8, **options)


TEXT, ENCODED, ARRAY = Form.TEXT, Form.ENCODED, Form.ARRAY
PATHS = objects(*(f"img/{k}.jpg" for k in range(8)))


@pytest.mark.parametrize("name", ["image", "image_path", "Image Path", "obs/img_path", "whatever"])
def test_text_that_names_image_files_is_pictures(name):
    source = Columns(note=(TEXT, objects(*"abcdefgh")), **{name: (TEXT, PATHS)})
    assert found(source) == (name, None)


def test_text_that_names_no_image_files_is_not():
    for values in (objects(*"abcdefgh"), objects(*[None] * 8), objects(*["a.txt"] * 8)):
        assert found(Columns(path=(TEXT, values))) == (None, None)
    half = objects(*["a.png"] * 4, *["b"] * 4)
    assert found(Columns(path=(TEXT, half))) == (None, None)
    assert found(Columns(path=(TEXT, half)), images="path") == ("path", None)


def test_addresses_are_pictures_only_under_a_name_that_says_so():
    web = objects(*[f"https://a.b/{k}.png" for k in range(8)])
    assert found(Columns(link=(TEXT, web))) == (None, None)
    assert found(Columns(image=(TEXT, web))) == ("image", None)
    assert found(Columns(image=(TEXT, web), file=(TEXT, PATHS))) == ("file", None)
    with pytest.raises(DataError, match=r"https://a.b/3.png is not fetched"):
        pictures_of(Columns(image=(TEXT, web))).picture(3)


def test_pixels_come_before_encoded_pictures_and_these_before_paths():
    parts = {
        "thumb": (ARRAY, np.zeros((8, 9, 9), np.uint8)),
        "enc": (ENCODED, objects(*[b"x"] * 8)),
        "paths": (TEXT, PATHS),
        "flat": (ARRAY, np.zeros((8, 64), np.uint8)),
    }
    for name in list(parts):
        assert found(Columns(**parts))[0] == name
        del parts[name]
    assert found(Columns(enc=(ENCODED, objects(*[b"x"] * 8)), image=(TEXT, PATHS)))[0] == "enc"


def test_what_does_not_fit_is_passed_over():
    source = Columns(
        images=(ARRAY, np.zeros((7, 9, 9))),
        imgs=(ARRAY, np.zeros((8, 16, 16, 16))),
        img=(ARRAY, objects(*range(8))),
        thumb=(ARRAY, np.zeros((8, 9, 9))),
    )
    assert found(source) == ("thumb", (9, 9))
    for key in ("images", "imgs", "img"):
        with pytest.raises(DataError, match=key):
            found(source, images=key)


def test_flat_rows_are_found_by_name_by_dtype_and_by_their_neighbours():
    flat = smooth(8, 16).reshape(8, -1) / 7.0
    noise = RNG.normal(size=(8, 768))
    assert found(Columns(images=(ARRAY, noise))) == ("images", None)
    assert found(Columns(data=(ARRAY, noise))) == (None, None)
    assert found(Columns(embedding=(ARRAY, noise))) == (None, None)
    assert found(Columns(a=(ARRAY, flat))) == ("a", None)
    assert found(Columns(a=(ARRAY, noise.astype(np.uint8)))) == ("a", None)
    assert found(Columns(a=(ARRAY, flat), image_path=(TEXT, PATHS)))[0] == "image_path"
    wide = ArraySpec("a", (8, 768), flat.dtype)
    source = Columns(a=(ARRAY, flat))
    assert found(source, coords=source.columns["a"])[0] == "a", wide


def test_pixels_that_are_reduced_to_coordinates_are_the_pictures():
    stack = smooth(8, 9)
    source = Columns(pics=(ARRAY, stack), other=(ARRAY, smooth(8, 16).reshape(8, -1)))
    assert found(source, coords=source.columns["pics"]) == ("pics", (9, 9, 3))


@pytest.mark.parametrize("side", [8, 32])
@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("flat_colours", [False, True])
def test_the_order_of_channels_of_flat_rows_is_found(side, first, flat_colours):
    pictures = smooth(8, side)
    if flat_colours:
        pictures = np.zeros((8, side, side, 3), np.uint8)
        for k in range(8):
            pictures[k, ..., k % 3] = 255
    flat = (np.moveaxis(pictures, -1, 1) if first else pictures).reshape(8, -1)
    images = pictures_of(Columns(data=(ARRAY, flat)))
    assert all(np.array_equal(images.picture(k), pictures[k]) for k in range(8))
    assert f"3x{side}x{side}" in images.said() if first else f"{side}x{side}x3" in images.said()


def test_a_shape_given_by_hand_is_not_doubted():
    pictures = smooth(8, 32)
    flat = pictures.reshape(8, -1)
    images = pictures_of(Columns(data=(ARRAY, flat)), image_shape=(3, 32, 32))
    expected = np.moveaxis(flat.reshape(8, 3, 32, 32), 1, -1)
    assert np.array_equal(images.picture(1), expected[1])


def test_flat_grey_rows_are_drawn():
    digits = RNG.integers(0, 17, (8, 64)).astype(float)
    digits[0, :2] = 0, 16
    images = pictures_of(Columns(images=(ARRAY, digits)))
    assert images.shape == (8, 8) and images.said() == "range 0 – 16"
    assert images.picture(0)[0, :2, 0].tolist() == [0, 255]


def test_compressed_flat_rows_wait_for_their_unpacking(tmp_path):
    pictures = smooth(8, 32)
    flat = np.moveaxis(pictures, -1, 1).reshape(8, -1)
    np.savez_compressed(tmp_path / "a.npz", X=np.zeros((8, 2)), images=flat)
    images = load_embedding(tmp_path / "a.npz").images
    assert not images.ready and images.picture(0) is None and images.said() == ""
    images.unpack()
    assert np.array_equal(images.picture(5), pictures[5])


# what is drawn


def test_encoded_pictures_are_decoded_when_looked_at():
    small, large = smooth(1, 16)[0], smooth(1, 40)[0]
    rows = objects(encoded(small), None, b"", encoded(large), b"junk", *[encoded(small)] * 3)
    images = pictures_of(Columns(image=(ENCODED, rows)))
    assert images.shape == (16, 16)
    assert np.array_equal(images.picture(0), small) and np.array_equal(images.picture(3), large)
    for row, message in ((1, "no picture"), (2, "no picture"), (4, "picture of row 4 isn't a PNG")):
        with pytest.raises(DataError, match=message):
            images.picture(row)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "img").mkdir()
    for k in range(8):
        Image.fromarray(np.full((9, 12, 3), 30 * k, np.uint8)).save(tmp_path / f"img/{k}.png")
    return tmp_path


def paths(*names, **options):
    rows = objects(*names, *[None] * (8 - len(names)))
    return pictures_of(Columns(path=(TEXT, rows)), images="path", **options)


def test_paths_are_relative_to_the_folder_absolute_or_urls_of_files(folder):
    images = paths(
        "img/1.png",
        f"{folder}/img/2.png",
        f"file://{folder}/img/3.png",
        f"file://localhost{folder}/img/4.png",
        "img\\5.png",
        "  img/6.png ",
        root=folder,
    )
    assert images.shape == (9, 12)
    assert [images.picture(row)[0, 0, 0] for row in range(6)] == [30, 60, 90, 120, 150, 180]


def test_paths_of_a_file_start_at_its_folder(folder, monkeypatch):
    names = np.array([f"img/{k}.png" for k in range(8)])
    np.savez(folder / "a.npz", X=np.zeros((8, 2)), paths=names, also=names.astype("S"))
    monkeypatch.chdir("/")
    for key in ("paths", "also"):
        data = load_embedding(folder / "a.npz", Keys(images=key))
        assert data.images.picture(3)[0, 0, 0] == 90
    assert load_embedding(folder / "a.npz").images.picture(2)[0, 0, 0] == 60
    moved = load_embedding(
        folder / "a.npz", Keys(images="paths"), pictures=PictureOptions(str(folder / "img"))
    )
    assert moved.images.picture(3)[0, 0, 0] == 90


def test_pictures_that_were_moved_are_found_below_the_root(folder):
    gone = "/home/somebody/data/img/7.png"
    assert paths(gone, root=folder).picture(0)[0, 0, 0] == 210
    with pytest.raises(DataError, match="no such file: /home/somebody"):
        paths("/home/somebody/data/other/7.png", root=folder).picture(0)


def test_what_is_no_regular_file_is_refused_in_its_place(folder):
    os.mkfifo(folder / "pipe.png")
    (folder / "cut.png").write_bytes((folder / "img/1.png").read_bytes()[:45])
    (folder / "text.png").write_text("hello")
    images = paths(
        "pipe.png", "img", "none.png", "cut.png", "text.png", "a\0b.png", "/dev/zero", root=folder
    )
    messages = (
        "pipe.png is not a regular file", "img is a directory", "no such file",
        "cut.png is damaged", "text.png isn't a PNG", "no such file", "zero is not a regular file",
        "no picture in this row",
    )  # fmt: skip
    for row, message in enumerate(messages):
        with pytest.raises(DataError, match=message):
            images.picture(row)


def test_a_cell_that_asks_for_another_protocol_is_not_opened(folder):
    for text in ("http://a/b.png", "HTTPS://a/b.png", "s3://bucket/a.png", "gs://b/a.png"):
        with pytest.raises(DataError, match="is not fetched: pictures are read from files"):
            paths(text, root=folder).picture(0)


def test_sixteen_bit_files_share_one_range(tmp_path):
    for k in range(8):
        deep = np.full((16, 16), 100 * (k + 1), np.uint16)
        deep[0, 0] = 0
        Image.fromarray(deep).save(tmp_path / f"{k}.png")
    images = paths(*(f"{k}.png" for k in range(8)), root=tmp_path)
    assert [int(images.picture(row)[1, 1, 0]) for row in (0, 3, 7)] == [32, 128, 255]
    assert images.said() == "16-bit range 0 – 800"
    assert images.picture(7, Levels.FULL)[1, 1, 0] == 3
    assert images.picture(0, Levels.EACH)[1, 1, 0] == 255
    given = paths("0.png", root=tmp_path, value_range=(0, 200))
    assert given.picture(0)[1, 1, 0] == 128 and given.said() == "range 0 – 200"


# objects in memory


def test_pillow_images_bytes_paths_and_arrays_come_mixed(folder):
    first = smooth(1, 20)[0]
    turned = Image.fromarray(first)
    turned.getexif()[0x0112] = 3
    items = [
        Image.fromarray(first), encoded(first), folder / "img/2.png", str(folder / "img/3.png"),
        first, None, {"bytes": encoded(first), "path": "x"}, turned,
    ]  # fmt: skip
    images = pictures_from_objects(items)
    for row in (0, 1, 4, 6):
        assert np.array_equal(images.picture(row), first)
    assert images.picture(2)[0, 0, 0] == 60 and images.picture(3)[0, 0, 0] == 90
    assert np.array_equal(images.picture(7), first[::-1, ::-1])
    with pytest.raises(DataError, match="no picture"):
        images.picture(5)


def test_arrays_of_different_shapes_share_one_range():
    arrays = [np.full((4 + k, 5, 3), 100.0 * k) for k in range(1, 9)]
    for array in arrays:
        array[0, 0] = 0
    images = pictures_from_objects(arrays)
    assert images.picture(0).shape == (5, 5, 3) and images.picture(7).shape == (12, 5, 3)
    assert [int(images.picture(row)[1, 1, 0]) for row in (0, 3, 7)] == [32, 128, 255]


def test_what_numpy_takes_is_left_to_it():
    stack = smooth(4, 8)
    assert pictures_from_objects(stack) is stack
    plain = list(stack)
    assert pictures_from_objects(plain) is plain
    nested = stack.tolist()
    assert pictures_from_objects(nested) is nested
    assert pictures_from_objects(None) is None


def test_an_embedding_takes_lists_of_pictures():
    pictures = [Image.fromarray(one) for one in smooth(8, 20)]
    data = embedding_from_arrays(np.zeros((8, 2)), images=pictures)
    assert np.array_equal(data.images.picture(3), np.asarray(pictures[3]))
    with pytest.raises(DataError, match="7 pictures for 8 points"):
        embedding_from_arrays(np.zeros((8, 2)), images=pictures[:7])


def test_a_table_gives_its_pictures_by_name_or_by_what_they_are():
    pictures = [Image.fromarray(one) for one in smooth(8, 20)]
    rows = [{"bytes": encoded(np.asarray(one)), "path": None} for one in pictures]
    table = {"X": np.zeros((8, 2)), "photo": pictures, "image": rows, "title": list("abcdefgh")}
    assert np.array_equal(embedding_from_arrays(table).images.picture(3), np.asarray(pictures[3]))
    by_hand = embedding_from_arrays(table, images="photo")
    assert np.array_equal(by_hand.images.picture(2), np.asarray(pictures[2]))
    assert embedding_from_arrays({"X": np.zeros((8, 2)), "photo": list("abcdefgh")}).images is None


def test_an_image_that_fails_to_load_says_so():
    class Broken:
        getbands = getexif = None

        def load(self):
            raise RuntimeError("boo\x1b[31m")

    images = pictures_from_objects([Broken()])
    with pytest.raises(DataError, match="row 0 can't be loaded: boo␛"):
        images.picture(0)


def test_a_column_that_must_be_read_whole_is_not_peeked_at_when_large():
    source = Columns(a=(ARRAY, np.zeros((8, 64))))
    spec = source.columns["a"]
    source.columns["a"] = ArraySpec("a", (8, 64), spec.dtype, access=Access.WHOLE)
    assert found(source) == (None, None)
    assert choose_roles(ArraySource({"X": np.zeros((8, 2))})).images is None
