"""Which way pictures are drawn, and why.

Facts behind the order: Konsole draws sixels but leaves ghosts of them, and speaks kitty; tmux says
that it draws sixels even where the terminal around it doesn't; unicode placeholders, the only
kitty pictures that work inside tmux, need kitty 0.28 or ghostty.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from vizterm.graphics import term_images
from vizterm.terminal.facts import Terminal

PROTOCOLS = ("auto", "kitty", "sixel", "iterm2", "half", "none")
"""Choices of --graphics."""
KITTY, KITTY_UNICODE, SIXEL = "kitty", "kitty-unicode", "sixel"
ITERM2, HALF, NONE = "iterm2", "half", "none"

_OLDEST_UNICODE_KITTY = (0, 28)


@dataclass(frozen=True, slots=True)
class Graphics:
    """A protocol and the reason for it."""

    protocol: str
    """'kitty', 'kitty-unicode', 'sixel', 'iterm2', 'half' or 'none'."""
    reason: str

    @property
    def in_pixels(self) -> bool:
        """Whether pictures are drawn in pixels."""
        return self.protocol in (KITTY, KITTY_UNICODE, SIXEL, ITERM2)


@dataclass(frozen=True, slots=True)
class Tmux:
    """What tmux says of itself and of the terminal around it."""

    features: str = ""
    """client_termfeatures, e.g. '256,RGB,sixel'."""
    outer: str = ""
    """client_termtype, e.g. 'kitty(0.32.2)'."""
    passthrough: bool = False
    """Whether allow-passthrough is on."""


def choose_graphics(
    terminal: Terminal,
    wanted: str = "auto",
    environ: Mapping[str, str] | None = None,
    tmux: Tmux | None = None,
    term_image: bool | None = None,
) -> Graphics:
    """The best protocol that is known to work here.

    Parameters
    ----------
    wanted : str
        One of `PROTOCOLS`; anything but 'auto' is obeyed.
    tmux : Tmux, optional
        Asked of tmux itself otherwise, inside of it.
    term_image : bool, optional
        Whether term-image is there, which draws iTerm2's pictures; looked up otherwise.
    """
    env = os.environ if environ is None else environ
    can_iterm2 = term_images.available() if term_image is None else term_image
    if wanted == ITERM2 and not can_iterm2:
        best = choose_graphics(terminal, "auto", env, tmux, term_image=False)
        return Graphics(best.protocol, "iTerm2's pictures need term-image, which isn't installed")
    if wanted != "auto":
        in_tmux = bool(env.get("TMUX")) and wanted == KITTY
        return Graphics(KITTY_UNICODE if in_tmux else wanted, "asked for")
    if terminal.colours == "none":
        return Graphics(HALF, "no colours: pictures are drawn in shades")
    if env.get("TMUX"):
        return _in_tmux(tmux or ask_tmux())
    if env.get("TERM", "").startswith("screen"):
        return Graphics(HALF, "GNU screen passes no pictures on")
    if terminal.kitty:
        return Graphics(KITTY, "the terminal answers the kitty graphics query")
    if can_iterm2 and _speaks_iterm2(terminal, env):
        return Graphics(ITERM2, "the terminal is one that draws iTerm2's inline images")
    if terminal.sixel and terminal.cell_pixels is None:
        return Graphics(HALF, "the terminal draws sixels, but doesn't tell the size of a cell")
    if terminal.sixel:
        return Graphics(SIXEL, "the terminal's device attributes list sixel")
    return Graphics(HALF, "the terminal knows neither kitty graphics nor sixel")


def _in_tmux(tmux: Tmux) -> Graphics:
    if _draws_placeholders(tmux.outer):
        if "RGB" not in tmux.features.split(","):
            hint = "set -as terminal-features ',*:RGB'"
            return Graphics(
                HALF, f'pictures need 24-bit colours in tmux: put "{hint}" into ~/.tmux.conf'
            )
        if tmux.passthrough:
            return Graphics(KITTY_UNICODE, f"tmux passes pictures on to {tmux.outer}")
        hint = "set -g allow-passthrough on"
        return Graphics(HALF, f"{tmux.outer} could draw pictures: put '{hint}' into ~/.tmux.conf")
    if "sixel" in tmux.features.split(","):
        return Graphics(SIXEL, "tmux says that the terminal around it draws sixels")
    return Graphics(HALF, "tmux knows of no pictures in the terminal around it")


def _speaks_iterm2(terminal: Terminal, env: Mapping[str, str]) -> bool:
    """By what it calls itself; else by the variables that iTerm2 sends along with ssh."""
    name = terminal.name or env.get("LC_TERMINAL") or env.get("TERM_PROGRAM") or ""
    return any(known in name.lower() for known in ("iterm", "wezterm"))


def _draws_placeholders(outer: str) -> bool:
    name = outer.lower()
    if "ghostty" in name:
        return True
    version = re.search(r"kitty[^0-9]*(\d+)\.(\d+)", name)
    return version is not None and (int(version[1]), int(version[2])) >= _OLDEST_UNICODE_KITTY


def ask_tmux() -> Tmux:
    """Ask the tmux that we run in; of none, nothing is known."""
    form = "#{client_termfeatures}\t#{client_termtype}\t#{allow-passthrough}"
    command = ["tmux", "display-message", "-p", form]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            command, capture_output=True, text=True, timeout=1, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return Tmux()
    features, outer, passthrough = [*done.stdout.strip("\n").split("\t"), "", "", ""][:3]
    return Tmux(features, outer, passthrough in ("on", "all", "1", "2"))
