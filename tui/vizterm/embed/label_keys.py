"""Labels shown, hidden and highlighted, by keys and in the legend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from vizterm.embed.legend import Legend
    from vizterm.embed.model import EmbedModel
    from vizterm.embed.painter import Painter


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
    highlight_selected : bool
        Whether the label under the legend's cursor is highlighted: for terminals whose colours
        don't tell labels apart.
    """

    def __init__(
        self, shows: ShowsLabels, legend: Legend, painter: Painter, *, highlight_selected: bool
    ) -> None:
        self._shows, self._legend, self._painter = shows, legend, painter
        self._highlight_selected = highlight_selected
        self._listed: npt.NDArray[np.bool_] = np.zeros(0, bool)
        """Visible labels as the legend shows them."""

    @property
    def listed(self) -> bool:
        """Whether the legend shows which labels are visible."""
        return np.array_equal(self._shows.model.visible, self._listed)

    def show_in_legend(self) -> None:
        """Show the labels in the legend."""
        model = self._shows.model
        self._listed = model.visible.copy()
        self._legend.show(
            model.embedding.labels, self._painter.styles, model.visible, model.highlight
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
        """Show all labels, or none."""
        if not self._shows.model.embedding.labels.continuous:
            self._shows.model.show_labels(shown)
            self.show()

    def selected(self, label: int) -> None:
        """The legend's cursor is on a label."""
        if self._highlight_selected and self._shows.model.highlight != label:
            self._shows.model.highlight = label
            self.show()

    def highlight(self, step: int) -> None:
        """Highlight the next label (1) or the previous one (-1)."""
        model = self._shows.model
        if not model.embedding.labels.continuous:
            model.cycle_highlight(step, self._legend.order)
            if model.highlight is not None:
                self._legend.select(model.highlight)
            self.show()

    def end_highlight(self) -> None:
        """Highlight no label."""
        if self._shows.model.highlight is not None:
            self._shows.model.highlight = None
            self.show()
