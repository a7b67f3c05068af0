"""The real binary where terminals are small, huge, mute, wrong, or missing."""

import fcntl
import os
import random
import re
import shutil
import struct
import subprocess
import termios
import time

import pytest
from tests.support.terminal_rig import (
    BRAILLE,
    DEADLINE,
    DRAWN,
    MUTE,
    VIZTERM,
    XTERM,
    Rig,
    assert_modes_off,
    in_a_shell,
    settled,
)

SIXTEEN = XTERM | {b"\x1bP$qm\x1b\\": b"\x1bP1$r0m\x1b\\", b"\x1b[c": b"\x1b[?64;1;2;22c"}
"""A terminal that has kept nothing of a 24-bit colour, and draws no sixels."""
LOW = (110, 14)
"""No room for the overlay's strip of channels: what it leaves belongs to the panels."""
LATIN_1 = XTERM | {b"\x1b[6n": b"\x1b[1;4R"}
"""Three bytes of UTF-8 have moved its cursor by three."""


def demo(view, *options, **rig):
    return Rig(["demo", view, *options], **rig)


def cells(rig):
    """Every cell of the screen: characters, colours, attributes."""
    screen = rig.screen
    return [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]


def bottom(rig):
    return rig.screen.display[-1].rstrip()


def shell(command, **environment):
    """Run a command line without a terminal; return exit code, output, errors."""
    gone = ("NO_COLOR", "COLUMNS", "LINES", "TERM", "PYTHONUTF8", "PYTHONIOENCODING")
    clean = {key: value for key, value in os.environ.items() if key not in gone}
    done = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env={**clean, "XDG_CONFIG_HOME": "/nonexistent", **environment},
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


# sizes


@pytest.fixture(scope="module", params=["digits", "pagoda"])
def fresh(request):
    """A view, its cells and its bytes where it has begun in a low window, with 16 colours."""
    with demo(request.param, size=LOW, answers=SIXTEEN, env={"TERM": "xterm"}) as rig:
        rig.wait_for_text("q quit")
        found = request.param, cells(settled(rig)), rig.raw
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
    return found


def test_tiny_windows_then_300_sizes_in_two_seconds_end_as_a_fresh_start_does(fresh):
    view, expected, _ = fresh
    with demo(view, size=(1, 1), answers=SIXTEEN, env={"TERM": "xterm"}) as rig:
        rig.wait_for(lambda: b"\x1b[?1049h" in rig.raw)
        settled(rig)
        rig.resize(20, 5)
        rig.wait_for(lambda: "1×" in bottom(rig) and DRAWN.search(rig.text))
        sizes, feed = random.Random(view), rig.stream.feed
        # What is not looked at need not be parsed.
        rig.stream.feed = lambda _: None
        for _ in range(300):
            rig.resize(sizes.randint(1, 90), sizes.randint(1, 26))
            rig.pump(1 / 150)
        rig.stream.feed = feed
        rig.resize(*LOW)
        rig.wait_for(lambda: cells(rig) == expected)
        rig.type(b"?")
        rig.wait_for_text("esc closes")
        rig.type(b"\x1b")
        rig.wait_for(lambda: cells(rig) == expected)
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


class SizelessRig(Rig):
    """A window whose size nobody has set, as over a serial line."""

    def resize(self, columns, rows, wake=True):
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("view", "size", "env"),
    [
        ("digits", (80, 24), {}),
        ("pagoda", (80, 24), {}),
        ("clicks", (60, 15), {"COLUMNS": "60", "LINES": "15"}),
    ],
)
def test_a_window_without_a_size_is_taken_for_80_by_24_or_the_size_in_the_environment(
    view, size, env
):
    with SizelessRig(["demo", view], size=size, answers=SIXTEEN, env=env) as rig:
        rig.wait_for(lambda: bottom(rig).endswith("q quit"))
        settled(rig)
        assert len(bottom(rig)) == size[0] - 1
        # Once whole, and not again.
        assert rig.raw.count(b"q\x1b[0m\x1b[2m quit") <= 4
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


