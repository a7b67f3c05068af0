"""Tables in JSON: records one a line, or in a list; columns as lists; a matrix."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.memory import free_memory
from vizterm_core.files.source import Source
from vizterm_core.files.table import TableSource
from vizterm_core.files.text.content import TextContent, text_content
from vizterm_core.files.text.records import MOST_KEYS, Records
from vizterm_core.text import clean, describe_bytes

_FORMS = 'write a record a line, {"x": 1, "y": 2, "label": "a"}, or columns {"x": [...], ...}'
_DOCUMENT_PART = 32
"""A document may be this fraction of the free memory: an empty list takes 24 times its text."""
_LOOKED_AT = 100
_NAME = "name"
"""What the keys of records by name are called, unless these have one themselves."""
_FEWEST_WORDS = 16
"""Keys that are names of vectors, if there are more of them than numbers in each."""


def open_json(file: DataFile) -> Source:
    """Parse a file of JSON; see `json_source`."""
    return json_source(file, text_content(file))


def json_source(file: DataFile, content: TextContent) -> Source:
    """Parse JSON that was read.

    Objects in records become columns by their path, "metadata.topic"; lists of numbers become a
    vector a row.  Of records of several kinds, those with the most usual vector are taken.

    Parameters
    ----------
    file : DataFile
    content : TextContent

    Raises
    ------
    DataError
        If it isn't JSON, or no table.
    """
    stem = PurePath(file.path.name.removesuffix(".gz")).stem
    records = Records(file.name)
    matrix = None
    notes: list[str] = list(content.notes)
    if _is_lines(content):
        notes += _add_lines(records, content, stem)
    else:
        matrix = _add_document(records, _document(content), stem, notes)
    table = records.table()
    if not table.columns:
        raise DataError(f"{file.name} holds no column that can be used", _FORMS)
    return TableSource(
        table.columns,
        file.name,
        files=[file],
        skipped=table.skipped,
        notes=[*notes, *table.notes],
        single=bool(matrix),
    )


def _is_lines(content: TextContent) -> bool:
    """Whether each line is a JSON value: the first one is, and there are more."""
    start = content.data.lstrip()
    first, _, rest = start.partition(b"\n")
    if first[:1] == b"[" and content.name.endswith("l") and rest.lstrip()[:1] == b"[":
        return isinstance(_parsed(first.decode("utf-8", "replace")), list)
    if first[:1] != b"{" or not (rest.lstrip()[:1] == b"{" or content.name.endswith("l")):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def _add_lines(records: Records, content: TextContent, stem: str) -> list[str]:
    """Add a record a line; return a note on lines that are none."""
    bad, first_bad, number = 0, 0, 0
    rows: list[Any] = []
    for lines in content.chunks():
        found = []
        for line in lines:
            number += 1
            if line.isspace():
                continue
            record = _parsed(line)
            if isinstance(record, dict):
                found.append(record)
            elif isinstance(record, list) and not records.count and not found:
                rows.append(record)
            else:
                bad += 1
                first_bad = first_bad or number
        records.add(found)
    if rows and not records.count:
        _add_rows(records, rows, stem)
    elif rows:
        bad += len(rows)
        first_bad = 1
    if not bad:
        return []
    lines_are = "1 line is" if bad == 1 else f"{bad:,} lines are"
    return [f"{lines_are} no JSON object, the first is line {first_bad:,}"]


def _add_rows(records: Records, rows: list[list[Any]], stem: str) -> None:
    """Add lists, a row each: vectors where all are numbers, else columns by their place."""
    if all(isinstance(value, int | float) for row in rows[:_LOOKED_AT] for value in row):
        records.add_column(stem, rows)
        return
    for place in range(min(MOST_KEYS, max(map(len, rows)))):
        values = [row[place] if place < len(row) else None for row in rows]
        records.add_column(f"column {place + 1}", values)


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _document(content: TextContent) -> Any:
    limit = free_memory() // _DOCUMENT_PART
    if len(content.data) > limit:
        raise DataError(
            f"{content.name} is a JSON document of {describe_bytes(len(content.data))}, "
            f"the limit is {describe_bytes(limit)}",
            "write a record a line (.jsonl), which is read in parts",
        )
    try:
        return json.loads(content.text())
    except json.JSONDecodeError as error:
        place = f"line {error.lineno:,}, column {error.colno:,}"
        raise DataError(f"{content.name} is not JSON: {error.msg} at {place}", _FORMS) from error
    except ValueError as error:
        raise DataError(f"{content.name} is not JSON: {error}", _FORMS) from error
    except RecursionError as error:
        raise DataError(f"{content.name} is nested too deeply to be a table", _FORMS) from error


def _add_document(records: Records, document: Any, stem: str, notes: list[str]) -> bool:
    """Add what a document holds; return whether it is an array without a name."""
    if isinstance(document, dict) and not _holds_columns(document):
        path, found = _records_inside(document)
        if path:
            notes.append(f"read {clean(path)!r}")
            document = found
    if isinstance(document, dict):
        _add_columns(records, document)
        return False
    if not isinstance(document, list) or not document:
        return False
    if all(isinstance(entry, dict) for entry in document):
        records.add(document)
        return False
    records.add_column(stem, [None if isinstance(entry, dict) else entry for entry in document])
    return True


def _holds_columns(document: dict[str, Any]) -> bool:
    if {"columns", "data"} <= document.keys() or {"columns", "rows"} <= document.keys():
        return True
    lists = [value for value in document.values() if isinstance(value, list)]
    plain = [value for value in lists if not all(isinstance(entry, dict) for entry in value)]
    if plain and len({len(value) for value in plain}) < max(2, len(plain)):
        return True
    objects = [value for value in document.values() if isinstance(value, dict)]
    keys = {tuple(value) for value in objects[:MOST_KEYS]}
    return len(objects) == len(document) > 1 and len(keys) == 1


def _records_inside(document: dict[str, Any], depth: int = 0) -> tuple[str, Any]:
    """Return the path and value of the longest list of objects in a document."""
    path = ""
    longest: list[Any] = []
    for key, value in document.items():
        inner, found = key, value
        if isinstance(value, dict) and depth < 2:
            below, found = _records_inside(value, depth + 1)
            inner = f"{key}.{below}" if below else ""
        if (
            inner
            and isinstance(found, list)
            and len(found) > len(longest)
            and all(isinstance(entry, dict) for entry in found)
        ):
            path, longest = inner, found
    return path, longest


def _add_columns(records: Records, document: dict[str, Any]) -> None:
    """Add columns: lists, pandas' {"column": {"0": value}}, {"columns": [...], "data": [...]}."""
    rows = document.get("data", document.get("rows"))
    names = document.get("columns")
    if isinstance(names, list) and isinstance(rows, list):
        rows = [row for row in rows if isinstance(row, list)]
        for place, name in enumerate(names[:MOST_KEYS]):
            records.add_column(
                str(name), [row[place] if place < len(row) else None for row in rows]
            )
        return
    columns = {
        key: list(value.values()) if isinstance(value, dict) else value
        for key, value in (names if isinstance(names, dict) else document).items()
        if isinstance(value, list | dict)
    }
    if _is_words(columns):
        records.add_column("vectors", list(columns.values()))
        records.add_column("names", list(columns))
        return
    if _is_records_by_name(columns, document):
        inside = [document[key] for key in columns]
        records.add([{_NAME: key, **value} for key, value in zip(columns, inside, strict=True)])
        return
    count = _usual_length(columns)
    for key, values in list(columns.items())[:MOST_KEYS]:
        if len(values) != count:
            records.leave_out(key, f"{len(values):,} values, not {count:,}")
        elif values and all(isinstance(value, dict) for value in values):
            records.add_inside(key, values)
        else:
            records.add_column(key, values)


