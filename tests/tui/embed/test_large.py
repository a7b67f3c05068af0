"""A point as large as the screen: with its maps, through the set one came from, and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.embed import make_app, make_model, ready, with_columns
from tests.support.glass import Glass
from tests.support.screens import text_of, until

from vizterm.embed.large.layout import laid_out
from vizterm.embed.large.leafing import Leafing, Of, leafing, sets
from vizterm.embed.large.picture import LargePicture
from vizterm_core.load import embedding_from_arrays
from vizterm_core.maps.overlay import heatmap, overlay
from vizterm_core.scatter.selection import Selection

RNG = np.random.default_rng(3)
COUNT = 12
X = np.column_stack([np.arange(COUNT), np.zeros(COUNT)])
Y = np.array(list("abcabcabcabc"))
IMAGES = RNG.integers(0, 256, (COUNT, 16, 24, 3), np.uint8)
MAPS = RNG.random((COUNT, 4, 6)).astype(np.float32)


def plain(**arrays):
    return lambda: embedding_from_arrays(X, Y, **{"images": IMAGES, **arrays})


def large_of(screen):
    return screen.query_one(LargePicture)


def shown(screen):
    return [view.array for view in large_of(screen).pictures if view.display]


async def test_leafing_through_what_is_selected_and_back_to_the_plot():
    app, screen = make_app(plain())
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        for row in ("9", "2", "5"):
            await pilot.press(row, "g", "space")
        await until(pilot, lambda: screen.model.selection.count == 3)
        await pilot.press("f")
        assert "2 of 3 selected" in text_of(screen, "#heading")
        assert "2 of 3 selected" in text_of(screen, "#status")
        assert "✓ selected" in large_of(screen).caption.text
        await pilot.press("right_square_bracket")
        assert screen.model.cursor == 9
        assert np.array_equal(shown(screen)[0], IMAGES[9])
        assert "3 of 3 selected" in text_of(screen, "#heading")
        # What is deselected here stays where one can go back to it.
        await pilot.press("space")
        await until(pilot, lambda: screen.model.selection.count == 2)
        assert "✓" not in large_of(screen).caption.text
        await pilot.press("right_square_bracket", "left_square_bracket")
        assert screen.model.cursor == 9
        assert "3 of 3 selected" in text_of(screen, "#heading")
        await pilot.press("left")
        assert screen.model.cursor == 8
        assert "outside of 3 selected" in text_of(screen, "#heading")
        await pilot.press("enter")
        assert screen.model.pinned == 8
        await pilot.press("escape")
        assert not large_of(screen).display
        assert screen.model.cursor == 8
        assert "12 points" in text_of(screen, "#heading")


async def test_tab_takes_another_set_and_a_label_goes_with_the_cursor():
    app, screen = make_app(plain())
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, screen)
        await pilot.press("3", "g", "f")
        assert "2 of 4 · a" in text_of(screen, "#heading")
        await pilot.press("right_square_bracket")
        assert screen.model.cursor == 6
        await pilot.press("right")
        assert "3 of 4 · b" in text_of(screen, "#heading")
        await pilot.press("tab")
        assert "8 of 12 points" in text_of(screen, "#heading")
        screen.query_one(LargePicture).post_message(LargePicture.Wheeled(-1))
        await pilot.pause()
        assert screen.model.cursor == 6
        # A region is drawn in the plot.
        await pilot.press("S", "b")
        assert not large_of(screen).display


async def test_without_a_cursor_it_begins_in_the_middle_of_the_view():
    app, screen = make_app(plain())
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, screen)
        assert screen.model.cursor is None
        await pilot.press("f")
        assert screen.model.cursor == screen.model.middle()
        assert large_of(screen).display


async def test_image_heatmap_and_overlay_in_the_colours_that_keys_choose():
    app, screen = make_app(plain(maps=MAPS))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g", "f")
        expected = [IMAGES[7], heatmap(MAPS[7], shape=(16, 24)), overlay(IMAGES[7], MAPS[7])]
        assert np.array_equal(shown(screen), expected)
        await pilot.press("right_curly_bracket", "c")
        blend = screen._panels.map_look.blend
        colormap = blend.colours.colormap
        assert colormap.name != "jet"
        heat = heatmap(MAPS[7], shape=(16, 24), colormap=colormap)
        over = overlay(IMAGES[7], MAPS[7], alpha=0.6, colormap=colormap)
        assert np.array_equal(shown(screen)[1:], [heat, over])
        await pilot.press("m")
        gray = overlay(IMAGES[7], MAPS[7], mode="gray", alpha=0.6)
        assert np.array_equal(shown(screen)[2], gray)
        titles = [block.text for block in large_of(screen).query("TextBlock.title")]
        assert titles[0].strip() == "image" and "overlay · gray" in titles[2]
        for kind in (IMAGES[7], heatmap(MAPS[7], shape=(16, 24), colormap="gray"), gray):
            await pilot.press("i")
            assert np.array_equal(*shown(screen), kind)
        await pilot.press("i")
        assert len(shown(screen)) == 3
        await pilot.press("f")
        assert np.array_equal(screen.query_one("#panel").picture.array, gray)


async def test_without_pictures_the_facts_are_large_and_long_ones_are_read_whole():
    story = " ".join(f"word{k}" for k in range(60))
    embedding = embedding_from_arrays(X, Y, names=[f"n{k}" for k in range(COUNT)])
    embedding = with_columns(embedding, story=np.array([story] * COUNT), year=np.arange(COUNT))
    app, screen = make_app(lambda: embedding)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        assert "f facts" in text_of(screen, "#status")
        await until(pilot, lambda: all(c.ready for c in embedding.columns.values()))
        await pilot.press("4", "g", "f")
        await until(pilot, lambda: "word59" in large_of(screen).caption.text)
        told = large_of(screen).caption.text
        assert told.split("story")[1].split()[:60] == story.split()
        assert "n4" in told and "year 4" in told
        assert not shown(screen)
        await pilot.press("right_square_bracket")
        assert "n7" in large_of(screen).caption.text


async def test_the_next_pictures_are_read_and_encoded_ahead():
    app, screen = make_app(plain(), protocol="kitty", cell_pixels=(9, 18))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, screen)
        glass = Glass(app)
        await pilot.press("6", "g", "f")
        view, layer = large_of(screen).picture, app.pictures
        await glass.wait_for(pilot, lambda: view.array is not None and view.size.height > 12)

        def encoded(row):
            job = view.job_for(IMAGES[row], view.size, layer.cell)
            return layer._encoder.pictures.get(job.key) is not None

        # Those before and behind it of the same label, and the one after that.
        await glass.wait_for(pilot, lambda: encoded(9) and encoded(3) and encoded(0))
        assert not encoded(7)


# sets


def test_the_set_that_one_came_from():
    model = make_model(X, Y)
    model.go_to(4)
    assert sets(model, ()) == [Of.LABEL, Of.ALL]
    model.find(np.array([1, 4, 5]))
    model.go_to(4)
    model.select(Selection.of_points(COUNT, np.array([4, 10])))
    model.highlight = 1
    assert sets(model, (4, 3)) == [Of.NEIGHBOURS, Of.SELECTED, Of.FOUND, Of.ALONE, Of.ALL]
    assert leafing(model, Of.NEIGHBOURS, (4, 3, 5)).said(3) == "1 of 2 neighbours"
    assert leafing(model, Of.NEIGHBOURS, (4, 3, 5)).said(4) == "the point of 2 neighbours"
    assert list(leafing(model, Of.FOUND, ()).points) == [1, 4, 5]
    assert leafing(model, Of.ALONE, ()).said(4) == "2 of 4 · b"
    model.visible[2] = False
    assert list(leafing(model, Of.FOUND, ()).points) == [1, 4]
    assert list(leafing(model, Of.ALL, ()).points) == [0, 1, 3, 4, 6, 7, 9, 10]


@given(st.sets(st.integers(0, 30), min_size=1), st.integers(0, 30), st.sampled_from([1, -1, 2, -2]))
def test_going_on_is_that_many_places_in_a_ring(points, point, step):
    ring = sorted(points)
    made = Leafing(Of.SELECTED, np.array(ring))
    reached = point
    for _ in range(abs(step)):
        if step > 0:
            reached = min((p for p in ring if p > reached), default=ring[0])
        else:
            reached = max((p for p in ring if p < reached), default=ring[-1])
    assert made.after(point, step) == reached
    assert (made.place(point) is not None) == (point in points)


# places


def fitted(columns, rows, proportion):
    width = max(1, min(columns, int(rows * proportion)))
    return width, max(1, min(rows, int(width / proportion)))


@pytest.mark.parametrize("count", [0, 1, 2, 3])
@given(st.integers(20, 220), st.integers(8, 80), st.floats(0.4, 6), st.integers(2, 8))
def test_pictures_and_facts_share_the_screen_and_no_other_way_has_larger_pictures(
    count, columns, rows, proportion, below
):
    def fit(across, down):
        return fitted(across, down, proportion)

    made = laid_out(count, columns, rows, proportion, fit, below)
    regions = [*made.pictures, *made.titles, made.facts]
    for number, one in enumerate(regions):
        assert one.x >= 0 and one.right <= columns and one.y >= 0
        assert not any(one.overlaps(other) for other in regions[:number])
    assert len(made.pictures) == count and len(made.titles) == (count if count > 1 else 0)
    if count == 1:
        free = 2 if rows >= 30 else 0
        width = min(60, max(28, columns // 4)) + 6
        ways = [fit(columns, max(1, rows - free - below - 1))]
        ways += [fit(columns - width, rows - free)] if columns - width >= 8 else []
        assert made.pictures[0].area == max(a * b for a, b in ways)
