"""The hint that pictures could be sharper: once, and only where something would help."""

import pytest
from tests.support.command_line import run
from tests.support.terminal_rig import KITTY, MUTE, XTERM, Rig, settled

NO_SIXEL = XTERM | {b"\x1b[c": b"\x1b[?64;1;2;22c"}
HINT = "coarse pictures: vizterm doctor"


def assert_shown(answers, state, **session):
    """The hint comes in a session in which a picture is looked at."""
    assert shown(answers, state, awaited=True, **session)


def shown(
    answers, state, *options, command="demo", name="digits", act=b"412g", env=None, awaited=False
):
    """Whether the hint is seen in a session in which a picture is looked at.

    One that is awaited may take its time.
    """
    given = {"XDG_STATE_HOME": str(state), "VIZTERM_HINTS": "", **(env or {})}
    with Rig([command, name, *options], answers=answers, env=given) as rig:
        rig.wait_for_text(" 1× " if name == "digits" else "channel")
        rig.type(act)
        if act:
            rig.wait_for_text("#412")
        settled(rig)

        def seen_now():
            # What is the same below may not have been written again.
            return HINT.encode() in rig.raw or HINT in rig.text

        if awaited:
            rig.wait_for(seen_now)
        seen = seen_now()
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
    return seen


def test_it_is_shown_once(tmp_path):
    assert_shown(NO_SIXEL, tmp_path)
    assert not shown(NO_SIXEL, tmp_path)
    assert not shown(NO_SIXEL, tmp_path, name="pagoda", act=b"")


def test_an_overlay_shows_it_too(tmp_path):
    assert_shown(NO_SIXEL, tmp_path, name="pagoda", act=b"")


@pytest.mark.parametrize(
    ("answers", "options", "env"),
    [
        (XTERM, (), {}),
        (KITTY, (), {}),
        (MUTE, (), {}),
        (NO_SIXEL, ("--no-hints",), {}),
        (NO_SIXEL, (), {"VIZTERM_HINTS": "0"}),
        (NO_SIXEL, ("--graphics", "half"), {}),
        (NO_SIXEL, ("--color", "none"), {}),
    ],
    ids=["sixel", "kitty", "mute", "option", "variable", "by hand", "no colours"],
)
def test_it_is_not_shown_where_nothing_would_help_or_nobody_wants_it(
    answers, options, env, tmp_path
):
    assert not shown(answers, tmp_path, *options, env=env)
    assert not [*tmp_path.rglob("hint*")], "it was noted without having been seen"


def test_a_setting_silences_it(tmp_path):
    (tmp_path / "vizterm").mkdir()
    (tmp_path / "vizterm" / "config.toml").write_text("hints = false\n")
    assert not shown(NO_SIXEL, tmp_path, env={"XDG_CONFIG_HOME": str(tmp_path)})


def test_where_nothing_can_be_noted_it_is_not_shown_again_and_again(tmp_path):
    (tmp_path / "vizterm").write_text("a file in the directory's place")
    assert not shown(NO_SIXEL, tmp_path)


def test_printing_gives_no_hint(tmp_path, digits_path):
    done = run("embed", digits_path, "--print", "--point", "412", XDG_STATE_HOME=str(tmp_path))
    assert HINT not in done.stdout + done.stderr and done.returncode == 0
    assert not [*tmp_path.rglob("*")]
