"""A folder of pictures as a source."""

import os
import time

import numpy as np
import pytest
from PIL import Image

from vizterm_core.errors import DataError
from vizterm_core.files.formats import open_source, photos
from vizterm_core.files.source import Form, read_array
from vizterm_core.load import Keys, load_embedding

PIXELS = Keys(coords="pixels", labels="none", names="none")


def picture(path, colour=(200, 90, 30), size=(24, 18), mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path)


@pytest.fixture
def flowers(tmp_path):
    for k in range(4):
        picture(tmp_path / f"flowers/rose/{k}.png", (200 + k, 0, 0))
        picture(tmp_path / f"flowers/tulip/deep/{k}.JPG", (0, 200 + k, 0))
    picture(tmp_path / "flowers/10.webp", (9, 9, 9))
    picture(tmp_path / "flowers/9.gif", 7, mode="L")
    return tmp_path / "flowers"


def test_columns_are_path_folder_and_pixels(flowers):
    source = open_source(flowers)
    assert isinstance(source, photos.PhotoFolder) and source.name == "flowers"
    paths = source.read("path").tolist()
    assert paths == [
        "9.gif", "10.webp", *(f"rose/{k}.png" for k in range(4)),
        *(f"tulip/deep/{k}.JPG" for k in range(4)),
    ]  # fmt: skip
    assert read_array(source, "folder").tolist() == [None] * 2 + ["rose"] * 4 + ["tulip"] * 4
    assert source.columns["folder"].form is Form.CATEGORIES
    assert source.columns["pixels"].shape == (10, 768)
    pixels = source.read("pixels")
    assert pixels.shape == (10, 768) and pixels.dtype == np.float32
    assert pixels[2].reshape(16, 16, 3)[3, 4].tolist() == [200, 0, 0]
    assert pixels[0].reshape(16, 16, 3)[3, 4].tolist() == [7, 7, 7]
    assert source.read("pixels") is pixels, "decoded once"
    assert source.notes == ("10 pictures, by the likeness of their pixels",)


def test_pictures_alike_lie_together_and_show_themselves(flowers):
    data = load_embedding(flowers, PIXELS)
    roses, tulips = data.x[2:6], data.x[6:]
    assert np.ptp(roses) < 50 and np.ptp(tulips) < 50
    assert abs(roses.mean() - tulips.mean()) > 1000
    assert data.images.picture(3)[0, 0].tolist() == [201, 0, 0]
    assert data.images.shape == (18, 24)


def test_a_flat_folder_has_no_classes(tmp_path):
    for k in range(3):
        picture(tmp_path / f"{k}.bmp")
    assert list(open_source(tmp_path).columns) == ["path", "pixels"]


def test_a_folder_that_all_share_is_no_class(tmp_path):
    for k in range(4):
        picture(tmp_path / f"train/{'cat' if k % 2 else 'dog'}/{k}.png")
    assert read_array(open_source(tmp_path), "folder").tolist() == ["cat"] * 2 + ["dog"] * 2


@pytest.mark.parametrize("count", [1, 2])
def test_few_pictures_stand_in_a_row(tmp_path, count):
    for k in range(count):
        picture(tmp_path / f"{k}.png")
    source = open_source(tmp_path)
    assert list(source.columns) == ["path", "grid"]
    assert source.read("grid").tolist() == [[0, 0], [1, 0]][:count]
    assert load_embedding(tmp_path, Keys(coords="grid", labels="none")).images is not None


def test_a_damaged_picture_has_no_pixels_and_is_counted(flowers):
    (flowers / "rose/1.png").write_bytes((flowers / "rose/1.png").read_bytes()[:50])
    (flowers / "tulip/a.png").write_text("no picture")
    source = open_source(flowers)
    pixels = source.read("pixels")
    bad = np.flatnonzero(np.isnan(pixels).any(axis=1))
    assert [source.read("path")[row] for row in bad] == ["rose/1.png", "tulip/a.png"]
    assert np.isnan(pixels[bad]).all()
    assert list(source.skipped) == ["rose/1.png", "tulip/a.png"]
    assert "damaged" in source.skipped["rose/1.png"]
    data = load_embedding(flowers, PIXELS)
    assert data.dropped == 2 and data.total == 11


def test_of_many_damaged_pictures_most_are_only_counted(tmp_path):
    for k in range(9):
        (tmp_path / f"{k}.png").write_text("no picture")
        picture(tmp_path / f"good{k}.png")
    source = open_source(tmp_path)
    source.read("pixels")
    assert list(source.skipped)[4:] == ["4.png", "4 more pictures"]
    data = load_embedding(tmp_path, PIXELS)
    assert any(note.startswith("0.png skipped: ") for note in data.notes)


