"""Printing an embedding: one frame, or the picture of a point."""

from __future__ import annotations

import shutil
from typing import TextIO

import numpy as np
from rich.cells import cell_len
from rich.segment import Segment

from vizterm.cells.text import DIM, ansi_text, fit_text, name_width
from vizterm.cells.theme import theme_for
from vizterm.embed.drawing import (
    LabelStyles,
    heading,
    label_styles,
    legend_entry,
    legend_order,
)
from vizterm.embed.picture_size import picture_shape, printed_box
from vizterm.embed.point_facts import PointFacts
from vizterm.embed.scatter.dots_look import DotsLook
from vizterm.embed.scatter.inks import LabelInks
from vizterm.embed.scatter.map_names import MapNames
from vizterm.embed.scatter.point_marks import Spot, with_marks
from vizterm.embed.scatter.view_of_points import ViewOfPoints
from vizterm.embed.ways import BRAILLE
from vizterm.terminal.facts import Terminal
from vizterm_core.errors import DataError
from vizterm_core.load import Embedding
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.labels import LEVELS
from vizterm_core.scatter.viewport import MARGIN, Viewport

Line = list[Segment]

_LEAST_PLOT = 20
_WIDEST_LEGEND = 30
_MOST_COLUMNS = 40
"""Other columns of a point that are printed."""


def default_size() -> tuple[int, int]:
    """Return (columns, rows) of a printed frame: of the environment, the terminal, or 100 x 32."""
    columns, rows = shutil.get_terminal_size((100, 33))
    return columns, max(4, rows - 1)


def print_frame(
    embedding: Embedding,
    index: PointIndex,
    terminal: Terminal,
    out: TextIO,
    size: tuple[int, int] | None = None,
    row: int | None = None,
    dots: str = BRAILLE,
    filtered: str = "",
    *,
    names: bool = True,
) -> int:
    """Write one exact frame with heading and legend; return the number of points outside.

    A printed frame can't be zoomed: where a few far-off points would make all others small, they
    are left outside, and the heading says so.

    Parameters
    ----------
    size : (columns, rows), optional
        Of all that is printed.
    row : int, optional
        Row of the point to mark; if it is far off itself, everything is shown.
    dots : str
        The way to draw them; pixels are drawn in braille.
    filtered : str
        What the heading says of a filter.
    names : bool
        Whether the labels' names stand on the map.
    """
    columns, rows = size or default_size()
    point = None if row is None else embedding.point_of(row)
    lines, outside = frame_lines(
        embedding, index, terminal, columns, rows, point, dots, filtered, names=names
    )
    for line in lines:
        out.write(ansi_text(_stripped(line), terminal.colours) + "\n")
    return outside


def print_point(
    embedding: Embedding, row: int, terminal: Terminal, protocol: str, out: TextIO
) -> None:
    """Write a point's picture, and the facts of the point below it.

    Parameters
    ----------
    row : int
        Row of a point that can be shown.
    protocol : str
        How the picture is drawn, as chosen by `choose_graphics`.
    """
    from vizterm.embed.scatter.entry_reader import read_entry, unpack
    from vizterm.embed.scatter.map_look import MapLook
    from vizterm.graphics.scrollback import printed_picture

    point = embedding.point_of(row)
    assert point is not None
    labels = embedding.labels
    said = ""
    if picture_shape(embedding) is not None:
        unpack(embedding, lambda: None)
        try:
            picture = MapLook.of(embedding).picture(read_entry(embedding, row))
            said = "" if embedding.images is None else embedding.images.said()
        except DataError as error:
            picture, said = None, error.message
        if picture is not None:
            columns, rows = printed_box(picture.shape, terminal.cell_aspect)
            out.write(printed_picture(picture, columns, rows, protocol, terminal))
    styles = label_styles(labels, terminal.colours, light=terminal.light)
    span = float(max(np.ptp(embedding.x), np.ptp(embedding.y)))
    facts = PointFacts.of(embedding, point, styles.bright, span=span, read=True)
    labelled = len(labels.names) > 1
    width, theme = default_size()[0], theme_for(terminal)
    lines = facts.lines(width, theme, labelled=labelled)
    lines += facts.column_lines(width, _MOST_COLUMNS, theme)
    for line in [*lines, *([[Segment(said, theme.dim)]] if said else [])]:
        out.write(ansi_text(line, terminal.colours) + "\n")


