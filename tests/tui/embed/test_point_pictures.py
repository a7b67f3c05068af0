"""Pictures in the panel, on the map and in print: of any size, damaged, missing, in any range."""

import threading
from functools import partial

import numpy as np
import pytest
from PIL import Image
from tests.support.command_line import run_here
from tests.support.embed import make_app, ready
from tests.support.screens import text_of, until

from vizterm.embed.scatter.entry_reader import EntryReader
from vizterm.embed.scatter.map_look import MapLook
from vizterm.embed.scatter.thumbnail_store import ThumbnailStore
from vizterm_core.load import Keys, embedding_from_arrays, load_embedding
from vizterm_core.pictures.loose import LoosePictures
from vizterm_core.pictures.value_range import Levels

POINTS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])


@pytest.fixture
def folder(tmp_path):
    for k, size in enumerate([(40, 30), (300, 200), (9, 60)]):
        Image.new("RGB", size, (40 * k + 40, 90, 10)).save(tmp_path / f"{k}.png")
    (tmp_path / "cut.jpg").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    names = np.array(["0.png", "1.png", "2.png", "cut.jpg"])
    np.savez(tmp_path / "data.npz", X=POINTS, paths=names)
    return tmp_path


def panel_of(screen):
    return screen.query_one("#panel").picture


def is_shown(screen, shape):
    return getattr(panel_of(screen).array, "shape", None) == shape


def message_of(view):
    """What stands in a picture's place, over as many lines as it takes."""
    lines = [view.render_line(row).text for row in range(view.size.height)]
    return " ".join(" ".join(lines).split())


async def test_pictures_of_any_size_and_the_reason_why_there_is_none(folder):
    app, screen = make_app(lambda: load_embedding(folder / "data.npz"))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        for row, shape in enumerate([(30, 40, 3), (200, 300, 3), (60, 9, 3)]):
            await pilot.press(str(row), "g")
            await until(pilot, partial(is_shown, screen, shape))
        await pilot.press("3", "g")
        await until(pilot, lambda: "cut.jpg is damaged" in message_of(panel_of(screen)))
        (folder / "1.png").unlink()
        await pilot.press("f", "1", "g", "R")
        await until(pilot, lambda: "no such file" in message_of(screen.query_one("#large").picture))


async def test_a_key_changes_the_range_and_the_panel_tells_it():
    images = np.full((4, 6, 6), 80, np.uint16)
    images[:, 0] = np.array([[40], [80], [120], [160]])
    images[:, 1] = 0
    data = embedding_from_arrays(POINTS, images=images)
    app, screen = make_app(lambda: data)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("0", "g", "1", "g")
        await pilot.pause()
        seen = []
        for _ in range(4):
            seen.append((int(panel_of(screen).array[0, 0, 0]), text_of(screen, "#panel .facts")))
            await pilot.press("R")
            await pilot.pause()
        levels = [level for level, _ in seen]
        assert levels == [128, 0, 255, 128]
        for (_, text), said in zip(
            seen, ("range 0 – 160", "range 0 – 65,535 (full)", "each its own range"), strict=False
        ):
            assert said in text
        assert "pictures: range 0 – 65,535 (full)" in text_of(screen, "#status")


async def test_the_range_of_deep_files_is_told_with_the_first_of_them(tmp_path):
    deep = np.zeros((9, 9), np.uint16)
    deep[4:] = 1600
    Image.fromarray(deep).save(tmp_path / "deep.png")
    images = [tmp_path / "deep.png"] * 4
    app, screen = make_app(lambda: embedding_from_arrays(POINTS, images=images))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("1", "g")
        await until(pilot, partial(is_shown, screen, (9, 9, 3)))
        assert "16-bit range 0 – 1,600" in text_of(screen, "#panel .facts")


async def test_without_pictures_the_key_says_so():
    app, screen = make_app(lambda: embedding_from_arrays(POINTS))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("R")
        await pilot.pause()
        assert "no pictures" in text_of(screen, "#status")


