"""A line on the picture under a contact sheet's cursor."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from vizterm.cells.text import cut_name
from vizterm.cells.theme import Theme
from vizterm.embed.point_facts import column_values
from vizterm.embed.sheet.model import SheetModel
from vizterm.embed.sheet.pictures import SELECTED
from vizterm.embed.sheet.sets import Sets
from vizterm.widgets.text_block import Line
from vizterm_core.scatter.selection import Selection
from vizterm_core.text import clean

_NARROWEST_NAME = 12
_WIDEST_LABEL = 24
_WIDEST_VALUE = 32
_GAP = Segment("  ")


def facts_line(
    sheet: SheetModel,
    sets: Sets,
    selection: Selection,
    styles: Sequence[Style],
    theme: Theme,
    width: int,
) -> Line:
    """Return name, label, row, the value points are ordered by, and the place in the order.

    Parameters
    ----------
    styles : sequence of Style
        Of the labels.
    width : int
        Columns; the name gets what the others leave.
    """
    point, embedding = sheet.point, sets.embedding
    facts = [Segment(f"#{embedding.row_of(point):,}", theme.dim), _GAP]
    if len(embedding.labels.names) > 1:
        label = cut_name(embedding.labels.text_of(point), _WIDEST_LABEL)
        style = styles[int(embedding.labels.codes[point])]
        facts = [Segment(f" {label} ", theme.label_chip(style)), _GAP, *facts]
    for column, value in column_values(embedding, sets.told, point, read=False):
        told = cut_name(clean(column), _WIDEST_LABEL)
        facts += [Segment(f"{told} ", theme.dim)]
        facts += [Segment(cut_name(value, _WIDEST_VALUE), theme.text), _GAP]
    facts.append(Segment(f"{sheet.cursor + 1:,} of {len(sheet):,}", theme.dim))
    if point in selection:
        facts += [_GAP, Segment(f"{SELECTED} selected", theme.accent)]
    room = width - sum(cell_len(segment.text) for segment in facts) - 5
    if name := embedding.name_of(point):
        told = cut_name(name, max(_NARROWEST_NAME, room))
        facts = [Segment(told, theme.strong), _GAP, *facts]
    return [_GAP, *facts]
