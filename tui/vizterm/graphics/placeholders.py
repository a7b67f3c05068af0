"""Unicode placeholders of the kitty protocol: text that stands for a picture inside tmux.

https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders - a picture is placed
virtually, and shown by placeholder characters that give their row and column by diacritics and the
picture's id by their colour; tmux moves and redraws them like any text.
"""

from __future__ import annotations

import re

PLACEHOLDER = "\U0010eeee"
MOST_IDS = 1 << 24
"""Upper bound of ids: a placeholder's colour has 24 bits."""

_GRAPHICS = re.compile(r"\x1b_G[^\x1b]*\x1b\\")
_DIACRITICS = """
0305 030D-030E 0310 0312 033D-033F 0346 034A-034C 0350-0352 0357 035B 0363-036F 0483-0487
0592-0595 0597-0599 059C-05A1 05A8-05A9 05AB-05AC 05AF 05C4 0610-0617 0657-065B 065D-065E
06D6-06DC 06DF-06E2 06E4 06E7-06E8 06EB-06EC 0730 0732-0733 0735-0736 073A 073D 073F-0741 0743
0745 0747 0749-074A 07EB-07F1 07F3 0816-0819 081B-0823 0825-0827 0829-082D 0951 0953-0954
0F82-0F83 0F86-0F87 135D-135F 17DD 193A 1A17 1A75-1A7C 1B6B 1B6D-1B73 1CD0-1CD2 1CDA-1CDB 1CE0
1DC0-1DC1 1DC3-1DC9 1DCB-1DCC 1DD1-1DE6 1DFE 20D0-20D1 20D4-20D7 20DB-20DC 20E1 20E7 20E9 20F0
2CEF-2CF1 2DE0-2DFF A66F A67C-A67D A6F0-A6F1 A8E0-A8F1 AAB0 AAB2-AAB3 AAB7-AAB8 AABE-AABF AAC1
FE20-FE26 10A0F 10A38 1D185-1D189 1D1AA-1D1AD 1D242-1D244
"""
"""Code points and ranges of kitty's rowcolumn-diacritics.txt, in its order."""


def _code_points(ranges: str) -> str:
    """Return the characters of hexadecimal code points and ranges, in their order."""
    ends = [[int(end, 16) for end in part.split("-")] for part in ranges.split()]
    return "".join(chr(code) for end in ends for code in range(end[0], end[-1] + 1))


DIACRITICS = _code_points(_DIACRITICS)
"""The n-th stands for row or column n, from 0."""


def place_virtually(image_id: int, columns: int, rows: int) -> str:
    """Set the number of cells that a transmitted picture is scaled to by its placeholders."""
    return f"\x1b_Ga=p,U=1,i={image_id},c={columns},r={rows},q=2\x1b\\"


def placeholder_colour(image_id: int) -> tuple[int, int, int]:
    """Return the foreground, as red, green and blue, that makes placeholders show a picture."""
    if not 0 < image_id < MOST_IDS:
        raise ValueError(f"image_id must be 1-{MOST_IDS - 1}, not {image_id}")
    return image_id >> 16, image_id >> 8 & 255, image_id & 255


def placeholder_lines(columns: int, rows: int) -> list[str]:
    """Return the lines that show a virtually placed picture, to be written in `placeholder_colour`.

    Each cell holds its place, so any part of a line may be drawn without the rest.
    """
    if max(columns, rows) > len(DIACRITICS):
        raise ValueError(f"at most {len(DIACRITICS)} columns and rows, not {columns} x {rows}")
    return [
        "".join(PLACEHOLDER + DIACRITICS[row] + DIACRITICS[column] for column in range(columns))
        for row in range(rows)
    ]


def placeholder_cells(image_id: int, columns: int, rows: int) -> list[str]:
    """Return `placeholder_lines` in their colour, ready to be written."""
    red, green, blue = placeholder_colour(image_id)
    colour = f"\x1b[38;2;{red};{green};{blue}m"
    return [f"{colour}{line}\x1b[39m" for line in placeholder_lines(columns, rows)]


def for_tmux(sequence: str) -> str:
    """Wrap graphics commands so that tmux passes them on (`allow-passthrough on`).

    Each is wrapped by itself.  Everything else is left as it is, because tmux has to see cursor
    moves, colours and placeholders.
    """
    return _GRAPHICS.sub(
        lambda command: "\x1bPtmux;" + command[0].replace("\x1b", "\x1b\x1b") + "\x1b\\", sequence
    )
