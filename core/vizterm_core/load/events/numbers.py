"""Numbers in text as people and programs write them: 1.5, 1,5, 1,234, 45 %, 12px."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.files.text.cells import MISSING
from vizterm_core.load.events.names import quoted

NO_VALUE = MISSING | {".", "-", "--", "\N{EM DASH}", "nan%", "-nan", "undefined", "N/a"}
"""Cells without a value; EyeLink writes a dot."""

_BLANKS = "\u00a0\u202f\u2009"
"""Blanks that separate thousands."""
_APART = _BLANKS + "'\N{RIGHT SINGLE QUOTATION MARK}"
_MARKS = str.maketrans("", "", _APART)
MARKS = frozenset("," + _APART)
"""What may stand inside a number, and isn't read by `float`."""
_BY_MARKS = re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:[{_APART}]\d{{3}})+(?:[.,]\d*)?")
_UNIT = re.compile(r"(?<=[\d.,])\s*(%|°|[a-zA-Zµ]{1,3})$")
_BY_COMMAS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?")
_BY_DOTS = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?")
_COMMA = re.compile(r"[+-]?[\d.]*,\d+(?:[eE][+-]?\d+)?")
_MOST_CELLS = 20_000


class EntryError(ValueError):
    """An entry that isn't an event; the text says why."""


@dataclass(frozen=True, slots=True)
class Numerals:
    """How numbers are written."""

    comma: bool = False
    """Whether a comma is the decimal mark."""
    thousands: bool = False
    """Whether commas separate thousands."""
    marks: bool = False
    """Whether apostrophes or narrow blanks separate thousands."""
    unit: str = ""
    """What follows the numbers: "%", "px"."""

    @property
    def plain(self) -> bool:
        """Whether `float` reads them."""
        return not (self.comma or self.thousands or self.marks or self.unit)

    @property
    def note(self) -> str:
        """What is to be said about them; "" for plain ones."""
        said = []
        if self.comma:
            said.append("decimal commas")
        if self.thousands:
            said.append("commas between thousands")
        if self.marks:
            said.append("marks between thousands")
        if self.unit:
            said.append(f"numbers in {self.unit}")
        return ", ".join(said)

    def number(self, cell: str) -> float:
        """Return a cell's number.

        Raises
        ------
        EntryError
            If it is empty, or no finite number.
        """
        text = cell.strip()
        found = _float(text)
        if found is None and text in NO_VALUE:
            raise EntryError(f"{quoted(cell)} is not a number")
        if found is None and not self.plain:
            found = _float(self.rewritten(text))
        if found is None:
            raise EntryError(f"{quoted(cell)} is not a number")
        if not isfinite(found):
            raise EntryError(f"{quoted(found)} is not a finite number")
        return found

    def rewritten(self, text: str) -> str:
        """Return a number as Python writes it."""
        text = text.translate(_MARKS)
        if self.unit:
            text = text.removesuffix(self.unit).rstrip()
        if self.comma:
            if "." in text and _BY_DOTS.fullmatch(text):
                text = text.replace(".", "")
            return text.replace(",", ".") if "." not in text else text
        return text.replace(",", "") if _BY_COMMAS.fullmatch(text) else text

    def numbers(self, cells: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return the numbers of cells: NaN where there is none."""
        if not self.plain:
            cells = [self.rewritten(cell.strip()) for cell in cells]
        if "_" not in "".join(cells):
            try:
                values = np.array(list(map(float, cells)), np.float64)
            except ValueError:
                pass
            else:
                values[~np.isfinite(values)] = np.nan
                return values
        found = [_float(cell.strip()) for cell in cells]
        values = np.array([np.nan if value is None else value for value in found], np.float64)
        values[~np.isfinite(values)] = np.nan
        return values


PLAIN = Numerals()


def find_numerals(
    cells: Iterable[str], decimal: str | None = None, *, between_commas: bool = False
) -> Numerals:
    """Return how numbers are written, from the first cells of a table.

    Parameters
    ----------
    cells : iterable of str
    decimal : {".", ","}, optional
        The decimal mark, where it was given.
    between_commas : bool
        Whether commas separate the cells: inside quotes, 1,234 is a thousand then.
    """
    commas = thousands = False
    grouped = 0
    units: Counter[str] = Counter()
    given = [cell.strip() for cell, _ in zip(cells, range(_MOST_CELLS))]  # noqa: B905
    marks = any(_BY_MARKS.match(cell) for cell in given)
    some = [cell.translate(_MARKS) for cell in given]
    for text in some:
        found = _UNIT.search(text)
        if found is not None and _float(text) is None:
            units[found[1]] += 1
            text = text[: found.start()]  # noqa: PLW2901
        if "," not in text:
            continue
        if _BY_COMMAS.fullmatch(text):
            grouped += 1
            thousands |= "." in text or text.count(",") > 1
        elif _COMMA.fullmatch(text) or _BY_DOTS.fullmatch(text):
            commas = True
    if decimal is not None:
        commas = decimal == ","
    elif not commas:
        commas = bool(grouped) and not thousands and not between_commas
    unit = max(units, key=lambda each: units[each], default="")
    unit = unit if unit in _UNITS else ""
    return Numerals(commas, bool(grouped) and not commas, marks, unit)


_UNITS = frozenset({"%", "°", "px", "pt", "mm", "cm", "m", "km", "ms", "s", "deg", "dip", "em"})


def number(value: Any) -> float:
    """Return a value from JSON or Python as a finite float.

    Raises
    ------
    EntryError
        For text, None, booleans, NaN and numbers beyond float64.
    """
    if type(value) is float and isfinite(value):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise EntryError(f"{called(value)} is not a number")
    try:
        result = float(value)
    except OverflowError:
        result = inf
    if not isfinite(result):
        raise EntryError(f"{quoted(result)} is not a finite number")
    return result


def called(value: Any) -> str:
    """Return a value from JSON for a message."""
    # The text of nested lists can be very long, or too deep to be built.
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list | tuple) else quoted(value)


def parse_number(text: str, decode: Callable[[str], str] = str) -> float:
    """Parse a finite float by the rules of `numpy.loadtxt`: no underscores, any blanks.

    Parameters
    ----------
    text : str
    decode : callable
        Returns the text as a message shows it.

    Raises
    ------
    EntryError
    """
    found = _float(text.strip())
    if found is None:
        raise EntryError(f"{quoted(decode(text))} is not a number")
    return number(found)


def _float(text: str) -> float | None:
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None
