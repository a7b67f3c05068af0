"""Maps side by side: one cursor, one selection, one legend."""

import numpy as np
import pytest
from rich.style import Style
from tests.support.embed import make_app, ready
from tests.support.screens import until

from vizterm.embed.beside import side_map
from vizterm.embed.beside.pane import MapPane
from vizterm.embed.request import EmbedRequest
from vizterm.embed.session import show_embedding
from vizterm.shell.session import Display
from vizterm_core.load import embedding_from_arrays
from vizterm_core.load.keys import Keys

N = 12
TSNE = np.stack([np.arange(N), np.arange(N) % 3], axis=1).astype(float)
UMAP = -TSNE
PCA = TSNE[:, ::-1].copy()
TABLE = {"tsne": TSNE, "umap": UMAP, "label": np.array(["a", "b", "c"] * 4)}


def data(coords="tsne,umap", **more):
    return embedding_from_arrays(TABLE | more, coords=coords)


def sides(screen):
    return screen._beside._sides


def middle(model):
    """The middle of a view, and how far it is magnified."""
    extent = model.viewport.extent
    across, down = extent.left + extent.right, extent.bottom + extent.top
    return across / 2, down / 2, model.zoom_factor


async def shown(pilot, screen, count=1):
    """Wait until so many maps beside the first one have been drawn."""

    def drawn():
        return len(sides(screen)) == count and all(
            side.model is not None and side.pane.plot.frame is not None for side in sides(screen)
        )

    await until(pilot, drawn)


async def test_maps_that_were_asked_for_stand_beside_each_other_with_their_names():
    app, screen = make_app(data)
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        await shown(pilot, screen)
        side = sides(screen)[0]
        assert np.array_equal(side.model.index.x, UMAP[:, 0])
        assert side.pane.plot.size.width >= 35 <= screen._plot.size.width
        assert "tsne" in screen._map_title.text and "umap" in side.pane.title_line.text


async def test_cursor_pin_selection_highlight_and_filter_are_the_same_on_both():
    app, screen = make_app(data)
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        await shown(pilot, screen)
        side = sides(screen)[0]
        await pilot.press("7", "g", "enter", "space", "t")
        assert (side.model.cursor, side.model.pinned) == (7, 7)
        assert side.model.selection.points().tolist() == [7]
        assert side.model.highlight == screen.model.highlight == 0
        await pilot.press("w", *"label=='a'", "enter")
        await until(pilot, lambda: screen.loaded.where)
        await until(pilot, lambda: side.loaded.where == screen.loaded.where)
        assert side.model.index.totals.tolist() == [4, 0, 0]
        assert side.model.selection.points().tolist() == [7]


async def test_a_frame_shows_for_a_moment_where_the_point_is(monkeypatch):
    monkeypatch.setattr(side_map, "_BLINK", 1000)
    app, screen = make_app(data)
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        await shown(pilot, screen)
        side = sides(screen)[0]
        await pilot.press("7", "g")
        column, row = (
            place // size for place, size in zip(side.model.dot_of(7), (2, 4), strict=True)
        )
        assert side.painter.outline(side.model.viewport, Style())[column - 4, row][0] == "│"
        monkeypatch.setattr(side_map, "_BLINK", 0.01)
        await pilot.press("3", "g")
        await until(pilot, lambda: side.painter.outline is None)


