"""From files and Python data to a `HeatSource`: a grid of values, or events to be counted."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from vizterm_core.errors import DataError, UsageError, VizError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats import find_format
from vizterm_core.files.memory import free_memory
from vizterm_core.files.text.content import GZIP, MEMORY_PART, unpacked
from vizterm_core.load.events.options import NO_OPTIONS, EventOptions
from vizterm_core.load.events.stream import EventLines
from vizterm_core.load.heat.arrays import read_arrays
from vizterm_core.load.heat.data import HeatSource, Kind, skipped_rows
from vizterm_core.maps.events import Events, join_events, require_events
from vizterm_core.text import clean, describe_bytes

__all__ = ["EventOptions", "HeatSource", "Kind", "heat_source", "load_heat"]

_FOREIGN = (
    ((b"PK\x03\x04",), (".xlsx", ".xlsm", ".ods"), "is a spreadsheet",
     "save the sheet as CSV, or in Python: pandas.read_excel(file).to_csv('events.csv')"),
    ((b"\xd0\xcf\x11\xe0",), (".xls",), "is a spreadsheet",
     "save the sheet as CSV, or in Python: pandas.read_excel(file).to_csv('events.csv')"),
    ((b"MATLAB 5.0",), (".mat",), "is a MATLAB file",
     "in Python: np.savez('heat.npz', **{k: v for k, v in loadmat(file).items() if k[0] != '_'})"),
)  # fmt: skip
"""Beginnings and endings of files that others write, what they are, and what to do."""


def heat_source(
    data: Any,
    *,
    kind: Kind | None = None,
    title: str = "heat",
    options: EventOptions = NO_OPTIONS,
) -> HeatSource:
    """Check Python data as `load_heat` checks a file's.

    Parameters
    ----------
    data : dict, array_like, table, iterable, path, Events or HeatSource
        `{(x, y): n}`; an (n, 2) or (n, 3) array of events, or (2, n); an (H, W) grid; a DataFrame,
        an Arrow table, records or a dict of columns, whose names say which are x, y and the
        weight; `(xs, ys)`; a Series of counts whose index is x and y; tuples `(x, y)`,
        `(x, y, n)`; dicts.  A list of two or three numbers each is events; an array is, if it also
        has more rows than columns.  Tensors may be on any device; what is masked is missing.
    kind : {"events", "grid"}, optional
        Which of the two an array is.
    title : str
    options : EventOptions

    Raises
    ------
    DataError, UsageError
        If it is none of these, or an event doesn't have two coordinates.
    """
    from vizterm_core.load.heat.objects import from_object

    title = clean(title)
    if isinstance(data, HeatSource):
        return data
    if isinstance(data, Events):
        return HeatSource(title, events=data, notes=skipped_rows(data))
    if isinstance(data, str | os.PathLike):
        return load_heat(data, kind=kind, title=None if title == "heat" else title, options=options)
    return _guarded(lambda: from_object(data, title, kind, options), data, title)


def _guarded(make: Any, data: Any, title: str) -> HeatSource:
    """Return what is made of a stranger's object; whatever that raises is a DataError."""
    try:
        source: HeatSource = make()
    except (VizError, MemoryError):
        raise
    except (
        TypeError,
        ValueError,
        OverflowError,
        AttributeError,
        RecursionError,
        KeyError,
    ) as error:
        raise DataError(
            f"{title}: a {type(data).__name__} can't be drawn as heat: {clean(str(error), 120)}",
            "give {(x, y): n}, events (n, 2|3) or a grid of real numbers",
        ) from error
    return source


def load_heat(
    path: str | os.PathLike[str],
    *,
    kind: Kind | None = None,
    key: str | None = None,
    columns: tuple[str, ...] | None = None,
    title: str | None = None,
    max_bytes: int | None = None,
    options: EventOptions = NO_OPTIONS,
) -> HeatSource:
    """Read events or a grid from a file: text, JSON, arrays, or a table.

    The first bytes of a file decide what it is, before its suffix does.  Of a text file that is
    being appended to, the lines are read that were complete when it was opened.

    Parameters
    ----------
    path : path-like
    kind : {"events", "grid"}, optional
        What the file holds, where it could be both.
    key : str, optional
        The array of an `.npz` file.
    columns : tuple of str, optional
        x, y and perhaps the weight: names, or places counted from 1.
    title : str, optional
        The file's name otherwise.
    max_bytes : int, optional
        The limit for a text file, or for a deflated array when unpacked; otherwise an eighth and
        three quarters of the free memory.
    options : EventOptions
        Further choices about columns.

    Raises
    ------
    DataError, UsageError
        Naming the file, and the line, entry or array; also if the file was rewritten in place
        while it was read.
    """
    if columns is not None:
        options = replace(options, columns=columns)
    file = DataFile(path, ".csv, .json, .npy or .npz", otherwise="pipe it into: vizterm heat -")
    shown = clean(title) if title is not None else file.name
    _refuse_foreign(file)
    known = find_format(file)
    if known is not None and not known.text:
        if options.points is not None:
            raise UsageError(f"--points is for JSON, and {file.name} holds arrays")
        if options.decimal is not None:
            raise UsageError(
                f"--decimal is for text, and the numbers of {file.name} are stored as such",
                "leave it out",
            )
        source = read_arrays(known.open(file), shown, kind, key, max_bytes, options)
    elif key is not None:
        raise UsageError(f"--key {clean(key)} is for .npy and .npz files, and {file.name} is text")
    else:
        source = _read_text(file, shown, kind, max_bytes, options)
    return replace(source, files=(file,))


def _refuse_foreign(file: DataFile) -> None:
    start = file.read(0, 16)
    suffix = PurePath(file.path.name).suffix.lower()
    for starts, suffixes, what, hint in _FOREIGN:
        if start.startswith(starts) and (suffix in suffixes or starts[0][:2] != b"PK"):
            raise DataError(f"{file.name} {what}, which can't be read here", hint)


def _read_text(
    file: DataFile,
    title: str,
    kind: Kind | None,
    max_bytes: int | None,
    options: EventOptions,
) -> HeatSource:
    name = file.name
    limit = max_bytes if max_bytes is not None else free_memory() // MEMORY_PART
    if file.size > limit:
        raise DataError(
            f"{name} is {describe_bytes(file.size)}, "
            f"more than the limit of {describe_bytes(limit)}",
            "raise --max-bytes, or save the counts as a grid with np.save",
        )
    if file.read(0, len(GZIP)) == GZIP:
        with file.unchanged():
            content, growing = unpacked(file, limit), False
    else:
        content, growing = file.read_text()
    if not content.strip():
        raise DataError(f"{name} is empty", "an event is a line of x,y or x,y,weight")
    if growing:
        content = content[: max(content.rfind(b"\n"), content.rfind(b"\r")) + 1]
    lines = EventLines(options, name=name, kind=kind, max_bytes=limit)
    events = join_events([lines.feed(content), lines.finish()])
    if lines.grid is not None:
        height, width = lines.grid.shape
        return HeatSource(title, grid=lines.grid, size=(width, height), notes=lines.notes)
    return HeatSource(
        title,
        events=require_events(events, name),
        size=lines.size,
        notes=(*lines.notes, *skipped_rows(events)),
        names=lines.names,
    )
