"""Points that meet a condition: typed, seen, walked through, taken back; and the others behind."""

import io
from dataclasses import replace

import numpy as np
import pytest
from tests.support.embed import make_app, ready, with_columns
from tests.support.screens import text_of, until

from vizterm.embed import column_keys as column_keys_module
from vizterm.embed import filter_keys as filter_keys_module
from vizterm.embed.filter_keys import common_start, completions
from vizterm.embed.indexed import indexed
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.side.legend import Legend
from vizterm.embed.snapshot import print_frame
from vizterm.embed.wanted import Wanted
from vizterm.terminal.facts import Terminal
from vizterm.widgets.find_bar import FindBar
from vizterm_core.errors import DataError, UsageError
from vizterm_core.load import embedding_from_arrays, load_embedding
from vizterm_core.scatter.columns import Column
from vizterm_core.scatter.index import PointIndex

RNG = np.random.default_rng(4)
N = 900
POINTS = RNG.normal(size=(N, 2))
SPLIT = np.array(["train", "test", "val"], object)[RNG.integers(0, 3, N)]
LOSS = RNG.random(N) * 2
TRUE = RNG.integers(0, 5, N)
PRED = np.where(RNG.random(N) < 0.7, TRUE, RNG.integers(0, 5, N))
WRONG = 'split == "test" and y_pred != y_true'
MEETS = (SPLIT == "test") & (PRED != TRUE)


def data(**more):
    embedding = embedding_from_arrays(POINTS, names=np.array([f"photo {k}" for k in range(N)]))
    columns = {"y_true": TRUE, "y_pred": PRED, "split": SPLIT, "loss": LOSS}
    return with_columns(embedding, "y_true", **columns, **more)


async def type_filter(pilot, screen, text, *, enter=True):
    """Type a condition over what stands in the bar."""
    await pilot.press("w")
    await until(pilot, lambda: screen.query_one(FindBar).display)
    field = screen.query_one("#find-input")
    field.value = text
    if enter:
        await pilot.press("enter")
        await until(pilot, lambda: not screen.query_one(FindBar).display)
        await pilot.pause()


def brute(screen, meets, codes=TRUE, labels=5):
    """The frame of the points that meet a condition, and of no others."""
    view = screen.model.viewport
    index = PointIndex(POINTS[meets, 0].copy(), POINTS[meets, 1].copy(), codes[meets], labels)
    return index.exact_frame(view, np.ones(labels, bool))


def said(screen):
    return str(screen.query_one("#find-note").render())


async def test_what_is_wrong_in_the_test_split_is_seen_counted_and_walked_through():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("o")
        await until(pilot, lambda: app.screen is not screen)
        await pilot.press(*"loss", "enter")
        await until(pilot, lambda: screen.model.embedding.labels.continuous)
        await pilot.press("O", "O", "O", "O")
        view = screen.model.viewport
        await type_filter(pilot, screen, WRONG)
        frame = screen.query_one(ScatterPlot).frame
        meets = MEETS
        assert screen.loaded.matching == frame.shown == meets.sum()
        codes = screen.model.embedding.labels.codes
        count = len(screen.model.embedding.labels.names)
        expected = brute(screen, meets, codes, count)
        assert np.array_equal(frame.dots, expected.dots)
        assert screen.model.viewport == view
        assert f"{meets.sum()} of {N}" in text_of(screen, "#status")
        # The legend counts what is shown, the steps stay there.
        legend = screen.query_one(Legend)
        labels = screen.model.embedding.labels
        assert labels.counts.tolist() == np.bincount(codes[meets], minlength=count).tolist()
        if not labels.continuous:
            first = int(np.bincount(codes[meets], minlength=count)[0])
            assert legend.render_line(0).text.split()[-1] == str(first)
        walked = set()
        for key in ("right", "down", "left", "up", "right", "right", "G", "g", "n"):
            await pilot.press(key)
            assert meets[screen.model.cursor]
            walked.add(screen.model.cursor)
        assert len(walked) > 3
        await pilot.press("g")
        assert screen.model.cursor == np.flatnonzero(meets)[0]
        await type_filter(pilot, screen, "")
        assert screen.query_one(ScatterPlot).frame.shown == N
        assert "no filter" in text_of(screen, "#status")


async def test_a_filter_is_seen_while_it_is_typed_and_escape_takes_it_back(monkeypatch):
    monkeypatch.setattr(filter_keys_module, "_PAUSE", 0.001)
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await type_filter(pilot, screen, "loss < 1")
        await pilot.press("w")
        field = screen.query_one("#find-input")
        assert field.value == "loss < 1"
        await pilot.press(*"0")
        await until(pilot, lambda: screen.loaded.where == "loss < 10")
        assert f"{N} of {N}" in said(screen)
        field.value = "loss <"
        await until(pilot, lambda: "-wrong" in screen.query_one("#find-note").classes)
        assert screen.loaded.where == "loss < 10", "the last good one stays"
        await pilot.press("escape")
        assert screen.loaded.where == "loss < 1"
        assert screen.query_one(ScatterPlot).frame.shown == (LOSS < 1).sum()


