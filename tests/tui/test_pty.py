"""The real binary in a real pty: first paint, keys, mouse, colours, and what is left behind."""

import os
import re
import select
import signal
import sys
import termios
import time
from pathlib import Path

import numpy as np
import pytest
from tests.tui.terminal_rig import ITERM2, KITTY, MUTE, PLAIN_256, XTERM, Rig

from vizterm.graphics import term_images
from vizterm.signals import ENDING
from vizterm_core.viewport import Extent, Viewport

QUICK_KITTY = {question: answer for question, answer in KITTY.items() if question != b"\x1b[6n"}
"""One that is never taken for slow, however busy the machine is."""
BRAILLE = re.compile("[\u2801-\u28ff]")


def start(path, *options, **rig):
    return Rig(["embed", str(path), *options], **rig)


def test_a_session_from_first_paint_to_a_clean_terminal(digits_path):
    images = np.load(digits_path)["images"]
    with start(digits_path, "--graphics", "half", "--color", "truecolor") as rig:
        before = termios.tcgetattr(rig.master)
        rig.wait_for_text("1,797 of 1,797 shown")
        assert len(BRAILLE.findall(rig.text)) > 300
        rig.type(b"412g")
        rig.wait_for_text("index 412")
        # The picture: whole-factor half blocks, read back from the screen's colours.
        panel = range(120 - 25, 119)
        brightest = {rig.screen.buffer[y][x].bg for y in range(1, 13) for x in panel if y and x} | {
            rig.screen.buffer[y][x].fg for y in range(1, 13) for x in panel
        }
        level = int(images[412].max())
        assert f"{level:02x}" * 3 in brightest
        rig.type(b"\x1b[C")
        rig.wait_for(lambda: "index 412" not in rig.text)
        rig.type(b"?")
        rig.wait_for_text("next point to the left")
        rig.type(b"\x1b")
        rig.wait_for(lambda: "next point to the left" not in rig.text)
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert termios.tcgetattr(rig.master)[:4] == before[:4]
    assert_modes_off(rig.raw)


def assert_modes_off(raw):
    modes = {}
    for modes_set, state in re.findall(rb"\x1b\[\?([0-9;]+)([hl])", raw):
        for mode in modes_set.split(b";"):
            modes[int(mode)] = state
    for mode in (1049, 1000, 1002, 1003, 1006, 1016, 2004):
        assert modes.get(mode, b"l") == b"l", f"mode {mode} left on"
    assert modes[25] == b"h"


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_puts_the_terminal_back_and_then_has_its_way(digits_path, number):
    with start(digits_path) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        os.kill(rig.pid, number)
        assert rig.wait_for_exit() == -number
    assert_modes_off(rig.raw)


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_while_the_terminal_is_asked_puts_it_back_too(digits_path, number):
    with start(digits_path, answers=MUTE) as rig:
        before = termios.tcgetattr(rig.master)
        rig.wait_for(lambda: b"\x1b[c" in rig.raw)
        assert termios.tcgetattr(rig.master) != before
        os.kill(rig.pid, number)
        assert rig.wait_for_exit() == -number
        assert termios.tcgetattr(rig.master) == before


def test_a_dumb_terminal_gets_a_printed_frame(digits_path):
    with start(digits_path, env={"TERM": "dumb"}) as rig:
        assert rig.wait_for_exit() == 0
        assert BRAILLE.search(rig.text)
        assert b"\x1b" not in rig.raw


