"""The widgets that are wholly in sight, from Textual's layout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.geometry import Region
from textual.widget import Widget


class UncoveredRegions:
    """Finds the cells of widgets that are wholly in sight on an app's screen.

    Regions are kept until the layout changes: each picture is looked up after every frame.
    """

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._layout: object = None
        self._found: dict[Widget, Region | None] = {}

    def of(
        self, widget: Widget, may_be_above: Callable[[Widget], bool] = lambda _: False
    ) -> Region | None:
        """Return a widget's region; None unless all of it is shown, with nothing above it.

        Parameters
        ----------
        widget : Widget
        may_be_above : callable
            Whether another widget above it doesn't count.
        """
        layout = self._app.screen._compositor.full_map
        if layout is not self._layout:
            self._layout = layout
            self._found.clear()
        if widget not in self._found:
            self._found[widget] = self._look(widget, may_be_above)
        return self._found[widget]

    def _look(self, widget: Widget, may_be_above: Callable[[Widget], bool]) -> Region | None:
        screen = self._app.screen
        if widget.screen is not screen or not all(
            node.display for node in widget.ancestors_with_self
        ):
            return None
        geometries = screen._compositor.full_map
        mine = geometries.get(widget)
        if mine is None or not mine.region or mine.clip.intersection(mine.region) != mine.region:
            return None
        above = set(widget.ancestors_with_self)
        for other, geometry in geometries.items():
            if geometry.order > mine.order and other not in above and other.visible:
                shown = geometry.clip.intersection(geometry.region)
                if shown.overlaps(mine.region) and widget not in other.ancestors:
                    if any(
                        isinstance(node, Widget) and may_be_above(node)
                        for node in other.ancestors_with_self
                    ):
                        continue
                    return None
        return mine.region
