"""iTerm2's inline images, also drawn by WezTerm; term-image makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vizterm.graphics import term_images
from vizterm.graphics.cell_pictures import draw_over_cells
from vizterm.graphics.protocol import Drawn, Placement, Surroundings, Verdict
from vizterm.terminal.cell_size import CellSize
from vizterm.terminal.facts import Terminal

if TYPE_CHECKING:
    from vizterm.graphics.indexed import Indexed
    from vizterm.graphics.protocol import Canvas
    from vizterm_core.pictures.image import Picture


class ITerm2:
    """Inline images (OSC 1337)."""

    name: ClassVar[str] = "iterm2"
    option: ClassVar[str] = "iterm2"
    title: ClassVar[str] = "iTerm2"
    in_cells: ClassVar[bool] = True
    as_text: ClassVar[bool] = False
    needs_cell_size: ClassVar[bool] = False
    through_tmux: ClassVar[bool] = False
    ramp_step: ClassVar[int] = 1

    @classmethod
    def verdict(cls, where: Surroundings) -> Verdict | None:
        # By the terminal's own name; else by the variables that iTerm2 sends along with ssh.
        env = where.environ
        name = where.terminal.name or env.get("LC_TERMINAL") or env.get("TERM_PROGRAM") or ""
        known = any(drawing in name.lower() for drawing in ("iterm", "wezterm"))
        if not known:
            return None
        if missing := cls.missing():
            remedy = "pip install term-image, beside vizterm, for iTerm2's pictures."
            return Verdict(False, missing, remedy)
        return Verdict(True, "the terminal is one that draws iTerm2's inline images")

    @classmethod
    def missing(cls) -> str:
        if term_images.available():
            return ""
        return "iTerm2's pictures need term-image, which isn't installed"

    @classmethod
    def answered(cls, terminal: Terminal) -> bool | None:
        return None

    def encode(self, pixels: Picture, cell: CellSize, *, detailed: bool) -> str:
        return term_images.iterm2_sequence(pixels, cell)

    def encode_canvas(
        self, pixels: Canvas | Indexed, cells: tuple[int, int], cell: CellSize
    ) -> tuple[str, bool]:
        from vizterm.graphics.canvas import as_picture

        picture = as_picture(pixels, cells, cell)
        return term_images.iterm2_sequence(picture, cell), False

    def put(self, placement: Placement, before: Drawn | None) -> tuple[Drawn, str]:
        return draw_over_cells(placement, before)

    def remove(self, place: int, drawn: Drawn) -> str:
        return ""

    def forget_all(self) -> str:
        return ""

    def print(self, pixels: Picture, cell: CellSize) -> str:
        return term_images.iterm2_print(pixels, cell) + "\n"
