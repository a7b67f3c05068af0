"""The layout of lines of events: delimiter, columns, header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vizterm_core.errors import DataError
from vizterm_core.files.text.cells import is_number
from vizterm_core.load.event_json import Columns, EntryError
from vizterm_core.load.event_names import POSITION_NAMES, WEIGHT_NAMES, plain_name, quoted
from vizterm_core.text import clean

MOST_UNNAMED = 16
"""With more columns and no header, the positions must be named."""

_DELIMITERS = ("\t", ";", ",", None)
"""Delimiters in the order tried; None is any run of blanks."""
_QUOTED = re.compile('"[^"]*"')
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Layout:
    """Delimiter and columns of a line."""

    delimiter: str | None
    """None stands for any run of blanks."""
    use: tuple[int, ...]
    """Columns of x, y and perhaps the weight, from 0."""
    note: str
    """The layout in words, for a status line."""
    json: bool = False
    """Whether each line is a JSON value; delimiter and columns don't matter then."""


def find_layout(line: str, number: int, columns: Columns | None, name: str) -> tuple[Layout, bool]:
    """Return the layout, and whether `line` is a row: a header isn't.

    Parameters
    ----------
    line : str
        The first one that isn't blank, decoded as Latin-1 whatever its encoding.
    number : int
        The line's number, from 1.
    columns : tuple of str, optional
        x, y and perhaps the weight: names in the header, or places counted from 1.
    name : str
        The file's name in messages.

    Raises
    ------
    EntryError
        If the line is neither a header nor a row; the next may be.
    DataError
        If the columns are not there.
    """
    if line.lstrip()[:1] in ("{", "["):
        return Layout(None, (), "a JSON value a line", json=True), True
    comment = line.startswith("#")
    header = _header_layout(_split_all(shown(line.lstrip("# ") if comment else line)), columns)
    if header is not None:
        return header, False
    splits = _split_all(line)
    decimal = _decimal_comma(splits)
    if decimal is not None and not comment:
        raise DataError(
            f"{name}: line {number:,} has decimal commas, as in {quoted(decimal)}",
            "write 1.5, not 1,5",
        )
    for delimiter, fields in splits:
        if sum(map(is_number, fields)) > 1:
            return _placed(delimiter, fields, number, columns, name), True
    delimiter, fields = next((split for split in splits if len(split[1]) > 1), (None, [line]))
    if _is_header(fields) and not comment:
        if columns is not None and all(map(str.isdecimal, columns)):
            return _placed(delimiter, fields, number, columns, name), False
        raise DataError(*_no_columns([shown(field) for field in fields], columns, name))
    raise EntryError(_wrong_line(line, fields))


def _is_header(fields: list[str]) -> bool:
    """Whether there are several fields with text and none with a number."""
    return not any(map(is_number, fields)) and sum(map(bool, map(str.strip, fields))) > 1


def _wrong_line(line: str, fields: list[str]) -> str:
    wrong = next((field for field in fields if not is_number(field)), line)
    what = "a number" if len(fields) > 1 else "an event"
    return f"{quoted(shown(wrong))} is not {what}"


def split(line: str, delimiter: str | None) -> list[str]:
    """Split a line into fields, without their quotes."""
    return unquoted(line, delimiter).split(delimiter)


def unquoted(line: str, delimiter: str | None) -> str:
    """Return a line without quotes; a delimiter inside them becomes an underscore.

    >>> unquoted('"Smith, John",12,34', ",")
    'Smith_ John,12,34'
    """
    if '"' not in line:
        return line

    def held(match: re.Match[str]) -> str:
        inner = match.group()[1:-1]
        if delimiter is None:
            return "_".join(inner.split()) or "_"
        return inner.replace(delimiter, "_")

    return _QUOTED.sub(held, line)


def shown(text: str) -> str:
    """Return text that was decoded as Latin-1 as the UTF-8 that it most likely is."""
    return text.encode("latin-1").decode(errors="replace")


