"""The one table of actions: key bindings, help, footer and palette are made from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from textual.binding import Binding, BindingType

KEY_NAMES = {
    "left": "←", "right": "→", "up": "↑", "down": "↓",
    "shift+left": "shift+←", "shift+right": "shift+→",
    "shift+up": "shift+↑", "shift+down": "shift+↓",
    "plus": "+", "equals_sign": "=", "minus": "−", "slash": "/", "question_mark": "?",
    "full_stop": ".", "comma": ",", "greater_than_sign": ">", "less_than_sign": "<",
    "left_curly_bracket": "{", "right_curly_bracket": "}",
    "left_square_bracket": "[", "right_square_bracket": "]", "escape": "esc", "ampersand": "&",
    "number_sign": "#", "vertical_line": "|", "backspace": "⌫",
    "semicolon": ";", "colon": ":", "apostrophe": "'", "quotation_mark": '"',
}  # fmt: skip
"""Names of keys for people, where they differ from Textual's."""


@dataclass(frozen=True, slots=True)
class Action:
    """A thing to do, and its keys."""

    name: str
    """Textual's name of the action, with arguments."""
    keys: tuple[str, ...]
    text: str
    """A few words for the help and the palette."""
    group: str
    """The heading in the help."""
    where: str
    """The part that must have the focus: 'screen' (any), 'plot', 'legend' or 'help'."""
    footer: str = ""
    """A shorter text for the footer; empty leaves the action out of it."""
    palette: bool = True
    """Whether the command palette lists it."""
    together: str = ""
    """A text for all actions in a row that have the same one: a single line of the help."""
    menu: str = ""
    """The letter of its family: its keys are for after that one."""

    @property
    def shown_keys(self) -> str:
        """The keys, named for people."""
        return " ".join(self.names)

    @property
    def names(self) -> list[str]:
        """Each key, named for people, with the letter before it."""
        before = f"{self.menu} " if self.menu else ""
        return [before + KEY_NAMES.get(key, key) for key in self.keys]


_ROWS_WITH_GAPS = 2
"""Pairs of keys of one family that have room with gaps in the help."""
_WAYS = {"left": "h", "down": "j", "up": "k", "right": "l"}


def _each_way(
    action: str, text: str, group: str, together: str, *, shift: bool = False
) -> list[Action]:
    """Return an action for each arrow key and its letter.

    Parameters
    ----------
    text : str
        With a place for the direction.
    together : str
        A text for the four of them.
    """
    return [
        Action(
            f"{action}('{way}')",
            (f"shift+{way}", key.upper()) if shift else (way, key),
            text.format(way if way in ("up", "down") else f"to the {way}"),
            group,
            "plot",
            together=together,
        )
        for way, key in _WAYS.items()
    ]


def _family(letter: str, *actions: Action) -> tuple[Action, ...]:
    """Return actions whose keys are for after a letter, which shows them in a small box."""
    return tuple(replace(action, menu=letter) for action in actions)


def _pair(together: str, *actions: Action) -> tuple[Action, ...]:
    """Return actions that share a line of the help."""
    return tuple(replace(action, together=together) for action in actions)


def _in_footer(actions: Iterable[Action], texts: Mapping[str, str]) -> tuple[Action, ...]:
    """Return actions with texts for the footer, by name."""
    return tuple(replace(action, footer=texts.get(action.name, "")) for action in actions)