async def test_a_condition_that_cannot_be_read_keeps_the_bar_open_and_points_at_the_place():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await type_filter(pilot, screen, "loss > 1 and splt == 3", enter=False)
        await pilot.press("enter")
        assert screen.query_one(FindBar).display
        assert "splt" in said(screen)
        assert "split" in said(screen)
        underlined = screen.query_one(FindBar)._place.place
        assert underlined == len("loss > 1 and ")
        assert screen.loaded.where == ""


async def test_a_condition_taken_away_is_said_also_if_it_was_seen_before_enter(monkeypatch):
    monkeypatch.setattr(filter_keys_module, "_PAUSE", 0.001)
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await type_filter(pilot, screen, "loss < 1")
        await type_filter(pilot, screen, "", enter=False)
        await until(pilot, lambda: screen.loaded.where == "")
        await pilot.press("enter")
        await until(pilot, lambda: "no filter: all points are shown" in text_of(screen, "#status"))


async def test_no_match_keeps_the_screen_alive_and_says_so():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("5", "g")
        await type_filter(pilot, screen, "loss > 100")
        assert "0 points match" in text_of(screen, "#status")
        assert screen.model.cursor is None
        await pilot.press("right", "g", "G", "v", "plus", "0", "t", "tab", "space", "tab", "D", "d")
        assert screen.query_one(ScatterPlot).frame.shown == 0
        assert screen.model.cursor is None


async def test_the_filter_stays_with_another_colour_and_when_the_file_is_read_again(tmp_path):
    path = tmp_path / "runs.npz"
    np.savez(path, X=POINTS)
    gone = []

    def load():
        held = with_columns(load_embedding(path), split=SPLIT, loss=LOSS)
        kept = {name: held.columns[name] for name in held.columns if name not in gone}
        return replace(held, columns=kept)

    app, screen = make_app(load)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await type_filter(pilot, screen, "loss < 0.5")
        await pilot.press("O")
        assert screen.query_one(ScatterPlot).frame.shown == (LOSS < 0.5).sum()
        await pilot.press("r")
        await until(pilot, lambda: "reloaded runs.npz" in text_of(screen, "#status"))
        assert screen.loaded.where == "loss < 0.5"
        assert screen.query_one(ScatterPlot).frame.shown == (LOSS < 0.5).sum()
        gone.append("loss")
        await pilot.press("r")
        await until(pilot, lambda: "no filter: " in text_of(screen, "#status"))
        assert screen.query_one(ScatterPlot).frame.shown == N
        assert screen.model.embedding.coloured_by == "split"


async def test_what_is_left_out_is_not_found_and_not_gone_to():
    app, screen = make_app(data)
    out = int(np.flatnonzero(~MEETS)[3])
    async with app.run_test(size=(160, 40)) as pilot:
        await ready(pilot, screen)
        await type_filter(pilot, screen, WRONG)
        await pilot.press(*str(out), "g")
        assert f"point {out} is left out by the filter" in text_of(screen, "#status")
        await pilot.press("slash", *f"#{out}", "enter")
        await until(pilot, lambda: "the filter leaves them out" in text_of(screen, "#status"))
        await pilot.press("slash", *"photo", "enter")
        await until(pilot, lambda: f"of {MEETS.sum()} by name" in text_of(screen, "#status"))
        assert MEETS[screen.model.cursor]


