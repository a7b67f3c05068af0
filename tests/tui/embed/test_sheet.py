"""The contact sheet: pictures of many points, from the scatter and back to one of them."""

import re
import threading

import numpy as np
import pytest
from PIL import Image
from rich.style import Style
from tests.support.decoders import GRAPHICS, parse_kitty
from tests.support.embed import make_app, ready, with_columns
from tests.support.glass import Glass
from tests.support.screens import text_of, until, whole
from tests.support.terminal_rig import KITTY, start

from vizterm.embed.scatter import thumbnail_store as store_module
from vizterm.embed.scatter.map_look import MapLook
from vizterm.embed.sheet import arranging as arranging_module
from vizterm.embed.sheet.grid import SheetGrid
from vizterm.embed.sheet.model import SheetModel
from vizterm.embed.sheet.pictures import SheetPictures
from vizterm.embed.sheet.screen import SheetScreen
from vizterm.graphics import encode as encoding
from vizterm.graphics.encode import Encoded, EncodedPictures
from vizterm.graphics.kitty_commands import ImageIds
from vizterm_core.load import embedding_from_arrays, load_embedding
from vizterm_core.scatter.selection import Selection

COUNT = 300
SIZE = (100, 30)
RNG = np.random.default_rng(16)
PLANE = RNG.normal(size=(COUNT, 2))
LABELS = np.array(["cat", "dog", "cow"], object)[np.arange(COUNT) % 3]
COLOURS = RNG.integers(0, 255, (COUNT, 3), np.uint8)
IMAGES = np.broadcast_to(COLOURS[:, None, None], (COUNT, 8, 8, 3)).copy()
"""Each of a single colour."""
FAR = np.linalg.norm(PLANE - PLANE[7], axis=1)


def data(**more):
    return embedding_from_arrays(PLANE, LABELS, images=IMAGES, **more)


async def opened(app, pilot, screen, *keys):
    """Open the sheet after some keys."""
    await ready(pilot, screen)
    await pilot.press(*keys, "I")
    await until(pilot, lambda: isinstance(app.screen, SheetScreen) and app.screen.sheet is not None)
    await pilot.pause()
    return app.screen


def heading(sheet):
    return text_of(sheet, "#heading")


def facts(sheet):
    return text_of(sheet, "#sheet-facts")


def cell_text(sheet, number):
    """The lines of a tile on screen, without blanks."""
    model, grid = sheet.sheet, sheet.query_one(SheetGrid)
    column, row = model.place(number + model.first)
    left = column + grid.origin.x
    lines = [grid.render_line(row + y).text for y in range(model.height + 1)]
    return [line[left : left + model.width].rstrip() for line in lines]


