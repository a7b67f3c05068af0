"""A condition, and its evaluation for rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from vizterm_core.files.source import Categories
from vizterm_core.scatter.columns import Column
from vizterm_core.scatter.where import values
from vizterm_core.scatter.where.arithmetic import absolute, arithmetic
from vizterm_core.scatter.where.compare import compare, member, ranked, read_as
from vizterm_core.scatter.where.texts import TEXT_CHANGES, change_text, test_text
from vizterm_core.scatter.where.tree import (
    Arithmetic,
    Called,
    Compared,
    Constant,
    Joined,
    Member,
    Missing,
    Named,
    Node,
    Not,
    RowNumber,
    tree_of,
)
from vizterm_core.scatter.where.values import MismatchError, Truths, Value
from vizterm_core.scatter.where.words import Names, WhereError, from_here

_BLOCK = 1 << 16
"""Rows at a time: what is between the columns and the result stays in the cache."""


def parse_where(text: str, columns: Mapping[str, Column]) -> Condition:
    """Read a condition; no column is read yet.

    Parameters
    ----------
    text : str
        As a person writes it.
    columns : mapping of str to Column
        The columns that it may name.

    Raises
    ------
    WhereError
        If it can't be understood; its `place` says where in the text.
    """
    root, names = tree_of(text, Names(columns))
    return Condition(text, names, root, {name: columns[name] for name in names}, columns)


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A condition that a row meets, or doesn't."""

    text: str
    """As it was written."""
    columns: tuple[str, ...]
    """The columns that it names, in the order of the text."""
    _root: Node = field(repr=False)
    _used: Mapping[str, Column] = field(repr=False)
    _all: Mapping[str, Column] = field(repr=False)

    def mask(self, rows: npt.NDArray[np.int64] | None = None, total: int | None = None) -> Truths:
        """Return which rows meet the condition.

        Reads the columns that haven't been read yet.  It may be called in any thread.

        Parameters
        ----------
        rows : (n,) int64, optional
            The rows that are asked about; all of them without.
        total : int, optional
            The number of all rows, if the condition names no column; else the columns say it.

        Returns
        -------
        (n,) bool
            False where a missing value leaves it open.

        Raises
        ------
        WhereError
            If values in it can't be compared, or it isn't true or false: its `place` says where.
        DataError
            If a column can't be read.
        """
        evaluation = _Evaluation(self._used, rows)
        if rows is not None:
            count = int(rows.size)
        else:
            lengths = [len(column.values) for column in self._used.values()]
            if not lengths and total is None:
                lengths = [len(column.values) for column in list(self._all.values())[:1]]
            count = lengths[0] if lengths else total or 0
        result = np.empty(count, bool)
        for start in range(0, max(count, 1), _BLOCK):
            part = slice(start, min(start + _BLOCK, count))
            result[part] = evaluation.truth(self._root, part)
        return result


