"""The labels' names on the map: which are shown, where, and in which dress."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from vizterm.cells.chips import chip_style
from vizterm.cells.glyphs import Overlay
from vizterm.cells.text import cut_name
from vizterm.embed.drawing import LabelStyles
from vizterm.terminal.facts import Terminal
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.labels import Labels
from vizterm_core.scatter.name_places import NamePlace, carry_names, place_names
from vizterm_core.scatter.viewport import Viewport

if TYPE_CHECKING:
    from textual.geometry import Region

_WIDEST = 18
"""Cells of a name; a longer one is cut."""
_CELLS_A_NAME = 200
"""Cells of the plot for each name at most."""
_FEWEST = 8
"""Names that are shown however small the plot is, if they have room."""
_BEHIND = 0.2
"""Strength of the other names while one label is highlighted."""


class MapNames:
    """The names of an embedding's labels, at the densest places of their points.

    Parameters
    ----------
    labels : Labels
    styles : LabelStyles
    terminal : Terminal
    """

    def __init__(self, labels: Labels, styles: LabelStyles, terminal: Terminal) -> None:
        self._labels, self._styles, self._terminal = labels, styles, terminal
        named = len(labels.names) > 1 and not labels.continuous
        self._texts = [f" {cut_name(name, _WIDEST)} " for name in labels.names] if named else []
        # Noise and missing labels have no place of their own.
        self._widths = [
            0 if label in labels.grey else cell_len(text) for label, text in enumerate(self._texts)
        ]
        self._places: Sequence[NamePlace] = ()
        self._viewport: Viewport | None = None

    def place(self, frame: Frame, viewport: Viewport) -> None:
        """Find places in a frame of a view; names move as little as they can."""
        if not self._texts:
            return
        before = self._viewport
        same_plot = before is not None and (before.columns, before.rows) == frame.labels.shape[::-1]
        carried = carry_names(self._places, before, viewport) if before and same_plot else ()
        counts = frame.counts
        self._places = place_names(
            counts.cells,
            counts.labels,
            counts.counts,
            self._widths,
            frame.labels.shape,
            most=max(_FEWEST, frame.labels.size // _CELLS_A_NAME),
            totals=self._labels.counts,
            before=carried,
        )
        self._viewport = viewport

    def forget(self) -> None:
        """Show no names any more."""
        self._places, self._viewport = (), None

    @property
    def regions(self) -> list[Region]:
        """The cells of each name, in the plot."""
        # A printed frame does without Textual.
        from textual.geometry import Region

        return [Region(place.column, place.row, place.width, 1) for place in self._places]

    def texts(self, highlight: int | None, cursor: tuple[int, int] | None) -> Overlay:
        """Return the names as texts over the plot.

        Parameters
        ----------
        highlight : int, optional
            The label whose name stands out.
        cursor : (column, row), optional
            A cell; a name beside it would hide what is there.
        """
        texts = {}
        for place in self._places:
            if cursor is not None and _beside(place, cursor):
                continue
            strength = place.strength
            if highlight is not None:
                strength = 1.0 if place.label == highlight else min(strength, _BEHIND)
            style = chip_style(
                self._styles.bright[place.label],
                self._terminal.colours,
                light=self._terminal.light,
                strength=strength,
            )
            texts[place.column, place.row] = self._texts[place.label], style
        return texts


def _beside(place: NamePlace, cell: tuple[int, int]) -> bool:
    """Whether a cell is under a name, or right beside it."""
    column, row = cell
    across = place.column - 2 <= column < place.column + place.width + 2
    return across and abs(row - place.row) <= 1
