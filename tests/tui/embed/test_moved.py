"""The same rows at other places, on screen: what was seen and chosen stays."""

import numpy as np
from tests.support.embed import make_app, ready, with_columns

from vizterm.embed.indexed import IndexedEmbedding
from vizterm.embed.model import EmbedModel
from vizterm_core.load import embedding_from_arrays
from vizterm_core.scatter.selection import Selection

POINTS = np.array([[0, 0], [1, 1], [np.nan, 2], [3, 3]])
LABELS = np.array(["a", "b", "c", "b"])


def loaded():
    embedding = embedding_from_arrays(POINTS, names=["p", "q", "r", "s"])
    embedding = with_columns(embedding, "kind", kind=LABELS, score=np.arange(4.0))
    return IndexedEmbedding.of(embedding)


def test_a_filter_and_colours_go_along():
    before = loaded().filtered("score > 0")
    assert before.index.totals.tolist() == [0, 2]
    there = before.moved(np.ones((4, 2)))
    assert there.shown.tolist() == [False, True, True, True]
    assert there.embedding.labels.names == ("a", "b", "c")
    assert there.index.totals.tolist() == [0, 2, 1] == there.embedding.labels.counts.tolist()
    same = before.moved(np.nan_to_num(POINTS, nan=np.nan) * 2)
    assert same.shown is before.shown and same.index.totals.tolist() == [0, 2]


def test_cursor_pin_selection_and_what_was_found_stay_on_their_rows():
    before = loaded()
    older = EmbedModel(before.embedding, before.index)
    older.resize(40, 20)
    older.place(2)
    older.pin()
    older.select(Selection.of_points(3, np.array([0, 2])))
    older.matches, older.highlight = np.array([1, 2]), 1
    there = before.moved(POINTS * [2, 1])
    newer = EmbedModel(there.embedding, there.index)
    assert not newer.take_over(older)
    assert (newer.cursor, newer.pinned, newer.highlight) == (2, 2, 1)
    assert newer.selection.points().tolist() == [0, 2] and newer.matches.tolist() == [1, 2]
    assert newer.undo_selection() and not newer.selection
    everywhere = before.moved(np.ones((4, 2)))
    newest = EmbedModel(everywhere.embedding, everywhere.index)
    assert not newest.take_over(older)
    assert (newest.cursor, newest.pinned) == (3, 3)
    assert newest.selected_rows.tolist() == [0, 3] and not newest.matches.size


async def test_a_screen_shows_them_at_their_new_places():
    app, screen = make_app(lambda: loaded().embedding)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, screen)
        await pilot.press("G", "enter", "space")
        before = screen.model
        screen.move_points(screen.loaded.moved(POINTS * [-1, 1]))
        await pilot.pause()
        assert screen.model is not before and screen.model.pinned_row == 3
        assert screen.model.selected_rows.tolist() == [3]
        assert screen.model.dot_of(0)[0] > screen.model.dot_of(2)[0]
