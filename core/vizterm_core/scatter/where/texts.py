"""Text of a condition: tests and changes of it, once for each distinct text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from vizterm_core.scatter.where.values import Value

TEXT_CHANGES: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "strip": str.strip,
}
"""What can be made of text."""
TEXT_TESTS: dict[str, Callable[[str, tuple[str, ...]], bool]] = {
    "startswith": lambda text, starts: text.startswith(starts),
    "endswith": lambda text, ends: text.endswith(ends),
    "contains": lambda text, parts: any(part in text for part in parts),
}
"""What can be asked of text: whether one of some others is in it."""


def test_text(function: str, value: Value, texts: tuple[str, ...]) -> Value:
    """Return which texts contain, start with or end with one of some others."""
    test = TEXT_TESTS[function]
    if value.single:
        return Value("truth", test(value.data, texts))
    found = np.array([test(each, texts) for each in value.data.tolist()], bool)
    return Value("truth", found, value.missing, value.column)


def change_text(function: str, value: Value) -> Value:
    """Return texts in lower or upper case, or without blanks around them."""
    change = TEXT_CHANGES[function]
    if value.single:
        return Value("text", change(value.data))
    data = np.empty(len(value.data), object)
    data[:] = [change(each) for each in value.data.tolist()]
    return replace(value, data=data)
