"""The frame of a figure's plot, and the axes around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from vizterm.embed.figure.style import FigureStyle
from vizterm.figures.page import Box, Movable, Text
from vizterm_core.scatter.viewport import Viewport
from vizterm_core.text import clean
from vizterm_core.ticks import multiples, tick_labels, tick_values

_TICK, _GAP = 0.4, 0.35
"""Length of a tick, and from it to its text, in sizes of the text."""
_NAME = 1.5
"""What the name of an axis takes, in sizes of the text."""
_APART = 1.0
"""Between two texts below the plot at least."""
_LINES_A_TICK = 2.6
_EQUAL_STEPS = (2.2, 12.0)
"""Lines from tick to tick for which both axes have the same step."""


@dataclass(frozen=True, slots=True)
class FigureAxes:
    """Ticks of both axes of a view whose dots are pixels."""

    view: Viewport
    across: Sequence[tuple[float, str]]
    """(pixels from the left, text)."""
    down: Sequence[tuple[float, str]]
    """(pixels from the top, text)."""
    names: tuple[str, str] = ("", "")
    """Of the axes; harmless, and no longer than the axes."""

    @classmethod
    def of(
        cls, view: Viewport, style: FigureStyle, names: tuple[str, str] = ("", "")
    ) -> FigureAxes:
        """Return round values, as many as have room, and the names of the axes."""
        extent = view.extent
        across: list[tuple[float, str]] = []
        step = 0.0
        for most in range(max(2, int(view.across / (4 * style.text))), 0, -1):
            values = tick_values(extent.left, extent.right, most)
            texts = tick_labels(values)
            across = [
                ((value - view.left) * view.x_scale, said)
                for value, said in zip(values, texts, strict=True)
            ]
            widths = [style.width(said) for _, said in across]
            apart = [
                right[0] - left[0] - (wide + next_wide) / 2
                for (left, wide), (right, next_wide) in pairwise(zip(across, widths, strict=True))
            ]
            if not apart or min(apart) >= _APART * style.text:
                step = values[1] - values[0] if len(values) > 1 else 0.0
                break
        most = max(2, int(view.down / (_LINES_A_TICK * style.row)))
        values = tick_values(extent.bottom, extent.top, most)
        if _EQUAL_STEPS[0] <= step * view.y_scale / style.row <= _EQUAL_STEPS[1]:
            values = multiples(extent.bottom, extent.top, step)
        down = [
            ((view.top - value) * view.y_scale, said)
            for value, said in zip(values, tick_labels(values), strict=True)
        ]
        fitted = style.typeface.fitted
        named = (
            fitted(clean(names[0]), style.text, view.across),
            fitted(clean(names[1]), style.text, view.down),
        )
        return cls(view, across, down, named)

    def left(self, style: FigureStyle) -> float:
        """Pixels that they take on the left of the plot."""
        widest = max((style.width(said) for _, said in self.down), default=0)
        return widest + (_TICK + _GAP + _NAME * bool(self.names[1])) * style.text

    @staticmethod
    def below(style: FigureStyle, *, named: bool = False) -> float:
        """Pixels that they take below the plot."""
        return (_TICK + _GAP + 0.9 + _NAME * named) * style.text

    def items(self, left: int, top: int, style: FigureStyle) -> list[Movable]:
        """Return ticks and texts around a plot whose corner is there."""
        text, hair = style.text, style.hair
        tick = _TICK * text
        bottom = top + self.view.down
        items: list[Movable] = []
        for place, said in self.across:
            x = left + place
            items.append(Box(x - hair / 2, bottom, hair, tick, style.soft))
            base = bottom + tick + (_GAP + 0.72) * text
            items.append(Text(x, base, said, text, style.ink, "middle"))
        for place, said in self.down:
            y = top + place
            items.append(Box(left - tick, y - hair / 2, tick, hair, style.soft))
            end = left - tick - _GAP * text
            items.append(Text(end, y + 0.35 * text, said, text, style.ink, "end"))
        across, down = self.names
        if across:
            base = bottom + self.below(style, named=True) - 0.15 * text
            x = left + self.view.across / 2
            items.append(Text(x, base, across, text, style.soft, "middle"))
        if down:
            x = left - self.left(style) + 0.85 * text
            y = top + self.view.down / 2
            items.append(Text(x, y, down, text, style.soft, "middle", turned=True))
        return items


def frame_items(left: int, top: int, view: Viewport, style: FigureStyle) -> list[Movable]:
    """Return the thin lines around a plot."""
    hair, width, height = style.hair, view.across, view.down
    return [
        Box(left - hair, top - hair, width + 2 * hair, hair, style.line),
        Box(left - hair, top + height, width + 2 * hair, hair, style.line),
        Box(left - hair, top, hair, height, style.line),
        Box(left + width, top, hair, height, style.line),
    ]