VIEW_ACTIONS = (
    *_each_way("pan", "pan {}", "View", "pan", shift=True),
    *_pair(
        "zoom in at the cursor / out",
        Action("zoom(1)", ("plus", "equals_sign"), "zoom in at the cursor", "View", "screen"),
        Action("zoom(-1)", ("minus",), "zoom out", "View", "screen"),
    ),
    Action("fit", ("0",), "show everything", "View", "screen", "fit"),
)
_COLOURS = "Blur and colours"
SIGMA_ACTIONS = (
    *_pair(
        "more / less blur",
        Action("sigma(1)", ("full_stop", "greater_than_sign"), "more blur", _COLOURS, "screen"),
        Action("sigma(-1)", ("comma", "less_than_sign"), "less blur", _COLOURS, "screen"),
    ),
)
PIXELS_ACTION = Action("pixels", ("P",), "in pixels / in half blocks", _COLOURS, "screen")
LOOK_ACTIONS = (
    *_pair(
        "next / previous colormap",
        Action("colormap(1)", ("c",), "next colormap", _COLOURS, "screen"),
        Action("colormap(-1)", ("C",), "previous colormap", _COLOURS, "screen"),
    ),
    *_pair(
        "next / previous norm",
        Action("norm(1)", ("u",), "next norm", _COLOURS, "screen"),
        Action("norm(-1)", ("U",), "previous norm", _COLOURS, "screen"),
    ),
)
_OVERLAY = "Overlay"
_PARTS = "Groups and time"
_COLUMNS = "Columns"
BLEND_ACTIONS = (
    *_pair(
        "next / previous blend mode",
        Action("mode(1)", ("m",), "next blend mode", _OVERLAY, "screen"),
        Action("mode(-1)", ("M",), "previous blend mode", _OVERLAY, "screen"),
    ),
    *_pair(
        "more / less heat",
        Action("alpha(1)", ("right_curly_bracket",), "more heat", _OVERLAY, "screen"),
        Action("alpha(-1)", ("left_curly_bracket",), "less heat", _OVERLAY, "screen"),
    ),
)
COMMON_ACTIONS = (
    Action("help", ("question_mark",), "this help", "vizterm", "screen", "help"),
    Action("reload", ("r",), "reload the file", "vizterm", "screen"),
    Action("cancel", ("escape",), "back", "vizterm", "screen", palette=False),
    Action("app.palette", ("ctrl+p",), "all commands", "vizterm", "screen", palette=False),
    Action("app.redraw", ("ctrl+l",), "redraw the screen", "vizterm", "screen", palette=False),
    Action(
        "app.suspend_process",
        ("ctrl+z",),
        "suspend to the shell; fg resumes",
        "vizterm",
        "screen",
        palette=False,
    ),
    Action(
        "app.quit", ("q", "ctrl+q", "ctrl+c"), "quit", "vizterm", "screen", "quit", palette=False
    ),
)

_SELECT = "Select"
SELECT_ACTIONS = (
    Action("select_point", ("space",), "select / deselect the point", _SELECT, "plot", "select"),
    Action("menu('S')", ("S",), "more to select: its keys are shown", _SELECT, "screen"),
    *_family(
        "S",
        Action("select('view')", ("v",), "all in view", _SELECT, "screen"),
        Action("select('label')", ("l",), "all of the label", _SELECT, "screen"),
        Action("select('filter')", ("f",), "all of the filter", _SELECT, "screen"),
        Action("select_where", ("w",), "all where …", _SELECT, "screen"),
        Action("select('hits')", ("slash",), "all found by /", _SELECT, "screen"),
        Action("select('neighbours')", ("n",), "the neighbours", _SELECT, "screen"),
        Action("select('all')", ("a",), "all points", _SELECT, "screen"),
        Action("region('box')", ("b",), "a box", _SELECT, "screen"),
        Action("region('lasso')", ("o",), "a lasso", _SELECT, "screen"),
        Action("select_invert", ("i",), "all others", _SELECT, "screen"),
        Action("select_none", ("c",), "nothing", _SELECT, "screen"),
        *_pair(
            "undo / redo selecting",
            Action("select_undo", ("u",), "undo selecting", _SELECT, "screen"),
            Action("select_redo", ("r",), "redo selecting", _SELECT, "screen"),
        ),
        *_pair(
            "before these: add, remove, in common",
            Action("select_how('add')", ("plus",), "add", _SELECT, "screen", palette=False),
            Action("select_how('remove')", ("minus",), "remove", _SELECT, "screen", palette=False),
            Action(
                "select_how('common')",
                ("ampersand",),
                "in common",
                _SELECT,
                "screen",
                palette=False,
            ),
        ),
    ),
)

