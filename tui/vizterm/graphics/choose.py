"""The choice of how pictures are drawn, and the reason for it.

Half blocks, which need nothing but colours, are the fallback.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from vizterm.graphics.protocol import PictureProtocol, Surroundings, Verdict
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
    remedy: str = ""
    """What would make pictures sharp, where they aren't; empty if nothing is known to."""

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


def verdicts(terminal: Terminal, environ: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """Return (title, verdict in a few words) of each protocol, for reports."""
    where = Surroundings(terminal, os.environ if environ is None else environ)
    rows = []
    for protocol in PROTOCOLS:
        verdict = _verdict(protocol, where)
        if verdict is not None:
            text = f"{'yes' if verdict.usable else 'no'}: {verdict.reason}"
        elif where.in_tmux and not protocol.through_tmux:
            text = "no: tmux passes none of it on"
        elif protocol.answered(terminal) is None:
            text = "no: not known of this terminal"
        else:
            text = "no: the terminal reports none"
        if where.in_tmux or not protocol.as_text:
            rows.append((protocol.title, text))
    return rows


def _verdict(protocol: type[PictureProtocol], where: Surroundings) -> Verdict | None:
    if where.in_tmux and not protocol.through_tmux:
        return None
    return protocol.verdict(where)


def _automatic(where: Surroundings) -> Graphics:
    """Take the first protocol that works; where none does, the first says why."""
    if where.terminal.colours == "none":
        return Graphics(HALF, "no colours: pictures are drawn in shades")
    if not where.in_tmux and where.environ.get("TERM", "").startswith("screen"):
        return Graphics(HALF, "GNU screen passes no pictures on")
    refusals = []
    for protocol in PROTOCOLS:
        verdict = _verdict(protocol, where)
        if verdict is not None and verdict.usable:
            return Graphics(protocol.name, verdict.reason)
        if verdict is not None:
            refusals.append(verdict)
    if refusals:
        # One that can be helped says more than one that can't.
        first = next(filter(lambda refusal: refusal.remedy, refusals), refusals[0])
        return Graphics(HALF, first.reason, first.remedy)
    if where.in_tmux:
        return Graphics(HALF, "tmux knows of no pictures in the terminal around it")
    return Graphics(HALF, "the terminal reports no picture protocol")
