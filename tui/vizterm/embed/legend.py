"""The legend: which colour is which label, how many points it has, and whether it is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from vizterm.actions import EMBED_ACTIONS, bindings
from vizterm.cells.text import ACCENT, BOLD, DIM, PLAIN, fit_name
from vizterm.embed.drawing import OFF_GLYPH, ON_GLYPH, LabelStyles, legend_entry, legend_order
from vizterm_core.scatter.labels import LEVELS, Labels

_CHIP_GAP = 2


class Legend(Widget, can_focus=True):
    """A list of labels in a column, a strip of them on a single line, or a colour bar."""

    BINDINGS = bindings(EMBED_ACTIONS, "legend")

    @dataclass
    class Toggled(Message):
        """A label is to be shown or hidden."""

        label: int

    @dataclass
    class OnlyWanted(Message):
        """A label is to be shown alone."""

        label: int

    @dataclass
    class Selected(Message):
        """The legend's own cursor is on another label."""

        label: int

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._labels: Labels | None = None
        self._styles = LabelStyles((), ())
        self._visible: npt.NDArray[np.bool_] = np.zeros(0, bool)
        self._highlight: int | None = None
        self._filter = ""
        self._order: list[int] = []
        self._at = 0
        self._top = 0

    # what is shown
    def show(
        self,
        labels: Labels,
        styles: LabelStyles,
        visible: npt.NDArray[np.bool_],
        highlight: int | None,
    ) -> None:
        """Show these labels."""
        new_labels = labels is not self._labels
        self._labels, self._styles = labels, styles
        self._visible, self._highlight = visible.copy(), highlight
        if new_labels:
            self.can_focus = not labels.continuous
            self._order = []
            self._list()
        self.refresh()

    def filter(self, text: str) -> int:
        """List only the labels with `text` in their names; how many there are."""
        self._filter = text.casefold()
        self._list()
        self.refresh()
        return len(self._order)

    @property
    def order(self) -> list[int]:
        """The labels in the order in which they are listed."""
        return list(self._order)

    @property
    def selected(self) -> int | None:
        """The label under the legend's cursor."""
        return self._order[self._at] if self._order else None

    def select(self, label: int) -> None:
        """Put the legend's cursor on a label, if it is listed."""
        if label in self._order:
            self._go(self._order.index(label))

    @property
    def horizontal(self) -> bool:
        """Whether there is just one line."""
        return self.size.height <= 1

    def _list(self) -> None:
        if self._labels is None:
            return
        names = self._labels.names
        selected = self.selected
        self._order = [
            label
            for label in legend_order(self._labels, self.size.height)
            if self._filter in names[label].casefold()
        ]
        self._at = self._order.index(selected) if selected in self._order else 0
        self._top = max(0, min(self._at, len(self._order) - self.size.height))

    # drawing
    @override
    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if self._labels is None:
            return Strip.blank(width)
        if self._labels.continuous:
            line = self._bar_strip() if self.horizontal else self._bar_line(y)
        else:
            line = self._chips() if self.horizontal else self._entry_line(y)
        return Strip(line).adjust_cell_length(width)

    def _entry_line(self, y: int) -> list[Segment]:
        assert self._labels is not None
        rows = self.size.height
        place = self._top + y
        more = len(self._order) - self._top - rows
        if y == rows - 1 and more > 0:
            hidden = more + 1
            return [Segment(f"  ▾ {hidden:,} more", DIM)]
        if place >= len(self._order):
            if y == 0 and self._filter:
                return [Segment("  no such label", DIM)]
            return []
        label = self._order[place]
        return legend_entry(
            self._labels.names[label],
            int(self._labels.counts[label]),
            self.size.width,
            self._styles.bright[label],
            shown=bool(self._visible[label]),
            selected=self.has_focus and place == self._at,
            highlighted=label == self._highlight,
        )

    def _chips(self) -> list[Segment]:
        return [segment for _, _, chip in self._chip_places() for segment in chip]

    def _chip_places(self) -> list[tuple[int, int, list[Segment]]]:
        """(label, right edge, segments) of each label that fits on the line."""
        assert self._labels is not None
        places: list[tuple[int, int, list[Segment]]] = []
        column = 1
        first = self._first_chip()
        for place in range(first, len(self._order)):
            label = self._order[place]
            selected = self.has_focus and place == self._at
            body = (ACCENT if selected else PLAIN) + (BOLD if label == self._highlight else PLAIN)
            shown = bool(self._visible[label])
            name = fit_name(self._labels.names[label], min(16, self._name_length(label)))
            style = self._styles.bright[label]
            chip = [
                Segment(" " if place == first else " " * _CHIP_GAP),
                Segment(ON_GLYPH if shown else OFF_GLYPH, style if shown else style + DIM),
                Segment(f" {name}", body if shown else body + DIM),
                Segment(f" {int(self._labels.counts[label]):,}", DIM),
            ]
            column += sum(cell_len(part.text) for part in chip)
            if column > self.size.width - 2:
                places.append((-1, self.size.width, [Segment(" …", DIM)]))
                break
            places.append((label, column, chip))
        return places

    def _name_length(self, label: int) -> int:
        assert self._labels is not None
        return cell_len(self._labels.names[label])

    def _first_chip(self) -> int:
        """Far enough along that the selected chip is on the line."""
        assert self._labels is not None
        first, room = self._at, self.size.width * 2 // 3
        while first > 0:
            label = self._order[first - 1]
            room -= min(16, self._name_length(label)) + 9
            if room < 0:
                break
            first -= 1
        return first

    def _bar_line(self, y: int) -> list[Segment]:
        """A row of the vertical colour bar: high values on top, numbers at the level's edge."""
        labels = self._labels
        assert labels is not None and labels.scale is not None
        rows = min(self.size.height - 1, LEVELS)
        if rows < 1 or y > rows:
            return self._missing_line() if y == rows + 1 else []
        ticks = {0: labels.scale.high, rows // 2: None, rows - 1: labels.scale.low}
        if y >= rows:
            return self._missing_line()
        level = LEVELS - 1 - y * LEVELS // rows
        value = ticks.get(y, "")
        if value is None:
            value = labels.scale.level_bounds(level)[0]
        text = f" {value:.4g}" if isinstance(value, float) else ""
        return [Segment("  "), Segment("██", self._styles.bright[level]), Segment(text)]

    def _missing_line(self) -> list[Segment]:
        assert self._labels is not None
        if len(self._labels.names) <= LEVELS:
            return []
        missing = int(self._labels.counts[LEVELS])
        style = self._styles.bright[LEVELS]
        return [Segment("  "), Segment("██", style), Segment(f" missing {missing:,}", DIM)]

    def _bar_strip(self) -> list[Segment]:
        labels = self._labels
        assert labels is not None and labels.scale is not None
        room = max(4, min(LEVELS, self.size.width - 26))
        bar = [Segment("█", self._styles.bright[place * LEVELS // room]) for place in range(room)]
        return [
            Segment(f" {labels.scale.low:.4g} "),
            *bar,
            Segment(f" {labels.scale.high:.4g}"),
        ]

    # keys and mouse
    def _go(self, place: int) -> None:
        if not self._order:
            return
        self._at = min(max(0, place), len(self._order) - 1)
        rows = max(1, self.size.height - 1)
        self._top = min(max(self._top, self._at - rows + 1), self._at)
        self._top = max(0, min(self._top, len(self._order) - self.size.height))
        self.refresh()
        self.post_message(self.Selected(self._order[self._at]))

    def action_legend_move(self, step: int) -> None:
        self._go(self._at + step)

    def action_legend_page(self, step: int) -> None:
        self._go(self._at + step * max(1, self.size.height - 1))

    def action_legend_end(self, last: bool) -> None:
        self._go(len(self._order) - 1 if last else 0)

    def action_toggle_label(self) -> None:
        if self.selected is not None and self._labels and not self._labels.continuous:
            self.post_message(self.Toggled(self.selected))

    def action_only_label(self) -> None:
        if self.selected is not None and self._labels and not self._labels.continuous:
            self.post_message(self.OnlyWanted(self.selected))

    def on_focus(self) -> None:
        self.refresh()
        if self.selected is not None:
            self.post_message(self.Selected(self.selected))

    def on_blur(self) -> None:
        self.refresh()

    def on_resize(self) -> None:
        self._list()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        label = self._label_at(event.x, event.y)
        if label is None or self._labels is None or self._labels.continuous:
            return
        self._go(self._order.index(label))
        self.post_message(self.OnlyWanted(label) if event.chain == 2 else self.Toggled(label))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_legend_move(-1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_legend_move(1)

    def _label_at(self, x: int, y: int) -> int | None:
        if self._labels is None:
            return None
        if self.horizontal:
            for label, right, _ in self._chip_places():
                if x < right:
                    return label if label >= 0 else None
            return None
        place = self._top + y
        more = len(self._order) > self._top + self.size.height
        if place >= len(self._order) or (more and y == self.size.height - 1):
            return None
        return self._order[place]
