"""Names of files made of what points are called: harmless in any folder, on any system."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from vizterm_core.text import clean

_LONGEST, _MOST_BYTES = 80, 160
"""Characters and bytes of a name that are kept: file systems have room for 255 bytes."""
_KEPT = "-_.,+=@"
"""Signs that are kept between letters and digits."""
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def picture_stem(row: int, digits: int, name: str = "") -> str:
    """Return what a picture's file is called, without its ending: the row, and the point's name.

    Of a name that is a path with an ending the last part is taken, without the ending. No two rows
    have the same.

    Parameters
    ----------
    row : int
    digits : int
        Of the row at least: files are then in the order of rows.
    name : str
        As it is.

    >>> picture_stem(17, 4, "photos/cat.png"), picture_stem(3, 2, "../a:b")
    ('0017-cat', '03-a-b')
    """
    path = PurePosixPath(name.replace("\\", "/"))
    if _ENDING.search(path.name):
        name = _ENDING.sub("", path.name)
    told = unicodedata.normalize("NFC", clean(name, 4 * _LONGEST))
    kept = "".join(each if each.isalnum() or each in _KEPT else _other(each) for each in told)
    # A dot at the end is lost on some systems.
    cut = re.sub("[-_]*-[-_]*", "-", kept)[:_LONGEST].encode()[:_MOST_BYTES]
    stem = cut.decode("utf-8", "ignore").strip("-_. ")
    return f"{row:0{digits}d}-{stem}" if stem else f"{row:0{digits}d}"


def _other(sign: str) -> str:
    """Return a mark that belongs to the letter before it, or what stands for another sign."""
    if sign.isspace():
        return "_"
    return sign if unicodedata.category(sign) in ("Mn", "Mc") else "-"
