"""Pictures of points on the map."""

import threading
from unittest.mock import patch

import numpy as np
from tests.support.embed import make_app, make_model, ready
from tests.support.glass import Glass
from tests.support.screens import until

from vizterm.cells.glyphs import GlyphCells
from vizterm.embed.scatter.inks import LabelInks
from vizterm.embed.scatter.map_look import MapLook
from vizterm.embed.scatter.map_thumbnails import MapThumbnails, Thumbnail, cells_with, drawn_over
from vizterm.embed.scatter.painter import Refined
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.scatter.thumbnail_store import ThumbnailStore
from vizterm.embed.scatter.view_of_points import ViewOfPoints
from vizterm.terminal.facts import Terminal
from vizterm_core.load import embedding_from_arrays
from vizterm_core.scatter.selected import points_standing_out
from vizterm_core.scatter.selection import Selection

LEVELS = np.array([40, 80, 120, 160], np.uint8)
POINTS = np.array([(0.0, 0.0), (10.0, 0.0), (0.0, 6.0), (10.0, 6.0)])


def four(**more):
    """Four points with plain pictures of different greys."""
    images = np.broadcast_to(LEVELS[:, None, None], (4, 8, 8)).copy()
    return embedding_from_arrays(POINTS, np.array([0, 0, 1, 1]), images=images, **more)


class Waiting:
    """A store whose pictures can be waited for."""

    def __init__(self, embedding):
        self.come = threading.Semaphore(0)
        look = MapLook.of(embedding)
        self.store = ThumbnailStore(embedding, lambda: look, self.come.release)

    def get(self, rows, side):
        found = self.store.get(rows, side)
        while any(one is None for one in found):
            assert self.come.acquire(timeout=20)
            found = self.store.get(rows, side)
        return found


