"""Pictures taken away: bytes as they are stored, PNG of pixels; nothing replaced, nothing lost."""

import csv
import errno
import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vizterm_core.errors import DataError, UsageError
from vizterm_core.load import embedding_from_arrays
from vizterm_core.pictures.loose import LoosePictures
from vizterm_core.pictures.value_range import Levels
from vizterm_core.taken.file_names import picture_stem
from vizterm_core.taken.pictures import write_pictures

RNG = np.random.default_rng(1)
POINTS = RNG.normal(size=(12, 2))
LABELS = np.array(["cat", "dog"])[np.arange(12) % 2]


def encoded(form, shade=7, size=(5, 4)):
    stream = io.BytesIO()
    Image.new("RGB", size, (shade, 90, 200)).save(stream, form)
    return stream.getvalue()


def table(folder, name="index.csv"):
    with (folder / name).open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def with_images(images, names=None, labels=LABELS, points=POINTS):
    return embedding_from_arrays(points, labels, images=images, names=names)


def test_encoded_pictures_and_files_are_copied_byte_by_byte_with_their_endings(tmp_path):
    jpeg, png, webp = (encoded(form) for form in ("JPEG", "PNG", "WEBP"))
    (tmp_path / "one.JPG").write_bytes(jpeg)
    # A file keeps the ending that it has, whatever is in it; one that isn't a picture's doesn't.
    (tmp_path / "two.png").write_bytes(webp)
    (tmp_path / "three.exe").write_bytes(png)
    items = [png, jpeg, str(tmp_path / "one.JPG"), str(tmp_path / "two.png")]
    items += [str(tmp_path / "three.exe"), webp]
    embedding = with_images(items, labels=LABELS[:6], points=POINTS[:6])
    out = tmp_path / "out"
    done = write_pictures(embedding, np.arange(6), out)
    assert (done.copied, done.drawn, done.unreadable, done.stopped) == (6, 0, 0, "")
    held = {"0.png": png, "1.jpg": jpeg, "2.JPG": jpeg, "3.png": webp, "4.png": png, "5.webp": webp}
    assert files(out) == [*held, "index.csv"]
    assert {name: (out / name).read_bytes() for name in held} == held
    assert [each["file"] for each in table(out)] == list(held)
    assert [each["label"] for each in table(out)] == LABELS[:6].tolist()


@pytest.mark.parametrize("levels", [Levels.FOUND, Levels.EACH])
def test_pixels_are_png_as_they_are_shown(tmp_path, levels):
    images = RNG.normal(size=(12, 6, 5, 3)).astype(np.float32)
    images[:, 0, 0], images[:, 0, 1] = -3, 3
    embedding = with_images(images, names=[f"n {k}" for k in range(12)])
    done = write_pictures(embedding, np.array([2, 11]), tmp_path / "out", levels=levels)
    assert (done.copied, done.drawn) == (0, 2) and done.index == "index.csv"
    assert files(tmp_path / "out") == ["02-n_2.png", "11-n_11.png", "index.csv"]
    for row in (2, 11):
        with Image.open(tmp_path / "out" / f"{row:02d}-n_{row}.png") as image:
            held = np.asarray(image.convert("RGB"))
        assert (held == embedding.images.picture(row, levels)).all()
    grey = with_images(RNG.integers(0, 255, (12, 6, 5)).astype(np.uint8))
    write_pictures(grey, np.array([4]), tmp_path / "grey")
    with Image.open(tmp_path / "grey" / "04.png") as image:
        assert image.mode == "L"
        assert (np.asarray(image) == grey.images.picture(4)[..., 0]).all()


def test_rows_are_those_of_the_data_where_some_were_dropped(tmp_path):
    points = POINTS.copy()
    points[3] = np.nan
    images = np.arange(12, dtype=np.uint8)[:, None, None] * np.ones((1, 4, 4), np.uint8) * 20
    embedding = with_images(images, points=points)
    write_pictures(embedding, np.array([3, 4]), tmp_path / "out")
    assert [each["row"] for each in table(tmp_path / "out")] == ["4", "5"]
    with Image.open(tmp_path / "out" / "05.png") as image:
        assert np.asarray(image).max() == 100


def test_what_can_not_be_read_is_told_row_by_row_and_the_others_are_written(tmp_path):
    items = [encoded("PNG"), None, b"no picture at all", b"", "gone.png", "https://a.b/c.png"]
    items += [encoded("PNG")]
    embedding = with_images(LoosePictures(7, items), labels=LABELS[:7], points=POINTS[:7])
    done = write_pictures(embedding, np.arange(7), tmp_path / "out")
    assert (done.written, done.unreadable, done.left) == (2, 5, 0)
    assert done.problem == "#1: no picture in this row"
    assert files(tmp_path / "out") == ["0.png", "6.png", "index.csv"]
    told = table(tmp_path / "out")
    assert [bool(each["file"]) for each in told] == [True, *[False] * 5, True]
    assert "image" in told[2]["problem"] and "no such file" in told[4]["problem"]
    assert "not fetched" in told[5]["problem"]


