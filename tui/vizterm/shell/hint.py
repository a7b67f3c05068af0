"""A hint that a person sees once: that the terminal could draw sharper pictures."""

from __future__ import annotations

from vizterm.shell.directories import log_directory

COARSE = "coarse pictures: vizterm doctor knows what would help"
SECONDS = 10.0
"""Seconds that it stays."""
_SHOWN = "hint-shown"


def never_hinted() -> bool:
    """Take note that the hint is shown now; False if it was before, or if nothing can be noted."""
    directory = log_directory()
    if directory is None:
        return False
    try:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / _SHOWN).touch(exist_ok=False)
    except OSError:
        return False
    return True
