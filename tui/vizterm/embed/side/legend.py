"""The legend: which colour is which label, how many points it has, and whether it is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from vizterm.actions import EMBED_ACTIONS, bindings
from vizterm.cells.text import cut_name, name_width
from vizterm.cells.theme import Theme
from vizterm.embed.drawing import OFF_GLYPH, ON_GLYPH, LabelStyles, legend_order
from vizterm.embed.side.legend_lines import Columns, Row, legend_row
from vizterm.embed.side.quantity_bar import quantity_row, scale_text
from vizterm.widgets.rule import Rule
from vizterm_core.scatter.labels import LEVELS, Labels
from vizterm_core.scatter.search import Wanted

_CHIP_GAP = 2


class Legend(Widget, can_focus=True):
    """A list of labels in a column, a strip of them on a single line, or a colour bar.

    Parameters
    ----------
    divider : Rule
        Above the list; its title says what is listed.
    """

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

    @dataclass
    class Hovered(Message):
        """The pointer is over another label, or over none."""

        label: int | None

    def __init__(self, theme: Theme, divider: Rule, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="framed")
        self._theme, self._divider = theme, divider
        self._labels: Labels | None = None
        self._styles = LabelStyles((), ())
        self._visible: npt.NDArray[np.bool_] = np.zeros(0, bool)
        self._highlight: int | None = None
        self._here: int | None = None
        self._hovered: int | None = None
        self._columns = Columns(0, 0, 0, 0)
        self._called = ""
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
        called: str = "",
    ) -> None:
        """Show these labels, which may be called something."""
        new_labels = labels is not self._labels
        self._labels, self._styles, self._called = labels, styles, called
        self._visible, self._highlight = visible.copy(), highlight
        if new_labels:
            self.can_focus = not labels.continuous
            self._order, self._here, self._hovered = [], None, None
            self._list()
        self._say_what()
        self.refresh()

    def mark(self, label: int | None) -> None:
        """Mark the label of the point under the plot's cursor."""
        before, self._here = self._here, label
        if before == label:
            return
        if self.horizontal:
            self.refresh()
            return
        for each in {before, label} - {None}:
            if each in self._order and (row := self._order.index(each) - self._top) >= 0:
                # The bar between name and count stays as it is.
                count = self._columns.count + 2
                self.refresh(
                    Region(3, row, self._columns.name, 1),
                    Region(self.size.width - count, row, count, 1),
                )

    def _say_what(self) -> None:
        """Say in the divider what is listed."""
        labels = self._labels
        if labels is None:
            return
        total, hidden = len(labels.names), int((~self._visible).sum())
        if labels.continuous:
            self._divider.say(self._called or "values")
        elif self._filter:
            text = f"labels · {len(self._order):,} of {total:,} · esc clears"
            self._divider.say(text, lit=True)
        else:
            text = f"{total:,} label{'s' * (total != 1)}" + (
                f" · {hidden:,} hidden" if hidden else ""
            )
            if self._called.lower() not in ("", "label", "labels") and total > 1:
                text = f"{self._called} · {text}"
            self._divider.say(text, lit=self.has_focus)

    @property
    def filtered(self) -> bool:
        """Whether only some labels are listed."""
        return bool(self._filter)

    def filter(self, text: str) -> int:
        """List only the labels with `text` in their names; how many there are."""
        self._filter = text
        self._list()
        self._say_what()
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
        names, wanted = self._labels.names, Wanted(self._filter)
        selected = self.selected
        self._columns = Columns.of(self._labels, self.size.width)
        self._order = [
            label
            for label in legend_order(self._labels, self.size.height)
            if not self._filter or wanted.is_in(names[label])
        ]
        self._at = self._order.index(selected) if selected in self._order else 0
        self._top = max(0, min(self._at, len(self._order) - self.size.height))

    # drawing
    @override
    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if self._labels is None:
            return Strip.blank(width, self._theme.panel)
        if self._labels.continuous:
            line = self._bar_strip() if self.horizontal else self._bar_line(y)
        else:
            line = self._chips() if self.horizontal else self._entry_line(y)
        surface = self._theme.bar if self.horizontal else self._theme.panel
        return Strip(line).adjust_cell_length(width).apply_style(surface)

    def _entry_line(self, y: int) -> list[Segment]:
        assert self._labels is not None
        rows = self.size.height
        place = self._top + y
        more = len(self._order) - self._top - rows
        if y == rows - 1 and more > 0:
            hidden = more + 1
            return [Segment(f" ▾ {hidden:,} more", self._theme.dim)]
        if place >= len(self._order):
            if y == 0 and self._filter:
                return [Segment(" no such label", self._theme.dim)]
            return []
        label = self._order[place]
        row = Row(
            self._labels.names[label],
            int(self._labels.counts[label]),
            self._styles.bright[label],
            shown=bool(self._visible[label]),
            selected=self.has_focus and place == self._at,
            here=label == self._here,
            glowing=label == self._highlight,
        )
        return legend_row(row, self._columns, self._theme)

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
            theme = self._theme
            shown = bool(self._visible[label])
            body = theme.soft if shown else theme.dim
            if selected:
                body = theme.accent
            elif label in (self._highlight, self._here):
                body = theme.strong
            name = cut_name(self._labels.names[label], 16)
            style = self._styles.bright[label]
            chip = [
                Segment(" " if place == first else " " * _CHIP_GAP),
                Segment(ON_GLYPH if shown else OFF_GLYPH, style),
                Segment(f" {name}", body),
                Segment(f" {int(self._labels.counts[label]):,}", theme.dim),
            ]
            column += sum(cell_len(part.text) for part in chip)
            if column > self.size.width - 2:
                places.append((-1, self.size.width, [Segment(" …", theme.dim)]))
                break
            places.append((label, column, chip))
        return places

    def _name_length(self, label: int) -> int:
        assert self._labels is not None
        return name_width(self._labels.names[label])

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
        assert self._labels is not None
        rows, width = self.size.height, self.size.width
        return quantity_row(self._labels, self._styles.bright, y, rows, width, self._theme)

    def _bar_strip(self) -> list[Segment]:
        labels = self._labels
        assert labels is not None and labels.scale is not None
        room = max(4, min(LEVELS, self.size.width - 26))
        bar = [Segment("█", self._styles.bright[place * LEVELS // room]) for place in range(room)]
        return [
            Segment(f" {scale_text(labels.scale, labels.scale.low)} "),
            *bar,
            Segment(f" {scale_text(labels.scale, labels.scale.high)}"),
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
        self._say_what()
        self.refresh()
        if self.selected is not None:
            self.post_message(self.Selected(self.selected))

    def on_blur(self) -> None:
        self._say_what()
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

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self._hover(self._label_at(event.x, event.y))

    def on_leave(self) -> None:
        self._hover(None)

    def _hover(self, label: int | None) -> None:
        if self._labels is None or self._labels.continuous:
            label = None
        if label != self._hovered:
            self._hovered = label
            self.post_message(self.Hovered(label))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_legend_move(-1)
        self._hover(self._label_at(event.x, event.y))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_legend_move(1)
        self._hover(self._label_at(event.x, event.y))

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
