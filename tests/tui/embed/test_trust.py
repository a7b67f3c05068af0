"""Trust in the map: coloured by it, filtered by it, read beside the point; stopped; asked for."""

import threading

import numpy as np
import pytest
from tests.support.embed import make_app, ready
from tests.support.screens import until, whole

from vizterm.embed.indexed import indexed
from vizterm.embed.neighbours import trust_keys
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.screen import EmbedScreen
from vizterm.embed.wanted import Wanted
from vizterm.graphics.choose import Graphics
from vizterm.shell.app import VizApp
from vizterm.shell.background import Background
from vizterm.terminal.facts import Terminal
from vizterm.widgets.find_bar import FindBar
from vizterm_core.errors import UsageError
from vizterm_core.load import embedding_from_arrays
from vizterm_core.neighbours.trust import shared_neighbours
from vizterm_core.scatter import trust as module

COUNT = 300
SIZE = (130, 40)
RNG = np.random.default_rng(2)
VECTORS = RNG.normal(size=(COUNT, 6)).astype(np.float32)
PLANE = VECTORS[:, :2] + RNG.normal(size=(COUNT, 2)) / 2
LABELS = np.array(["cat", "dog", "cow"], object)[np.arange(COUNT) % 3]
COUNTS = shared_neighbours(VECTORS, PLANE).counts


def data():
    return embedding_from_arrays(PLANE, LABELS, vectors=VECTORS, columns={"kind": LABELS})


def coloured_by(screen):
    return screen.model.embedding.coloured_by


async def test_a_story_of_trust(tmp_path):
    app, screen = make_app(data)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g")
        assert "trust" not in whole(screen)
        await pilot.press("F")
        await until(pilot, lambda: coloured_by(screen) == "trust")
        mean = COUNTS.mean() / 15
        assert f"trust {mean:.2f} on average" in whole(screen)
        assert "1: all 15 nearest of a point are near on the map" in whole(screen)
        await until(pilot, lambda: f"{COUNTS[7] / 15:.2f} · {COUNTS[7]} of 15" in whole(screen))
        # Only those that are far from their neighbours, and their rows taken away.
        await pilot.press("w", *"trust < 0.2", "enter")
        await until(pilot, lambda: screen.loaded.where == "trust < 0.2")
        assert screen.loaded.matching == (COUNTS < 3).sum()
        await pilot.press("S", "f")
        await until(pilot, lambda: screen.model.selection.count == (COUNTS < 3).sum())
        await pilot.press("Y", "w")
        bar, path = screen.query_one(FindBar), tmp_path / "far.csv"
        await until(pilot, lambda: bar.display)
        screen.query_one("#find-input").value = str(path)
        await pilot.press("enter")
        await until(pilot, lambda: "columns of" in str(screen.query_one("#find-prompt").render()))
        screen.query_one("#find-input").value = "row, trust"
        await pilot.press("enter")
        await until(pilot, lambda: "wrote" in whole(screen))
        _, *lines = path.read_text().splitlines()
        far = np.flatnonzero(COUNTS < 3)
        assert [int(line.split(",")[0]) for line in lines] == far.tolist()
        shares = [float(line.split(",")[1]) for line in lines]
        np.testing.assert_allclose(shares, COUNTS[far] / 15)
        await pilot.press("F")
        await until(pilot, lambda: coloured_by(screen) != "trust")


async def test_it_says_how_far_it_is_and_is_stopped(monkeypatch):
    real, going = module.shared_neighbours, threading.Event()

    def slow(*args, stop, progress):
        progress(0.4)
        while not (going.is_set() or stop()):
            going.wait(0.01)
        return None if stop() else real(*args, stop=stop, progress=progress)

    monkeypatch.setattr(module, "shared_neighbours", slow)
    app, screen = make_app(data)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g")
        monkeypatch.setattr(trust_keys, "_TOLD_EVERY", 0)
        await pilot.press("F")
        await until(pilot, lambda: "trust 40 % · esc stops" in whole(screen))
        # Keys are answered meanwhile; another colour is no reason to end it.
        await pilot.press("right", "O")
        assert screen.model.cursor != 7
        await pilot.press("escape")
        await until(pilot, lambda: not any(worker.is_running for worker in screen.workers))
        assert "trust" not in whole(screen) and coloured_by(screen) != "trust"
        # Once more, to its end.
        going.set()
        await pilot.press("F")
        await until(pilot, lambda: coloured_by(screen) == "trust")
        assert "esc stops" not in whole(screen)


async def test_without_vectors_there_is_nothing_to_compare():
    app, screen = make_app(lambda: embedding_from_arrays(PLANE, LABELS))
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("F")
        await until(pilot, lambda: "the data have no vectors" in whole(screen))


async def test_what_was_asked_for_on_the_command_line_comes_when_the_points_are_shown():
    wanted = Wanted(colour_by="trust", where="trust < 0.4")
    screen = EmbedScreen(Background(indexed(data, wanted=wanted, costly=False)), Terminal())
    app = VizApp(lambda: screen, Terminal(), Graphics("half", "a test"))
    assert screen.loaded.postponed and coloured_by(screen) != "trust"
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: coloured_by(screen) == "trust")
        assert screen.loaded.matching == (COUNTS < 6).sum()


def test_printed_at_once_and_refused_without_vectors():
    shown = indexed(data, wanted=Wanted(colour_by="trust", where="trust < 0.2"))()
    assert shown.embedding.coloured_by == "trust" and not shown.postponed
    assert shown.matching == (COUNTS < 3).sum()
    with pytest.raises(UsageError, match="the data have no vectors"):
        indexed(lambda: embedding_from_arrays(PLANE), wanted=Wanted(colour_by="trust"))()


def test_at_other_places_it_is_another_one():
    shown = indexed(data, wanted=Wanted(colour_by="trust", where="trust < 0.2"))()
    moved = shown.moved(PLANE[:, ::-1] ** 3)
    assert moved.postponed and not moved.where
    assert moved.embedding.coloured_by == "" and moved.embedding.columns["trust"].waits
    again = moved.as_wanted(shown.wanted, strict=True)
    counts = shared_neighbours(VECTORS, PLANE[:, ::-1] ** 3).counts
    assert again.matching == (counts < 3).sum() and not again.postponed


async def test_of_a_sample_the_others_are_hidden_at_first(monkeypatch):
    monkeypatch.setattr(module, "MOST_POINTS", 100)
    app, screen = make_app(data)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("F")
        await until(pilot, lambda: coloured_by(screen) == "trust")
        plot = screen.query_one(ScatterPlot)
        assert plot.frame.shown == 100
        assert "A shows those outside the sample" in whole(screen)
        assert "of a sample of 100" in whole(screen)
        await pilot.press("A")
        assert plot.frame.shown == COUNT
        await pilot.press("F")
        await until(pilot, lambda: plot.frame.shown == COUNT and coloured_by(screen) != "trust")
