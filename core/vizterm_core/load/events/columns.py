"""Which columns of a table are x, y and the weight, and what is to be said about that.

One rule for all tables: text, JSON, arrays, data frames.  Names decide where there are any, with a
look at the first values; without names the values do, and doubt is said first.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError, UsageError
from vizterm_core.load.doubt import Doubt
from vizterm_core.load.events.names import (
    WEIGHT_NAMES,
    Pair,
    find_pairs,
    plain_name,
    quoted,
    says_something_else,
    shown_name,
    weight_rank,
    words_of,
)
from vizterm_core.load.events.options import EventOptions

MOST_LISTED = 16
"""Names in a message; others are counted."""
HINT = "choose with --columns X,Y[,WEIGHT]"

_CLOSE = 2.6
"""Pairs whose rank is so much worse at most are named."""
_MOST_OTHERS = 3
_FEWEST_RISING = 5
_FEWEST_COUNTED = 3
"""Rows from which numbers that go up by the same step are a counter."""
_FEWEST_NUMBERED = 4
"""Rows from which numbers that go up by one are no weight."""
_FEW = 0.1
"""Share of different values up to which whole numbers may be ids."""
_MOST_EXTRA = 2
_BOX = 4
_REPEATED = 0.5
"""Share of rows that repeat the number above from which it is that of several rows."""
_RISING = 0.4
"""Share of steps up from which numbers that never fall rise."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The beginning of a column."""

    name: str
    """"" where it has none."""
    values: npt.NDArray[np.float64]
    """(n,) of the first rows, NaN where there is no number."""
    text: int = 0
    """Cells among them that hold something else."""
    pair: bool = False
    """Whether it is a part of a field that holds both x and y."""

    @property
    def numbers(self) -> npt.NDArray[np.float64]:
        """The numbers that there are."""
        return self.values[np.isfinite(self.values)]

    @property
    def numeric(self) -> bool:
        """Whether most of what it holds is numbers."""
        return len(self.numbers) > self.text

    @property
    def empty(self) -> bool:
        """Whether it holds nothing yet."""
        return not len(self.numbers) and not self.text


@dataclass(frozen=True, slots=True)
class Choice:
    """Places of the columns, and what is to be said."""

    x: int
    y: int
    weight: int | None = None
    by: int | None = None
    time: int | None = None
    names: tuple[str, ...] = ()
    """Of x, y and perhaps the weight, as in the data; empty where they have none."""
    doubts: tuple[Doubt, ...] = ()
    """To be said first."""
    notes: tuple[str, ...] = ()

    @property
    def use(self) -> tuple[int, ...]:
        """Places of x, y and perhaps the weight."""
        return (self.x, self.y) if self.weight is None else (self.x, self.y, self.weight)

    @property
    def said(self) -> tuple[str, ...]:
        """All that is to be said, doubt first."""
        return self.doubts + self.notes


def choose_columns(
    columns: Sequence[Column], options: EventOptions, name: str, *, named: bool = True
) -> Choice:
    """Return which columns are the events.

    Parameters
    ----------
    columns : sequence of Column
    options : EventOptions
    name : str
        The file in messages.
    named : bool
        Whether the columns have names.

    Raises
    ------
    DataError
        If there is no pair that may be x and y, or none of the names that were asked for.
    """
    if options.columns is not None:
        choice = _asked_for(columns, options.columns, name, named=named)
    elif named:
        choice = _by_name(columns, name)
    else:
        choice = _by_place(columns, name)
    by = _one(columns, options.by, "--by", name)
    time = _one(columns, options.time, "--time", name)
    if choice.weight is not None and options.columns is None and choice.weight in (by, time):
        choice = replace(choice, weight=None, names=choice.names[:2], notes=())
        choice = replace(choice, notes=(_told(choice, columns),))
    return replace(choice, by=by, time=time)


def list_names(columns: Sequence[Column]) -> str:
    """Return the columns' names for a message."""
    listed = ", ".join(quoted(column.name) for column in columns[:MOST_LISTED])
    more = len(columns) - MOST_LISTED
    return listed + (f" and {more:,} more" if more > 0 else "")


def find_column(columns: Sequence[Column], wanted: str) -> int | None:
    """Return the place of a column: of that name, nearly of that name, or counted from 1."""
    names = [column.name.strip() for column in columns]
    if wanted.strip() in names:
        return names.index(wanted.strip())
    plain = plain_name(wanted)
    if plain and not plain.isdecimal():
        found = [place for place, each in enumerate(names) if plain_name(each) == plain]
        return found[0] if found else None
    if wanted.strip().isdecimal():
        place = int(wanted.strip()[:9]) - 1
        return place if 0 <= place < len(columns) else None
    return None


