"""Tagging: from the first key to what the file holds, the colours, the filter and the panel."""

import errno
import os
import threading

import numpy as np
import pandas as pd
import pytest
from tests.support.command_line import run_here
from tests.support.embed import make_app, ready
from tests.support.screens import until, whole

from vizterm.embed.request import EmbedRequest
from vizterm.widgets.find_bar import FindBar
from vizterm_core.load import load_embedding
from vizterm_core.tags import journal as journal_module

COUNT = 60
NAMES = np.array([f"photo {k}" for k in range(COUNT)])
SIZE = (130, 40)


@pytest.fixture
def path(tmp_path):
    rng = np.random.default_rng(3)
    path = tmp_path / "data.npz"
    np.savez(path, X=rng.normal(size=(COUNT, 2)), y=np.arange(COUNT) % 3, names=NAMES)
    return path


def app_of(path):
    return make_app(lambda: load_embedding(path), tags=EmbedRequest(path).tag_reader())


def file_of(path):
    """What stands in the file: the tag and the row of each line, and whether it was added."""
    table = pd.read_csv(path.with_name("data.tags.csv"))
    return list(zip(table.row, table.name, table.tag, table.change == "added", strict=True))


def said(screen):
    return str(screen.query_one("#find-note").render())


async def tag(pilot, screen, text):
    before = screen.loaded
    await pilot.press("number_sign")
    await until(pilot, lambda: screen.query_one(FindBar).display)
    await pilot.press(*("minus" if each == "-" else each for each in text), "enter")
    await until(pilot, lambda: screen.loaded is not before)
    await pilot.pause()


async def test_a_point_is_tagged_seen_coloured_filtered_and_taken_back(path):
    app, screen = app_of(path)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g")
        await tag(pilot, screen, "odd")
        assert file_of(path) == [(7, "photo 7", "odd", True)]
        await until(pilot, lambda: "1 point tagged odd · Z takes it back" in whole(screen))
        assert screen.loaded.embedding.columns["tag"].text(7) == "odd"
        # Another one has it, completed.
        await pilot.press("9", "g", "number_sign", "o", "tab")
        assert screen.query_one("#find-input").value == "odd"
        await pilot.press("enter")
        await until(pilot, lambda: len(file_of(path)) == 2)
        await until(pilot, lambda: screen.loaded.tags.counts == {"odd": 2})
        # To colour by, and to filter by.
        await pilot.press("o")
        await until(pilot, lambda: app.screen is not screen)
        await pilot.press(*"tag", "enter")
        await until(pilot, lambda: screen.model.embedding.coloured_by == "tag")
        assert "odd" in screen.model.embedding.labels.names
        await pilot.press("w", *'tag=="odd"', "enter")
        await until(pilot, lambda: screen.loaded.matching == 2)
        await pilot.press("Z")
        await until(pilot, lambda: screen.loaded.matching == 1)
        await until(pilot, lambda: "taken back: odd of 1 point" in whole(screen))
        assert file_of(path)[2:] == [(9, "photo 9", "odd", False)]
        # The last one: the filter and the colour end with it.
        await pilot.press("Z")
        await until(pilot, lambda: screen.loaded.matching == COUNT)
        assert not screen.loaded.where and screen.model.embedding.coloured_by != "tag"
        await pilot.press("Z")
        await until(pilot, lambda: "no change of tags to take back" in whole(screen))


async def test_what_is_selected_is_tagged_at_once(path):
    app, screen = app_of(path)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("S", "a")
        await until(pilot, lambda: screen.model.selection.count == COUNT)
        await pilot.press("number_sign")
        assert "tag 60 selected points:" in whole(screen)
        await pilot.press("escape")
        await tag(pilot, screen, "all")
        assert [row for row, *_ in file_of(path)] == list(range(COUNT))
        assert screen.model.selection.count == COUNT
        await tag(pilot, screen, "-all")
        assert screen.loaded.tags.counts == {}
        assert len(file_of(path)) == 2 * COUNT