def _is_words(columns: dict[str, list[Any]]) -> bool:
    """Whether keys are the names of vectors, one a row, and not of columns."""
    widths = {len(values) for values in columns.values()}
    if len(widths) != 1 or len(columns) < _FEWEST_WORDS or not 1 < max(widths) < len(columns):
        return False
    return all(
        isinstance(value, int | float) for values in columns.values() for value in values[:3]
    )


def _is_records_by_name(columns: dict[str, list[Any]], document: dict[str, Any]) -> bool:
    """Whether keys are the names of records, as pandas' `orient="index"` has it: {"a": {"x": 1}}.

    There are more of them than of the keys inside, which are no numbers of rows.
    """
    if len(columns) < 2 or not all(isinstance(document.get(key), dict) for key in columns):
        return False
    inside = set(document[next(iter(columns))])
    same = all(document[key].keys() <= inside for key in columns)
    if not same or not len(columns) > len(inside) > 0 or any(map(str.isdecimal, inside)):
        return False
    # Of columns, those of text have text for every row.
    return all(
        len({isinstance(document[key].get(name), str) for key in columns} - {None}) == 1
        for name in inside
        if all(document[key].get(name) is not None for key in columns)
    )


def _usual_length(columns: dict[str, list[Any]]) -> int:
    lengths = [len(values) for values in columns.values()]
    return max(lengths, key=lambda length: (lengths.count(length), length), default=0)
