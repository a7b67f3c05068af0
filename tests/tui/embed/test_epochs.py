"""Epochs on screen: stepped, dragged along, played; what was chosen stays on its rows."""

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.support.command_line import run_here
from tests.support.embed import make_app, ready
from tests.support.screens import text_of, until

from vizterm.cells.text import BOLD, PLAIN
from vizterm.embed.in_time import embedding_in_time
from vizterm.embed.indexed import IndexedEmbedding
from vizterm.embed.scatter.trails import Trail, trail_texts
from vizterm.embed.times.epoch_store import EpochStore
from vizterm.embed.wanted import Wanted
from vizterm_core.errors import DataError, UsageError
from vizterm_core.load import embedding_from_arrays
from vizterm_core.scatter.epochs import Epochs
from vizterm_core.scatter.viewport import Extent, Viewport

N, COUNT = 60, 6
RNG = np.random.default_rng(5)
START = RNG.normal(size=(N, 2))
GOAL = START + np.repeat([[8, 0], [-8, 0], [0, 8]], 20, axis=0)
STACK = np.stack([START + (GOAL - START) * share for share in np.linspace(0, 1, COUNT)])
LABELS = np.repeat(["a", "b", "c"], 20)
NAMES = np.array([f"p{row}" for row in range(N)])


def embedding(stack=STACK):
    return embedding_from_arrays(stack, LABELS, names=NAMES)


async def at(pilot, screen, number):
    await until(pilot, lambda: screen.loaded.embedding.epoch == number - 1)


async def test_a_story_of_epochs():
    app, screen = make_app(embedding)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        assert "epoch 6 of 6" in text_of(screen, "#heading")
        await pilot.press("7", "g", "enter", "right", "space")
        selected, cursor = screen.model.selected_rows.tolist(), screen.model.cursor
        await pilot.press("plus", "plus")
        view = screen.model.viewport
        await pilot.press("less_than_sign")
        await at(pilot, screen, 5)
        assert "epoch 5 of 6" in text_of(screen, "#heading")
        assert (screen.model.pinned_row, screen.model.cursor) == (7, cursor)
        assert screen.model.selected_rows.tolist() == selected
        assert screen.model.viewport == view
        assert (screen.model.index.x[7], screen.model.index.y[7]) == tuple(STACK[4, 7])
        await pilot.press("colon", "g")
        await at(pilot, screen, 1)
        assert " 1 of 6 " in text_of(screen, "#timeline")
        # From the middle of the axis on, until the end.
        track = screen.query_one("#timeline")._shown.track(120)
        await pilot.click("#timeline", offset=(track.start + track.length // 2, 0))
        await at(pilot, screen, 4)
        screen._epochs.pace = 12.0
        await pilot.press("semicolon")
        assert "pause" in text_of(screen, "#status")
        await at(pilot, screen, 6)
        await until(pilot, lambda: not screen._epochs.playing)
        assert screen.model.pinned_row == 7


async def test_dragging_goes_through_the_epochs_and_a_click_on_the_sign_plays():
    app, screen = make_app(embedding)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, screen)
        line = screen.query_one("#timeline")
        track = line._shown.track(100)
        await pilot.mouse_down("#timeline", offset=(track.start + track.length - 1, 0))
        await pilot.hover("#timeline", offset=(track.start, 0))
        await at(pilot, screen, 1)
        await pilot.hover("#timeline", offset=(track.start + track.length // 3 + 1, 0))
        await at(pilot, screen, 3)
        await pilot.mouse_up("#timeline")
        await pilot.click("#timeline", offset=(1, 0))
        assert screen._epochs.playing


async def test_axes_are_of_all_epochs_or_of_each():
    app, screen = make_app(embedding)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, screen)
        home = screen.model.viewport
        await pilot.press("colon", "g")
        await at(pilot, screen, 1)
        assert screen.model.viewport == home and screen.model.at_home
        await pilot.press("colon", "a")
        assert screen.model.viewport.x_scale > 2 * home.x_scale
        assert "axes of each epoch" in text_of(screen, "#status")
        await pilot.press("colon", "G")
        await at(pilot, screen, 6)
        assert screen.model.at_home and screen.model.viewport.x_scale < 1.2 * home.x_scale


async def test_colours_filter_and_tags_stay_over_epochs():
    app, screen = make_app(embedding)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, screen)
        await pilot.press("tab", "space", "tab")
        assert screen.model.visible.tolist() == [False, True, True]
        await pilot.press("less_than_sign")
        await at(pilot, screen, 5)
        assert screen.model.visible.tolist() == [False, True, True]
        kept = len(screen._epochs._store)
        screen.exchange(screen.loaded.coloured("none"))
        # What was made in other colours is none of these.
        assert len(screen._epochs._store) == 1 < kept
        await pilot.press("less_than_sign")
        await at(pilot, screen, 4)
        assert screen.model.embedding.coloured_by == ""


async def test_maps_are_turned_onto_each_other():
    turned = np.stack([STACK[5] @ [[np.cos(k), np.sin(k)], [-np.sin(k), np.cos(k)]] for k in range(4)])  # fmt: skip  # noqa: E501
    app, screen = make_app(lambda: embedding(turned))
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, screen)
        await pilot.press("colon", "o")
        await until(pilot, lambda: screen._epochs._surveying is None)
        assert "maps turned" in text_of(screen, "#status")
        await pilot.press("less_than_sign")
        await at(pilot, screen, 3)
        assert np.allclose(screen.model.index.x, turned[3, :, 0])
        assert "turned" in text_of(screen, "#status")
        await pilot.press("colon", "o")
        await until(pilot, lambda: np.allclose(screen.model.index.x, turned[2, :, 0]))
        assert screen.loaded.embedding.epoch == 2


