"""The scatter in pixels: what is sent when, and what is left when it ends."""

import re

import numpy as np
import pytest
import scipy.ndimage
from tests.support.embed import make_app, ready
from tests.support.glass import Glass
from tests.support.screens import until

from vizterm.embed.scatter.plot import ScatterPlot
from vizterm_core.load import embedding_from_arrays

CELL = (9, 18)
TWO = np.array([(0.0, 0.0), (10.0, 0.0), (10.0, 6.0)])
PLACED = re.compile(r"_Ga=p,i=(\d+),p=\d+,C=1,q=2(?:,c=(\d+),r=(\d+))?(?:,z=(\d+))?\x1b")
DELETED = re.compile(r"_Ga=d,d=I,i=(\d+)")


def three():
    return embedding_from_arrays(TWO, np.array(["cat", "cat", "dog"]))


def many(n=60_000):
    rng = np.random.default_rng(0)
    return embedding_from_arrays(rng.normal(size=(n, 2)), rng.integers(0, 3, n))


def pixel_app(load=three, protocol="kitty", **terminal):
    return make_app(load, protocol, cell_pixels=(9, 18), **terminal)


def drawn_text(screen):
    plot = screen.query_one(ScatterPlot)
    return "".join(plot.render_line(y).text for y in range(plot.size.height)).strip()


def placements(glass, level):
    return [found for found in PLACED.findall(glass.text) if found[3] == str(level)]


async def test_d_goes_on_to_blocks_to_pixels_and_back(digits_path):
    app, screen = pixel_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        glass = Glass(app)
        await pilot.press("e")
        assert drawn_text(screen).count("●") == 3
        await pilot.press("d", "d")
        await glass.wait_for(pilot, lambda: placements(glass, 1))
        plot = screen.query_one(ScatterPlot)
        columns, rows = plot.drawing_size
        assert placements(glass, 1)[-1][1:3] == (str(columns), str(rows))
        assert drawn_text(screen) == "", "nothing of the text could be seen"
        image = placements(glass, 1)[-1][0]
        glass.text = ""
        await pilot.press("d")
        await glass.wait_for(
            pilot, lambda: image in DELETED.findall(app.pictures.clear() + glass.text)
        )
        assert drawn_text(screen).count("●") == 3


async def test_the_cursor_is_a_ring_for_which_the_plot_is_not_sent_again():
    app, screen = pixel_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        glass = Glass(app)
        await pilot.press("d", "d", "g")
        await glass.wait_for(pilot, lambda: placements(glass, 1) and placements(glass, 2))
        assert placements(glass, 2)[-1][1:3] in (("5", "3"), ("3", "2"), ("3", "3"), ("5", "2"))
        glass.text = ""
        await pilot.press("G")
        await glass.wait_for(pilot, lambda: placements(glass, 2))
        assert not placements(glass, 1)
        await pilot.press("enter", "g")
        await glass.wait_for(pilot, lambda: placements(glass, 3)), "the pinned point has its own"


async def test_many_points_are_drawn_as_a_density_and_exactly_at_rest(monkeypatch):
    monkeypatch.setattr("vizterm_core.scatter.index.FEW_POINTS", 500)
    monkeypatch.setattr("vizterm_core.scatter.index.MANY_POINTS", 1000)
    app, screen = pixel_app(many)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await until(pilot, lambda: screen.model.index.sorted)
        await pilot.press("e", "d", "d")
        plot, canvas = screen.query_one(ScatterPlot), screen._painter.pixels.canvas
        columns, rows = plot.drawing_size
        # Each braille dot is divided into 4 x 4 pixels.
        exact = rows * 16, columns * 8, 4
        await until(pilot, lambda: canvas.shown and canvas._painting.pixels(CELL).shape == exact)
        assert plot.frame.exact
        painting = canvas._painting
        fine = screen.model.exact_frame(screen.model.viewport.finer(4), screen.model.visible)
        lit = painting.pixels(CELL)[..., :3].any(axis=-1)
        assert np.array_equal(lit, fine.dots > 0)
        # In motion half as fine, at once.
        shown, show = [], canvas.show
        canvas.show = lambda *given: (shown.append(given[0]), show(*given))
        await pilot.press("shift+right")
        assert shown[0].pixels(CELL).shape == (rows * 8, columns * 4, 4)


