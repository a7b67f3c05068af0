"""The status line of the embed screen."""

from __future__ import annotations

from rich.segment import Segment

from vizterm.actions import EMBED_ACTIONS, footer_hints
from vizterm.cells.text import zoom_text
from vizterm.embed.model import EmbedModel
from vizterm.widgets.hints import line_with_hints


def status_line(
    model: EmbedModel, shown: int, count: str, notice: str, where: str, look: str, width: int
) -> list[Segment]:
    """Facts on the left, the keys that matter now on the right.

    Parameters
    ----------
    shown : int
        Visible points inside the view.
    count : str
        Digits typed so far.
    notice : str
        A remark that takes the place of the facts.
    where : 'plot' or 'legend'
    look : str
        How the density is drawn; empty without it.
    """
    left = notice or " · ".join(filter(None, (look, _facts(model, shown, where))))
    if count:
        left = f"{count} …  g goes to that index"
    return line_with_hints(left, footer_hints(EMBED_ACTIONS, where), width)


def _facts(model: EmbedModel, shown: int, where: str) -> str:
    total = len(model.embedding)
    hidden = int((~model.visible).sum())
    parts = [f"{shown:,} of {total:,} shown", f"{zoom_text(model.zoom_factor)}×"]
    if outside := model.left_outside(shown):
        parts.append(f"{outside:,} outside · 0 shows all")
    elif model.outlying and model.at_fit and not model.at_home:
        parts.append("b shows the bulk")
    if model.embedding.dropped:
        parts.insert(1, f"{model.embedding.dropped:,} dropped")
    if hidden:
        parts.append(f"{hidden:,} of {model.visible.size:,} labels hidden")
    if model.highlight is not None:
        parts.append(f"label {model.embedding.labels.names[model.highlight]} highlighted")
    if model.stretched:
        parts.append("stretched")
    if where == "plot" and not hidden and model.cursor is None:
        parts.append("drag to pan, wheel to zoom")
    return " · ".join(parts)
