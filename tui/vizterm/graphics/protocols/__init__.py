"""The picture protocols, best first: a new one is a file here and a line in the table.

Nothing here imports numpy or Textual before a picture is drawn: the table is also the list of
choices on the command line.  Facts behind the order: Konsole draws sixels but leaves ghosts of
them, and speaks kitty; tmux claims sixels even where the terminal around it draws none.
"""

from __future__ import annotations

from vizterm.graphics.protocol import PictureProtocol
from vizterm.graphics.protocols.iterm2 import ITerm2
from vizterm.graphics.protocols.kitty import Kitty
from vizterm.graphics.protocols.kitty_unicode import KittyUnicode
from vizterm.graphics.protocols.sixel import Sixel

PROTOCOLS: tuple[type[PictureProtocol], ...] = (
    Kitty,
    KittyUnicode,
    ITerm2,
    Sixel,
)


def find_protocol(name: str) -> type[PictureProtocol] | None:
    """The protocol of that name; None for half blocks and for no pictures at all."""
    return next((protocol for protocol in PROTOCOLS if protocol.name == name), None)
