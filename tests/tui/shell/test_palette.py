"""The palette: every action by name; whatever is done to it, the app goes on."""

import asyncio
import threading

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.embed import digits, make_app, make_opening_app, opened
from tests.support.paper import on_paper
from tests.support.screens import text_of, until
from tests.support.session import Session, law
from tests.support.strategies import Key, Mouse, ordinary_data
from textual.widgets import Input

from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.shell.help import HelpScreen
from vizterm.shell.palette import Command, CommandList, PaletteScreen, matching


def command(text, group="View"):
    return Command(text, group, "x", lambda: None)


ZOOM, PAN, PIN = command("zoom in"), command("pan up"), command("pin the point", "Points")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", [ZOOM, PAN, PIN]), ("  ", [ZOOM, PAN, PIN]), ("zoom", [ZOOM]), ("points", [PIN]),
     ("xyz", [])],
)  # fmt: skip
def test_commands_are_found_by_their_text_or_their_group(text, expected):
    assert matching([ZOOM, PAN, PIN], text) == expected


def test_the_best_match_comes_first():
    assert matching([command("a place in a note"), command("pin a point")], "pin")[0].text == (
        "pin a point"
    )


def lines_of(screen):
    listed = screen.query_one(CommandList)
    return [listed.render_line(y).text.rstrip() for y in range(listed.size.height)]


async def test_a_command_is_found_by_typing_and_run_by_enter(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: screen.query_one(ScatterPlot).frame is not None)
        await pilot.press("ctrl+p")
        assert isinstance(app.screen, PaletteScreen)
        assert any("next point to the left" in line for line in lines_of(app.screen))
        await pilot.press(*"zoomin")
        assert lines_of(app.screen)[0].startswith("▸ zoom in at the cursor")
        assert lines_of(app.screen)[0].endswith("+ =")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: screen.model.zoom_factor == pytest.approx(1.25))
        assert isinstance(app.focused, ScatterPlot)


async def test_arrows_choose_and_the_list_follows(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(80, 20)) as pilot:
        await until(pilot, lambda: screen.query_one(ScatterPlot).frame is not None)
        await pilot.press("ctrl+p", "pagedown", "pagedown", "down")
        chosen = [line for line in lines_of(app.screen) if line.startswith("▸")]
        assert len(chosen) == 1
        commands = [entry.text for entry in app.screen._commands]
        place = 2 * app.screen.query_one(CommandList).page + 1
        assert commands[place] in chosen[0]
        await pilot.press(*["up"] * 99)
        assert lines_of(app.screen)[0].startswith(f"▸ {commands[0]}")


async def test_nothing_found_is_said_and_enter_does_nothing(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: screen.query_one(ScatterPlot).frame is not None)
        await pilot.press("ctrl+p", *"qqqq", "enter")
        assert "nothing of that name" in lines_of(app.screen)[0]
        await pilot.press("escape")
        assert app.screen is screen


async def test_a_click_runs_and_a_double_click_runs_once(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: screen.query_one(ScatterPlot).frame is not None)
        await pilot.press("ctrl+p", *"zoomin")
        await pilot.click(CommandList, offset=(5, 0), times=2)
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: screen.model.zoom_factor == pytest.approx(1.25))
        assert app.is_running


@pytest.mark.parametrize("key", ["ctrl+p", "question_mark"])
async def test_clicks_beside_a_box_close_it_once(digits_path, key):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: screen.query_one(ScatterPlot).frame is not None)
        await pilot.press(key)
        box = app.screen
        await pilot.click(offset=(0, 0), times=2)
        await until(pilot, lambda: app.screen is screen)
        box.close()
        assert app.screen is screen
        assert app.is_running


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_one_can_leave_with_the_palette_open(digits_path, key):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: screen.query_one(ScatterPlot).frame is not None)
        await pilot.press("ctrl+p", "z", key)
        assert not app.is_running
    assert app.unexpected is None


async def test_help_is_among_the_commands(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: screen.query_one(ScatterPlot).frame is not None)
        await pilot.press("ctrl+p", *"thishelp", "enter")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.press("escape")
        assert app.screen is screen


async def test_the_palette_is_there_while_data_are_loaded(digits_path):
    come = threading.Event()

    def slowly():
        come.wait()
        return digits(digits_path)()

    app, opening = make_opening_app(slowly)
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await pilot.press("ctrl+p")
            assert "quit" in lines_of(app.screen)[0]
            come.set()
            await app.workers.wait_for_complete()
            await pilot.press("escape")
            screen = await opened(pilot, opening)
            assert app.screen is screen
    finally:
        come.set()


KEYS = ["ctrl+p", "escape", "enter", "up", "down", "pageup", "question_mark", "tab", "slash"]
places = st.floats(0, 1)
clicks = st.builds(Mouse, st.sampled_from(["click", "move", "wheel down"]), places, places)
keys = st.sampled_from([*KEYS, *"azpx1 "]).map(Key)
CLICK_IN, CLICK_BESIDE = Mouse("click", 0.5, 0.5), Mouse("click", 0.0, 0.0)


@law(6)
@given(st.lists(st.one_of(clicks, clicks, keys), max_size=20))
@example([CLICK_IN, CLICK_BESIDE, CLICK_BESIDE])
@example([CLICK_IN, CLICK_IN, Key("ctrl+p"), Key("enter"), Key("escape"), CLICK_BESIDE])
def test_after_the_palette_and_any_clicks_and_keys_the_app_is_alive_and_q_leaves(actions):
    async def story():
        app, screen = make_app(ordinary_data().load)
        async with on_paper(app).run_test(size=(100, 30), headless=False) as pilot:
            person = Session(app, pilot)
            await until(pilot, lambda: screen.query_one(ScatterPlot).frame is not None)
            for action in (Key("ctrl+p"), *actions):
                await person.act(action)
                assert app.unexpected is None
            assert app.is_running
            for key in ("escape", "escape", "escape", "q"):
                await person.act(Key(key))
            await until(pilot, lambda: not app.is_running)
        assert app.unexpected is None

    asyncio.run(story())


async def test_a_prompt_has_the_focus(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: screen.query_one(ScatterPlot).frame is not None)
        await pilot.press("ctrl+p", "q")
        assert isinstance(app.focused, Input)
        assert app.focused.value == "q"
        assert "type a part" not in text_of(screen, "#status")
