"""Colouring by other columns: chosen from a list, switched, kept when a file is read again."""

import sys
from dataclasses import replace

import numpy as np
import pytest
from tests.support.embed import make_app, ready, with_columns
from tests.support.screens import text_of, until

from vizterm.embed import column_keys as column_keys_module
from vizterm.embed.indexed import indexed
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.side.legend import Legend
from vizterm.embed.snapshot import print_point
from vizterm.embed.wanted import Wanted, column_called
from vizterm.shell.palette import CommandList, PaletteScreen
from vizterm.terminal.facts import Terminal
from vizterm_core.errors import DataError, UsageError
from vizterm_core.load import embedding_from_arrays, load_embedding
from vizterm_core.scatter.columns import Column
from vizterm_core.scatter.frame import EMPTY
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.meaning import Meaning

RNG = np.random.default_rng(4)
N = 600
POINTS = RNG.normal(size=(N, 2))
SPLIT = np.array(["train", "test", "val"], object)[RNG.integers(0, 3, N)]
LOSS = RNG.random(N) * 2.29 + 0.01
PRED = RNG.integers(0, 5, N)
NAMES = np.array([f"photo {k:04}" for k in range(N)], object)


def data(coloured_by="split", **more):
    columns = {"split": SPLIT, "loss": LOSS, "y_pred": PRED, **more}
    return with_columns(embedding_from_arrays(POINTS), coloured_by, **columns)


def brute_labels(screen, codes):
    """The label of each cell, counted again by an index of its own."""
    model = screen.model
    names = model.embedding.labels.names
    index = PointIndex(model.embedding.x, model.embedding.y, codes, len(names))
    return index.exact_frame(model.viewport, np.ones(len(names), bool)).labels


async def choose(pilot, screen, *keys):
    await pilot.press("o")
    await until(pilot, lambda: isinstance(screen.app.screen, PaletteScreen))
    await pilot.press(*keys, "enter")
    await until(pilot, lambda: screen.app.screen is screen)
    await pilot.pause()


async def test_a_column_is_chosen_from_a_list_by_typing_and_all_else_stays():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await until(pilot, lambda: text_of(screen, "#panel .facts").count("loss") == 1)
        assert "coloured by split" in text_of(screen, "#heading")
        assert screen.query_one("#divider").text == "split · 3 labels"
        await pilot.press("plus", "4", "1", "g", "enter", "right")
        before = screen.model
        view, cursor, pinned = before.viewport, before.cursor, before.pinned
        await choose(pilot, screen, "l", "o", "s", "s")
        labels = screen.model.embedding.labels
        assert labels.continuous
        assert labels.scale.low == LOSS.min()
        assert "coloured by loss" in text_of(screen, "#heading")
        assert screen.query_one("#divider").text == "loss"
        assert (screen.model.viewport, screen.model.cursor) == (view, cursor)
        assert screen.model.pinned == pinned == 41
        frame = screen.query_one(ScatterPlot).frame
        assert np.array_equal(frame.labels, brute_labels(screen, labels.codes))
        facts = text_of(screen, "#panel .facts")
        assert f"split  {SPLIT[cursor]}" in facts
        assert f"{LOSS[cursor]:.6g}" in facts


async def test_the_list_says_kind_and_values_and_marks_the_one_in_use():
    app, screen = make_app(lambda: data(name=NAMES))
    async with app.run_test(size=(100, 40)) as pilot:
        await ready(pilot, screen)
        await until(pilot, lambda: len(screen._columns._told) == 4)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, PaletteScreen))
        rows = app.screen.query_one(CommandList)
        texts = [rows.render_line(y).text.strip() for y in range(rows.size.height)]
        assert texts[0].split() == ["▸", "split", "category", "·", "3", "now"]
        assert texts[1] == f"loss      quantity · {LOSS.min():.3g} – {LOSS.max():.3g}"
        assert texts[2] == "y_pred    category · 5"
        assert texts[3] == "name      text"
        assert texts[4] == "nothing"
        await pilot.press("escape")


async def test_colouring_can_be_dropped_and_taken_up_by_the_next_column():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await choose(pilot, screen, *"noth")
        assert screen.model.embedding.labels.names == ("points",)
        assert "coloured by" not in text_of(screen, "#heading")
        seen = []
        for _ in range(4):
            await pilot.press("O")
            seen.append(screen.model.embedding.coloured_by)
        assert seen == ["split", "loss", "y_pred", "split"]


async def test_numbers_are_categories_or_a_quantity_by_a_key_and_text_is_not():
    app, screen = make_app(lambda: data("y_pred"))
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        assert screen.model.embedding.labels.names == tuple("01234")
        await pilot.press("x")
        labels = screen.model.embedding.labels
        assert labels.continuous
        assert (labels.scale.low, labels.scale.high) == (0, 4)
        await pilot.press("x")
        assert not screen.model.embedding.labels.continuous
        await pilot.press("O", "x")
        assert "split has no numbers" in text_of(screen, "#status")
        assert screen.model.embedding.coloured_by == "split"


async def test_labels_hidden_in_one_colouring_are_shown_in_the_next():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("tab", "space", "tab")
        assert not screen.model.visible.all()
        await pilot.press("O")
        assert screen.model.visible.all()
        assert screen.query_one(ScatterPlot).frame.shown == N