def test_the_mouse_hovers_a_point_and_its_picture_appears(digits_path):
    with start(digits_path) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        row, column = next(
            (y, line.index(BRAILLE.search(line)[0]))
            for y, line in enumerate(rig.screen.display)
            if BRAILLE.search(line)
        )
        rig.type(f"\x1b[<35;{column + 1};{row + 1}M".encode())
        rig.wait_for(lambda: re.search(r"index \d", rig.text))
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_the_pointer_tells_dots_of_one_cell_apart_where_the_terminal_tells_pixels(tmp_path):
    path = tmp_path / "close.npz"
    corners = [[0, 0], [1000, 500]]
    np.savez(path, X=corners)
    with start(path) as rig:
        rig.wait_for_text("2 of 2 shown")
        view = Viewport.fit(Extent(0, 1000, 0, 500), rig.screen.display[2].index("▏"), 38)
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
    column, row = 40, 20
    upper = view.data_at(column * 2 + 0.5, row * 4 + 0.5)
    lower = view.data_at(column * 2 + 1.5, row * 4 + 3.5)
    np.savez(path, X=[*corners, upper, lower])
    answers = XTERM | {b"\x1b[?1016$p": b"\x1b[?1016;2$y"}
    with start(path, answers=answers) as rig:
        rig.wait_for_text("4 of 4 shown")
        assert b"\x1b[?1016h" in rig.raw
        # The cell's corners in pixels, 9 x 18 a cell; the plot begins under the heading.
        left, top = column * 9, (row + 1) * 18
        for x, y, index in (
            (left + 9, top + 17, 3),
            (left + 2, top + 2, 2),
            (left + 8, top + 16, 3),
        ):
            rig.type(f"\x1b[<35;{x};{y}M".encode())
            rig.wait_for_text(f"index {index}")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert rig.raw.rindex(b"\x1b[?1016l") > rig.raw.rindex(b"\x1b[?1016h")


def test_a_picture_seen_before_costs_kitty_less_than_a_hundred_bytes(digits_path):
    with start(digits_path, answers=QUICK_KITTY) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        for key in (b"412g", b"\x1b[C", b"\x1b[D", b"\x1b[C"):
            while rig.pump(0.3):
                pass
            seen = len(rig.raw)
            rig.type(key)
            rig.wait_for(lambda seen=seen: b"_Ga=p" in rig.raw[seen:])
        while rig.pump(0.3):
            pass
        assert rig.raw.count(b"_Ga=t") == 2, "two pictures, each sent once"
        written = rig.raw[seen:]
        moved = re.search(rb"\x1b7\x1b\[\d+;\d+H\x1b_Ga=p.*\x1b_Ga=d,d=i[^\x1b]*\x1b\\", written)
        assert moved, "placed, and the one before taken away"
        synchronized = len(b"\x1b[?2026h\x1b[?2026l")
        assert len(moved[0]) + synchronized <= 100
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert rig.raw.count(b"_Ga=d,d=I") == 2, "nothing is left in the terminal's memory"


def test_a_card_that_moves_keeps_its_frame_where_its_picture_was(digits_path):
    """Sixels lie in the cells: what is left of the old one is blanked, but not the frame there."""
    with start(digits_path, size=(70, 24)) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        tops = set()
        for keys in (b"412g", b"\x1b[C", b"\x1b[B", b"\x1b[B", b"\x1b[A", b"\x1b[A"):
            seen = rig.raw.count(b"\x1bP")
            rig.type(keys)
            rig.wait_for(lambda before=seen: rig.raw.count(b"\x1bP") > before)
            while rig.pump(0.3):
                pass
            lines = rig.screen.display
            top = next(y for y, line in enumerate(lines) if "┌" in line or "╭" in line)
            tops.add(top)
            assert re.search("[┌╭]─{10,}[┐╮]", lines[top]), lines[top]
        assert len(tops) > 1, "it never moved"