_TAKE = "Take away"
TAKE_ACTIONS = (
    Action("menu('Y')", ("Y",), "take away: its keys are shown", _TAKE, "screen"),
    *_family(
        "Y",
        Action("take_file", ("w",), "columns to a file", _TAKE, "screen"),
        Action("take_pictures", ("p",), "pictures to a folder", _TAKE, "screen"),
        Action("take_copy('rows')", ("y",), "copy the rows", _TAKE, "screen"),
        Action("take_copy('names')", ("n",), "copy the names", _TAKE, "screen"),
        Action("figure", ("f",), "the view as a figure", _TAKE, "screen", palette=False),
    ),
)

_MAP = "Another map"
MAP_ACTIONS = (
    Action("menu('Q')", ("Q",), "another map: its keys are shown", _MAP, "screen"),
    *_family(
        "Q",
        Action("reduce('umap')", ("u",), "UMAP of all points", _MAP, "screen"),
        Action("reduce('pca')", ("p",), "PCA of all points", _MAP, "screen"),
        Action("reduce_part", ("s",), "UMAP of what is selected or shown", _MAP, "screen"),
        Action("map_before", ("b", "Q"), "the map before, and back", _MAP, "screen"),
        *_pair(
            "UMAP of twice / half the neighbours",
            Action(
                "reduce_wider(1)", ("plus", "equals_sign"), "twice the neighbours", _MAP, "screen"
            ),
            Action("reduce_wider(-1)", ("minus",), "half the neighbours", _MAP, "screen"),
        ),
        Action("reduce_ask", ("n",), "neighbours, distance, metric …", _MAP, "screen"),
        Action("choose('vectors')", ("v",), "of other vectors", _MAP, "screen"),
        Action("map_save", ("w",), "coordinates to a .npy", _MAP, "screen"),
        Action("reduce_stop", ("x",), "stop making one", _MAP, "screen"),
    ),
)

_TIMES = "Epochs"
EPOCH_ACTIONS = (
    *_pair(
        "previous / next epoch; without: blur",
        Action("epoch(-1)", ("less_than_sign",), "previous epoch", _TIMES, "screen"),
        Action("epoch(1)", ("greater_than_sign",), "next epoch", _TIMES, "screen"),
    ),
    Action("play", ("semicolon",), "play / pause the epochs", _TIMES, "screen"),
    Action("menu(':')", ("colon",), "more of epochs: its keys are shown", _TIMES, "screen"),
    *_family(
        ":",
        *_pair(
            "first / last epoch",
            Action("epoch_end(False)", ("g",), "first epoch", _TIMES, "screen"),
            Action("epoch_end(True)", ("G",), "last epoch", _TIMES, "screen"),
        ),
        *_pair(
            "play faster / slower",
            Action("pace(1)", ("s",), "play faster", _TIMES, "screen"),
            Action("pace(-1)", ("S",), "play slower", _TIMES, "screen"),
        ),
        Action("epoch_axes", ("a",), "the same axes / each its own", _TIMES, "screen"),
        Action("epoch_turn", ("o",), "turned onto each other / as is", _TIMES, "screen"),
        Action("trails", ("w",), "ways of points: shown / hidden", _TIMES, "screen"),
    ),
)

