"""The neighbours of a point: shown, told, stepped through, walked, by several distances."""

import threading

import numpy as np
import pytest
from tests.support.embed import make_app, ready
from tests.support.screens import until, whole

from vizterm.embed.neighbours import neighbour_keys as module
from vizterm.embed.neighbours.neighbour_strip import NeighbourStrip
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.widgets.picture import PictureView
from vizterm_core.load import embedding_from_arrays

COUNT = 300
SIZE = (130, 40)
RNG = np.random.default_rng(5)
PLANE = RNG.normal(size=(COUNT, 2))
VECTORS = RNG.normal(size=(COUNT, 20)).astype(np.float32)
LABELS = np.array(["cat", "dog", "cow"], object)[np.arange(COUNT) % 3]
IMAGES = RNG.integers(0, 255, (COUNT, 8, 8), np.uint8)


def nearest(values, row, count=12, cosine=False, among=None):
    values = values.astype(float)
    if cosine:
        unit = values / np.linalg.norm(values, axis=1, keepdims=True)
        far = 1 - unit @ unit[row]
    else:
        far = np.linalg.norm(values - values[row], axis=1)
    far[row] = np.inf
    if among is not None:
        far[~among] = np.inf
    return np.argsort(far, kind="stable")[:count].tolist()


def data(**more):
    return embedding_from_arrays(PLANE, LABELS, vectors=VECTORS, **more)


def title(screen):
    return screen.query_one("#neighbours .title").text


def captions(screen):
    return screen.query_one("#neighbours .captions").text


async def shown(pilot, screen, key="V"):
    """Press a key and wait for the neighbours that it shows."""
    await pilot.press(key)
    await until(pilot, lambda: "its 12 nearest" in title(screen))
    await pilot.pause()
    return list(screen._neighbours._points)


async def test_from_a_point_to_its_neighbours_and_on_to_theirs():
    app, screen = make_app(lambda: data(images=IMAGES))
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g")
        points = await shown(pilot, screen)
        wanted = nearest(VECTORS, 7)
        near = {*wanted} & {*nearest(PLANE, 7)}
        assert points == wanted
        assert title(screen) == (
            " #7  its 12 nearest in vectors (20-D), Euclidean"
            f" · {len(near)} of them near on the map · 1-9 shown"
        )
        far = np.linalg.norm(VECTORS[wanted[0]].astype(float) - VECTORS[7].astype(float))
        assert f"{far:.4g}" in captions(screen) and LABELS[wanted[0]] in captions(screen)
        strip = screen.query_one(NeighbourStrip)
        views = [view for view in strip.query(PictureView) if view.display]
        await until(pilot, lambda: all(view.array is not None for view in views))
        assert len(views) == strip.room == 9
        # Marked in the plot, and gone to one by one.
        assert whole(screen).count("○") > 3
        await pilot.press("right")
        assert screen.model.cursor == wanted[0] and "▸" in captions(screen)
        await pilot.press(*["right"] * 11)
        assert screen.model.cursor == wanted[11] and strip.first == 3
        await pilot.press("right")
        assert screen.model.cursor == 7
        await pilot.press("right", "right", "enter")
        await until(
            pilot, lambda: f"#{wanted[1]}" in title(screen) and "12 nearest" in title(screen)
        )
        assert list(screen._neighbours._points) == nearest(VECTORS, wanted[1])
        assert screen.model.pinned is None
        await pilot.press("backspace")
        await until(pilot, lambda: "#7 " in title(screen) and "12 nearest" in title(screen))
        assert screen.model.cursor == 7
        await pilot.press("escape")
        assert not strip.display and "○" not in whole(screen)
        # As before: enter pins.
        await pilot.press("enter")
        assert screen.model.pinned == 7


async def test_other_distances():
    app, screen = make_app(data)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g")
        assert await shown(pilot, screen) == nearest(VECTORS, 7)
        assert await shown(pilot, screen) == nearest(PLANE, 7)
        assert title(screen) == " #7  its 12 nearest on the map · 1-9 shown"
        assert await shown(pilot, screen) == nearest(VECTORS, 7, cosine=True)
        assert "cosine" in title(screen)


async def test_vectors_of_length_one_are_compared_by_the_angle():
    unit = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)
    app, screen = make_app(lambda: embedding_from_arrays(PLANE, LABELS, vectors=unit))
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g")
        assert await shown(pilot, screen) == nearest(VECTORS, 7, cosine=True)
        assert "cosine" in title(screen)


async def test_without_vectors_on_the_map_alone_and_by_name():
    names = np.array([f"photo {k}" for k in range(COUNT)])
    app, screen = make_app(lambda: embedding_from_arrays(PLANE, LABELS, names=names))
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g")
        assert await shown(pilot, screen) == nearest(PLANE, 7)
        assert "(the data have no vectors)" in title(screen)
        assert f"photo {nearest(PLANE, 7)[0]}" in captions(screen)
        assert not screen.query_one("#neighbours .views").display
        await pilot.press("V")
        assert "the data have no vectors" in whole(screen)


