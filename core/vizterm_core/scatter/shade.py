"""Colours of a counted view: labels mix where they meet, and brightness follows density.

Nothing here knows a character or a picture: a frame's counts and the labels' inks go in, colours
of cells, of quarters of cells or of pixels come out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.colour.oklab import Lab, to_oklab, to_rgb8
from vizterm_core.scatter.frame import CellCounts, Frame
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN

Rgb = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float32]

FLOOR = 0.4
"""Strength of the ink where there are fewest points: the rest is the background's."""
DOTS_FLOOR = 0.5
"""The same for braille dots, which cover less of a cell: a lone one shall be seen."""
_POWER = 0.4
"""Exponent of density: a tenth of the points still has 40 % of the strength."""
_BRIGHTEST = 0.995
"""Quantile of the counts from which on the ink has its full strength."""
_ACCENT = 0.25
"""Share of white, or of black on light backgrounds, in the densest places."""
_ACCENT_FROM = 0.72
_FLAT, _DEEP = 16, 800
"""Points in the fullest cells up to which brightness says nothing, and from which it says all."""
_STEPS = 16
"""Steps of strength: equal neighbours take fewer bytes."""
_HALVINGS = 4
"""Steps of the reference count from one power of 2 to the next: it stays put while one pans."""
_MIX_FROM = 8
"""Points in a cell from which on its labels' inks mix; of fewer the most frequent label wins."""
_ALIKE = 0.025
"""Difference in lightness that is not seen between the quarters of a cell."""
_ON_LIGHT = np.array([0.80, 1.05, 1.05], np.float32)
"""Factors that make an ink readable on a light background."""
_FADED = np.array([0.55, 0.25, 0.25], np.float32)
"""Factors, from the background, of an ink that steps back behind a highlighted one."""
_BEHIND = np.array([0.5, 0.22, 0.22], np.float32)
"""The same of points that aren't selected, while others are."""
_KEPT = 0.85
"""Strength that the ink of a selected point has at least, wherever it is."""
_SEEN = {False: 0.66, True: 0.52}
"""Lightness that it has at least, or at most on light backgrounds."""
_ENDS = {False: (0.97, 0.0, 0.0), True: (0.25, 0.0, 0.0)}
"""OKLab of what the densest places tend to, by whether the background is light."""


@dataclass(frozen=True, slots=True)
class Inks:
    """The labels' colours, and the background that they are drawn on."""

    labels: Lab
    """(labels, 3) OKLab."""
    paper: Lab
    """(3,) OKLab of the background."""
    kept_from: int | None = None
    """The label from which on all keep their strength, however few points are in a place."""

    @classmethod
    def of(cls, rgb: npt.ArrayLike, paper: npt.ArrayLike = (0, 0, 0)) -> Inks:
        """Return inks of (labels, 3) and (3,) uint8; darker ones on a light background."""
        labels, background = to_oklab(rgb).reshape(-1, 3), to_oklab(paper)
        return cls(labels * _ON_LIGHT if background[0] > 0.5 else labels, background)

    @property
    def light(self) -> bool:
        """Whether the background is light."""
        return bool(self.paper[0] > 0.5)

    def rgb(self) -> Rgb:
        """(labels, 3) uint8."""
        return to_rgb8(self.labels)

    def with_highlight(self, label: int | None) -> Inks:
        """Return inks of which all but one step back; all stay as they are for None."""
        if label is None:
            return self
        faded = self.paper + (self.labels - self.paper) * _FADED
        faded[label] = self.labels[label]
        return Inks(faded, self.paper, self.kept_from)

    def with_selection(self, highlight: int | None = None) -> Inks:
        """Return inks for points that aren't selected, then for those that are.

        Parameters
        ----------
        highlight : int, optional
            A label whose points keep their ink though they aren't selected.

        Returns
        -------
        Inks
            Of twice the labels but the last, which is that of points left out, and then of that.
        """
        behind, front = self.behind_selection(highlight), self.of_selection()
        labels = np.concatenate([behind.labels[:-1], front.labels[:-1], self.labels[-1:]])
        return Inks(labels, self.paper, len(self.labels) - 1)

    def behind_selection(self, highlight: int | None = None) -> Inks:
        """Return the inks of points that aren't selected while others are."""
        behind = self.paper + (self.labels - self.paper) * _BEHIND
        behind[-1] = self.labels[-1]
        if highlight is not None:
            behind[highlight] = self.labels[highlight]
        # None of them is kept, and none shines in dense places.
        return Inks(behind, self.paper, len(behind))

    def of_selection(self) -> Inks:
        """Return the inks of selected points: bright enough, or dark enough, wherever they are."""
        front = self.labels.copy()
        bound = np.minimum if self.light else np.maximum
        front[:-1, 0] = bound(front[:-1, 0], _SEEN[self.light])
        return Inks(front, self.paper, 0)

    def keep(self, exposure: Exposure, labels: npt.NDArray[np.integer]) -> Exposure:
        """Return an exposure in which labels that keep their strength have it.

        Parameters
        ----------
        exposure : Exposure
            Of n places.
        labels : (n,) int
            The label that wins each place.
        """
        if self.kept_from is None:
            return exposure
        kept = labels >= self.kept_from
        strength = np.where(kept, np.maximum(exposure.strength, _KEPT), exposure.strength)
        accent = np.where(kept, exposure.accent, 0)
        return Exposure(strength.astype(np.float32), accent.astype(np.float32))


