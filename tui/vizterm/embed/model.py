"""State of the embed screen: view, cursor, visible labels, pins, search.  No terminal in here.

Every method leaves the model consistent: the cursor is a visible point or None, and `here` holds
the visible points in its dot.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.carried import carried_over, row_there, same_points
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.epoch_survey import Reach
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.moved import same_rows
from vizterm_core.scatter.selection import History, Selection
from vizterm_core.scatter.steps import Steps
from vizterm_core.scatter.viewport import MARGIN, Extent, Viewport

OPPOSITE = {"left": "right", "right": "left", "up": "down", "down": "up"}
HOVER_REACH = 2.5
"""Dots from the pointer to a point that hovering still picks: a cell's corner and a bit."""

MOST_PINS = 9
"""Points that can be pinned: each has a digit."""
_TRAIL = 1000
_MARGIN = 6
"""Dots that are kept between the cursor and the edge of the plot."""


@dataclass(frozen=True, slots=True)
class Step:
    """A move by keyboard, so that the way back is the way one came."""

    direction: str
    origin: int
    target: int


@dataclass
class EmbedModel:
    """State of one embed screen."""

    embedding: Embedding
    index: PointIndex
    viewport: Viewport = field(init=False)
    cell_aspect: float = 2.0
    """Height of a terminal cell over its width."""
    stretched: bool = False
    """Whether both directions fill the plot, instead of keeping data units square."""
    reach: Reach | None = None
    """How far the points reach at all times; None where the view is fitted to those of now."""
    visible: npt.NDArray[np.bool_] = field(init=False)
    """(labels,) which labels are drawn."""
    highlight: int | None = None
    """The highlighted label; the others are dimmed."""
    cursor: int | None = None
    """The point under the cursor."""
    begun: bool = False
    """Whether the cursor is where the app has put it to begin with: nobody has chosen the point."""
    here: npt.NDArray[np.int64] = field(init=False)
    """Visible points in the cursor's dot, ascending."""
    pins: tuple[int, ...] = ()
    """The pinned points, in the order in which they were pinned: at most `MOST_PINS`."""
    matches: npt.NDArray[np.int64] = field(init=False)
    """Points found by the last search, ascending."""
    selection: Selection = field(init=False)
    """The points that are selected, also those that a filter leaves out."""
    earlier: History = field(init=False)
    """Selections to go back to, and forward again."""
    _trail: deque[Step] = field(init=False)
    _whole: Viewport = field(init=False)
    """The view that shows everything."""
    _home: Viewport = field(init=False)
    """The view to begin with: of everything, or of the bulk where outliers make that small."""

    def __post_init__(self) -> None:
        self.visible = self.index.all_visible()
        self.here = np.zeros(0, np.int64)
        self.matches = np.zeros(0, np.int64)
        self.selection, self.earlier = Selection.none(len(self.embedding)), History()
        self._trail = deque(maxlen=_TRAIL)
        self._fit_to(1, 1)
        self.viewport = self._home

    # view
    @property
    def zoom_factor(self) -> float:
        """Magnification over the view that one begins with."""
        return self.viewport.x_scale / self._home.x_scale

    @property
    def at_home(self) -> bool:
        """Whether the view is the one that one begins with."""
        return self.viewport == self._home

    @property
    def at_fit(self) -> bool:
        """Whether the view is fitted to the data: to all of them, or to their bulk."""
        return self.viewport in (self._home, self._whole)

    def resize(self, columns: int, rows: int) -> None:
        """Give the plot another size; a view of everything stays one, and so does the first."""
        was_home, was_fit = self.at_home, self.at_fit
        old_zoom = self.zoom_factor
        self._fit_to(columns, rows)
        if was_fit:
            self.viewport = self._home if was_home else self._whole
            self.look_here()
            return
        resized = self.viewport.resized(columns, rows)
        middle = resized.across / 2, resized.down / 2
        factor = old_zoom * self._home.x_scale / resized.x_scale
        self.viewport = resized.zoomed(factor, *middle)
        self._keep_in_sight()
        self.look_here()

    def return_to(self, viewport: Viewport, cursor: int | None) -> None:
        """Take back a view and a cursor; the plot's size may have changed since."""
        columns, rows = self.viewport.columns, self.viewport.rows
        self.viewport = viewport
        if (viewport.columns, viewport.rows) != (columns, rows):
            self._fit_to(viewport.columns, viewport.rows)
            self.resize(columns, rows)
        self.place(cursor)

    def take_over(self, older: EmbedModel) -> str:
        """Show this embedding as another was shown: view, hidden labels; cursor and pin by row.

        The selection is taken over by row, or by name where the rows have others; returns what is
        to be said of points that are gone.
        """
        self.stretched = older.stretched
        self.resize(older.viewport.columns, older.viewport.rows)
        if not older.at_fit:
            self.viewport = older.viewport
        elif not older.at_home:
            self.viewport = self._whole
        names = older.embedding.labels.names
        hidden = {name for name, shown in zip(names, older.visible, strict=True) if not shown}
        self.visible = np.array([name not in hidden for name in self.embedding.labels.names], bool)
        self.pins = tuple(
            there for pin in older.pins if (there := self._same_row(older, pin)) is not None
        )
        cursor = self._same_row(older, older.cursor)
        shown = cursor is not None and self.index.is_shown(cursor, self.visible)
        self.place(cursor if shown else None)
        self.selection, lost = carried_over(older.selection, older.embedding, self.embedding)
        embedding = self.embedding
        if len(embedding) == len(older.embedding) and embedding.names is older.embedding.names:
            # The same points at other places.
            if same_rows(embedding.rows, older.embedding.rows):
                self.earlier, self.matches = older.earlier, older.matches
            if names is embedding.labels.names:
                self.highlight = older.highlight
        if same_points(older.embedding, self.embedding):
            self.earlier = older.earlier
        are = "point is" if lost == 1 else "points are"
        return f"{lost:,} selected {are} gone" if lost else ""

    def go_on_from(self, older: EmbedModel) -> None:
        """Show the same points with other labels, or fewer of them, as they were shown.

        View, cursor, pin and matches stay; hidden labels do if the labels are the same ones.
        """
        self.stretched = older.stretched
        self.resize(older.viewport.columns, older.viewport.rows)
        self.viewport = older.viewport
        if self.embedding.labels.names is older.embedding.labels.names:
            self.visible, self.highlight = older.visible.copy(), older.highlight
        self.pins, self.matches = older.pins, older.matches
        self.selection, self.earlier = older.selection, older.earlier
        cursor = older.cursor
        shown = cursor is not None and self.index.is_shown(cursor, self.visible)
        self.cursor, self.begun = (cursor, older.begun) if shown else (None, False)
        self._trail = older._trail
        self.look_here()

    def _same_row(self, older: EmbedModel, point: int | None) -> int | None:
        """The point that is the same as one of another embedding: by name, else by row."""
        if point is None:
            return None
        row = row_there(older.embedding.row_of(point), older.embedding, self.embedding)
        return None if row is None else self.embedding.point_of(row)

    def fit(self) -> None:
        """Show everything."""
        self.viewport = self._whole
        self.look_here()

    @property
    def outlying(self) -> bool:
        """Whether a few far-off points make everything else small."""
        return self.bulk != self.extent

    def left_outside(self, shown: int) -> int:
        """Visible points that the view of the bulk leaves outside; 0 in every other view.

        Parameters
        ----------
        shown : int
            Visible points inside the view.
        """
        if not (self.outlying and self.at_home):
            return 0
        return int(self.index.totals[self.visible].sum()) - shown

    def fit_bulk(self) -> None:
        """Show the bulk of the points, and leave far-off ones outside."""
        self.viewport = self._home
        self.look_here()

    def toggle_stretch(self) -> None:
        """Keep data units square, or fill the plot in both directions."""
        whole = self.outlying and self.viewport == self._whole
        self.stretched = not self.stretched
        self._fit_to(self.viewport.columns, self.viewport.rows)
        self.viewport = self._whole if whole else self._home
        self.look_here()

    def zoom(self, factor: float, column: float | None = None, row: float | None = None) -> None:
        """Magnify about a dot position; about the cursor, or the middle, without one."""
        if column is None or row is None:
            column, row = self._focus()
        factor = self.viewport.limited_zoom(factor, self._whole)
        self.viewport = self.viewport.zoomed(factor, column, row)
        self.look_here()

    def pan(self, columns: float, rows: float) -> None:
        """Move the view by that many dots; not so far that no data are left in it."""
        moved = self.viewport.panned(columns, rows)
        view, data = moved.extent, self.extent
        outside_x = view.right < data.left or view.left > data.right
        outside_y = view.top < data.bottom or view.bottom > data.top
        if not (outside_x or outside_y):
            self.viewport = moved
            self.look_here()

    @property
    def extent(self) -> Extent:
        """What a view of everything shows."""
        return self.index.extent if self.reach is None else self.reach.extent

    @property
    def bulk(self) -> Extent:
        """What a view of the bulk shows."""
        return self.index.bulk if self.reach is None else self.reach.bulk

    def fit_to_reach(self, reach: Reach | None) -> None:
        """Fit views of everything to other bounds; one that is such a view changes."""
        was_home, was_fit = self.at_home, self.at_fit
        self.reach = reach
        self._fit_to(self.viewport.columns, self.viewport.rows)
        if was_fit:
            self.viewport = self._home if was_home else self._whole
            self.look_here()

    def _fit_to(self, columns: int, rows: int) -> None:
        self._whole = self._fit(self.extent, columns, rows)
        self._home = self._fit(self.bulk, columns, rows)

    def _fit(self, extent: Extent, columns: int, rows: int) -> Viewport:
        aspect = None if self.stretched else self.cell_aspect
        return Viewport.fit(extent, columns, rows, cell_aspect=aspect, margin=MARGIN)

    def _focus(self) -> tuple[float, float]:
        if self.cursor is not None:
            view = self.viewport
            if view.contains_dot(*self.dot_of(self.cursor)):
                column = (float(self.index.x[self.cursor]) - view.left) * view.x_scale
                return column, (view.top - float(self.index.y[self.cursor])) * view.y_scale
        return self.viewport.across / 2, self.viewport.down / 2

    # frames
    def quick_frame(self) -> Frame | None:
        """The frame for now, if it can be had at once; see `PointIndex.quick_frame`."""
        return self.index.quick_frame(self.viewport, self.visible)

    def exact_frame(self, viewport: Viewport, visible: npt.NDArray[np.bool_]) -> Frame:
        """The frame at rest; takes no notice of the model's own view, so a worker may call it."""
        return self.index.exact_frame(viewport, visible)

    def only(self, label: int) -> npt.NDArray[np.bool_]:
        """The mask of one label: (labels,) bool."""
        mask = np.zeros(self.index.label_count, bool)
        mask[label] = True
        return mask

    # cursor
    def dot_of(self, point: int) -> tuple[int, int]:
        """The dot in which a point lies."""
        return self.viewport.dot_of(float(self.index.x[point]), float(self.index.y[point]))

    @property
    def here_position(self) -> int:
        """The cursor's place among `here`, from 0."""
        return 0 if self.cursor is None else int(np.searchsorted(self.here, self.cursor))

    def hover(self, column: float, row: float) -> bool:
        """Put the cursor on the point nearest to a dot position, if one is near; whether it was."""
        point = self.index.nearest(self.viewport, column, row, HOVER_REACH, self.visible)
        if point is None:
            return False
        self.place(point)
        return True

    def go_to(self, point: int) -> None:
        """Put the cursor on a point and bring it in sight; its label is made visible.

        Nothing happens for a point that a filter has left out.
        """
        if not self.index.is_in(point):
            return
        self.visible[self.index.labels[point]] = True
        self.place(point)
        self._keep_in_sight()
        self.look_here()

    def leaf(self, step: int) -> None:
        """Go on to the next point under the same dot, round and round."""
        if self.here.size > 1:
            self.cursor = int(self.here[(self.here_position + step) % self.here.size])

    def go_to_end(self, last: bool) -> None:
        """Go to the first or the last visible point, in the order of the data."""
        point = self.index.end(self.visible, last=last)
        if point is not None:
            self.go_to(point)

    def move(self, direction: str) -> bool:
        """Go to the next occupied dot in that direction; whether there was one."""
        if self.cursor is None:
            return self._enter()
        if self._trail:
            last = self._trail[-1]
            back = last.direction == OPPOSITE[direction] and last.target == self.cursor
            if back and self.index.is_shown(last.origin, self.visible):
                self._trail.pop()
                self._step_to(last.origin)
                return True
        target = self._steps.onward(self.viewport, self.cursor, direction)
        if target is None:
            return False
        origin = self.cursor
        self._step_to(target)
        self._trail.append(Step(direction, origin, target))
        return True

    @property
    def _steps(self) -> Steps:
        return Steps(self.index, self.visible)

    def _step_to(self, point: int) -> None:
        trail = self._trail.copy()
        self.place(point)
        self._trail = trail
        self._keep_in_sight()
        self.look_here()

    def place(self, point: int | None) -> None:
        """Put the cursor on a point, or nowhere; the view stays."""
        if point != self.cursor:
            self._trail.clear()
        self.cursor, self.begun = point, False
        self.look_here()

    def look_here(self) -> None:
        """Find out which points share the cursor's dot."""
        if self.cursor is None:
            self.here = np.zeros(0, np.int64)
            return
        self.here = self.index.under_dot(self.viewport, *self.dot_of(self.cursor), self.visible)
        if self.here_position >= self.here.size or self.here[self.here_position] != self.cursor:
            self.here = np.array([self.cursor], np.int64)

    def begin_at(self, point: int) -> None:
        """Put the cursor on a point to begin with; the view stays."""
        self.place(point)
        self.begun = True

    def middle(self) -> int | None:
        """The visible point nearest to the middle of the view; a worker may ask for it."""
        return self._steps.middle(self.viewport)

    def _enter(self) -> bool:
        """Put the cursor on the point nearest to the middle of the view."""
        point = self.middle()
        if point is not None:
            # A view's longer side reaches beyond its shorter one.
            self.go_to(point)
            return True
        self.go_to_end(last=False)
        return self.cursor is not None

    def _keep_in_sight(self) -> None:
        """Pan just so far that the cursor is inside the plot, with a margin."""
        if self.cursor is None:
            return
        column, row = self.dot_of(self.cursor)
        view = self.viewport
        margin_x = min(_MARGIN, (view.across - 1) // 2)
        margin_y = min(_MARGIN, (view.down - 1) // 2)
        if view.contains_dot(column, row) and self.at_fit:
            return
        shift_x = min(column - margin_x, 0) + max(column - (view.across - 1 - margin_x), 0)
        shift_y = min(row - margin_y, 0) + max(row - (view.down - 1 - margin_y), 0)
        if shift_x or shift_y:
            self.viewport = view.panned(shift_x, shift_y)

    # labels
    def toggle_label(self, label: int) -> None:
        """Show or hide one label."""
        self.visible[label] = not self.visible[label]
        self._after_visibility()

    def hide_missing(self) -> None:
        """Hide the points whose label is missing."""
        self.visible[list(self.embedding.labels.grey)] = False
        self._after_visibility()

    def show_only(self, label: int) -> None:
        """Show one label alone; once more, show all again."""
        alone = self.only(label)
        self.visible = np.ones_like(alone) if np.array_equal(self.visible, alone) else alone
        self._after_visibility()

    def show_labels(self, shown: bool) -> None:
        """Show all labels, or none."""
        self.visible = np.full_like(self.visible, shown)
        self._after_visibility()

    def cycle_highlight(self, step: int, order: Sequence[int]) -> None:
        """Highlight the next label in the order given; after the last, none."""
        count = len(order)
        if count < 2:
            return
        known = self.highlight is not None and self.highlight in order
        current = order.index(self.highlight) if known and self.highlight is not None else count
        following = (current + step) % (count + 1)
        self.highlight = None if following == count else order[following]

    def _after_visibility(self) -> None:
        if self.cursor is not None and not self.index.is_shown(self.cursor, self.visible):
            self.place(None)
        self.look_here()

    # selection
    def select(self, selection: Selection) -> None:
        """Select other points, unless they are; the ones before can be gone back to."""
        if selection != self.selection:
            self.earlier.keep(self.selection)
            self.selection = selection

    def undo_selection(self) -> bool:
        """Go back to the selection before; whether there was one."""
        return self._take_selection(self.earlier.back(self.selection))

    def redo_selection(self) -> bool:
        """Take the selection again that was gone back from; whether there was one."""
        return self._take_selection(self.earlier.forward(self.selection))

    def _take_selection(self, found: Selection | None) -> bool:
        if found is not None:
            self.selection = found
        return found is not None

    @property
    def selected_rows(self) -> npt.NDArray[np.int64]:
        """The rows of the selected points in the arrays as given, ascending."""
        points = self.selection.points()
        rows = self.embedding.rows
        return points if rows is None else rows[points]

    # pins and search
    def pin(self) -> bool:
        """Pin the point under the cursor; unpin it if it is pinned.

        Returns whether there is room for it: beyond `MOST_PINS` nothing changes.
        """
        if self.cursor is None:
            return True
        if self.cursor in self.pins:
            self.pins = tuple(pin for pin in self.pins if pin != self.cursor)
        elif len(self.pins) < MOST_PINS:
            self.pins = (*self.pins, self.cursor)
        else:
            return False
        return True

    @property
    def pinned(self) -> int | None:
        """The point that was pinned last."""
        return self.pins[-1] if self.pins else None

    @property
    def next_pin(self) -> int | None:
        """The pin after the one under the cursor; the first one elsewhere, None without pins.

        Those that a filter leaves out are passed over, unless it leaves out all.
        """
        pins = [pin for pin in self.pins if self.index.is_in(pin)] or list(self.pins)
        if not pins:
            return None
        return pins[(pins.index(self.cursor) + 1) % len(pins)] if self.cursor in pins else pins[0]

    @property
    def pinned_rows(self) -> tuple[int, ...]:
        """The pinned points' rows in the arrays as given, in the order of pinning."""
        return tuple(self.embedding.row_of(pin) for pin in self.pins)

    @property
    def pinned_row(self) -> int | None:
        """The row of the point that was pinned last."""
        return self.pinned_rows[-1] if self.pins else None

    def find(self, matches: npt.NDArray[np.int64], exact: int | None = None) -> bool:
        """Take over what a search found and go to the first hit; whether there is any."""
        self.matches = matches
        if exact is not None:
            self.go_to(exact)
            return True
        return self.next_match(0)

    @property
    def matches_in(self) -> npt.NDArray[np.int64]:
        """The matches that no filter leaves out."""
        return self.index.among(self.matches)

    def nearest_shown(self, points: npt.NDArray[np.int64], start: int | None) -> int | None:
        """Return the first of some ascending points at or after another whose label is shown."""
        shown = self.index.among(points, self.visible)
        if not shown.size:
            return None
        at = -1 if start is None or self.begun else start
        return int(shown[int(np.searchsorted(shown, at)) % shown.size])

    @property
    def match_place(self) -> str:
        """Place of the cursor among the matches: '4 of 183'."""
        matches = self.matches_in
        place = 0 if self.cursor is None else int(np.searchsorted(matches, self.cursor)) + 1
        return f"{place:,} of {matches.size:,}"

    def next_match(self, step: int) -> bool:
        """Go on to the next match (1), the one before (-1), or the nearest at or after (0)."""
        matches = self.matches_in
        if matches.size == 0:
            return False
        at = -1 if self.cursor is None or self.begun else self.cursor
        place = int(np.searchsorted(matches, at, "right" if step > 0 else "left"))
        place -= step < 0
        self.go_to(int(matches[place % matches.size]))
        return True
