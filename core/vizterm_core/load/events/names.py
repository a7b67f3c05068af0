"""Names of columns in tables of events: which of them are positions, which are weights.

Nothing here looks at values.  Two names are a pair if they differ in nothing but their axis: x and
y, longitude and latitude, column and row, in the languages of usual exports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from vizterm_core.checks import shown
from vizterm_core.text import clean

_AXES = (
    ("x", "y"), ("lon", "lat"), ("lng", "lat"), ("long", "lat"), ("longitude", "latitude"),
    ("easting", "northing"), ("eastings", "northings"), ("col", "row"), ("column", "row"),
    ("cols", "rows"), ("spalte", "zeile"), ("rechtswert", "hochwert"), ("länge", "breite"),
    ("längengrad", "breitengrad"), ("laengengrad", "breitengrad"), ("colonne", "ligne"),
    ("columna", "fila"), ("coluna", "linha"), ("colonna", "riga"), ("kolom", "rij"),
    ("longitud", "latitud"), ("longitudine", "latitudine"), ("abscissa", "ordinate"),
    ("abscisse", "ordonnée"), ("abscisse", "ordonnee"), ("laenge", "breite"),
    ("horizontal", "vertical"), ("left", "top"), ("xmin", "ymin"), ("xmax", "ymax"),
    ("xcoord", "ycoord"), ("xpos", "ypos"), ("ra", "dec"),
    ("raj", "dej"),
)  # fmt: skip
"""Words for the horizontal and the vertical axis."""
_FUSED = tuple(
    (across, down) for across, down in _AXES if across not in ("left", "long", "col", "ra", "raj")
)
"""Those that may be grown together with other words: "startlng"."""
_LESS_USUAL = {
    "col": 0.5, "column": 0.5, "cols": 0.5, "horizontal": 0.8, "abscissa": 0.8, "abscisse": 0.8,
    "left": 1.5, "xmin": 2.0, "xmax": 3.0,
}  # fmt: skip
"""What is added to the rank of pairs called so."""


def _set_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BEST_WORDS = {
    "x": 0.0, "gaze": 0.3, "pixel": 0.35, "pixels": 0.35, "page": 0.4, "client": 0.5, "screen": 0.6,
    "offset": 0.65,
    "mouse": 0.7, "cursor": 0.7, "click": 0.7, "touch": 0.7, "pos": 0.7, "position": 0.7,
    "point": 0.7, "location": 0.7, "loc": 0.7, "coord": 0.7, "coords": 0.7, "coordinate": 0.7,
    "coordinates": 0.7, "geometry": 0.7, "fix": 0.7, "fixation": 0.7, "fpog": 0.75, "bpog": 0.7,
    "event": 0.8, "center": 0.7, "centre": 0.7, "centroid": 0.7, "xy": 0.5,
}  # fmt: skip
"""What a pair is best called by."""
_WORSE_WORDS = {
    2.0: "left l l2 right2 start begin from 1 0 min first current",
    2.5: "right r 2 3 4 5 6 7 8 9 end stop to max last target previous prev next old dest",
    2.6: "destination dropoff previousfix nextfix",
    3.0: "norm normalized normalised adcsnorm mcsnorm mcs dacs mm cm deg degree degrees bbox box",
    3.1: "object image img",
    6.0: "3d direction origin eye eyes pupil head face camera gyro gyroscope accel magnetometer",
    6.1: "raw axis plane hand wrist",
    10.0: "velocity speed vel v acc acceleration delta d dx dist distance diff std sd var variance",
    10.1: "err error size scale tilt angle resolution res width height dimension rotation rot",
    10.2: "scroll movement dim quat viewport shape range bounds extent window display index domain",
    10.3: "lim limits interval",
}
_WORD_RANK = {
    word: rank for rank, words in _WORSE_WORDS.items() for word in words.split()
} | _BEST_WORDS
_OTHER_WORD = 1.0
_PER_WORD = 0.15

WEIGHT_NAMES = _set_of(
    "weight weights w count counts n cnts value values hits hit duration durations dur dwell "
    "freq frequency frequencies intensity magnitude anzahl häufigkeit gewicht gewichtung peso "
    "pesos cantidad quantidade nombre poids aantal wert valor dauer durée duracion duración "
    "duração numero events clicks visits views occurrences density amount"
)
"""Last words of a column's name that say how much an event counts."""
_EXACT_WEIGHTS = frozenset({"n", "w", "value", "values", "events", "clicks", "nombre",
                            "numero", "wert", "valor", "density", "intensity"})  # fmt: skip
"""Those that say so only where they are the whole name."""
_UNITS = _set_of("ms s sec secs seconds msec us µs ns px")
_WEIGHT_FIRST = ("weight", "count", "n", "value")

NOT_WEIGHTS = _set_of(
    "time times timestamp timestamps ts t date datetime clock zeit tiempo temps tempo hora id ids "
    "idx index nr no number frame frames session user participant trial recording section page "
    "confidence conf score probability prob pupil diameter z h w width height radius r validity "
    "valid worn age year month day hour minute second lat lon x y event code button key type kind "
    "class label cluster group team player period"
)
"""Words of names of numbers that say something else."""

_BRACKETED = re.compile(r"\([^()]*\)|\[[^][]*\]")
"""The innermost brackets: a search for others would take time by the square of a hostile name."""
_WORDS = re.compile(r"[23]D|[A-Z]+(?![^\W\dA-Z_])|[A-Z]?[^\W\dA-Z_]+|\d+|[^\W_]")
MOST_NAMES = 4096
"""Names that are looked at: more are those of a grid's columns, or hostile."""
_LONGEST = 120
"""Characters of a name that are looked at."""
_SHOWN = 40


