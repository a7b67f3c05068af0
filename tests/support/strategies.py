"""Hypothesis strategies: data sets, and actions of a person."""

import string
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from vizterm.actions import EMBED_ACTIONS, HEAT_ACTIONS, OVERLAY_ACTIONS
from vizterm_core.load import embedding_from_arrays

SIZES = st.one_of(
    st.sampled_from([(120, 40), (100, 30), (80, 24), (99, 50), (200, 60), (30, 8)]),
    st.tuples(st.integers(1, 200), st.integers(1, 60)),
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
)
NAMES = ["a", "b10", "b9", "", "[red]x[/red]", "\x1b[31mred", "日本語", "e\u0301\u0301\u0301", "𝔘"]
NAMES += ["two\nlines", "a name so long that it fits into no legend that anybody would make", "7"]


# Data sets


class DataSet:
    """Arrays as a person would pass them."""

    def __init__(self, coords, arrays):
        self.coords, self.arrays = coords, arrays

    def load(self):
        return embedding_from_arrays(self.coords, **self.arrays)

    def __repr__(self):
        rest = "".join(
            f", {key}={array.dtype}{array.shape}"
            + (f"{array.tolist()[:20]}" if array.ndim == 1 else "")
            for key, array in self.arrays.items()
        )
        return f"DataSet({self.coords.dtype}{self.coords.tolist()[:20]}{rest})"


def _clusters(rng, count):
    return rng.normal(0, 5, (4, 2))[rng.integers(0, 4, count)] + rng.normal(0, 1, (count, 2))


