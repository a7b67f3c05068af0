"""Tables of text: `.csv`, `.tsv`, lists of one thing a line, also packed by gzip.

All of a file is parsed at once, block by block: a text tells nothing about its columns before.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.source import Source
from vizterm_core.files.table import TableSource
from vizterm_core.files.text.content import text_content
from vizterm_core.files.text.layout import Layout, find_layout
from vizterm_core.files.text.table import read_table

_TABS = (".tsv", ".tab")
_JSON = b"{"
_SEP = re.compile(rb"\s*\"?sep=[^\r\n]\"?\r?\n(?=\s*\S)", re.IGNORECASE)


def open_csv(file: DataFile) -> Source:
    """Parse a table of text.

    Numbers, truth values, ISO dates, text and vectors ("[0.1, 0.2]") become columns of their kind;
    columns that are numbered ("dim_0 … dim_63") become one.  Without a header, columns of numbers
    are one array that is called by the file's name.

    Parameters
    ----------
    file : DataFile

    Raises
    ------
    DataError
        If it is empty, isn't text, is too large, has no rows, or was rewritten in place.
    """
    content = text_content(file)
    if content.data.lstrip()[:1] == _JSON:
        from vizterm_core.files.formats.json import json_source

        return json_source(file, content)
    if found := _SEP.match(content.data):
        # Excel's line that names the delimiter.
        content = replace(content, data=content.data[found.end() :])
    name = PurePath(file.path.name.removesuffix(".gz"))
    layout = find_layout(content, tabs=name.suffix.lower() in _TABS)
    table = read_table(content, layout, name.stem)
    if not table.columns:
        raise DataError(
            f"{file.name} holds no column that can be used",
            "a row is a point; a column holds numbers, text or dates",
        )
    return TableSource(
        table.columns,
        file.name,
        files=[file],
        skipped=table.skipped,
        notes=table.notes,
        places=table.places,
        single=not table.named and len(table.columns) == 1,
    )


def open_list(file: DataFile, *, header: bool | None = None) -> TableSource:
    """Read one thing a line, whatever is in it, as a column called by the file's name.

    Parameters
    ----------
    file : DataFile
    header : bool, optional
        Whether the first line is a header, where that is known.

    Raises
    ------
    DataError
        As of `open_csv`.
    """
    content = text_content(file)
    stem = PurePath(file.path.name.removesuffix(".gz")).stem
    if header:
        start = content.data.lstrip()
        content = replace(content, data=start[start.find(b"\n") + 1 :])
    table = read_table(content, Layout("", 1, quotes=False), stem)
    return TableSource(
        table.columns,
        file.name,
        files=[file],
        skipped=table.skipped,
        notes=table.notes,
        single=True,
    )
