"""Facts derived from a terminal's answers, and the questions that are asked."""

import io
import os
import pty
import threading

import pytest

from vizterm.terminal import facts as terminal_module
from vizterm.terminal.facts import Terminal, ask, detect, understand
from vizterm.terminal.tmux import Tmux
from vizterm_core.errors import UsageError

XTERM_256 = {"TERM": "xterm-256color"}
KEEPS_TRUECOLOR = b"\x1bP1$r0;48:2::1:2:3m\x1b\\"
ROUNDS_TO_256 = b"\x1bP1$r0;48:5:16m\x1b\\"
FENCE = b"\x1b[?64;1;2c"


@pytest.mark.parametrize(
    ("answers", "env", "colours"),
    [
        (KEEPS_TRUECOLOR + FENCE, XTERM_256, "truecolor"),
        (b"\x1bP1$r48;2;1;2;3m\x1b\\" + FENCE, XTERM_256, "truecolor"),
        (ROUNDS_TO_256 + FENCE, {**XTERM_256, "COLORTERM": "truecolor"}, "256"),
        (b"\x1bP1$r0m\x1b\\" + FENCE, {"TERM": "xterm"}, "standard"),
        (b"\x1bP0$r\x1b\\" + FENCE, XTERM_256, "256"),
        (b"\x1bP>|kitty(0.26.5)\x1b\\" + FENCE, XTERM_256, "truecolor"),
        (b"\x1bP>|WezTerm 2024\x1b\\" + FENCE, XTERM_256, "truecolor"),
        (b"\x1bP>|xterm.js(6.0.0)\x1b\\\x1bP1$r0m\x1b\\" + FENCE, XTERM_256, "truecolor"),
        (b"\x1bP1$r0m\x1b\\" + FENCE, {**XTERM_256, "COLORTERM": "truecolor"}, "truecolor"),
        (FENCE, {"TERM": "xterm-kitty"}, "truecolor"),
        (FENCE, {"TERM": "alacritty"}, "truecolor"),
        (FENCE, {**XTERM_256, "COLORTERM": "truecolor"}, "truecolor"),
        (FENCE, XTERM_256, "256"),
        (b"", XTERM_256, "256"),
        (b"", {"TERM": "xterm"}, "standard"),
        (KEEPS_TRUECOLOR + FENCE, {**XTERM_256, "NO_COLOR": "1"}, "none"),
        (KEEPS_TRUECOLOR + FENCE, {**XTERM_256, "NO_COLOR": ""}, "truecolor"),
        (b"", {"TERM": "dumb"}, "none"),
        (b"", {"TERM": "screen-256color"}, "256"),
    ],
)
def test_colours(answers, env, colours):
    assert understand(answers, env).colours == colours


