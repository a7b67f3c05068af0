"""Text from files: made harmless for a terminal, described, and sorted as people expect.

Labels, names and array names are data: they may hold escape sequences, newlines, bidirectional
controls or nothing visible.  They are kept whole and as they are, for searching and copying, and
pass through `drawable` or `clean` where they are drawn, printed or put into a message.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

LONGEST = 200
"""The most characters of a text in a message."""
MOST_DRAWN = 4_000
"""The most characters of a text that are drawn: no panel holds more."""
_MARKS_IN_A_ROW = 2
_DELETE = 0x7F
_CONTROL_PICTURES = 0x2400
_REPLACEMENT = "\ufffd"
_JOINED = re.compile(
    # Variation selectors, shades of skin, and joiners between characters beyond ASCII.
    "[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]|(?<=[^\x00-\x7f])[\u200c\u200d](?=[^\x00-\x7f])"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_DIGITS = re.compile(r"(\d+)")


def clean(text: str, longest: int = LONGEST) -> str:
    r"""Return text without anything that a terminal would act on.

    C0 controls and DEL become their visible pictures, other controls, bidirectional and invisible
    formatting characters, surrogates and unassigned code points become U+FFFD, line separators a
    space; more than two combining marks in a row are dropped, and so is what only joins or tints
    the parts of an emoji, whose width terminals disagree about.

    >>> clean("a\x1b[31mb")
    'a␛[31mb'
    """
    if text.isascii() and text.isprintable() and len(text) <= longest:
        return text
    kept: list[str] = []
    marks = 0
    for character in _JOINED.sub("", text[: 4 * longest]):
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MARKS_IN_A_ROW:
            continue
        kept.append(_harmless(character, category))
        if len(kept) > longest:
            return "".join(kept[: longest - 1]) + "…"
    return "".join(kept)


def drawable(text: str, most: int = MOST_DRAWN) -> str:
    """Return text as `clean` has it, but with both its ends: what is too long lacks its middle.

    Parameters
    ----------
    most : int
        Characters that are kept at most.
    """
    if len(text) <= most:
        return clean(text, most)
    head = most // 2
    return f"{clean(text[:head], head)}…{clean(text[len(text) - most + head + 1 :], most)}"


def whole_text(value: object) -> str:
    """Return a value as text, whole and as it is: bytes are read as UTF-8, None is empty.

    Lone surrogates, which no file and no terminal can hold, become U+FFFD.
    """
    if value is None:
        return ""
    if type(value) is str and value.isascii():
        return value
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
    return tuple(_sort_key(part) for part in _DIGITS.split(text) if part)


def _sort_key(part: str) -> tuple[int, int, str]:
    """Return a key of digits, by their number however long it is, or of other text."""
    if part.isdecimal() and part.isascii():
        digits = part.lstrip("0")
        return 0, len(digits), digits
    return 1, 0, part.casefold()


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
