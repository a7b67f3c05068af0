"""Labels as people see them: their styles, the lines of the legend, the heading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from vizterm.cells.heading import HeadingText
from vizterm.cells.text import BOLD, DIM, PLAIN, cut_name, fit_name
from vizterm_core.colour.colormaps import sample_colours
from vizterm_core.colour.palette import MISSING_COLOUR, categorical_palette
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.labels import LEVELS, Labels
from vizterm_core.scatter.shade import Inks
from vizterm_core.scatter.trust import trust_of
from vizterm_core.text import clean

CURSOR_GLYPH = "◉"
PIN_GLYPH = "◆"
SELECTED_GLYPH = "✓"
ON_GLYPH, OFF_GLYPH = "●", "○"

STANDARD_COLOURS = (
    "bright_blue", "yellow", "green", "red", "bright_magenta", "bright_cyan", "blue",
    "bright_yellow", "bright_green", "bright_red", "magenta", "cyan",
)  # fmt: skip
"""Colours of labels on 16-colour terminals, without black and white."""

_LONGEST_EPOCH = 40
"""Cells of the name of an epoch."""
FEW_LABELS = 100
"""Labels up to which a legend keeps the natural order even if it has to scroll."""


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
        for label in labels.grey:
            bright[label] = Style(color="bright_black")
    else:
        rgb = Inks.of(label_colours(labels), (255, 255, 255) if light else (0, 0, 0)).rgb()
        bright = [Style(color=Color.from_rgb(*levels)) for levels in rgb.tolist()]
    return LabelStyles(tuple(bright), (Style(color="bright_black"),) * count)


def label_colours(labels: Labels) -> npt.NDArray[np.uint8]:
    """(labels, 3) uint8: a palette or the data's own colours, a colormap for levels.

    Noise and missing labels are grey.
    """
    if labels.continuous:
        levels = sample_colours(LEVELS)
        return np.concatenate([levels, [np.array(MISSING_COLOUR, np.uint8)]])[: len(labels.names)]
    coloured = len(labels.names) - len(labels.grey)
    palette = labels.colours if labels.colours is not None else categorical_palette(coloured)
    palette = np.concatenate([palette[:coloured], np.zeros((len(labels.grey), 3), np.uint8)])
    palette[list(labels.grey)] = MISSING_COLOUR
    return palette


def legend_entry(name: str, count: int, width: int, style: Style) -> list[Segment]:
    """A line of a printed legend: glyph, name, count at the right."""
    number = f"{count:,}"
    room = width - len(number) - 5
    return [
        Segment(" "),
        Segment(ON_GLYPH, style),
        Segment(" " + fit_name(name, max(1, room)) + " " + number + " "),
    ]


def legend_order(labels: Labels, room: int) -> list[int]:
    """The order in which a legend lists labels: natural, or the biggest first if they are many."""
    count = len(labels.names)
    if count <= max(room, FEW_LABELS):
        return list(range(count))
    return [int(label) for label in np.argsort(-labels.counts, kind="stable")]


def heading(embedding: Embedding, *left_out: str) -> HeadingText:
    """The line above the plot: title, numbers of points and labels, what they are.

    Parameters
    ----------
    left_out : str
        What else is not shown; may be empty.
    """
    labels = embedding.labels
    parts = [*epoch_parts(embedding), counted(len(embedding), "point")]
    if len(labels.names) > 1 and not labels.continuous:
        parts.append(f"{len(labels.names):,} labels")
    if embedding.dropped:
        why = embedding.absent or "dropped (not finite)"
        parts.append(f"{embedding.dropped:,} {why}")
    parts += left_out
    trust = trust_of(embedding)
    parts += [] if trust is None else [trust.summary]
    colour = clean(embedding.coloured_by) or ("a quantity" if labels.continuous else "")
    coloured = [f"coloured by {colour}"] if colour and len(labels.names) > 1 else []
    first = 1 if embedding.notes[:1] == (embedding.map_said,) else 0
    notes = [*embedding.notes[:first], *embedding.map_details, *embedding.notes[first:]]
    return HeadingText.of(embedding.title, [*parts, *notes, *coloured])


def epoch_parts(embedding: Embedding) -> list[str]:
    """Return which of several epochs is shown, and what it is called."""
    epochs = embedding.epochs
    if epochs is None or len(epochs) < 2:
        return []
    name = cut_name(epochs.name(embedding.epoch), _LONGEST_EPOCH)
    return [f"epoch {embedding.epoch + 1:,} of {len(epochs):,}", *([name] if name else [])]


def counted(count: int, thing: str) -> str:
    """Return a count with its noun: '1 point', '1,906 points'."""
    return f"{count:,} {thing}" + ("" if count == 1 else "s")
