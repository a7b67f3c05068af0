"""An axis of epochs in one line: how far points went in each, and the one that is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len
from rich.segment import Segment

from vizterm.cells.theme import Theme
from vizterm.cells.timeline import BARS, PAUSED, PLAYING, Track, merged

_LEAST_TRACK = 12
"""Cells of a track below which the texts beside it are left out."""
_UNKNOWN = "·"


@dataclass(frozen=True, slots=True)
class EpochAxis:
    """What an axis of epochs shows."""

    count: int
    epoch: int
    """The one that is shown, or on its way."""
    went: npt.NDArray[np.float64]
    """(epochs,) how far points went in each; NaN where it isn't known."""
    pace: float
    """Epochs in a second of playing."""
    playing: bool
    newest: bool = False
    """Whether what comes next will be shown."""

    def track(self, width: int) -> Track:
        """Return the place of the bars in a line of some width."""
        before, after = self._texts(width)
        start = cell_len(before)
        return Track(start, max(0, width - start - cell_len(after)))

    def epoch_at(self, share: float) -> int:
        """Return the epoch at a share of the track, 0 to 1: that which a cell ends in."""
        return min(max(int(np.ceil(share * self.count - 1e-9)) - 1, 0), self.count - 1)

    def line(self, width: int, theme: Theme) -> list[Segment]:
        """Return the line: a bar a cell, the highest of the epochs that it stands for."""
        before, after = self._texts(width)
        length = self.track(width).length
        line = [Segment(before, theme.strong)]
        if length > 0:
            heights = self._heights(length)
            first, stop = self._cells(length)
            for cell, height in enumerate(heights):
                here = first <= cell < stop
                glyph = _UNKNOWN if height < 0 else BARS[height]
                style = theme.dim if height > 0 else theme.dim + theme.track
                # As high as it can be: a knob to take hold of.
                line.append(Segment("█", theme.accent) if here else Segment(glyph, style))
        return [*merged(line), Segment(after, theme.dim)]

    def _cells(self, length: int) -> tuple[int, int]:
        """Return the cells of the epoch that is shown: the first, and behind the last."""
        first = int(np.ceil((self.epoch + 1) / self.count * length - 1e-9)) - 1
        if self.count >= length:
            return first, first + 1
        return round(self.epoch * length / self.count), round(
            (self.epoch + 1) * length / self.count
        )

    def _heights(self, length: int) -> list[int]:
        """Return the height of the bar in each cell, of 8; -1 where it isn't known."""
        went = np.nan_to_num(self.went, nan=-1.0)
        peak = float(went.max(initial=0.0)) or 1.0
        edges = np.arange(length + 1) * self.count / length
        heights = []
        for cell in range(length):
            first = int(edges[cell])
            last = max(first, int(np.ceil(edges[cell + 1])) - 1)
            most = float(went[first : last + 1].max(initial=-1.0))
            known = most >= 0
            heights.append(round(most / peak * (len(BARS) - 1)) if known else -1)
        return heights

    def _texts(self, width: int) -> tuple[str, str]:
        """Return what stands before and after the bars."""
        sign = PLAYING if self.playing else PAUSED
        room = len(f"{self.count:,}")
        before = f" {sign} {self.epoch + 1:>{room},} of {self.count:,} "
        after = f" newest · {self.pace:g} a second " if self.newest else f" {self.pace:g} a second "
        if width - cell_len(before) - cell_len(after) >= _LEAST_TRACK:
            return before, after
        if width - cell_len(before) - 1 >= _LEAST_TRACK:
            return before, " "
        return f" {sign} ", " "
