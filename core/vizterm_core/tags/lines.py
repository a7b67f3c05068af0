"""Lines of a file of tags: one a change, each readable by itself.

The file is CSV as RFC 4180 has it, in UTF-8, with a header; of the lines about one tag of one row
the last counts::

    row,name,tag,time,change
    17,cat_017.png,blurry,2026-11-28T13:05:09Z,added
    17,cat_017.png,blurry,2026-11-28T13:06:40Z,removed

No field has a line break: what is damaged is one line, and no quote runs on into the next.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vizterm_core.text import whole_text

HEADER = ("row", "name", "tag", "time", "change")
ADDED, REMOVED = "added", "removed"
LONGEST_TAG = 200
_LONGEST_LINE = 1 << 16
_LONGEST_NAME = 1 << 14


@dataclass(frozen=True, slots=True)
class Change:
    """A tag that was given to a row, or taken from it."""

    row: int
    name: str
    """The row's name, without line breaks; empty without names."""
    tag: str
    time: str
    """UTC, as ISO 8601."""
    added: bool = True


def one_line(text: object) -> str:
    r"""Return a name or a tag as it is written: in one line.

    >>> one_line("two\r\nlines")
    'two  lines'
    """
    told = whole_text(text)[:_LONGEST_NAME]
    if told.isprintable():
        return told
    return "".join(" " if each in _BREAKS else each for each in told)


_BREAKS = "\n\r\v\f\0\x1c\x1d\x1e\x85\u2028\u2029"


def written(changes: Iterable[Change]) -> bytes:
    """Return the lines of some changes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(
        (each.row, each.name, each.tag, each.time, ADDED if each.added else REMOVED)
        for each in changes
    )
    return text.getvalue().encode("utf-8", "replace")


def header() -> bytes:
    """Return the first line of a file."""
    return (",".join(HEADER) + "\n").encode()


def read_line(line: bytes) -> Change | None:
    """Return the change that a line tells; None for one that is damaged, or no change.

    >>> read_line(b'3,"a, b",odd,2026-11-28T13:05:09Z,added')
    Change(row=3, name='a, b', tag='odd', time='2026-11-28T13:05:09Z', added=True)
    >>> read_line(b"3,a,od") is None
    True
    """
    if len(line) > _LONGEST_LINE:
        return None
    try:
        fields = next(csv.reader([line.decode("utf-8").rstrip("\r\n")], strict=True), [])
    except (csv.Error, UnicodeDecodeError):
        return None
    if len(fields) != len(HEADER) or fields[4] not in (ADDED, REMOVED):
        return None
    row, name, tag, time, change = fields
    tag = tag.strip()
    if not (row.isascii() and row.isdecimal() and len(row) <= 15 and tag):
        return None
    return Change(int(row), name, tag[:LONGEST_TAG], time, change == ADDED)


def read_lines(content: bytes) -> Iterator[Change | None]:
    """Return the changes that a file tells, None for each line that is damaged."""
    title = header().rstrip()
    for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        # Of two files there are two headers.
        if line.strip() and line.rstrip(b"\r") != title:
            yield read_line(line)
