"""The labels' names on the map of a figure."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vizterm.cells.chips import chip_colours
from vizterm.embed.figure.style import FigureStyle
from vizterm.embed.figure.subject import Subject
from vizterm.figures.page import Text
from vizterm_core.scatter.frame import Tally
from vizterm_core.scatter.name_places import place_names
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport
from vizterm_core.text import clean

_CELL = 0.5, 1.15
"""Width and height of the cells that names stand in, in sizes of the text."""
_SIZE = 0.9
"""Size of names, of that of the text."""
_REACH = 3, 8
"""Rows and columns of cells from a label's densest place to its name at most."""
_WIDEST_NAME = 13.0
_CELLS_A_NAME = 60
_FEWEST = 8
_MOST_TRIED = 1000
_ENOUGH = 400_000
"""Points that tell where labels are dense."""
_BEHIND = 0.2


def name_texts(
    subject: Subject,
    view: Viewport,
    colours: npt.NDArray[np.uint8],
    style: FigureStyle,
) -> list[Text]:
    """Return names at their labels' densest places, none over another, from the plot's corner on.

    Parameters
    ----------
    subject : Subject
    view : Viewport
        Its dots are pixels.
    colours : (labels, 3) uint8
    style : FigureStyle
    """
    labels = subject.embedding.labels
    if len(labels.names) < 2 or labels.continuous:
        return []
    size = _SIZE * style.text
    coarse = _coarse(view, _CELL[0] * size, _CELL[1] * size)
    wide, high = view.across / coarse.columns, view.down / coarse.rows
    names: dict[int, str] = {}
    widths = np.zeros(len(labels.names), np.int64)
    # Of very many labels only some can have a name.
    for label in np.argsort(-labels.counts, kind="stable")[:_MOST_TRIED].tolist():
        if label not in labels.grey and subject.visible[label]:
            room = _WIDEST_NAME * size
            names[label] = style.typeface.fitted(clean(labels.names[label]), size, room)
            widths[label] = math.ceil((style.width(names[label], size) + 0.4 * size) / wide)
    counts = _counted(subject, coarse)
    places = place_names(
        counts[0], counts[1], counts[2], widths, (coarse.rows, coarse.columns),
        most=max(_FEWEST, coarse.rows * coarse.columns // _CELLS_A_NAME),
        totals=counts[3], reach=_REACH,
    )  # fmt: skip
    texts = []
    for place in places:
        strength = place.strength
        if subject.highlight is not None:
            strength = 1.0 if place.label == subject.highlight else min(strength, _BEHIND)
        red, green, blue = colours[place.label].tolist()
        light = sum(style.paper) > 382
        ink, _ = chip_colours((red, green, blue), light=light, strength=strength)
        x = (place.column + place.width / 2) * wide
        y = (place.row + 0.5) * high + 0.35 * size
        texts.append(Text(x, y, names[place.label], size, ink, "middle", halo=style.paper))
    # The one that chose first lies on top.
    return texts[::-1]


def _coarse(view: Viewport, width: float, height: float) -> Viewport:
    """Return the same view in cells of about that size in pixels."""
    columns, rows = max(1, round(view.across / width)), max(1, round(view.down / height))
    return replace(
        view,
        x_scale=view.x_scale * columns * DOTS_ACROSS / view.across,
        y_scale=view.y_scale * rows * DOTS_DOWN / view.down,
        columns=columns,
        rows=rows,
    )


def _counted(
    subject: Subject, coarse: Viewport
) -> tuple[
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
]:
    """Return cells, labels and counts of visible points, and all points of each label.

    Of very many points every so-manieth is counted.
    """
    index = subject.index
    codes = len(index.rarity)
    wanted = np.zeros(codes, bool)
    wanted[: subject.visible.size] = subject.visible
    step = max(1, len(index) // _ENOUGH)
    labels = index.labels[::step]
    keep = np.flatnonzero(wanted[labels])
    tally = Tally(coarse, codes)
    tally.add(index.x[::step][keep], index.y[::step][keep], labels[keep])
    counts = tally.frame(index.rarity).counts
    totals = np.bincount(labels, minlength=codes)[: index.label_count]
    return counts.cells, counts.labels, counts.counts, totals
