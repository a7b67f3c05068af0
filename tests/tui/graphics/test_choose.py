"""The choice of a protocol, by the answers of terminals."""

import pytest

from vizterm.graphics import term_images
from vizterm.graphics.choose import choose_graphics
from vizterm.terminal.facts import understand
from vizterm.terminal.tmux import Tmux

TRUECOLOR = b"\x1bP1$r0;48:2::1:2:3m\x1b\\"
CELL = b"\x1b[6;18;9t"
KITTY_OK = b"\x1b_Gi=31;OK\x1b\\"
ANSWERS = {
    "xterm": b"\x1bP>|XTerm(390)\x1b\\" + CELL + TRUECOLOR + b"\x1b[?64;1;2;4;22c",
    "xterm without sixel": b"\x1bP>|XTerm(390)\x1b\\" + CELL + TRUECOLOR + b"\x1b[?64;1;2;22c",
    "sixel, cell unknown": TRUECOLOR + b"\x1b[?64;4c",
    "kitty": b"\x1bP>|kitty(0.26.5)\x1b\\" + CELL + TRUECOLOR + KITTY_OK + b"\x1b[?62;c",
    "konsole": b"\x1bP>|Konsole 23.04\x1b\\" + CELL + KITTY_OK + TRUECOLOR + b"\x1b[?62;1;4c",
    "kitty refuses": b"\x1b_Gi=31;EINVAL:no\x1b\\" + CELL + TRUECOLOR + b"\x1b[?62c",
    "device 4": CELL + TRUECOLOR + b"\x1b[?4;6c",
    "mute": b"",
    "iterm2": b"\x1bP>|iTerm2 3.5.2\x1b\\" + CELL + TRUECOLOR + b"\x1b[?64;1;2;4c",
    "wezterm": b"\x1bP>|WezTerm 20240203\x1b\\" + CELL + TRUECOLOR + b"\x1b[?65;4;6c",
    "wezterm with kitty": b"\x1bP>|WezTerm 20240203\x1b\\" + KITTY_OK + CELL + b"\x1b[?65;4c",
}


@pytest.fixture(autouse=True)
def with_term_image(monkeypatch):
    monkeypatch.setattr(term_images, "available", lambda: True)


@pytest.mark.parametrize(
    ("name", "protocol"),
    [
        ("xterm", "sixel"),
        ("xterm without sixel", "half"),
        ("sixel, cell unknown", "half"),
        ("kitty", "kitty"),
        ("konsole", "kitty"),
        ("kitty refuses", "half"),
        ("device 4", "half"),
        ("mute", "half"),
        ("iterm2", "iterm2"),
        ("wezterm", "iterm2"),
        ("wezterm with kitty", "kitty"),
    ],
)
def test_the_best_that_is_known_to_work_is_chosen(name, protocol):
    env = {"TERM": "xterm-256color"}
    chosen = choose_graphics(understand(ANSWERS[name], env), "auto", env)
    assert chosen.protocol == protocol
    assert chosen.reason


def test_iterm2_is_recognised_by_its_variable_unless_the_terminal_gives_a_name():
    env = {"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}
    unnamed = understand(ANSWERS["device 4"], env)
    assert choose_graphics(unnamed, "auto", env).protocol == "iterm2"
    named = understand(ANSWERS["xterm"], env)
    assert choose_graphics(named, "auto", env).protocol == "sixel"


@pytest.mark.parametrize(
    ("name", "protocol"), [("iterm2", "sixel"), ("kitty", "kitty"), ("mute", "half")]
)
def test_without_term_image_iterm2_falls_back_with_a_reason(name, protocol, monkeypatch):
    monkeypatch.setattr(term_images, "available", lambda: False)
    env = {"TERM": "xterm-256color"}
    terminal = understand(ANSWERS[name], env)
    assert choose_graphics(terminal, "auto", env).protocol == protocol
    chosen = choose_graphics(terminal, "iterm2", env)
    assert chosen.protocol == protocol
    assert "term-image" in chosen.reason


@pytest.mark.parametrize(
    ("tmux", "protocol"),
    [
        (Tmux("256,RGB", "kitty(0.28.1)", True), "kitty-unicode"),
        (Tmux("256,RGB", "kitty 0.32.2", True), "kitty-unicode"),
        (Tmux("256,RGB", "kitty(0.27.0)", True), "half"),
        (Tmux("256,RGB", "ghostty 1.0", True), "kitty-unicode"),
        (Tmux("256,RGB,sixel", "XTerm(390)", False), "sixel"),
        (Tmux("256,RGB", "XTerm(390)", True), "half"),
        (Tmux(), "half"),
    ],
)
def test_in_tmux_the_terminal_around_it_decides(tmux, protocol):
    env = {"TERM": "tmux-256color", "TMUX": "/tmp/x,1,0"}
    terminal = understand(ANSWERS["konsole"], env, tmux)
    assert choose_graphics(terminal, "auto", env).protocol == protocol


def test_in_tmux_without_passthrough_the_line_to_add_is_named():
    env = {"TERM": "tmux-256color", "TMUX": "/tmp/x,1,0"}
    tmux = Tmux("256,RGB", "kitty(0.32)", False)
    chosen = choose_graphics(understand(ANSWERS["kitty"], env, tmux), "auto", env)
    assert chosen.protocol == "half"
    assert "set -g allow-passthrough on" in chosen.reason


@pytest.mark.parametrize("wanted", ["kitty", "sixel", "iterm2", "half", "none"])
def test_the_option_is_obeyed(wanted):
    terminal = understand(b"", {"TERM": "dumb"})
    chosen = choose_graphics(terminal, wanted, {"TERM": "dumb"})
    assert chosen.protocol == wanted


def test_screen_and_colourless_terminals_get_no_pixels():
    env = {"TERM": "screen-256color"}
    assert choose_graphics(understand(ANSWERS["kitty"], env), "auto", env).protocol == "half"
    env = {"TERM": "xterm-kitty", "NO_COLOR": "1"}
    assert choose_graphics(understand(ANSWERS["kitty"], env), "auto", env).protocol == "half"