async def test_what_is_chosen_comes_back_with_its_rows():
    stack = STACK.copy()
    stack[3, 5:9] = np.nan
    app, screen = make_app(lambda: embedding(stack))
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        await pilot.press("6", "g", "enter", "space", "3", "0", "g", "space")
        await pilot.press("6", "g", "colon", "G")
        for number in (5, 4):
            await pilot.press("less_than_sign")
            await at(pilot, screen, number)
        assert screen.model.selected_rows.tolist() == [30] and screen.model.pinned is None
        assert "1 selected point isn't here" in text_of(screen, "#status")
        assert "4 without a place" in text_of(screen, "#status")
        await pilot.press("less_than_sign")
        await at(pilot, screen, 3)
        model = screen.model
        assert model.selected_rows.tolist() == [6, 30]
        assert (model.pinned_row, model.cursor) == (6, 6)
        await pilot.press("greater_than_sign", "S", "c", "greater_than_sign")
        await at(pilot, screen, 5)
        assert not screen.model.selection


async def test_an_epoch_that_can_not_be_read_is_said_and_the_others_go_on():
    def read(epoch):
        if epoch == 4:
            raise DataError("epoch_5.npz is damaged")
        return STACK[epoch]

    data = replace(embedding(), epochs=Epochs(COUNT, read))
    app, screen = make_app(lambda: data)
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        await pilot.press("less_than_sign")
        await until(pilot, lambda: "epoch 5: epoch_5.npz is damaged" in text_of(screen, "#status"))
        assert screen.loaded.embedding.epoch == 5
        screen._epochs.go_to(3)
        await at(pilot, screen, 4)


async def test_without_epochs_the_keys_are_those_of_the_blur():
    app, screen = make_app(lambda: embedding_from_arrays(STACK[0], LABELS))
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, screen)
        await pilot.press("v")
        sigma = screen._painter.density_look.sigma
        await pilot.press("greater_than_sign")
        assert screen._painter.density_look.sigma > sigma
        assert not screen.query_one("#timeline").display
        await pilot.press("semicolon")
        assert "one map only" in text_of(screen, "#status")


