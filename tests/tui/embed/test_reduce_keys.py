"""Maps of vectors by keys: UMAP by itself, to and fro, of a part; stopped, failed, not there."""

import os
from functools import partial

import numpy as np
import pytest
from tests.support.embed import make_app, ready
from tests.support.reduce import STUCK, TAME, write_library
from tests.support.screens import until, whole

from vizterm.embed.indexed import indexed
from vizterm.embed.reduce import reduce_keys, reduction
from vizterm.embed.reduce.map_lines import read_parameters
from vizterm.embed.reduce.reduction import Reducer
from vizterm.embed.reduce_options import Origin, ReduceOptions
from vizterm.embed.scatter.tween import Ways
from vizterm.embed.screen import EmbedScreen
from vizterm.graphics.choose import Graphics
from vizterm.shell.app import VizApp
from vizterm.shell.background import Background
from vizterm.terminal.facts import Terminal
from vizterm.widgets.find_bar import FindBar
from vizterm_core.errors import UsageError
from vizterm_core.load import Keys, embedding_from_arrays, load_embedding
from vizterm_core.neighbours.metric import Metric
from vizterm_core.reduce import engines
from vizterm_core.reduce.parameters import Method, Parameters

SIZE = (130, 40)
COUNT = 120
CHANCE = np.random.default_rng(0)
VECTORS = CHANCE.normal(size=(COUNT, 8)).astype(np.float32)
OTHERS = CHANCE.normal(size=(COUNT, 5)).astype(np.float32)
LABELS = np.array(["cat", "dog", "cow"])[np.arange(COUNT) % 3]


@pytest.fixture
def library(tmp_path, monkeypatch):
    folder = tmp_path / "library"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return partial(write_library, folder)


def app_of(path, options=None, keys=None):
    """An app that shows a file and makes maps of it, and its screen."""
    keys, facts = keys or Keys(), Terminal()
    reducer = Reducer(options or ReduceOptions(), Origin((str(path),), keys))
    source = Background(indexed(lambda: load_embedding(path, keys)))
    screen = EmbedScreen(source, facts, reducer=reducer)
    return VizApp(lambda: screen, facts, Graphics("half", "a test")), screen


@pytest.fixture
def vectors_path(tmp_path):
    path = tmp_path / "data.npz"
    np.savez(path, features=VECTORS, clip=OTHERS, y=LABELS)
    return path


def places(screen):
    embedding = screen.model.embedding
    return np.stack([embedding.x, embedding.y], axis=1)


def _with_vectors():
    columns = {"a": LABELS}
    return embedding_from_arrays(VECTORS[:, :2], LABELS, vectors=VECTORS, columns=columns)


def said(screen, words):
    return lambda: words in whole(screen)


async def test_umap_comes_by_itself_and_one_goes_to_and_fro(vectors_path, library, tmp_path):
    library(TAME)
    app, screen = app_of(vectors_path)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        before = places(screen)
        assert "PCA of features, 8 dimensions" in whole(screen)
        await pilot.press("7", "g", "enter", "space", "t", "down")
        cursor, highlight = screen.model.cursor, screen.model.highlight
        await until(pilot, said(screen, "UMAP of features, 8 dimensions · 15 neighbours"))
        model = screen.model
        # Row for row, twice the components: what the library did to where it began.
        assert np.corrcoef(places(screen)[:, 0], before[:, 0])[0, 1] > 0.999
        assert np.abs(places(screen)).max() == pytest.approx(20, abs=0.01)
        assert (model.cursor, model.pinned_row, model.highlight) == (cursor, 7, highlight)
        assert model.selected_rows.tolist() == [7] and model.at_home
        await pilot.press("Q", "Q")
        await until(pilot, said(screen, "PCA of features"))
        np.testing.assert_array_equal(places(screen), before)
        await pilot.press("Q", "Q")
        await until(pilot, said(screen, "UMAP of features"))
        # Its coordinates to a file.
        await pilot.press("Q", "w")
        bar = screen.query_one(FindBar)
        await until(pilot, lambda: bar.display)
        screen.query_one("#find-input").value = str(tmp_path / "xy.npy")
        await pilot.press("enter")
        await until(pilot, (tmp_path / "xy.npy").exists)
        np.testing.assert_array_equal(np.load(tmp_path / "xy.npy"), places(screen))