def colours_of(sheet, number):
    """The colours of the middle line of a picture on screen, by its place in order."""
    column, row = sheet.sheet.place(number)
    grid = sheet.query_one(SheetGrid)
    strip = grid.render_line(row + sheet.sheet.height // 2)
    left = column + grid.origin.x
    part = strip.crop(left, left + sheet.sheet.width)
    return {
        tuple(segment.style.bgcolor.triplet)
        for segment in part
        if segment.style is not None and segment.style.bgcolor is not None
    }


async def test_the_story_from_a_selection_to_one_of_its_points():
    app, screen = make_app(data)
    async with app.run_test(size=SIZE) as pilot:
        sheet = await opened(app, pilot, screen, "7", "g", "S", "l")
        dogs = np.flatnonzero(LABELS[7] == LABELS)
        wanted = dogs[np.argsort(FAR[dogs], kind="stable")].tolist()
        assert sheet.sheet.points.tolist() == wanted
        assert "100 selected · by distance to #7" in heading(sheet)
        assert "dog" in facts(sheet) and "#7" in facts(sheet) and "1 of 100" in facts(sheet)
        await pilot.press("right", "down")
        assert sheet.sheet.cursor == 1 + sheet.sheet.across
        chosen = sheet.sheet.point
        assert f"#{chosen}" in facts(sheet)
        await pilot.press("space")
        assert chosen not in screen.model.selection and screen.model.selection.count == 99
        assert "selected" not in facts(sheet).replace("100 selected", "")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        assert screen.model.cursor == chosen
        await pilot.press("u", "S", "u")
        assert screen.model.selection.count == 100, "undone like everything else"


async def test_escape_leaves_the_scatter_as_it_was():
    app, screen = make_app(data)
    async with app.run_test(size=SIZE) as pilot:
        sheet = await opened(app, pilot, screen, "7", "g")
        await pilot.press("end", "escape")
        await until(pilot, lambda: app.screen is screen)
        assert screen.model.cursor == 7
        again = await opened(app, pilot, screen)
        assert again is not sheet
        await pilot.press("I")
        await until(pilot, lambda: app.screen is screen)


async def test_keys_step_through_the_sets_and_the_orders():
    values = RNG.normal(size=COUNT)
    values[3] = np.nan
    app, screen = make_app(lambda: with_columns(data(), "size", size=values))
    async with app.run_test(size=SIZE) as pilot:
        sheet = await opened(app, pilot, screen, "7", "g")
        everything = np.arange(COUNT)
        assert "300 in view · by distance to #7" in heading(sheet)
        assert sheet.sheet.points.tolist() == np.argsort(FAR, kind="stable").tolist()
        await pilot.press("o")
        assert "by size" in heading(sheet)
        assert sheet.sheet.points.tolist() == np.argsort(values, kind="stable").tolist()
        assert sheet.sheet.point == 7, "the cursor stays at its point"
        assert "size" in facts(sheet) and f"{values[7]:.3f}"[:4] in facts(sheet)
        await pilot.press("o")
        assert "by size, backwards" in heading(sheet)
        assert sheet.sheet.points.tolist() == [*np.argsort(-values[:], kind="stable")]
        await pilot.press("o")
        assert "by row" in heading(sheet)
        assert sheet.sheet.points.tolist() == everything.tolist()
        await pilot.press("O", "tab")
        assert "all 300 points · by size, backwards" in heading(sheet)
        await pilot.press("shift+tab", "home", "space", "tab")
        assert "all 300" in heading(sheet)
        await pilot.press("tab")
        assert "1 selected" in heading(sheet)


async def test_the_label_of_the_point_and_its_neighbours_as_they_were_found():
    app, screen = make_app(lambda: data(vectors=PLANE.astype(np.float32)))
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g", "V")
        await until(pilot, lambda: len(screen._neighbours.points) == 12)
        sheet = await opened(app, pilot, screen)
        assert "12 neighbours · the nearest first" in heading(sheet)
        assert sheet.sheet.points.tolist() == np.argsort(FAR, kind="stable")[1:13].tolist()
        await pilot.press("tab", "tab")
        assert "100 of dog" in heading(sheet)
        dogs = np.flatnonzero(LABELS == "dog")
        assert sorted(sheet.sheet.points.tolist()) == dogs.tolist()


async def test_what_a_filter_leaves_out_is_not_among_all_and_counted_of_the_selection():
    app, screen = make_app(lambda: with_columns(data(), number=np.arange(COUNT)))
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot, screen)
        await pilot.press("S", "a", "w", *"number", "space", "less_than_sign", *"20", "enter")
        await until(pilot, lambda: screen.loaded.shown is not None)
        sheet = await opened(app, pilot, screen)
        assert "20 of 300 selected · by" in heading(sheet)
        assert sorted(sheet.sheet.points.tolist()) == list(range(20))
        while "all" not in heading(sheet):
            await pilot.press("tab")
        assert "all 20 points" in heading(sheet)