def _split_all(line: str) -> list[tuple[str | None, list[str]]]:
    return [(delimiter, split(line, delimiter)) for delimiter in _DELIMITERS]


def _decimal_comma(splits: Sequence[tuple[str | None, list[str]]]) -> str | None:
    """Return the first of two or more fields like 1,5; None where commas separate fields."""
    for delimiter, fields in splits:
        commas = [field for field in fields if _DECIMAL_COMMA.fullmatch(field.strip())]
        if delimiter != "," and len(commas) > 1:
            return commas[0]
    return None


def _header_layout(
    splits: Sequence[tuple[str | None, list[str]]], columns: Columns | None
) -> Layout | None:
    for delimiter, names in splits:
        use = _named_columns(names, columns)
        if use is not None:
            chosen = ", ".join(clean(names[column].strip(), _SHOWN) for column in use)
            return Layout(delimiter, use, f"columns {chosen}")
    return None


def _named_columns(names: list[str], columns: Columns | None) -> tuple[int, ...] | None:
    """Return the places of x, y and perhaps the weight among names; None without x or y."""
    plain = [plain_name(name) for name in names]
    if columns is not None:
        return _asked_for(plain, columns)
    for x, y in POSITION_NAMES:
        if x in plain and y in plain:
            weight = next((name for name in WEIGHT_NAMES if name in plain), None)
            places = (plain.index(x), plain.index(y))
            return places if weight is None else (*places, plain.index(weight))
    return None


def _asked_for(plain: list[str], columns: Columns) -> tuple[int, ...] | None:
    """Return the places of the names that were asked for; None if one isn't there."""
    # Numbers are places: a first row of 1,2 isn't a header for columns 1 and 2.
    wanted = [plain_name(column) for column in columns if not is_number(column)]
    found = len(wanted) == len(columns) and all(name and name in plain for name in wanted)
    return tuple(plain.index(name) for name in wanted) if found else None


def _placed(
    delimiter: str | None, fields: list[str], number: int, columns: Columns | None, name: str
) -> Layout:
    """Return a layout by places: the columns asked for, else the first ones with numbers."""
    if columns is not None:
        if not all(map(str.isdecimal, columns)):
            raise DataError(
                f"{name}: there is no header to name {', '.join(map(quoted, columns))}",
                "count columns from 1 instead, e.g. --columns 1,2",
            )
        use = tuple(int(column) - 1 for column in columns)
        if not all(0 <= column < len(fields) for column in use):
            raise DataError(
                f"{name}: line {number:,} has {len(fields):,} columns, so there are no columns "
                f"{', '.join(columns)}",
                "they are counted from 1",
            )
        return Layout(delimiter, use, f"columns {', '.join(columns)}")
    numeric = [column for column, field in enumerate(fields) if is_number(field)]
    if len(numeric) > MOST_UNNAMED:
        raise DataError(
            f"{name}: line {number:,} holds {len(numeric):,} numbers, and no header names them",
            "choose with --columns X,Y[,WEIGHT]; save a grid with np.save('grid.npy', grid)",
        )
    use = tuple(numeric[:3])
    what = "x, y, weight" if len(use) > 2 else "x, y"
    places = ", ".join(str(column + 1) for column in use)
    return Layout(delimiter, use, f"no header: {what} are columns {places}")


def _no_columns(names: list[str], columns: Columns | None, name: str) -> tuple[str, str]:
    listed = ", ".join(quoted(column) for column in names[:MOST_UNNAMED])
    more = f" and {len(names) - MOST_UNNAMED:,} more" if len(names) > MOST_UNNAMED else ""
    present = {plain_name(column) for column in names}
    wanted = columns or ("x", "y")
    missing = next((column for column in wanted if plain_name(column) not in present), wanted[0])
    return (
        f"{name}: no column {quoted(missing)} among {listed}{more}",
        "choose with --columns X,Y[,WEIGHT]",
    )
