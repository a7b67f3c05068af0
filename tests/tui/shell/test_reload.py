"""A file that is rewritten, removed or stalls while it is shown."""

import gc
import json
import os
import re
import threading
import weakref

import numpy as np
import pytest
from tests.support import heat, overlay
from tests.support.embed import make_app, ready
from tests.support.screens import text_of, until
from tests.support.terminal_rig import Rig

from vizterm.heat.model import Heat, HeatModel, HeatOptions
from vizterm.overlay.model import Overlay, OverlayModel
from vizterm.overlay.options import OverlayOptions
from vizterm_core.load import embedding_from_arrays, load_embedding
from vizterm_core.load.heat.counting import count_source
from vizterm_core.load.heat.source import load_heat
from vizterm_core.load.overlay.source import load_overlay
from vizterm_core.pictures.stacks import Images


def write(path, count=200, seed=0, level=100):
    """Points whose pictures are all of one grey, as another process would replace a file."""
    rng = np.random.default_rng(seed)
    arrays = {
        "X": rng.random((count, 2)),
        "y": np.arange(count) % 4,
        "images": np.full((count, 16, 16), level, np.uint8),
    }
    beside = path.with_name("beside.npz")
    np.savez(beside, **arrays)
    beside.replace(path)
    return arrays


async def looked_at(pilot, screen, words):
    screen._reloading.look_at_files()
    await until(pilot, lambda: words in text_of(screen, "#heading"))


