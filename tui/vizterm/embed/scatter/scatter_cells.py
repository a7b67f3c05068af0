"""Frames of a scatter as cells: in braille, in blocks, and over a density."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm.cells.glyphs import DIM, OWN, GlyphCells, packed
from vizterm.cells.half_blocks import Cells
from vizterm.embed.scatter.inks import LabelInks
from vizterm_core.pictures.half_blocks import UPPER_HALF, to_shades
from vizterm_core.scatter.braille import BRAILLE
from vizterm_core.scatter.frame import Frame, encode_counts
from vizterm_core.scatter.shade import Quarters, shade_cells, shade_quarters

DISC = "●"
_BRAILLE = np.array(list(BRAILLE))
_QUARTERS = np.array(list(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"))
"""Block characters by `Quarters.codes`."""
_ALL_FOUR = 15


def braille_cells(
    frame: Frame, inks: LabelInks, highlight: int | None = None, *, discs: bool = False
) -> GlyphCells:
    """Return a frame in braille dots, or with a disc in each cell that has a point."""
    characters = np.where(frame.codes > 0, DISC, " ") if discs else _BRAILLE[frame.codes]
    labels = _labels(frame, highlight)
    if inks.shaded:
        ink = packed(shade_cells(frame, inks.inks, highlight))
    else:
        ink = inks.flat_ink(labels, highlight)
    own = np.full(labels.shape, OWN, np.int32)
    return GlyphCells(characters, ink, own, inks.weight(labels, highlight))


def block_cells(frame: Frame, inks: LabelInks, highlight: int | None = None) -> GlyphCells:
    """Return a frame in blocks of a quarter of a cell."""
    labels = _labels(frame, highlight)
    quarters = shade_quarters(frame, inks.inks, highlight)
    weight = inks.weight(labels, highlight)
    own = np.full(labels.shape, OWN, np.int32)
    if not inks.shaded:
        lit = _lit_quarters(frame)
        return GlyphCells(_QUARTERS[lit], inks.flat_ink(labels, highlight), own, weight)
    return _in_two_colours(quarters, weight)


def with_discs(cells: GlyphCells, here: npt.NDArray[np.bool_]) -> GlyphCells:
    """Return cells of which some are a disc each, in their ink: (rows, columns) bool."""
    if not here.any():
        return cells
    return GlyphCells(
        np.where(here, DISC, cells.characters),
        cells.ink,
        np.where(here, OWN, cells.paper).astype(np.int32),
        cells.weight,
    )


def with_left_out(cells: GlyphCells, dots: npt.NDArray[np.integer], inks: LabelInks) -> GlyphCells:
    """Return cells with the dots of points left out where nothing else is.

    Parameters
    ----------
    dots : (4 * rows, 2 * columns) integer
        How many of these points are in each dot.
    """
    codes = encode_counts(dots)
    here = (codes > 0) & (cells.characters == " ")
    ink = packed(inks.inks.rgb()[-1:])[0] if inks.shaded else inks.flat[-1]
    weight = DIM if inks.colours == "none" else 0
    return GlyphCells(
        np.where(here, _BRAILLE[codes], cells.characters),
        np.where(here, ink, cells.ink).astype(np.int32),
        cells.paper,
        np.where(here, weight, cells.weight).astype(np.uint8),
    )


def over_density(cells: GlyphCells, density: Cells, colours: str, *, dots: bool) -> GlyphCells:
    """Return cells with a density behind them, or in their place.

    Parameters
    ----------
    cells : GlyphCells
        Dots without anything behind them.
    density : (rows, columns, 2, 3) uint8
        Half-block cells.
    colours : str
        Without any, the density is drawn in shades, and the dots win.
    dots : bool
        Whether the dots are drawn, too.
    """
    lit = (cells.characters != " ") & dots
    upper, lower = packed(density[:, :, 0]), packed(density[:, :, 1])
    if colours == "none":
        shades = np.array([list(line) for line in to_shades(density)])
        characters = np.where(lit, cells.characters, shades.reshape(cells.shape))
        return GlyphCells(characters, cells.ink, cells.paper, cells.weight)
    # Equal halves are drawn as background alone: some fonts' blocks leave a seam.
    blocks = np.where(upper == lower, " ", UPPER_HALF)
    mean = packed((density.sum(axis=2, dtype=np.uint16) // 2).astype(np.uint8))
    return GlyphCells(
        np.where(lit, cells.characters, blocks),
        np.where(lit, cells.ink, upper),
        np.where(lit, mean, lower),
        np.where(lit, cells.weight, 0).astype(np.uint8),
    )


def _labels(frame: Frame, highlight: int | None) -> npt.NDArray[np.int32]:
    return frame.labels if highlight is None else frame.led_by(highlight)


def _lit_quarters(frame: Frame) -> npt.NDArray[np.uint8]:
    """Return which quarters have points, as `Quarters.codes` has them."""
    lit = (frame.dots[0::2] + frame.dots[1::2]) > 0
    codes = np.zeros(frame.labels.shape, np.uint8)
    for row in range(2):
        for column in range(2):
            codes |= lit[row::2, column::2] * np.uint8(1 << 2 * row + column)
    return codes


def _in_two_colours(quarters: Quarters, weight: npt.NDArray[np.uint8]) -> GlyphCells:
    ink = packed(quarters.ink)
    whole = quarters.codes == _ALL_FOUR
    # Whole cells are drawn as background alone: some fonts' blocks leave a seam.
    characters = np.where(whole, " ", _QUARTERS[quarters.codes])
    paper = np.where(quarters.filled, packed(quarters.paper), OWN)
    return GlyphCells(characters, ink, np.where(whole, ink, paper).astype(np.int32), weight)
