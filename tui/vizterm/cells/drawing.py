"""Frames and legends as styled text: pure functions, for the widgets and for `--print` alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len, set_cell_size
from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style

from vizterm_core.colour.colormaps import sample_colours
from vizterm_core.colour.palette import MISSING_COLOUR, categorical_palette
from vizterm_core.scatter.braille import BRAILLE
from vizterm_core.scatter.labels import LEVELS, MISSING, Labels

PLAIN = Style()
DIM = Style(dim=True)
BOLD = Style(bold=True)
ACCENT = Style(color="magenta", bold=True)
"""For focus and keys; readable on dark and on light backgrounds."""
CURSOR = Style(reverse=True, bold=True)
CURSOR_GLYPH = "◉"
PIN_GLYPH = "◆"
ON_GLYPH, OFF_GLYPH = "●", "○"

STANDARD_COLOURS = (
    "bright_blue", "yellow", "green", "red", "bright_magenta", "bright_cyan", "blue",
    "bright_yellow", "bright_green", "bright_red", "magenta", "cyan",
)  # fmt: skip
"""What is told apart on 16 colours, black and white left out."""

FEW_POINTS = 200
"""Up to this many points, dots are drawn large unless asked otherwise: single ones hardly show."""

_ON_LIGHT = 0.8
"""How much of a colour's levels is left on a light background."""

_COLOUR_SYSTEMS = {
    "truecolor": ColorSystem.TRUECOLOR,
    "256": ColorSystem.EIGHT_BIT,
    "standard": ColorSystem.STANDARD,
}

Overlay = Mapping[tuple[int, int], tuple[str, Style]]
"""(column, row) -> what is drawn over that cell."""


@dataclass(frozen=True, slots=True)
class LabelStyles:
    """A style for each label, and its dimmed form."""

    bright: tuple[Style, ...]
    dimmed: tuple[Style, ...]

    def pick(self, highlight: int | None) -> list[Style]:
        """By label; the one that is not highlighted dimmed."""
        if highlight is None:
            return list(self.bright)
        return [
            self.bright[label] + BOLD if label == highlight else style
            for label, style in enumerate(self.dimmed)
        ]


def label_styles(labels: Labels, colours: str, *, light: bool = False) -> LabelStyles:
    """Styles for labels.

    Parameters
    ----------
    colours : 'truecolor', '256', 'standard' (16) or 'none'
        What the terminal has.
    light : bool
        Whether its background is light; colours are darker there.
    """
    count = len(labels.names)
    if colours == "none":
        return LabelStyles((PLAIN,) * count, (DIM,) * count)
    if colours == "standard" and not labels.continuous:
        bright = [Style(color=STANDARD_COLOURS[i % len(STANDARD_COLOURS)]) for i in range(count)]
    else:
        rgb = label_colours(labels)
        if light:
            rgb = (rgb * _ON_LIGHT).astype(np.uint8)
        bright = [Style(color=Color.from_rgb(*levels)) for levels in rgb.tolist()]
    return LabelStyles(tuple(bright), (Style(color="bright_black"),) * count)


def label_colours(labels: Labels) -> npt.NDArray[np.uint8]:
    """(labels, 3) uint8: a palette for categories, a colormap for levels, grey for missing."""
    if labels.continuous:
        levels = sample_colours(LEVELS)
        return np.concatenate([levels, [np.array(MISSING_COLOUR, np.uint8)]])[: len(labels.names)]
    palette = categorical_palette(len(labels.names))
    if MISSING in labels.names:
        palette[labels.names.index(MISSING)] = MISSING_COLOUR
    return palette