@dataclass(frozen=True, slots=True)
class Exposure:
    """How strong the ink is in some places."""

    strength: Floats
    """(n,) `FLOOR` to 1, rising with the count."""
    accent: Floats
    """(n,) 0 to 0.25, the share of white or black in the densest places."""


def expose(
    counts: Counts | npt.NDArray[np.floating],
    per_cell: float = 1.0,
    floor: float = FLOOR,
    *,
    stepped: bool = True,
) -> Exposure:
    """Return how strong the ink is where so many points are: (n,) counts, each more than 0.

    The strength follows the power 0.4 of the count over the 99.5th percentile.  Where even the
    fullest places hold few points, all are nearly as strong: density says little then.

    Parameters
    ----------
    counts : (n,)
    per_cell : float
        Places in a terminal cell, each of which has a count.
    floor : float
        The least strength.
    stepped : bool
        Whether 16 steps of strength are enough, which take fewer bytes on their way to a terminal.
    """
    if counts.size == 0:
        none = np.zeros(0, np.float32)
        return Exposure(none, none)
    rank = min(counts.size - 1, int(counts.size * _BRIGHTEST))
    brightest = float(np.partition(counts, rank)[rank])
    brightest = 2 ** (np.floor(np.log2(brightest) * _HALVINGS) / _HALVINGS)
    depth = np.log(max(brightest * per_cell / _FLAT, 1)) / np.log(_DEEP / _FLAT)
    tone = np.minimum(counts.astype(np.float32) / np.float32(brightest), 1) ** np.float32(_POWER)
    if stepped:
        tone = np.rint(tone * _STEPS) / _STEPS
    depth = min(depth, 1.0)
    strength = 1 - depth * (1 - floor) * (1 - tone)
    rising = np.clip((tone - _ACCENT_FROM) / (1 - _ACCENT_FROM), 0, 1) ** 1.5
    return Exposure(strength.astype(np.float32), (depth * _ACCENT * rising).astype(np.float32))


def mix_inks(
    counts: CellCounts, labels: npt.NDArray[np.int32], inks: Inks, highlight: int | None = None
) -> Lab:
    """Return the ink of each cell, from the labels of the points in it.

    Where labels meet, their inks mix by the squares of their counts.  In a cell of fewer than
    8 points its label alone colours it, so that single points stay what they are.

    Parameters
    ----------
    counts : CellCounts
    labels : (rows, columns) int32
        The label that wins each cell.
    inks : Inks
    highlight : int, optional
        A label that wins each cell where it has a point; the others step back.

    Returns
    -------
    (rows * columns, 3) float32
        OKLab; the background's where there are no points.
    """
    inks = inks.with_highlight(highlight)
    winner = labels.ravel()
    mixed = np.where(winner[:, None] < 0, inks.paper, inks.labels[winner])
    size = winner.size
    crowded = counts.totals(size) >= _MIX_FROM
    several = np.bincount(counts.cells, minlength=size) > 1
    blended = crowded & several
    if highlight is not None:
        leads = counts.cells[counts.labels == highlight]
        mixed[leads] = inks.labels[highlight]
        blended[leads] = False
    here = blended[counts.cells]
    if here.any():
        cells, colours = counts.cells[here], inks.labels[counts.labels[here]]
        weights = counts.counts[here].astype(np.float64) ** 2
        sums = np.bincount(cells, weights, size)[blended]
        for channel in range(3):
            channel_sums = np.bincount(cells, weights * colours[:, channel], size)
            mixed[blended, channel] = channel_sums[blended] / sums
    return mixed.astype(np.float32, copy=False)


def laid_on(inks: Lab, paper: Lab, exposure: Exposure) -> Lab:
    """Return inks of a strength on the background, with the accent of dense places."""
    light = bool(paper[0] > 0.5)
    laid = paper + (inks - paper) * exposure.strength[:, None]
    end = np.array(_ENDS[light], np.float32)
    return laid + (end - laid) * exposure.accent[:, None]


def shade_cells(frame: Frame, inks: Inks, highlight: int | None = None) -> Rgb:
    """Return the colour of each cell's dots: (rows, columns, 3) uint8.

    Cells without points have the background's colour.
    """
    shape = frame.labels.shape
    totals = frame.counts.totals(frame.labels.size)
    lit = np.flatnonzero(totals)
    mixed = mix_inks(frame.counts, frame.labels, inks, highlight)[lit]
    colours = np.empty((frame.labels.size, 3), np.uint8)
    colours[:] = to_rgb8(inks.paper)
    exposure = inks.keep(expose(totals[lit], floor=DOTS_FLOOR), frame.labels.ravel()[lit])
    colours[lit] = to_rgb8(laid_on(mixed, inks.paper, exposure))
    return colours.reshape(*shape, 3)


