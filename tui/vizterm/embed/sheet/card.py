"""A card: the name of a point and what is known of it, where there is no picture of it."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style

from vizterm.cells.text import cut_name, fit_name
from vizterm.cells.theme import Theme
from vizterm.cells.wrap import wrapped
from vizterm.embed.sheet.tile import Card

_EDGE = "▎"
_MARGINS = 3
"""Columns of a card that hold no text: its edge, and a blank at each side."""


def card_lines(
    card: Card, width: int, height: int, style: Style, theme: Theme
) -> list[list[Segment]]:
    """Return the lines of a card; its edge has the colour of the label.

    Parameters
    ----------
    width, height : int
        Columns and rows to fill; at least 4 and 1.
    style : Style
        Of the label.
    """
    room = max(1, width - _MARGINS)
    facts = card.facts[: max(0, height - 1)]
    name = wrapped(card.name, room)
    if len(name) > max(1, height - len(facts)):
        # Its end tells points apart: in lines it would be no more than a file's suffix.
        name = [cut_name(card.name, room)]
    texts = [(text, theme.strong) for text in name] + [(text, theme.dim) for text in facts]
    texts = texts[:height]
    above = (height - len(texts)) // 2
    blank = [("", theme.dim)]
    texts = blank * above + texts + blank * (height - len(texts) - above)
    return [
        [
            Segment(_EDGE, theme.panel + style),
            Segment(f" {fit_name(text, room)} ", theme.panel + how),
        ]
        for text, how in texts
    ]
