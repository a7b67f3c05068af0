"""The real binary inside tmux and GNU screen, themselves in a pty."""

import os
import re
import shutil
import subprocess

import pytest
from tests.support.terminal_rig import BRAILLE, DRAWN, VIZTERM, Rig, assert_modes_off, settled

HALF = re.compile("[▀▄]")
UTF8, ASCII = {"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C"}
needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
needs_screen = pytest.mark.skipif(shutil.which("screen") is None, reason="screen is not installed")


def inside(argv, **rig):
    """A program of its own in the pty."""
    return Rig(["-c", f"import os; os.execvp({argv[0]!r}, {argv!r})"], module=None, **rig)


@pytest.fixture
def tmux(tmp_path):
    """Calls a tmux server that nobody else uses."""
    socket = ["tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]

    def call(*arguments):
        clean = {key: value for key, value in os.environ.items() if key not in ("TMUX", "NO_COLOR")}
        command = [*socket, *arguments]
        done = subprocess.run(command, env={**clean, **UTF8}, capture_output=True, check=False)
        return done.stdout.decode()

    call.argv = socket
    yield call
    call("kill-server")


@pytest.fixture
def screen_folder(tmp_path):
    """The environment of a GNU screen that nobody else uses."""
    tmp_path.chmod(0o700)
    where = {"SCREENDIR": str(tmp_path)}
    yield where
    # Where a test has failed, it is still there.
    quit_it = ["screen", "-S", "odd", "-X", "quit"]
    subprocess.run(quit_it, env={**os.environ, **where}, capture_output=True, check=False)


@needs_tmux
def test_apps_in_two_panes_stay_in_their_own_and_follow_a_resize(tmux):
    left, right = f"{VIZTERM} demo digits", f"{VIZTERM} demo clicks"
    start = ["-u", "new", "-s", "two", left, ";", "split-window", "-h", right]
    with inside([*tmux.argv, *start], size=(160, 30), env=UTF8) as rig:
        rig.wait_for(lambda: bottom_of_panes(rig) == ["1×", "1× σ 15"])
        rig.wait_for(lambda: BRAILLE.search(rig.text) and HALF.search(rig.text))
        settled(rig)
        for line in rig.screen.display[:-1]:
            one, border, other = line.partition("│")
            assert border, "somebody has drawn over the border"
            assert not HALF.search(one), "the heatmap is in the scatter's pane"
            assert not BRAILLE.search(other), "the scatter is in the heatmap's pane"
        rig.type(b"\x02d")
        assert rig.wait_for_exit() == 0
    with inside([*tmux.argv, "-u", "attach"], size=(120, 24), env=UTF8) as rig:
        rig.wait_for(lambda: bottom_of_panes(rig) == ["1×", "1× σ 15"])
        rig.type(b".")
        rig.wait_for_text("σ 20")
        rig.type(b"q")
        rig.wait_for(lambda: "│" not in rig.screen.display[3] and BRAILLE.search(rig.text))
        settled(rig)
        rig.type(b"412g")
        rig.wait_for_text("#412")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def bottom_of_panes(rig):
    """Return the first chips of each pane's last line; tmux's own is below."""
    panes = rig.screen.display[-2].split("│")
    return [" ".join(pane.split()[: 1 + 2 * number]) for number, pane in enumerate(panes)]


@needs_tmux
def test_braille_and_colours_with_every_term_of_tmux(tmux):
    kinds = ("screen", "screen-256color", "tmux-256color")
    tmux("new", "-d", "-x", "80", "-y", "24", "-s", "all", "sleep 60")
    with inside([*tmux.argv, "-u", "attach"], size=(80, 24), env=UTF8) as rig:
        for kind in kinds:
            tmux("set", "-g", "default-terminal", kind)
            tmux("new-window", "-n", kind, f"{VIZTERM} demo digits")
            rig.wait_for_text(" 1× ")
            rig.wait_for(lambda: BRAILLE.search(rig.text))
            assert re.search(r"\x1b\[38;[25];", tmux("capture-pane", "-p", "-e")), kind
            rig.type(b"q")
            rig.wait_for(lambda: "1,797" not in rig.text)


@needs_tmux
def test_tmux_without_utf_8_is_reported_with_a_remedy(tmux):
    command = f"{VIZTERM} demo digits; sleep 60"
    with inside([*tmux.argv, "new", "-s", "ascii", command], size=(80, 24), env=ASCII) as rig:
        rig.wait_for(lambda: "attachwithtmux-u" in re.sub(r"\s", "", rig.text))


@needs_screen
@pytest.mark.parametrize("view", ["digits", "pagoda"])
def test_in_gnu_screen_keys_work_and_nothing_is_left_behind(view, screen_folder):
    command = f"{VIZTERM} demo {view}; echo left with $?; read -r rest; echo rest: $rest."
    argv = ["screen", "-U", "-c", "/dev/null", "-S", "odd", "bash", "-c", command]
    with inside(argv, size=(80, 24), env=UTF8 | screen_folder) as rig:
        rig.wait_for_text("q quit")
        rig.wait_for(lambda: DRAWN.search(rig.text))
        rig.type(b"?")
        rig.wait_for_text("╭───")
        rig.type(b"q")
        rig.wait_for(lambda: "╭───" not in rig.text)
        rig.type(b"q")
        rig.wait_for_text("left with 0")
        rig.type(b"\r")
        rig.wait_for_text("rest: .")
        assert rig.wait_for_exit() == 0
    assert_modes_off(rig.raw)


@needs_screen
def test_gnu_screen_without_utf_8_is_reported_with_a_remedy(screen_folder):
    command = f"{VIZTERM} demo digits; read -r rest"
    argv = ["screen", "-c", "/dev/null", "-S", "odd", "bash", "-c", command]
    with inside(argv, size=(80, 24), env=ASCII | screen_folder) as rig:
        rig.wait_for(lambda: "reattachwithscreen-U" in re.sub(r"\s", "", rig.text))
        assert "rgb:" not in rig.text, "an answer has come that nobody waits for"
        rig.type(b"\r")
        assert rig.wait_for_exit() == 0
