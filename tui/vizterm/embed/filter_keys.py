"""Showing only the points that meet a condition, which is typed and seen at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from vizterm.cells.bar import Chip
from vizterm.cells.text import fit_name
from vizterm.embed.column_keys import AT_ONCE, Changed, ColumnKeys
from vizterm.shell.keyed_screen import Actions
from vizterm.terminal.textual_private.timers import once
from vizterm.widgets.find_bar import FindBar, Finder
from vizterm_core.scatter.where import WhereError, parse_where
from vizterm_core.text import clean

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

    from vizterm.embed.indexed import IndexedEmbedding
    from vizterm.embed.scatter.painter import Painter

_PAUSE = 0.25
"""Seconds without a key after which a condition is taken for finished."""
_WIDEST_CHIP = 36
_MOST_NAMES = 8
_WORD = re.compile(r"[^\s()\[\],=<>!+*~&|'\"`]*$")
_PLAIN = re.compile(r"[^\W\d]\w*(/[^\W\d]\w*)*")
"""Names that need no backquotes."""


class ShowsFiltered(Protocol):
    """The screen, as far as a filter needs it."""

    loaded: IndexedEmbedding

    def exchange(self, loaded: IndexedEmbedding) -> None:
        """Show the same points with other labels, or fewer of them."""

    def draw(self) -> None:
        """Show the model as it is now."""

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""


class FilterKeys:
    """Asks for a condition, and shows the points that meet it.

    Parameters
    ----------
    screen : Screen
        Has the timers.
    shows : ShowsFiltered
        The same screen.
    columns : ColumnKeys
        Makes the change, in a worker where that takes time.
    painter : Painter
    find_bar : FindBar
    """

    def __init__(
        self,
        screen: Screen[None],
        shows: ShowsFiltered,
        columns: ColumnKeys,
        painter: Painter,
        *,
        find_bar: FindBar,
    ) -> None:
        self._screen, self._shows, self._columns = screen, shows, columns
        self._painter = painter
        self._find_bar = find_bar
        self._pause: Timer | None = None

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "filter": self.open,
            "context": self.toggle_context,
        }

    def chips(self) -> list[Chip]:
        """Return the filter as a chip, with how many points meet it."""
        loaded = self._shows.loaded
        if not loaded.where:
            return []
        text = clean(loaded.where)
        text = fit_name(text, min(len(text), _WIDEST_CHIP))
        count = count_text(loaded)
        chips = [Chip(f"{text} · {count}", "filter", needed=True, short=f"filter · {count}")]
        if self._painter.with_context:
            chips.append(Chip("others dimmed", "context"))
        return chips

    @property
    def now(self) -> str:
        """The condition, harmless for a terminal; empty without one."""
        return clean(self._shows.loaded.where)

    def toggle_context(self) -> None:
        """Show the points left out, dimmed, or not at all."""
        if not self._shows.loaded.where:
            self._shows.remark("no filter leaves points out: press w for one")
            return
        self._painter.with_context = not self._painter.with_context
        self._shows.draw()
        # The chip says when they are dimmed.
        self._shows.remark("" if self._painter.with_context else "others hidden")

    def open(self) -> None:
        """Ask for a condition, with the one that there is to begin with."""
        before = self._shows.loaded
        if not before.embedding.columns:
            self._shows.remark("the data have no columns to filter by")
            return
        finder = Finder(
            " show where: ",
            self._typed,
            partial(self._entered, before),
            partial(self._cancelled, before),
            text=before.where,
            accepts=self._accepts,
            complete=self._complete,
        )
        self._find_bar.open(finder)
        self._find_bar.say(count_text(before) if before.where else "e.g. " + _example(before))

    def ask(self, prompt: str, entered: Callable[[str], object]) -> None:
        """Ask for a condition that is no filter, and hand it over."""
        loaded = self._shows.loaded
        if not loaded.embedding.columns:
            self._shows.remark("the data have no columns to select by")
            return

        def enter(text: str) -> None:
            self._stop()
            self._shows.remark("")
            entered(text)

        finder = Finder(
            prompt,
            lambda _: self._find_bar.say(""),
            enter,
            self._stop,
            accepts=self._accepts,
            complete=self._complete,
        )
        self._find_bar.open(finder)
        self._find_bar.say("e.g. " + _example(loaded))

    # while it is typed

    def _typed(self, text: str) -> None:
        self._columns.forget()
        self._stop()
        self._find_bar.say("")
        self._pause = once(self._screen, _PAUSE, partial(self._try, text))

    def _stop(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause = None

    def _try(self, text: str) -> None:
        """Show what meets the condition, or what is wrong with it; the last good one stays."""
        if self._find_bar.display and self._accepts(text):
            self._apply(text, self._tried)

    def _tried(self, changed: Changed) -> None:
        if changed.loaded is None:
            self._find_bar.say(changed.problem, changed.place)
        else:
            self._shows.exchange(changed.loaded)
            self._find_bar.say(count_text(changed.loaded) if changed.loaded.where else "")

    def _accepts(self, text: str) -> bool:
        """Whether a condition can be read; says what is wrong otherwise."""
        try:
            if text.strip():
                parse_where(text, self._shows.loaded.embedding.columns)
        except WhereError as error:
            self._find_bar.say(error.problem, error.place)
            return False
        return True

    def _apply(self, text: str, done: Callable[[Changed], None]) -> None:
        loaded = self._shows.loaded
        columns = loaded.embedding.columns
        if text.strip() == loaded.where:
            done(Changed(0, loaded, loaded))
            return
        used = parse_where(text, columns).columns if text.strip() else ()
        unread = [clean(name) for name in used if not columns[name].ready]
        if unread:
            self._find_bar.say(f"reading {', '.join(unread)} …")
        self._columns.change(
            lambda: loaded.filtered(text),
            done,
            at_once=not unread and len(loaded.embedding) <= AT_ONCE,
        )

    # at the end

    def _entered(self, before: IndexedEmbedding, text: str) -> None:
        self._stop()
        self._apply(text, partial(self._settled, before))

    def _settled(self, before: IndexedEmbedding, changed: Changed) -> None:
        if changed.loaded is None:
            self._shows.remark(changed.problem)
            return
        loaded = changed.loaded
        loaded.wanted.where = loaded.where
        if loaded is not self._shows.loaded:
            self._shows.exchange(loaded)
        if loaded.where and not loaded.matching:
            self._shows.remark("0 points match: w changes the filter")
        elif not loaded.where and before.where:
            self._shows.remark("no filter: all points are shown")
        else:
            # What the bar has hidden.
            self._shows.remark("")

    def _cancelled(self, before: IndexedEmbedding) -> None:
        self._columns.forget()
        self._stop()
        now = self._shows.loaded
        if now is not before and now.embedding.columns is before.embedding.columns:
            self._shows.exchange(before)
        self._shows.remark("")

    def _complete(self, before: str) -> tuple[str, str]:
        """Return the text with the name of a column completed, and the names that are possible."""
        found = _WORD.search(before)
        start = found.group() if found else ""
        names = completions(start, self._shows.loaded.embedding.columns)
        if not names:
            return before, ""
        common = common_start(names)
        if len(names) == 1:
            common = common if _PLAIN.fullmatch(common) else f"`{common}`"
        if len(common) < len(start):
            common = start
        shown = ", ".join(clean(name) for name in names[:_MOST_NAMES])
        return before[: len(before) - len(start)] + common, shown if len(names) > 1 else ""


def completions(start: str, names: Iterable[str]) -> list[str]:
    """Return the names that begin like a text, whatever its case."""
    wanted = start.casefold()
    return [name for name in names if name.casefold().startswith(wanted)]


def common_start(names: Sequence[str]) -> str:
    """Return what all names begin with."""
    first, last = min(names), max(names)
    same = (a == b for a, b in zip(first, last, strict=False))
    return first[: next((k for k, equal in enumerate(same) if not equal), len(first))]


def count_text(loaded: IndexedEmbedding) -> str:
    """Return how many points there are of how many: '4,211 of 10,000'."""
    return f"{loaded.matching:,} of {len(loaded.embedding):,}"


def _example(loaded: IndexedEmbedding) -> str:
    """Return a condition that these data could have."""
    name = next(iter(loaded.embedding.columns))
    name = clean(name if _PLAIN.fullmatch(name) else f"`{name}`")
    column = loaded.embedding.columns[next(iter(loaded.embedding.columns))]
    if column.example:
        return f"{name} {column.example}"
    value = column.text(0) if column.ready and len(column.values) else ""
    number = re.fullmatch(r"-?[\d.]+", value)
    return f"{name} == {value}" if number else f'{name} == "{value or "…"}"'