async def test_a_label_is_corrected(path):
    app, screen = app_of(path)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("3", "g")
        await tag(pilot, screen, "y=2")
        await tag(pilot, screen, "y=1")
        column = screen.loaded.embedding.columns["y (tagged)"]
        assert column.text(3) == "1" and column.text(4) == ""
    again = load_embedding(path)
    tags = EmbedRequest(path).tag_reader()(again)
    assert tags.counts == {"y=1": 1}


async def test_what_is_asked_for_is_said(path):
    app, screen = app_of(path)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        screen.model.place(None)
        await pilot.press("number_sign")
        assert "no point under the cursor to tag" in whole(screen)
        await pilot.press("7", "g", "number_sign")
        assert "tag #7:" in whole(screen) and said(screen).strip().startswith("e.g. blurry")
        await pilot.press("minus", "x", "enter")
        assert said(screen).strip() == "no point has the tag x"
        await pilot.press("escape")
        await tag(pilot, screen, "odd")
        await pilot.press("number_sign")
        assert said(screen).strip() == "has odd · -odd takes it off"


async def test_a_full_disk_is_said_and_loses_nothing(path, monkeypatch):
    app, screen = app_of(path)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)

        def full(*_):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(journal_module, "_write_all", full)
        await pilot.press("7", "g")
        await tag(pilot, screen, "odd")
        await until(pilot, lambda: "No space left on device" in whole(screen))
        assert "tags not saved" in whole(screen)
        assert screen.loaded.tags.counts == {"odd": 1}
        # Reading the file again loses nothing either.
        before = screen.loaded
        await pilot.press("r")
        await until(pilot, lambda: screen.loaded is not before)
        assert screen.loaded.tags.counts == {"odd": 1}
        monkeypatch.undo()
        await pilot.press("number_sign", "enter")
        await until(pilot, lambda: "tags are saved now" in whole(screen))
        assert file_of(path) == [(7, "photo 7", "odd", True)]
        assert "tags not saved" not in whole(screen)


async def test_two_sessions_see_each_others_tags_once_they_read_again(path):
    app, screen = app_of(path)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        other = EmbedRequest(path).tag_reader()(load_embedding(path))
        other.add([1, 2], "theirs")
        await pilot.press("7", "g")
        await tag(pilot, screen, "mine")
        before = screen.loaded
        await pilot.press("r")
        await until(pilot, lambda: screen.loaded is not before)
        assert screen.loaded.tags.counts == {"theirs": 2, "mine": 1}


async def test_data_in_memory_keep_their_tags_in_memory(path):
    embedding = load_embedding(path)
    app, screen = make_app(lambda: embedding, tags=EmbedRequest(embedding).tag_reader())
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g")
        await tag(pilot, screen, "odd")
        assert screen.loaded.tags.rows("odd").tolist() == [7]
    assert not path.with_name("data.tags.csv").exists()


async def test_what_is_still_on_its_way_at_the_end_is_written(path, monkeypatch):
    app, screen = app_of(path)
    go_on = threading.Event()
    real = journal_module._write_all

    def slow(*arguments):
        assert go_on.wait(20)
        real(*arguments)

    monkeypatch.setattr(journal_module, "_write_all", slow)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g", "number_sign", *"one", "enter")
        await pilot.press("number_sign", *"two", "enter")
    go_on.set()
    tags = screen.finish_tags()
    assert tags.of(7) == ("one", "two") and not tags.unsaved
    assert [tag for _, _, tag, _ in file_of(path)] == ["one", "two"]


async def test_a_folder_that_can_not_be_written_to_is_told_of(path, monkeypatch):
    home = path.parent / "home"
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    access = os.access

    def refused(where, mode):
        return os.fspath(where) != os.fspath(path.parent) and access(where, mode)

    monkeypatch.setattr(os, "access", refused)
    app, screen = app_of(path)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("3", "g")
        await tag(pilot, screen, "odd")
        # The path may be too long for the line.
        assert f"kept in {home}"[:40] in whole(screen)
    (kept,) = (home / "vizterm" / "tags").iterdir()
    assert ",odd," in kept.read_text() and not path.with_name("data.tags.csv").exists()
    done = run_here("tags", path)
    assert "3,photo 3,odd," in done.stdout and f"note: read from {kept}" in done.stderr
