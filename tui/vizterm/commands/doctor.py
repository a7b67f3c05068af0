"""`vizterm doctor`: facts about the terminal, the choices that follow from them, advice."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata
from typing import TYPE_CHECKING

import click

from vizterm.terminal.frame_gate import SLOW_RATE
from vizterm.terminal.link_speed import LinkFacts
from vizterm.version import __version__

if TYPE_CHECKING:
    from vizterm.terminal.facts import Terminal

_PACKAGES = ("textual", "rich", "numpy", "pillow", "term-image")


@click.command(name="doctor")
@click.option("--card", is_flag=True, help="Also print a test card: pictures, colours, braille.")
def command(card: bool) -> None:
    """Report what the terminal can do, how pictures are drawn and why, and what would help.

    The output can be pasted into a bug report as it is.
    """
    from vizterm.graphics.choose import choose_graphics
    from vizterm.terminal.facts import detect
    from vizterm.terminal.link_speed import measure_link
    from vizterm_core.text import fit_columns

    terminal = detect()
    link = None
    if terminal.round_trip is not None:
        link = measure_link(sys.stdin.fileno(), sys.stdout.fileno())
    graphics = choose_graphics(terminal, os.environ.get("VIZTERM_GRAPHICS", "auto"))
    rows = [
        *_terminal_rows(terminal, link),
        ("pictures", f"{graphics.protocol}: {graphics.reason}"),
        *_feature_rows(terminal),
        *_environment_rows(terminal),
        ("vizterm", f"{__version__}, Python {platform.python_version()}, {sys.platform}"),
        ("packages", ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)),
    ]
    click.echo(fit_columns(rows))
    for hint in hints(terminal.colours, link, graphics.remedy):
        click.echo(f"\n{hint}")
    if card:
        from vizterm.graphics.card import test_card

        click.echo()
        for line in test_card(terminal, graphics):
            click.echo(line)


def _terminal_rows(terminal: Terminal, link: LinkFacts | None) -> list[tuple[str, str]]:
    from vizterm_core.text import clean

    cell = terminal.cell
    return [
        ("terminal", f"{clean(terminal.name) or 'unnamed'}, TERM={clean(_env('TERM'))}"),
        ("answers", _round_trip(terminal.round_trip)),
        ("link", _link(link)),
        ("colours", terminal.colours + (", light background" if terminal.light else "")),
        ("characters", "UTF-8" if terminal.utf8 else "no UTF-8, which the app needs to draw"),
        ("cell", f"{cell[0]:g} x {cell[1]:g} pixels" if cell else "unknown size, taken as 1 : 2"),
    ]


def _feature_rows(terminal: Terminal) -> list[tuple[str, str]]:
    from vizterm.graphics.choose import verdicts
    from vizterm_core.text import clean

    return [
        *((title, clean(text)) for title, text in verdicts(terminal)),
        ("whole frames", f"{_yes(terminal.synchronized)} (synchronized output, mode 2026)"),
        ("pointer in pixels", f"{_yes(terminal.pixel_mouse)} (mode 1016)"),
    ]


def _environment_rows(terminal: Terminal) -> list[tuple[str, str]]:
    from vizterm_core.text import clean

    rows = []
    if os.environ.get("TMUX"):
        tmux = terminal.tmux
        state = "on" if tmux.passthrough else "off"
        rows.append(("tmux", f"features {clean(tmux.features) or 'unknown'}, passthrough {state}"))
        rows.append(("around tmux", clean(tmux.outer) or "unknown"))
    if os.environ.get("SSH_CONNECTION"):
        rows.append(("ssh", "yes"))
    return rows


def hints(colours: str, link: LinkFacts | None, remedy: str) -> list[str]:
    """Return advice, one paragraph each; `remedy` is that for pictures."""
    found = []
    if link is not None and link.rate is not None and link.rate < SLOW_RATE:
        found.append(
            "The link is slow: pictures are sent smaller, and after the text.\n"
            "ssh -C compresses what is sent."
        )
    if remedy:
        found.append(remedy)
    if os.environ.get("TMUX") and colours == "256":
        line = "set -as terminal-features ',*:RGB'"
        found.append(
            f"tmux has 256 colours; if the terminal has more, put this into ~/.tmux.conf:\n  {line}"
        )
    if link is None:
        found.append("No terminal answered: set --color and --graphics by hand.")
    return found


def _env(name: str) -> str:
    return os.environ.get(name, "") or "(not set)"


def _link(link: LinkFacts | None) -> str:
    if link is None:
        return "not measured"
    return link.describe() + (" (to tmux, not beyond it)" if os.environ.get("TMUX") else "")


def _round_trip(seconds: float | None) -> str:
    return "none" if seconds is None else f"within {seconds * 1000:.0f} ms"


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"
