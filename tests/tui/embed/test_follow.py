"""Files that are followed: what is written to them is shown as soon as it is whole."""

import gc
import threading
from pathlib import Path
from time import monotonic

import numpy as np
from tests.support.embed import ready
from tests.support.screens import text_of, until
from tests.support.terminal_rig import start

from vizterm.embed.indexed import indexed
from vizterm.embed.request import EmbedRequest
from vizterm.embed.screen import EmbedScreen
from vizterm.graphics.choose import Graphics
from vizterm.shell.app import VizApp
from vizterm.shell.background import Background
from vizterm.terminal.facts import Terminal

N = 40
LABELS = np.repeat(["a", "b"], 20)
NAMES = np.array([f"p{row}" for row in range(N)])


def write(path, epoch, rows=slice(None), *, beside=True):
    places = np.random.default_rng(3).normal(size=(N, 2)) + epoch
    target = path.with_name("begun.tmp") if beside else path
    with target.open("wb") as out:
        np.savez(out, X=places[rows], y=LABELS[rows], ids=NAMES[rows])
    if beside:
        target.replace(path)
    return places


def followed(*paths):
    request = EmbedRequest([str(path) for path in paths], follow=True)
    load, again = request.loaders()
    tags = request.tag_reader()
    facts = Terminal()
    source = Background(indexed(load, tags=tags), again=indexed(again, strict=False, tags=tags))
    screen = EmbedScreen(source, facts, watch=request.watch())
    return VizApp(lambda: screen, facts, Graphics("half", "a test")), screen


def looks(screen):
    """Look at the files as the timer does, but at once."""
    screen._reloading.look_at_files()


async def shows(pilot, screen, condition):
    def check():
        looks(screen)
        return condition()

    await until(pilot, check)


async def test_a_rewritten_file_is_shown_and_what_was_chosen_stays_by_name(tmp_path):
    path = tmp_path / "now.npz"
    write(path, 0)
    app, screen = followed(path)
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        assert "following" in text_of(screen, "#status")
        await pilot.press("5", "g", "enter", "space", "plus", "plus")
        view = screen.model.viewport
        places = write(path, 1, np.arange(N)[::-1])
        await shows(pilot, screen, lambda: screen.model.index.x[0] == places[-1, 0])
        model = screen.model
        assert model.viewport == view and model.selected_rows.tolist() == [N - 6]
        assert (model.pinned_row, model.cursor) == (N - 6, N - 6)
        # In place, by its own name.
        places = write(path, 2, beside=False)
        await shows(pilot, screen, lambda: screen.model.index.x[0] == places[0, 0])
        assert screen.model.selected_rows.tolist() == [5]


async def test_half_a_file_is_waited_for_and_one_that_is_gone_is_no_end(tmp_path):
    path = tmp_path / "now.npz"
    before = write(path, 0)
    app, screen = followed(path)
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        whole = tmp_path / "whole"
        places = write(whole, 1)
        content = whole.read_bytes()
        # Its writer was killed there.
        path.write_bytes(content[: len(content) // 2])
        await shows(pilot, screen, lambda: "waiting" in text_of(screen, "#heading"))
        assert screen.model.index.x[0] == before[0, 0]
        path.unlink()
        await shows(pilot, screen, lambda: "is gone" in text_of(screen, "#heading"))
        path.write_bytes(content)
        await shows(pilot, screen, lambda: screen.model.index.x[0] == places[0, 0])
        assert "waiting" not in text_of(screen, "#heading")


async def test_new_epochs_are_shown_unless_one_has_stepped_back(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    for epoch in (1, 2):
        write(run / f"epoch_{epoch}.npz", epoch)
    app, screen = followed(run)
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        write(run / "epoch_3.npz", 3)
        (run / "log.txt").write_text("loss 0.1")
        await shows(pilot, screen, lambda: "epoch 3 of 3" in text_of(screen, "#heading"))
        await pilot.press("less_than_sign")
        await until(pilot, lambda: screen.loaded.embedding.epoch == 1)
        write(run / "epoch_4.npz", 4)
        await shows(pilot, screen, lambda: "epoch 2 of 4" in text_of(screen, "#heading"))
        await until(pilot, lambda: ": G follows on" in text_of(screen, "#status"))
        await pilot.press("colon", "G")
        await until(pilot, lambda: screen.loaded.embedding.epoch == 3)
        assert screen.model.reach.extent.right > 4
        write(run / "epoch_10.npz", 10)
        await shows(pilot, screen, lambda: "epoch_10.npz" in text_of(screen, "#heading"))


async def test_an_array_that_grows_and_lines_that_are_appended(tmp_path):
    path = tmp_path / "run.npy"
    stack = np.random.default_rng(1).normal(size=(4, N, 2))
    np.save(path, stack[:2])
    app, screen = followed(path)
    async with app.run_test(size=(100, 24)) as pilot:
        await ready(pilot, screen)
        np.save(path, stack)
        await shows(pilot, screen, lambda: "epoch 4 of 4" in text_of(screen, "#heading"))
        assert screen.model.index.x[0] == stack[3, 0, 0]
    table = tmp_path / "points.csv"
    table.write_text("x,y,kind\n1,2,a\n3,4,b\n5,6,a\n")
    app, screen = followed(table)
    async with app.run_test(size=(100, 24)) as pilot:
        await ready(pilot, screen)
        for count in (4, 5):
            with table.open("a") as out:
                out.write(f"{count},{count},b\n")
            await shows(
                pilot, screen, lambda count=count: f"{count} points" in text_of(screen, "#heading")
            )


async def test_many_rewrites_leave_nothing_behind(tmp_path):
    path = tmp_path / "now.npz"
    write(path, 0)
    app, screen = followed(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, screen)
        held = []
        for epoch in range(1, 60):
            places = write(path, epoch)
            await shows(
                pilot, screen, lambda places=places: screen.model.index.x[0] == places[0, 0]
            )
            if epoch in (20, 59):
                gc.collect()
                files = len(list(Path("/proc/self/fd").iterdir()))
                models = sum(type(each).__name__ == "EmbedModel" for each in gc.get_objects())
                held.append((files, threading.active_count(), models, len(screen.workers)))
        (files, threads, models, workers), after = held
        assert after[0] <= files + 1 and after[1] <= threads + 1
        assert after[2] <= models + 1 and after[3] <= workers + 2


def test_a_run_is_followed_in_a_real_terminal(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    with start(run, "--follow", "--graphics", "half") as rig:
        # Before the first epoch is written.
        rig.wait_for_text("waiting: run is a directory")
        write(run / "epoch_1.npz", 1)
        rig.wait_for_text("following")
        for epoch in (2, 3):
            write(run / f"epoch_{epoch}.npz", epoch)
            began = monotonic()
            rig.wait_for_text(f"epoch {epoch} of {epoch}")
            # Within a second of its being whole; other tests run at the same time.
            assert monotonic() - began < 5
        rig.type(b"<")
        rig.wait_for_text("epoch 2 of 3")
        write(run / "epoch_4.npz", 4)
        rig.wait_for_text("epoch 2 of 4")
        rig.type(b":G")
        rig.wait_for_text("epoch 4 of 4")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