@pytest.mark.parametrize("view", ["digits"])
def test_a_window_of_500_by_200_is_filled_at_no_more_than_a_few_bytes_a_cell(view):
    with demo(view, size=(500, 200), answers=SIXTEEN) as rig:
        # pyte would take seconds.
        rig.stream.feed = lambda _: None
        rig.wait_for(lambda: b"\x1b[200;1H" in rig.raw and b" quit" in rig.raw)
        settled(rig)
        assert max(int(row) for row in re.findall(rb"\x1b\[(\d+);\d+H", rig.raw)) == 200
        assert len(rig.raw) < 40 * 500 * 200
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


# colours


def shown(raw):
    """Return what was written after the questions."""
    return raw.split(b"\x1b[?1049h")[1]


def test_only_16_colours_are_used_on_a_terminal_of_16(fresh):
    _, _, raw = fresh
    assert re.search(rb"\x1b\[(?:\d+;)*(?:3[1-7]|9[0-7])[;m]", shown(raw))
    assert not re.search(rb"\x1b\[(?:\d+;)*[34]8[;:][25][;:]", shown(raw))


@pytest.mark.parametrize("view", ["clicks", "pagoda"])
def test_without_colours_shades_and_dots_are_drawn(view):
    with demo(view, size=(80, 24), env={"NO_COLOR": "1"}) as rig:
        rig.wait_for_text("q quit")
        assert DRAWN.search(settled(rig).text)
        assert not re.search(rb"\x1b\[(?:\d+;)*(?:[34]8[;:]|[349][1-7]m)", shown(rig.raw))
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


# characters

NO_LOCALE = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.mark.parametrize(
    ("view", "environment"),
    [("digits", NO_LOCALE), ("clicks", NO_LOCALE), ("pagoda", {"PYTHONIOENCODING": "latin-1"})],
)
def test_a_frame_is_printed_in_utf_8_whatever_the_locale_says(view, environment):
    code, printed, errors = shell(f"{VIZTERM} demo {view} --print | cat", **environment)
    assert (code, errors) == (0, "")
    assert DRAWN.search(printed)


def test_the_screen_is_utf_8_whatever_the_locale_says():
    with demo("digits", env=NO_LOCALE) as rig:
        rig.wait_for_text(" 1× ")
        assert BRAILLE.search(rig.text)
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_a_terminal_without_utf_8_is_reported_in_one_line():
    with demo("digits", answers=LATIN_1) as rig:
        assert rig.wait_for_exit() == 2
        said = " ".join(rig.text.split())
        assert said.startswith("vizterm: the terminal takes no UTF-8")
        assert "--print into a file and --output work" in said
        assert b"\x1b[?1049h" not in rig.raw


def test_choosing_graphics_by_hand_overrides_the_answers():
    with demo("digits", "--graphics", "half", answers=LATIN_1) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


@pytest.mark.parametrize("chosen", ["half", "none", "sixel"])
def test_a_terminal_is_asked_for_colours_when_only_graphics_are_chosen(chosen):
    with demo("digits", "--graphics", chosen) as rig:
        rig.wait_for_text(" 1× ")
        assert b"\x1bP$qm\x1b\\" in rig.raw
        assert b"38;2;" in rig.raw, "its answer, 24-bit colours, is not heard"
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_a_terminal_is_asked_nothing_when_colours_and_graphics_are_chosen():
    with demo("digits", "--graphics", "half", "--color", "256") as rig:
        rig.wait_for_text(" 1× ")
        assert b"\x1b[c" not in rig.raw and b"\x1b[6n" not in rig.raw
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_undecodable_file_names_are_escaped(tmp_path, digits_path):
    odd = os.fsencode(tmp_path) + b"/caf\xe9\x1b[31m.npz"
    shutil.copy(digits_path, odd)
    quoted = "$'caf\\xe9\\e[31m.npz'"

    def run(arguments):
        return shell(f"cd {tmp_path}; {VIZTERM} {arguments}", PYTHONIOENCODING="ascii")

    for command in (f"info {quoted}", f"embed {quoted} --print --color none"):
        code, printed, errors = run(command)
        assert (code, errors) == (0, "")
        assert printed.startswith("caf\ufffd␛[31m.npz")
    for command in (f"embed missing{quoted}", f"overlay {quoted} {quoted} -o nowhere/{quoted}.png"):
        code, printed, errors = run(command)
        assert code in (1, 2)
        assert printed == ""
        assert errors.startswith("vizterm: ") and errors.count("\n") == 1
        assert errors.rstrip("\n").isprintable()