def test_objects_in_memory_are_decoded_in_a_thread():
    threads = []

    class Noted(LoosePictures):
        def picture(self, row, *options):
            threads.append(threading.current_thread())
            return super().picture(row, *options)

    data = embedding_from_arrays(POINTS, images=[np.zeros((k + 3, 4)) for k in range(4)])
    noted = Noted(4, [np.zeros((3, 4))] * 4)
    object.__setattr__(data, "images", noted)
    reader = EntryReader(data, lambda: None)
    for _ in range(200):
        if reader.entry(1).image is not None:
            break
    assert reader.entry(1).image.shape == (3, 4, 3)
    assert threads and threading.main_thread() not in threads
    reader.close()


def test_on_the_map_there_is_no_square_for_what_cannot_be_read(folder):
    data = load_embedding(folder / "data.npz")
    come = threading.Semaphore(0)
    look = MapLook.of(data)
    store = ThumbnailStore(data, lambda: look, come.release)
    store.get([0, 1, 2, 3], 16)
    found = [None]
    while found[0] is None or found[2] is None:
        assert come.acquire(timeout=20)
        found = store.get([0, 1, 2, 3], 16)
    assert found[3] is None and found[1].shape == (16, 16, 3)
    assert not store._wanted, "it isn't asked for again"
    store.close()


def test_the_look_on_the_map_changes_with_the_range():
    data = embedding_from_arrays(POINTS, images=np.arange(64.0).reshape(4, 4, 4) + 1000)
    come = threading.Semaphore(0)
    look = MapLook.of(data)
    store = ThumbnailStore(data, lambda: look, come.release)
    means = []
    for _ in Levels:
        while (found := store.get([0], 8)[0]) is None:
            assert come.acquire(timeout=20)
        means.append(int(found.mean()))
        look.next_levels()
    assert len(set(means)) == 3
    store.close()


# the command line


def test_a_point_is_printed_with_its_range_or_with_the_reason(folder):
    done = run_here("embed", folder / "data.npz", "--print", "--point", "1", "--color", "none")
    assert done.returncode == 0 and done.stdout.count("▒") + done.stdout.count("░") > 50
    done = run_here("embed", folder / "data.npz", "--print", "--point", "3", "--color", "none")
    assert done.returncode == 0 and "cut.jpg is damaged" in done.stdout


def test_the_range_and_the_root_are_options(folder, tmp_path):
    deep = np.zeros((4, 8, 8), np.uint16)
    deep[:, 4:] = 1000
    np.savez(tmp_path / "deep.npz", X=POINTS, images=deep)
    done = run_here("embed", tmp_path / "deep.npz", "--print", "--point", "0", "--range", "0,2000")
    assert "range 0 – 2,000" in done.stdout
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    np.savez(elsewhere / "data.npz", X=POINTS, paths=np.array(["0.png"] * 4))
    without = run_here("embed", elsewhere / "data.npz", "--print", "--point", "0")
    assert "no such file" in without.stdout
    found = run_here(
        "embed", elsewhere / "data.npz", "--print", "--point", "0", "--image-root", folder
    )
    assert found.returncode == 0 and "no such file" not in found.stdout
    for bad in ("5", "9,3", "a,b", "0,inf", "nan,1"):
        done = run_here("embed", tmp_path / "deep.npz", "--print", "--range", bad)
        assert done.returncode == 2 and "--range 0,4000" in done.stderr


def test_a_compressed_column_of_paths_is_read_in_the_background(folder):
    names = np.array(["0.png", "1.png", "2.png", "cut.jpg"])
    np.savez_compressed(folder / "packed.npz", X=POINTS, paths=names)
    data = load_embedding(folder / "packed.npz", Keys())
    assert not data.images.ready
    data.images.unpack()
    assert data.images.picture(1).shape == (200, 300, 3)