def plot_line(
    codes: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int32],
    styles: Sequence[Style],
    overlay: Mapping[int, tuple[str, Style]] | None = None,
) -> list[Segment]:
    """One row of a frame as run-length segments.

    Parameters
    ----------
    codes, labels : (columns,)
        A row of `Frame.codes` and `Frame.labels`.
    overlay : column -> (character, style), optional
    """
    width = codes.size
    if width == 0:
        return []
    text = "".join([BRAILLE[code] for code in codes.tolist()])
    changes = np.flatnonzero(labels[1:] != labels[:-1]) + 1
    starts = [0, *changes.tolist()]
    if overlay:
        cuts = {cut for column in overlay for cut in (column, column + 1) if 0 <= cut < width}
        starts = sorted(cuts.union(starts))
    ends = [*starts[1:], width]
    segments: list[Segment] = []
    for start, end in zip(starts, ends, strict=True):
        if overlay and start in overlay:
            segments.append(Segment(*overlay[start]))
            continue
        label = int(labels[start])
        segments.append(Segment(text[start:end], PLAIN if label < 0 else styles[label]))
    return segments


def ansi_text(line: Sequence[Segment], colours: str) -> str:
    """A line as it is printed; bare text where there are no colours."""
    system = _COLOUR_SYSTEMS.get(colours)
    return "".join(
        part.style.render(part.text, color_system=system) if part.style and system else part.text
        for part in line
    )


def legend_entry(
    name: str,
    count: int,
    width: int,
    style: Style,
    *,
    shown: bool = True,
    selected: bool = False,
    highlighted: bool = False,
) -> list[Segment]:
    """A line of the legend: glyph, name, count at the right."""
    number = f"{count:,}"
    room = width - len(number) - 5
    body = (ACCENT if selected else PLAIN) + (BOLD if highlighted else PLAIN)
    if not shown:
        body += DIM
    mark = "▸" if selected else " "
    return [
        Segment(mark, ACCENT),
        Segment(ON_GLYPH if shown else OFF_GLYPH, style if shown else style + DIM),
        Segment(" " + fit_name(name, max(1, room)) + " " + number + " ", body),
    ]


def fit_text(text: str, width: int) -> str:
    """Cut or pad to exactly `width` cells; a cut is marked by an ellipsis."""
    if cell_len(text) > width:
        return set_cell_size(text, max(0, width - 1)) + "…"[:width]
    return set_cell_size(text, width)


def fit_name(text: str, width: int) -> str:
    """`fit_text` for names: what is cut is the middle, as beginnings are often alike."""
    if cell_len(text) <= width:
        return fit_text(text, width)
    tail: list[str] = []
    room = (width - 1) // 2
    for character in reversed(text):
        room -= cell_len(character)
        if room < 0:
            break
        tail.append(character)
    end = "".join(reversed(tail))
    head = set_cell_size(text, max(0, width - 1 - cell_len(end)))
    return fit_text(f"{head}…{end}" if width > 2 else text, width)


def legend_order(labels: Labels, room: int) -> list[int]:
    """The order in which a legend lists labels: natural, or the biggest first if they are many."""
    count = len(labels.names)
    if count <= max(room, FEW_LABELS):
        return list(range(count))
    return [int(label) for label in np.argsort(-labels.counts, kind="stable")]


FEW_LABELS = 100
"""Up to this many labels a legend keeps the natural order even if it has to scroll."""


def heading(title: str, points: int, dropped: int, labels: Labels, notes: Sequence[str]) -> str:
    """What is shown: the line above the plot."""
    parts = [f"{points:,} {'point' if points == 1 else 'points'}"]
    if labels.continuous:
        parts.append("continuous labels")
    elif len(labels.names) > 1:
        parts.append(f"{len(labels.names):,} labels")
    if dropped:
        parts.append(f"{dropped:,} dropped (not finite)")
    parts.extend(notes)
    return f"{title}   " + " · ".join(parts)


def zoom_text(factor: float) -> str:
    """A zoom factor for people: 1, 2.4, 150, 1.2e+05."""
    if factor < 9.95:
        text = f"{factor:.1f}"
        return text.removesuffix(".0")
    return f"{factor:,.0f}" if factor < 1e5 else f"{factor:.2g}"
