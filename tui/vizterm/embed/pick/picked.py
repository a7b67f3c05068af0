"""What --pick prints: the points that a person has chosen, for the next program of a pipe."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
import numpy.typing as npt

from vizterm_core.text import clean, whole_text

if TYPE_CHECKING:
    from vizterm_core.scatter.embedding import Embedding

Points = npt.NDArray[np.int64]

_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class PickOptions:
    """How picked points are printed."""

    form: str = "rows"
    """'rows' or 'names', one a line; 'csv' or 'jsonl', with all columns."""
    nul: bool = False
    """Whether a NUL is behind each row or name, rather than a line break."""

    @property
    def end(self) -> str:
        """What is behind each row or name."""
        return "\0" if self.nul else "\n"


def hindrance(embedding: Embedding, points: Points, options: PickOptions) -> str:
    """Return why points can't be printed, in words for people; empty if they can."""
    if options.form != "names":
        return ""
    if embedding.names is None:
        return "the points have no names: --names chooses them, --as rows prints rows"
    ends = [b"\0"] if options.nul else [b"\n", b"\r"]
    for row, name in _names(embedding, points):
        if any(end in name for end in ends):
            remedy = "" if options.nul else ", which --print0 allows"
            return f"the name of #{row:,} has a {'NUL' if options.nul else 'line break'}{remedy}"
    return ""


def print_picked(
    embedding: Embedding, points: Points, options: PickOptions, out: TextIO
) -> list[str]:
    """Print points: whole and as they are into a pipe, harmless on a terminal.

    Returns
    -------
    list of str
        What is to be said of it.

    Raises
    ------
    DataError
        If a column can't be read.
    """
    held = io.BytesIO() if out.isatty() else None
    stream: Any = out.buffer if held is None else held
    notes = []
    if options.form == "names":
        missing = _print_names(embedding, points, options.end.encode(), stream)
        if missing:
            have = "picked point has" if missing == 1 else "picked points have"
            notes.append(f"{missing:,} {have} no name: not printed")
    else:
        _print_table(embedding, points, options, stream)
    if held is not None:
        for line in held.getvalue().decode("utf-8", "replace").removesuffix("\n").split("\n"):
            out.write(clean(line, len(line) + 1) + "\n")
    out.flush()
    return notes


def _print_table(embedding: Embedding, points: Points, options: PickOptions, stream: Any) -> None:
    from vizterm_core.taken.as_text import write_lines
    from vizterm_core.taken.fields import FieldNames, fields_of
    from vizterm_core.taken.table import Table
    from vizterm_core.taken.writing import write_table

    names = FieldNames.of(embedding)
    if options.form == "rows":
        write_lines(Table(fields_of(embedding, [names.row]), points), stream, options.end)
    else:
        write_table(f".{options.form}", Table(fields_of(embedding, names.all), points), stream)


def _print_names(embedding: Embedding, points: Points, end: bytes, stream: Any) -> int:
    """Print names; returns how many points have none."""
    missing = 0
    pieces: list[bytes] = []
    for _, name in _names(embedding, points):
        missing += not name
        if name:
            pieces += (name, end)
        if len(pieces) >= _AT_ONCE:
            stream.write(b"".join(pieces))
            pieces.clear()
    stream.write(b"".join(pieces))
    return missing


def _names(embedding: Embedding, points: Points) -> Iterator[tuple[int, bytes]]:
    """Return rows and names, as bytes that are the names of files."""
    held = embedding.names
    assert held is not None
    for start in range(0, points.size, _AT_ONCE):
        rows = points[start : start + _AT_ONCE]
        rows = rows if embedding.rows is None else embedding.rows[rows]
        yield from zip(rows.tolist(), map(_raw, held[rows].tolist()), strict=True)


def _raw(name: Any) -> bytes:
    if isinstance(name, bytes):
        return name
    if name is None or name != name:
        return b""
    if isinstance(name, str):
        try:
            return name.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            pass
    return whole_text(name).encode()