@pytest.mark.parametrize("colours", ["truecolor", "standard", "none"])
@pytest.mark.parametrize("dots", ["braille", "blocks"])
async def test_points_left_out_are_seen_behind_the_others_and_never_picked(colours, dots):
    app, screen = make_app(data, colours=colours)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press(*(["e", "d"] if dots == "blocks" else ["e"]))
        await type_filter(pilot, screen, "loss < 0.1")
        meets = LOSS < 0.1
        plot = screen.query_one(ScatterPlot)
        before = "".join(plot.render_line(y).text for y in range(plot.size.height))
        await pilot.press("W")
        await pilot.pause()
        after = "".join(plot.render_line(y).text for y in range(plot.size.height))
        assert after.count(" ") < before.count(" ") - 100
        view = screen.model.viewport
        columns, rows = view.dots_of(POINTS[:, 0], POINTS[:, 1])
        for x, y in set(zip((columns // 2).tolist(), (rows // 4).tolist(), strict=True)):
            assert after[y * plot.size.width + x] != " "
        assert plot.frame.shown == meets.sum()
        await pilot.hover(ScatterPlot, offset=(int(columns[7] // 2), int(rows[7] // 4)))
        assert screen.model.cursor is None or meets[screen.model.cursor]
        await pilot.press("W")
        await pilot.pause()
        assert "".join(plot.render_line(y).text for y in range(plot.size.height)) == before


async def test_many_points_are_filtered_in_a_worker_and_the_last_condition_wins(monkeypatch):
    monkeypatch.setattr(filter_keys_module, "AT_ONCE", 10)
    monkeypatch.setattr(filter_keys_module, "_PAUSE", 0.001)
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await type_filter(pilot, screen, "loss < 1", enter=False)
        await until(pilot, lambda: screen.loaded.where == "loss < 1")
        await pilot.press(*".5", "enter")
        await until(pilot, lambda: screen.loaded.where == "loss < 1.5")
        assert screen.query_one(ScatterPlot).frame.shown == (LOSS < 1.5).sum()


async def test_a_column_that_cannot_be_read_leaves_the_points_as_they_are(monkeypatch):
    monkeypatch.setattr(column_keys_module, "_READ_AHEAD", 0)

    def broken():
        raise DataError("bad.npz: 'bad' is damaged")

    embedding = data()
    embedding.columns["bad"] = Column("bad", broken)
    app, screen = make_app(lambda: embedding)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await type_filter(pilot, screen, "bad > 3")
        await until(pilot, lambda: "'bad' is damaged" in text_of(screen, "#status"))
        assert screen.query_one(ScatterPlot).frame.shown == N


async def test_tab_completes_names_of_columns():
    app, screen = make_app(lambda: data(**{"odd name": LOSS}))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, screen)
        await pilot.press("w", *"lo", "tab")
        field = screen.query_one("#find-input")
        assert field.value == "loss"
        await pilot.press(*" < 1 and y", "tab")
        assert field.value == "loss < 1 and y_"
        assert "y_true, y_pred" in said(screen)
        await pilot.press(*"p", "tab", *" == 1 and odd", "tab", *" > 0.5", "enter")
        await until(pilot, lambda: screen.loaded.where != "")
        meets = (LOSS < 1) & (PRED == 1) & (LOSS > 0.5)
        assert screen.query_one(ScatterPlot).frame.shown == meets.sum()


def test_completions():
    assert completions("Y_", ["y_true", "y_pred", "loss"]) == ["y_true", "y_pred"]
    assert common_start(["y_true", "y_pred"]) == "y_"
    assert common_start(["loss"]) == "loss"
    assert common_start(["a", "b"]) == ""


def test_a_printed_frame_is_filtered_and_says_so():
    shown = indexed(data, wanted=Wanted(where=WRONG))()
    out = io.StringIO()
    terminal = Terminal(colours="none")
    print_frame(
        shown.embedding, shown.index, terminal, out, (100, 30), None, "braille", shown.filter_text
    )
    lines = out.getvalue().splitlines()
    assert f"{WRONG}: {MEETS.sum()} of {N}" in lines[0]
    counts = [int(line.split()[-1]) for line in lines[1:6]]
    assert counts == np.bincount(TRUE[MEETS], minlength=5).tolist()


def test_a_first_filter_that_is_wrong_or_leaves_out_the_point_is_an_error():
    with pytest.raises(UsageError, match=r"--where: .*splt"):
        indexed(data, wanted=Wanted(where="splt == 1"))()
    out = int(np.flatnonzero(~MEETS)[0])
    with pytest.raises(UsageError, match=f"--point {out}: --where leaves it out"):
        indexed(data, out, Wanted(where=WRONG))()
    inside = int(np.flatnonzero(MEETS)[0])
    assert indexed(data, inside, Wanted(where=WRONG))().matching == MEETS.sum()


def test_rows_that_were_dropped_are_no_matches():
    points = POINTS.copy()
    points[::3] = np.nan
    held = with_columns(embedding_from_arrays(points), loss=LOSS)
    shown = indexed(lambda: held, wanted=Wanted(where="loss < 1"))()
    kept = np.isfinite(points[:, 0])
    assert shown.matching == ((LOSS < 1) & kept).sum()


async def test_a_filter_is_told_on_a_narrow_screen_too():
    app, screen = make_app(data)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, screen)
        assert "o colour  w filter" in text_of(screen, "#status")
        assert "picture" not in text_of(screen, "#status"), "there are none"
        await type_filter(pilot, screen, WRONG)
        await until(pilot, lambda: f"{MEETS.sum()} of {N}" in text_of(screen, "#status"))
        assert WRONG in text_of(screen, "#status")
        await pilot.press("W")
        assert WRONG in text_of(screen, "#status")


async def test_keys_that_do_nothing_with_the_data_are_no_hints():
    app, screen = make_app(lambda: embedding_from_arrays(POINTS))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        for key in ("colour", "filter", "picture", "legend"):
            assert key not in text_of(screen, "#status")
        assert "enter pin" in text_of(screen, "#status")


async def test_a_bar_that_waits_has_a_still_cursor():
    app, screen = make_app(data)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("w")
        await until(pilot, lambda: screen.query_one(FindBar).display)
        field = screen.query_one("#find-input")
        assert field.has_focus
        assert not field.cursor_blink