async def test_a_column_that_takes_time_is_read_in_a_worker_and_said(monkeypatch):
    import threading

    gate = threading.Event()

    def slow():
        assert gate.wait(30)
        return PRED

    monkeypatch.setattr(column_keys_module, "_READ_AHEAD", 0)
    embedding = data()
    embedding.columns["slow"] = Column("slow", slow)
    app, screen = make_app(lambda: embedding)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await choose(pilot, screen, *"slow")
        assert "reading slow …" in text_of(screen, "#status")
        # The screen goes on meanwhile.
        await pilot.press("right")
        assert screen.model.embedding.coloured_by == "split"
        gate.set()
        await until(pilot, lambda: screen.model.embedding.coloured_by == "slow")
        assert screen.query_one(Legend).render_line(0).text.strip().startswith("● 0")


async def test_a_column_that_cannot_be_read_or_has_too_many_values_is_refused():
    def broken():
        raise DataError("bad.npz: 'bad' is damaged")

    embedding = data(many=np.array([f"name {k}" for k in range(N)], object))
    embedding.columns["bad"] = Column("bad", broken)
    app, screen = make_app(lambda: embedding)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await choose(pilot, screen, *"bad")
        await until(pilot, lambda: "'bad' is damaged" in text_of(screen, "#status"))
        assert screen.model.embedding.coloured_by == "split"
        assert screen.loaded.wanted.colour_by == "split"


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_small_terminals_choose_too(size):
    app, screen = make_app(data, colours="none")
    async with app.run_test(size=size) as pilot:
        await ready(pilot, screen)
        await choose(pilot, screen, *"y_p")
        assert screen.model.embedding.coloured_by == "y_pred"
        assert (screen.query_one(ScatterPlot).frame.labels != EMPTY).any()


async def test_the_panel_counts_the_columns_that_do_not_fit():
    many = {f"feature {k}": np.arange(N) * k for k in range(40)}
    app, screen = make_app(lambda: data(**many))
    async with app.run_test(size=(130, 36)) as pilot:
        await ready(pilot, screen)
        await pilot.press("5", "g")
        await until(pilot, lambda: "more" in text_of(screen, "#panel .facts"))
        lines = text_of(screen, "#panel .facts").splitlines()
        shown = [line for line in lines if "feature" in line or "loss" in line or "y_pred" in line]
        more = next(line for line in lines if "more" in line)
        assert more.strip() == f"+ {42 - len(shown)} more"
        assert "feature 3  15" in text_of(screen, "#panel .facts"), "not one below the other"


async def test_reloading_keeps_the_colour_and_says_if_its_column_is_gone(tmp_path):
    path = tmp_path / "runs.npz"
    np.savez(path, X=POINTS)
    later = {"columns": ("split", "loss", "y_pred")}

    def load():
        held = with_columns(load_embedding(path), split=SPLIT, loss=LOSS, y_pred=PRED)
        kept = {name: held.columns[name] for name in later["columns"]}
        return replace(held, columns=kept).coloured("split")

    app, screen = make_app(load)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("O", "O", "x")
        assert screen.model.embedding.labels.continuous
        await pilot.press("r")
        await until(pilot, lambda: "reloaded runs.npz" in text_of(screen, "#status"))
        assert screen.model.embedding.coloured_by == "y_pred"
        assert screen.model.embedding.labels.continuous
        later["columns"] = ("split", "loss")
        await pilot.press("r")
        await until(pilot, lambda: "y_pred: no such column" in text_of(screen, "#status"))
        assert screen.model.embedding.coloured_by == "split"


def test_the_first_colour_is_chosen_on_the_command_line():
    wanted = Wanted("y_pred", Meaning.QUANTITY)
    shown = indexed(data, wanted=wanted)()
    assert shown.embedding.labels.continuous
    assert shown.embedding.coloured_by == "y_pred"
    assert indexed(data, wanted=Wanted("none"))().embedding.labels.names == ("points",)
    with pytest.raises(
        UsageError, match="--color-by lass: no such column; there are loss, "
    ) as said:
        indexed(data, wanted=Wanted("lass"))()
    assert said.value.hint == "there are loss, split, y_pred"
    with pytest.raises(UsageError, match="split has no numbers"):
        indexed(data, wanted=Wanted(None, Meaning.QUANTITY))()
    with pytest.raises(UsageError, match="--as category: the points are coloured by no column"):
        indexed(lambda: data(""), wanted=Wanted(None, Meaning.CATEGORY))()


def test_the_end_of_a_path_names_a_column_if_only_one_has_it():
    held = {"obs/leiden": 1, "obs/batch": 2, "uns/batch": 3}
    assert column_called("leiden", held, "--color-by") == "obs/leiden"
    with pytest.raises(UsageError, match="several columns end so: obs/batch, uns/batch"):
        column_called("batch", held, "--color-by")


def test_a_printed_point_has_the_values_of_all_columns(capsys):
    terminal = Terminal(colours="none")
    print_point(data(), 7, terminal, "half", sys.stdout)
    lines = capsys.readouterr().out.splitlines()
    assert f"loss   {LOSS[7]:.6g}" in lines
    assert f"y_pred {PRED[7]}" in lines
    assert SPLIT[7] in lines[0]