def test_nothing_that_is_there_is_replaced(tmp_path):
    embedding = with_images(np.zeros((12, 4, 4), np.uint8))
    (tmp_path / "03.png").write_bytes(b"mine")
    for _ in range(2):
        write_pictures(embedding, np.array([3]), tmp_path)
    assert files(tmp_path) == ["03-2.png", "03-3.png", "03.png", "index-2.csv", "index.csv"]
    assert (tmp_path / "03.png").read_bytes() == b"mine"
    assert table(tmp_path, "index-2.csv")[0]["file"] == "03-3.png"


def test_a_file_system_without_links_replaces_nothing_either(tmp_path, monkeypatch):
    def refused(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    test_nothing_that_is_there_is_replaced(tmp_path)


def test_a_full_disk_ends_it_and_what_is_written_stays(tmp_path, monkeypatch):
    embedding = with_images(RNG.integers(0, 255, (12, 9, 9)).astype(np.uint8))
    written, write = [], os.write

    def full(descriptor, data):
        if len(written) == 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(len(data))
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full)
    done = write_pictures(embedding, np.arange(12), tmp_path / "out")
    assert done.stopped == "No space left on device"
    assert (done.written, done.left, done.index) == (5, 7, "index.csv")
    assert files(tmp_path / "out") == [*(f"{row:02d}.png" for row in range(5)), "index.csv"]
    assert len(table(tmp_path / "out")) == 5


def test_it_can_be_stopped_and_tells_how_far_it_is(tmp_path):
    embedding, told = with_images(np.zeros((12, 4, 4), np.uint8)), []
    done = write_pictures(
        embedding,
        np.arange(12),
        tmp_path / "out",
        told=told.append,
        stopped=lambda: len(told) == 3,
    )
    assert told == [1, 2, 3] and done.stopped == "stopped" and done.left == 9
    assert len(table(tmp_path / "out")) == 3 and len(files(tmp_path / "out")) == 4


def test_without_pictures_or_without_a_folder_it_says_so(tmp_path):
    with pytest.raises(UsageError, match="no pictures"):
        write_pictures(embedding_from_arrays(POINTS), np.arange(2), tmp_path / "out")
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="can't make the folder"):
        write_pictures(with_images(np.zeros((12, 4, 4), np.uint8)), np.arange(2), tmp_path / "file")


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd", "/abs/olute", "a/b\\c:d*e?f\"g<h>i|j", "\x1b[31m\0\n", "." * 9,
        "x" * 900, "日本語" * 99, "\u202eevil.gpj", "CON", "-rf", "~", "a\r\nb", " ", "é̀́̂̃",
    ],
)  # fmt: skip
def test_names_are_harmless(name, tmp_path):
    stem = picture_stem(7, 3, name)
    assert stem.startswith("007") and len(stem.encode()) <= 170
    assert not set(stem) & set('/\\:*?"<>|\0\n\r\x1b~ ') and ".." not in stem.rstrip(".")
    assert stem.isprintable() and not stem.endswith((".", "-", "_"))
    (tmp_path / f"{stem}.png").write_bytes(b"")
    assert [path.parent for path in Path(tmp_path).iterdir()] == [tmp_path]


def test_a_table_that_holds_hostile_names_is_read_back(tmp_path):
    names = ["a,b", 'say "x"', "two\nlines", "lone\rreturn", "\x1b[31m", "", "plain", *"abcde"]
    embedding = with_images(np.zeros((12, 4, 4), np.uint8), names=np.array(names, object))
    write_pictures(embedding, np.arange(12), tmp_path / "out")
    assert [each["name"] for each in table(tmp_path / "out")] == names


def test_room_for_the_table_is_set_aside_first_and_given_back(tmp_path, monkeypatch):
    """A disk that gets full has it still; one that is full already, or can't, costs nothing."""
    aside, allocate = [], os.posix_fallocate

    def noted(descriptor, start, size):
        aside.append(size)
        allocate(descriptor, start, size)

    def refused(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    embedding = with_images(np.zeros((12, 4, 4), np.uint8), names=[f"n {k}" for k in range(12)])
    for way in (noted, refused):
        monkeypatch.setattr(os, "posix_fallocate", way)
        out = tmp_path / way.__name__
        assert write_pictures(embedding, np.arange(12), out).index == "index.csv"
        assert len(table(out)) == 12 and b"\0" not in (out / "index.csv").read_bytes()
    assert aside[0] >= 12 * 100