async def test_pictures_stand_at_their_places_in_half_blocks_and_are_framed():
    app, screen = make_app(data)
    async with app.run_test(size=SIZE) as pilot:
        sheet = await opened(app, pilot, screen, "7", "g")
        for key in (None, "pagedown", "minus", "plus", "end", "pageup"):
            if key:
                await pilot.press(key)
            model = sheet.sheet
            await until(pilot, lambda m=model: all(colours_of(sheet, n) for n in m.shown))
            for number in model.shown:
                wanted = tuple(COLOURS[model.points[number]].tolist())
                assert colours_of(sheet, number) == {wanted}, (key, number)
        column, row = sheet.sheet.place(sheet.sheet.cursor)
        line = sheet.query_one(SheetGrid).render_line(row).text
        assert line[column] == "▐" and line[column + sheet.sheet.width + 1] == "▌"
        assert line.count("▐") == 1


async def test_the_mouse_goes_selects_and_leafs():
    app, screen = make_app(data)
    async with app.run_test(size=SIZE) as pilot:
        sheet = await opened(app, pilot, screen, "7", "g")
        column, row = sheet.sheet.place(2)
        await pilot.click(SheetGrid, offset=(column + 3, row + 2))
        assert sheet.sheet.cursor == 2
        await pilot.click(SheetGrid, offset=(column + 3, row + 2), control=True)
        assert screen.model.selection.points().tolist() == [sheet.sheet.points[2]]
        grid = sheet.query_one(SheetGrid)
        caption = grid.render_line(row + sheet.sheet.height).text[column + 1 :]
        assert caption.startswith("✓ ")
        far, low = sheet.sheet.place(sheet.sheet.across + 1)
        await pilot.mouse_down(SheetGrid, offset=(column + 3, row + 2))
        await pilot.hover(SheetGrid, offset=(column + 20, row + 2))
        await pilot.hover(SheetGrid, offset=(far + 3, low + 2))
        await pilot.mouse_up(SheetGrid, offset=(far + 3, low + 2))
        swept = sheet.sheet.points[2 : sheet.sheet.across + 2]
        assert set(screen.model.selection.points()) == {*swept.tolist()}, "a drag selects a range"
        grid.post_message(SheetGrid.Wheeled(1, 1, -1))
        await until(pilot, lambda: sheet.sheet.first == sheet.sheet.across)
        chosen = sheet.sheet.point
        column, row = sheet.sheet.place(sheet.sheet.cursor)
        await pilot.click(SheetGrid, offset=(column + 3, row + 2))
        await until(pilot, lambda: app.screen is screen)
        assert screen.model.cursor == chosen


async def test_points_without_pictures_are_cards_with_name_value_and_label():
    names = [f"run-{n}" for n in range(COUNT)]
    loss = np.arange(COUNT) * 7 % COUNT / 4
    plain = embedding_from_arrays(PLANE, LABELS, names=names)
    app, screen = make_app(lambda: with_columns(plain, loss=loss))
    async with app.run_test(size=SIZE) as pilot:
        sheet = await opened(app, pilot, screen, "7", "g")
        assert cell_text(sheet, 0) == ["▎ run-7", "▎", "dog"]
        await pilot.press("c", *"loss", "enter")
        assert "by loss" in heading(sheet)
        assert sheet.sheet.points.tolist() == np.argsort(loss, kind="stable").tolist()
        number = sheet.sheet.cursor - sheet.sheet.first
        name, value, label = cell_text(sheet, number)
        assert (name, value, label) == ("▎ run-7", "▎ loss 12.25", "dog")
        await pilot.press("space", "f")
        assert "no pictures to look at" in text_of(sheet, "#status")
        assert cell_text(sheet, number)[2] == "✓ dog"
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        assert screen.model.selection.points().tolist() == [7]


