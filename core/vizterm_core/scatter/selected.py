"""Drawing selected points apart: an index of their own, and frames in which they stand out.

Such a frame has twice the labels: those of points that aren't selected, then the same of points
that are.  A cell with a selected point shows the selected ones alone, so that one among thousands
is a single dot that stays in sight.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.frame import CellCounts, Frame
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.marks import PointsInView
from vizterm_core.scatter.selection import Selection
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN

FEW_SELECTED = 500_000
"""Selected points up to which they are sorted anew: that is faster than a look at all points."""

_FEW_CELLS = 10
"""Share of the cells up to which they are exchanged one by one."""


def index_selected(index: PointIndex, selection: Selection) -> PointIndex:
    """Return an index of the selected points that no filter leaves out, with the same labels.

    Its points aren't those of the data by number: it is for frames and counts.  Few are sorted by
    a grid of their own; of many the order is known.
    """
    if selection.count > FEW_SELECTED:
        return index.part(selection.mask())
    points = index.among(selection.points())
    return PointIndex(
        index.x[points], index.y[points], index.labels[points], index.label_count, tables=False
    )


def standing_out(
    frame: Frame, selected: Frame, label_count: int, *, every_label: bool = False
) -> Frame:
    """Return a frame in which the selected points have labels of their own.

    Parameters
    ----------
    frame : Frame
        Of all visible points.
    selected : Frame
        Of the selected ones among them, in the same view.
    label_count : int
        A selected point of label k has label ``label_count + k``.
    every_label : bool
        Whether all labels of the others in a cell are kept, as one of them is highlighted.
    """
    here = selected.codes > 0
    others = _without(frame, here.ravel(), every_label=every_label)
    front = here.ravel()[selected.counts.cells]
    counts = CellCounts(
        np.concatenate([others.cells, selected.counts.cells[front]]),
        np.concatenate([others.labels, selected.counts.labels[front] + label_count]),
        np.concatenate([others.counts, selected.counts.counts[front]]),
    )
    return replace(
        frame,
        codes=np.where(here, selected.codes, frame.codes),
        labels=np.where(here, selected.labels + label_count, frame.labels).astype(np.int32),
        dots=_in_front(frame.dots, selected.dots, here),
        counts=counts,
    )


def _in_front(
    dots: npt.NDArray[np.integer],
    selected: npt.NDArray[np.integer],
    here: npt.NDArray[np.bool_],
) -> npt.NDArray[np.integer]:
    """Return counts by dot, those of some cells from the selected points."""
    rows, columns = here.shape
    if np.count_nonzero(here) * _FEW_CELLS > here.size:
        wide = here.repeat(DOTS_DOWN, axis=0).repeat(DOTS_ACROSS, axis=1)
        return np.where(wide, selected, dots)
    found = dots.copy()
    cells = found.reshape(rows, DOTS_DOWN, columns, DOTS_ACROSS).swapaxes(1, 2)
    cells[here] = selected.reshape(rows, DOTS_DOWN, columns, DOTS_ACROSS).swapaxes(1, 2)[here]
    return found


def _without(frame: Frame, here: npt.NDArray[np.bool_], *, every_label: bool) -> CellCounts:
    """Return the counts of cells in which nothing is selected."""
    counts = frame.counts
    if every_label:
        kept = ~here[counts.cells]
        return CellCounts(counts.cells[kept], counts.labels[kept], counts.counts[kept])
    # Mixtures aren't seen in so faint an ink: the label that leads has the whole cell.
    totals = np.bincount(counts.cells, counts.counts, here.size)
    totals[here] = 0
    cells = np.flatnonzero(totals)
    labels = frame.labels.ravel()[cells].astype(np.int64)
    return CellCounts(cells, labels, totals[cells].astype(np.int64))


def points_standing_out(
    points: PointsInView, selection: Selection, label_count: int
) -> PointsInView:
    """Return points of which the selected ones have labels of their own, as `standing_out` has it.

    The label of points left out, ``label_count``, becomes the last of all.
    """
    labels = points.labels.astype(np.int64)
    left_out = labels >= label_count
    labels += label_count * (selection.has(points.points) | left_out)
    return replace(points, labels=labels)


def rarity_standing_out(rarity: npt.NDArray[np.int64], label_count: int) -> npt.NDArray[np.int64]:
    """Return the ranks of labels of which those of selected points come first.

    Parameters
    ----------
    rarity : (labels,) int64
        Of the labels as they are, perhaps with one for points left out at the end.
    """
    own = rarity[:label_count]
    return np.concatenate([own + label_count, own, [2 * label_count]])