async def test_sixels_are_drawn_at_rest_in_tiles_and_text_meanwhile():
    app, screen = pixel_app(protocol="sixel")
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        glass = Glass(app)
        await pilot.press("e", "d", "d")
        assert drawn_text(screen).count("●") == 3
        columns, rows = screen.query_one(ScatterPlot).drawing_size
        tiles = -(-columns // 16) * -(-rows // 6)
        await glass.wait_for(pilot, lambda: glass.text.count("\x1bP") >= tiles)
        assert glass.text.count("\x1bP") == tiles
        glass.text = ""
        await pilot.press("g")
        await glass.wait_for(pilot, lambda: "\x1bP" in glass.text)
        await pilot.pause()
        assert 1 <= glass.text.count("\x1bP") <= 4, "only the tiles below the ring"
        glass.text = ""
        canvas, given = screen._painter.pixels.canvas, []
        show = canvas.show
        canvas.show = lambda *painting: (given.append(painting[0]), show(*painting))
        await pilot.press("plus")
        # What was to be drawn at rest before may come first.
        assert None in given, "text while it moves"


@pytest.mark.parametrize("protocol", ["half", "kitty-unicode"])
async def test_where_pixels_are_impossible_d_leaves_them_out(protocol):
    app, screen = pixel_app(protocol=protocol)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("d", "d")
        assert screen._painter.dots_look.way == "braille"


async def test_pixels_give_way_to_the_help():
    app, screen = pixel_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        glass = Glass(app)
        await pilot.press("d", "d")
        await glass.wait_for(pilot, lambda: placements(glass, 1))
        await pilot.press("question_mark")

        # Headless apps may draw no frames.
        def gone():
            app.pictures.after_frame(None)
            return all(place.drawn is None for place in app.pictures._places.values())

        await until(pilot, gone)
        await pilot.press("escape")
        assert placements(glass, 1)


async def test_pixels_that_are_impossible_are_said_and_drawn_in_braille():
    app, screen = make_app(three)
    screen._painter.dots_look.way = "pixels"
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        assert screen._painter.dots_look.way == "braille"
        assert [note.message for note in app._notifications] == [
            "the terminal draws no pixels: dots in braille"
        ]


async def test_the_density_is_drawn_in_pixels_from_points_counted_as_finely():
    app, screen = pixel_app(many)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await until(pilot, lambda: screen.model.index.sorted)
        await pilot.press("e", "v", "P")
        plot, canvas = screen.query_one(ScatterPlot), screen._painter.pixels.canvas
        columns, rows = plot.drawing_size
        exact = rows * 16, columns * 8
        await until(pilot, lambda: canvas.shown and canvas._painting.pixels(CELL).shape == exact)
        pixels = canvas._painting.pixels(CELL)
        model, look = screen.model, screen._painter.density_look
        finer = model.viewport.finer(4)
        counts = model.index.exact_counts(finer, model.visible).astype(float) * 16
        sigma = look.sigma * 4, look.sigma * 4 * model.cell_aspect / 2
        blurred = scipy.ndimage.gaussian_filter(counts, sigma, mode="constant")
        halves = look.density(model, model.viewport, model.visible, None, exact=True)
        norm = look.norm(halves)
        inner = slice(100, -100), slice(100, -100)
        off = pixels.entries[inner].astype(int) - np.clip(norm(blurred) * 256, 0, 255)[inner]
        assert np.abs(off).max() <= 2, "points beyond the edges count, too"
        assert drawn_text(screen) == ""
        await pilot.press("P")
        assert "▀" in drawn_text(screen)
        assert not canvas.shown


async def test_density_and_dots_are_drawn_over_each_other():
    app, screen = pixel_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await until(pilot, lambda: screen.model.index.sorted)
        await pilot.press("e", "v", "v", "P")
        canvas = screen._painter.pixels.canvas
        await until(pilot, lambda: canvas.shown)
        rows, columns = canvas._painting.rows, canvas._painting.columns
        pixels = canvas._painting.pixels(CELL)
        assert pixels.shape == (rows * 18, columns * 9, 4)
        view, index = screen.model.viewport, screen.model.index
        for point in range(3):
            x = int((index.x[point] - view.left) * view.x_scale / 2 * 9)
            y = int((view.top - index.y[point]) * view.y_scale / 4 * 18)
            assert pixels[y, x, :3].max() > 150, "a disc"
            beside = pixels[y - 20 if y > 40 else y + 20, x, :3]
            assert 0 < beside.max() <= 85, "the density is dimmed"


async def test_pixels_that_are_impossible_are_said_by_p():
    app, screen = make_app(three)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("P")
        assert "half blocks" in screen._remark
        assert screen._painter.dots_look.way == "braille"