class _Evaluation:
    """Values of a tree's nodes, for some rows at a time.

    What hangs on one column of few distinct values is evaluated once for each of these.
    """

    def __init__(self, columns: Mapping[str, Column], rows: npt.NDArray[np.int64] | None) -> None:
        self._columns, self._rows = columns, rows
        self._distinct: dict[str, Value] = {}
        self._codes: dict[str, npt.NDArray[np.integer]] = {}
        self._known: dict[int, Value] = {}
        self._ranks: dict[int, tuple[Value, Value]] = {}
        self._read: dict[int, Value] = {}
        for name, column in columns.items():
            held = column.distinct()
            if held is not None:
                self._codes[name] = held.codes
                self._distinct[name] = values.of_distinct(held.values, name)

    def truth(self, root: Node, part: slice) -> Truths | bool:
        """Return which rows of a part meet the condition."""
        key = -1 - id(root)
        value = self._known.get(key)
        if value is None:
            value = self._truth_of(root, part)
            if value.column is None and not value.single:
                return values.holds(value)
            value = Value("truth", values.holds(value), None, value.column)
            self._known[key] = value
        if value.column is None:
            return bool(value.data)
        codes = self._codes_of(value.column, part)
        kept = np.flatnonzero(value.data)
        # The last of the distinct values stands for what is missing, whose codes are negative.
        if kept.size == 1 and kept[0] < len(value.data) - 1:
            return np.asarray(codes == kept[0])
        return value.data.take(codes)

    def _of(self, node: Node, part: slice) -> Value:
        known = self._known.get(id(node))
        if known is None:
            try:
                known = self._evaluated(node, part)
            except MismatchError as problem:
                raise WhereError(f"{_shown(node)}: {problem}", node.place) from None
            if known.single or known.column is not None:
                # It is the same for every part.
                self._known[id(node)] = known
        return known

    def _evaluated(self, node: Node, part: slice) -> Value:
        match node:
            case Constant():
                return values.single(node.value)
            case Named():
                return self._column(node.column, part)
            case RowNumber():
                return Value("number", self._row_numbers(part))
            case Arithmetic():
                return self._arithmetic(node, part)
            case Called():
                return self._called(node, part)
        return self._decided(node, part)

    def _decided(self, node: Node, part: slice) -> Value:
        match node:
            case Not():
                return values.negated(self._truth_of(node.inner, part))
            case Joined():
                return self._joined(node, part)
            case Missing():
                return values.missing_where(self._of(node.inner, part))
            case Member():
                return member(self._of(node.inner, part), node.values)
            case Compared():
                return self._compared(node, part)
        raise TypeError(type(node).__name__)

    def _arithmetic(self, node: Arithmetic, part: slice) -> Value:
        left, right = self._numbers(node.left, part), self._numbers(node.right, part)
        if "missing" in (left.kind, right.kind):
            return Value("missing", None)
        return arithmetic(node.sign, *self._together(left, right, part))

    def _column(self, name: str, part: slice) -> Value:
        if name in self._distinct:
            return self._distinct[name]
        held = self._columns[name].values
        assert not isinstance(held, Categories)
        return values.of_array(held[part if self._rows is None else self._rows[part]])

    def _row_numbers(self, part: slice) -> npt.NDArray[np.int64]:
        return np.arange(part.start, part.stop) if self._rows is None else self._rows[part]

    def _codes_of(self, name: str, part: slice) -> npt.NDArray[np.integer]:
        codes = self._codes[name]
        return codes[part] if self._rows is None else codes[self._rows[part]]

    def _by_row(self, value: Value, part: slice) -> Value:
        if value.column is None:
            return value
        codes = self._codes_of(value.column, part)
        missing = None if value.missing is None else value.missing[codes]
        return replace(value, data=value.data[codes], missing=missing, column=None)

    def _together(self, left: Value, right: Value, part: slice) -> tuple[Value, Value]:
        """Return two values by the same distinct values, or by row."""
        if left.single or right.single or left.column == right.column:
            return left, right
        return self._by_row(left, part), self._by_row(right, part)

    def _compared(self, node: Compared, part: slice) -> Value:
        left, right = self._alike(node, self._of(node.left, part), self._of(node.right, part))
        return compare(node.sign, *self._together(left, right, part))

    def _alike(self, node: Node, left: Value, right: Value) -> tuple[Value, Value]:
        """Return text of two columns as ranks, and text beside numbers as numbers: found once."""
        kinds = left.kind, right.kind
        if "text" not in kinds or "missing" in kinds or "date" in kinds:
            return left, right
        if kinds == ("text", "text"):
            if left.single or right.single or left.column == right.column:
                return left, right
            if id(node) not in self._ranks:
                self._ranks[id(node)] = ranked(left, right)
            return self._ranks[id(node)]
        text, other = (left, right) if left.kind == "text" else (right, left)
        if id(node) not in self._read:
            self._read[id(node)] = read_as(other.kind, text, other)
        read = self._read[id(node)]
        return (read, other) if text is left else (other, read)

    def _joined(self, node: Joined, part: slice) -> Value:
        result = self._truth_of(node.parts[0], part)
        for each in node.parts[1:]:
            pair = self._together(result, self._truth_of(each, part), part)
            result = values.joined(node.every, *pair)
        return result

    def _called(self, node: Called, part: slice) -> Value:
        if node.function == "abs":
            inner = self._numbers(node.inner, part)
            return inner if inner.kind == "missing" else absolute(inner)
        inner = self._of(node.inner, part)
        if inner.kind != "text":
            raise WhereError(
                f"{_shown(node.inner)}: {inner.described()}, but {node.function} is a test of text",
                node.inner.place,
            )
        if node.function in TEXT_CHANGES:
            return change_text(node.function, inner)
        return test_text(node.function, inner, node.texts)

    def _truth_of(self, node: Node, part: slice) -> Value:
        value = self._of(node, part)
        if value.kind in ("truth", "missing"):
            return value
        shown = _shown(node)
        fix = {"number": f"{shown} > 0", "text": f'{shown} == "…"', "date": f'{shown} > "2023-01"'}
        raise WhereError(
            f"{shown}: {value.described()}, not true or false; compare it: {fix[value.kind]}",
            node.place,
        )

    def _numbers(self, node: Node, part: slice) -> Value:
        value = self._of(node, part)
        if value.kind in ("number", "truth", "missing"):
            return value
        raise WhereError(f"{_shown(node)}: {value.described()}, not numbers", node.place)


def _shown(node: Node) -> str:
    return from_here(node.words, 0)
