"""Sixels: pictures that are sent whole each time they are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vizterm.graphics.cell_pictures import draw_over_cells
from vizterm.graphics.in_cells import cells_for
from vizterm.graphics.protocol import Drawn, Placement, Surroundings, Verdict
from vizterm.terminal.cell_size import CellSize
from vizterm.terminal.facts import Terminal

if TYPE_CHECKING:
    from vizterm.graphics.indexed import Indexed
    from vizterm.graphics.protocol import Canvas
    from vizterm_core.pictures.image import Picture

MOST_BYTES = 12_000
"""Bytes that a picture may take on up to 128 cells; twice as many on twice as many."""
_CELLS_FOR_THAT = 128
_COLOURS, _FEW_COLOURS, _FEW_CELLS = 64, 48, 80
"""Colours of a picture, and of one on so few cells: there are many of those at a time."""
_DETAILED = 160
"""Bytes for each cell of a detailed picture."""


class Sixel:
    """DEC's sixels, drawn by xterm, foot, Windows Terminal and others."""

    name: ClassVar[str] = "sixel"
    option: ClassVar[str] = "sixel"
    title: ClassVar[str] = "sixel"
    in_cells: ClassVar[bool] = True
    as_text: ClassVar[bool] = False
    needs_cell_size: ClassVar[bool] = True
    through_tmux: ClassVar[bool] = True
    ramp_step: ClassVar[int] = 2

    @classmethod
    def verdict(cls, where: Surroundings) -> Verdict | None:
        if where.in_tmux:
            if where.terminal.tmux.has("sixel"):
                return Verdict(True, "tmux says that the terminal around it draws sixels")
            return None
        if not where.terminal.sixel:
            return _switched_off(where)
        if where.terminal.cell is None:
            return Verdict(False, "the terminal draws sixels, but doesn't tell the size of a cell")
        return Verdict(True, "the terminal's device attributes list sixel")

    @classmethod
    def missing(cls) -> str:
        return ""

    @classmethod
    def answered(cls, terminal: Terminal) -> bool | None:
        return terminal.sixel

    def encode(self, pixels: Picture, cell: CellSize, *, detailed: bool) -> str:
        from vizterm.graphics.sixel_encoder import encode_sixel

        columns, rows = cells_for(pixels.shape[1], cell[0]), cells_for(pixels.shape[0], cell[1])
        few = columns * rows <= _FEW_CELLS and not detailed
        colours = _FEW_COLOURS if few else _COLOURS
        most = most_bytes(columns * rows, detailed=detailed)
        return encode_sixel(pixels, colours, most)

    def encode_canvas(
        self, pixels: Canvas | Indexed, cells: tuple[int, int], cell: CellSize
    ) -> tuple[str, bool]:
        from vizterm.graphics.canvas import whole_cells, whole_cells_indexed
        from vizterm.graphics.indexed import Indexed
        from vizterm.graphics.sixel_encoder import encode_indexed, encode_sixel

        if isinstance(pixels, Indexed):
            used = whole_cells_indexed(pixels, cells, cell).used()
            return encode_indexed(used.entries, used.palette), False
        return encode_sixel(whole_cells(pixels, cells, cell)), False

    def put(self, placement: Placement, before: Drawn | None) -> tuple[Drawn, str]:
        return draw_over_cells(placement, before)

    def remove(self, place: int, drawn: Drawn) -> str:
        return ""

    def forget_all(self) -> str:
        return ""

    def print(self, pixels: Picture, cell: CellSize) -> str:
        from vizterm.graphics.sixel_encoder import encode_sixel

        return encode_sixel(pixels) + "\n"


def _switched_off(where: Surroundings) -> Verdict | None:
    """Return what would help in terminals that have sixels, but don't offer them."""
    terminal = where.terminal
    if terminal.name.startswith("XTerm"):
        return Verdict(
            False,
            "this xterm reports no sixel",
            "Start xterm as a terminal that has sixels: xterm -ti vt340; or put\n"
            "  XTerm*decTerminalID: vt340\ninto ~/.Xresources.",
        )
    if terminal.is_xterm_js and where.environ.get("TERM_PROGRAM") == "vscode":
        return Verdict(
            False,
            "pictures are switched off in VS Code's terminal",
            'Switch pictures on in VS Code\'s settings: "terminal.integrated.enableImages": true',
        )
    return None


def most_bytes(cells: int, *, detailed: bool = False) -> int:
    """Bytes that a picture on so many cells may take."""
    if detailed:
        return max(MOST_BYTES, cells * _DETAILED)
    return round(MOST_BYTES * min(max(1.0, cells / _CELLS_FOR_THAT), 2.0))
