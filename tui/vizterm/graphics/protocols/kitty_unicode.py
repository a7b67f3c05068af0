"""Kitty pictures inside tmux: text stands for them, and their pixels are passed through.

kitty 0.28, ghostty and iTerm2 3.6 draw them.  tmux moves, hides and redraws the text like any
other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from vizterm.graphics import kitty_commands as commands
from vizterm.graphics.in_cells import cells_for
from vizterm.graphics.placeholders import for_tmux, place_virtually, placeholder_cells
from vizterm.graphics.protocol import Drawn, Placement, Surroundings, Verdict
from vizterm.terminal.cell_size import CellSize
from vizterm.terminal.facts import Terminal

if TYPE_CHECKING:
    from vizterm.graphics.indexed import Indexed
    from vizterm.graphics.protocol import Canvas
    from vizterm_core.pictures.image import Picture

_OLDEST = {"kitty": (0, 28), "iterm2": (3, 6)}
"""Versions that draw placeholders; WezTerm, Warp, zellij and xterm.js have none that does."""


class KittyUnicode:
    """Unicode placeholders of the kitty graphics protocol."""

    name: ClassVar[str] = "kitty-unicode"
    option: ClassVar[str] = "kitty"
    title: ClassVar[str] = "kitty graphics in tmux"
    in_cells: ClassVar[bool] = False
    as_text: ClassVar[bool] = True
    needs_cell_size: ClassVar[bool] = False
    through_tmux: ClassVar[bool] = True
    ramp_step: ClassVar[int] = 1

    def __init__(self) -> None:
        self._ids = commands.ImageIds()

    @classmethod
    def verdict(cls, where: Surroundings) -> Verdict | None:
        if not where.in_tmux or not _draws_placeholders(where.terminal.tmux.outer):
            return None
        tmux = where.terminal.tmux
        if not tmux.has("RGB"):
            hint = "set -as terminal-features ',*:RGB'"
            reason = f'pictures need 24-bit colours in tmux: put "{hint}" into ~/.tmux.conf'
            return Verdict(False, reason, f"In tmux, {reason}.")
        if not tmux.passthrough:
            hint = "set -g allow-passthrough on"
            reason = f"{tmux.outer} could draw pictures: put '{hint}' into ~/.tmux.conf"
            return Verdict(False, reason, f"In tmux, {reason}.")
        return Verdict(True, f"tmux passes pictures on to {tmux.outer}")

    @classmethod
    def missing(cls) -> str:
        return ""

    @classmethod
    def answered(cls, terminal: Terminal) -> bool | None:
        return None

    def encode(self, pixels: Picture, cell: CellSize, *, detailed: bool) -> str:
        from vizterm.graphics.kitty_data import encode_data

        return encode_data(pixels)

    def encode_canvas(
        self, pixels: Canvas | Indexed, cells: tuple[int, int], cell: CellSize
    ) -> tuple[str, bool]:
        from vizterm.graphics.canvas import as_picture
        from vizterm.graphics.kitty_data import encode_data

        return encode_data(as_picture(pixels, cells, cell)), False

    def put(self, placement: Placement, before: Drawn | None) -> tuple[Drawn, str]:
        """Send the pixels; a place keeps its image id, so that its text needn't change colour."""
        if before is None:
            image_id = self._ids.id_for(b"%d" % placement.place, 0)[0]
        else:
            image_id = before.image_id
        region = placement.region
        sent = commands.transmit_data(placement.data, image_id)
        sent += place_virtually(image_id, region.width, region.height)
        return Drawn(placement.key, region, image_id), for_tmux(sent)

    def remove(self, place: int, drawn: Drawn) -> str:
        return ""

    def forget_all(self) -> str:
        gone = [commands.delete_image(image_id) for image_id in self._ids.forget_all()]
        return for_tmux("".join(gone))

    def print(self, pixels: Picture, cell: CellSize) -> str:
        image_id = self._ids.id_for(b"", 0)[0]
        data = self.encode(pixels, cell, detailed=True)
        columns, rows = cells_for(pixels.shape[1], cell[0]), cells_for(pixels.shape[0], cell[1])
        sent = commands.transmit_data(data, image_id)
        sent += place_virtually(image_id, columns, rows)
        return for_tmux(sent) + "\n".join(placeholder_cells(image_id, columns, rows)) + "\n"


def _draws_placeholders(outer: str) -> bool:
    """Whether the terminal around tmux, by its name and version, shows placeholders."""
    name = outer.lower()
    if "ghostty" in name:
        return True
    found = re.search(r"(kitty|iterm2)[^0-9]*(\d+)\.(\d+)", name)
    return found is not None and (int(found[2]), int(found[3])) >= _OLDEST[found[1]]
