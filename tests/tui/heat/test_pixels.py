"""The heatmap in pixels: what is sent when, and what is left when it ends."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from tests.support.decoders import decode_sixel, to_percent
from tests.support.glass import Glass
from tests.support.heat import make_app, ready
from tests.support.screens import text_of, until

from vizterm.cells.half_blocks import pixel_cells
from vizterm.graphics.indexed import Indexed
from vizterm.heat.pixels import HeatPixels
from vizterm.maps.heat_map import HeatMap
from vizterm.maps.pixel_map import NO_PICTURES
from vizterm_core.colour.colormaps import apply_colormap
from vizterm_core.maps.blur import blur

CELL = (9, 18)
PLACED = re.compile(r"_Ga=p,i=(\d+),p=\d+,C=1,q=2(?:,c=(\d+),r=(\d+))?(?:,z=(\d+))?\x1b")
SENT = re.compile(
    r"_Ga=t,t=d,i=(\d+),q=2,f=100,m=\d;[^\x1b]*\x1b\\(?:\x1b_Gm=\d,q=2;[^\x1b]*\x1b\\)*"
)
SIXELS = re.compile(r"\x1b\[(\d+);(\d+)H(\x1bP[^\x1b]*\x1b\\)")
EVENTS = {(150, 20): 9, (20, 80): 3, (100, 50): 5}


def pixel_app(protocol="kitty", background=None, **options):
    return make_app(
        EVENTS, (200, 100), background, protocol=protocol, cell_pixels=CELL, pixels=True, **options
    )


def pictures(glass):
    """The pictures sent to kitty, by number."""
    found = {}
    for sent in SENT.finditer(glass.text):
        payload = "".join(re.findall(r";([^\x1b;]*)\x1b", sent[0]))
        image = Image.open(io.BytesIO(base64.standard_b64decode(payload)))
        found[sent[1]] = np.asarray(image.convert("RGBA"))
    return found


def placements(glass, level=1):
    return [found for found in PLACED.findall(glass.text) if found[3] == str(level)]


def drawn_text(screen):
    """The blocks of the map, without the axes around it."""
    plot = screen.query_one(HeatMap)
    text = "".join(plot.render_line(y).text for y in range(plot.size.height))
    return "".join(character for character in text if character in "▀▄░▒▓█")


def expected(screen, height, width):
    """The map in view at that many pixels, by the core alone."""
    model = screen.model
    values = blur(
        model.field.counts, model.sigma, shape=(height, width), view=model.camera.view.extent
    )
    return apply_colormap(model.norm(values), model.colours.colormap)


def on_screen(app):
    """The pictures that the terminal shows after a frame: headless apps may draw none."""
    app.pictures.after_frame(None)
    return [place for place in app.pictures._places.values() if place.drawn is not None]


async def with_whole_cells(pilot, screen, whole=True):
    """Resize the terminal until the map fills whole cells, or leaves half of the last row."""
    await ready(pilot, screen)
    for width in range(111, 90, -1):
        if (screen.model.camera.view.shape[0] % 2 == 0) == whole:
            return screen.query_one(HeatMap).cells.shape[:2]
        before = screen.model.camera.view
        await pilot.resize_terminal(width, 30)
        await until(pilot, lambda before=before: screen.model.camera.view != before)
    raise AssertionError("no width does")


async def shown(pilot, glass, size):
    """Wait for a picture of the map of (height, width), and return it."""

    def found():
        sent = pictures(glass)
        numbers = [placement[0] for placement in placements(glass)]
        return [sent[each] for each in numbers if each in sent and sent[each].shape[:2] == size]

    await glass.wait_for(pilot, found)
    return found()[-1]


async def test_kitty_gets_a_coarse_picture_at_once_and_true_pixels_at_rest():
    app, screen = pixel_app()
    async with app.run_test(size=(112, 30)) as pilot:
        glass = Glass(app)
        rows, columns = await with_whole_cells(pilot, screen)
        assert screen.model.camera.view.shape == (2 * rows, columns)
        exact = await shown(pilot, glass, (rows * 18, columns * 9))
        assert (exact[..., 3] == 255).all()
        assert np.array_equal(exact[..., :3], expected(screen, *exact.shape[:2]))
        assert placements(glass)[-1][1:3] == (str(columns), str(rows))
        assert drawn_text(screen) == "", "nothing of the text could be seen"
        glass.text = ""
        await pilot.press("plus")
        halves, columns = screen.model.camera.view.shape
        rows = -(-halves // 2)
        coarse = await shown(pilot, glass, (rows * 6, columns * 3))
        off = coarse[: halves * 3, :, :3].astype(int) - expected(screen, halves * 3, columns * 3)
        assert np.abs(off).max() <= 2
        exact = await shown(pilot, glass, (rows * 18, columns * 9))
        off = exact[: halves * 9, :, :3].astype(int) - expected(screen, halves * 9, columns * 9)
        assert np.abs(off).max() <= 2, "two of the darkest colours may have become one"


async def test_half_a_cell_below_the_map_is_transparent():
    app, screen = pixel_app()
    async with app.run_test(size=(52, 40)) as pilot:
        glass = Glass(app)
        rows, columns = await with_whole_cells(pilot, screen, whole=False)
        halves = screen.model.camera.view.shape[0]
        assert rows == (halves + 1) // 2
        exact = await shown(pilot, glass, ((halves + 1) * 9, columns * 9))
        assert not exact[-9:, :, 3].any()
        off = exact[:-9, :, :3].astype(int) - expected(screen, halves * 9, columns * 9)
        assert np.abs(off).max() <= 2


async def test_the_page_is_behind_it_in_true_pixels():
    page = np.random.default_rng(0).integers(0, 256, (200, 400, 3)).astype(np.uint8)
    app, screen = pixel_app(background=page)
    async with app.run_test(size=(112, 30)) as pilot:
        glass = Glass(app)
        rows, columns = await with_whole_cells(pilot, screen)
        exact = await shown(pilot, glass, (rows * 18, columns * 9))
        drawn = HeatPixels.of(screen.model).draw(rows * 18, columns * 9)
        assert not isinstance(drawn, Indexed)
        assert np.array_equal(exact[..., :3], drawn)
        screen.model.strength = 0.0
        bare = HeatPixels.of(screen.model).draw(200, 400)
        assert np.array_equal(bare, page)


async def test_the_crosshair_moves_without_the_map():
    app, screen = pixel_app()
    async with app.run_test(size=(112, 30)) as pilot:
        glass = Glass(app)
        rows, columns = await with_whole_cells(pilot, screen)
        await shown(pilot, glass, (rows * 18, columns * 9))
        glass.text = ""
        await pilot.press("right")
        await glass.wait_for(pilot, lambda: placements(glass, 2))
        await pilot.press("left")
        await glass.wait_for(pilot, lambda: len(placements(glass, 2)) > 1)
        assert not placements(glass)
        assert len(glass.text) < 4000
        await pilot.press("escape")
        await until(pilot, lambda: len(on_screen(app)) == 1)


def sixel_picture(glass, columns, rows):
    """The tiles put together, in percent."""
    picture = np.full((rows * 18, columns * 9, 3), -1)
    corners = [(int(row), int(column)) for row, column, _ in SIXELS.findall(glass.text)]
    top, left = min(row for row, _ in corners), min(column for _, column in corners)
    for row, column, data in SIXELS.findall(glass.text):
        tile = decode_sixel(data).percent
        y, x = (int(row) - top) * 18, (int(column) - left) * 9
        picture[y : y + tile.shape[0], x : x + tile.shape[1]] = tile
    return picture


async def test_sixels_are_drawn_at_rest_over_half_blocks():
    app, screen = pixel_app("sixel")
    async with app.run_test(size=(112, 30)) as pilot:
        glass = Glass(app)
        rows, columns = await with_whole_cells(pilot, screen)
        glass.text = ""
        screen.draw()
        assert set(drawn_text(screen)) & set("▀▄")
        tiles = -(-columns // 16) * -(-rows // 6)
        await glass.wait_for(pilot, lambda: len(SIXELS.findall(glass.text)) >= tiles)
        pixels = HeatPixels.of(screen.model).draw(rows * 18, columns * 9)
        wanted = to_percent(pixels.coarser(2).rgb())
        assert np.array_equal(sixel_picture(glass, columns, rows), wanted)
        glass.text = ""
        await pilot.press("right")
        await glass.wait_for(pilot, lambda: SIXELS.search(glass.text))
        await pilot.pause()
        assert 1 <= len(SIXELS.findall(glass.text)) <= 4, "only the tiles below the crosshair"
        plot = screen.query_one(HeatMap)
        assert np.array_equal(plot.cells, pixel_cells(plot.pixels)), "none in the text below"
        canvas, given = screen._pixels._canvas, []
        show = canvas.show
        canvas.show = lambda *painting: (given.append(painting[0]), show(*painting))
        await pilot.press("plus")
        assert given[0] is None, "half blocks while it moves"


async def test_p_goes_on_to_half_blocks_and_back():
    app, screen = pixel_app()
    async with app.run_test(size=(112, 30)) as pilot:
        glass = Glass(app)
        await ready(pilot, screen)
        await glass.wait_for(pilot, lambda: placements(glass))
        await pilot.press("P")
        assert "in half blocks" in text_of(screen, "#status")
        assert set(drawn_text(screen)) & set("▀▄")
        await until(pilot, lambda: not on_screen(app))
        glass.text = ""
        await pilot.press("P")
        await glass.wait_for(pilot, lambda: placements(glass))
        assert "in pixels" in text_of(screen, "#status")
        assert drawn_text(screen) == ""


@pytest.mark.parametrize("protocol", ["half", "none", "kitty-unicode"])
async def test_without_pictures_pixels_are_refused_in_a_line(protocol):
    app, screen = pixel_app(protocol)
    async with app.run_test(size=(112, 30)) as pilot:
        await ready(pilot, screen)
        said = [note.message for note in app._notifications]
        assert len(said) == 1
        assert "half blocks" in said[0]
        assert set(drawn_text(screen)) & set("▀▄")
        await pilot.press("P")
        assert "half blocks" in text_of(screen, "#status")
        assert set(drawn_text(screen)) & set("▀▄")
        if protocol != "kitty-unicode":
            assert said[0] == NO_PICTURES


async def test_without_colours_there_are_shades_of_text():
    app, screen = pixel_app(colours="none")
    async with app.run_test(size=(112, 30)) as pilot:
        await ready(pilot, screen)
        assert not screen._pixels.on
        assert set(drawn_text(screen)) & set("░▒▓█")
        assert not set(drawn_text(screen)) & set("▀▄")


async def test_help_takes_the_pixels_away_and_gives_them_back():
    app, screen = pixel_app()
    async with app.run_test(size=(112, 30)) as pilot:
        glass = Glass(app)
        await ready(pilot, screen)
        await glass.wait_for(pilot, lambda: placements(glass))
        await pilot.press("question_mark")
        await until(pilot, lambda: not on_screen(app))
        await pilot.press("escape")
        await until(pilot, lambda: on_screen(app))


async def test_the_choice_outlives_a_reload():
    app, screen = pixel_app()
    async with app.run_test(size=(112, 30)) as pilot:
        glass = Glass(app)
        await ready(pilot, screen)
        await glass.wait_for(pilot, lambda: placements(glass))
        await until(pilot, lambda: screen._pixels.on)
        glass.text, before = "", screen.model
        screen.replace(make_app(EVENTS, (200, 100))[1].shown)
        assert screen.model is not before
        await glass.wait_for(pilot, lambda: placements(glass))
        assert screen._pixels.on