async def test_it_stands_beside_the_pca_and_they_change_places(vectors_path, library):
    library(TAME)
    app, screen = app_of(vectors_path, keys=Keys(vectors="features", coords="features"))
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await until(pilot, said(screen, "UMAP of features"))
        umap = places(screen)
        screen.choice("beside").choose("PCA of features")
        side = screen._beside._sides[0]
        await until(pilot, lambda: side.loaded is not None)
        await pilot.press("Q", "Q")
        await until(pilot, lambda: screen.model.embedding.map_name == "PCA of features")
        await until(pilot, lambda: side.name == "UMAP" and side.loaded.embedding.x[0] == umap[0, 0])
        heads = [line.strip(" ─│┬┐┌") for line in whole(screen).split("\n")[1].split("  ")]
        assert "PCA of features" in " ".join(heads) and "UMAP" in " ".join(heads)


async def test_of_a_part_with_other_parameters_and_of_other_vectors(vectors_path, library):
    library(TAME)
    app, screen = app_of(vectors_path, ReduceOptions("pca"))
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("Q", "s")
        await until(pilot, said(screen, "all points are shown"))
        await pilot.press("w", *"y == 'cow'", "enter")
        await until(pilot, lambda: screen.loaded.where != "")
        await pilot.press("Q", "s")
        await until(pilot, said(screen, "UMAP of features, 8 dimensions, 40 points"))
        assert screen.model.embedding.rows.tolist() == list(range(2, COUNT, 3))
        assert "80 not in this map" in whole(screen)
        assert screen.model.embedding.why_absent(0) == "row 0 is not in this map"
        # Half the neighbours, of the same part.
        await pilot.press("Q", "minus")
        await until(pilot, said(screen, "40 points · 7 neighbours"))
        await pilot.press("Q", "n")
        await until(pilot, lambda: screen.query_one(FindBar).display)
        screen.query_one("#find-input").value = "9 0.3 cosine"
        await pilot.press("enter")
        await until(pilot, said(screen, "40 points · 9 neighbours, cosine, min-dist 0.3"))
        await pilot.press("Q", "u")
        await until(pilot, lambda: len(screen.model.embedding) == COUNT)
        choice = screen.choice("vectors")
        assert (list(choice.names), choice.now) == (["features", "clip"], "features")
        choice.choose("clip")
        await until(pilot, said(screen, "UMAP of clip, 5 dimensions · 9 neighbours"))
        # Neighbours are now those by these vectors.
        assert screen.model.embedding.vectors.name == "clip"


async def test_keys_are_answered_while_it_works_and_it_can_be_stopped(
    vectors_path, library, tmp_path, monkeypatch
):
    library(STUCK)
    os.mkfifo(tmp_path / "fifo")
    monkeypatch.setenv("FIFO", str(tmp_path / "fifo"))
    app, screen = app_of(vectors_path)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await until(pilot, said(screen, "UMAP · layout"))
        held = (tmp_path / "fifo").open()
        await pilot.press("5", "g")
        assert screen.model.cursor == 5
        # What nobody has asked for isn't stopped by the way.
        await pilot.press("escape")
        assert "UMAP · layout" in whole(screen)
        await pilot.press("Q", "x")
        assert held.read() == ""
        held.close()
        assert "stopped" in whole(screen) and "UMAP · layout" not in whole(screen)
        # Asked for, it is stopped by esc, and by the end.
        await pilot.press("Q", "u")
        await until(pilot, said(screen, "layout · esc stops"))
        held = (tmp_path / "fifo").open()
        await pilot.press("escape")
        assert held.read() == ""
        held.close()
        await pilot.press("Q", "u")
        held = (tmp_path / "fifo").open()
    assert screen.finish_maps() == ""
    assert held.read() == ""
    held.close()


