"""The status bar: what is there is there whole, and a click does what its key would."""

import re

import pytest
from rich.cells import cell_len
from tests.support import overlay
from tests.support.embed import digits, make_app, ready
from tests.support.screens import text_of

from vizterm.cells.bar import Chip, Hint, bar_line
from vizterm.cells.theme import theme_for
from vizterm.shell.help import HelpScreen
from vizterm.shell.palette import PaletteScreen
from vizterm.terminal.facts import Terminal
from vizterm.widgets.status_bar import remark_line

THEME = theme_for(Terminal())
CHIPS = [Chip("1×", "fit", strong=True), Chip("norm log", "norm"), Chip("183 of 1,797 shown")]
HINTS = [
    Hint(*words, action)
    for *words, action in (
        ("enter", "pin", "pin"),
        ("f", "picture", "large"),
        ("/", "find", "find"),
        ("tab", "legend", "switch"),
        ("0", "fit", "fit"),
        ("?", "help", "help"),
        ("q", "quit", "app.quit"),
    )
]


def words(line):
    return "".join(part.text for part in line)


@pytest.mark.parametrize("width", range(1, 140, 3))
@pytest.mark.parametrize("remark", ["", "x 3 y 4 · value 0.0049 · count 3"])
def test_chips_and_keys_are_whole_or_absent(width, remark):
    line, targets = bar_line(CHIPS, remark, HINTS, width, THEME)
    text = words(line)
    assert cell_len(text) <= max(width, 2)
    left = text
    for hint in HINTS:
        left = left.replace(f"{hint.key} {hint.text}", "", 1)
    for chip in CHIPS:
        left = left.replace(chip.text, "", 1)
    if not remark:
        assert not left.strip(), left
    for target in targets:
        assert text[target.start : target.end].strip(), "nothing to click"


def test_eighty_columns_have_room_for_the_five_keys_that_matter_most():
    text = words(bar_line(CHIPS, "", HINTS, 80, THEME)[0])
    for hint in ("enter pin", "f picture", "/ find", "? help", "q quit"):
        assert hint in text
    assert text.startswith(" 1× ")


def test_a_remark_comes_first_and_keeps_help_and_quit():
    text = words(bar_line(CHIPS, "a remark " * 20, HINTS, 80, THEME)[0])
    assert text.startswith(" a remark a remark")
    assert re.search(r"…  +\? help  q quit $", text)


@pytest.mark.parametrize(
    ("width", "expected"), [(80, "x > 2 and y_pred == 10 · 12 of 99"), (40, "filter · 12 of 99")]
)
def test_what_comes_first_is_there_before_the_keys_and_in_fewer_words(width, expected):
    chip = Chip("x > 2 and y_pred == 10 · 12 of 99", needed=True, short="filter · 12 of 99")
    text = words(bar_line([CHIPS[0], *CHIPS[1:], chip], "", HINTS, width, THEME)[0])
    assert text.startswith(f" 1×   {expected} ")
    assert cell_len(text) <= width


MORE = [Hint("y", "copy"), Hint("esc", "no crosshair")]


@pytest.mark.parametrize("width", range(1, 120, 3))
def test_what_is_read_has_a_line_with_its_keys_which_make_room(width):
    text = words(remark_line("x 3 · y 4 · value 0.0049 · 3 events", MORE, width, THEME))
    assert text.startswith(" x 3 · y 4 · value 0.0049 · 3 events")
    for hint in MORE:
        text = text.replace(f"{hint.key} {hint.text}", "", 1)
    assert text.strip() == "x 3 · y 4 · value 0.0049 · 3 events"
    assert cell_len(text) <= max(width, 36)


@pytest.mark.parametrize(("size", "lines"), [((80, 24), 2), ((80, 14), 2), ((80, 13), 1)])
async def test_a_reading_hides_no_state_where_there_is_room_for_two_lines(size, lines):
    app, screen = overlay.make_app()
    async with app.run_test(size=size) as pilot:
        await overlay.ready(pilot, screen)
        before = screen.query_one("#panels").region
        await pilot.press("right")
        said = text_of(screen, "#status").split("\n")
        assert len(said) == lines
        assert said[0].startswith(" x 64 · y 32 · RGB ")
        assert screen.query_one("#panels").region == before, "the layout jumped"
        if lines == 2:
            for chip in ("1×", "channel 0 of 256", "mode color", "norm minmax"):
                assert chip in said[1]
        await pilot.press("y")
        assert text_of(screen, "#status").startswith(" copied 64 32 ")
        if lines == 2:
            await pilot.click(offset=(said[1].index("norm minmax"), size[1] - 1))
            assert isinstance(app.screen, PaletteScreen)


def column_of(screen, words):
    return text_of(screen, "#status").index(words)


async def test_a_click_on_a_key_does_what_the_key_does(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.click(offset=(column_of(screen, "enter pin") + 2, 39))
        assert screen.model.pinned == screen.model.cursor is not None
        await pilot.press("plus", "plus")
        assert screen.model.zoom_factor > 1
        await pilot.click(offset=(2, 39))
        assert screen.model.zoom_factor == pytest.approx(1)
        await pilot.press("tab")
        await pilot.click(offset=(column_of(screen, "toggle"), 39))
        assert (~screen.model.visible).sum() == 1
        await pilot.click(offset=(column_of(screen, "label hidden"), 39))
        assert screen.model.visible.all()
        await pilot.click(offset=(column_of(screen, "? help"), 39))
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)


async def test_a_click_on_a_chip_opens_its_choice(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("v")
        await pilot.click(offset=(column_of(screen, "norm sqrt"), 39))
        await pilot.pause()
        assert isinstance(app.screen, PaletteScreen)
        assert app.screen.query_one("#palette").border_title == "norm"
        names = app.screen.query_one("#commands")
        assert names.selected.text == "sqrt"
        await pilot.press(*"log", "enter")
        await pilot.pause()
        assert app.screen is screen
        assert "norm log" in text_of(screen, "#status")


def test_what_is_left_out_is_said_before_the_keys():
    chips = [Chip("1×"), Chip("braille"), Chip("pred != label · 124 of 1,797", needed=True)]
    text = words(bar_line(chips, "", HINTS, 70, THEME)[0])
    assert "pred != label · 124 of 1,797" in text and "braille" not in text
    assert text.index("1×") < text.index("pred")


def test_all_that_is_needed_is_there_in_short_rather_than_some_in_full():
    chips = [
        Chip("1×"),
        Chip("from the class token", needed=True, short="class token"),
        Chip("channel 0 of 12", needed=True),
        Chip("mode color", needed=True, short="color"),
        Chip("norm minmax", needed=True, short="minmax"),
    ]
    hints = [Hint("?", "help"), Hint("q", "quit")]
    line, _ = bar_line(chips, "", hints, 80, theme_for(Terminal()))
    text = "".join(part.text for part in line)
    assert "1×   class token   channel 0 of 12   color   minmax " in text
    assert text.endswith("? help  q quit ")
