"""Tags as columns: to colour by, to filter by, to read beside the point."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vizterm_core.files.source import Categories
from vizterm_core.overrides import override
from vizterm_core.scatter.columns import Column
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.tags.tags import Tags, column_and_value

TAG = "tag"
"""The column of plain tags; a row with several has all of them, in alphabetical order."""
BETWEEN = ", "


class TagColumn(Column):
    """A column made of tags, which says nothing of rows without one."""

    @override
    def text(self, row: int) -> str:
        """Return the tags of a row as harmless text; empty without any."""
        held = self.values
        assert isinstance(held, Categories)
        return super().text(row) if held.codes[row] >= 0 else ""


def tag_columns(tags: Tags, taken: Container[str]) -> dict[str, Column]:
    """Return the columns that tags make: `tag`, and one for each column of "column=value".

    Parameters
    ----------
    tags : Tags
    taken : container of str
        Names of other columns; a column of tags whose name is taken has "(tagged)" behind it.
    """
    plain: dict[str, npt.NDArray[np.int64]] = {}
    valued: dict[str, dict[str, npt.NDArray[np.int64]]] = {}
    for tag in tags.counts:
        pair = column_and_value(tag)
        if pair is None:
            plain[tag] = tags.rows(tag)
        else:
            valued.setdefault(pair[0], {})[pair[1]] = tags.rows(tag)
    columns = {}
    if plain:
        columns[_free(TAG, taken)] = _joined(plain, tags.total)
    for name, values in sorted(valued.items()):
        columns[_free(name, (*columns, *_names(taken)))] = _joined(values, tags.total)
    return {name: _column(name, values) for name, values in columns.items()}


def with_tags(embedding: Embedding, tags: Tags) -> Embedding:
    """Return an embedding whose first columns are those of its tags, as they are now."""
    others = {
        name: column
        for name, column in embedding.columns.items()
        if not isinstance(column, TagColumn)
    }
    return replace(embedding, columns=tag_columns(tags, others) | others)


def _names(taken: Container[str]) -> tuple[str, ...]:
    return tuple(taken) if isinstance(taken, Mapping | tuple | list | set | frozenset) else ()


def _free(name: str, taken: Container[str]) -> str:
    while name in taken:
        name += " (tagged)"
    return name


def _column(name: str, values: Categories) -> Column:
    column = TagColumn(name, lambda: values)
    # It costs nothing: what has been read is shown beside the point.
    _ = column.values
    return column


def _joined(tags: dict[str, npt.NDArray[np.int64]], total: int) -> Categories:
    """Return the tags of each row as one value: a category for each set of tags that occurs."""
    codes = np.full(total, -1, np.int64)
    values: list[str] = []
    for tag in sorted(tags):
        rows = tags[tag]
        # Each category among these rows becomes one with this tag as well.
        held, places = np.unique(codes[rows], return_inverse=True)
        made = len(values) + np.arange(held.size)
        values += [tag if code < 0 else f"{values[code]}{BETWEEN}{tag}" for code in held.tolist()]
        codes[rows] = made[places.ravel()]
    used, places = np.unique(codes[codes >= 0], return_inverse=True)
    codes[codes >= 0] = places.ravel()
    named = np.empty(used.size, object)
    named[:] = [values[code] for code in used.tolist()]
    return Categories(codes, named)