async def test_a_point_whose_picture_can_not_be_read_is_a_card_among_the_pictures(tmp_path):
    paths = []
    for number in range(4):
        paths.append(tmp_path / f"{number}.png")
        Image.fromarray(IMAGES[number]).save(paths[-1])
    paths[2].write_bytes(b"no picture at all")
    csv = tmp_path / "points.csv"
    rows = [f"{x},{y},{path.name}" for (x, y), path in zip(PLANE, paths, strict=False)]
    csv.write_text("\n".join(["x,y,image", *rows]))
    app, screen = make_app(lambda: load_embedding(csv))
    async with app.run_test(size=SIZE) as pilot:
        sheet = await opened(app, pilot, screen, "0", "g")
        place = sheet.sheet.points.tolist().index(2)
        await until(pilot, lambda: any("no picture" in line for line in cell_text(sheet, place)))
        assert colours_of(sheet, sheet.sheet.points.tolist().index(1))


async def test_a_range_is_chosen_and_selected_in_one_step():
    app, screen = make_app(data)
    async with app.run_test(size=SIZE) as pilot:
        sheet = await opened(app, pilot, screen, "7", "g")
        order = sheet.sheet.points
        await pilot.press("right", "v", "right", "down")
        first, last = 1, 2 + sheet.sheet.across
        assert f"space select {last - first + 1}" in text_of(sheet, "#status")
        assert cell_text(sheet, 2)[-1].startswith("+ ")
        assert not screen.model.selection, "nothing is selected before space"
        await pilot.press("enter")
        assert app.screen is sheet, "a range that is open isn't left behind"
        assert set(screen.model.selection.points()) == {*order[first : last + 1].tolist()}
        await pilot.press("home", "shift+right", "shift+right", "escape")
        assert sheet.sheet.anchor is None and app.screen is sheet
        await pilot.press("left", "shift+right")
        assert "space deselect 2" in text_of(sheet, "#status")
        await pilot.press("space")
        assert set(screen.model.selection.points()) == {*order[first + 2 : last + 1].tolist()}
        await pilot.press("escape", "S", "u", "S", "u")
        assert not screen.model.selection, "two steps, whatever they held"


async def test_f_shows_the_picture_large_and_the_arrows_go_on_through_the_set():
    app, screen = make_app(data)
    async with app.run_test(size=SIZE) as pilot:
        sheet = await opened(app, pilot, screen, "7", "g")
        await pilot.press("f", "right", "down", "left", "down")
        assert sheet.sheet.cursor == 2, "along the order"
        picture = sheet.query_one("#large PictureView")
        point = sheet.sheet.point
        assert picture.array[4, 4].tolist() == COLOURS[point].tolist()
        assert f"#{point}" in whole(sheet) and "3 of 300" in text_of(sheet, "#status")
        await pilot.press("space")
        assert "✓ selected" in text_of(sheet, "#status")
        await pilot.press("escape")
        assert not picture.is_on_screen and app.screen is sheet
        await pilot.press("f", "enter")
        await until(pilot, lambda: app.screen is screen)
        assert screen.model.cursor == point and point in screen.model.selection


async def test_help_and_palette_are_the_sheets_own():
    app, screen = make_app(data)
    async with app.run_test(size=SIZE) as pilot:
        sheet = await opened(app, pilot, screen)
        await pilot.press("question_mark")
        assert "go to the point in the scatter" in text_of(app.screen, "#help-text")
        await pilot.press("escape")
        assert app.screen is sheet
        names = [command.text for command in sheet.palette_commands()]
        assert "larger pictures" in names and "reload the file" not in names


async def test_many_points_are_put_in_order_in_a_worker(monkeypatch):
    monkeypatch.setattr(arranging_module, "AT_ONCE", 10)
    app, screen = make_app(data)
    async with app.run_test(size=SIZE) as pilot:
        sheet = await opened(app, pilot, screen, "7", "g")
        await pilot.press("o", "o", "o")
        await until(pilot, lambda: sheet.sheet.points.tolist() == list(range(COUNT)))
        assert "by row" in heading(sheet)


