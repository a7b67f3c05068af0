"""Keys: one by one, all at once, before the data are there, into find."""

import os
import pty
import threading
from contextlib import asynccontextmanager
from types import SimpleNamespace

import numpy as np
import pytest
from tests.support.embed import digits, make_app, make_opening_app, opened, ready
from tests.support.screens import text_of, until
from tests.support.terminal_rig import MUTE, XTERM, start
from textual.widgets import Input

from vizterm.embed import search
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.side.legend import Legend
from vizterm.shell.help import HelpScreen
from vizterm.terminal import facts as terminal
from vizterm_core.scatter.search import find_points


async def test_n_goes_to_the_next_match_and_capital_n_back(digits_path):
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


async def test_keys_after_a_search_act_on_its_result(digits_path, monkeypatch):
    searched = threading.Event()

    def slowly(*arguments):
        assert searched.wait(20)
        return find_points(*arguments)

    monkeypatch.setattr(search, "SEARCHED_AT_ONCE", 0)
    monkeypatch.setattr(search, "find_points", slowly)
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        begun = screen.model.cursor
        await pilot.press("slash", "7", "enter", "n", "n")
        assert screen.model.cursor == begun
        searched.set()
        sevens = np.flatnonzero(np.load(digits_path)["labels"] == 7)
        await until(pilot, lambda: screen.model.cursor == sevens[2])
        assert "3 of 179" in text_of(screen, "#status")


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


def test_keys_sent_at_once_act_as_one_by_one(digits_path):
    sevens = np.flatnonzero(np.load(digits_path)["labels"] == 7)
    with start(digits_path) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"/7\rnn")
        rig.wait_for_text(f"#{sevens[2]}")
        rig.type(b"\tjj \t")
        rig.wait_for_text("1 label hidden")
        rig.type(b"1203g")
        rig.wait_for_text("#1,203")
        rig.type(b"/nonsense")
        rig.wait_for_text("#index: nonsense")
        rig.type(b"\x1b")
        rig.wait_for_text("1 label hidden")
        assert "#1,203" in rig.text
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


# ahead of the data


@asynccontextmanager
async def while_it_loads(load):
    """An app that waits for its data, its pilot, and what lets the data come."""
    come = threading.Event()

    def slowly():
        come.wait()
        return load()

    app, opening = make_opening_app(slowly)
    try:
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            assert opening.screen is None
            yield pilot, opening, come.set
    finally:
        come.set()


async def test_keys_typed_before_the_data_are_carried_out_once_they_are_there(digits_path):
    async with while_it_loads(digits(digits_path)) as (pilot, opening, let_come):
        await pilot.press("slash", *"#900", "enter", "4", "1", "2", "g", "question_mark")
        assert not isinstance(pilot.app.screen, HelpScreen)
        let_come()
        screen = await opened(pilot, opening)
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        assert screen.model.cursor == 412
        await pilot.press("escape", "slash")
        assert pilot.app.screen.query_one(Input).value == ""


async def test_help_opens_while_loading_and_takes_no_waiting_keys(digits_path):
    async with while_it_loads(digits(digits_path)) as (pilot, opening, let_come):
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
        assert "next point that way" in text_of(pilot.app.screen, "#help-text")
        let_come()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(pilot.app.screen, HelpScreen)
        await pilot.press("escape", "4", "1", "2", "g")
        screen = await opened(pilot, opening)
        await until(pilot, lambda: screen.model.cursor == 412)


@pytest.mark.parametrize(
    ("keys", "leaves"),
    [(["right", "q"], True), (["slash", "q"], False), (["slash", "q", "ctrl+c"], True)],
)
async def test_q_leaves_while_loading_unless_it_is_part_of_a_search(digits_path, keys, leaves):
    async with while_it_loads(digits(digits_path)) as (pilot, opening, let_come):
        await pilot.press(*keys)
        assert pilot.app.is_running != leaves
        if not leaves:
            let_come()
            screen = await opened(pilot, opening)
            await until(pilot, lambda: screen.query_one(Input).value == "q")


@pytest.mark.parametrize("answers", [MUTE, XTERM], ids=["mute", "xterm"])
def test_keys_typed_before_the_app_starts_are_carried_out(digits_path, answers):
    sevens = np.flatnonzero(np.load(digits_path)["labels"] == 7)
    with start(digits_path, answers=answers, head_start=0.3) as rig:
        # Before the terminal is raw: enter is a line feed.
        rig.type(b"/7\r")
        rig.wait_for(lambda: b"\x1b[c" in rig.raw)
        rig.type(b"nn")
        rig.wait_for_text(f"#{sevens[2]}")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_typing_does_not_prolong_the_wait_for_a_mute_terminal(monkeypatch):
    waits = []

    def hear(readers, _, __, wait):
        waits.append(wait)
        return (readers if len(waits) == 1 else []), [], []

    typed = b"7\x1b[A\x1bOPn"
    monkeypatch.setattr(terminal, "select", SimpleNamespace(select=hear))
    monkeypatch.setattr(terminal, "_SLOW", 1000)
    master, slave = pty.openpty()
    os.write(master, typed)
    try:
        assert terminal.ask(slave, slave, silent=60) == typed
    finally:
        os.close(master)
        os.close(slave)
    assert len(waits) == 2
    assert max(waits) <= 60


NAME, LAST = b"\x1bP>|XTerm(390)\x1b\\", b"\x1b[?64;1;2c"


@pytest.mark.parametrize(
    ("heard", "typed"),
    [
        (b"", b""),
        (b"/7\r\x1b[B", b"/7\r\x1b[B"),
        (NAME + LAST, b""),
        (b"ab" + NAME + LAST + b"\x1b[Ac", b"ab\x1b[Ac"),
        (b"a" + NAME + b"noise" + LAST, b"a"),
        (b"a" + NAME[:9], b"a"),
        (b"x" * 2000, b""),
    ],
)
def test_typed_keys_are_separated_from_answers_and_noise(monkeypatch, heard, typed):
    monkeypatch.setattr(terminal, "ask", lambda *_: heard)
    monkeypatch.setattr(terminal, "read_window", lambda: None)
    here = SimpleNamespace(isatty=lambda: True, fileno=lambda: -1)
    monkeypatch.setattr(terminal, "sys", SimpleNamespace(stdin=here, stdout=here))
    assert terminal.detect(environ={"TERM": "xterm"}).typed == typed
