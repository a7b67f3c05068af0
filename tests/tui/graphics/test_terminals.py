"""The answers of terminals, as their sources and those who recorded them have them."""

from dataclasses import dataclass, field

import pytest

from vizterm.graphics import term_images
from vizterm.graphics.choose import choose_graphics, verdicts
from vizterm.terminal.cell_size import Window
from vizterm.terminal.facts import understand
from vizterm.terminal.tmux import Tmux

KITTY_OK = b"\x1b_Gi=31;OK\x1b\\"
NO_PIXELS = Window(120, 40)
"""What sshd knows of a window whose terminal tells it only cells."""


@dataclass(frozen=True)
class Known:
    """A terminal's answers, and what must follow from them."""

    answers: bytes
    protocol: str
    cell: tuple[float, float] | None
    window: Window = NO_PIXELS
    env: dict[str, str] = field(default_factory=dict)
    colours: str = "truecolor"
    says: str = ""
    """A part of the reason."""

    @property
    def environment(self):
        return {"TERM": "xterm-256color", **self.env}

    @property
    def terminal(self):
        return understand(self.answers, self.environment, None, self.window)


XTERM_JS = (
    b"\x1bP>|xterm.js(6.1.0-beta.337)\x1b\\\x1b[6;15;8t\x1b[4;600;939t\x1b]11;rgb:0000/0000/0000\x1b\\"
    b"\x1bP1$r0m\x1b\\\x1b[?2026;2$y\x1b[?1016;2$y%b\x1b[1;2R\x1b[?62;%b9;22c"
)
"""Recorded from @xterm/xterm 6.1.0-beta.337 with @xterm/addon-image 0.10.0-beta.301 in Chromium:
cells of 7.825 x 15 CSS pixels."""
TERMINALS = {
    "xterm.js with all pictures": Known(XTERM_JS % (KITTY_OK, b"4;"), "sixel", (7.825, 15)),
    "xterm.js whose page tells the kernel": Known(
        XTERM_JS % (KITTY_OK, b"4;"), "sixel", (7.825, 15), Window(120, 40, 939, 600)
    ),
    # Pictures are drawn in CSS pixels; the kernel was told twice as many.
    "xterm.js on a screen of high density": Known(
        XTERM_JS % (KITTY_OK, b"4;"), "sixel", (7.825, 15), Window(120, 40, 1878, 1200)
    ),
    "xterm.js without sixel": Known(
        XTERM_JS % (KITTY_OK, b""), "half", (7.825, 15), says="doesn't keep them"
    ),
    "JupyterLab, without pictures": Known(
        XTERM_JS % (b"", b""), "half", (7.825, 15), says="reports no picture protocol"
    ),
    "VS Code, pictures switched off": Known(
        XTERM_JS % (b"", b""),
        "half",
        (7.825, 15),
        env={"TERM_PROGRAM": "vscode"},
        says="switched off",
    ),
    # xterm's own man page (-ti vt340) and ctlseqs; the kernel's pixels include its border.
    "xterm": Known(
        b"\x1bP>|XTerm(390)\x1b\\\x1b[6;18;9t\x1bP1$r0;48:2::1:2:3m\x1b\\\x1b[?64;1;2;4;6;9;15;22c",
        "sixel",
        (9, 18),
        Window(80, 24, 80 * 9 + 4, 24 * 18 + 4),
    ),
    "xterm as vt420": Known(
        b"\x1bP>|XTerm(390)\x1b\\\x1bP1$r0;48:5:16m\x1b\\\x1b[?64;1;2;6;9;15;22c",
        "half",
        None,
        colours="256",
        says="no sixel",
    ),
    # microsoft/terminal, src/terminal/adapter/adaptDispatch.cpp: sixels count 10 x 20 to a cell,
    # whatever the window's pixels.
    "Windows Terminal 1.22": Known(
        b"\x1b[6;20;10t\x1b[4;800;1200t\x1bP1$r0;48:2::1:2:3m\x1b\\"
        b"\x1b[?61;4;6;7;14;21;22;23;24;28;32;42c",
        "sixel",
        (10, 20),
        Window(120, 40, 640, 480),
    ),
    "Windows Terminal 1.21": Known(
        b"\x1bP1$r0;48:2::1:2:3m\x1b\\\x1b[?61;6;7;14;21;22;23;24;28;32;42c", "half", None
    ),
    # kovidgoyal/kitty, kitty/screen.c.
    "kitty": Known(
        b"\x1bP>|kitty(0.48.2)\x1b\\\x1b[6;20;9t\x1b[4;800;1080t\x1bP1$r48:2:1:2:3m\x1b\\"
        + KITTY_OK
        + b"\x1b[?62;52;c",
        "kitty",
        (9, 20),
        Window(120, 40, 1080, 800),
    ),
    # ghostty-org/ghostty, src/termio/stream_handler.zig, src/terminal/size_report.zig, dcs.zig.
    "ghostty": Known(
        b"\x1bP>|ghostty 1.2.3\x1b\\\x1b[6;20;9t\x1bP1$r0;48:2::1:2:3m\x1b\\"
        + KITTY_OK
        + b"\x1b[?62;22c",
        "kitty",
        (9, 20),
    ),
    # KDE/konsole, src/Vt102Emulation.cpp: it answers no DECRQSS for colours.
    "konsole": Known(
        b"\x1bP>|Konsole 25.12.3\x1b\\\x1b[6;18;9t\x1b[4;720;1080t" + KITTY_OK + b"\x1b[?62;1;4c",
        "kitty",
        (9, 18),
    ),
    # wezterm/wezterm, term/src/terminalstate/mod.rs; enable_kitty_graphics is on by default.
    "wezterm": Known(
        b"\x1bP>|WezTerm 20240203-110809-5046fc22\x1b\\\x1b[6;20;9t"
        + KITTY_OK
        + b"\x1b[?65;4;6;18;22c",
        "kitty",
        (9, 20),
    ),
    "wezterm, kitty graphics switched off": Known(
        b"\x1bP>|WezTerm 20240203-110809-5046fc22\x1b\\\x1b[6;20;9t\x1b[?65;4;6;18;22c",
        "iterm2",
        (9, 20),
    ),
    # foot, csi.c; recorded from 1.28.
    "foot": Known(
        b"\x1bP>|foot(1.28.0)\x1b\\\x1b[6;19;10t\x1bP1$r0;48:2::1:2:3m\x1b\\\x1b[?62;4;22;28;52c",
        "sixel",
        (10, 19),
        Window(120, 40, 1200, 760),
    ),
    # arakiken/mlterm, vtemu/vt_parser.c: no DECRQSS for colours.
    "mlterm": Known(
        b"\x1bP>|mlterm(3.9.5)\x1b\\\x1b[6;18;9t\x1b[?63;1;2;3;4;6;7;15;18;22;29c",
        "sixel",
        (9, 18),
    ),
    # alacritty/alacritty, alacritty_terminal/src/term/mod.rs: no name, no pictures.
    "alacritty": Known(
        b"\x1b[4;720;1080t\x1b[?6c", "half", (9, 18), env={"TERM": "alacritty"}, says="no picture"
    ),
    # gnachman/iTerm2: VT100Output.m, KittyImageController.swift (respondToTransmit).
    "iTerm2 3.6": Known(
        b"\x1bP>|iTerm2 3.6.5\x1b\\\x1bP1$r0;48:2:1:1:2:3m\x1b\\"
        + KITTY_OK
        + b"\x1b[?64;1;2;4;6;17;18;21;22;52c",
        "kitty",
        (18, 36),
        Window(120, 40, 2160, 1440),
    ),
    "iTerm2 3.4": Known(
        b"\x1bP>|iTerm2 3.4.23\x1b\\\x1bP1$r0;48:2:1:1:2:3m\x1b\\\x1b[?62;4c", "iterm2", None
    ),
    # warpdotdev/warp, app/src/terminal/model/grid/ansi_handler.rs: the area, but not the cell.
    "warp": Known(
        b"\x1bP>|Warp(v0.2026.06.03.09.49.stable_01)\x1b\\\x1b[4;800;1080t"
        + KITTY_OK
        + b"\x1b[?62c",
        "kitty",
        (9, 20),
    ),
    "warp that tells no size": Known(
        b"\x1bP>|Warp(v0.2026.06.03.09.49.stable_01)\x1b\\" + KITTY_OK + b"\x1b[?62c",
        "half",
        None,
        says="doesn't tell the size",
    ),
    # zellij-org/zellij, zellij-server/src: panes/grid.rs, panes/kitty_graphics/replies.rs.
    "zellij 0.45": Known(
        b"\x1bP>|Zellij(4500)\x1b\\\x1b[6;20;9t\x1b[4;800;1080t" + KITTY_OK + b"\x1b[?62;52c",
        "kitty",
        (9, 20),
        env={"ZELLIJ": "0", "COLORTERM": "truecolor"},
    ),
    "zellij in a terminal with sixels alone": Known(
        b"\x1bP>|Zellij(4500)\x1b\\\x1b[6;20;9t\x1b[?62;4;52c",
        "sixel",
        (9, 20),
        env={"ZELLIJ": "0", "COLORTERM": "truecolor"},
    ),
}