# no terminal


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        ("demo digits >&-", 2, "standard output is closed"),
        ("demo pagoda <&- >&-", 2, "standard output is closed"),
        ("--help >&-", 2, "standard output is closed"),
        ("demo clicks >/dev/full", 1, "No space left on device"),
        ("heat - <&-", 2, "standard input is closed"),
        ("demo digits <&- >&- 2>&-", 2, ""),
    ],
)
def test_nowhere_to_draw_is_reported_in_one_line(command, code, says):
    found, printed, errors = shell(f"{VIZTERM} {command}")
    assert (found, printed) == (code, "")
    assert says in errors
    assert errors.count("\n") == (1 if says else 0)


@pytest.mark.parametrize("command", ["demo digits <&-", "demo clicks 2>&-", "demo pagoda | cat"])
def test_without_a_terminal_a_frame_is_printed(command):
    code, printed, errors = shell(f"{VIZTERM} {command}")
    assert (code, errors) == (0, "")
    assert DRAWN.search(printed)


def test_a_pipe_closed_by_its_reader_is_not_an_error():
    code, printed, errors = shell(
        f"set -o pipefail; {VIZTERM} demo clicks | head -1; echo ${{PIPESTATUS[0]}}"
    )
    assert (code, errors) == (0, "")
    assert printed.splitlines()[1] in ("0", "141")


def test_a_file_is_written_even_if_all_streams_are_closed(tmp_path):
    events = tmp_path / "events.csv"
    events.write_text("x,y\n1,2\n3,4\n")
    path = tmp_path / "map.png"
    assert shell(f"{VIZTERM} heat {events} -o {path} <&- >&- 2>&-") == (0, "", "")
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("redirection", ["2>/dev/null", "2>&-"])
def test_the_app_is_on_standard_output_even_if_messages_are_redirected(redirection):
    with in_a_shell(f"{VIZTERM} demo digits {redirection}", size=(80, 24)) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"q")
        rig.wait_for(lambda: b"\x1b[?1049l" in rig.raw)
    assert_modes_off(rig.raw)


def test_in_the_background_the_app_stops_until_it_is_in_the_foreground():
    with in_a_shell(f"{VIZTERM} demo digits &", size=(80, 24)) as rig:
        rig.wait_for(lambda: "[1]" in rig.text)
        rig.type(b"jobs\r")
        for _ in range(int(DEADLINE)):
            settled(rig)
            if "Stopped" in rig.text:
                break
            rig.type(b"jobs\r")
        assert b"\x1b[?1049h" not in rig.raw
        rig.type(b"fg\r")
        rig.wait_for_text(" 1× ")
        rig.type(b"q")
        rig.wait_for(lambda: b"\x1b[?1049l" in rig.raw)


# answers

ABSURD = [(b"6;", b";1t"), (b"6;1;", b"t"), (b"?", b";1$y"), (b"1;", b"R")]
"""Begins and ends of answers that hold a number."""


def test_late_answers_are_not_keys():
    with demo("digits", answers=MUTE) as rig:
        rig.wait_for_text(" 1× ")
        before = cells(settled(rig))
        answers = b"".join(XTERM.values()) + b"\x1b]11;rgb:ffff/ffff/ffff\x07\x1b[?1016;2$y"
        rig.type(answers)
        settled(rig)
        rig.type(answers + b"\x1bP>|cut o")
        # Longer than one that was cut off is waited for.
        rig.wait_for(lambda: not rig.pump(1.2))
        assert cells(rig) == before
        # A busy machine may have begun late to wait: a key is then part of what was cut off.
        end = time.monotonic() + DEADLINE
        while rig.exit_code is None and time.monotonic() < end:
            rig.type(b"q")
            while rig.exit_code is None and rig.pump(1.5):
                pass
        assert rig.exit_code == 0


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\" * 40_000,
        b"".join(b"\x1b[%s%s%s" % (begin, b"9" * 5000, end) for begin, end in ABSURD)
        + random.Random(0).randbytes(20_000).replace(b"\x03", b"").replace(b"\x1b", b"\x1b["),
    ],
    ids=["a megabyte", "absurd numbers and noise"],
)
def test_garbage_before_the_last_answer_is_waited_out(garbage):
    answers = {b"\x1b[c": garbage + b"\x1b[?64;1;2c"}
    with demo("digits", answers=answers) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"412g")
        rig.wait_for_text("#412")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