EMBED_ACTIONS: tuple[Action, ...] = (
    *_each_way("move", "next point {}", "Points", "next point that way"),
    *_pair(
        "first / last point; 412g: index 412",
        Action("first", ("g", "home"), "first point; 412g goes to index 412", "Points", "plot"),
        Action("last", ("G", "end"), "last point", "Points", "plot"),
    ),
    *_pair(
        "leaf in this dot; large: in its set",
        Action(
            "leaf(-1)", ("left_square_bracket",), "previous point in this dot", "Points", "screen"
        ),
        Action("leaf(1)", ("right_square_bracket",), "next point in this dot", "Points", "screen"),
    ),
    Action("pin", ("enter",), "pin / unpin the point", "Points", "plot", "pin"),
    *_pair(
        "next pinned point; unpin all",
        Action("next_pin", ("apostrophe",), "next pinned point", "Points", "screen"),
        Action("unpin_all", ("quotation_mark",), "unpin all points", "Points", "screen"),
    ),
    Action("large", ("f",), "the point as large as the screen", "Points", "screen", "picture"),
    Action("sheet", ("I",), "contact sheet: many pictures at once", "Points", "screen"),
    Action("smooth", ("z",), "pictures smooth / by whole pixels", "Points", "screen"),
    Action("levels", ("R",), "pictures' range: found, full, own", "Points", "screen"),
    Action("copy", ("y",), "copy index and name", "Points", "screen"),
    *_pair(
        "neighbours; other distance; back",
        Action(
            "neighbours", ("V",), "the point's neighbours; by another distance", "Points", "screen"
        ),
        Action(
            "neighbour_back",
            ("backspace",),
            "back in a walk through neighbours",
            "Points",
            "screen",
        ),
    ),
    *_pair(
        "tag point or selection; take it back",
        Action("tag", ("number_sign",), "tag the point, or what is selected", "Points", "screen"),
        Action("tag_undo", ("Z",), "take back the last change of tags", "Points", "screen"),
    ),
    Action(
        "find",
        ("slash",),
        "find a label, a name or #index",
        "Points",
        "screen",
        "find",
    ),
    *_pair(
        "next / previous match",
        Action("next_match(1)", ("n",), "next match", "Points", "screen"),
        Action("next_match(-1)", ("N",), "previous match", "Points", "screen"),
    ),
    *SELECT_ACTIONS,
    *TAKE_ACTIONS,
    *MAP_ACTIONS,
    *VIEW_ACTIONS,
    Action("bulk", ("b",), "fit to the bulk, without outliers", "View", "screen"),
    Action("stretch", ("s",), "keep proportions / fill the plot", "View", "screen"),
    Action("axes", ("a",), "show / hide the axes", "View", "screen"),
    Action("dots", ("d",), "dots in braille, blocks or pixels", "View", "screen"),
    Action("marks", ("D",), "marks that grow, dots, or large marks", "View", "screen"),
    *_pair(
        "another map beside; exchange them",
        Action("beside", ("B",), "another map of the points beside this one", "View", "screen"),
        Action(
            "flip", ("vertical_line",), "exchange the maps, or go on to the next", "View", "screen"
        ),
    ),
    Action("figure", ("E",), "write the view as a figure: PNG, SVG", "View", "screen"),
    Action("thumbnails", ("p",), "pictures of points on the map", "View", "screen"),
    Action("names", ("e",), "show / hide the labels' names", "Labels", "screen"),
    Action("picture", ("i",), "image, heatmap or overlay of the point", _OVERLAY, "screen"),
    *BLEND_ACTIONS,
    Action("look", ("v",), "dots, blurred density, or both", _COLOURS, "screen"),
    replace(PIXELS_ACTION, text="dots and density in pixels / in text", footer=""),
    *(replace(action, keys=action.keys[:1]) for action in SIGMA_ACTIONS),
    *LOOK_ACTIONS,
    *EPOCH_ACTIONS,
    Action("choose('column')", ("o",), "colour by another column", _COLUMNS, "plot", "colour"),
    Action("column(1)", ("O",), "colour by the next column", _COLUMNS, "screen"),
    Action("trust", ("F",), "by trust: are its neighbours here?", _COLUMNS, "screen"),
    Action("meaning", ("x",), "values as categories / as a quantity", _COLUMNS, "screen"),
    Action("filter", ("w",), "show only points where …", _COLUMNS, "screen", "filter"),
    Action("context", ("W",), "what the filter leaves out: dimmed", _COLUMNS, "screen"),
    *_pair(
        "highlight the next / previous label",
        Action("highlight(1)", ("t",), "highlight the next label", "Labels", "screen"),
        Action("highlight(-1)", ("T",), "highlight the previous label", "Labels", "screen"),
    ),
    *_pair(
        "show / hide all labels",
        Action("all_labels(True)", ("A",), "show all labels", "Labels", "screen"),
        Action("all_labels(False)", ("X",), "hide all labels", "Labels", "screen"),
    ),
    Action("switch", ("tab", "shift+tab"), "plot / legend", "Labels", "screen", "legend"),
    *_pair(
        "previous / next label",
        Action(
            "legend_move(-1)", ("up", "k", "left", "h"), "previous label", "In the legend", "legend"
        ),
        Action(
            "legend_move(1)", ("down", "j", "right", "l"), "next label", "In the legend", "legend"
        ),
    ),
    *_pair(
        "a page up / down",
        Action("legend_page(-1)", ("pageup",), "a page up", "In the legend", "legend"),
        Action("legend_page(1)", ("pagedown",), "a page down", "In the legend", "legend"),
    ),
    *_pair(
        "first / last label",
        Action("legend_end(False)", ("home", "g"), "first label", "In the legend", "legend"),
        Action("legend_end(True)", ("end", "G"), "last label", "In the legend", "legend"),
    ),
    Action(
        "toggle_label", ("space",), "show / hide the label", "In the legend", "legend", "toggle"
    ),
    Action("only_label", ("enter", "o"), "show only this label", "In the legend", "legend", "only"),
    *COMMON_ACTIONS,
)