async def test_a_library_that_fails_leaves_the_pca(vectors_path, library):
    library("raise RuntimeError('no luck')")
    app, screen = app_of(vectors_path)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await until(pilot, said(screen, "no UMAP, PCA of features stays"))
        assert "PCA of features" in whole(screen)


async def test_without_a_library_the_way_to_one_is_said(vectors_path, monkeypatch):
    monkeypatch.setattr(reduction, "engines_there", lambda: ())
    monkeypatch.setattr(engines, "engines_there", lambda: ())
    app, screen = app_of(vectors_path)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await until(pilot, said(screen, "for UMAP: pip install 'vizterm[umap]'"))
        await pilot.press("Q", "u")
        assert "UMAP needs a library that makes it: pip install" in whole(screen)


async def test_data_in_memory_and_a_map_that_waits_until_a_line_is_typed(library, monkeypatch):
    library(TAME)
    monkeypatch.setattr(reduce_keys, "_LATER", 0.01)
    app, screen = make_app(_with_vectors)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("Q", "u", "w", *"a == 'cat'")
        shown = []
        monkeypatch.setattr(screen, "move_points", lambda *_, **__: shown.append(1))
        await until(pilot, lambda: screen.loaded.where == "a == 'cat'")
        await until(pilot, lambda: screen._reductions._reduction is None)
        assert not shown
        monkeypatch.undo()
        await pilot.press("escape")
        await until(pilot, said(screen, "UMAP of vectors, 8 dimensions"))
        assert screen.loaded.where == "" and len(screen.model.embedding) == COUNT


def test_points_move_from_where_they_were_on_the_screen():
    _, screen = make_app(lambda: embedding_from_arrays(VECTORS[:, :2], LABELS))
    older = screen.model
    older.resize(40, 20)
    older.zoom(3.0)
    coords = np.full((COUNT, 2), np.nan, np.float32)
    coords[10:] = VECTORS[10:, 2:4] * 100
    loaded = screen.loaded.moved(coords)
    newer = screen._model_of(loaded)
    newer.take_over(older)
    newer.fit_bulk()
    newer.visible[0] = False
    ways = Ways.between(older, newer)
    kept = [row for row in range(10, COUNT) if loaded.embedding.labels.codes[row - 10] != 0]
    start, end = ways.at(0), ways.at(1)
    assert start.x.size == len(kept)
    np.testing.assert_allclose(end.x, coords[kept, 0], atol=1e-3)
    np.testing.assert_allclose(end.y, coords[kept, 1], atol=1e-3)
    dots = [newer.viewport.dot_of(x, y) for x, y in zip(start.x, start.y, strict=True)]
    before = [older.dot_of(row) for row in kept]
    assert np.abs(np.array(dots) - np.array(before)).max() <= 1
    assert np.mean(np.array(dots) == np.array(before)) > 0.99
    few = Ways.between(older, newer, most=30)
    assert 10 <= few.at(0.5).x.size <= 30
    newer.visible[:] = False
    assert Ways.between(older, newer) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", Parameters()),
        ("30", Parameters(neighbours=30)),
        ("0.25, cosine", Parameters(min_dist=0.25, metric=Metric.COSINE)),
        (
            "seed=7 EUCLIDEAN 5 0",
            Parameters(Method.UMAP, 5, 0.0, Metric.EUCLIDEAN, 7),
        ),
    ],
)
def test_parameters_are_read_in_any_order(text, wanted):
    assert read_parameters(text, Parameters()) == wanted


@pytest.mark.parametrize("text", ["manhattan", "1", "seed=", "k=3", "1e3", "-4", "seed=-1", "nan"])
def test_what_is_no_parameter_is_said(text):
    with pytest.raises(UsageError):
        read_parameters(text, Parameters())
