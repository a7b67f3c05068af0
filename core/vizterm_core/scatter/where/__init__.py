"""Conditions over columns: which rows are to be shown, in words like ``split == "test"``.

Python's own expressions, of which a list of few is known: columns by name (in backquotes if the
name is an odd one; the last part of a path is enough, if only one column has it), numbers, text and
dates in quotes, ``== != < <= > >=`` and chains of them, ``and or not`` (also ``& | ~``, which bind
as these do), ``in`` a list, ``is missing``, arithmetic, ``abs``, and tests of text: ``"cat" in
name``, ``name.startswith("a")``, ``endswith``, ``contains``, ``lower``, ``upper``, ``strip``.
``row`` is the number of the row.  Nothing is ever executed: the tree is evaluated by numpy.

A comparison with a missing value is neither true nor false, also ``!=`` and ``not`` of it, as in
SQL: such rows are left out, and ``loss is missing`` finds them.  A date is compared as finely as it
is written: ``day == "2023-05"`` is any day of that May, ``day > "2023-05"`` begins with June.
Text and a number are compared as numbers where the text is one.
"""

from vizterm_core.scatter.where.condition import Condition, parse_where
from vizterm_core.scatter.where.words import WhereError

__all__ = ["Condition", "WhereError", "parse_where"]
