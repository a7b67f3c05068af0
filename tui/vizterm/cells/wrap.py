"""Text broken into lines of cells."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells


def wrapped(text: str, width: int) -> list[str]:
    """Break a text at its blanks, and words that are too long anywhere; nothing is cut off.

    >>> wrapped("a name of some length", 10)
    ['a name of', 'some', 'length']
    """
    width = max(1, width)
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *whole, line = chop_cells(word, width)
        lines += whole
    return [*lines, line] if line else lines
