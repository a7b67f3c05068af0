"""The status bar of a contact sheet."""

from __future__ import annotations

from vizterm.actions import SHEET_ACTIONS, footer_hints
from vizterm.cells.bar import Chip, Hint
from vizterm.embed.sheet.model import SheetModel
from vizterm.embed.sheet.pictures import SELECTED, all_selected
from vizterm.embed.sheet.sets import What
from vizterm_core.scatter.selection import Selection

_IN_GRID = (
    "go",
    "select_point",
    "large",
    "what(1)",
    "order(1)",
    "size(1)",
    "range",
    "cancel",
    "help",
    "app.quit",
)
_IN_LARGE = "large", "go", "select_point", "help", "app.quit"
"""Keys for the footer, in their order."""


def sheet_chips(
    sheet: SheetModel | None,
    what: What,
    told: str,
    ordered: str,
    selection: Selection,
    *,
    large: bool,
) -> list[Chip]:
    """Return which points are shown and in what order, and how many are selected."""
    chips = [Chip(told, "what(1)", strong=True), Chip(ordered, "order(1)")]
    if large and sheet is not None:
        chips = [Chip(f"{sheet.cursor + 1:,} of {len(sheet):,}", strong=True), Chip(ordered)]
        if sheet.point in selection:
            chips.append(Chip(f"{SELECTED} selected", "select_point", needed=True))
    if selection and what is not What.SELECTED:
        chips.append(Chip(f"{selection.count:,} selected", needed=not large))
    return chips


def sheet_hints(
    sheet: SheetModel | None, selection: Selection, *, large: bool, picks: bool
) -> list[Hint]:
    """Return the keys that matter now."""
    hints = {hint[2]: Hint(*hint) for hint in footer_hints(SHEET_ACTIONS, "screen")}
    if picks:
        hints["go"] = Hint("enter", "go, then take", "go")
    if sheet is not None and sheet.anchor is not None:
        many = "deselect" if all_selected(sheet, selection) else "select"
        chosen = Hint("space", f"{many} {len(sheet.chosen):,}", "select_point")
        last = hints["help"], hints["app.quit"]
        return [chosen, Hint("←→↑↓", "more or less"), Hint("esc", "none", "cancel"), *last]
    if large:
        hints["large"] = Hint("f", "back", "large")
        return [Hint("←→", "next", "move('right')"), *(hints[name] for name in _IN_LARGE)]
    return [hints[name] for name in _IN_GRID]