async def test_leafing_reads_what_is_on_screen_and_a_page_beside_and_keeps_little(monkeypatch):
    count = 100_000
    read = []

    def read_entry(embedding, row, *more):
        read.append(row)
        return original(embedding, row, *more)

    original = store_module.read_entry
    monkeypatch.setattr(store_module, "read_entry", read_entry)
    monkeypatch.setattr(store_module, "_KEPT_BYTES", 40_000)
    images = np.zeros((count, 8, 8), np.uint8)
    plane = RNG.normal(size=(count, 2))
    app, screen = make_app(lambda: embedding_from_arrays(plane, images=images))
    async with app.run_test(size=SIZE) as pilot:
        sheet = await opened(app, pilot, screen, "7", "g")
        page = len(sheet.sheet.shown)
        await until(pilot, lambda: len(read) >= 2 * page)
        assert len({*read}) == 2 * page
        for _ in range(100):
            await pilot.press("pagedown")
        assert sheet.sheet.first == 100 * page
        await until(
            pilot, lambda: sheet._pictures._store._kept and not sheet._pictures._store._wanted
        )
        assert sheet._pictures._store._bytes <= 40_000
        assert (
            sum(one.nbytes for one in sheet._pictures._store._kept.values())
            == sheet._pictures._store._bytes
        )
        done = len(read)
        await pilot.press("pageup")
        await pilot.pause()
        near = slice(sheet.sheet.first - page, sheet.sheet.first + 2 * page)
        assert {*read[done:]} <= {*sheet.sheet.points[near].tolist()}


@pytest.mark.parametrize("protocol", ["kitty", "sixel", "iterm2"])
async def test_in_pixels_only_what_changes_is_sent(protocol):
    app, screen = make_app(data, protocol, cell_pixels=(9, 18))
    async with app.run_test(size=SIZE) as pilot:
        sheet = await opened(app, pilot, screen, "7", "g")
        grid = sheet.query_one(SheetGrid)
        places = app.pictures._places

        def drawn():
            return [part for part in grid._parts if places[part].drawn is not None]

        await until(pilot, lambda: len(drawn()) == len(sheet.sheet.shown))
        for number in sheet.sheet.shown:
            column, row = sheet.sheet.place(number)
            region = places[grid._parts[number - sheet.sheet.first]].drawn.region
            assert (region.x, region.y) == (grid.region.x + 1 + column, grid.region.y + row)
        await pilot.pause(0.1)
        glass = Glass(app)
        await pilot.press("right")
        await pilot.pause()
        assert sheet.sheet.cursor == 1
        for sign in ("\x1b_G", "\x1bP", "\x1b]1337"):
            assert sign not in glass.text, "moving the frame sends no picture again"
        await pilot.press("end")
        last = [grid._parts[n] for n in range(len(sheet.sheet.shown))]
        await until(pilot, lambda: all(places[part].drawn is not None for part in last))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)


async def test_each_picture_of_a_page_is_sent_once_as_it_is():
    app, screen = make_app(data, "kitty", cell_pixels=(9, 18))
    async with app.run_test(size=SIZE) as pilot:
        sheet = await opened(app, pilot, screen, "7", "g")
        model = sheet.sheet
        glass = Glass(app)
        await pilot.press("pagedown")
        assert model.first == len(model.shown) > 20
        await glass.wait_for(pilot, lambda: glass.sent() >= len(model.shown))
        await pilot.pause()
        commands = parse_kitty("".join(found[0] for found in GRAPHICS.finditer(glass.text)))
        pictures = [command.picture() for command in commands if command.keys["a"] == "t"]
        # Of 8 x 8 pixels, enlarged by a whole factor inside 12 x 6 cells.
        assert {picture.shape for picture in pictures} == {(104, 104, 3)}
        sent = [tuple(picture[50, 50].tolist()) for picture in pictures]
        assert all((picture == picture[0, 0]).all() for picture in pictures)
        page = model.points[model.shown.start : model.shown.stop]
        assert sorted(sent) == sorted(tuple(COLOURS[point].tolist()) for point in page)
        await until(pilot, lambda: not sheet._pictures._store._wanted)
        reads = len(sheet._pictures._store._kept)
        await pilot.press("pageup")
        assert len(sheet._pictures._store._kept) == reads, "leafing back reads nothing"