def _outliers(rng, count):
    points = rng.normal(size=(count, 2))
    points[: 1 + count // 50] *= 1e6
    return points


SHAPES = {
    "clusters": _clusters,
    "equal": lambda rng, count: np.full((count, 2), 3.0),
    "across": lambda rng, count: np.stack([rng.normal(size=count), np.zeros(count)], 1),
    "down": lambda rng, count: np.stack([np.zeros(count), rng.normal(size=count)], 1),
    "diagonal": lambda rng, count: np.repeat(rng.normal(size=(count, 1)), 2, axis=1),
    "lattice": lambda rng, count: rng.integers(0, 7, (count, 2)).astype(float),
    "outliers": _outliers,
    "unequal": lambda rng, count: rng.random((count, 2)) * [1e9, 1e-9],
}
LABELS = {
    "none": lambda rng, count: None,
    "few": lambda rng, count: rng.integers(-2, 3, count),
    "bool": lambda rng, count: rng.random(count) < 0.3,
    "strings": lambda rng, count: np.array(NAMES)[rng.integers(0, len(NAMES), count)],
    "many": lambda rng, count: rng.permutation(count) * 1000,
    "continuous": lambda rng, count: np.where(rng.random(count) < 0.1, np.nan, rng.random(count)),
}


@st.composite
def data_sets(draw):
    """Of no point to 300, of all shapes, magnitudes and dtypes."""
    rng = np.random.default_rng(draw(st.integers(0, 9)))
    count = draw(st.one_of(st.integers(0, 3), st.integers(4, 300)))
    points = SHAPES[draw(st.sampled_from([*SHAPES]))](rng, count)
    dtype = draw(st.sampled_from(["f8", "f8", "f4", "f2", "i8", "u1"]))
    if dtype in ("f8", "f4"):
        exponents = [0, 0, -30, -3, 6, 30] + [-200, 100] * (dtype == "f8")
        points *= 10.0 ** draw(st.sampled_from(exponents))
        points += draw(st.sampled_from([0, 0, 1e7])) * np.abs(points).max(initial=0)
        if count > 1:
            points[1 : draw(st.sampled_from([1, 1, 2, count]))] = np.nan
    low, high = {"u1": (0, 200), "i8": (-(10**12), 10**12), "f2": (-1e4, 1e4)}.get(dtype, (0, 0))
    with np.errstate(over="ignore", invalid="ignore"):
        coords = (np.clip(points, low, high) if high else points).astype(dtype)
    labels = LABELS[draw(st.sampled_from([*LABELS]))](rng, count)
    arrays = {} if labels is None else {"labels": labels}
    shape = draw(st.sampled_from([None, (8, 8), (20, 5, 3), (3, 6, 6), (1, 1)]))
    if shape is not None:
        arrays["images"] = rng.integers(0, 256, (count, *shape)).astype(np.uint8)
    if draw(st.booleans()):
        arrays["names"] = np.array([f"{NAMES[i % len(NAMES)]} {i}" for i in range(count)] or [""])[
            :count
        ]
    if draw(st.booleans()):
        arrays["maps"] = rng.normal(size=(count, 3, 4)).astype(np.float32)
    return DataSet(coords, arrays)


# What a person does


@dataclass(frozen=True)
class Key:
    name: str


@dataclass(frozen=True)
class Mouse:
    """Something the mouse does, at a place given as shares of the screen."""

    what: str
    x: float
    y: float


@dataclass(frozen=True)
class Resize:
    width: int
    height: int


LEAVING = {"app.quit", "app.suspend_process"}
MOUSE = ("move", "move", "down", "up", "click", "click", "wheel up", "wheel down")


def keys_of(actions):
    """All keys of a table of actions, but for those that leave the app."""
    return sorted({key for action in actions if action.name not in LEAVING for key in action.keys})


def _mouse(draw_from):
    # Edges and corners come up far more often than chance would have it.
    place = st.one_of(st.sampled_from([0.0, 1.0, 0.999]), st.floats(0, 1))
    return st.builds(Mouse, st.sampled_from(draw_from), place, place)


def _typed(text):
    return [Key(character) for character in text]


def searches():
    """Something to look for, typed, and entered or given up."""
    texts = st.one_of(
        st.sampled_from(["7", "#3", "b1", "#999999", "x", "[", "日", "#"]),
        st.text(string.ascii_lowercase + string.digits + "#-.", max_size=4),
    )
    ends = st.sampled_from(["enter", "escape", "tab"])
    return st.builds(lambda text, end: [Key("slash"), *_typed(text), Key(end)], texts, ends)


def legend_plays():
    """Something done to a label in the legend, perhaps one that stands out."""
    stand_out = st.lists(st.just(Key("t")), max_size=2)
    moves = st.lists(st.sampled_from(["down", "up", "end", "pagedown"]).map(Key), max_size=3)
    ends = st.sampled_from(["space", "space", "enter", "o"]).map(Key)
    return st.builds(
        lambda *parts: [*parts[0], Key("tab"), *parts[1], parts[2], Key("escape")],
        stand_out, moves, ends,
    )  # fmt: skip


def legend_clicks():
    """Clicks where the legend is, at the right or in the line above the last."""
    right = st.builds(Mouse, st.just("click"), st.floats(0.8, 0.99), st.floats(0.5, 0.97))
    below = st.builds(Mouse, st.just("click"), st.floats(0, 1), st.just(0.97))
    return st.one_of(right, below).map(lambda click: [click])


def jumps(key):
    """A number, and the key that goes there."""
    return st.integers(0, 400).map(lambda number: [*_typed(str(number)), Key(key)])


def actions(table, *more):
    """Lists of actions on a screen whose keys are in `table`."""
    keys = st.sampled_from([*keys_of(table), *"1234567890"]).map(Key)
    steps = st.sampled_from(["left", "right", "up", "down", "plus", "minus"]).map(Key)
    one = st.one_of(keys, keys, steps, _mouse(MOUSE), SIZES.map(lambda size: Resize(*size)))
    groups = st.one_of(one.map(lambda action: [action]), *more)
    return st.lists(groups, min_size=4, max_size=20).map(
        lambda groups: [action for group in groups for action in group]
    )


WALK = "g right right down left up end left n plus plus L J l k minus 0 t t tab space down space"
WALK += " escape T enter h d a s s slash 1 enter n N A X right A v v v"
WALK += " space right space S l t S i T S u S b L J enter S plus o enter L enter J enter c"
WALK += " plus plus S x S minus v 0 S escape d d"
STORY = [
    *[Mouse("move", x / 20, 0.3 + x / 80) for x in range(14)],
    *[Key(name) for name in WALK.split()],
    Mouse("click", 0.9, 0.6), Mouse("wheel up", 0.3, 0.5), Mouse("down", 0.3, 0.5),
    Mouse("move", 0.4, 0.6), Mouse("up", 0.4, 0.6), Resize(80, 24), Key("right"), Key("down"),
    Key("slash"), Key("2"), Resize(120, 40), Key("escape"), Key("enter"), Key("left"),
]  # fmt: skip
"""A bit of everything: what examples drawn by chance may all have missed."""


def ordinary_data():
    """Clusters with labels, names and images."""
    rng = np.random.default_rng(0)
    arrays = {
        "labels": rng.integers(0, 5, 150),
        "names": np.array([f"point {row}" for row in range(150)]),
        "images": rng.integers(0, 256, (150, 8, 8)).astype(np.uint8),
    }
    return DataSet(_clusters(rng, 150), arrays)


embed_actions = actions(EMBED_ACTIONS, searches(), jumps("g"), legend_plays(), legend_clicks())
heat_actions = actions(HEAT_ACTIONS)
overlay_actions = actions(OVERLAY_ACTIONS, jumps("g"))