PICK_ACTIONS: tuple[Action, ...] = tuple(
    replace(action, text="print what is selected, or the point, and leave", footer="take")
    if action.name == "pin"
    else replace(action, text="quit, and print nothing")
    if action.name == "app.quit"
    else action
    for action in EMBED_ACTIONS
)
"""Those of embed where points are chosen for what comes next on a command line."""


_SHEET = "Contact sheet"
SHEET_ACTIONS: tuple[Action, ...] = (
    *(
        replace(action, where="screen", text=action.text.replace("next point", "picture"))
        for action in _each_way("move", "next point {}", _SHEET, "next picture that way")
    ),
    *_pair(
        "a page up / down",
        Action("page(-1)", ("pageup",), "a page up", _SHEET, "screen"),
        Action("page(1)", ("pagedown",), "a page down", _SHEET, "screen"),
    ),
    *_pair(
        "first / last picture",
        Action("end(False)", ("home", "g"), "first picture", _SHEET, "screen"),
        Action("end(True)", ("end", "G"), "last picture", _SHEET, "screen"),
    ),
    *_pair(
        "larger / smaller pictures",
        Action("size(1)", ("plus", "equals_sign"), "larger pictures", _SHEET, "screen", "size"),
        Action("size(-1)", ("minus",), "smaller pictures", _SHEET, "screen"),
    ),
    Action("large", ("f",), "the picture as large as the screen", _SHEET, "screen", "large"),
    *_pair(
        "of the selection, the view, a label ...",
        Action("what(1)", ("tab",), "pictures of other points", _SHEET, "screen", "which"),
        Action("what(-1)", ("shift+tab",), "pictures of the points before", _SHEET, "screen"),
    ),
    *_pair(
        "by distance, by a column, by row",
        Action("order(1)", ("o",), "the next order", _SHEET, "screen", "order"),
        Action("order(-1)", ("O",), "the order before", _SHEET, "screen"),
    ),
    Action("column", ("c",), "put in order by another column", _SHEET, "screen"),
    Action(
        "select_point", ("space",), "select / deselect it, or a range", _SHEET, "screen", "select"
    ),
    Action("range", ("v",), "choose a range from here on, for space", _SHEET, "screen", "range"),
    *(
        replace(action, where="screen", palette=False)
        for action in _each_way("extend", "range {}", _SHEET, "a range, that way", shift=True)
    ),
    Action("go", ("enter",), "go to the point in the scatter", _SHEET, "screen", "go to it"),
    Action("cancel", ("escape", "I"), "back to the scatter", _SHEET, "screen", "back", False),
    *(action for action in COMMON_ACTIONS if action.name not in ("reload", "cancel")),
)
SHEET_MOUSE: tuple[tuple[str, str], ...] = (
    ("click", "go to a picture; again: to its point in the scatter"),
    ("right or ctrl+click", "select / deselect a point"),
    ("drag", "select / deselect a range"),
    ("wheel", "go on by rows"),
)
EMBED_MOUSE: tuple[tuple[str, str], ...] = (
    ("hover", "go to the nearest point"),
    ("click", "pin a point, go to a pinned one; show / hide a label"),
    ("drag", "pan"),
    ("right or alt+drag", "select with a lasso; ctrl+drag adds, both remove"),
    ("right or ctrl+click", "select / deselect a point"),
    ("shift+drag", "select text, as the terminal does (iTerm2: option)"),
    ("wheel", "zoom at the pointer"),
    ("drag on the axis of epochs", "go to that epoch"),
)


