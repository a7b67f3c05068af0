"""Labels shown, hidden and highlighted, by keys and in the legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from vizterm.cells.text import cut_name
from vizterm.shell.keyed_screen import Actions
from vizterm_core.text import clean

_SHOWN = 32
"""Cells of a label's name in a remark."""

if TYPE_CHECKING:
    from vizterm.embed.model import EmbedModel
    from vizterm.embed.scatter.painter import Painter
    from vizterm.embed.side.legend import Legend


class ShowsLabels(Protocol):
    """The screen, as far as these keys need it."""

    model: EmbedModel

    def draw(self) -> None:
        """Show the model as it is now."""


class LabelKeys:
    """Changes the model's labels, and shows them in the legend and in the plot.

    Parameters
    ----------
    shows : ShowsLabels
    legend : Legend
    painter : Painter
        Has the styles of the labels.
    """

    def __init__(self, shows: ShowsLabels, legend: Legend, painter: Painter) -> None:
        self._shows, self._legend, self._painter = shows, legend, painter
        self._kept: int | None = None
        """The label that a key has highlighted."""
        self._hovered: int | None = None
        """The label under the pointer."""
        self._listed: npt.NDArray[np.bool_] = np.zeros(0, bool)
        """Visible labels as the legend shows them."""

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "names": self.toggle_names,
            "highlight": self.highlight,
            "all_labels": self.show_all,
        }

    @property
    def listed(self) -> bool:
        """Whether the legend shows which labels are visible."""
        return np.array_equal(self._shows.model.visible, self._listed)

    def shown_again(self) -> str:
        """Return which labels are shown that the legend shows as hidden, in words for a remark."""
        model = self._shows.model
        if self._listed.shape != model.visible.shape:
            return ""
        labels = np.flatnonzero(model.visible & ~self._listed)
        if labels.size != 1:
            return f"{labels.size:,} labels are shown again" if labels.size else ""
        name = cut_name(model.embedding.labels.names[int(labels[0])], _SHOWN)
        return f"label {name} is shown again"

    def show_in_legend(self) -> None:
        """Show the labels in the legend."""
        model = self._shows.model
        self._listed = model.visible.copy()
        embedding = model.embedding
        self._legend.show(
            embedding.labels,
            self._painter.styles,
            model.visible,
            model.highlight,
            clean(embedding.coloured_by),
        )

    def show(self) -> None:
        """Show the labels in the legend and in the plot."""
        self.show_in_legend()
        self._shows.draw()

    def toggle(self, label: int) -> None:
        """Show or hide one label."""
        self._shows.model.toggle_label(label)
        self.show()

    def show_only(self, label: int) -> None:
        """Show one label alone; once more, show all again."""
        self._shows.model.show_only(label)
        self.show()

    def show_all(self, shown: bool) -> None:
        """Show all labels, or none; of a quantity, also points without a value, or not those."""
        model = self._shows.model
        if shown or not model.embedding.labels.continuous:
            model.show_labels(shown)
        else:
            model.hide_missing()
        self.show()

    def hovered(self, label: int | None) -> None:
        """The pointer is over a label of the legend, or over none."""
        self._hovered = label
        self.glow()

    def glow(self) -> None:
        """Highlight the label under the pointer, else that under the legend's cursor.

        Without either the one that a key has highlighted.
        """
        label = self._hovered
        if label is None:
            walked = self._legend.selected if self._legend.has_focus else None
            label = self._kept if walked is None else walked
        if self._shows.model.highlight != label:
            self._shows.model.highlight = label
            self.show()

    def highlight(self, step: int) -> None:
        """Highlight the next label (1) or the previous one (-1)."""
        model = self._shows.model
        if not model.embedding.labels.continuous:
            model.cycle_highlight(step, self._legend.order)
            self._kept = model.highlight
            if model.highlight is not None:
                self._legend.select(model.highlight)
            self.show()

    def toggle_names(self) -> None:
        """Show or hide the labels' names on the map."""
        self._painter.with_names = not self._painter.with_names
        self._shows.draw()

    def end_highlight(self) -> None:
        """Highlight no label."""
        self._kept = self._hovered = None
        if self._shows.model.highlight is not None:
            self._shows.model.highlight = None
            self.show()
