"""Searches: what is found, what they show, and what cancelling takes back."""

from unittest.mock import patch

import numpy as np
import pytest
from tests.support.embed import make_app, ready
from tests.support.screens import text_of

from vizterm_core.load import embedding_from_arrays

LABELS = np.repeat([0, 5, 100, 4_000_000], 5)
NAMES = [f"cell{row}" for row in range(20)]


def numbered(names=NAMES, labels=LABELS):
    coords = np.column_stack([np.arange(20), np.arange(20) % 7]).astype(float)
    return lambda: embedding_from_arrays(coords, labels, names=names)


async def type_in(pilot, text):
    await pilot.press("slash", *({"#": "number_sign"}.get(each, each) for each in text))
    await pilot.pause()


def note(screen):
    return str(screen.query_one("#find-note").render())


async def test_cancelling_a_search_puts_everything_back():
    app, screen = make_app(numbered())
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        model = screen.model
        model.go_to(12)
        model.toggle_label(1)
        screen.after_move(model.viewport)
        await type_in(pilot, "cell4")
        await pilot.press("enter")
        before = model.viewport, model.cursor, model.matches.tolist(), model.visible.tolist()
        assert before[1:3] == (4, [4])
        await type_in(pilot, "cell1")
        assert model.cursor == 10 and note(screen) == " 11 found "
        await pilot.press("backspace", "7")
        assert model.cursor == 4 and note(screen) == " 1 found, hidden: enter shows it "
        assert not model.visible[1]
        await pilot.press("backspace", "x")
        assert note(screen) == " nothing found "
        await pilot.press("escape")
        after = model.viewport, model.cursor, model.matches.tolist(), model.visible.tolist()
        assert after == before
        await pilot.press("n")
        assert model.cursor == 4


async def test_only_going_to_a_hidden_point_shows_its_label_and_that_is_said():
    app, screen = make_app(numbered())
    async with app.run_test(size=(140, 40)) as pilot:
        await ready(pilot, screen)
        model = screen.model
        model.go_to(3)
        model.toggle_label(1)
        model.toggle_label(2)
        screen.after_move(model.viewport)
        view = model.viewport
        await type_in(pilot, "cell7")
        await pilot.press("enter")
        assert model.cursor == 7 and model.visible.tolist() == [True, True, False, True]
        assert "label 5 is shown again · esc hides it" in text_of(screen, "#status")
        await pilot.press("escape")
        assert model.cursor == 3 and model.visible.tolist() == [True, False, False, True]
        assert model.viewport == view and "1 label is hidden again" in text_of(screen, "#status")

        # Shown matches come first; from match to match one gets to the others.
        await type_in(pilot, "cell1")
        await pilot.press("enter")
        assert model.cursor == 15 and model.visible.tolist() == [True, False, False, True]
        assert "7 of 11 by name · n next · N previous" in text_of(screen, "#status")
        await pilot.press("N")
        assert model.cursor == 14 and model.visible[2]
        assert "6 of 11 · label 100 is shown again · esc hides it" in text_of(screen, "#status")
        await pilot.press("N", "escape")
        assert model.cursor == 15 and not model.visible[2]

        # Once anything else has happened, escape is about something else.
        await pilot.press("N", "right", "escape")
        assert model.visible[2]


async def test_an_index_is_said_to_be_one_and_why_it_isnt_there():
    coords = np.column_stack([np.arange(20.0), np.arange(20) % 7])
    coords[3] = np.nan
    app, screen = make_app(
        lambda: embedding_from_arrays(coords, LABELS, names=[f"n{k}" for k in range(20)])
    )
    async with app.run_test(size=(140, 40)) as pilot:
        await ready(pilot, screen)

        async def said(*keys):
            await pilot.press(*keys)
            await pilot.pause()
            return text_of(screen, "#status")

        dropped = "row 3 was dropped: its coordinates are not finite"
        beyond = "there is no row 20; the last is 19"
        assert dropped in await said("3", "g")
        assert beyond in await said("2", "0", "g")
        assert dropped in await said("slash", "number_sign", "3", "enter")
        assert beyond in await said("slash", "2", "0", "enter")
        assert "no label or name has “20”" not in text_of(screen, "#status")
        assert "#5 goes to that index" in await said("slash", "5", "enter")
        assert screen.model.embedding.labels.text_of(screen.model.cursor) == "5"
        assert "nothing found for “zebra”" in await said("slash", *"zebra", "enter")
        # The label of an index that is hidden.
        screen._labels.toggle(3)
        assert "label 4000000 is shown again" in await said("1", "9", "g")


async def test_a_plain_number_that_nothing_has_is_an_index():
    app, screen = make_app(numbered(names=[f"c{chr(97 + k)}" for k in range(20)]))
    async with app.run_test(size=(140, 40)) as pilot:
        await ready(pilot, screen)
        await type_in(pilot, "17")
        await pilot.press("enter")
        assert screen.model.cursor == 17
        said = text_of(screen, "#status")
        assert "no label or name has “17”: this is the point at index 17" in said


async def test_labels_are_searched_in_the_legend_as_they_are_and_as_they_are_seen():
    names = ["a\x1bb", "x" * 300 + "end", "line\nbreak", "other"]
    app, screen = make_app(numbered(labels=np.repeat(names, 5)))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        labels = screen.model.embedding.labels.names
        assert set(labels) == set(names)
        legend = screen.query_one("Legend")
        for text, name in (("␛", 0), ("END", 1), ("line break", 2), ("e␊b", 2)):
            legend.filter(text)
            assert [labels[label] for label in legend.order] == [names[name]]


@pytest.mark.parametrize("name", ["tab\there\nand\x1b[31m " + "long " * 90 + "end", "z" * 80_000])
async def test_names_are_copied_whole(name):
    app, screen = make_app(numbered(names=[name] * 20))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        screen.model.place(7)
        with patch.object(app, "copy_to_clipboard") as copied:
            await pilot.press("y")
        copied.assert_called_once_with(f"7\t{name}")
        said = text_of(screen, "#status")
        assert "copied 7 " in said and ("80,002 bytes" in said) == (name[0] == "z")


async def test_a_long_name_is_readable_whole_in_the_panel_and_ends_differ_in_the_legend():
    words = [f"word{k}" for k in range(30)]
    starts = "a very long class name that goes on and on and on, number "
    labels = np.repeat([f"{starts}{k}" for k in range(4)], 5)
    app, screen = make_app(numbered(names=[" ".join(words)] * 20, labels=labels))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        screen.model.place(7)
        screen.point_changed()
        await pilot.pause()
        panel = text_of(screen, "#panel .facts")
        assert panel.split()[:30] == words
        assert " ".join(panel.split()[30:]).startswith(starts + "1")
        legend = screen.query_one("Legend")
        rows = [legend.render_line(y).text for y in range(4)]
        assert all("…" in row and f"number {k}" in row for k, row in enumerate(rows))


async def test_a_name_longer_than_the_panel_lacks_its_middle():
    name = "begin " + "word " * 3000 + "finish"
    for size in ((120, 40), (80, 24)):
        app, screen = make_app(numbered(names=[name] * 20))
        async with app.run_test(size=size) as pilot:
            await ready(pilot, screen)
            screen.model.place(7)
            screen.point_changed()
            await pilot.pause()
            where = "#panel .facts" if size[0] == 120 else "#card .facts"
            facts = screen.query_one(where)
            assert "begin" in facts.text and "finish" in facts.text and "…" in facts.text
            assert "#7" in facts.text and len(facts.text.split("\n")) <= facts.size.height