@dataclass(frozen=True, slots=True)
class Quarters:
    """Cells of four quarters, each in one of the cell's two colours."""

    codes: npt.NDArray[np.uint8]
    """(rows, columns) which quarters have the ink: upper left 1, upper right 2, lower left 4,
    lower right 8."""
    ink: Rgb
    """(rows, columns, 3)."""
    paper: Rgb
    """(rows, columns, 3) colour of the other quarters."""
    filled: npt.NDArray[np.bool_]
    """(rows, columns) whether points are in the other quarters, too: else they are background."""


def quarter_counts(frame: Frame) -> npt.NDArray[np.integer]:
    """Return the points in each quarter of a cell, as `Quarters.codes` has them: (cells, 4)."""
    rows, columns = frame.codes.shape
    halves = frame.dots[0::2] + frame.dots[1::2]
    quarters = halves.reshape(rows, 2, columns, 2).swapaxes(1, 2)
    return quarters.reshape(rows * columns, 4)


def shade_quarters(frame: Frame, inks: Inks, highlight: int | None = None) -> Quarters:
    """Return each cell as quarters in two colours.

    A cell with points in some quarters shows which.  One with points in all of them is divided
    where they differ most in brightness.
    """
    rows, columns = frame.codes.shape
    every = quarter_counts(frame)
    cells = np.flatnonzero(every.any(axis=1))
    numbers = every[cells]
    lit = numbers > 0
    exposure = Exposure(np.zeros(lit.size, np.float32), np.zeros(lit.size, np.float32))
    seen = expose(numbers[lit], per_cell=4)
    exposure.strength[lit.ravel()], exposure.accent[lit.ravel()] = seen.strength, seen.accent
    exposure = inks.keep(exposure, frame.labels.ravel()[cells].repeat(4))
    mixed = mix_inks(frame.counts, frame.labels, inks, highlight)[cells]
    laid = laid_on(np.repeat(mixed, 4, axis=0), inks.paper, exposure).reshape(-1, 4, 3)
    lightness = laid[..., 0]
    full = np.all(lit, axis=1)
    low, high = lightness.min(axis=1), lightness.max(axis=1)
    even = full & (high - low < _ALIKE)
    upper = (lightness >= ((low + high) / 2)[:, None]) | even[:, None]
    inked = np.where(full[:, None], upper, lit)
    weights = numbers.astype(np.float32) ** 2
    ink = _weighted(laid, weights * inked)
    others = full & ~inked.all(axis=1)
    paper = np.broadcast_to(inks.paper, ink.shape).copy()
    paper[others] = _weighted(laid[others], (weights * ~inked)[others])
    paper[even] = ink[even]
    codes = np.zeros(rows * columns, np.uint8)
    codes[cells] = inked @ np.array([1, 2, 4, 8])
    return Quarters(
        codes.reshape(rows, columns),
        _spread(to_rgb8(ink), cells, inks, (rows, columns)),
        _spread(to_rgb8(paper), cells, inks, (rows, columns)),
        _filled(others | even, cells, (rows, columns)),
    )


def shade_dots(frame: Frame, inks: Inks, highlight: int | None = None, per_cell: float = 8) -> Rgb:
    """Return the colour of each dot: (4 * rows, 2 * columns, 3) uint8, the background's if empty.

    Parameters
    ----------
    frame : Frame
        Of a view fine enough that its dots are pixels.
    inks : Inks
    highlight : int, optional
    per_cell : float
        Pixels in a terminal cell.
    """
    columns = frame.labels.shape[1]
    down, across = frame.dots.shape
    lit = np.flatnonzero(frame.dots)
    mixed = mix_inks(frame.counts, frame.labels, inks, highlight)
    row, column = np.divmod(lit, across)
    cells = row // DOTS_DOWN * columns + column // DOTS_ACROSS
    colours = np.empty((down * across, 3), np.uint8)
    colours[:] = to_rgb8(inks.paper)
    exposure = inks.keep(expose(frame.dots.ravel()[lit], per_cell), frame.labels.ravel()[cells])
    colours[lit] = to_rgb8(laid_on(mixed[cells], inks.paper, exposure))
    return colours.reshape(down, across, 3)


def _weighted(colours: Lab, weights: Floats) -> Lab:
    """Return the weighted mean of (n, 4, 3) colours."""
    mean: Lab = (colours * weights[..., None]).sum(axis=1) / weights.sum(axis=1)[:, None]
    return mean


def _spread(colours: Rgb, cells: npt.NDArray[np.intp], inks: Inks, shape: tuple[int, int]) -> Rgb:
    """Return the colours of some cells among all; the background's elsewhere."""
    every = np.empty((shape[0] * shape[1], 3), np.uint8)
    every[:] = to_rgb8(inks.paper)
    every[cells] = colours
    return every.reshape(*shape, 3)


def _filled(
    some: npt.NDArray[np.bool_], cells: npt.NDArray[np.intp], shape: tuple[int, int]
) -> npt.NDArray[np.bool_]:
    every = np.zeros(shape[0] * shape[1], bool)
    every[cells] = some
    return every.reshape(shape)