async def test_the_mouse_on_one_map_goes_to_the_point_on_both():
    app, screen = make_app(data)
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        await shown(pilot, screen)
        side = sides(screen)[0]
        column, row = side.model.dot_of(3)
        place = (column // 2, row // 4)
        await pilot.click(side.pane.plot, offset=place)
        await until(pilot, lambda: screen.model.pinned == 3)
        assert screen.model.cursor == side.model.cursor == 3
        before = side.model.viewport
        side.pane.plot.post_message(type(screen._plot).Wheeled(10.0, 10.0, 2))
        await until(pilot, lambda: side.model.viewport != before)
        assert screen.model.at_home


async def test_a_lasso_on_one_map_selects_the_rows_on_both():
    holes = UMAP.copy()
    holes[0] = np.nan
    app, screen = make_app(lambda: data("tsne,holes", holes=holes))
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        await shown(pilot, screen)
        side = sides(screen)[0]
        plot, traced = side.pane.plot, type(screen._plot).Traced
        inside = [row for row in range(1, N) if UMAP[row, 0] <= -6]
        dots = [side.model.dot_of(side.model.embedding.point_of(row)) for row in inside]
        left, right = min(x for x, _ in dots) - 1.5, max(x for x, _ in dots) + 1.5
        top, bottom = min(y for _, y in dots) - 1.5, max(y for _, y in dots) + 2.5
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        plot.post_message(traced(*corners[0], "begun", False, False))
        for corner in corners[1:]:
            plot.post_message(traced(*corner, "going", False, False))
        await until(pilot, lambda: side.painter.outline is not None)
        plot.post_message(traced(*corners[0], "ended", False, False))
        await until(pilot, lambda: screen.model.selection)
        assert screen.model.selected_rows.tolist() == inside
        assert side.model.selected_rows.tolist() == inside


async def test_the_maps_are_exchanged_with_their_views():
    app, screen = make_app(data)
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        await shown(pilot, screen)
        side = sides(screen)[0]
        await pilot.press("5", "g", "enter", "space", "plus", "plus")
        zoomed = middle(screen.model)
        await pilot.press("vertical_line")
        assert np.array_equal(screen.model.index.x, UMAP[:, 0])
        assert np.array_equal(side.model.index.x, TSNE[:, 0])
        assert (screen.model.cursor, screen.model.pinned, screen.model.at_home) == (5, 5, True)
        assert screen.model.selected_rows.tolist() == [5]
        assert middle(side.model) == pytest.approx(zoomed, rel=0.05)
        assert "umap" in screen._map_title.text and "tsne" in side.pane.title_line.text
        await pilot.press("vertical_line")
        assert np.array_equal(screen.model.index.x, TSNE[:, 0])
        assert middle(screen.model) == pytest.approx(zoomed, rel=0.05)


async def test_one_map_is_exchanged_for_the_next_in_its_place_and_all_come_in_turn():
    app, screen = make_app(lambda: data("tsne", vectors=PCA.repeat(2, axis=1)))
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        assert not sides(screen)
        seen = []
        for _ in range(3):
            before = screen.model
            await pilot.press("vertical_line")
            await until(pilot, lambda before=before: screen.model is not before)
            seen.append(screen.loaded.embedding.map_name)
        assert seen == ["umap", "PCA of vectors", "tsne"]


async def test_maps_are_chosen_by_a_key_and_taken_away_again():
    app, screen = make_app(lambda: data("tsne"))
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        await pilot.press("B")
        await shown(pilot, screen)
        assert screen._beside.names == ["umap"]
        width = screen._plot.size.width
        await pilot.press("B")
        await until(pilot, lambda: not screen.query(MapPane))
        await until(pilot, lambda: screen._plot.size.width > width)


async def test_without_another_map_that_is_said():
    app, screen = make_app(lambda: embedding_from_arrays(TSNE))
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        for key in ("B", "vertical_line"):
            await pilot.press(key)
            assert "the data have one map" in screen._status.text


async def test_rows_without_a_place_on_one_map_are_on_the_other():
    holes = UMAP.copy()
    holes[[0, 4]] = np.nan
    app, screen = make_app(lambda: data("tsne,holes", holes=holes))
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        await shown(pilot, screen)
        side = sides(screen)[0]
        await pilot.press("5", "g", "space", "4", "g", "space")
        assert side.model.cursor is None and screen.model.cursor == 4
        assert side.model.selected_rows.tolist() == [5]
        await pilot.press("vertical_line")
        assert len(screen.model.embedding) == N - 2 and screen.model.cursor is None
        assert screen.model.selected_rows.tolist() == [5]


async def test_a_map_that_cannot_be_read_is_said_and_leaves_the_first_alone():
    lost = np.full((N, 2), np.nan)
    app, screen = make_app(lambda: data("tsne,lost", lost=lost))
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        await until(pilot, lambda: "no finite point" in screen._status.text)
        assert not sides(screen)


def test_a_printed_frame_is_the_first_map_and_says_so(tmp_path, capsys):
    np.savez(tmp_path / "maps.npz", **TABLE)
    request = EmbedRequest(
        tmp_path / "maps.npz", Keys(coords="umap,tsne"), display=Display(printed=True)
    )
    show_embedding(request)
    printed = capsys.readouterr()
    assert "coordinates umap" in printed.out.splitlines()[0]
    assert "note: this is umap; tsne beside it: in the app alone" in printed.err