async def test_rows_that_are_scrolled_are_neither_encoded_nor_sent_again():
    app, screen = make_app(data, "kitty", cell_pixels=(9, 18))
    async with app.run_test(size=SIZE) as pilot:
        sheet = await opened(app, pilot, screen, "7", "g")
        model = sheet.sheet
        page = len(model.shown)
        pictures = app.pictures._encoder.pictures
        # This page, and the next one ahead.
        await until(pilot, lambda: len(pictures._kept) >= 2 * page)
        glass = Glass(app)
        sheet.query_one(SheetGrid).post_message(SheetGrid.Wheeled(1, 1, -1))
        await until(pilot, lambda: model.first == model.across)
        await glass.wait_for(pilot, lambda: glass.text.count("_Ga=p") >= page)
        assert glass.sent() == model.across, "the pictures of the row that is new"
        ahead = {*model.points[model.next_shown.start : model.next_shown.stop].tolist()}
        glass.text = ""
        await pilot.press("pageup")
        await glass.wait_for(pilot, lambda: glass.text.count("_Ga=p") >= page)
        assert glass.sent() == 0 and ahead


def test_memory_is_bounded_however_many_pages_are_leafed_through(monkeypatch):
    count, side = 6_000, 8
    monkeypatch.setattr(store_module, "_KEPT_BYTES", 100 * side * side * 3)
    monkeypatch.setattr(encoding, "CACHE_BYTES", 5_000)
    images = IMAGES[np.arange(count) % COUNT]
    embedding = embedding_from_arrays(RNG.normal(size=(count, 2)), images=images)
    come = threading.Semaphore(0)
    look = MapLook.of(embedding)
    pictures = SheetPictures(embedding, lambda: look, [Style()], smooth=False, arrived=come.release)
    sheet, ids, encoded = SheetModel(np.arange(count)), ImageIds(most_images=50), EncodedPictures()
    sheet.resize(100, 40, 2.0)
    kept, nothing = set(), Selection.none(count)
    while sheet.shown.stop < count:
        while any(tile.picture is None for tile in pictures.page(sheet, side, nothing)[0]):
            assert come.acquire(timeout=20)
        for number in sheet.shown:
            encoded.put(b"%d" % number, Encoded("x" * 100, 0, 0, 2, 1))
            ids.id_for(b"%d" % number, 100)
        kept.add((len(encoded._kept) <= 50, len(ids._kept) <= 50, pictures._store._bytes <= 19_200))
        sheet.leaf(1)
    pictures.close()
    assert kept == {(True, True, True)} and sheet.first > 100 * len(sheet.shown)


def test_in_the_real_binary_three_are_selected_on_the_second_page_and_one_is_gone_to(digits_path):
    with start(digits_path, answers=KITTY) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"412gI")
        rig.wait_for_text("1,797 in view · by distance to #412")
        rig.wait_for_text("1 of 1,797")
        rig.type(b"\x1b[6~")
        rig.wait_for_text("41 of 1,797")
        rig.type(b" \x1b[C \x1b[C ")
        rig.wait_for_text("3 selected")
        rig.wait_for_text("43 of 1,797")
        row = re.search(r"#([\d,]+)  43 of", rig.text)[1]
        rig.wait_for(lambda: rig.raw.count(b"_Ga=t") >= 40)
        rig.type(b"\r")
        rig.wait_for_text("enter pin")
        rig.wait_for_text("3 selected")
        assert re.search(rf"#{row}\b", rig.text), "the cursor is at the last of them"
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