def test_pictures_come_in_squares_of_the_size_asked_for():
    waiting = Waiting(four())
    for side in (8, 20, 3):
        pictures = waiting.get([2, 0, 3], side)
        for row, picture in zip([2, 0, 3], pictures, strict=True):
            assert picture.shape == (side, side, 3)
            assert picture[side // 2, side // 2].tolist() == [LEVELS[row]] * 3
    waiting.store.close()


def test_a_picture_that_is_no_square_stands_in_the_middle():
    images = np.full((4, 4, 8), 200, np.uint8)
    waiting = Waiting(embedding_from_arrays(POINTS, images=images))
    picture = waiting.get([1], 16)[0]
    assert picture[:4].max() == picture[-4:].max() == 0
    assert picture[4:-4].min() == 200


def test_kept_pictures_are_there_at_once_and_the_oldest_are_let_go():
    waiting = Waiting(four())
    first = waiting.get([0], 8)[0]
    assert waiting.store.get([0], 8)[0] is first
    with patch("vizterm.embed.scatter.thumbnail_store._KEPT_BYTES", 2 * 8 * 8 * 3):
        waiting.get([1], 8)
        waiting.get([2], 8)
    assert waiting.store.get([0], 8)[0] is None
    waiting.store.close()


def made(columns=80, rows=24):
    model = make_model(POINTS, np.array([0, 0, 1, 1]), columns=columns, rows=rows)
    waiting = Waiting(four())
    thumbnails = MapThumbnails(waiting.store, lambda point: point)
    view = ViewOfPoints(model.index, model.viewport, model.visible)
    inks = LabelInks.of(model.embedding.labels, Terminal())
    points = model.index.points_in(model.viewport, model.visible)
    return thumbnails, waiting, view, inks, points


def test_in_pixels_each_stands_at_its_point_framed_in_its_labels_colour():
    thumbnails, waiting, view, inks, points = made()
    waiting.get([0, 1, 2, 3], 44)
    placed = thumbnails.in_pixels(points, view, inks, (9, 18), cursor=2)
    assert sorted(one.point for one in placed) == [0, 1, 2, 3]
    assert placed[0].point == 2, "the cursor's first"
    colours = inks.inks.rgb()
    for one in placed:
        assert one.picture.shape == (48, 48, 3)
        frame = (255, 255, 255) if one.point == 2 else tuple(colours[one.point // 2])
        assert tuple(one.picture[0, 0]) == tuple(one.picture[-1, 20]) == frame
        assert one.picture[24, 24, 0] == LEVELS[one.point]
        x = points.columns[one.point] * 4.5
        y = points.rows[one.point] * 4.5
        assert one.left <= x <= one.left + 48
        assert one.top <= y <= one.top + 48
    assert thumbnails.stands(2)
    assert not thumbnails.stands(None)


def test_selected_points_pictures_come_first_and_keep_their_colour():
    thumbnails, waiting, view, inks, points = made()
    waiting.get([0, 1, 2, 3], 44)
    selection = Selection.of_points(4, np.array([0]))
    apart = points_standing_out(points, selection, 2)
    placed = thumbnails.in_pixels(apart, view, inks.with_selection(), (9, 18), cursor=3)
    assert [one.point for one in placed][:2] == [3, 0]
    vivid, *others = (np.ptp(one.picture[0, 0].astype(int)) for one in placed[1:])
    assert vivid > 100 and max(others) < 60


def test_what_has_not_come_yet_is_left_out():
    thumbnails, waiting, view, inks, points = made()
    waiting.get([1], 44)
    with waiting.store._changed:  # the reader waits
        placed = MapThumbnails.in_pixels(thumbnails, points, view, inks, (9, 18), None)
    assert 1 <= len(placed) <= 4


def test_they_are_drawn_over_pixels_and_over_cells():
    picture = np.full((4, 4, 3), 9, np.uint8)
    picture[::2] = 200
    canvas = np.zeros((10, 10, 3), np.uint8)
    drawn_over(canvas, [Thumbnail(0, 3, 5, picture)])
    assert np.array_equal(canvas[5:9, 3:7], picture)
    assert canvas.sum() == picture.sum()
    cells = GlyphCells.blank(5, 10)
    cells.characters[:] = "⣿"
    drawn = cells_with(cells, [Thumbnail(0, 3, 4, picture)], "truecolor")
    assert (drawn.characters[2:4, 3:7] == "▀").all()
    assert (drawn.ink[2:4, 3:7] == 0xC8C8C8).all()
    assert (drawn.paper[2:4, 3:7] == 0x090909).all()
    assert (drawn.characters == "⣿").sum() == 42
    assert (cells.characters == "⣿").all(), "the frame's own cells stay"
    plain = cells_with(cells, [Thumbnail(0, 3, 4, picture)], "none")
    assert (plain.ink == -1).all()
    assert set(plain.characters[2:4, 3:7].ravel()) <= set(" ░▒▓█")


async def test_p_puts_pictures_on_the_map_in_half_blocks():
    app, screen = make_app(four)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        plot = screen.query_one(ScatterPlot)
        await pilot.press("p")
        await until(pilot, lambda: (plot._cells.characters == "▀").sum() == 4 * 12 * 6)
        await pilot.press("g")
        assert screen._painter.thumbnails.stands(0)
        assert screen._painter._marked()[1] == {}, "the white frame marks the point"
        await pilot.press("p")
        assert not (plot._cells.characters == "▀").any()


async def test_p_says_where_there_are_no_pictures_or_too_many_points():
    app, screen = make_app(lambda: embedding_from_arrays(POINTS))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("p")
        assert "no pictures" in screen.query_one("#status").text
    app, screen = make_app(four)
    with patch("vizterm.embed.scatter.painter.MOST_IN_VIEW", 3):
        async with app.run_test(size=(120, 40)) as pilot:
            await ready(pilot, screen)
            await pilot.press("p")
            assert "zoom in" in screen.query_one("#status").text
            assert not (screen.query_one(ScatterPlot)._cells.characters == "▀").any()


async def test_in_pixels_pictures_are_part_of_the_plots():
    app, screen = make_app(four, "kitty", cell_pixels=(9, 18))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        glass = Glass(app)
        await pilot.press("d", "d", "p")

        def pictures():
            canvas = screen._painter.pixels.canvas
            pixels = canvas._painting.pixels((9, 18))
            return [int((pixels[..., :3] == level).all(axis=-1).sum()) for level in LEVELS]

        await glass.wait_for(pilot, lambda: pictures() == [40 * 40] * 4), "enlarged by whole pixels"


async def test_below_a_painting_no_others_are_fetched_for_the_text():
    """Two sizes that are wanted in turns would drop each other's wishes."""
    app, screen = make_app(four, "sixel", cell_pixels=(9, 18))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("d", "d", "p")
        canvas = screen._painter.pixels.canvas
        await until(pilot, lambda: canvas.shown)
        sides = []
        store = screen._painter.thumbnails._store
        get = store.get
        store.get = lambda rows, side: (sides.append(side), get(rows, side))[1]
        screen._painter.take(
            Refined(screen.model, screen._painter._ticket, canvas_frame(screen), None, None, None)
        )
        assert sides == [44]


def canvas_frame(screen):
    return screen.model.exact_frame(screen.model.viewport, screen.model.visible)