def frame_lines(
    embedding: Embedding,
    index: PointIndex,
    terminal: Terminal,
    columns: int,
    rows: int,
    point: int | None = None,
    dots: str = BRAILLE,
    filtered: str = "",
    *,
    names: bool = True,
) -> tuple[list[Line], int]:
    """Return the printed frame as lines of segments, and the number of points outside."""
    labels = embedding.labels
    styles = label_styles(labels, terminal.colours, light=terminal.light)
    entries = [] if len(labels.names) < 2 else _legend(embedding, styles, rows - 1)
    legend_width = max((_width(entry) for entry in entries), default=0)
    if columns - legend_width < _LEAST_PLOT:
        entries, legend_width = [], 0
    plot_columns, plot_rows = max(1, columns - legend_width), max(1, rows - 1)
    viewport = _view(index, point, plot_columns, plot_rows, terminal.cell_aspect)
    visible = index.all_visible()
    frame = index.exact_frame(viewport, visible)
    outside = int(index.totals.sum()) - frame.shown
    text = heading(embedding, filtered, f"{outside:,} far outside" if outside else "")
    lines: list[Line] = [text.printed_line(columns)]
    inks = LabelInks.of(labels, terminal)
    cells = DotsLook(dots).cells(frame, ViewOfPoints(index, viewport, visible), inks)
    spot = None if point is None else Spot.of(point, index, viewport, frame)
    cells, texts = with_marks(cells, spot, (), inks)
    if names:
        on_map = MapNames(labels, styles, terminal)
        on_map.place(frame, viewport)
        texts = {**on_map.texts(None, None if spot is None else (spot.column, spot.row)), **texts}
    for row in range(plot_rows):
        line = cells.line(row, terminal.colours, texts)
        lines.append(line + (entries[row] if row < len(entries) else []))
    return lines, outside


def _view(
    index: PointIndex, point: int | None, columns: int, rows: int, cell_aspect: float
) -> Viewport:
    """Return the view of the bulk; of everything where the point to mark lies outside of that."""
    bulk, whole = (
        Viewport.fit(extent, columns, rows, cell_aspect=cell_aspect, margin=MARGIN)
        for extent in (index.bulk, index.extent)
    )
    if point is None:
        return bulk
    dot = bulk.dot_of(float(index.x[point]), float(index.y[point]))
    return bulk if bulk.contains_dot(*dot) else whole


def _legend(embedding: Embedding, styles: LabelStyles, rows: int) -> list[Line]:
    labels = embedding.labels
    if labels.continuous:
        return _colour_bar(embedding, styles, rows)
    order = legend_order(labels, rows)
    shown = order if len(order) <= rows else order[: max(0, rows - 1)]
    longest = max((name_width(labels.names[label]) for label in shown), default=0)
    digits = max((len(f"{int(labels.counts[label]):,}") for label in shown), default=1)
    width = min(_WIDEST_LEGEND, longest + digits + 5)
    lines = [
        legend_entry(labels.names[label], int(labels.counts[label]), width, styles.bright[label])
        for label in shown
    ]
    if len(shown) < len(order):
        lines.append([Segment(fit_text(f"  {len(order) - len(shown):,} more", width), DIM)])
    return lines


def _colour_bar(embedding: Embedding, styles: LabelStyles, rows: int) -> list[Line]:
    scale = embedding.labels.scale
    assert scale is not None
    height = min(rows, LEVELS)
    numbers = {0: scale.text(scale.high), height - 1: scale.text(scale.low)}
    wide = max(8, *(len(text) for text in numbers.values()))
    return [
        [
            Segment("  "),
            Segment("██", styles.bright[LEVELS - 1 - row * LEVELS // height]),
            Segment(f" {numbers.get(row, ''):<{wide}}"),
        ]
        for row in range(height)
    ]


def _width(line: Line) -> int:
    return sum(cell_len(part.text) for part in line)


def _stripped(line: Line) -> Line:
    """Return the line without blanks at its end."""
    kept = list(line)
    while kept and not kept[-1].text.rstrip() and not _tinted(kept[-1]):
        kept.pop()
    if kept and not _tinted(kept[-1]):
        kept[-1] = Segment(kept[-1].text.rstrip(), kept[-1].style)
    return kept


def _tinted(part: Segment) -> bool:
    """Whether even blanks of a part can be seen."""
    style = part.style
    return style is not None and (style.bgcolor is not None or bool(style.reverse))