def _one(columns: Sequence[Column], wanted: str | None, option: str, name: str) -> int | None:
    if wanted is None:
        return None
    place = find_column(columns, wanted)
    if place is None:
        held = list_names(columns) if any(column.name for column in columns) else _count(columns)
        raise UsageError(
            f"{option} {quoted(wanted)[1:-1]}: {name} has no such column; there are {held}",
            "name one of them, or count from 1",
        )
    return place


def _count(columns: Sequence[Column]) -> str:
    return f"{len(columns):,} without names"


def _asked_for(
    columns: Sequence[Column], wanted: Sequence[str], name: str, *, named: bool
) -> Choice:
    places = [find_column(columns, each) for each in wanted]
    for place, each in zip(places, wanted, strict=True):
        if place is not None:
            continue
        if each.strip().isdecimal():
            raise DataError(
                f"{name} has {len(columns):,} columns, so there are no columns "
                f"{', '.join(quoted(column)[1:-1] for column in wanted)}",
                "they are counted from 1",
            )
        if not named:
            raise DataError(
                f"{name}: there is no header to name {', '.join(map(quoted, wanted))}",
                "count columns from 1 instead, e.g. --columns 1,2",
            )
        raise DataError(f"{name}: no column {quoted(each)} among {list_names(columns)}", HINT)
    x, y, *rest = [place for place in places if place is not None]
    names = tuple(columns[place].name.strip() for place in (x, y, *rest)) if named else ()
    choice = Choice(x, y, rest[0] if rest else None, names=names)
    return replace(choice, notes=(_told(choice, columns),))


def _by_name(columns: Sequence[Column], name: str) -> Choice:
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
    return replace(
        choice, doubts=(Doubt(box),) if box else (), notes=(_told(choice, columns) + also, *unused)
    )


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
    if len(values) < _FEWEST_RISING or (values == values[0]).all():
        return False
    same = (np.diff(values) == 0) & (np.diff(xs) != 0)
    return bool(same.mean() > _REPEATED)


_LASTS = frozenset(
    {"duration", "durations", "dur", "dwell", "dauer", "durée", "duracion", "duración"}
)


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


_CORNER_PAIRS = 2
_CORNERS = ({"1", "2"}, {"min", "max"}, {"0", "1"}, {"start", "end"}, {"tl", "br"})


def _same_box(pair: Pair, other: Pair) -> bool:
    if pair.axis in ("left", "xmin") and other.axis in ("right", "xmax"):
        return True
    ends = {*pair.stem} ^ {*other.stem}
    return len(pair.stem) == len(other.stem) and ends in _CORNERS[:3]


def _by_place(columns: Sequence[Column], name: str) -> Choice:
    """Choose among columns without names, by their first values."""
    numeric = [place for place, column in enumerate(columns) if column.numeric]
    if len(numeric) < 2:
        numeric = [place for place, column in enumerate(columns) if len(column.numbers)]
    if len(numeric) < 2 and all(column.empty for column in columns):
        numeric = list(range(len(columns)))
    if len(numeric) < 2:
        raise DataError(f"{name}: no two columns of numbers", HINT)
    left = numeric
    passed: list[int] = []
    while len(left) > 2 and _is_no_position(columns, left):
        passed.append(left[0])
        left = left[1:]
    x, y, *rest = left
    weight = rest[0] if len(rest) == 1 else None
    if weight is not None and (
        numbers_rows(columns[weight].values) or is_rising(columns[weight].values)
    ):
        weight = None
    choice = Choice(x, y, weight)
    told = _told(choice, columns)
    doubts = []
    if len(rest) > 1:
        doubts.append(Doubt(f"{told}; {_four(columns, left)} (--columns)"))
    elif passed:
        numbered = ", ".join(str(place + 1) for place in passed)
        what = "a time or a counter" if is_rising(columns[passed[-1]].values) else "an id"
        doubts.append(Doubt(f"{told}; column {numbered} looks like {what}"))
    elif rest and weight is None:
        doubts.append(Doubt(f"{told}; column {rest[0] + 1} rises, and is no weight"))
    if looks_like_latitude(columns[x].numbers, columns[y].numbers):
        doubts.append(
            Doubt(
                f"column {x + 1} may be latitude, and column {y + 1} longitude: "
                f"--columns {y + 1},{x + 1} swaps them"
            )
        )
    said_already = any(doubt.startswith(told) for doubt in doubts)
    return replace(choice, doubts=tuple(doubts), notes=() if said_already else (told,))


