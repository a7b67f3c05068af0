"""Facts about the tmux that the app runs in, and about the terminal around it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import NamedTuple

_FORMAT = "\t".join(
    f"#{{{variable}}}"
    for variable in ("client_termfeatures", "client_termtype", "allow-passthrough", "client_utf8")
)
_PATIENCE = 1.0
"""Seconds to wait for its answer."""


class Tmux(NamedTuple):
    """The answers of tmux; the defaults stand for no answer and for no tmux."""

    features: str = ""
    """client_termfeatures, e.g. '256,RGB,sixel'."""
    outer: str = ""
    """client_termtype, the terminal around it, e.g. 'kitty(0.32.2)'."""
    passthrough: bool = False
    """Whether allow-passthrough is on."""
    utf8: bool = True
    """Whether characters beyond ASCII reach the terminal; False only where tmux says so."""

    def has(self, feature: str) -> bool:
        """Return whether the terminal around it has a feature."""
        return feature in self.features.split(",")


def ask_tmux(environ: Mapping[str, str]) -> Tmux:
    """Ask the tmux that the environment names, if any."""
    if not environ.get("TMUX"):
        return Tmux()
    command = ["tmux", "display-message", "-p", _FORMAT]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            command, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return Tmux()
    answers = [*done.stdout.strip("\n").split("\t"), "", "", "", ""]
    features, outer, passthrough, utf8 = answers[:4]
    return Tmux(features, outer, passthrough in ("on", "all", "1", "2"), utf8 != "0")
