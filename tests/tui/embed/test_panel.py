"""The panel: a third of the screen, the picture in it as large as it gives, and larger still."""

import numpy as np
import pytest
from tests.support.embed import digits, make_app, ready
from tests.support.screens import text_of

from vizterm.embed.large.picture import LargePicture
from vizterm.embed.point_view import MiddleFound
from vizterm.embed.side.legend import Legend
from vizterm.embed.side.panels import NARROW
from vizterm_core.load import embedding_from_arrays


def photos(count=12, side=72, labels=9):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, side, side, 3)).astype(np.uint8)
    names = [f"point {k} with a name that takes a line or two of the panel" for k in range(count)]
    groups = [f"label {k % labels}" for k in range(count)]
    return lambda: embedding_from_arrays(rng.random((count, 2)), groups, images=images, names=names)


@pytest.mark.parametrize(
    ("size", "picture", "side"), [((120, 40), (36, 18), 40), ((200, 60), (62, 31), 66)]
)
async def test_the_panel_is_a_third_of_the_screen_and_the_picture_fills_it(size, picture, side):
    app, screen = make_app(photos())
    async with app.run_test(size=size) as pilot:
        await ready(pilot, screen)
        await pilot.pause()
        assert screen.query_one("#side").size.width == side
        assert screen.query_one("#panel").picture.size == picture
        assert screen.query_one(Legend).size.height >= 9


@pytest.mark.parametrize("size", [(100, 24), (100, 12), (140, 30), (250, 70), (400, 20)])
async def test_nothing_of_the_panel_leaves_it(size):
    app, screen = make_app(photos())
    async with app.run_test(size=size) as pilot:
        await ready(pilot, screen)
        await pilot.press("3", "g", "enter", "right")
        for _ in range(3):
            await pilot.pause()
        side = screen.query_one("#side").region
        shown = [
            widget
            for widget in screen.query_one("#side").walk_children()
            if widget.display and widget.size.area
        ]
        assert all(side.contains_region(widget.region) for widget in shown)
        if size[1] > 20:
            assert screen.query_one(Legend).size.height >= 3
            picture = screen.query_one("#panel").picture.size
            assert picture.width == pytest.approx(2 * picture.height, abs=1)


async def test_names_wrap_and_the_longest_takes_its_room_from_the_legend():
    name = "word " * 40
    embedding = embedding_from_arrays([[0, 0], [1, 1]], ["a", "b"], names=[name, "short"])
    app, screen = make_app(lambda: embedding)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("1", "g")
        await pilot.pause()
        before = screen.query_one("#panel .facts").size.height
        await pilot.press("g")
        await pilot.pause()
        await pilot.pause()
        facts = screen.query_one("#panel .facts")
        assert facts.text.split()[:40] == name.split()
        assert facts.size.height > before
        shown = "".join(facts.render_line(y).text for y in range(facts.size.height))
        assert shown.count("word") == 40


async def test_one_key_changes_between_smooth_and_whole_pixels(digits_path):
    for load, smooth in ((photos(), True), (digits(digits_path), False)):
        app, screen = make_app(load)
        async with app.run_test(size=(120, 40)) as pilot:
            await ready(pilot, screen)
            picture = screen.query_one("#panel").picture
            assert picture.smooth is smooth
            await pilot.press("z")
            assert picture.smooth is not smooth
            assert ("whole pixels" in text_of(screen, "#status")) is smooth
            assert screen.query_one(LargePicture).picture.smooth is not smooth


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_picture_as_large_as_the_screen_goes_from_point_to_point(digits_path, size):
    images = np.load(digits_path)["images"]
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=size) as pilot:
        await ready(pilot, screen)
        large = screen.query_one(LargePicture)
        assert not large.display
        await pilot.press("4", "1", "2", "g", "f")
        await pilot.pause()
        assert large.display
        assert large.size.width == size[0]
        assert large.region.bottom == size[1] - 1
        assert np.array_equal(large.picture.array[..., 0], images[412])
        assert max(view.size.height for view in large.pictures) >= size[1] // 2
        assert "#412" in large.caption.text
        await pilot.press("right")
        await pilot.pause()
        there = screen.model.cursor
        assert there != 412
        assert np.array_equal(large.picture.array[..., 0], images[there])
        assert f"#{there:,}" in large.caption.text
        assert "f back" in text_of(screen, "#status")
        await pilot.press("escape")
        await pilot.pause()
        assert not large.display
        if size[0] >= NARROW:
            assert np.array_equal(screen.query_one("#panel").picture.array[..., 0], images[there])
        await pilot.press("f", "f")
        await pilot.pause()
        assert not large.display


async def test_without_pictures_the_key_for_them_says_so():
    app, screen = make_app(lambda: embedding_from_arrays([[0, 0], [1, 1]]))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("z")
        assert "no pictures" in text_of(screen, "#status")


async def test_a_large_picture_makes_way_when_its_label_is_hidden(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("5", "g", "f", "X")
        await pilot.pause()
        assert screen.model.cursor is None
        assert not screen.query_one(LargePicture).display


async def test_many_points_begin_in_the_middle_when_the_index_is_ready(monkeypatch):
    from vizterm.embed import point_view as module

    monkeypatch.setattr(module, "SEARCHED_AT_ONCE", 100)
    points = np.random.default_rng(0).normal(size=(3000, 2))
    app, screen = make_app(lambda: embedding_from_arrays(points))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert screen.model.cursor == screen.model.middle()
        assert screen.model.at_fit


async def test_a_person_who_was_faster_keeps_the_point(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("4", "1", "2", "g")
        screen.post_message(MiddleFound(screen.model, 7))
        await pilot.pause()
        assert screen.model.cursor == 412
