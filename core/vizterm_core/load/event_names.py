"""Names of columns in files of events, and values from them in messages."""

from __future__ import annotations

import re

from vizterm_core.checks import shown
from vizterm_core.text import clean

POSITION_NAMES = (
    ("x", "y"), ("pagex", "pagey"), ("clientx", "clienty"), ("screenx", "screeny"),
    ("offsetx", "offsety"), ("mousex", "mousey"), ("posx", "posy"), ("xpos", "ypos"),
    ("col", "row"), ("column", "row"),
)  # fmt: skip
"""Names of x and y columns in the order tried, as `plain_name` returns them."""
WEIGHT_NAMES = ("weight", "w", "count", "counts", "n", "weights", "value", "hits")

_BRACKETED = re.compile(r"\([^()]*\)|\[[^][]*\]")
"""The innermost brackets: a search for others would take time by the square of a hostile name."""
_SHOWN = 40


def plain_name(name: str) -> str:
    """Return a column's name without case, unit and punctuation.

    >>> plain_name("Page_X (px)")
    'pagex'
    """
    return re.sub(r"[\W_]", "", _BRACKETED.sub("", name)).casefold()


def quoted(value: object) -> str:
    """Return a value from a file, short and harmless, for a message."""
    try:
        return f"{clean(str(value).strip(), _SHOWN)!r}"
    except Exception:  # noqa: BLE001 - a stranger's code
        return shown(value)