HEAT_ACTIONS: tuple[Action, ...] = (
    *_in_footer(SIGMA_ACTIONS, {"sigma(1)": "blur"}),
    *_in_footer(LOOK_ACTIONS, {"colormap(1)": "colours", "norm(1)": "norm"}),
    PIXELS_ACTION,
    Action("fit_colours", ("f",), "fit the colours to the view / to all", _COLOURS, "screen"),
    *_pair(
        "more / less heat over the page",
        Action(
            "strength(1)",
            ("right_curly_bracket",),
            "more heat over the page",
            _COLOURS,
            "screen",
        ),
        Action(
            "strength(-1)",
            ("left_curly_bracket",),
            "less heat over the page",
            _COLOURS,
            "screen",
        ),
    ),
    *_pair(
        "previous / next group",
        Action("group(-1)", ("left_square_bracket",), "previous group", _PARTS, "screen"),
        Action("group(1)", ("right_square_bracket",), "next group", _PARTS, "screen"),
    ),
    Action("groups", ("g",), "all groups beside each other / one", _PARTS, "screen"),
    Action("open_group", ("enter",), "in the grid: the current group", _PARTS, "screen"),
    Action("play", ("space",), "play / pause", _PARTS, "screen"),
    *_pair(
        "earlier / later",
        Action("time(-1)", ("t",), "earlier", _PARTS, "screen"),
        Action("time(1)", ("T",), "later", _PARTS, "screen"),
    ),
    *_pair(
        "longer / shorter window of time",
        Action("window(1)", ("w",), "longer window of time", _PARTS, "screen"),
        Action("window(-1)", ("W",), "shorter window of time", _PARTS, "screen"),
    ),
    *_pair(
        "play faster / slower",
        Action("pace(1)", ("s",), "play faster", _PARTS, "screen"),
        Action("pace(-1)", ("S",), "play slower", _PARTS, "screen"),
    ),
    Action("all_times", ("e",), "the whole recording", _PARTS, "screen"),
    *_each_way("crosshair", "crosshair {}", "Crosshair", "move the crosshair"),
    Action("copy", ("y",), "copy position and values", "Crosshair", "screen"),
    Action("axes", ("a",), "show / hide the axes", "View", "screen"),
    *VIEW_ACTIONS,
    *COMMON_ACTIONS,
)

