"""Writing a figure to a file: at once and whole, with what has to be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vizterm.embed.figure.drawing import Figure, draw_figure
from vizterm.embed.figure.marked import drawn
from vizterm.embed.figure.options import FigureOptions
from vizterm.embed.figure.subject import Subject
from vizterm.files import write_atomically
from vizterm_core.text import clean


@dataclass(frozen=True, slots=True)
class Written:
    """What has been written."""

    said: str
    """The file, its size, and the number of points."""
    notes: tuple[str, ...]
    """What isn't in it, or not as one could expect."""


def write_figure(subject: Subject, options: FigureOptions, path: Path) -> Written:
    """Draw and write a figure; an older file stays until the new one is complete.

    Raises
    ------
    DataError
        If the file can't be written.
    OSError
        If the disk is full.
    """
    figure = draw_figure(subject, options)
    svg = path.suffix.lower() == ".svg"
    if svg:
        from vizterm.figures.as_svg import page_svg

        text = page_svg(figure.page).encode()
        write_atomically(path, lambda stream: stream.write(text))
    else:
        from vizterm.figures.as_png import write_png

        write_atomically(path, lambda stream: write_png(figure.page, figure.style.typeface, stream))
    width, height = options.pixels
    size = f"{options.size[0]:g} × {options.size[1]:g} mm" if svg else f"{width:,} × {height:,}"
    points = "1 point" if figure.shown == 1 else f"{figure.shown:,} points"
    said = f"wrote {clean(str(path))}: {size}, {points}"
    return Written(said, tuple(_notes(subject, figure, svg=svg)))


def _notes(subject: Subject, figure: Figure, *, svg: bool) -> list[str]:
    notes = []
    index = subject.index
    total = int(index.totals.sum())
    hidden = total - int(index.totals[subject.visible].sum())
    if outside := total - hidden - figure.shown:
        lie = "point lies" if outside == 1 else "points lie"
        notes.append(f"{outside:,} {lie} outside the figure")
    if hidden:
        are = "point of hidden labels is" if hidden == 1 else "points of hidden labels are"
        notes.append(f"{hidden:,} {are} not in the figure")
    marked = np.array(subject.marked, np.int64)
    notes += [
        f"#{subject.embedding.row_of(point):,} is not drawn, and has no ring"
        for point in np.setdiff1d(marked, drawn(subject, marked)).tolist()
    ]
    if figure.unlisted and subject.embedding.labels.continuous:
        notes.append("the colour bar has no room")
    elif figure.unlisted:
        labels = "label has" if figure.unlisted == 1 else "labels have"
        notes.append(f"{figure.unlisted:,} {labels} no room in the legend")
    if svg and not figure.one_by_one:
        notes.append("the points are pixels in the .svg; texts and lines are not")
    missing = sorted(figure.style.typeface.missing)
    if missing and not svg:
        shown = "".join(missing[:20]) + ("…" if len(missing) > 20 else "")
        notes.append(f"no font here has {clean(shown)}: install one (Noto), or write an .svg")
    return notes