def plain_name(name: str) -> str:
    """Return a column's name without case, unit and punctuation.

    >>> plain_name("Page_X (px)")
    'pagex'
    """
    return re.sub(r"[\W_]", "", _BRACKETED.sub("", name)).casefold()


def quoted(value: object) -> str:
    """Return a value from a file, short and harmless, for a message."""
    try:
        return f"{clean(str(value).strip(), _SHOWN)!r}"
    except Exception:  # noqa: BLE001 - a stranger's code
        return shown(value)


def shown_name(name: str) -> str:
    """Return a column's name, short and harmless, without quotes."""
    return clean(name.strip(), _SHOWN)


def words_of(name: str) -> tuple[str, ...]:
    """Return a name's words in lower case.

    >>> words_of("LeftGazePoint2DX")
    ('left', 'gaze', 'point', '2d', 'x')
    >>> words_of("gaze x [px]")
    ('gaze', 'x', 'px')
    """
    name = name[:_LONGEST]
    if not name.isascii() and name.isupper():
        # Words are told apart by capitals without accents.
        name = name.lower()
    return tuple(word.casefold() for word in _WORDS.findall(name))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns that may be x and y."""

    x: int
    y: int
    rank: float
    """How likely they aren't; 0 for columns called x and y."""
    axis: str = "x"
    """The word for x, as "lon"."""
    stem: tuple[str, ...] = ()
    """The other words of both names."""


def find_pairs(names: Sequence[str]) -> list[Pair]:
    """Return the pairs among names, the best one first; a name belongs to one x at most."""
    names = names[:MOST_NAMES]
    words = [words_of(name) for name in names]
    by_words: dict[tuple[str, ...], int] = {}
    by_plain: dict[str, int] = {}
    for place, name in enumerate(names):
        by_words.setdefault(words[place], place)
        by_plain.setdefault(plain_name(name[:_LONGEST]), place)
    found: dict[tuple[int, int], Pair] = {}
    for place, name in enumerate(names):
        for other, axis, stem in _partners(words[place], by_words):
            found.setdefault((place, other), Pair(place, other, _rank(stem, axis), axis, stem))
        for other, axis, stem in _fused_partners(plain_name(name[:_LONGEST]), by_plain):
            found.setdefault((place, other), Pair(place, other, _rank(stem, axis), axis, stem))
    pairs = sorted(found.values(), key=lambda pair: (pair.rank, pair.x))
    taken: set[int] = set()
    chosen = []
    for pair in pairs:
        if pair.x != pair.y and not taken & {pair.x, pair.y}:
            taken |= {pair.x, pair.y}
            chosen.append(pair)
    return chosen


def _partners(
    words: tuple[str, ...], places: dict[tuple[str, ...], int]
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    for at, word in enumerate(words):
        for across, down in _AXES_OF.get(word, ()):
            other = places.get((*words[:at], down, *words[at + 1 :]))
            if other is not None:
                yield other, across, words[:at] + words[at + 1 :]


def _fused_partners(
    name: str, places: dict[str, int]
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Return partners of names whose words have grown together: FPOGX, posx, xpos, startlng."""
    for across, down in _FUSED:
        if not (name.startswith(across) or name.endswith(across)):
            continue
        for rest, swapped in (
            (name.removesuffix(across), name.removesuffix(across) + down),
            (name.removeprefix(across), down + name.removeprefix(across)),
        ):
            other = places.get(swapped) if rest != name and rest else None
            if other is not None and name not in _NO_PAIRS:
                yield other, across, (rest,)


_AXES_OF: dict[str, list[tuple[str, str]]] = {}
for _across, _down in _AXES:
    _AXES_OF.setdefault(_across, []).append((_across, _down))
_NO_PAIRS = frozenset({"max", "fax", "box", "sex"})
"""Words that end in x, and are others with y."""


def _rank(stem: tuple[str, ...], axis: str) -> float:
    rank = _LESS_USUAL.get(axis, 0.0)
    units = [word for word in stem if word in _UNITS]
    left = [word for word in stem if word not in _UNITS]
    if not left:
        return rank + 0.01 * len(units)
    bad = sum(value for word in left if (value := _word_rank(word)) > 1)
    best = min(_word_rank(word) for word in left)
    return rank + (bad or best) + _PER_WORD * len(left) - 0.01 * len(units)


@lru_cache(maxsize=4096)
def _word_rank(word: str) -> float:
    if "norm" in word:
        return _WORD_RANK["norm"]
    if word.isdecimal():
        return 2.0 + min(int(word[:4]), 999) / 1000
    return _WORD_RANK.get(word, _OTHER_WORD)


def weight_rank(name: str) -> int | None:
    """Return how well a name says that it is a weight, 0 best; None if it doesn't.

    >>> weight_rank("CURRENT_FIX_DURATION"), weight_rank("click count"), weight_rank("pupil")
    (6, 5, None)
    """
    words = [word for word in words_of(name) if word not in _UNITS or word == name.casefold()]
    if not words:
        return None
    if plain_name(name) in WEIGHT_NAMES:
        plain = plain_name(name)
        return _WEIGHT_FIRST.index(plain) if plain in _WEIGHT_FIRST else len(_WEIGHT_FIRST)
    last = words[-1]
    if last in _EXACT_WEIGHTS or set(words) & {"time", "timestamp"} - set(words[-1:]):
        return None
    if last in WEIGHT_NAMES or (last == "time" and "dwell" in words):
        return 5 if last in ("weight", "count", "hits") else 6
    return None


def says_something_else(name: str) -> bool:
    """Whether a name is that of a number that is no weight: a time, an index, a size."""
    return bool(NOT_WEIGHTS & set(words_of(name))) or not name.strip()
