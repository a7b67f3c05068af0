"""The colours that labels have in the plot: shades of inks, or the sixteen of a plain terminal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rich.color import Color

from vizterm.cells.glyphs import BOLD, DIM, OWN, Colours, packed
from vizterm.embed.drawing import STANDARD_COLOURS, label_colours
from vizterm.terminal.facts import Terminal
from vizterm_core.colour.palette import MISSING_COLOUR
from vizterm_core.scatter.frame import EMPTY
from vizterm_core.scatter.labels import Labels
from vizterm_core.scatter.shade import Inks

_STANDARD = [-2 - (Color.parse(name).number or 0) for name in STANDARD_COLOURS]
_LEFT_OUT = 0.6
"""Share of grey in the ink of points that a filter leaves out; the rest is the background's."""
_FADED = -2 - 8
"""Bright black, for what steps back behind a highlighted label."""


@dataclass(frozen=True, slots=True)
class LabelInks:
    """The colours of all labels on a terminal."""

    inks: Inks
    """For terminals with shades."""
    flat: Colours
    """(labels,) for those with 16 colours, or none."""
    colours: str
    """The colours that the terminal has."""
    shades: bool = True
    """Whether these are mixed and shaded, where the terminal has enough of them."""

    @classmethod
    def of(cls, labels: Labels, terminal: Terminal) -> LabelInks:
        """Return the inks of an embedding's labels, and behind them that of points left out."""
        count, colours = len(labels.names) + 1, terminal.colours
        inks = shaded_inks(labels, terminal.paper)
        flat = np.full(count, OWN, np.int32)
        if colours == "standard":
            flat = np.resize(np.array(_STANDARD, np.int32), count)
            flat[[*labels.grey, -1]] = _FADED
        return cls(inks, flat, colours)

    @property
    def shaded(self) -> bool:
        """Whether the terminal has colours to mix and to shade."""
        return self.shades and self.colours in ("truecolor", "256")

    def plain(self) -> LabelInks:
        """Return the same colours without shades: fewer bytes, for slow links in motion."""
        if not self.shaded:
            return self
        return LabelInks(self.inks, packed(self.inks.rgb()), self.colours, shades=False)

    def with_selection(self, highlight: int | None = None) -> LabelInks:
        """Return the inks of points that aren't selected, of those that are, of those left out.

        Parameters
        ----------
        highlight : int, optional
            A label whose points keep their colour though they aren't selected.
        """
        inks = self.inks.with_selection(highlight)
        front, last = self.flat[:-1], self.flat[-1:]
        behind = front if self.colours == "none" else np.full_like(front, _FADED)
        if highlight is not None:
            behind = behind.copy()
            behind[highlight] = front[highlight]
        flat = np.concatenate([behind, front, last])
        if not self.shades and self.colours in ("truecolor", "256"):
            flat = packed(inks.rgb())
        return LabelInks(inks, flat, self.colours, self.shades)

    def flat_ink(self, labels: npt.NDArray[np.int32], highlight: int | None) -> Colours:
        """Return the ink of cells by their labels, without shades."""
        flat = self.flat
        if highlight is not None and self.colours != "none":
            flat = np.full_like(flat, _FADED)
            flat[highlight] = self.flat[highlight]
        ink: Colours = np.where(labels == EMPTY, OWN, flat[labels])
        return ink

    def weight(self, labels: npt.NDArray[np.int32], highlight: int | None) -> npt.NDArray[np.uint8]:
        """Return the weight of cells by their labels: a highlighted or selected one is bold."""
        weight = np.zeros(labels.shape, np.uint8)
        if self.inks.kept_from is not None:
            weight[labels >= self.inks.kept_from] = BOLD
            if self.colours == "none":
                weight[(labels < self.inks.kept_from) & (labels != EMPTY)] = DIM
        if highlight is not None:
            weight[labels == highlight] = BOLD
            if self.colours == "none":
                weight[(labels != highlight) & (labels != EMPTY)] = DIM
        return weight


def shaded_inks(labels: Labels, paper: npt.ArrayLike) -> Inks:
    """Return the inks of labels on a background, and behind them that of points left out."""
    inks = Inks.of(np.vstack([label_colours(labels), MISSING_COLOUR]), paper)
    inks.labels[-1] = inks.paper + (inks.labels[-1] - inks.paper) * _LEFT_OUT
    return inks
