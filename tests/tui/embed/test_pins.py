"""Several pinned points: side by side in the panel, numbered on the map, by row."""

import numpy as np
from tests.support.embed import digits, make_app, ready, with_columns
from tests.support.screens import text_of, until

from vizterm.embed.indexed import IndexedEmbedding
from vizterm.embed.model import EmbedModel
from vizterm.embed.result import EmbedResult
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.side.pinned_row import PinnedRow
from vizterm.embed.take.away import Away
from vizterm_core.load import embedding_from_arrays


async def test_three_points_are_pinned_gone_round_and_one_let_go(digits_path):
    app, screen = make_app(digits(digits_path))
    images = np.load(digits_path)["images"]
    async with app.run_test(size=(120, 50)) as pilot:
        await ready(pilot, screen)
        await pilot.press(*"17g", "enter", *"5g", "enter", *"230g", "enter")
        assert screen.model.pinned_rows == (17, 5, 230) and screen.model.pinned_row == 230
        codes, names = screen.model.embedding.labels.codes, screen.model.embedding.labels.names
        told = text_of(screen, "#pins .facts")
        for number, row in enumerate((17, 5, 230), 1):
            assert f"{number} {names[codes[screen.model.embedding.point_of(row)]]}"[:8] in told
        assert "3 pinned" in told and not screen.query_one("#pinned").display
        views = screen.query("#pins PictureView")
        await until(pilot, lambda: all(view.array is not None for view in views))
        for view, row in zip(views, (17, 5, 230), strict=True):
            assert np.array_equal(view.array[..., 0], images[row])
        rounds = []
        for _ in range(3):
            await pilot.press("'")
            rounds.append(screen.model.embedding.row_of(screen.model.cursor))
        assert rounds == [17, 5, 230]
        plot = screen.query_one(ScatterPlot)
        drawn = "".join(plot.render_line(y).text for y in range(plot.size.height))
        assert all(digit in drawn for digit in "123")
        await pilot.click(views[1])
        assert screen.model.embedding.row_of(screen.model.cursor) == 5
        await pilot.press("enter")
        assert screen.model.pinned_rows == (17, 230)
        before = screen.model
        await pilot.press("r")
        await until(pilot, lambda: screen.model is not before)
        assert screen.model.pinned_rows == (17, 230)
        await pilot.press('"')
        assert screen.model.pins == () and "2 points are no longer" in text_of(screen, "#status")
        await pilot.press('"')
        assert "no point is pinned" in text_of(screen, "#status")


def test_pins_without_a_place_stand_where_they_stood_once_they_are_back():
    loaded = IndexedEmbedding.of(embedding_from_arrays(np.arange(8.0).reshape(4, 2)))
    older = EmbedModel(loaded.embedding, loaded.index)
    for row in (3, 0, 2):
        older.place(row)
        older.pin()
    gone = loaded.moved(np.array([[np.nan, 0], [1, 1], [2, 2], [3, 3]]))
    without, away = EmbedModel(gone.embedding, gone.index), Away()
    without.take_over(older)
    away.carry(older, without)
    assert without.pinned_rows == (3, 2)
    again = loaded.moved(np.ones((4, 2)))
    back = EmbedModel(again.embedding, again.index)
    back.take_over(without)
    away.carry(without, back)
    assert back.pinned_rows == (3, 0, 2)


def test_a_filter_keeps_pins_that_it_leaves_out_and_they_are_passed_over():
    embedding = embedding_from_arrays(np.arange(8.0).reshape(4, 2))
    embedding = with_columns(embedding, "score", score=np.arange(4.0))
    loaded = IndexedEmbedding.of(embedding)
    older = EmbedModel(loaded.embedding, loaded.index)
    for row in (3, 0, 2):
        older.place(row)
        older.pin()
    part = loaded.filtered("score > 0")
    model = EmbedModel(part.embedding, part.index)
    model.go_on_from(older)
    assert model.pinned_rows == (3, 0, 2)
    model.place(3)
    assert model.next_pin == 2


def test_the_row_has_the_last_ones_or_that_under_the_cursor():
    assert PinnedRow.window(3, None, 36) == range(3)
    assert PinnedRow.window(9, None, 36) == range(5, 9)
    assert PinnedRow.window(9, 2, 36) == range(2, 6)
    assert PinnedRow.window(9, 6, 36) == range(5, 9)
    assert PinnedRow.window(9, 8, 5) == range(8, 9)


async def test_nine_without_pictures_are_chips_and_a_tenth_is_refused():
    labels = np.array(["a label of some words", "another one as long"])[np.arange(12) % 2]
    points = np.stack([np.arange(12.0), np.arange(12.0) % 3], axis=1)
    app, screen = make_app(lambda: embedding_from_arrays(points, labels))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        for row in range(10):
            await pilot.press(str(row), "g", "enter")
        assert screen.model.pinned_rows == tuple(range(9))
        assert "9 points are pinned" in text_of(screen, "#status")
        lines = text_of(screen, "#pins .facts").splitlines()
        assert [line.split()[0] for line in lines] == ["1", "4", "7", "9"], "three a line"
        row = screen.query_one(PinnedRow)
        await pilot.click(row, offset=(3, 2))
        assert screen.model.cursor == 6


def test_python_is_told_all_pins_in_order():
    result = EmbedResult(2, pins=(7, 2))
    assert repr(result) == "<rows 7, 2 pinned, nothing selected>"
