"""Selecting at ten million points: a lasso, and frames in which the selected points stand out."""

from __future__ import annotations

import numpy as np
from matplotlib.path import Path
from tests.bench.frames import COLUMNS, LABELS, MANY, ROWS, build, least, make_points
from tests.bench.report import Row, milliseconds

from vizterm.embed.scatter.dots_look import DotsLook
from vizterm.embed.scatter.inks import LabelInks
from vizterm.embed.scatter.selected_look import SelectedInView
from vizterm.embed.scatter.view_of_points import ViewOfPoints
from vizterm.terminal.facts import Terminal
from vizterm_core.scatter.encode import encode_labels
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.regions import Lasso
from vizterm_core.scatter.selected import index_selected
from vizterm_core.scatter.selection import Selection
from vizterm_core.scatter.viewport import Viewport

TAKEN, SHOWN = 0.3, 0.5
"""Seconds for a lasso, and then until the selected points stand out, in a worker where many do."""
MORE = 1.4
"""Processor time of a frame with a selection, from the counts to lines of text: that of one
without, and so much more."""
EVERYTHING = np.ones(LABELS, bool)


def drawn_by_hand(view: Viewport, size: float, corners: int = 500) -> Lasso:
    """A closed line with bays around the middle of a view."""
    t = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    r = size * (1 + 0.3 * np.sin(7 * t))
    return Lasso(view.across * (0.5 + r * np.cos(t)), view.down * (0.5 + r * np.sin(t)))


def measure() -> list[Row]:
    """Lassos of some and of most points, then frames with none, few and many selected."""
    points, labels = make_points(MANY)
    index = build(points, labels)
    view = Viewport.fit(index.extent, COLUMNS, ROWS)
    rows = []
    for size in (0.05, 0.2, 0.4):
        line = drawn_by_hand(view, size)
        took = least(lambda line=line: Selection.of_mask(index.inside(view, line, EVERYTHING)), 5)
        count = int(index.inside(view, line, EVERYTHING).sum())
        what = f"{milliseconds(took)} : {_matplotlib(points, view, line)}"
        rows.append(Row(f"a lasso around {count / 1e6:.2f} of 10⁷ : 0.3 s", what, took / TAKEN, 1))
    for corners in (100, 4000):
        line = drawn_by_hand(view, 0.4, corners)
        took = least(lambda line=line: index.counts_inside(view, line, EVERYTHING), 5)
        what = f"what a lasso of {corners:,} corners holds : 0.3 s"
        rows.append(Row(what, milliseconds(took), took / TAKEN, 1))
    rows += _frames(index, view)
    return rows


def _matplotlib(points: np.ndarray, view: Viewport, line: Lasso) -> str:
    """How long matplotlib takes for a hundredth of the points, times a hundred."""
    path = Path(np.stack([line.columns, line.rows], 1))
    some = points[::100].astype(float)
    some = (some - [view.left, view.top]) * [view.x_scale, -view.y_scale]
    return f"matplotlib {100 * least(lambda: path.contains_points(some), 1):.1f} s"


def _frames(index: PointIndex, view: Viewport) -> list[Row]:
    inks = LabelInks.of(encode_labels(np.arange(LABELS)), Terminal())
    seen, look = ViewOfPoints(index, view, EVERYTHING), DotsLook()

    def lines(selected: tuple[Selection, PointIndex] | None = None) -> None:
        frame, apart = index.quick_frame(view, EVERYTHING), None
        if selected is not None:
            selection, front = selected
            apart = SelectedInView(selection, front, front.quick_frame(view, EVERYTHING))
        cells = look.cells(frame, seen, inks, apart)
        for row in range(ROWS):
            cells.line(row, "truecolor", {})

    rows = []
    for share in (1e-6, 0.001, 0.02, 0.5):
        mask = np.random.default_rng(1).random(MANY) < share
        selection = Selection.of_mask(mask)
        first = least(lambda s=selection: index_selected(index, s).quick_frame(view, EVERYTHING), 3)
        front = index_selected(index, selection)
        front.build_buckets()
        front.build_tables()

        chosen = selection, front
        without, took = least(lines, 40), least(lambda chosen=chosen: lines(chosen), 40)
        many = f"{selection.count:,} of 10⁷ selected"
        rows += [
            Row(f"{many}: seen first : 0.5 s", milliseconds(first), first / SHOWN, 1),
            Row(
                f"{many}: a frame : one without",
                f"{milliseconds(took)} : {milliseconds(without)}",
                took / without,
                MORE,
            ),
        ]
    return rows
