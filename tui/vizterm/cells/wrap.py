"""Text broken into lines of cells."""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells

from vizterm.cells.text import cut_name
from vizterm_core.text import drawable

_PARTS = re.compile(r"[^/\\]*[/\\]?"), re.compile(r"[^_.,;:|-]*[_.,;:|-]?")
"""Parts of a long word: those of a path first, then what other signs divide it into."""


def wrapped(text: str, width: int, most: int = 0) -> list[str]:
    """Break a text from the data, made harmless, into lines.

    It is broken at its blanks, and words that are too long at signs like those of a path, or else
    anywhere.

    Parameters
    ----------
    most : int, optional
        Lines there is room for: a text of more lacks its middle.  Without, nothing is cut off.

    >>> wrapped("a name of some length", 10)
    ['a name of', 'some', 'length']
    >>> wrapped("/data/imagenet/n02123/img_77.jpg", 16)
    ['/data/imagenet/', 'n02123/', 'img_77.jpg']
    """
    width = max(1, width)
    lines = _broken(drawable(text), width)
    if most < 1 or len(lines) <= most:
        return lines
    if most == 1:
        return [cut_name(text, width)]
    head = (most + 1) // 2
    last = chop_cells(lines[head - 1], max(1, width - 1))[0]
    return [*lines[: head - 1], f"{last}…", *lines[head - most :]]


def _broken(text: str, width: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *whole, line = _parts(word, width)
        lines += whole
    return [*lines, line] if line else lines


def _parts(word: str, width: int, level: int = 0) -> list[str]:
    """Return a word in pieces that fit."""
    if cell_len(word) <= width:
        return [word]
    if level == len(_PARTS):
        return chop_cells(word, width)
    lines: list[str] = []
    line = ""
    for part in filter(None, _PARTS[level].findall(word)):
        if cell_len(line) + cell_len(part) <= width:
            line += part
            continue
        if line:
            lines.append(line)
        *whole, line = _parts(part, width, level + 1)
        lines += whole
    return [*lines, line]