async def test_the_ways_of_pin_and_cursor_are_drawn():
    app, screen = make_app(embedding)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, screen)
        await pilot.press("e", "3", "g", "enter")
        trails = dict(screen._trails.trails())
        assert list(trails) == [3] and np.allclose(trails[3], STACK[:, 3])
        view = screen.model.viewport
        column, row = view.dot_of(*STACK[2, 3])
        cells = screen._painter._marked()[1]
        assert (column // 2, row // 4) in cells
        await pilot.press("colon", "w")
        assert (column // 2, row // 4) not in screen._painter._marked()[1]
        assert screen._trails.trails() == []


def test_a_way_is_a_line_up_to_now_and_dots_from_there():
    view = Viewport.fit(Extent(0, 40, 0, 40), 20, 10)
    way = np.array([[0, 20], [20, 20], [np.nan, 0], [39, 20]])
    row = view.dot_of(20, 20)[1]
    both = {}
    for epoch in (1, 3):
        texts = trail_texts([Trail(way, epoch, PLAIN, (1, 2, 3))], view)
        assert {cell[1] for cell in texts} == {row // 4}
        dots = [bin(ord(text) - 0x2800).count("1") for text, _ in texts.values()]
        both[epoch] = sum(dots)
    width = view.dot_of(39, 20)[0] - view.dot_of(0, 20)[0] + 1
    assert both[3] >= width - 1 and both[1] < width * 0.75
    nowhere = trail_texts([Trail(np.full((3, 2), np.nan), 0, BOLD, (0, 0, 0))], view)
    assert not nowhere
    far = trail_texts([Trail(np.array([[-1e200, 20.0], [1e200, 20.0]]), 1, BOLD, (0, 0, 0))], view)
    assert len(far) == 20


def test_kept_epochs_take_no_more_than_their_budget():
    base = IndexedEmbedding.of(embedding())
    store = EpochStore(3 * base.index.nbytes)
    store.use(base)
    for epoch in (4, 3, 2, 1, 0):
        store.keep(base.at_epoch(epoch), epoch)
        assert store.size <= 3 * base.index.nbytes
    assert store.get(0) is not None and store.get(5) is None
    store.use(base.at_epoch(3))
    assert len(store) == 1


@pytest.mark.parametrize("number", [1, 4, 6])
def test_the_epoch_to_begin_with(number):
    there = embedding_in_time(embedding(), Wanted(epoch=number), strict=True)
    assert there.epoch == number - 1 and there.x[0] == STACK[number - 1, 0, 0]


def test_an_epoch_keeps_its_name_where_others_are_removed():
    data = embedding()
    epochs = replace(data.epochs, names=tuple(f"e{number}" for number in range(4, 10)))
    wanted = Wanted(epoch=5, epoch_name="e6")
    there = embedding_in_time(replace(data, epochs=epochs), wanted, strict=False)
    assert there.epoch == 2


def test_an_epoch_that_does_not_exist():
    with pytest.raises(UsageError, match="--epoch 7: there are 6"):
        embedding_in_time(embedding(), Wanted(epoch=7), strict=True)
    assert embedding_in_time(embedding(), Wanted(epoch=7), strict=False).epoch == 5
    one = embedding_from_arrays(STACK[0])
    with pytest.raises(UsageError, match="one map only"):
        embedding_in_time(one, Wanted(epoch=2), strict=True)


def test_frames_and_figures_of_epochs(tmp_path, monkeypatch):
    np.save(tmp_path / "run.npy", STACK)
    monkeypatch.chdir(tmp_path)
    printed = run_here("embed", "run.npy", "--epoch", "2", "--print", "--size", "60x12")
    assert "epoch 2 of 6" in printed.stdout
    written = run_here("embed", "run.npy", "-o", "at_{epoch}.svg")
    assert sorted(path.name for path in tmp_path.glob("*.svg")) == [
        f"at_{number}.svg" for number in range(1, 7)
    ]
    assert written.stderr.count("at_") == 6
    # One extent for all: the first map fills less of it than the last.
    widths = []
    for number in (1, 6):
        text = (tmp_path / f"at_{number}.svg").read_text()
        across = [float(x) for x in re.findall(r'cx="([\d.]+)"', text)]
        widths.append(max(across) - min(across))
    assert widths[0] < 0.6 * widths[1]
    np.save(tmp_path / "one.npy", STACK[0])
    assert "one map only" in run_here("embed", "one.npy", "-o", "at_{epoch}.svg").stderr
    assert "--follow opens the app" in run_here("embed", "run.npy", "--follow", "--print").stderr