async def test_what_a_filter_leaves_out_is_no_neighbour():
    app, screen = make_app(
        lambda: embedding_from_arrays(
            PLANE, LABELS, vectors=VECTORS, columns={"odd": np.arange(COUNT) % 2}
        )
    )
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("w", *"odd==1", "enter")
        await until(pilot, lambda: screen.loaded.matching == COUNT // 2)
        await pilot.press("7", "g")
        among = np.arange(COUNT) % 2 == 1
        assert await shown(pilot, screen) == nearest(VECTORS, 7, among=among)
        assert await shown(pilot, screen) == nearest(PLANE, 7, among=among)
        # Another filter while they are shown.
        await pilot.press("w", *["backspace"] * 6, *"odd>=0", "enter")
        await until(pilot, lambda: list(screen._neighbours.points) == nearest(PLANE, 7))


async def test_rows_without_coordinates_are_no_neighbours():
    plane = PLANE.copy()
    plane[::4] = np.nan
    app, screen = make_app(lambda: embedding_from_arrays(plane, LABELS, vectors=VECTORS))
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g")
        points = await shown(pilot, screen)
        rows = [screen.model.embedding.row_of(point) for point in points]
        assert rows == nearest(VECTORS, 7, among=np.arange(COUNT) % 4 != 0)


async def test_a_point_without_a_vector_says_so():
    vectors = VECTORS.copy()
    vectors[7] = np.nan
    app, screen = make_app(lambda: embedding_from_arrays(PLANE, LABELS, vectors=vectors))
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g", "V")
        await until(pilot, lambda: "row 7 has no vector" in title(screen))
        await pilot.press("8", "g")
        await until(pilot, lambda: "1 without a vector" in title(screen))


async def test_another_point_is_not_waited_for(monkeypatch):
    app, screen = make_app(data)
    go_on = threading.Event()
    real = module._found
    asked = []

    def slow(loaded, base, way, count, ticket, stop):
        asked.append(base)
        if base == 7:
            assert go_on.wait(20)
            assert stop()
        return real(loaded, base, way, count, ticket, stop)

    monkeypatch.setattr(module, "_found", slow)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g", "V")
        await until(pilot, lambda: asked == [7])
        assert "looking for its neighbours" in title(screen)
        # Keys are answered meanwhile.
        await pilot.press("9", "g")
        await until(pilot, lambda: "#9  its 12 nearest" in title(screen))
        go_on.set()
        await pilot.pause()
        assert list(screen._neighbours._points) == nearest(VECTORS, 9)


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (200, 60)])
async def test_windows_of_any_size(size):
    app, screen = make_app(lambda: data(images=IMAGES))
    async with app.run_test(size=size) as pilot:
        await ready(pilot, screen)
        points = await shown(pilot, screen)
        await pilot.press("right")
        assert screen.model.cursor == points[0]
        assert not screen.query_one("#card").display
        assert screen.query_one(ScatterPlot).size.height >= 4
        assert f"#{screen._neighbours._base}" in title(screen)
        await pilot.press("escape")
        assert not screen._neighbours.active


async def test_a_click_goes_to_a_neighbour():
    app, screen = make_app(lambda: data(images=IMAGES))
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g")
        points = await shown(pilot, screen)
        await pilot.click(NeighbourStrip, offset=(17, 3))
        assert screen.model.cursor == points[1]


async def test_neighbours_are_selected():
    app, screen = make_app(data)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("S", "n")
        await until(pilot, lambda: "V shows a point's neighbours first" in whole(screen))
        await pilot.press("7", "g")
        points = await shown(pilot, screen)
        await pilot.press("S", "n")
        await until(pilot, lambda: screen.model.selection.count == 12)
        assert sorted(points) == screen.model.selected_rows.tolist()


async def test_lines_lead_to_the_neighbours_and_a_number_says_how_many():
    plane = np.array([(0, 0), (10, 0), (5, 8), (1000, 0)], float)
    app, screen = make_app(lambda: embedding_from_arrays(plane, vectors=plane))
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        plot = screen.query_one(ScatterPlot)
        await pilot.press("b", "0", "g", "plus", "plus", "plus", "plus", "plus", "plus", "plus")

        def line():
            row = screen.model.dot_of(0)[1] // 4
            return plot.render_line(row).text

        before = line()
        await pilot.press("3", "V")
        await until(pilot, lambda: "its 3 nearest" in title(screen))
        await until(pilot, lambda: line() != before)
        # Also the one that is out of view: its line reaches the edge.
        column = screen.model.dot_of(0)[0] // 2
        assert all(0x2800 < ord(each) < 0x2900 for each in line()[plot.size.width - 9 :])
        await pilot.press("1", "V")
        await until(pilot, lambda: screen._neighbours.points == (2,))
        assert line()[column + 8 :].strip() == ""
        await pilot.press("9", "9", "9", "V")
        await until(pilot, lambda: "200 neighbours are the most" in whole(screen))
        await pilot.press("escape")
        assert not any(0x2800 < ord(each) < 0x2900 for each in line()[column + 4 :])


async def test_lines_and_rings_in_pixels():
    app, screen = make_app(data, "kitty", cell_pixels=(9, 18))
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g", "e", "d", "d")
        canvas = screen._painter.pixels.canvas
        await until(pilot, lambda: canvas.shown)
        await shown(pilot, screen)
        plot = screen.query_one(ScatterPlot)
        await until(pilot, lambda: canvas._painting.rows == plot.drawing_size[1])
        with_lines = canvas._painting.pixels((9, 18))
        screen._painter.mark_neighbours()
        without = canvas._painting.pixels((9, 18))
        assert (with_lines != without).any(axis=2).sum() > 500
