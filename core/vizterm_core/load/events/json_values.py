"""Values of JSON, and of what Python printed: no name is lost, nothing is evaluated."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any


class NotJson(str):
    """The text of an entry that could not be decoded."""

    __slots__ = ()


class JsonObject(tuple[tuple[str, Any], ...]):
    """A JSON object in which a name is given twice, as its pairs: none is lost."""

    __slots__ = ()


def _object(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    return found if len(found) == len(pairs) else JsonObject(pairs)


DECODER = json.JSONDecoder(
    # Integers of any length become floats; those too large become infinite, and are skipped.
    parse_int=float,
    object_pairs_hook=_object,
)
NUMBERS = {float, int}
"""Types of numbers."""

_PYTHON = re.compile(
    r"""
    "(?:[^"\\]|\\.)*(?:"|\\?\Z)                      # text as JSON has it
    | '(?P<text>(?:[^'\\]|\\.)*)(?:'|\\?\Z)          # text in single quotes
    | \((?P<key>[^()'"]{0,200})\)(?=\s{0,20}:)       # a tuple as a key
    | (?P<open>\() | (?P<close>,?\s{0,20}\))
    | \b(?P<word>True|False|None|nan|inf)\b
    """,
    re.VERBOSE | re.DOTALL,
)
_WORDS = {"True": "true", "False": "false", "None": "null", "nan": "NaN", "inf": "Infinity"}


def as_json(text: str) -> str:
    """Return Python's literals as JSON: single quotes, tuples, None.  Nothing is evaluated.

    Repeats are bounded, and what isn't closed reaches to the end: no text takes longer than its
    length says.

    >>> as_json("{'x': (1, None)}")
    '{"x": [1, null]}'
    """

    def written(match: re.Match[str]) -> str:
        if match["text"] is not None:
            plain = match["text"].replace("\\'", "'")
            return json.dumps(plain)
        if match["key"] is not None:
            return json.dumps(match["key"].strip().removesuffix(","))
        if match["word"]:
            return _WORDS[match["word"]]
        if match["open"]:
            return "["
        return "]" if match["close"] else match[0]

    return _PYTHON.sub(written, text)


def pairs_of(entry: Any) -> Sequence[tuple[Any, Any]]:
    """Return the names and values of an object."""
    if isinstance(entry, Mapping):
        return list(entry.items())
    return entry if isinstance(entry, JsonObject) else ()
