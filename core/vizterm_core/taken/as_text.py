"""Tables as text: csv, tsv, JSON a line, and a value a line."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable
from typing import Any, BinaryIO

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.taken.fields import Part
from vizterm_core.taken.table import Table
from vizterm_core.text import clean

_BREAKS = "\r\n"


def write_csv(table: Table, stream: BinaryIO, delimiter: str = ",") -> None:
    """Write a header and a line a point, quoted as RFC 4180 says; what is missing is empty."""
    lines = io.TextIOWrapper(stream, "utf-8", newline="", write_through=True)
    try:
        writer = csv.writer(lines, delimiter=delimiter, lineterminator="\n")
        # Not every version of the module quotes a lone carriage return.
        careful = csv.writer(lines, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
        header = [field.name for field in table.fields]
        (careful if _returns(header) else writer).writerow(header)
        for parts in table.parts():
            columns = [_cells(part) for part in parts]
            if any(
                field.is_text and _returns(cells)
                for field, cells in zip(table.fields, columns, strict=True)
            ):
                for values in zip(*columns, strict=True):
                    (careful if _returns(values) else writer).writerow(values)
            else:
                writer.writerows(zip(*columns, strict=True))
    finally:
        lines.detach()


def write_jsonl(table: Table, stream: BinaryIO) -> None:
    """Write an object a point; what is missing is null, and what is infinite is text."""
    names = [json.dumps(field.name, ensure_ascii=False) for field in table.fields]
    for parts in table.parts():
        columns = [_json(part) for part in parts]
        lines = [
            "{" + ", ".join(map(": ".join, zip(names, values, strict=True))) + "}\n"
            for values in zip(*columns, strict=True)
        ]
        stream.write("".join(lines).encode())


def write_lines(table: Table, stream: BinaryIO, end: str = "\n") -> None:
    """Write the only field, a value a line; one that is missing is an empty line.

    Parameters
    ----------
    end : str
        Behind each value: a line feed, or NUL, which no text that is a file's name holds.

    Raises
    ------
    DataError
        If a value holds what ends a line.
    """
    (field,) = table.fields
    for part in table.parts_of(field):
        cells = _cells(part)
        if field.is_text:
            require_one_line(cells, field.name, end)
        stream.write("".join(f"{cell}{end}" for cell in cells).encode())


def require_one_line(texts: Iterable[Any], name: str, end: str = "\n") -> None:
    """Raise a DataError unless each text is one line."""
    ends = _BREAKS if end == "\n" else end
    for text in texts:
        if any(each in text for each in ends):
            what = "a line break" if end == "\n" else "a NUL"
            raise DataError(f"{clean(name)} {clean(text, 60)!r} has {what} in it")


def _returns(values: Iterable[object]) -> bool:
    return any(type(value) is str and "\r" in value for value in values)


def _cells(part: Part) -> list[Any]:
    """Return values as `csv` writes them: exact, and empty where one is missing."""
    values = part.values
    kind = values.dtype.kind
    cells: list[Any]
    if kind == "M":
        cells = np.datetime_as_string(values).tolist()
    elif kind == "m":
        cells = _seconds(values)
    elif kind == "f" and values.dtype.itemsize < np.dtype(np.float64).itemsize:
        # As few digits as tell it from its neighbours in its own precision.
        cells = values.astype("U32").tolist()
    else:
        cells = values.tolist()
    for place in np.flatnonzero(part.missing).tolist():
        cells[place] = ""
    return cells


def _json(part: Part) -> list[str]:
    """Return values as JSON."""
    cells = _cells(part)
    kind = part.values.dtype.kind
    if kind in "fm":
        texts = [
            repr(each) if math.isfinite(each) else json.dumps(str(each)) for each in _floats(cells)
        ]
    elif kind in "iu":
        texts = [str(each) for each in cells]
    else:
        texts = [json.dumps(each, ensure_ascii=False) for each in cells]
    for place in np.flatnonzero(part.missing).tolist():
        texts[place] = "null"
    return texts


def _floats(cells: list[Any]) -> list[float]:
    return [math.nan if cell == "" else float(cell) for cell in cells]


def _seconds(spans: Any) -> list[Any]:
    """Return spans of time in seconds; those of years and months, which have none, as numbers."""
    if np.datetime_data(spans.dtype)[0] in ("Y", "M", "generic"):
        return spans.astype(np.int64).astype(float).tolist()
    return (spans / np.timedelta64(1, "s")).tolist()
