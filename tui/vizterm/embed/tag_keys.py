"""Tagging by keys: the point, or what is selected; written behind the screen, shown at once."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
from textual.message import Message

from vizterm.cells.bar import Chip
from vizterm.cells.text import cut_name
from vizterm.embed.column_keys import AT_ONCE, ColumnKeys
from vizterm.embed.column_keys import Changed as ColumnsChanged
from vizterm.embed.filter_keys import common_start, completions
from vizterm.shell.keyed_screen import Actions
from vizterm.terminal.textual_private.timers import once
from vizterm.widgets.find_bar import FindBar, Finder
from vizterm_core.errors import DataError, UsageError
from vizterm_core.tags.tags import Step, Tags, as_tag
from vizterm_core.text import clean

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.embed.indexed import IndexedEmbedding
    from vizterm.embed.model import EmbedModel

_TAKE_OFF = "-"
_SHOWN = 24
"""Cells of a tag in a remark."""
_MOST_NAMED = 8
_RETRY_EVERY = 10.0
"""Seconds after which what could not be written is tried again."""
_LONGEST_WAIT = 20.0
"""Seconds that a disk is waited for at the end."""

Rows = npt.NDArray[np.int64]


@dataclass
class TagsChanged(Message):
    """A change of tags has been carried out, or why it could not be written yet."""

    tags: Tags
    said: str
    problem: str = ""


class ShowsTags(Protocol):
    """The screen, as far as these keys need it."""

    model: EmbedModel
    loaded: IndexedEmbedding

    def exchange(self, loaded: IndexedEmbedding) -> None:
        """Show the same points with other labels, or other columns."""

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""


class TagKeys:
    """Asks for a tag, and gives it to the selected points, or to the one under the cursor.

    Changes are carried out one after the other in a thread: a disk may be slow.

    Parameters
    ----------
    screen : Screen
        Is sent `TagsChanged`, to be passed to `take`.
    shows : ShowsTags
        The same screen.
    columns : ColumnKeys
    find_bar : FindBar
    """

    def __init__(
        self,
        screen: Screen[None],
        shows: ShowsTags,
        columns: ColumnKeys,
        *,
        find_bar: FindBar,
    ) -> None:
        self._screen, self._shows, self._columns = screen, shows, columns
        self._find_bar = find_bar
        self._waiting: deque[Callable[[], TagsChanged]] = deque()
        self._busy = False
        self._thread: threading.Thread | None = None

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "tag": self.open,
            "tag_undo": self.undo,
        }

    @property
    def _tags(self) -> Tags:
        return self._shows.loaded.tags

    def chips(self) -> list[Chip]:
        """Return what there is to warn of."""
        if not self._tags.unsaved:
            return []
        return [Chip("tags not saved: # enter retries", "tag", needed=True)]

    # the prompt

    def open(self) -> None:
        """Ask for a tag."""
        rows = self._rows()
        if not rows.size:
            self._shows.remark("no point under the cursor to tag, and none selected")
            return
        whom = f"{rows.size:,} selected points" if self._selecting else f"#{rows[0]:,}"
        finder = Finder(
            f" tag {whom}: ",
            lambda _: self._find_bar.say(""),
            partial(self._entered, rows),
            self._close,
            accepts=self._accepts,
            complete=self._complete,
        )
        self._find_bar.open(finder)
        self._find_bar.say(self._told(rows))

    @property
    def _selecting(self) -> bool:
        return bool(self._shows.model.selection)

    def _rows(self) -> Rows:
        """Return the rows that are to be tagged, ascending."""
        model = self._shows.model
        if self._selecting:
            return model.selected_rows
        cursor = model.cursor
        rows = [] if cursor is None else [model.embedding.row_of(cursor)]
        return np.array(rows, np.int64)

    def _told(self, rows: Rows) -> str:
        """Return what the rows have already, or what tags there are."""
        has = self._tags.of(int(rows[0])) if rows.size == 1 else ()
        if has:
            return f"has {_listed(has)} · -{clean(has[0], _SHOWN)} takes it off"
        known = [*self._tags.counts]
        return f"tab completes: {_listed(known)}" if known else "e.g. blurry, or label=cat"

    def _accepts(self, text: str) -> bool:
        """Whether a text is a tag, or one to be taken off; says what is wrong otherwise."""
        tag = text.strip().removeprefix(_TAKE_OFF)
        if not text.strip():
            return True
        try:
            known = as_tag(tag) in self._tags.counts
        except UsageError as error:
            self._find_bar.say(error.message, 0)
            return False
        if text.strip().startswith(_TAKE_OFF) and not known:
            self._find_bar.say(f"no point has the tag {clean(tag, _SHOWN)}", 1)
            return False
        return True

    def _complete(self, before: str) -> tuple[str, str]:
        """Return the text completed to a tag that is in use, and the tags that are possible."""
        text = before.lstrip()
        sign = _TAKE_OFF if text.startswith(_TAKE_OFF) else ""
        start = text.removeprefix(sign)
        found = completions(start, self._tags.counts)
        if not found:
            return before, ""
        common = common_start(found)
        said = _listed(found) if len(found) > 1 else ""
        return sign + (common if len(common) >= len(start) else start), said

    def _entered(self, rows: Rows, text: str) -> None:
        self._close()
        text = text.strip()
        tags = self._tags
        if not text:
            if tags.unsaved:
                self._do(partial(_carried_out, tags, tags.save, lambda _: "tags are saved now"))
            return
        whom = _points(rows)
        if text.startswith(_TAKE_OFF):
            tag = as_tag(text.removeprefix(_TAKE_OFF))
            change, how = partial(tags.remove, rows, tag), f"{_shown(tag)} taken off"
        else:
            tag = as_tag(text)
            change, how = partial(tags.add, rows, tag), f"tagged {_shown(tag)}"

        def said(step: Step | None) -> str:
            if step is None or not step.count:
                return f"{whom}: nothing to change"
            journal = tags.journal
            away = journal is not None and journal.elsewhere and not tags.unsaved
            where = f" · kept in {journal.name}" if journal is not None and away else ""
            return f"{_counted(step.count)} {how}{where} · Z takes it back"

        self._do(partial(_carried_out, tags, change, said))

    def _close(self) -> None:
        # What the bar has hidden.
        self._shows.remark("")

    def undo(self) -> None:
        """Take back the last change of tags."""
        tags = self._tags

        def said(step: Step | None) -> str:
            if step is None:
                return "no change of tags to take back"
            return f"taken back: {_shown(step.tag)} of {_counted(step.count)}"

        self._do(partial(_carried_out, tags, tags.undo, said))

    # carrying out

    def _do(self, change: Callable[[], TagsChanged]) -> None:
        self._waiting.append(change)
        self._next()

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        change = self._waiting.popleft()

        def run() -> None:
            self._screen.post_message(change())

        # Not a worker of the screen, which would end with it.
        self._thread = threading.Thread(target=run, daemon=True, name="vizterm-tags")
        try:
            self._thread.start()
        except RuntimeError:
            # The process limit is reached.
            run()

    def finish(self) -> None:
        """Carry out what is still to be done; the screen may be gone."""
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(_LONGEST_WAIT)
        while self._waiting:
            self._waiting.popleft()()
        with suppress(DataError):
            self._tags.save()

    def take(self, changed: TagsChanged) -> None:
        """Show the tags as they are now."""
        self._busy = False
        self._next()
        loaded = self._shows.loaded
        if changed.tags is not loaded.tags:
            # The file was read again meanwhile, with what was pending.
            return
        if changed.problem:
            once(self._screen, _RETRY_EVERY, self._retry)
        self._columns.change(
            loaded.retagged,
            partial(self._show, changed),
            at_once=len(loaded.embedding) <= AT_ONCE,
        )

    def _show(self, changed: TagsChanged, made: ColumnsChanged) -> None:
        if made.loaded is not None:
            self._shows.exchange(made.loaded)
            if len(made.loaded.embedding) <= AT_ONCE:
                # For what the list of columns says of the tags.
                self._columns.read_ahead()
        said = made.problem or changed.problem or changed.said
        self._shows.remark(said)

    def _retry(self) -> None:
        tags = self._tags
        if tags.unsaved and not self._busy:
            self._do(partial(_carried_out, tags, tags.save, lambda _: "tags are saved now"))


def _carried_out(
    tags: Tags, change: Callable[[], Step | None], said: Callable[[Step | None], str]
) -> TagsChanged:
    """Carry out a change, in a worker; what can't be written holds nevertheless."""
    try:
        return TagsChanged(tags, said(change()))
    except DataError as error:
        return TagsChanged(tags, "", f"tags {error.message}")


def _points(rows: Rows) -> str:
    return f"#{rows[0]:,}" if rows.size == 1 else _counted(rows.size)


def _counted(count: int) -> str:
    return f"{count:,} {'point' if count == 1 else 'points'}"


def _shown(tag: str) -> str:
    return cut_name(tag, _SHOWN)


def _listed(tags: Sequence[str]) -> str:
    shown = ", ".join(clean(tag, _SHOWN) for tag in tags[:_MOST_NAMED])
    return shown + (" …" if len(tags) > _MOST_NAMED else "")