def _is_no_position(columns: Sequence[Column], left: Sequence[int]) -> bool:
    """Whether the first of the columns that are left is a time, a counter, or an id."""
    first = columns[left[0]]
    if is_rising(first.values) or (len(left) > 3 and never_falls(first.values)):
        return True
    numbers = first.numbers
    if len(numbers) < 2 * _FEWEST_RISING or (numbers != np.rint(numbers)).any():
        return False
    different = [len(np.unique(columns[place].numbers)) for place in left[:3]]
    # One that hardly changes beside two that do.
    return (
        different[0] <= max(1, _FEW * len(numbers))
        and min(different[1:]) >= 5 * different[0]
        and (len(left) > 3 or different[0] == 1 or min(different[1:]) >= 10 * different[0])
    )


def _four(columns: Sequence[Column], left: Sequence[int]) -> str:
    """Say what rows of four and more numbers may be."""
    numbers = [columns[place].values for place in left[:_BOX]]
    if len(numbers) == _BOX:
        x1, y1, x2, y2 = numbers
        with np.errstate(invalid="ignore"):
            if ((x2 > x1) & (y2 > y1))[np.isfinite(x1 + x2)].all():
                return "boxes x1,y1,x2,y2 or x,y,w,h have a corner there"
        return (
            f"{len(left):,} numbers a row may be boxes x,y,w,h"
            if len(left) < 11
            else (f"{len(left):,} numbers a row")
        )
    return f"{len(left):,} numbers a row"


def is_rising(values: npt.NDArray[np.float64]) -> bool:
    """Whether each number is larger than the one before: a time, or a counter."""
    numbers = values[np.isfinite(values)]
    if len(numbers) < _FEWEST_COUNTED:
        return False
    steps = np.diff(numbers)
    if (steps > 0).all():
        return len(numbers) >= _FEWEST_RISING or bool(np.allclose(steps, steps[0], rtol=1e-6))
    # Two samples at one moment are usual.
    enough = len(numbers) >= 2 * _FEWEST_RISING
    return enough and bool((steps >= 0).all() and np.mean(steps > 0) > _RISING)


def numbers_rows(values: npt.NDArray[np.float64]) -> bool:
    """Whether numbers count rows, or frames of several rows each."""
    numbers = values[np.isfinite(values)]
    steps = np.diff(numbers)
    if len(numbers) >= _FEWEST_NUMBERED and (steps == 1).all():
        return True
    several = len(numbers) >= 2 * _FEWEST_NUMBERED and np.isin(steps, (0, 1)).all()
    return bool(several and (steps > 0).sum() > 1)


def never_falls(values: npt.NDArray[np.float64]) -> bool:
    """Whether numbers go up or stay: those of frames of several rows each."""
    numbers = values[np.isfinite(values)]
    steps = np.diff(numbers)
    return len(numbers) >= _FEWEST_RISING and bool((steps >= 0).all() and (steps > 0).any())


def looks_like_latitude(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> bool:
    """Whether two columns without names may be latitude and longitude, in this order.

    Places of a region: fractions, whose spread is small beside how far they are from zero.
    """
    if not len(x) or not len(y) or np.abs(x).max() > 90 or np.abs(y).max() > 180:
        return False
    fractions = all(np.mean(np.abs(values * 1000 % 1 - 0.5) < 0.499) > 0.5 for values in (x, y))
    far = all(abs(values.mean()) > 2 * values.std() for values in (x, y))
    beyond_one = max(np.abs(x).max(), np.abs(y).max()) > 1.5
    return bool(fractions and far and beyond_one)


def _told(choice: Choice, columns: Sequence[Column]) -> str:
    """Say which columns were chosen."""
    if choice.names:
        return f"columns {', '.join(shown_name(name) for name in choice.names)}"
    what = "x, y, weight" if choice.weight is not None else "x, y"
    places = ", ".join(str(place + 1) for place in choice.use)
    header = "no header: " if columns else ""
    return f"{header}{what} are columns {places}"


def words_of_time(name: str) -> str:
    """Return the unit that a column's name tells, "" without one: "ns", "ms", "us", "s", "min"."""
    units = {"ns": "ns", "ms": "ms", "msec": "ms", "millis": "ms", "milliseconds": "ms",
             "us": "us", "µs": "us", "μs": "us", "usec": "us", "s": "s", "sec": "s", "secs": "s",
             "second": "s", "seconds": "s", "sekunden": "s", "min": "min", "minute": "min",
             "minutes": "min", "h": "h", "hour": "h", "hours": "h", "nanoseconds": "ns",
             "microseconds": "us"}  # fmt: skip
    return next((units[word] for word in reversed(words_of(name)) if word in units), "")
