"""Pictures that the terminal keeps by number, and places over its cells.

Only a command removes them.  Spoken by kitty, ghostty, Konsole and WezTerm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vizterm.graphics import kitty_commands as commands
from vizterm.graphics import term_images
from vizterm.graphics.in_cells import cells_for
from vizterm.graphics.protocol import Drawn, Placement, Surroundings, Verdict
from vizterm.terminal.cell_size import CellSize
from vizterm.terminal.facts import Terminal

if TYPE_CHECKING:
    from vizterm.graphics.indexed import Indexed
    from vizterm.graphics.protocol import Canvas
    from vizterm_core.pictures.image import Picture


class Kitty:
    """The kitty graphics protocol, spoken to the terminal itself."""

    name: ClassVar[str] = "kitty"
    option: ClassVar[str] = "kitty"
    title: ClassVar[str] = "kitty graphics"
    in_cells: ClassVar[bool] = False
    as_text: ClassVar[bool] = False
    needs_cell_size: ClassVar[bool] = True
    through_tmux: ClassVar[bool] = False
    ramp_step: ClassVar[int] = 1

    def __init__(self) -> None:
        self._ids = commands.ImageIds()

    @classmethod
    def verdict(cls, where: Surroundings) -> Verdict | None:
        if not where.terminal.kitty:
            return None
        if where.terminal.is_xterm_js:
            # It frees a picture whose place is deleted (its issue 5710) or drawn over, and lets
            # text take one away (6132).
            return Verdict(False, "the terminal draws kitty pictures, but doesn't keep them")
        if where.terminal.cell is None:
            return Verdict(
                False, "the terminal draws kitty pictures, but doesn't tell the size of a cell"
            )
        return Verdict(True, "the terminal answers the kitty graphics query")

    @classmethod
    def missing(cls) -> str:
        return ""

    @classmethod
    def answered(cls, terminal: Terminal) -> bool | None:
        return terminal.kitty

    def encode(self, pixels: Picture, cell: CellSize, *, detailed: bool) -> str:
        from vizterm.graphics.kitty_data import encode_data

        return encode_data(pixels)

    def encode_canvas(
        self, pixels: Canvas | Indexed, cells: tuple[int, int], cell: CellSize
    ) -> tuple[str, bool]:
        from vizterm.graphics.indexed import Indexed
        from vizterm.graphics.kitty_data import encode_canvas, encode_indexed

        if isinstance(pixels, Indexed):
            return encode_indexed(pixels), True
        return encode_canvas(pixels), True

    def put(self, placement: Placement, before: Drawn | None) -> tuple[Drawn, str]:
        key, region, place = placement.key, placement.region, placement.place
        image_id, new, evicted = self._ids.id_for(key, len(placement.data))
        text = commands.transmit_data(placement.data, image_id) if new else ""
        size = (region.width, region.height) if placement.scaled else None
        level = placement.level
        text += commands.place(image_id, place, region.x, region.y, size=size, level=level)
        if before is not None and before.image_id != image_id:
            text += self.remove(place, before)
        text += "".join(commands.delete_image(old) for old in evicted if old != image_id)
        return Drawn(key, region, image_id, lasting=level == 0), text

    def remove(self, place: int, drawn: Drawn) -> str:
        if drawn.lasting:
            return commands.delete_placement(drawn.image_id, place)
        self._ids.forget(drawn.key)
        return commands.delete_image(drawn.image_id)

    def forget_all(self) -> str:
        return "".join(commands.delete_image(image_id) for image_id in self._ids.forget_all())

    def print(self, pixels: Picture, cell: CellSize) -> str:
        if term_images.available():
            return term_images.kitty_print(pixels, cell) + "\n"
        rows = cells_for(pixels.shape[0], cell[1])
        data = self.encode(pixels, cell, detailed=True)
        return commands.show_here(data) + "\n" * rows