async def test_a_replaced_file_is_announced_and_reloaded_in_the_same_view(tmp_path):
    path = tmp_path / "run.npz"
    write(path)
    app, screen = make_app(lambda: load_embedding(path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("tab", "down", "space", "tab")
        await pilot.press("1", "6", "g", "plus", "plus", "enter")
        screen._reloading.look_at_files()
        await until(pilot, lambda: not screen._reloading.looking)
        assert "changed" not in text_of(screen, "#heading")
        view = screen.model.viewport
        new = write(path, count=300, seed=1, level=200)
        await looked_at(pilot, screen, "run.npz has changed: press r to reload")
        # What is shown goes on being that of the old file, pictures too.
        await pilot.press("right")
        await until(pilot, lambda: screen.query_one("#panel").picture.array is not None)
        assert screen.query_one("#panel").picture.array.max() == 100
        await pilot.press("1", "6", "g")
        await pilot.press("r")
        await until(pilot, lambda: "changed" not in text_of(screen, "#heading"))
        assert "300 points" in text_of(screen, "#heading")
        assert "reloaded run.npz" in text_of(screen, "#status")
        model = screen.model
        assert model.viewport.x_scale == pytest.approx(view.x_scale)
        assert model.visible.tolist() == [True, False, True, True]
        assert model.cursor == model.pinned == 16
        assert (model.embedding.x[16], model.embedding.y[16]) == tuple(new["X"][16])
        await until(pilot, lambda: screen.query_one("#panel").picture.array is not None)
        assert screen.query_one("#panel").picture.array.max() == 200
        await pilot.press("0", "A")
        await until(pilot, lambda: screen.query_one("ScatterPlot").frame.exact)
        assert " 1× " in text_of(screen, "#status")


async def test_reloading_frees_the_data_before(tmp_path):
    path = tmp_path / "run.npz"
    write(path)
    app, screen = make_app(lambda: load_embedding(path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("1", "6", "g")
        await app.workers.wait_for_complete()
        before = weakref.ref(screen.model)
        images = weakref.ref(screen.model.embedding.images)
        await pilot.press("r")
        await until(pilot, lambda: screen.model is not before())
        await until(pilot, lambda: gc.collect() >= 0 and images() is None)


async def test_a_file_that_can_not_be_reloaded_leaves_what_was_shown(tmp_path):
    path = tmp_path / "run.npz"
    write(path)
    app, screen = make_app(lambda: load_embedding(path))
    async with app.run_test(size=(140, 40)) as pilot:
        await ready(pilot, screen)
        path.write_bytes(path.read_bytes()[:500])
        await looked_at(pilot, screen, "run.npz has changed")
        await pilot.press("r")
        await until(pilot, lambda: "not reloaded" in text_of(screen, "#status"))
        assert "run.npz is a truncated or damaged .npz file" in text_of(screen, "#status")
        assert "has changed" in text_of(screen, "#heading")
        await pilot.press("1", "7", "g")
        assert screen.model.cursor == 17
        await until(
            pilot, lambda: screen.query_one("#panel").picture._message == "its file has changed"
        )
        path.unlink()
        await looked_at(pilot, screen, "run.npz was removed")
        write(path, count=50)
        await pilot.press("r")
        await until(pilot, lambda: "50 points" in text_of(screen, "#heading"))


async def test_a_cursor_whose_row_is_gone_is_unset(tmp_path):
    path = tmp_path / "run.npz"
    write(path)
    app, screen = make_app(lambda: load_embedding(path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("1", "5", "0", "g", "enter")
        write(path, count=10)
        await pilot.press("r")
        await until(pilot, lambda: "10 points" in text_of(screen, "#heading"))
        assert screen.model.cursor is None
        assert screen.model.pinned is None
        await pilot.press("right")
        assert screen.model.cursor is not None


async def test_arrays_from_python_are_not_reloaded():
    app, screen = make_app(lambda: embedding_from_arrays(np.random.default_rng(0).random((9, 2))))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("r")
        assert "there is no file to reload" in text_of(screen, "#status")


async def test_a_stalled_file_system_blocks_nothing(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    write(path)
    goes_on = threading.Event()
    picture = Images.picture

    def stalled(images, *which):
        assert goes_on.wait(60)
        return picture(images, *which)

    monkeypatch.setattr(Images, "picture", stalled)
    app, screen = make_app(lambda: load_embedding(path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        for point in range(5):
            await pilot.press(str(point), "g")
            assert screen.model.cursor == point
        shown = screen.query_one("#panel").picture
        assert shown.array is None
        assert shown._message == "reading …"
        goes_on.set()
        await until(pilot, lambda: shown.array is not None)


async def test_a_heatmap_is_reloaded_in_the_same_colours(tmp_path):
    path = tmp_path / "clicks.json"
    path.write_text(json.dumps({"12,20": 5, "80,40": 1}))

    def load():
        source = load_heat(path)
        model = HeatModel(count_source(source, (100, 60)), HeatOptions())
        return Heat(source.name, model, source.notes, source.files)

    app, screen = heat.app_of(load)
    async with app.run_test(size=(100, 30)) as pilot:
        await heat.ready(pilot, screen)
        await pilot.press("c", "u", ">", "right", "plus")
        chosen = screen.model.colours.colormap, screen.model.colours.norm_name, screen.model.sigma
        cursor, view = screen.model.camera.cursor, screen.model.camera.view
        path.write_text(json.dumps({"12,20": 5, "80,40": 1, "81,41": 3}))
        await looked_at(pilot, screen, "clicks.json has changed")
        await pilot.press("r")
        await until(pilot, lambda: "3 events" in text_of(screen, "#heading"))
        assert (
            screen.model.colours.colormap,
            screen.model.colours.norm_name,
            screen.model.sigma,
        ) == chosen
        assert (screen.model.camera.cursor, screen.model.camera.view) == (cursor, view)
        assert "reloaded clicks.json" in text_of(screen, "#status")


async def test_an_overlay_is_reloaded_at_the_same_channel(tmp_path):
    path = tmp_path / "cam.npz"

    def save(channels, size=(32, 48)):
        rng = np.random.default_rng(channels)
        image = rng.integers(0, 256, (*size, 3), np.uint8)
        np.savez(path, image=image, feature=rng.random((channels, 8, 12)))

    def load():
        source = load_overlay(path)
        model = OverlayModel(source.image, source.features, OverlayOptions())
        return Overlay(source.name, model, source.notes, source.files)

    save(6)
    app, screen = overlay.app_of(load)
    async with app.run_test(size=(120, 40)) as pilot:
        await overlay.ready(pilot, screen)
        await pilot.press("m", "4", "g")
        assert screen.model.channel == 4
        for channels, size, expected in ((8, (32, 48), 4), (3, (64, 20), 0)):
            save(channels, size)
            await looked_at(pilot, screen, "cam.npz has changed")
            await pilot.press("r")
            await until(pilot, lambda: "changed" not in text_of(screen, "#heading"))
            assert screen.model.channels.shape[0] == channels
            assert screen.model.channel == expected
            assert screen.model.look.mode != "color"
            assert screen.model.camera.size == size[::-1]
            assert f"channel {expected} of {channels}" in text_of(screen, "#status")


def test_a_file_truncated_under_the_real_program_does_not_end_it(tmp_path):
    path = tmp_path / "run.npz"
    write(path, count=500)
    with Rig(["embed", str(path)]) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"7g")
        rig.wait_for_text("#7")
        os.truncate(path, 100)
        rig.wait_for_text("run.npz has changed: press r to reload")
        for key in (b"8g", b"\x1b[C", b"250g", b"\r"):
            rig.type(key)
        rig.wait_for(lambda: re.search("its file has changed", rig.text))
        rig.wait_for_text("#250")
        rig.type(b"r")
        rig.wait_for_text("not reloaded")
        write(path, count=300)
        rig.type(b"r")
        rig.wait_for_text("300 points")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_quitting_does_not_wait_for_a_file_that_is_still_loading(digits_path):
    code = (
        "import sys, threading\n"
        "import vizterm_core.load\n"
        "from vizterm.cli import main\n"
        "vizterm_core.load.load_embedding = lambda *_, **__: threading.Event().wait()\n"
        "sys.argv = ['vizterm', 'embed', sys.argv[1]]\n"
        "main()\n"
    )
    with Rig(["-c", code, str(digits_path)], module=None) as rig:
        rig.wait_for_text("loading …   q to leave")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


async def test_what_comes_while_the_app_is_left_is_dropped(tmp_path):
    path = tmp_path / "run.npz"
    write(path)
    app, screen = make_app(lambda: load_embedding(path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        model = screen.model
        await screen.remove_children()
        screen._reloading._looked(screen._reloading._files, "run.npz has changed")
        screen._reloading._source = screen._reloading._source.again()
        screen._reloading._take()
        assert screen.model is model
    assert app.unexpected is None


def test_quitting_while_a_thread_is_in_c_plus_plus_is_no_abort(digits_path):
    # np.unique is C++, which Python must not unwind when it ends.
    code = (
        "import sys, threading\n"
        "import numpy as np\n"
        "import vizterm_core.load\n"
        "from vizterm.cli import main\n"
        "values = np.random.default_rng(0).integers(0, 50, 3000)\n"
        "def busy(*_, **__):\n"
        "    while True:\n"
        "        np.unique(values)\n"
        "vizterm_core.load.load_embedding = busy\n"
        "sys.argv = ['vizterm', 'embed', sys.argv[1]]\n"
        "main()\n"
    )
    with Rig(["-c", code, str(digits_path)], module=None) as rig:
        rig.wait_for_text("loading …   q to leave")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert b"terminate" not in rig.raw
