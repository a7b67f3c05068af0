"""The words of a condition: names, values and signs, each with its place in the text.

Names of columns become plain placeholders here, so that Python's parser sees neither odd names nor
strings: what a column may be called has nothing to do with what Python calls a name.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from vizterm_core.errors import UsageError
from vizterm_core.text import clean

LONGEST_TEXT = 10_000
"""Characters of a condition at most."""
DEEPEST = 60
"""Brackets within brackets at most; `tree` counts expressions within expressions."""

_SHOWN = 24
_LONGEST_NUMBER = 400
_NAMES_COMPARED = 5_000
_NEAR = 3

_WORD = re.compile(
    r"""(?P<blank>\s+)
    |(?P<quoted>`[^`]*`)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<number>(?:\d[\d_]*(?:\.(?!\s*[^\W\d])[\d_]*)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<name>[^\W\d]\w*)
    |(?P<sign>\*\*|//|==|!=|<=|>=|&&|\|\||[-+*/%<>&|~()\[\],.])""",
    re.VERBOSE | re.DOTALL,
)
_PATH = re.compile(r"[^\W\d]\w*(?:[/.][\w-]+)+")
_ESCAPE = re.compile(r"""\\([\\"'nt])""")
_ESCAPED = {"n": "\n", "t": "\t"}
_PYTHON = {"&": "and", "&&": "and", "|": "or", "||": "or", "~": "not"}
_KEYWORDS = ("and", "or", "not", "in", "is")
_VALUES: dict[str, bool | None] = {
    "true": True, "false": False, "none": None, "null": None, "missing": None, "nan": None,
    "na": None, "nat": None,
}  # fmt: skip


class WhereError(UsageError):
    """A condition that can't be used.

    Parameters
    ----------
    problem : str
        What is wrong, and with which words of the text.
    place : int
        Where in the text, in characters from 0; the text's length where something is missing
        at its end.
    """

    def __init__(self, problem: str, place: int) -> None:
        super().__init__(f"--where: {problem}")
        self.problem = clean(problem, 2 * LONGEST_TEXT)
        self.place = place


class Kind(Enum):
    """What a word is."""

    NAME = "name"
    """Perhaps of a column, a function or a method."""
    QUOTED = "quoted"
    """Of a column for certain."""
    VALUE = "value"
    SIGN = "sign"
    """Also the keywords `and or not in is`."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its place."""

    kind: Kind
    text: str
    """A name as the column has it, a sign as Python has it."""
    start: int
    end: int
    value: str | int | float | bool | None = None
    """Of Kind.VALUE; None is the missing value."""


class Names:
    """The names of columns, and what a person may mean by one.

    Parameters
    ----------
    columns : mapping
        Its keys are the names.
    """

    def __init__(self, columns: Mapping[str, object]) -> None:
        self._columns = columns
        self._last_parts: dict[str, list[str]] | None = None

    def __contains__(self, name: str) -> bool:
        return bool(self.meant(name))

    def exact(self, name: str) -> bool:
        """Whether there is a column of just this name."""
        return name in self._columns

    def meant(self, name: str) -> list[str]:
        """Return the column of that name, or those that have it as the last part of a path."""
        if name in self._columns:
            return [name]
        if self._last_parts is None:
            self._last_parts = {}
            for column in self._columns:
                self._last_parts.setdefault(column.rpartition("/")[2], []).append(column)
        return self._last_parts.get(name, [])

    def find(self, name: str, place: int) -> str:
        """Return the column that a name means.

        Raises
        ------
        WhereError
            If there is none, or more than one.
        """
        found = self.meant(name)
        if len(found) == 1:
            return found[0]
        shown = clean(name, 60)
        if found:
            raise WhereError(f'"{shown}" could be {listed(found)}', place)
        near = self._near(name)
        held = f"near: {listed(near)}" if near else f"there are {listed(self._columns)}"
        raise WhereError(f'no column "{shown}"; {held}', place)

    def _near(self, name: str) -> list[str]:
        compared = [
            column for column, _ in zip(self._columns, range(_NAMES_COMPARED), strict=False)
        ]
        folded: dict[str, str] = {}
        for column in compared:
            folded.setdefault(column[:100].casefold(), column)
            folded.setdefault(column.rpartition("/")[2][:100].casefold(), column)
        close = difflib.get_close_matches(name[:100].casefold(), list(folded), 2 * _NEAR, 0.6)
        return list(dict.fromkeys(folded[each] for each in close))[:_NEAR]


def listed(names: Iterable[str]) -> str:
    """Return a few names for a message, as they are to be written in a condition."""
    shown: list[str] = []
    more = 0
    for name in names:
        if len(shown) < 2 * _NEAR:
            plain = name.isidentifier() and name not in _KEYWORDS
            shown.append(clean(name if plain else f"`{name}`", 60))
        else:
            more += 1
    return (", ".join(shown) or "none") + (f" and {more:,} more" if more else "")


def words_of(text: str, names: Names) -> list[Word]:
    """Split a condition into its words.

    Raises
    ------
    WhereError
        If a character doesn't belong there, a quote or a bracket isn't closed, or the text is too
        long.
    """
    if len(text) > LONGEST_TEXT:
        problem = f"a condition of {len(text):,} characters; at most {LONGEST_TEXT:,} are read"
        raise WhereError(problem, LONGEST_TEXT)
    words: list[Word] = []
    at = 0
    while at < len(text):
        if (path := _path_at(text, at, names)) is not None:
            words.append(path)
        else:
            found = _WORD.match(text, at)
            if found is None:
                raise _odd(text, at)
            if found.lastgroup == "blank":
                at = found.end()
                continue
            words.append(_word(found, names))
        at = words[-1].end
    _check_brackets(words)
    return words


def from_here(text: str, place: int) -> str:
    """Return the words of a text from a place on, as messages quote them."""
    rest = " ".join(text[place : place + 4 * _SHOWN].split())
    return clean(rest if len(rest) <= _SHOWN else rest[: _SHOWN - 1] + "…")


def _path_at(text: str, at: int, names: Names) -> Word | None:
    """Return a name with slashes or dots in it, which is a column as a whole."""
    found = _PATH.match(text, at)
    while found is not None:
        name = found.group()
        if names.exact(name):
            return Word(Kind.QUOTED, name, at, found.end())
        cut = max(name.rfind("/"), name.rfind("."), name.rfind("-"))
        found = _PATH.fullmatch(text, at, at + cut) if cut > 0 else None
    return None


def _word(found: re.Match[str], names: Names) -> Word:
    text, start, end = found.group(), found.start(), found.end()
    match found.lastgroup:
        case "quoted":
            return Word(Kind.QUOTED, text[1:-1], start, end)
        case "string":
            plain = _ESCAPE.sub(lambda mark: _ESCAPED.get(mark[1], mark[1]), text[1:-1])
            return Word(Kind.VALUE, text, start, end, plain)
        case "number":
            return Word(Kind.VALUE, text, start, end, _number(text, start))
        case "name":
            return _name(text, start, end, names)
    return Word(Kind.SIGN, _PYTHON.get(text, text), start, end)


def _name(text: str, start: int, end: int, names: Names) -> Word:
    """Return a name, or what stands for a keyword or a value unless a column is called so."""
    small = text.casefold()
    if text in _KEYWORDS or (small in _KEYWORDS and not names.exact(text)):
        return Word(Kind.SIGN, small, start, end)
    fixed = text in ("True", "False", "None")
    if small in _VALUES and (fixed or text not in names):
        return Word(Kind.VALUE, text, start, end, _VALUES[small])
    return Word(Kind.NAME, text, start, end)


def _number(text: str, place: int) -> int | float:
    try:
        if len(text) > _LONGEST_NUMBER:
            raise ValueError
        whole = int(text) if text.replace("_", "").isdecimal() else None
        number: int | float = float(text) if whole is None else whole
        # Whole numbers beyond 64 bits are compared as floats.
        return number if whole is None or whole < 1 << 64 else float(whole)
    except (ValueError, OverflowError):
        raise WhereError(f'"{clean(text, _SHOWN)}" is no number that can be read', place) from None


def _odd(text: str, at: int) -> WhereError:
    here = from_here(text, at)
    character = text[at]
    if character in "\"'`":
        return WhereError(f"no closing {character} at {here}", at)
    if character == "=":
        return WhereError(f'write == to compare, at "{here}"', at)
    if character == "!":
        return WhereError(f'write not, or != to compare, at "{here}"', at)
    if character in "{}":
        return WhereError(f'write a list in ( ) or [ ], at "{here}"', at)
    return WhereError(f'expected a name, a value or a sign at "{here}"', at)


def _check_brackets(words: list[Word]) -> None:
    opened: list[Word] = []
    for word in words:
        if word.kind is not Kind.SIGN:
            continue
        if word.text in ("(", "["):
            opened.append(word)
            if len(opened) > DEEPEST:
                raise WhereError(f"more than {DEEPEST} brackets within brackets", word.start)
        elif word.text in (")", "]") and (
            not opened or opened.pop().text + word.text not in ("()", "[]")
        ):
            raise WhereError(f"nothing is closed by this {word.text}", word.start)
    if opened:
        raise WhereError(f"{opened[-1].text} is never closed", opened[-1].start)