def test_a_pinned_picture_stays_while_the_cursor_goes_on(digits_path):
    with start(digits_path, answers=QUICK_KITTY, size=(160, 50)) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        for key in (b"412g", b"\r", b"\x1b[C", b"\x1b[C", b"\x1b[D"):
            rig.type(key)
            while rig.pump(0.3):
                pass
        shown = {}
        commands = rb"_Ga=(p|d,d=i),i=(\d+),p=(\d+)"
        for action, image_id, placement in re.findall(commands, rig.raw):
            if action == b"p":
                shown[image_id, placement] = True
            else:
                shown.pop((image_id, placement), None)
        pictures, places = zip(*shown, strict=True)
        assert len(set(pictures)) == len(set(places)) == 2, "one for the cursor, one pinned"
        first = re.search(rb"_Ga=p,i=(\d+)", rig.raw)[1]
        assert first in pictures, "the pinned one is gone"
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_inside_tmux_text_stands_for_pictures_that_are_sent_past_it(digits_path):
    env = {"TMUX": "/nonexistent,1,0"}
    options = ("--graphics", "kitty", "--color", "truecolor")
    with start(digits_path, *options, env=env) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        assert b"\x1b[c" not in rig.raw, "a protocol chosen by hand: nothing is to be asked"
        rig.type(b"412g")
        placeholder = "\U0010eeee".encode()
        rig.wait_for(lambda: rig.raw.count(placeholder) >= 24 * 12)
        assert b"\x1bPtmux;\x1b\x1b_Ga=t" in rig.raw
        assert b"\x1b_G" not in rig.raw.replace(b"\x1b\x1b_G", b"")
        image_id = int(re.search(rb"_Ga=p,U=1,i=(\d+),c=24,r=12", rig.raw)[1])
        colour = f"38;2;{image_id >> 16};{image_id >> 8 & 255};{image_id & 255}"
        assert f"\x1b[{colour}m\U0010eeee".encode() in rig.raw
        while rig.pump(0.3):
            pass
        seen = len(rig.raw)
        rig.type(b"\x1b[C")
        rig.wait_for(lambda: b"_Ga=t" in rig.raw[seen:])
        # Another picture behind the same text.
        assert placeholder not in rig.raw[seen:]
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert f"_Ga=d,d=I,i={image_id}".encode() in rig.raw[seen:]


@pytest.mark.parametrize(
    ("answers", "options", "expected"),
    [
        (XTERM, (), b"38;2;"),
        (PLAIN_256, (), b"38;5;"),
        (PLAIN_256, ("--color", "truecolor"), b"38;2;"),
        (XTERM, ("--color", "256"), b"38;5;"),
    ],
)
def test_the_colours_are_those_the_terminal_says_it_has(digits_path, answers, options, expected):
    with start(digits_path, *options, answers=answers) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        drawn = re.findall(rb"\x1b\[(38;[25];)[0-9;]*m[\xe2]", rig.raw)
        assert set(drawn) == {expected}
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_no_colours_means_none_and_labels_are_still_told_apart(digits_path):
    with start(digits_path, env={"NO_COLOR": "1"}) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        rig.type(b"\tjj")
        rig.wait_for_text("label 2 stands out")
        assert not re.search(rb"\x1b\[[0-9;]*[34]8;[25];", rig.raw)
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_slow_answers_are_waited_for_and_never_typed_into_the_app(digits_path):
    with start(digits_path, delay=0.06) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        assert b"38;2;" in rig.raw
        rig.type(b"/")
        rig.wait_for_text("find label, name or #index:")
        assert re.search(r"#index:\s*$", rig.text, re.MULTILINE)
        rig.type(b"q1")
        rig.wait_for_text("#index: q1")
        rig.type(b"\x1b")
        rig.wait_for_text("1,797 of 1,797 shown")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_a_mute_terminal_is_given_up_on_and_still_works(digits_path):
    with start(digits_path, answers=MUTE) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


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


def test_a_resize_is_followed(digits_path):
    with start(digits_path) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        rig.resize(80, 24)
        rig.wait_for(lambda: "● 0 178  ● 1 182" in rig.text)
        rig.type(b"1000g")
        rig.wait_for_text("index 1,000")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_a_cursor_move_costs_few_bytes(digits_path):
    with start(digits_path, "--images", "none", "--maps", "none") as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        rig.type(b"\x1b[C")
        rig.wait_for(lambda: re.search(r"index [\d,]+", rig.text))
        for _ in range(5):
            while rig.pump(0.3):
                pass
            seen, shown = len(rig.raw), re.search(r"at .*", rig.text)[0]
            rig.type(b"\x1b[C")
            rig.wait_for(lambda shown=shown: re.search(r"at .*", rig.text)[0] != shown)
            while rig.pump(0.3):
                pass
            assert len(rig.raw) - seen <= 600


