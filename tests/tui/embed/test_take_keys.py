"""Taking away from the app: from the key to the file's content, and to the clipboard."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.support.embed import make_app, ready, with_columns
from tests.support.screens import text_of, until

from vizterm.embed.take import take_keys
from vizterm.widgets.find_bar import FindBar
from vizterm_core.load import embedding_from_arrays

RNG = np.random.default_rng(5)
POINTS = RNG.normal(size=(60, 2))
POINTS[3] = np.nan
NAMES = np.array([f"n {k}" for k in range(60)])
KINDS = np.array(["cat", "dog, small"])[np.arange(60) % 2]
LOSS = RNG.random(60)
KEPT = np.delete(np.arange(60), 3)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def data():
    embedding = embedding_from_arrays(POINTS, names=NAMES, title="my data/animals.npz")
    columns = {"loss": LOSS, "kind": KINDS, "loss, scaled": LOSS * 2}
    return replace(with_columns(embedding, **columns), named_by="")


def note(screen):
    return str(screen.query_one("#find-note").render())


def prompt(screen):
    return str(screen.query_one("#find-prompt").render())


async def write(pilot, screen, name=None, columns="", said="wrote"):
    """Write a file by the keys; columns and name as proposed, or others."""
    bar = screen.query_one(FindBar)
    await pilot.press("Y", "w")
    await until(pilot, lambda: bar.display)
    proposed = bar.text
    if name is not None:
        screen.query_one("#find-input").value = name
    await pilot.press("enter")
    await until(pilot, lambda: bar.display and "columns of" in prompt(screen))
    screen.query_one("#find-input").value = columns
    await pilot.press("enter")
    await until(pilot, lambda: said in text_of(screen, "#status"))
    return name or proposed


async def test_the_selection_is_written_with_all_columns_or_with_some():
    app, screen = make_app(data)
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("S", "a")
        assert await write(pilot, screen) == "animals.csv"
        assert "wrote animals.csv: 59 rows, 7 columns" in text_of(screen, "#status")
        frame = pd.read_csv("animals.csv")
        assert list(frame) == ["row", "name", "x", "y", "loss", "kind", "loss, scaled"]
        assert frame["row"].tolist() == KEPT.tolist()
        assert frame["kind"].tolist() == KINDS[KEPT].tolist()
        assert frame["x"].to_numpy() == pytest.approx(POINTS[KEPT, 0], rel=1e-15)
        await write(pilot, screen, "some.tsv", '"loss, scaled", row', "wrote some.tsv")
        frame = pd.read_csv("some.tsv", sep="\t")
        assert list(frame) == ["loss, scaled", "row"]
        assert frame["loss, scaled"].to_numpy() == pytest.approx(LOSS[KEPT] * 2, rel=1e-15)
        await write(pilot, screen, "rows.npy", "", "wrote rows.npy: 59 rows, 1 column")
        assert np.load("rows.npy").tolist() == KEPT.tolist()
        await write(pilot, screen, "names.txt", "", "wrote names.txt")
        with open("names.txt") as lines:  # noqa: PTH123
            assert lines.read().splitlines() == NAMES[KEPT].tolist()
        assert not screen.query_one(FindBar).display and screen.focused.id is None


async def test_the_point_under_the_cursor_is_taken_where_none_is_selected():
    app, screen = make_app(data)
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("4", "1", "g")
        await pilot.press("Y")
        menu = screen.query_one("#key-menu")
        await until(pilot, lambda: "take away #41" in str(menu.border_title))
        await pilot.press("escape")
        await write(pilot, screen, "one.jsonl", "", "wrote one.jsonl: 1 row,")
        frame = pd.read_json("one.jsonl", lines=True)
        assert frame["row"].tolist() == [41] and frame["name"].tolist() == ["n 41"]


async def test_rows_and_names_are_copied(monkeypatch):
    app, screen = make_app(data)
    copied = []
    monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("5", "g", "space", "7", "g", "space", "Y", "y")
        assert "copied 2 rows" in text_of(screen, "#status")
        await pilot.press("Y", "n")
        assert "copied 2 names" in text_of(screen, "#status")
        assert copied == ["5\n7", "n 5\nn 7"]
        monkeypatch.setattr(take_keys, "_MOST_COPIED", 1)
        await pilot.press("Y", "y")
        assert "too many for a clipboard" in text_of(screen, "#status") and len(copied) == 2


async def test_what_can_not_be_written_is_said_while_the_prompt_stays(here):
    app, screen = make_app(data)
    async with app.run_test(size=(180, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("g", "Y", "w")
        bar, field = screen.query_one(FindBar), screen.query_one("#find-input")
        await until(pilot, lambda: bar.display)
        for name, said in (("x.xls", "unknown format"), ("no/x.csv", "no directory"), ("", "type")):
            field.value = name
            await pilot.press("enter")
            await until(pilot, lambda said=said: said in note(screen))
            assert bar.display
        field.value = "x.txt"
        await pilot.press("enter")
        for columns, said in (
            ("lss", "no column lss: row, name"),
            ("row, row", "named twice"),
            ("row, x", "one column"),
        ):
            field.value = columns
            await pilot.press("enter")
            await until(pilot, lambda said=said: said in note(screen))
        field.value = ""
        await pilot.press(*"row, k", "tab")
        assert field.value == "row, kind"
        await pilot.press(*", los", "tab")
        assert field.value == "row, kind, loss" and "loss, scaled" in note(screen)
        await pilot.press("escape")
        await until(pilot, lambda: not bar.display)
        assert not [*here.iterdir()]


async def test_a_full_disk_leaves_the_older_file_and_is_said(monkeypatch, here):
    def full(*_):
        raise OSError(28, "No space left on device")

    (here / "animals.csv").write_text("older")
    app, screen = make_app(data)
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, screen)
        monkeypatch.setattr(take_keys, "write_table", full)
        await pilot.press("g")
        await write(
            pilot, screen, "animals.csv", "", "can't write animals.csv: No space left on device"
        )
    assert [path.name for path in here.iterdir()] == ["animals.csv"]
    assert (here / "animals.csv").read_text() == "older"
