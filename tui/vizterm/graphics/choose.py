"""The choice of how pictures are drawn, and the reason for it.

Half blocks, which need nothing but colours, are the fallback.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from vizterm.graphics.protocol import Surroundings
from vizterm.graphics.protocols import PROTOCOLS
from vizterm.terminal.facts import Terminal

HALF, NONE = "half", "none"
"""Half blocks, and no pictures at all: the choices without a protocol."""
CHOICES = ("auto", *dict.fromkeys(protocol.option for protocol in PROTOCOLS), HALF, NONE)
"""Choices of --graphics."""


@dataclass(frozen=True, slots=True)
class Graphics:
    """A protocol and the reason for it."""

    protocol: str
    """Name of a picture protocol, 'half' or 'none'."""
    reason: str

    @property
    def in_pixels(self) -> bool:
        """Whether pictures are drawn in pixels."""
        return self.protocol not in (HALF, NONE)


def choose_graphics(
    terminal: Terminal, wanted: str = "auto", environ: Mapping[str, str] | None = None
) -> Graphics:
    """Choose the best way to draw pictures that is known to work here.

    Parameters
    ----------
    terminal : Terminal
    wanted : str
        One of `CHOICES`; anything but 'auto' is obeyed, if it can be.
    environ : mapping, optional
        Environment variables; the process's own otherwise.
    """
    where = Surroundings(terminal, os.environ if environ is None else environ)
    return _automatic(where) if wanted == "auto" else _asked_for(wanted, where)


def _asked_for(wanted: str, where: Surroundings) -> Graphics:
    family = [protocol for protocol in PROTOCOLS if protocol.option == wanted]
    if not family:
        return Graphics(wanted, "asked for")
    through = [protocol for protocol in family if where.in_tmux and protocol.through_tmux]
    chosen = (through or family)[0]
    if missing := chosen.missing():
        return Graphics(_automatic(where).protocol, missing)
    return Graphics(chosen.name, "asked for")


def _automatic(where: Surroundings) -> Graphics:
    """Let the first protocol decide that knows anything of the terminal."""
    if where.terminal.colours == "none":
        return Graphics(HALF, "no colours: pictures are drawn in shades")
    if not where.in_tmux and where.environ.get("TERM", "").startswith("screen"):
        return Graphics(HALF, "GNU screen passes no pictures on")
    for protocol in PROTOCOLS:
        if where.in_tmux and not protocol.through_tmux:
            continue
        if verdict := protocol.verdict(where):
            return Graphics(protocol.name if verdict.usable else HALF, verdict.reason)
    if where.in_tmux:
        return Graphics(HALF, "tmux knows of no pictures in the terminal around it")
    return Graphics(HALF, "the terminal reports no picture protocol")