def test_bad_data_found_while_loading_is_told_after_the_screen_is_restored(tmp_path):
    path = tmp_path / "nan.npz"
    np.savez(path, X=np.full((5, 2), np.nan))
    with start(path) as rig:
        assert rig.wait_for_exit() == 1
        assert "hold no finite point" in rig.text


def test_the_python_api_returns_the_row_pinned_last(tmp_path):
    script = tmp_path / "session.py"
    script.write_text(
        "import numpy as np, vizterm\n"
        "rng = np.random.default_rng(0)\n"
        "print('pinned', vizterm.embed(rng.random((20, 2)), rng.integers(0, 4, 20),\n"
        "      images=rng.random((20, 64, 64)), title='mine'))\n"
    )
    with Rig([str(script)], module=None) as rig:
        rig.wait_for_text("20 of 20 shown")
        assert "mine   20 points · 4 labels" in rig.text
        rig.type(b"13g\r")
        rig.wait_for_text("pinned")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert "pinned 13" in rig.text


def test_tmux_is_not_asked_what_it_takes_for_a_title(digits_path):
    with start(digits_path, env={"TMUX": "/nonexistent,1,0", "TERM": "tmux-256color"}) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        assert b"\x1b[c" in rig.raw, "asked nothing at all"
        assert b"\x1b_G" not in rig.raw
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


@pytest.mark.skipif(not term_images.available(), reason="term-image is not for this Python")
def test_iterm2_pictures_are_drawn_again_after_they_were_covered(digits_path):
    drawn = re.compile(rb"\x1b7\x1b\[\d+;\d+H\x1b\]1337;File=[^\x1b]*\x1b\\\x1b8")
    with start(digits_path, answers=ITERM2) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        rig.type(b"412g")
        rig.wait_for(lambda: drawn.search(rig.raw))
        picture = drawn.search(rig.raw)[0]
        rig.type(b"?")
        rig.wait_for_text("next point to the left")
        seen = len(rig.raw)
        rig.type(b"\x1b")
        rig.wait_for(lambda: picture in rig.raw[seen:])
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_a_point_to_begin_at(digits_path):
    with start(digits_path, "--point", "412") as rig:
        rig.wait_for_text("index 412")
        rig.wait_for_text("1,797 of 1,797 shown")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_a_resize_moves_the_picture_and_deletes_it_where_it_was(digits_path):
    with start(digits_path, "--point", "412", answers=KITTY) as rig:
        rig.wait_for(lambda: b"_Ga=p" in rig.raw)
        seen = len(rig.raw)
        rig.resize(140, 40)
        moved = re.compile(rb"\x1b7\x1b\[\d+;(\d+)H\x1b_Ga=p,i=(\d+),p=(\d+)")
        rig.wait_for(lambda: moved.search(rig.raw, seen))
        before, after = moved.search(rig.raw), moved.search(rig.raw, seen)
        assert int(after[1]) - int(before[1]) == 20
        assert after[3] == before[3], "the same placement moves, it is not a second one"
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


BASH = "import os; os.execvp('bash', ['bash', '--norc', '--noprofile', '-i'])"


def in_a_shell(command, **rig):
    """An interactive shell in which a command was typed."""
    shell = Rig(["-c", BASH], module=None, env={"PS1": "shell> "}, **rig)
    shell.wait_for_text("shell> ")
    shell.type(f"{command}\r".encode())
    return shell


def test_ctrl_z_gives_the_shell_back_and_fg_the_screen_and_its_picture():
    with in_a_shell(f"{sys.executable} -m vizterm demo --point 412", answers=KITTY) as rig:
        rig.wait_for_text("index 412")
        rig.wait_for(lambda: b"_Ga=p" in rig.raw)
        rig.type(b"\x1a")
        rig.wait_for(lambda: b"\x1b[?1049l" in rig.raw)
        rig.wait_for_text("Stopped")
        assert b"_Ga=d" in rig.raw, "the picture lies over the shell"
        rig.screen.reset()
        seen = len(rig.raw)
        rig.type(b"fg\r")
        rig.wait_for_text("1,797 of 1,797 shown")
        rig.wait_for_text("index 412")
        assert len(BRAILLE.findall(rig.text)) > 300
        rig.wait_for(lambda: b"_Ga=p" in rig.raw[seen:])
        rig.type(b"\x1b[C")
        rig.wait_for(lambda: "index 412" not in rig.text)
        rig.type(b"q")
        rig.wait_for_text("shell> ")


