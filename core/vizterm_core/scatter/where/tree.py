"""A condition as a tree: Python's parser reads it, and only what is listed here may be in it.

Nothing is evaluated here, and no column is read.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from vizterm_core.scatter.where.words import Kind, Names, WhereError, Word, from_here, words_of

Scalar = str | int | float | bool | None

_MOST_NESTED = 100
_COMPARISONS = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_ARITHMETIC = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Pow: "**",
}  # fmt: skip
_MISSING_TESTS = {
    "missing": False, "isnan": False, "isna": False, "isnull": False,
    "notna": True, "notnull": True,
}  # fmt: skip
_TEXT_TESTS = ("startswith", "endswith", "contains")
_TEXT_CHANGES = ("lower", "upper", "strip")
_METHODS = ", ".join((*_TEXT_TESTS, *_TEXT_CHANGES, "isin"))
_FUNCTIONS = "abs, missing, isnan"


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A part of a condition."""

    place: int
    """Where it begins in the text, in characters."""
    words: str
    """As it stands in the text."""


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Node):
    """A value that was written down."""

    value: Scalar
    """None is the missing value."""


@dataclass(frozen=True, slots=True, eq=False)
class Named(Node):
    """A column."""

    column: str


@dataclass(frozen=True, slots=True, eq=False)
class RowNumber(Node):
    """The number of the row, from 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Not(Node):
    """The opposite of a condition."""

    inner: Node


@dataclass(frozen=True, slots=True, eq=False)
class Joined(Node):
    """Conditions of which all have to hold, or any."""

    every: bool
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Compared(Node):
    """Two values, and == != < <= > or >= between them."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Member(Node):
    """Whether a value is one of a list."""

    inner: Node
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Missing(Node):
    """Whether a value is missing."""

    inner: Node


