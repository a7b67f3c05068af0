"""The colour bar of a quantity: a line for some of its levels, with numbers and counts."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style

from vizterm.cells.theme import Theme
from vizterm.embed.side.legend_lines import LEAST_BAR, Columns, Row, count_bar
from vizterm_core.scatter.labels import LEVELS, ContinuousScale, Labels
from vizterm_core.ticks import tick_labels, tick_values

_ROWS_A_TICK = 5
_LEAST_TEXT = 9
"""Columns that the numbers take at least: a bar moves little from column to column."""


def quantity_row(
    labels: Labels, styles: tuple[Style, ...], y: int, rows: int, width: int, theme: Theme
) -> list[Segment]:
    """Return a row of the colour bar of a quantity, with how many points have such values.

    High values are on top, with numbers at both ends and at round values between them; missing
    values have a row of their own below.
    """
    scale = labels.scale
    assert scale is not None
    missing = len(labels.names) > LEVELS
    bars = max(1, min(rows - missing, LEVELS))
    if y == bars and missing:
        count = int(labels.counts[LEVELS])
        return [
            Segment(" ██", styles[LEVELS]),
            Segment(f" missing {count:,}", theme.dim),
        ]
    if y >= bars:
        return []
    low, high = LEVELS - (y + 1) * LEVELS // bars, LEVELS - y * LEVELS // bars
    counts = [
        int(labels.counts[LEVELS - (k + 1) * LEVELS // bars : LEVELS - k * LEVELS // bars].sum())
        for k in range(bars)
    ]
    texts = tick_texts(scale, bars)
    wide = max(_LEAST_TEXT, *(len(text) + 1 for text in texts.values()))
    style = styles[(low + high) // 2]
    line = [Segment(" ██", style), Segment(f" {texts.get(y, ''):<{wide}}", theme.soft)]
    room = width - wide - 5
    if room >= LEAST_BAR:
        columns = Columns(0, room, 0, max(counts))
        if counts[y]:
            line += count_bar(Row("", counts[y], style), columns, theme)
        else:
            line.append(Segment("─" * room, theme.track))
    return line


def scale_text(scale: ContinuousScale, value: float) -> str:
    """Return a value of a quantity: a number with a real minus sign, or a date."""
    text = scale.text(value)
    return text if scale.date_unit else text.replace("-", "−")


def tick_texts(scale: ContinuousScale, bars: int) -> dict[int, str]:
    """Return what stands beside some rows of a colour bar: the ends, and values between them.

    Parameters
    ----------
    scale : ContinuousScale
    bars : int
        Rows of the bar; the first is the highest.
    """
    ends = {0: scale_text(scale, scale.high), bars - 1: scale_text(scale, scale.low)}
    if scale.date_unit:
        middle = bars // 2
        value = scale.low + (scale.high - scale.low) * (bars - middle - 0.5) / bars
        return {middle: scale_text(scale, value)} | ends
    if not scale.high > scale.low:
        return ends
    values = tick_values(scale.low, scale.high, max(2, bars // _ROWS_A_TICK))
    texts = {}
    for value, text in zip(values, tick_labels(values), strict=True):
        row = bars - 1 - int((value - scale.low) / (scale.high - scale.low) * bars)
        if 1 < row < bars - 2:
            texts[row] = text
    return texts | ends