def test_what_is_hidden_linked_or_no_file_is_left_out(flowers, tmp_path):
    picture(flowers / ".hidden/1.png")
    picture(flowers / ".thumb.png")
    picture(tmp_path / "elsewhere/1.png")
    (flowers / "link").symlink_to(tmp_path / "elsewhere")
    (flowers / "rose/round").symlink_to(flowers)
    (flowers / "rose/linked.png").symlink_to(tmp_path / "elsewhere/1.png")
    (flowers / "zero.png").symlink_to("/dev/zero")
    os.mkfifo(flowers / "pipe.png")
    (flowers / "folder.png").mkdir()
    (flowers / "notes.txt").write_text("x")
    paths = open_source(flowers).read("path").tolist()
    assert len(paths) == 11 and "rose/linked.png" in paths


def test_a_folder_without_pictures_is_no_source(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(DataError, match="is a directory"):
        open_source(tmp_path)
    with pytest.raises(DataError, match="no pictures"):
        photos.PhotoFolder(tmp_path)


def test_names_from_a_file_system_are_harmless(tmp_path):
    for name in ("a\x1b[31m.png", os.fsdecode(b"\xff\xfe.png"), "c\n.png"):
        picture(tmp_path / name)
    (tmp_path / "a\x1b[31m.png").write_bytes(b"")
    source = open_source(tmp_path)
    source.read("pixels")
    assert all(name.isprintable() for name in source.skipped) and len(source.skipped) == 1
    data = load_embedding(tmp_path, PIXELS)
    assert [int(data.images.picture(row)[0, 0, 0]) for row in (1, 2)] == [200, 200]


def test_many_large_pictures_stand_in_a_grid_and_none_is_opened(tmp_path, monkeypatch):
    folder = tmp_path / "many"
    for part in "ab":
        (folder / part).mkdir(parents=True)
        for k in range(500):
            with (folder / part / f"{k}.jpg").open("wb") as file:
                file.truncate(30_000_000)
    start = time.monotonic()
    source = open_source(folder)
    assert time.monotonic() - start < 5
    assert list(source.columns) == ["path", "folder", "grid"]
    grid = source.read("grid")
    assert len(np.unique(grid, axis=0)) == 1000 and np.ptp(grid[:, 0]) > np.ptp(grid[:, 1])
    assert source.notes == ("1,000 pictures in a grid, by folder and name",)
    assert source.read("path")[10] == "a/10.jpg"


def test_only_so_many_names_are_looked_at(tmp_path, monkeypatch):
    for k in range(30):
        (tmp_path / f"{k}.jpg").touch()
    monkeypatch.setattr(photos, "_MOST_PICTURES", 20)
    source = open_source(tmp_path)
    assert len(source.read("path")) == 20 and "first 20 of them" in " ".join(source.notes)


def test_a_folder_that_cannot_be_read_says_so(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(DataError, match=r"can't read .*Permission denied"):
        open_source(tmp_path)


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n"])
def test_a_table_that_does_not_fit_is_skipped_and_said(flowers, content):
    (flowers / "metadata.csv").write_text(content)
    source = open_source(flowers)
    assert list(source.columns) == ["path", "folder", "pixels"]
    assert list(source.skipped) == ["metadata.csv"]


def test_a_table_that_names_the_pictures_gives_them_columns(flowers):
    (flowers / "metadata.csv").write_text(
        "file_name,kind,height,note\nrose/2.png,red,7,a\n10.webp,grey,9,b\nrose/0.png,red,5,c\n"
        "./tulip/deep/1.JPG,green,,d\ngone.png,blue,1,e\n"
    )
    source = open_source(flowers)
    assert set(source.columns) == {"path", "folder", "pixels", "kind", "height", "note"}
    kinds = read_array(source, "kind").tolist()
    assert kinds == [None, "grey", "red", None, "red", None, None, "green", None, None]
    heights = np.ma.filled(np.ma.asarray(source.read("height")).astype(float), np.nan)
    assert heights[[1, 2, 4]].tolist() == [9, 5, 7] and np.isnan(heights[[0, 3, 7]]).all()
    assert source.columns["height"].shape == (10,)
    assert source.notes[1:] == (
        "metadata.csv has no row for 6 of 10 pictures", "1 row of metadata.csv without a picture",
    )  # fmt: skip
    assert [file.name for file in source.files] == ["metadata.csv"]


def test_json_lines_are_such_a_table_too(flowers):
    lines = [f'{{"file_name": "rose/{k}.png", "text": "rose {k}"}}' for k in range(4)]
    (flowers / "metadata.jsonl").write_text("\n".join(lines))
    texts = read_array(open_source(flowers), "text").tolist()
    assert texts[2:6] == [f"rose {k}" for k in range(4)]