@dataclass(frozen=True, slots=True, eq=False)
class Arithmetic(Node):
    """Two numbers, and + - * / // % or ** between them."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Called(Node):
    """`abs` of a number; a test of a text, with the texts it is tested for; or a change of it."""

    function: str
    inner: Node
    texts: tuple[str, ...] = ()


def tree_of(text: str, names: Names) -> tuple[Node, tuple[str, ...]]:
    """Return a condition as a tree, and the columns in it, in the order of the text.

    Raises
    ------
    WhereError
        If it can't be read, has anything in it that isn't known, or names no column.
    """
    words = words_of(text, names)
    if not words:
        raise WhereError("the condition is empty", 0)
    return _Reader(text, words, names).read()


class _Reader:
    """Reads the words of a text with Python's parser, and takes its tree over."""

    def __init__(self, text: str, words: Sequence[Word], names: Names) -> None:
        self._text, self._words, self._names = text, words, names
        self._columns: dict[str, None] = {}
        # Where words begin and end in what Python's parser reads.
        self._starts: dict[int, Word] = {}
        self._ends: dict[int, Word] = {}
        parts: list[str] = []
        at = 1
        for number, word in enumerate(words):
            part = word.text if word.kind is Kind.SIGN else f"_{number}"
            self._starts[at], self._ends[at + len(part)] = word, word
            parts.append(part)
            at += len(part) + 1
        self._source = " " + " ".join(parts)

    def read(self) -> tuple[Node, tuple[str, ...]]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                # A blank in front would be an indentation; a bracket keeps the columns.
                body = ast.parse(f"({self._source[1:]})", mode="eval").body
            root = self._node(body)
        except (SyntaxError, ValueError):
            raise self._unreadable() from None
        except (RecursionError, MemoryError):
            raise self._too_deep(0) from None
        return root, tuple(self._columns)

    def _too_deep(self, place: int) -> WhereError:
        return WhereError("the condition is nested too deeply", place)

    def _unreadable(self) -> WhereError:
        """Return what is wrong with words that Python's parser refuses."""
        values, before = True, ""
        for word in self._words:
            here = from_here(self._text, word.start)
            sign = word.text if word.kind is Kind.SIGN else ""
            if values:
                empty = sign in (")", "]") and before in ("(", "[", ",")
                if sign and not empty and sign not in ("(", "[", "not", "-", "+"):
                    if (before, sign) not in (("not", "in"), ("is", "not")):
                        return WhereError(f'expected a value at "{here}"', word.start)
                elif not sign or empty:
                    values = False
            elif not sign:
                return WhereError(f'expected and, or, or a comparison at "{here}"', word.start)
            elif sign not in (")", "]"):
                values = True
            before = sign
        if values:
            tail = from_here(self._text, max(0, len(self._text.rstrip()) - 16))
            return WhereError(f'expected a value after "{tail}"', len(self._text))
        return WhereError(f'can\'t be read: "{from_here(self._text, 0)}"', 0)

    # the tree
    def _node(self, found: ast.expr, depth: int = 0) -> Node:
        place, words = self._where(found)
        if depth > _MOST_NESTED:
            raise self._too_deep(place)
        match found:
            case ast.Name():
                return self._name(self._word(found.id), place, words)
            case ast.BoolOp():
                parts = tuple(self._node(part, depth + 1) for part in found.values)
                return Joined(place, words, isinstance(found.op, ast.And), parts)
            case ast.UnaryOp():
                return self._unary(found, place, words, depth)
            case ast.BinOp() if type(found.op) in _ARITHMETIC:
                left, right = (self._node(each, depth + 1) for each in (found.left, found.right))
                return Arithmetic(place, words, _ARITHMETIC[type(found.op)], left, right)
            case ast.Compare():
                return self._comparisons(found, place, words, depth)
            case ast.Call():
                return self._call(found, place, words, depth)
            case ast.Attribute() if self._word(found.attr).text == "str":
                # As pandas has it: name.str.contains("a").
                return self._node(found.value, depth + 1)
        raise self._unknown(found, place, words)

    def _unknown(self, found: ast.expr, place: int, words: str) -> WhereError:
        if isinstance(found, ast.Attribute):
            return self._no_method(found)
        shown = from_here(words, 0)
        if isinstance(found, ast.Tuple | ast.List):
            return WhereError(f'a list stands only after in: "{shown}"', place)
        return WhereError(f'"{shown}" is not part of a condition', place)

    def _word(self, placeholder: str) -> Word:
        return self._words[int(placeholder[1:])]

    def _where(self, found: ast.expr) -> tuple[int, str]:
        first = self._starts.get(found.col_offset)
        last = self._ends.get(found.end_col_offset or 0)
        start = first.start if first else 0
        return start, self._text[start : last.end if last else len(self._text)]

    def _name(self, word: Word, place: int, words: str) -> Node:
        if word.kind is Kind.VALUE:
            return Constant(place, words, word.value)
        if word.kind is Kind.NAME and word.text == "row" and "row" not in self._names:
            return RowNumber(place, words)
        column = self._names.find(word.text, place)
        self._columns[column] = None
        return Named(place, words, column)

    def _unary(self, found: ast.UnaryOp, place: int, words: str, depth: int) -> Node:
        inner = self._node(found.operand, depth + 1)
        if isinstance(found.op, ast.Not):
            return Not(place, words, inner)
        if isinstance(found.op, ast.UAdd):
            return Arithmetic(place, words, "+", Constant(place, words, 0), inner)
        if isinstance(inner, Constant) and type(inner.value) in (int, float):
            return Constant(place, words, -inner.value)  # type: ignore[operator]
        return Arithmetic(place, words, "-", Constant(place, words, 0), inner)

    def _comparisons(self, found: ast.Compare, place: int, words: str, depth: int) -> Node:
        parts: list[Node] = []
        left = found.left
        for sign, right in zip(found.ops, found.comparators, strict=True):
            parts.append(self._comparison(left, sign, right, depth))
            left = right
        return parts[0] if len(parts) == 1 else Joined(place, words, True, tuple(parts))

    def _comparison(self, first: ast.expr, sign: ast.cmpop, second: ast.expr, depth: int) -> Node:
        if isinstance(sign, ast.In | ast.NotIn):
            found = self._member(self._node(first, depth + 1), second, depth)
            return Not(found.place, found.words, found) if isinstance(sign, ast.NotIn) else found
        left, right = self._node(first, depth + 1), self._node(second, depth + 1)
        place, words = left.place, left.words
        if isinstance(sign, ast.Is | ast.IsNot):
            if not isinstance(right, Constant) or type(right.value) not in (bool, type(None)):
                problem = f'after is stands missing or None, not "{from_here(right.words, 0)}"'
                raise WhereError(problem, right.place)
            if right.value is None:
                test: Node = Missing(place, words, left)
            else:
                test = Compared(place, words, "==", left, right)
            return Not(place, words, test) if isinstance(sign, ast.IsNot) else test
        for side in (left, right):
            if isinstance(side, Constant) and side.value is None:
                raise WhereError(
                    f"nothing equals a missing value; write: {from_here(left.words, 0)} is missing",
                    side.place,
                )
        return Compared(place, words, _COMPARISONS[type(sign)], left, right)

    def _member(self, left: Node, second: ast.expr, depth: int) -> Node:
        if isinstance(second, ast.Tuple | ast.List):
            values = tuple(self._constant(each, depth) for each in second.elts)
            return Member(left.place, left.words, left, values)
        right = self._node(second, depth + 1)
        if isinstance(right, Constant):
            return Member(left.place, left.words, left, (right.value,))
        if isinstance(left, Constant) and isinstance(left.value, str):
            return Called(left.place, left.words, "contains", right, (left.value,))
        problem = f'after in stands a list, as in (1, 2), not "{from_here(right.words, 0)}"'
        raise WhereError(problem, right.place)

    def _constant(self, found: ast.expr, depth: int) -> Scalar:
        node = self._node(found, depth + 1)
        if not isinstance(node, Constant):
            raise WhereError(
                f'a list holds numbers and text, not "{from_here(node.words, 0)}"', node.place
            )
        return node.value

    def _call(self, found: ast.Call, place: int, words: str, depth: int) -> Node:
        if found.keywords:
            raise WhereError(f'no names of arguments: "{from_here(words, 0)}"', place)
        if isinstance(found.func, ast.Attribute):
            return self._method(found.func, found.args, place, words, depth)
        if not isinstance(found.func, ast.Name):
            raise WhereError(f'"{from_here(words, 0)}" can\'t be called', place)
        word = self._word(found.func.id)
        name = word.text
        if name not in _MISSING_TESTS and name != "abs":
            problem = f'no function "{from_here(name, 0)}"; there are {_FUNCTIONS}'
            raise WhereError(problem, place)
        if len(found.args) != 1:
            raise WhereError(f"{name} takes one value in its brackets", place)
        inner = self._node(found.args[0], depth + 1)
        if name == "abs":
            return Called(place, words, "abs", inner)
        return self._missing(name, inner, place, words)

    def _missing(self, name: str, inner: Node, place: int, words: str) -> Node:
        test = Missing(place, words, inner)
        return Not(place, words, test) if _MISSING_TESTS[name] else test

    def _method(
        self, found: ast.Attribute, arguments: list[ast.expr], place: int, words: str, depth: int
    ) -> Node:
        name = self._word(found.attr).text
        inner = self._node(found.value, depth + 1)
        if name in _MISSING_TESTS and not arguments:
            return self._missing(name, inner, place, words)
        if name in _TEXT_CHANGES and not arguments:
            return Called(place, words, name, inner)
        if name == "isin" and len(arguments) == 1:
            return self._member(inner, arguments[0], depth)
        if name in _TEXT_TESTS and len(arguments) == 1:
            argument = arguments[0]
            several = isinstance(argument, ast.Tuple | ast.List)
            texts = [
                self._constant(each, depth)
                for each in (argument.elts if several else [argument])  # type: ignore[attr-defined]
            ]
            if all(isinstance(text, str) for text in texts):
                return Called(place, words, name, inner, tuple(map(str, texts)))
            raise WhereError(f'{name} takes text in quotes: {name}("a")', place)
        if name in (*_TEXT_TESTS, *_TEXT_CHANGES, "isin"):
            raise WhereError(f"{name} has a wrong number of values in its brackets", place)
        raise self._no_method(found)

    def _no_method(self, found: ast.Attribute) -> WhereError:
        word = self._word(found.attr)
        name = from_here(word.text, 0)
        return WhereError(f'no test "{name}" of a value; there are {_METHODS}', word.start)