def test_stopping_and_going_on_without_ctrl_z_changes_nothing(digits_path):
    with start(digits_path) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        tasks = Path(f"/proc/{rig.pid}/task")
        threads = len(list(tasks.iterdir()))
        for _ in range(3):
            os.kill(rig.pid, signal.SIGSTOP)
            os.kill(rig.pid, signal.SIGCONT)
            rig.type(b"412g")
            rig.wait_for_text("index 412")
            rig.type(b"0g")
            rig.type(b"g")
            rig.wait_for_text("index 0")
        while rig.pump(0.3):
            pass
        assert len(list(tasks.iterdir())) <= threads + 2
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
    assert_modes_off(rig.raw)


def wait_until_stuck(pid):
    """Until a program that was given much to do does nothing any more."""
    used = None
    while used != (used := Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]):
        time.sleep(0.5)


@pytest.mark.parametrize("answers", [XTERM, MUTE], ids=["frames held back", "stuck in a write"])
def test_a_signal_is_obeyed_though_nothing_can_be_written_any_more(digits_path, answers):
    with start(digits_path, answers=answers) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        # Nobody reads: the terminal's buffer fills up.
        for _ in range(400):
            rig.type(b"++--")
        if answers is MUTE:
            wait_until_stuck(rig.pid)
        ended = os.pidfd_open(rig.pid)
        os.kill(rig.pid, signal.SIGTERM)
        assert select.select([ended], [], [], 10)[0], "it waits for a link that is stalled"
        os.close(ended)
        assert rig.wait_for_exit() == -signal.SIGTERM


def test_a_hang_up_ends_it_even_where_the_signal_is_ignored(digits_path):
    code = (
        "import signal, runpy, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        "sys.argv = ['vizterm', 'embed', sys.argv[1]];"
        "runpy.run_module('vizterm', run_name='__main__')"
    )
    with Rig(["-c", code, str(digits_path)], module=None) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        ended = os.pidfd_open(rig.pid)
        os.close(rig.master)
        assert select.select([ended], [], [], 10)[0], "it goes on without a terminal"
        os.close(ended)
        os.waitpid(rig.pid, 0)
        rig.exit_code = 0
        rig.master = os.open(os.devnull, os.O_RDONLY)


def test_a_picture_whose_place_grows_is_sent_again_as_large_as_that():
    widths = re.compile(rb"_Ga=t,t=d,i=\d+,q=2,f=24,o=z,s=(\d+),v=\d+")
    with Rig(["demo", "pagoda"], answers=KITTY, size=(130, 40)) as rig:
        rig.wait_for(lambda: len(widths.findall(rig.raw)) >= 3)
        small = {int(width) for width in widths.findall(rig.raw)}
        rig.type(b"v")
        rig.wait_for(lambda: int(widths.findall(rig.raw)[-1]) > 1.5 * max(small))
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        sent = set(re.findall(rb"_Ga=t,t=d,i=(\d+)", rig.raw))
        assert sent == set(re.findall(rb"_Ga=d,d=I,i=(\d+)", rig.raw))


def test_what_another_program_wrote_is_gone_after_a_redraw(digits_path):
    with start(digits_path) as rig:
        rig.wait_for_text("1,797 of 1,797 shown")
        before = rig.text
        rig.stream.feed(b"\x1b[10;1Hsomebody else's words")
        assert "somebody" in rig.text
        rig.type(b"\x0c")
        rig.wait_for(lambda: "somebody" not in rig.text)
        rig.wait_for(lambda: rig.text == before)
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
