"""Printed lines as a picture, for output without a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.ansi import AnsiDecoder
from rich.cells import cell_len, get_character_cell_size
from rich.color import Color
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme

from vizterm_core.pictures.image import Picture

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

CELL_WIDTH, CELL_HEIGHT = 8, 16
_PAPER, _INK = (24, 24, 27), (222, 222, 226)
_FONT_SIZE = 13
_BRAILLE = 0x2800
_DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""(column, row) of each of the eight dots, in the order of their bits."""
_UPPER, _FULL = "▀", "█"
_LOWER = "▁▂▃▄▅▆▇█"
_SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}
_FONTS = ("DejaVuSansMono.ttf", "LiberationMono-Regular.ttf", "Menlo.ttc", "Consola.ttf")
_PLAIN = str.maketrans("σ×−·─│…", "sx-.-|.")
"""Replacements for characters that Pillow's own font doesn't have."""
_THEME = TerminalTheme(
    _PAPER,
    _INK,
    [(0, 0, 0), (205, 49, 49), (13, 188, 121), (229, 229, 16),
     (36, 114, 200), (188, 63, 188), (17, 168, 205), (229, 229, 229)],
    [(102, 102, 102), (241, 76, 76), (35, 209, 139), (245, 245, 67),
     (59, 142, 234), (214, 112, 214), (41, 184, 219), (255, 255, 255)],
)  # fmt: skip


def picture_of(printed: str) -> Picture:
    """Draw printed lines with 24-bit colours on a dark background, as (H, W, 3) uint8.

    Parameters
    ----------
    printed : str
        Lines of text with colours and styles (SGR), and no other sequences.
    """
    console = Console(color_system="truecolor", file=io.StringIO(), width=10_000)
    lines = [
        list(text.render(console)) for text in AnsiDecoder().decode(printed.removesuffix("\n"))
    ]
    columns = max((sum(cell_len(part.text) for part in line) for line in lines), default=0)
    shape = (max(1, len(lines)) * CELL_HEIGHT, max(1, columns) * CELL_WIDTH, 3)
    picture = np.full(shape, _PAPER, np.uint8)
    words: list[tuple[int, int, str, tuple[int, int, int]]] = []
    for row, line in enumerate(lines):
        for column, text, front, back in _runs(line):
            width = cell_len(text) * CELL_WIDTH
            x, y = column * CELL_WIDTH, row * CELL_HEIGHT
            block = picture[y : y + CELL_HEIGHT, x : x + width]
            block[:] = back
            if not _draw_blocks(block, text, front):
                words.append((x, y, text, front))
    return _with_words(picture, words)


def png_of(picture: Picture) -> bytes:
    """Return a picture as a PNG file."""
    import PIL.Image

    stream = io.BytesIO()
    PIL.Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


def _runs(
    line: Sequence[Segment],
) -> Iterator[tuple[int, str, tuple[int, int, int], tuple[int, int, int]]]:
    """Yield (column, text, colour, background): words whole, graphic characters one by one."""
    column = 0
    for text, style, _ in line:
        front, back = _colours(style or Style())
        word = ""
        for character in text:
            if _is_drawn(character):
                if word:
                    yield column, word, front, back
                    column, word = column + cell_len(word), ""
                yield column, character, front, back
                column += get_character_cell_size(character)
            else:
                word += character
        if word:
            yield column, word, front, back
            column += cell_len(word)


def _colours(style: Style) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    front = _rgb(style.color, _INK, foreground=True)
    back = _rgb(style.bgcolor, _PAPER, foreground=False)
    if style.reverse:
        front, back = back, front
    if style.dim:
        front = tuple((ink + paper) // 2 for ink, paper in zip(front, back, strict=True))
    return front, back


def _rgb(color: Color | None, otherwise: Any, *, foreground: bool) -> Any:
    if color is None or color.is_default:
        return otherwise
    return tuple(color.get_truecolor(_THEME, foreground=foreground))


def _is_drawn(character: str) -> bool:
    braille = _BRAILLE <= ord(character) < _BRAILLE + 256
    return braille or character in _SHADES or character == _UPPER or character in _LOWER


def _draw_blocks(block: Picture, character: str, front: tuple[int, int, int]) -> bool:
    """Draw dots, blocks and shades into a cell; return False for anything else."""
    if len(character) != 1 or not _is_drawn(character):
        return not character.strip()
    if character in _SHADES:
        share = _SHADES[character]
        block[:] = np.rint(block * (1 - share) + np.array(front) * share)
    elif character == _UPPER:
        block[: CELL_HEIGHT // 2] = front
    elif character in _LOWER:
        eighths = _LOWER.index(character) + 1
        block[CELL_HEIGHT - eighths * CELL_HEIGHT // 8 :] = front
    else:
        for bit, (across, down) in enumerate(_DOTS):
            if ord(character) - _BRAILLE >> bit & 1:
                x, y = across * CELL_WIDTH // 2, down * CELL_HEIGHT // 4
                block[y : y + 3, x : x + 3] = front
    return True


def _with_words(
    picture: Picture, words: Sequence[tuple[int, int, str, tuple[int, int, int]]]
) -> Picture:
    import PIL.Image
    import PIL.ImageDraw

    image = PIL.Image.fromarray(picture)
    draw = PIL.ImageDraw.Draw(image)
    font, complete = _font()
    for x, y, text, front in words:
        shown = text if complete else text.translate(_PLAIN).encode("ascii", "replace").decode()
        # Letter by letter: a font's width is not that of a cell.
        column = 0
        for character in shown:
            draw.text((x + column * CELL_WIDTH, y), character, fill=front, font=font)
            column += get_character_cell_size(character)
    return np.asarray(image)


def _font() -> tuple[FreeTypeFont | ImageFont, bool]:
    """Return a monospaced font, and whether it has more than ASCII."""
    import PIL.ImageFont

    for name in _FONTS:
        try:
            return PIL.ImageFont.truetype(name, _FONT_SIZE), True
        except OSError:
            continue
    return PIL.ImageFont.load_default(_FONT_SIZE), False
