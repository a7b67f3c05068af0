"""What the status line says."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment

from vizterm.actions import EMBED_ACTIONS, footer_hints
from vizterm.drawing import BOLD, DIM, fit_text
from vizterm.embed_model import EmbedModel


def status_line(
    model: EmbedModel, shown: int, count: str, notice: str, where: str, width: int
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
    """
    left = notice or _facts(model, shown, where)
    if count:
        left = f"{count} …  g goes to that index"
    hints = footer_hints(EMBED_ACTIONS, where)
    room = width - cell_len(left) - 4
    while hints and sum(len(key) + len(text) + 4 for key, text in hints) > room:
        hints.pop(0)
    right: list[Segment] = []
    for key, text in hints:
        right += [Segment("   "), Segment(key, BOLD), Segment(f" {text}", DIM)]
    used = sum(cell_len(part.text) for part in right)
    return [Segment(" " + fit_text(left, max(0, width - used - 2))), *right, Segment(" ")]


def _facts(model: EmbedModel, shown: int, where: str) -> str:
    total = len(model.embedding)
    hidden = int((~model.visible).sum())
    parts = [f"{shown:,} of {total:,} shown", f"{zoom_text(model.zoom_factor)}×"]
    if model.outlying and model.at_fit:
        parts.append("outliers: b shows the bulk")
    if model.embedding.dropped:
        parts.insert(1, f"{model.embedding.dropped:,} dropped")
    if hidden:
        parts.append(f"{hidden:,} of {model.visible.size:,} labels hidden")
    if model.highlight is not None:
        parts.append(f"label {model.embedding.labels.names[model.highlight]} stands out")
    if model.stretched:
        parts.append("stretched")
    if where == "plot" and not hidden and model.cursor is None:
        parts.append("drag to pan, wheel to zoom")
    return " · ".join(parts)


def zoom_text(factor: float) -> str:
    """A zoom factor for people: 1, 2.4, 150, 1.2e+05."""
    if factor < 9.95:
        text = f"{factor:.1f}"
        return text.removesuffix(".0")
    return f"{factor:,.0f}" if factor < 1e5 else f"{factor:.2g}"
