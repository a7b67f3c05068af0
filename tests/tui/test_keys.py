"""What is typed: one by one, all at once, ahead of the data, into find."""


import numpy as np
from tests.tui.helpers import digits, make_app, ready, text_of
from tests.tui.terminal_rig import start
from textual.widgets import Input

from vizterm.widgets.legend import Legend
from vizterm.widgets.scatter_plot import ScatterPlot


async def test_find_goes_on_with_n_and_comes_back_with_capital_n(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("slash", "7", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        sevens = np.flatnonzero(np.load(digits_path)["labels"] == 7)
        assert screen.model.cursor == sevens[0]
        assert "1 of 179 by label" in text_of(screen, "#status")
        await pilot.press("n")
        assert screen.model.cursor == sevens[1]
        await pilot.press("N", "N")
        assert screen.model.cursor == sevens[-1]
        await pilot.press("slash", *"#900", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert screen.model.cursor == 900
        await pilot.press("slash", *"nonsense", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "nothing found for “nonsense”" in text_of(screen, "#status")
        assert screen.model.cursor == 900


async def test_keys_typed_into_find_are_not_commands(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("slash", *"qnta0+")
        assert app.query_one(Input).value == "qnta0+"
        assert screen.model.at_fit
        await pilot.press("escape")
        assert isinstance(app.focused, ScatterPlot)
        assert app.is_running


async def test_find_closes_when_something_else_takes_the_focus(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("slash", "7")
        legend = screen.query_one(Legend).region
        await pilot.click(offset=(legend.x + 3, legend.y + 1))
        await pilot.pause()
        assert not screen.query_one("FindBar").display
        assert screen.query_one("#status").display


def test_keys_that_come_in_one_go_mean_what_they_mean_one_by_one(digits_path):
    sevens = np.flatnonzero(np.load(digits_path)["labels"] == 7)
    with start(digits_path) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        rig.type(b"/7\rnn")
        rig.wait_for_text(f"index {sevens[2]}")
        rig.type(b"\tjj \t")
        rig.wait_for_text("1 of 10 labels hidden")
        rig.type(b"1203g")
        rig.wait_for_text("index 1,203")
        rig.type(b"/nonsense")
        rig.wait_for_text("#index: nonsense")
        rig.type(b"\x1b")
        rig.wait_for_text("1 of 10 labels hidden")
        assert "index 1,203" in rig.text
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