@pytest.mark.parametrize(
    ("features", "colours"), [("256,RGB,title", "truecolor"), ("256,title", "256"), ("", "256")]
)
def test_in_tmux_the_terminal_around_it_counts(features, colours):
    env = {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"}
    assert understand(KEEPS_TRUECOLOR + FENCE, env, Tmux(features)).colours == colours


def test_cell_size_background_and_name_are_understood():
    answers = b"\x1bP>|foot(1.16.2)\x1b\\\x1b[6;21;10t\x1b]11;rgb:fdfd/f6f6/e3e3\x1b\\" + FENCE
    found = understand(answers, XTERM_256)
    assert (found.name, found.cell_aspect, found.light) == ("foot(1.16.2)", 2.1, True)
    dark = understand(b"\x1b]11;rgb:00/2b/36\x07" + FENCE, XTERM_256)
    assert (dark.light, dark.theme) == (False, "ansi-dark")


@pytest.mark.parametrize("answer", [b"\x1b[6;1;1t", b"\x1b[6;99999;40000t", b"\x1b[6;0;9t"])
def test_an_implausible_cell_size_is_ignored(answer):
    assert understand(answer + FENCE, XTERM_256).cell_pixels is None


@pytest.mark.parametrize("number", [b"9" * 400, b"9" * 5000])
def test_absurd_numbers_are_ignored(number):
    answers = b"\x1b[6;%b;1t\x1b[?%b;1$y\x1b[1;%bR" % (number, number, number)
    assert understand(answers + FENCE, {}) == Terminal(colours="none")


@pytest.mark.parametrize(
    ("env", "remedy"),
    [
        ({}, "--graphics half"),
        ({"TMUX": "/tmp/tmux-0/default,1,0"}, "tmux -u"),
        ({"STY": "1.pts-0"}, "screen -U"),
    ],
)
def test_a_cursor_moved_by_three_for_three_bytes_means_no_utf_8(env, remedy):
    understand(b"\x1b[7;2R" + FENCE, XTERM_256).require_utf8(env)
    found = understand(b"\x1b[7;4R" + FENCE, XTERM_256)
    assert found.tells_cursor
    with pytest.raises(UsageError, match=f"takes no UTF-8.*{remedy}"):
        found.require_utf8(env)


def test_a_report_that_was_typed_before_is_not_the_answer():
    understand(b"\x1b[5;4R" + b"\x1b[7;2R" + FENCE + b"\x1b[9;4R", XTERM_256).require_utf8({})


@pytest.mark.parametrize(
    ("env", "kitty", "background"),
    [
        (XTERM_256, True, True),
        ({"TERM": "tmux-256color"}, False, True),
        ({"TERM": "screen", "TMUX": "/tmp/tmux-0/default,1,0"}, False, True),
        ({"TERM": "screen"}, False, False),
        ({"TERM": "xterm-256color", "STY": "1.pts-0"}, False, False),
    ],
)
def test_questions_are_left_out_if_their_answer_would_come_too_late(
    env, kitty, background, monkeypatch
):
    asked = []
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(f"sys.{stream}", FakeTerminal())
    monkeypatch.setattr(terminal_module, "ask", lambda *call: asked.append(call[-1]) or b"")
    detect("auto", env)
    assert (b"a=q" in asked[0], b"]11;?" in asked[0]) == (kitty, background)


class FakeTerminal(io.StringIO):
    def isatty(self):
        return True

    def fileno(self):
        return -1


def test_settings_for_textual_are_made_before_it_is_imported(monkeypatch):
    for name in ("NO_COLOR", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)
    Terminal(colours="256", light=True).tell_textual()
    assert os.environ["TEXTUAL_COLOR_SYSTEM"] == "256"
    assert os.environ["TEXTUAL_THEME"] == "ansi-light"
    Terminal(colours="none").tell_textual()
    assert os.environ["NO_COLOR"] == "1"
    Terminal(colours="truecolor").tell_textual()
    assert "NO_COLOR" not in os.environ


def test_the_flag_overrides_everything(monkeypatch):
    monkeypatch.setattr(terminal_module, "read_window", lambda: None)
    env = {"TERM": "dumb", "NO_COLOR": "1"}
    assert detect("truecolor", env).colours == "truecolor"


def answer_on_a_pty(reply):
    """Ask a terminal that sends `reply` after the fence; return the answer and what was left."""
    master, slave = pty.openpty()
    seen = bytearray()

    def terminal():
        while b"\x1b[c" not in seen:
            seen.extend(os.read(master, 4096))
        for piece in reply:
            os.write(master, piece)

    thread = threading.Thread(target=terminal)
    thread.start()
    try:
        answers = ask(slave, slave)
    finally:
        thread.join()
        os.close(master)
        os.close(slave)
    return answers, bytes(seen)


def test_answers_are_read_up_to_the_fence_in_pieces_of_any_size():
    whole = b"\x1bP>|XTerm(390)\x1b\\" + KEEPS_TRUECOLOR + FENCE
    answers, asked = answer_on_a_pty([whole[:7], whole[7:30], whole[30:]])
    assert answers == whole
    assert asked.endswith(b"\x1b[c")
    assert b"\x1bP$qm\x1b\\" in asked


def test_a_silent_terminal_is_given_up_after_one_wait(monkeypatch):
    monkeypatch.setattr(terminal_module, "_SILENT", 0.05)
    answers, _ = answer_on_a_pty([])
    assert answers == b""


def test_the_terminal_is_restored():
    import termios

    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    os.write(master, FENCE)
    ask(slave, slave)
    assert termios.tcgetattr(slave) == before
    os.close(master)
    os.close(slave)


def test_a_pipe_or_a_dumb_terminal_is_asked_nothing(monkeypatch):
    def refuse(*_):
        raise AssertionError("asked")

    monkeypatch.setattr(terminal_module, "ask", refuse)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    detect("auto", XTERM_256)
    detect("auto", {"TERM": "dumb"})
