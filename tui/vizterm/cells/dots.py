"""Braille dots as styled text: run-length segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from rich.segment import Segment
from rich.style import Style

from vizterm.cells.text import PLAIN
from vizterm_core.scatter.braille import BRAILLE

Glyphs = Mapping[tuple[int, int], tuple[str, Style]]
"""By (column, row): the character and style drawn over that cell."""


def plot_line(
    codes: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int32],
    styles: Sequence[Style],
    overlay: Mapping[int, tuple[str, Style]] | None = None,
) -> list[Segment]:
    """Return one row of a frame as run-length segments.

    Parameters
    ----------
    codes, labels : (columns,)
        A row of `Frame.codes` and `Frame.labels`.
    overlay : column -> (character, style), optional
    """
    width = codes.size
    if width == 0:
        return []
    text = "".join([BRAILLE[code] for code in codes.tolist()])
    changes = np.flatnonzero(labels[1:] != labels[:-1]) + 1
    starts = [0, *changes.tolist()]
    if overlay:
        cuts = {cut for column in overlay for cut in (column, column + 1) if 0 <= cut < width}
        starts = sorted(cuts.union(starts))
    ends = [*starts[1:], width]
    segments: list[Segment] = []
    for start, end in zip(starts, ends, strict=True):
        if overlay and start in overlay:
            segments.append(Segment(*overlay[start]))
            continue
        label = int(labels[start])
        segments.append(Segment(text[start:end], PLAIN if label < 0 else styles[label]))
    return segments