OVERLAY_ACTIONS: tuple[Action, ...] = (
    *_pair(
        "previous / next channel",
        Action("channel(-1)", ("left_square_bracket",), "previous channel", "Channels", "screen"),
        Action(
            "channel(1)",
            ("right_square_bracket",),
            "next channel",
            "Channels",
            "screen",
            "channel",
        ),
    ),
    Action("jump", ("g",), "17g goes to channel 17", "Channels", "screen"),
    Action("projection", ("p",), "mean, max, norm of all, and back", "Channels", "screen"),
    *_pair(
        "previous / next image of a batch",
        Action("batch(-1)", ("less_than_sign", "comma"), "previous image", "Channels", "screen"),
        Action("batch(1)", ("greater_than_sign", "full_stop"), "next image", "Channels", "screen"),
    ),
    *_pair(
        "next / previous of several maps",
        Action("map(1)", ("n",), "next map", "Channels", "screen"),
        Action("map(-1)", ("N",), "previous map", "Channels", "screen"),
    ),
    Action("ask", ("enter",), "where this patch looks; esc: all", "Crosshair", "plot"),
    *_in_footer(BLEND_ACTIONS, {"mode(1)": "mode"}),
    *_in_footer(LOOK_ACTIONS, {"colormap(1)": "colours"}),
    Action("panels", ("v",), "all panels, or each alone", "View", "screen", "panels"),
    *VIEW_ACTIONS,
    *_each_way("crosshair", "crosshair {}", "Crosshair", "move the crosshair"),
    Action("copy", ("y",), "copy position and values", "Crosshair", "screen"),
    *COMMON_ACTIONS,
)

OVERLAY_MOUSE: tuple[tuple[str, str], ...] = (
    ("hover", "pixel and value, in all panels"),
    ("click", "go to a channel; in attention: where the patch looks"),
    ("drag", "pan"),
    ("wheel", "zoom at the pointer; leaf, over the strip"),
)

HEAT_MOUSE: tuple[tuple[str, str], ...] = (
    ("hover", "value and count"),
    ("drag on the axis of time", "go to that time"),
    ("click on a small map", "open that group"),
    ("drag", "pan"),
    ("wheel", "zoom at the pointer"),
)


def bindings(actions: Iterable[Action], where: str) -> list[BindingType]:
    """Return the Textual bindings of one part; the screen carries out the plot's actions."""
    prefix = "screen." if where == "plot" else ""
    return [
        Binding(
            ",".join(action.keys),
            prefix + action.name,
            action.text,
            show=False,
        )
        for action in actions
        if action.where == where and not action.menu
    ]


def family(actions: Iterable[Action], letter: str) -> list[Action]:
    """Return the actions whose keys are for after a letter."""
    return [action for action in actions if action.menu == letter]


def footer_hints(actions: Iterable[Action], where: str) -> list[tuple[str, str, str]]:
    """Return the (key, text, action) that the footer shows while `where` has the focus.

    What only `where` has comes first.
    """
    return [
        (KEY_NAMES.get(action.keys[0], action.keys[0]), action.footer, action.name)
        for action in sorted(actions, key=lambda action: action.where != where)
        if action.footer and action.where in (where, "screen")
    ]


def help_groups(actions: Iterable[Action]) -> dict[str, list[tuple[str, str]]]:
    """Return the (keys, text) lines under each heading, in the table's order.

    Actions that belong together share a line: their first keys, and then their second ones.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for (group, together), family in groupby(
        actions, lambda action: (action.group, action.together)
    ):
        lines = groups.setdefault(group, [])
        if not together:
            lines += [(action.shown_keys, action.text) for action in family]
            continue
        members = list(family)
        letter = members[0].menu
        if letter or len({len(action.keys) for action in members}) > 1:
            keys = " ".join(KEY_NAMES.get(key, key) for one in members for key in one.keys)
            keys = f"{letter} {keys}" if letter else "  ".join(one.shown_keys for one in members)
        else:
            rows = list(zip(*(action.keys for action in members), strict=True))
            keys = "  ".join(_in_a_row(row, tight=len(rows) > _ROWS_WITH_GAPS) for row in rows)
        lines.append((keys, together))
    return groups


def _in_a_row(keys: Iterable[str], *, tight: bool) -> str:
    """Return the keys of a family as one: ←↓↑→, shift+←↓↑→, hjkl; a pair with a gap: [ ].

    Parameters
    ----------
    keys : iterable of str
    tight : bool
        Whether there is no room for gaps.
    """
    names = [KEY_NAMES.get(key, key) for key in keys]
    prefix = "shift+" if all(name.startswith("shift+") for name in names) else ""
    short = [name.removeprefix(prefix) for name in names]
    return prefix + ("" if tight or len(short) == len(_WAYS) else " ").join(short)
