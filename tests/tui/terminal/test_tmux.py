"""Questions to tmux, and what is derived from its answers."""

import os

import pytest

from vizterm.terminal import facts
from vizterm.terminal.tmux import Tmux, ask_tmux

INSIDE = {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"}


@pytest.fixture
def fake_tmux(tmp_path, monkeypatch):
    """A tmux that gives an answer, and notes how it was called."""
    calls = tmp_path / "calls"

    def answer(text):
        script = tmp_path / "tmux"
        script.write_text(f'#!/bin/sh\necho "$@" >> {calls}\nprintf "{text}\\n"\n')
        script.chmod(0o755)
        return lambda: calls.read_text().splitlines() if calls.exists() else []

    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return answer


def test_one_call_asks_for_everything(fake_tmux):
    calls = fake_tmux(r"256,RGB,title\tkitty(0.32.2)\ton\t1")
    assert ask_tmux(INSIDE) == Tmux("256,RGB,title", "kitty(0.32.2)", True, True)
    assert len(calls()) == 1


@pytest.mark.parametrize(
    ("answer", "tmux"),
    [
        (r"256\txterm\toff\t0", Tmux("256", "xterm", False, False)),
        (r"256,sixel\tfoot\tall\t1", Tmux("256,sixel", "foot", True)),
        (r"\t\t\t", Tmux()),
        ("", Tmux()),
    ],
)
def test_answers(fake_tmux, answer, tmux):
    fake_tmux(answer)
    assert ask_tmux(INSIDE) == tmux


def test_outside_tmux_nothing_is_asked(fake_tmux):
    calls = fake_tmux(r"256,RGB\tkitty(0.32.2)\ton\t1")
    assert ask_tmux({"TERM": "xterm"}) == Tmux()
    assert calls() == []


def test_a_missing_tmux_leaves_the_defaults(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ask_tmux(INSIDE) == Tmux()


def test_features_are_compared_as_whole_names():
    tmux = Tmux("256,RGBX,sixels")
    assert not tmux.has("RGB")
    assert not tmux.has("sixel")
    assert tmux.has("256")


def test_detecting_the_terminal_asks_tmux_once(fake_tmux, monkeypatch):
    calls = fake_tmux(r"256,RGB\tkitty(0.32.2)\ton\t0")
    monkeypatch.setattr("sys.stdin", None)
    terminal = facts.detect(environ=INSIDE)
    assert terminal.colours == "truecolor"
    assert terminal.tmux.outer == "kitty(0.32.2)"
    assert terminal.utf8, "nobody was there to be asked"
    assert len(calls()) == 1
