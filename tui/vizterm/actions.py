"""Everything a person can do, in one table: key bindings, help, footer and palette come from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingType

KEY_NAMES = {
    "left": "←", "right": "→", "up": "↑", "down": "↓",
    "shift+left": "shift+←", "shift+right": "shift+→",
    "shift+up": "shift+↑", "shift+down": "shift+↓",
    "plus": "+", "equals_sign": "=", "minus": "−", "slash": "/", "question_mark": "?",
    "left_square_bracket": "[", "right_square_bracket": "]", "escape": "esc",
}  # fmt: skip
"""How keys are written for people, where that differs from Textual's names."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do."""

    name: str
    """Textual's action, with its arguments."""
    keys: tuple[str, ...]
    text: str
    """What it does, in a few words."""
    group: str
    """Heading in the help."""
    where: str
    """The part of the screen that must have the focus: 'screen', 'plot', 'legend' or 'help'."""
    footer: str = ""
    """A shorter text for the status line; empty keeps it out."""
    palette: bool = True
    """Whether the command palette lists it; what moves within the legend is left out."""

    @property
    def shown_keys(self) -> str:
        """The keys, as written for people."""
        return " ".join(KEY_NAMES.get(key, key) for key in self.keys)


def _moves() -> list[Action]:
    keys = {"left": "h", "down": "j", "up": "k", "right": "l"}
    steps = [
        Action(f"move('{way}')", (way, key), f"next point {_way(way)}", "Points", "plot")
        for way, key in keys.items()
    ]
    pans = [
        Action(f"pan('{way}')", (f"shift+{way}", key.upper()), f"pan {_way(way)}", "View", "plot")
        for way, key in keys.items()
    ]
    return steps + pans


def _way(way: str) -> str:
    return way if way in ("up", "down") else f"to the {way}"


EMBED_ACTIONS: tuple[Action, ...] = (
    *_moves(),
    Action("first", ("g", "home"), "first point; 412g: index 412", "Points", "plot"),
    Action("last", ("G", "end"), "last point", "Points", "plot"),
    Action("leaf(-1)", ("left_square_bracket",), "previous point in this dot", "Points", "screen"),
    Action("leaf(1)", ("right_square_bracket",), "next point in this dot", "Points", "screen"),
    Action("pin", ("enter",), "pin the point, or let it go", "Points", "plot", "pin"),
    Action("copy", ("y",), "copy index and name", "Points", "screen"),
    Action(
        "find",
        ("slash",),
        "find a label, a name or #index",
        "Points",
        "screen",
        "find",
    ),
    Action("next_match(1)", ("n",), "next match", "Points", "screen"),
    Action("next_match(-1)", ("N",), "previous match", "Points", "screen"),
    Action("zoom(1)", ("plus", "equals_sign"), "zoom in at the cursor", "View", "screen"),
    Action("zoom(-1)", ("minus",), "zoom out", "View", "screen"),
    Action("fit", ("0",), "show everything", "View", "screen", "fit"),
    Action("bulk", ("b",), "show the bulk, without outliers", "View", "screen"),
    Action("stretch", ("s",), "keep proportions, or fill the plot", "View", "screen"),
    Action("axes", ("a",), "axes on or off", "View", "screen"),
    Action("large_dots", ("d",), "large dots or fine ones", "View", "screen"),
    Action("highlight(1)", ("t",), "let the next label stand out", "Labels", "screen"),
    Action("highlight(-1)", ("T",), "let the previous label stand out", "Labels", "screen"),
    Action("all_labels(True)", ("A",), "show all labels", "Labels", "screen"),
    Action("all_labels(False)", ("X",), "hide all labels", "Labels", "screen"),
    Action("switch", ("tab", "shift+tab"), "plot / legend", "Labels", "screen", "legend"),
    Action(
        "legend_move(-1)", ("up", "k", "left", "h"), "previous label", "In the legend", "legend"
    ),
    Action("legend_move(1)", ("down", "j", "right", "l"), "next label", "In the legend", "legend"),
    Action("legend_page(-1)", ("pageup",), "a page up", "In the legend", "legend"),
    Action("legend_page(1)", ("pagedown",), "a page down", "In the legend", "legend"),
    Action("legend_end(False)", ("home", "g"), "first label", "In the legend", "legend"),
    Action("legend_end(True)", ("end", "G"), "last label", "In the legend", "legend"),
    Action(
        "toggle_label", ("space",), "show or hide the label", "In the legend", "legend", "toggle"
    ),
    Action("only_label", ("enter", "o"), "show only this label", "In the legend", "legend", "only"),
    Action("help", ("question_mark",), "this help", "vizterm", "screen", "help"),
    Action("cancel", ("escape",), "back", "vizterm", "screen", palette=False),
    Action("app.command_palette", ("ctrl+p",), "all commands", "vizterm", "screen", palette=False),
    Action(
        "app.quit", ("q", "ctrl+q", "ctrl+c"), "quit", "vizterm", "screen", "quit", palette=False
    ),
)

MOUSE_HELP: tuple[tuple[str, str], ...] = (
    ("hover", "the nearest point"),
    ("click", "pin a point; show or hide a label"),
    ("drag", "pan"),
    ("wheel", "zoom at the pointer"),
)


def bindings(actions: Iterable[Action], where: str) -> list[BindingType]:
    """Textual bindings of one part of the screen; the screen carries out the plot's actions."""
    prefix = "screen." if where == "plot" else ""
    return [
        Binding(
            ",".join(action.keys),
            prefix + action.name,
            action.text,
            show=False,
        )
        for action in actions
        if action.where == where
    ]


def footer_hints(actions: Iterable[Action], where: str) -> list[tuple[str, str]]:
    """(key, text) pairs that matter while `where` has the focus."""
    return [
        (KEY_NAMES.get(action.keys[0], action.keys[0]), action.footer)
        for action in actions
        if action.footer and action.where in (where, "screen")
    ]


def help_groups(actions: Iterable[Action]) -> dict[str, list[tuple[str, str]]]:
    """Heading -> (keys, text) lines, in the table's order."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for action in actions:
        groups.setdefault(action.group, []).append((action.shown_keys, action.text))
    return groups
