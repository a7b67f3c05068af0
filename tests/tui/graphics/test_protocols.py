"""The table of picture protocols: the rest of the app needs nothing else."""

import subprocess
import sys
from typing import ClassVar

import numpy as np
import pytest
from tests.support.embed import make_app, ready

from vizterm.graphics import choose, protocols
from vizterm.graphics.card import card_picture, test_card
from vizterm.graphics.choose import CHOICES, Graphics, choose_graphics
from vizterm.graphics.protocol import Drawn, Verdict
from vizterm.graphics.protocols import PROTOCOLS, find_protocol
from vizterm.graphics.scrollback import printed_picture
from vizterm.terminal.facts import Terminal
from vizterm_core.load import load_embedding

# The name is that of a command's output, not of a test.
test_card.__test__ = False


class Runes:
    """A protocol that nobody speaks."""

    name: ClassVar[str] = "runes"
    option: ClassVar[str] = "runes"
    title: ClassVar[str] = "runes"
    in_cells: ClassVar[bool] = False
    as_text: ClassVar[bool] = False
    needs_cell_size: ClassVar[bool] = False
    through_tmux: ClassVar[bool] = False

    @classmethod
    def verdict(cls, where):
        return Verdict(True, "it is carved in stone") if where.terminal.name == "stone" else None

    @classmethod
    def missing(cls):
        return ""

    @classmethod
    def answered(cls, terminal):
        return terminal.name == "stone"

    def encode(self, pixels, cell_pixels, *, detailed):
        return f"{pixels.shape[1]}x{pixels.shape[0]}"

    def put(self, placement, before):
        drawn = Drawn(placement.key, placement.region, 7)
        return drawn, f"<put {placement.data} at {placement.region.x},{placement.region.y}>"

    def remove(self, place, drawn):
        return f"<remove {drawn.image_id}>"

    def forget_all(self):
        return "<forget>"

    def print(self, pixels, cell_pixels):
        return f"<print {self.encode(pixels, cell_pixels, detailed=True)}>\n"


@pytest.fixture
def with_runes(monkeypatch):
    table = (Runes, *PROTOCOLS)
    monkeypatch.setattr(protocols, "PROTOCOLS", table)
    monkeypatch.setattr(choose, "PROTOCOLS", table)
    monkeypatch.setattr("vizterm.graphics.card.PROTOCOLS", table)


def test_a_line_in_the_table_is_enough_to_choose_and_print_with_a_protocol(with_runes):
    stone = Terminal(name="stone", cell_pixels=(9, 18))
    graphics = choose_graphics(stone, "auto", {"TERM": "xterm"})
    assert graphics == Graphics("runes", "it is carved in stone")
    assert choose_graphics(Terminal(), "runes", {}).protocol == "runes"
    assert choose_graphics(stone, "auto", {"TERM": "tmux", "TMUX": "x"}).protocol == "half"
    square = np.zeros((4, 4, 3), np.uint8)
    assert printed_picture(square, 4, 2, graphics.protocol, stone) == "<print 36x36>\n"
    lines = test_card(stone, graphics)
    assert lines[lines.index("runes:") + 1] == "<print 216x72>"


async def test_a_line_in_the_table_is_enough_to_draw_with_a_protocol_in_the_app(
    with_runes, digits_path
):
    app, screen = make_app(lambda: load_embedding(digits_path), "runes", cell_pixels=(9, 18))
    written = []
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        write = app._driver.write
        app._driver.write = lambda data: (written.append(data), write(data))
        await pilot.press("4", "1", "2", "g")
        for _ in range(2000):
            if "<put 320x320 at 82,2>" in written:
                break
            await pilot.pause(0.005)
        app.exit()
        await pilot.pause()
    assert written[written.index("<put 320x320 at 82,2>") + 1 :].count("<forget>") >= 1


def test_each_protocol_is_found_by_name_and_selected_by_a_choice():
    assert CHOICES == ("auto", "kitty", "iterm2", "sixel", "half", "none")
    for protocol in PROTOCOLS:
        assert find_protocol(protocol.name) is protocol
        assert protocol.option in CHOICES
    assert find_protocol("half") is None


def test_the_choices_are_known_before_numpy_and_textual_are_imported():
    check = (
        "import sys, vizterm.graphics.choose; sys.exit(bool({'numpy', 'textual'} & {*sys.modules}))"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_the_card_shows_what_the_terminal_has_answered_for_and_what_the_app_uses():
    mute = "\n".join(test_card(Terminal(), Graphics("half", "a test")))
    assert not any(f"{protocol.title}:" in mute for protocol in PROTOCOLS)
    assert "\x1b_G" not in mute
    both = test_card(
        Terminal(kitty=True, sixel=True, cell_pixels=(9, 18)), Graphics("kitty", "a test")
    )
    assert "\x1b_G" in both[both.index("kitty graphics:") + 1]
    assert both[both.index("sixel:") + 1].startswith("\x1bP0;1q")
    in_tmux = test_card(Terminal(), Graphics("kitty-unicode", "a test"))
    assert in_tmux[in_tmux.index("kitty graphics in tmux:") + 1].startswith("\x1bPtmux;")
    assert in_tmux[-1] == "pictures in the app: kitty-unicode"


def test_the_card_has_a_colour_a_column_from_dark_to_light():
    picture = card_picture()
    assert picture.shape == (8, 24, 3)
    assert len(np.unique(picture[3, :16], axis=0)) == 16
