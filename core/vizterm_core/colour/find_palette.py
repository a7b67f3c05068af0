"""The search behind `palette.PALETTE`: hill climbing over distances under four kinds of vision.

``python -m vizterm_core.colour.find_palette`` prints a palette and how far apart its colours are.
The shipped palette was found by the same method, with an earlier script that was not kept: a run
finds colours at least as far apart, not the same ones.  `shortfalls` checks a palette against the
distances that `palette.py` states, and the tests hold the shipped one to them.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
import numpy.typing as npt

from vizterm_core.colour.palette import (
    FIRST_COLOURS,
    LEAST_APART,
    LEAST_APART_FIRST,
    MISSING_COLOUR,
    Colour,
    Floats,
    distances,
    extend_palette,
    perceived,
)

OKABE_ITO: tuple[Colour, ...] = (
    (230, 159, 0),
    (86, 180, 233),
    (0, 158, 115),
    (240, 228, 66),
    (0, 114, 178),
    (213, 94, 0),
    (204, 121, 167),
)
"""The colours of M. Okabe and K. Ito, "Color Universal Design", 2008, without black."""

LIGHT_ENOUGH = 12
"""So many colours are light enough for single dots on black."""
_LIGHT = (0.60, 0.95)
"""OKLab lightness of those."""
_READABLE = (0.50, 0.95)
"""OKLab lightness of the others."""
_LEAST_TO_GREY = 0.05
"""Distance to the colour of missing values, as seen with normal vision."""
_TRIES = 48
"""Neighbours of a colour that are tried in a step."""
_REACH = (0.3, 1.7)
"""Powers of ten of their typical distance, in levels."""
_PATIENCE = 120
"""Steps without a move after which some colours are moved at random."""
_KICKED = 3


def find_palette(count: int = 24, steps: int = 4000, seed: int = 2) -> tuple[Colour, ...]:
    """Search for colours that are as far apart as possible under all four visions.

    It starts from the colours of Okabe and Ito and those farthest from them.  Each step takes one
    of the two colours that fall short most of the distance they need, and moves it to the best of
    some random neighbours, if that is better.  Where no move helps any more, a few colours are
    moved at random, and the best palette so far is kept.

    Parameters
    ----------
    count : int
        Number of colours.
    steps : int
        Each takes about half a millisecond.
    seed : int
        Of the random numbers: the same seed and steps give the same palette.

    Returns
    -------
    tuple of (red, green, blue)
        Levels 0-255.
    """
    rng = np.random.default_rng(seed)
    search = _Search(np.array(extend_palette(OKABE_ITO, count), np.float64))
    best, best_score, stalled = search.colours.copy(), search.score, 0
    for _ in range(steps):
        moved = search.step(rng)
        stalled = 0 if moved else stalled + 1
        if search.score > best_score:
            best, best_score = search.colours.copy(), search.score
        if stalled == _PATIENCE:
            search = _Search(best.copy())
            search.kick(rng)
            stalled = 0
    return tuple((int(red), int(green), int(blue)) for red, green, blue in best)


class _Search:
    """A palette that is being improved, and how far its colours are from what they need."""

    def __init__(self, colours: Floats) -> None:
        self.colours = colours
        self._needed = _needed(len(colours))
        self._shares = np.full(self._needed.shape, np.inf)
        """(n, n) distances of pairs, over the distances that they need."""
        self._own = np.zeros(len(colours))
        """(n,) the same to the grey of missing values; -1 for one too dark or too light."""
        self._seen = perceived(colours)
        for place, colour in enumerate(colours):
            self._put(place, colour)

    @property
    def score(self) -> float:
        """1 where every pair is as far apart as it needs."""
        return float(self._scores.min())

    @property
    def _scores(self) -> Floats:
        return np.minimum(self._shares.min(axis=1), self._own)

    def step(self, rng: np.random.Generator) -> bool:
        """Move one of the colours that fall short most, if a neighbour is better."""
        scores = self._scores
        place = int(rng.choice(np.flatnonzero(scores <= scores.min() + 1e-9)))
        reach = 10 ** rng.uniform(*_REACH)
        moved = self.colours[place] + rng.normal(0, reach, (_TRIES, 3))
        tries = np.clip(np.rint(moved), 0, 255)
        seen = perceived(tries)
        shares = distances(seen, self._seen) / self._needed[place]
        shares[:, place] = np.inf
        found = np.minimum(shares.min(axis=1), _own_scores(seen, place))
        best = int(found.argmax())
        if found[best] <= scores[place]:
            return False
        self._put(place, tries[best])
        return True

    def kick(self, rng: np.random.Generator) -> None:
        """Move some colours at random, out of a palette that no single move improves."""
        for place in rng.choice(len(self.colours), min(_KICKED, len(self.colours)), replace=False):
            moved = self.colours[place] + rng.normal(0, 10 ** _REACH[1], 3)
            self._put(int(place), np.clip(np.rint(moved), 0, 255))

    def _put(self, place: int, colour: Floats) -> None:
        self.colours[place] = colour
        seen = perceived(colour)
        self._seen[place] = seen[0]
        shares = distances(seen, self._seen)[0] / self._needed[place]
        shares[place] = np.inf
        self._shares[place] = self._shares[:, place] = shares
        self._own[place] = _own_scores(seen, place)[0]


def shortfalls(colours: npt.ArrayLike) -> list[str]:
    """Say where a palette falls short of the stated distances and lightness; empty if nowhere.

    Parameters
    ----------
    colours : (n, 3) 0-255
    """
    seen = perceived(colours)
    wrong = []
    for size, least in ((FIRST_COLOURS, LEAST_APART_FIRST), (len(seen), LEAST_APART)):
        apart = least_apart(seen[:size])
        if apart < least:
            wrong.append(f"two of the first {size} are {apart:.4f} apart, not {least}")
    lightness = float(seen[:LIGHT_ENOUGH, 0, 0].min())
    if lightness < _LIGHT[0]:
        wrong.append(f"one of the first {LIGHT_ENOUGH} has a lightness of {lightness:.3f}")
    grey = float(_to_grey(seen).min())
    if grey < _LEAST_TO_GREY:
        wrong.append(f"one is {grey:.4f} from the grey of missing values, not {_LEAST_TO_GREY}")
    return wrong


def least_apart(seen: Floats) -> float:
    """Return the distance of the two closest colours, (n, 4, 3) as by `perceived`."""
    apart = distances(seen, seen)
    np.fill_diagonal(apart, np.inf)
    return float(apart.min())


def _needed(count: int) -> Floats:
    """(count, count) the distance that each pair needs."""
    needed = np.full((count, count), LEAST_APART)
    needed[:FIRST_COLOURS, :FIRST_COLOURS] = LEAST_APART_FIRST
    return needed


def _own_scores(seen: Floats, place: int) -> Floats:
    """(m,) scores of colours at a place by themselves: lightness, and distance to the grey."""
    scores = _to_grey(seen) / _LEAST_TO_GREY
    low, high = _LIGHT if place < LIGHT_ENOUGH else _READABLE
    scores[(seen[:, 0, 0] < low) | (seen[:, 0, 0] > high)] = -1
    return scores


def _to_grey(seen: Floats) -> Floats:
    """(n,) distances to the grey of missing values, as seen with normal vision."""
    grey = perceived([MISSING_COLOUR])
    apart: Floats = np.linalg.norm(seen[:, 0] - grey[:, 0], axis=-1)
    return apart


def main(arguments: list[str] | None = None) -> None:
    """Print a palette, how far apart its colours are, and where it falls short."""
    parser = argparse.ArgumentParser(description="Search for colours that are far apart.")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=2)
    options = parser.parse_args(arguments)
    colours = find_palette(options.count, options.steps, options.seed)
    seen = perceived(colours)
    lines = [f"{colour}," for colour in colours]
    lines += [
        f"the first {FIRST_COLOURS}: {least_apart(seen[:FIRST_COLOURS]):.4f} apart",
        f"all {len(colours)}: {least_apart(seen):.4f} apart",
        *shortfalls(colours),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
