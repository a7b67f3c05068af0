"""Columns among the values of a torch file: tensors by their path, and lists of one kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from vizterm_core.files.formats.torch_pickle import finished
from vizterm_core.files.formats.torch_values import DamagedError, Pairs, Tensor
from vizterm_core.files.source import ArraySpec, Form
from vizterm_core.files.stored import Array

_DEEPEST = 16
_MOST_COLUMNS = 100_000
_MOST_VISITED = 20_000_000
_FEWEST_RECORDS = 2
_FEWEST_NAMED = 16
"""Vectors in a dict of which each has its own name, not its own role."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Tensors or arrays of one shape, each a row."""

    rows: tuple[Tensor | Array, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of all of them together."""
        return (len(self.rows), *self.rows[0].shape)

    @property
    def read_as(self) -> np.dtype[Any]:
        """As they are read."""
        return _dtype(self.rows[0])


Content = Tensor | Stack | Array


def columns(root: Any, stem: str) -> Iterator[tuple[str, Content]]:
    """Return the columns among the values of a file, by their path: "state.weight".

    Lists of numbers or text are columns, as are lists of tensors of one shape, and lists of dicts
    with the same keys.  Numbers and text by themselves are none.

    Parameters
    ----------
    root : object
        As `plain_values` returns it.
    stem : str
        The name of a column that has none in the file.

    Raises
    ------
    DamagedError
        If there are too many.
    """
    seen: set[int] = set()
    waiting: list[tuple[tuple[str, ...], Any]] = [((), root)]
    found = visited = 0
    while waiting:
        path, value = waiting.pop()
        value = finished(value)
        if isinstance(value, Pairs | list | tuple):
            # A list that stands in many places is looked at once: else a short file would last.
            if id(value) in seen or len(path) >= _DEEPEST:
                continue
            seen.add(id(value))
            visited += len(value.items) if isinstance(value, Pairs) else len(value)
            if visited > _MOST_VISITED:
                raise DamagedError(f"it has more than {_MOST_VISITED:,} values in lists")
        content = _content(value)
        if content is None:
            waiting += [((*path, name), inner) for name, inner in reversed(list(_inside(value)))]
            continue
        found += 1
        if found > _MOST_COLUMNS:
            raise DamagedError(f"it has more than {_MOST_COLUMNS:,} tensors and lists")
        yield ".".join(path) or stem, content


def spec_of(name: str, content: Content, place: str) -> ArraySpec:
    """Return the description of a column."""
    if isinstance(content, np.ndarray) and content.dtype == object:
        return ArraySpec(name, content.shape, content.dtype, form=Form.TEXT)
    return ArraySpec(name, tuple(content.shape), _dtype(content), place)


def _dtype(content: Content) -> np.dtype[Any]:
    if isinstance(content, np.ndarray):
        return content.dtype.newbyteorder("=")
    return content.read_as


def _content(value: Any) -> Content | None:
    """Return a value that is a column, None for others."""
    if isinstance(value, Tensor):
        return value if value.shape else None
    if isinstance(value, np.ndarray):
        return value if value.ndim else None
    if not isinstance(value, list | tuple) or not value:
        return None
    if _is_array(finished(value[0])):
        return _stack(value)
    texts = _text(value)
    return _numbers(value) if texts is None else texts


def _inside(value: Any) -> Iterator[tuple[str, Any]]:
    """Return what a container holds, with names."""
    if isinstance(value, Pairs):
        pairs = [(_name(key), inner) for key, inner in value.pairs()]
        inner = [inner for _, inner in pairs]
        if len(pairs) >= _FEWEST_NAMED and (stack := _stack(inner)) and len(stack.shape) == 2:
            yield "names", [name for name, _ in pairs]
            yield "vectors", inner
        else:
            yield from pairs
    elif isinstance(value, list | tuple):
        yield from _records(value) or ((str(place), inner) for place, inner in enumerate(value))


def _records(values: list[Any] | tuple[Any, ...]) -> list[tuple[str, Any]]:
    """Return key -> values of dicts that all have the same keys; empty for anything else."""
    if len(values) < _FEWEST_RECORDS or not all(isinstance(value, Pairs) for value in values):
        return []
    if sum(len(value.items) for value in values) > _MOST_VISITED // 10:
        return []
    rows = [[(_name(key), inner) for key, inner in value.pairs()] for value in values]
    keys = [key for key, _ in rows[0]]
    if not keys or any([key for key, _ in row] != keys for row in rows):
        return []
    return [(key, [row[place][1] for row in rows]) for place, key in enumerate(keys)]


def _name(key: Any) -> str:
    if isinstance(key, str):
        return key
    return str(key) if _is_number(key) and abs(key) < 1 << 64 else "?"


def _is_array(value: Any) -> bool:
    return isinstance(value, Tensor | np.ndarray)


def _is_number(value: Any) -> bool:
    return isinstance(value, bool | int | float)


def _stack(values: list[Any] | tuple[Any, ...]) -> Stack | None:
    rows = tuple(map(finished, values))
    if len(rows) < _FEWEST_RECORDS or not all(map(_is_array, rows)):
        return None
    kinds = {(tuple(row.shape), _dtype(row)) for row in rows}
    return Stack(rows) if len(kinds) == 1 else None


def _text(values: list[Any] | tuple[Any, ...]) -> Array | None:
    if not all(value is None or isinstance(value, str) for value in values):
        return None
    if all(value is None for value in values):
        return None
    texts = np.empty(len(values), object)
    texts[:] = values
    return texts


def _numbers(values: list[Any] | tuple[Any, ...]) -> Array | None:
    if all(isinstance(value, bool) for value in values):
        return np.array(values, bool)
    if not all(value is None or _is_number(value) for value in values):
        return None
    numbers = [np.nan if value is None else value for value in values]
    try:
        whole = all(isinstance(value, int) for value in numbers)
        return np.array(numbers, np.int64 if whole else np.float64)
    except OverflowError:
        return np.array([float(value) if abs(value) < 1e300 else np.nan for value in numbers])
