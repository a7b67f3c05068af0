"""Text from files: made harmless for a terminal, described, and sorted as people expect.

Labels, names and array names are data: they may hold escape sequences, newlines, bidirectional
controls or nothing visible.  They pass through `clean` when they are loaded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

LONGEST = 200
"""The most characters kept of a text."""
_MARKS_IN_A_ROW = 2
_DELETE = 0x7F
_CONTROL_PICTURES = 0x2400
_REPLACEMENT = "\ufffd"
_SURROGATES = re.compile("[\ud800-\udfff]")
_DIGITS = re.compile(r"(\d+)")


def clean(text: str, longest: int = LONGEST) -> str:
    r"""Return text without anything that a terminal would act on.

    C0 controls and DEL become their visible pictures, other controls, bidirectional and invisible
    formatting characters, surrogates and unassigned code points become U+FFFD, line separators a
    space; more than two combining marks in a row are dropped.

    >>> clean("a\x1b[31mb")
    'a␛[31mb'
    """
    if text.isascii() and text.isprintable() and len(text) <= longest:
        return text
    kept: list[str] = []
    marks = 0
    for character in text[: 4 * longest]:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MARKS_IN_A_ROW:
            continue
        kept.append(_harmless(character, category))
        if len(kept) > longest:
            return "".join(kept[: longest - 1]) + "…"
    return "".join(kept)


def whole_text(value: object) -> str:
    """Return a value as text, whole and as it is: bytes are read as UTF-8.

    Lone surrogates, which no file and no terminal can hold, become U+FFFD.
    """
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text if text.isascii() else _SURROGATES.sub(_REPLACEMENT, text)


def _harmless(character: str, category: str) -> str:
    code = ord(character)
    if code < ord(" "):
        return chr(_CONTROL_PICTURES + code)
    if code == _DELETE:
        return "\u2421"
    if category in ("Zl", "Zp"):
        return " "
    if category in ("Cc", "Cf", "Cs", "Cn", "Co"):
        return _REPLACEMENT
    return character


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key that puts "class 2" before "class 10".

    >>> sorted(["b10", "b9", "a"], key=natural_key)
    ['a', 'b9', 'b10']
    """
    return tuple(
        (0, int(part), "") if part.isdecimal() and part.isascii() else (1, 0, part.casefold())
        for part in _DIGITS.split(text)
        if part
    )


def describe_bytes(count: int) -> str:
    """Return a size for people: 1,536 -> '1.5 kB' (powers of 1000)."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < (1000 if unit == "B" else 999.5):
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"


def describe_shape(shape: tuple[int, ...]) -> str:
    """Return a shape as numpy writes it: '(3, 4)', '(3,)'."""
    return str(tuple(int(side) for side in shape))


def fit_columns(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Return a plain table: columns two spaces apart, those in `right` aligned to the right.

    >>> print(fit_columns([("a", "1"), ("bc", "20")], right=(1,)))
    a    1
    bc  20
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            text.rjust(width) if column in right else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
