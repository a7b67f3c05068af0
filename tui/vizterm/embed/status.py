"""The status bar of the embed screen: chips for its state, keys for its mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vizterm.actions import EMBED_ACTIONS, Action, footer_hints
from vizterm.cells.bar import Chip, Hint
from vizterm.cells.text import cut_name, zoom_text
from vizterm.embed.model import EmbedModel
from vizterm_core.scatter.embedding import Embedding

_WIDEST_NAME = 24
"""Cells of a label's name in a chip."""
_WIDEST_COPY = 60
SURE_TO_COPY = 74_994
"""Bytes that terminals take by OSC 52: 100,000 in base64, with what is around them."""
_PLACES = {
    action: place
    for place, action in enumerate(
        ("pin", "toggle_label", "only_label", "choose('column')", "filter", "large")
    )
}
"""Keys that come first; the others follow in the table's order."""
_WITH_NEIGHBOURS = (
    Hint("← →", "next neighbour"),
    Hint("enter", "its neighbours", "pin"),
    Hint("⌫", "back", "neighbour_back"),
    Hint("V", "other distance", "neighbours"),
    Hint("30V", "show 30"),
    Hint("esc", "close", "cancel"),
)
"""Keys that matter while neighbours are shown."""

_WITH_REGION = (Hint("esc", "leave it", "cancel"),)
"""Keys that matter while a region is made, beside those in its box."""


def state_chips(model: EmbedModel, shown: int, looks: Sequence[Chip]) -> list[Chip]:
    """Return chips about the view, and those of `looks` behind the zoom.

    Counts are there only where something is left out.

    Parameters
    ----------
    shown : int
        Visible points inside the view.
    """
    total = int(model.index.totals.sum())
    chips = [Chip(f"{zoom_text(model.zoom_factor)}×", "fit", strong=True), *looks]
    if outside := model.left_outside(shown):
        chips.append(Chip(f"{outside:,} outside · 0 shows all", "fit", needed=True))
    elif shown != total:
        chips.append(Chip(f"{shown:,} of {total:,} shown", "fit", needed=True))
    elif model.outlying and model.at_fit and not model.at_home:
        chips.append(Chip("b shows the bulk", "bulk"))
    if model.embedding.dropped:
        why = model.embedding.absent or "dropped"
        chips.insert(1, Chip(f"{model.embedding.dropped:,} {why}", "help", needed=True))
    hidden = int((~model.visible).sum())
    if hidden:
        are = "label" if hidden == 1 else "labels"
        chips.append(Chip(f"{hidden:,} {are} hidden", "all_labels(True)", needed=True))
    if model.highlight is not None:
        name = cut_name(model.embedding.labels.names[model.highlight], _WIDEST_NAME)
        chips.append(Chip(f"{name} highlighted", "cancel"))
    if len(model.pins) > 1:
        chips.append(Chip(f"{len(model.pins)} pinned", "next_pin"))
    if model.stretched:
        chips.append(Chip("stretched", "stretch"))
    return chips


def copied(text: str) -> str:
    """Return what is said of a text that was copied, and whether terminals may refuse it."""
    size = len(text.encode("utf-8", "replace"))
    shown = cut_name(text.replace("\t", " ", 1), _WIDEST_COPY)
    if size > SURE_TO_COPY:
        return f"copied {shown} · {size:,} bytes: terminals may take no more than {SURE_TO_COPY:,}"
    return f"copied {shown}"


def key_hints(
    where: str,
    embedding: Embedding,
    *,
    pictures: bool,
    actions: Sequence[Action] = EMBED_ACTIONS,
    large: Sequence[Hint] = (),
) -> list[Hint]:
    """Return the keys that matter in the 'plot', the 'legend' or while a point is shown 'large'.

    Parameters
    ----------
    where : str
        Also 'neighbours', while these are shown, and 'region', while one is made.
    embedding : Embedding
        Keys that do nothing with its data are left out.
    pictures : bool
        Whether points have pictures.
    actions : sequence of Action
        Those of the screen.
    large : sequence of Hint
        The keys for a point as large as the screen.
    """
    hints = [Hint(*hint) for hint in footer_hints(actions, where)]
    if where == "neighbours":
        return [*_WITH_NEIGHBOURS, *hints[-2:]]
    if where == "region":
        return [*_WITH_REGION, *hints[-2:]]
    if where == "large":
        pin = {hint[2]: hint[1] for hint in footer_hints(actions, "plot")}["pin"]
        own = [replace(hint, text=pin) if hint.text == "pin" else hint for hint in large]
        return [*own, *hints[-2:]]
    idle: set[str] = set()
    if not pictures:
        told = [replace(hint, text="facts") if hint.action == "large" else hint for hint in hints]
        hints = told
    if not embedding.columns:
        idle |= {"choose('column')", "filter"}
    if embedding.labels.continuous or len(embedding.labels.names) < 2:
        idle.add("switch")
    hints = [hint for hint in hints if hint.action not in idle]
    # What asks about columns stands together.
    return sorted(hints, key=lambda hint: _PLACES.get(hint.action, len(_PLACES)))
