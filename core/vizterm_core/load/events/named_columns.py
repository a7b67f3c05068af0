"""Which columns with names are x, y and the weight, with a look at their first values."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.load.doubt import Doubt
from vizterm_core.load.events.column import HINT, Choice, Column, list_names, tell_choice
from vizterm_core.load.events.counters import FEWEST_RISING, never_falls, numbers_rows
from vizterm_core.load.events.names import (
    WEIGHT_NAMES,
    Pair,
    find_pairs,
    plain_name,
    says_something_else,
    shown_name,
    weight_rank,
    words_of,
)

_CLOSE = 2.6
"""Pairs whose rank is so much worse at most are named."""
_MOST_OTHERS = 3
_MOST_EXTRA = 2
_REPEATED = 0.5
"""Share of rows that repeat the number above from which it is that of several rows."""
_LASTS = frozenset(
    {"duration", "durations", "dur", "dwell", "dauer", "durée", "duracion", "duración"}
)
_CORNER_PAIRS = 2
_CORNERS = ({"1", "2"}, {"min", "max"}, {"0", "1"}, {"start", "end"}, {"tl", "br"})


def choose_by_name(columns: Sequence[Column], name: str) -> Choice:
    """Choose among columns with names; a DataError if there is no pair of x and y."""
    pairs = _plausible(find_pairs([column.name for column in columns]), columns)
    if not pairs:
        missing = "y" if "x" in {plain_name(column.name) for column in columns} else "x"
        raise DataError(f"{name}: no column {missing!r} among {list_names(columns)}", HINT)
    pair = pairs[0]
    weight, unused = _weight(columns, pair)
    places = [place for place in (pair.x, pair.y, weight) if place is not None]
    names = tuple(columns[place].name.strip() for place in places)
    choice = Choice(pair.x, pair.y, weight, names=names)
    others = [other for other in pairs[1:] if other.rank <= pair.rank + _CLOSE]
    box = _box(columns, pair, pairs)
    if box:
        others = [other for other in others if not _same_box(pair, other)]
    also = _also(columns, others)
    told = tell_choice(choice, columns) + also
    return replace(choice, doubts=(Doubt(box),) if box else (), notes=(told, *unused))


def _also(columns: Sequence[Column], others: Sequence[Pair]) -> str:
    if not others:
        return ""
    shown = [
        f"{shown_name(columns[other.x].name)}/{shown_name(columns[other.y].name)}"
        for other in others[:_MOST_OTHERS]
    ]
    more = len(others) - len(shown)
    return f"; also there: {', '.join(shown)}" + (f" and {more:,} more" if more else "")


def _plausible(pairs: Sequence[Pair], columns: Sequence[Column]) -> list[Pair]:
    """Return pairs of numbers, those first that are filled and change."""
    found = []
    for pair in pairs:
        sides = columns[pair.x], columns[pair.y]
        if not all(side.numeric or side.empty for side in sides):
            continue
        empty = any(side.empty for side in sides)
        still = all(
            len(side.numbers) > 1 and (side.numbers == side.numbers[0]).all() for side in sides
        )
        found.append(replace(pair, rank=pair.rank + 20 * empty + 4 * still))
    if not found and pairs:
        # Names say it, whatever the first rows hold: bad rows are counted.
        found = list(pairs)
    return sorted(found, key=lambda pair: (pair.rank, pair.x))


def _weight(columns: Sequence[Column], pair: Pair) -> tuple[int | None, tuple[str, ...]]:
    """Return the place of the weight, and what is to be said of columns that are none."""
    said: list[str] = []
    taken = {pair.x, pair.y}
    names = {plain_name(column.name) for column in columns}
    ranked = sorted(
        (rank, place)
        for place, column in enumerate(columns)
        if place not in taken and (rank := weight_rank(column.name)) is not None
    )
    for _, place in ranked:
        column = columns[place]
        shown = shown_name(column.name)
        if plain_name(column.name) == "w" and names & {"h", "height"}:
            continue
        if not (column.numeric or column.empty):
            continue
        if numbers_rows(column.values):
            said.append(f"each event counts 1: {shown} only numbers the rows")
        elif _repeats(column, columns[pair.x]):
            said.append(
                f"each event counts 1: {shown} is that of several rows in turn "
                f"(--columns X,Y,{shown} weighs by it)"
            )
        else:
            return place, ()
    pairs = {
        place for other in find_pairs([c.name for c in columns]) for place in (other.x, other.y)
    }
    return None, tuple(said[:1]) or _unused(columns, taken | pairs)


def _unused(columns: Sequence[Column], taken: set[int]) -> tuple[str, ...]:
    """What is to be said of numbers that might have been meant as weights."""
    left = [
        column
        for place, column in enumerate(columns)
        if place not in taken
        and column.numeric
        and not column.pair
        and not says_something_else(column.name)
        and not never_falls(column.values)
        and len(set(column.numbers.tolist())) > 1
    ]
    misspelt = [
        column
        for column in left
        if difflib.get_close_matches(column.name.strip().casefold()[:40], WEIGHT_NAMES, 1, 0.75)
    ]
    named = misspelt or (left if len(left) <= _MOST_EXTRA else [])
    if not named:
        return ()
    shown = ", ".join(shown_name(column.name) for column in named[:_MOST_OTHERS])
    return (f"each event counts 1: {shown} not used as weight",)


def _repeats(column: Column, x: Column) -> bool:
    """Whether a number stays the same over rows in turn, as that of a whole fixation does."""
    if not _LASTS & {*words_of(column.name)}:
        return False
    both = np.isfinite(column.values) & np.isfinite(x.values)
    values, xs = column.values[both], x.values[both]
    if len(values) < FEWEST_RISING or (values == values[0]).all():
        return False
    same = (np.diff(values) == 0) & (np.diff(xs) != 0)
    return bool(same.mean() > _REPEATED)


def _box(columns: Sequence[Column], pair: Pair, pairs: Sequence[Pair]) -> str:
    """What is to be said if a pair is the corner of boxes; "" if it isn't."""
    # A screen's width and height, the same in each row, are no box.
    names = {
        plain_name(column.name)
        for column in columns
        if len(column.numbers) < 2 or not (column.numbers == column.numbers[0]).all()
    }
    stem = "".join(pair.stem)
    sizes = ({f"{stem}w", f"{stem}h"}, {f"{stem}width", f"{stem}height"}, {"w", "h"},
             {f"w{stem}", f"h{stem}"}, {"width", "height"})  # fmt: skip
    x, y = (shown_name(columns[place].name) for place in (pair.x, pair.y))
    if any(size <= names for size in sizes) and not {"center", "centre", "c"} & {*pair.stem}:
        return f"boxes: counted at {x}, {y} alone, not over their area"
    if sum(_same_box(pair, other) for other in pairs) == 1 and not _third(pair, pairs):
        return f"boxes: counted at the corner {x}, {y}, not over their area"
    return ""


def _third(pair: Pair, pairs: Sequence[Pair]) -> bool:
    """Whether there are more than two numbered pairs: places of several things, and no corners."""
    words = {word for word in pair.stem if not word.isdecimal()}
    return (
        sum(words == {w for w in other.stem if not w.isdecimal()} for other in pairs)
        > _CORNER_PAIRS
    )


def _same_box(pair: Pair, other: Pair) -> bool:
    if pair.axis in ("left", "xmin") and other.axis in ("right", "xmax"):
        return True
    ends = {*pair.stem} ^ {*other.stem}
    return len(pair.stem) == len(other.stem) and ends in _CORNERS[:3]
