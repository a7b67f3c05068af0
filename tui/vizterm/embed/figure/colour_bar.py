"""The colour bars of a figure: of a quantity, and of a density."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from vizterm.embed.figure.legend import Block
from vizterm.embed.figure.style import FigureStyle
from vizterm.figures.page import Box, Disc, Movable, Text
from vizterm_core.date_ticks import date_ticks
from vizterm_core.scatter.labels import LEVELS, ContinuousScale, Labels
from vizterm_core.text import clean
from vizterm_core.ticks import tick_labels, tick_values

_WIDTH = 1.1
"""Width of a bar, in sizes of the text."""
_TALLEST = 45.0
"""Height in millimetres."""
_TICK = 0.35
_ROWS_A_TICK = 2.2


def quantity_block(
    labels: Labels,
    colours: npt.NDArray[np.uint8],
    style: FigureStyle,
    room: tuple[float, float],
    heading: str = "",
) -> Block:
    """Return the colour bar of a quantity, with round values, and what is missing below it.

    Parameters
    ----------
    labels : Labels
        Levels of a quantity.
    colours : (labels, 3) uint8
    style : FigureStyle
    room : (width, height)
    heading : str
        What the quantity is.
    """
    scale = labels.scale
    assert scale is not None
    missing = int(labels.counts[LEVELS]) if len(labels.names) > LEVELS else 0
    height = room[1] - 1.6 * style.row * bool(missing)
    height = min(height, _TALLEST * style.millimetre + 2 * style.row)
    most = max(2, int(height / (_ROWS_A_TICK * style.row)))
    block = bar_block(colours[:LEVELS], _ticks(scale, most), style, (room[0], height), heading)
    if not missing:
        return block
    text = style.text
    base = block.height + 1.2 * style.row
    red, green, blue = colours[LEVELS].tolist()
    words = f"missing {missing:,}"
    items: list[Movable] = [
        *block.items,
        Disc(_WIDTH * text / 2, base - 0.34 * text, 0.32 * text, (red, green, blue)),
        Text((_WIDTH + 2 * _TICK) * text, base, words, text, style.soft),
    ]
    width = max(block.width, (_WIDTH + 2 * _TICK) * text + style.width(words))
    return Block(width, base + style.row / 2, items)


def bar_block(
    colours: npt.NDArray[np.uint8],
    ticks: Sequence[tuple[float, str]],
    style: FigureStyle,
    room: tuple[float, float],
    heading: str = "",
) -> Block:
    """Return a bar of colours with ticks beside it.

    Parameters
    ----------
    colours : (n, 3) uint8
        From low to high, each as tall as any.
    ticks : sequence of (float, str)
        Places from 0, the lower end, to 1, and their texts.
    style : FigureStyle
    room : (width, height)
    heading : str
        Stands above the bar.
    """
    text, items = style.text, list[Movable]()
    top = 0.0
    heading = style.typeface.fitted(clean(heading), text, room[0]) if heading else ""
    if heading:
        items.append(Text(0, text, heading, text, style.soft))
        top = style.row * 1.3
    # Half a line for the texts of the ends.
    top += 0.4 * text
    height = max(4 * text, room[1] - top - 0.5 * text)
    width = _WIDTH * text
    edges = np.rint(top + height * np.linspace(1, 0, len(colours) + 1)).tolist()
    for colour, low, high in zip(colours.tolist(), edges, edges[1:], strict=False):
        red, green, blue = colour
        items.append(Box(0, high, round(width), low - high, (red, green, blue)))
    wide = style.width(heading)
    for place, said in ticks:
        y = top + height * (1 - place)
        items.append(Box(round(width), y - style.hair / 2, _TICK * text, style.hair, style.soft))
        items.append(Text(width + 2 * _TICK * text, y + 0.35 * text, said, text, style.ink))
        wide = max(wide, width + 2 * _TICK * text + style.width(said))
    return Block(wide, top + height + 0.5 * text, items)


def _ticks(scale: ContinuousScale, most: int) -> list[tuple[float, str]]:
    """Return round values of a quantity, or dates, by their place on the bar."""
    low, high = scale.low, scale.high
    if not high > low:
        return [
            (0.5, scale.text(low).replace("-", "−") if not scale.date_unit else scale.text(low))
        ]
    if scale.date_unit:
        dates = date_ticks(low, high, most)
        if len(dates) < 2:
            dates = [(low, scale.text(low)), (high, scale.text(high))]
        return [((value - low) / (high - low), said) for value, said in dates]
    values = tick_values(low, high, most)
    if len(values) < 2:
        values = [low, high]
    texts = tick_labels(values)
    span = high / 2 - low / 2
    return [((value / 2 - low / 2) / span, said) for value, said in zip(values, texts, strict=True)]