@pytest.fixture(autouse=True)
def with_term_image(monkeypatch):
    monkeypatch.setattr(term_images, "available", lambda: True)


@pytest.mark.parametrize("name", TERMINALS)
def test_pictures_colours_and_cells_follow_from_the_answers(name):
    known = TERMINALS[name]
    chosen = choose_graphics(known.terminal, "auto", known.environment)
    assert (chosen.protocol, known.terminal.cell) == (known.protocol, known.cell)
    assert known.terminal.colours == known.colours
    assert known.says in chosen.reason


@pytest.mark.parametrize("name", TERMINALS)
def test_the_report_says_why_for_each_protocol(name):
    known = TERMINALS[name]
    rows = dict(verdicts(known.terminal, known.environment))
    assert [*rows] == ["kitty graphics", "iTerm2", "sixel"]
    chosen = choose_graphics(known.terminal, "auto", known.environment)
    assert all(text.startswith(("yes: ", "no: ")) for text in rows.values())
    if chosen.in_pixels:
        assert f"yes: {chosen.reason}" in rows.values()
    else:
        assert not any(text.startswith("yes") for text in rows.values())


@pytest.mark.parametrize(
    ("outer", "features", "protocol"),
    [
        # client_termtype is the answer to XTVERSION.
        ("kitty(0.28.0)", "256,RGB", "kitty-unicode"),
        ("kitty(0.27.1)", "256,RGB", "half"),
        ("ghostty 1.2.3", "256,RGB", "kitty-unicode"),
        ("iTerm2 3.6.5", "256,RGB", "kitty-unicode"),
        ("iTerm2 3.5.14", "256,RGB", "half"),
        ("WezTerm 20240203-110809-5046fc22", "256,RGB", "half"),
        ("WezTerm 20240203-110809-5046fc22", "256,RGB,sixel", "sixel"),
        ("xterm.js(6.1.0)", "256,RGB,sixel", "sixel"),
        ("Warp(v0.2026.06.03.09.49.stable_01)", "256,RGB", "half"),
        ("Konsole 25.12.3", "256,RGB", "half"),
        ("foot(1.28.0)", "256,RGB,sixel", "sixel"),
    ],
)
def test_in_tmux_those_draw_placeholders_that_can(outer, features, protocol):
    env = {"TERM": "tmux-256color", "TMUX": "/tmp/x,1,0"}
    terminal = understand(b"\x1b[?1;2;4c", env, Tmux(features, outer, True))
    assert choose_graphics(terminal, "auto", env).protocol == protocol
    rows = dict(verdicts(terminal, env))
    assert rows["kitty graphics"] == "no: tmux passes none of it on"
    assert rows["kitty graphics in tmux"].startswith("yes") == (protocol == "kitty-unicode")


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("VS Code, pictures switched off", "terminal.integrated.enableImages"),
        ("xterm as vt420", "xterm -ti vt340"),
        ("alacritty", ""),
        ("JupyterLab, without pictures", ""),
        ("Windows Terminal 1.21", ""),
        ("kitty", ""),
    ],
)
def test_what_would_help_is_said_where_something_would(name, remedy):
    known = TERMINALS[name]
    chosen = choose_graphics(known.terminal, "auto", known.environment)
    assert remedy in chosen.remedy
    assert bool(chosen.remedy) == bool(remedy)


def test_term_image_would_help_where_it_is_missing(monkeypatch):
    monkeypatch.setattr(term_images, "available", lambda: False)
    known = TERMINALS["iTerm2 3.4"]
    assert "pip install term-image" in choose_graphics(known.terminal, "auto", {}).remedy
