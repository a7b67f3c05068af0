"""Epochs on screen: stepped, dragged along, played; what comes next is made ahead in a worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
from textual.message import Message

from vizterm.cells.bar import Chip, Hint
from vizterm.cells.epoch_line import EpochAxis
from vizterm.embed.take.away import Away
from vizterm.embed.times.epoch_store import EpochStore
from vizterm.shell.background import LOADING_ERRORS
from vizterm.shell.keyed_screen import Actions
from vizterm.terminal.textual_private.timers import once
from vizterm_core.errors import VizError
from vizterm_core.scatter.aligned import Alignment
from vizterm_core.scatter.epoch_survey import Reach, Survey
from vizterm_core.scatter.epochs import Epochs

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

    from vizterm.embed.indexed import IndexedEmbedding
    from vizterm.embed.model import EmbedModel
    from vizterm.widgets.timeline import Timeline

PACES = (1.0, 2.0, 4.0, 8.0, 12.0)
"""Epochs in a second of playing."""
_USUAL_SECONDS = 10
"""The first pace plays all epochs in about this time."""
_AHEAD = 4
"""Epochs that are made ahead, in the direction in which one goes."""
_NO_TIMES = "there is one map only: several files, or --time COLUMN, give an axis of time"


@dataclass
class EpochMade(Message):
    """An epoch that a worker has made, or why it couldn't."""

    generation: int
    """That of the store for which it was made."""
    epoch: int
    loaded: IndexedEmbedding | None
    said: str = ""


@dataclass
class Surveyed(Message):
    """What a worker has found out about all epochs."""

    epochs: Epochs
    survey: Survey


class ShowsEpochs(Protocol):
    """The screen, as far as epochs need it."""

    loaded: IndexedEmbedding
    model: EmbedModel

    def move_points(self, loaded: IndexedEmbedding) -> None:
        """Show the same rows at other places."""

    def draw(self) -> None:
        """Show the model as it is now."""

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""

    def show_status(self) -> None:
        """Say what there is to say of the state."""


class EpochKeys:
    """Goes from epoch to epoch.

    Parameters
    ----------
    screen : Screen
        Runs the workers, and is sent `EpochMade` and `Surveyed`, to be passed on.
    shows : ShowsEpochs
        The same screen.
    timeline : Timeline
        Shows the axis.
    """

    def __init__(self, screen: Screen[None], shows: ShowsEpochs, timeline: Timeline) -> None:
        self._screen, self._shows, self._timeline = screen, shows, timeline
        self.without_epochs: Callable[[int], object] | None = None
        """What keys for steps do where there is one map only."""
        self._store, self._away = EpochStore(), Away()
        self._survey = shows.loaded.survey
        self._surveying: Epochs | None = None
        self._surveyed = None if self._survey is None else shows.loaded.embedding.epochs
        self._making: int | None = None
        self._failed: set[int] = set()
        self._way = 1
        self._timer: Timer | None = None
        self._started = False
        self._said = ""
        """What was said of all maps, until one goes on."""
        self.fixed = True
        """Whether views of everything are of all epochs, not fitted to each."""
        self.playing = False
        epochs = self.epochs
        count = 1 if epochs is None else len(epochs)
        self.pace = min(PACES, key=lambda pace: abs(pace - count / _USUAL_SECONDS))
        self.wanted = shows.loaded.embedding.epoch
        """The epoch that is shown, or on its way."""

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "epoch": self.step,
            "epoch_end": self.go_to_end,
            "play": self.toggle_play,
            "pace": self.change_pace,
            "epoch_axes": self.toggle_axes,
            "epoch_turn": self.toggle_turned,
        }

    # what there is

    @property
    def epochs(self) -> Epochs | None:
        """The epochs of what is shown; None if there is just one map."""
        epochs = self._shows.loaded.embedding.epochs
        return None if epochs is None or len(epochs) < 2 else epochs

    @property
    def reach(self) -> Reach | None:
        """How far the points reach at all epochs; None while it isn't known, or isn't wanted."""
        known = self._survey is not None and self.epochs is not None
        return self._survey.reach if known and self.fixed and self._survey else None

    def chips(self, *, following: bool) -> list[Chip]:
        """Return the state of the epochs for the status bar.

        Parameters
        ----------
        following : bool
            Whether the newest is shown as it comes, unless one has stepped back.
        """
        epochs = self.epochs
        if epochs is None:
            return [Chip("following", "reload")] if following else []
        chips = []
        if following:
            held = self.wanted < len(epochs) - 1
            chips.append(
                Chip(": G follows on", "epoch_end(True)") if held else Chip("following", "reload")
            )
        if not self.fixed:
            chips.append(Chip("axes of each epoch", "epoch_axes"))
        if epochs.alignment is not None:
            chips.append(Chip("turned", "epoch_turn"))
        gone = self._away.selected.size
        if gone:
            are = "point isn't" if gone == 1 else "points aren't"
            chips.append(Chip(f"{gone:,} selected {are} here", "help", needed=True))
        return chips

    def hints(self, usual: list[Hint]) -> list[Hint]:
        """Return the keys that matter now: those of epochs before the usual ones."""
        if self.epochs is None:
            return usual
        mine = [
            Hint("<", "back", "epoch(-1)"),
            Hint(">", "on", "epoch(1)"),
            Hint(";", "pause" if self.playing else "play", "play"),
        ]
        return [*mine, *usual]

    # what the screen tells

    def start(self) -> None:
        """Begin to look at all epochs and to make those beside: the first frame is on screen."""
        self._started = True
        self.changed()

    def take_over(self, loaded: IndexedEmbedding) -> None:
        """Go on with data that were read again, before they are shown."""
        epochs, before = loaded.embedding.epochs, self._surveyed
        self.wanted, self._failed = loaded.embedding.epoch, set()
        if loaded.embedding.total != self._shows.loaded.embedding.total:
            self._away = Away()
        longer = epochs is not None and before is not None and epochs.go_on_from(before)
        if loaded.survey is not None:
            self._survey, self._surveyed = loaded.survey, epochs
        elif not longer:
            self._survey = self._surveyed = None

    def changed(self) -> None:
        """Take notice of other data on screen: read again, coloured, filtered, moved."""
        loaded, epochs = self._shows.loaded, self.epochs
        self._store.use(loaded)
        if epochs is not None and self._started:
            self._look_at_all(epochs)
            self._make_next()
        self.show()

    def show(self) -> None:
        """Show the axis as it is now."""
        epochs = self.epochs
        self._timeline.display = epochs is not None
        if epochs is None:
            return
        went = np.full(len(epochs), np.nan)
        if self._survey is not None:
            known = min(len(epochs), self._survey.went.size)
            went[:known] = self._survey.went[:known]
        self._timeline.say(EpochAxis(len(epochs), self.wanted, went, self.pace, self.playing))

    # going

    def step(self, steps: int) -> None:
        """Go to the next (1) or the previous (-1) epoch."""
        if self.epochs is None:
            if self.without_epochs is not None:
                self.without_epochs(steps)
            return
        self.pause()
        self.go_to(self.wanted + steps)

    def go_to_end(self, last: bool) -> None:
        """Go to the first or the last epoch."""
        if (epochs := self._timed()) is not None:
            self.pause()
            self.go_to(len(epochs) - 1 if last else 0)

    def seek(self, share: float) -> None:
        """Go to the epoch at a share of the axis."""
        if (epochs := self.epochs) is not None:
            axis = EpochAxis(len(epochs), 0, np.zeros(0), self.pace, playing=False)
            self.pause()
            self.go_to(axis.epoch_at(share))

    def go_to(self, epoch: int) -> None:
        """Show an epoch: at once if it is made, else as soon as it is."""
        epochs = self.epochs
        if epochs is None:
            return
        epoch = min(max(epoch, 0), len(epochs) - 1)
        if epoch == self.wanted == self._shows.loaded.embedding.epoch:
            self.show()
            return
        self._way = 1 if epoch >= self.wanted else -1
        self.wanted = epoch
        self._failed.discard(epoch)
        self._said, wanted = "", self._shows.loaded.wanted
        wanted.epoch = None if epoch == len(epochs) - 1 else epoch + 1
        wanted.epoch_name = epochs.name(epoch)
        made = self._store.get(epoch)
        if made is not None:
            self._show(made)
        self._make_next()
        self.show()

    def take(self, made: EpochMade) -> None:
        """Show what a worker has made, if it is still wanted, and make the next one."""
        self._making = None
        if made.generation == self._store.generation:
            if made.loaded is None:
                self._failed.add(made.epoch)
                if made.epoch == self.wanted:
                    self.pause()
                    self.wanted = self._shows.loaded.embedding.epoch
                    self._shows.remark(made.said)
            else:
                self._store.keep(made.loaded, self.wanted)
                if made.epoch == self.wanted:
                    self._show(made.loaded)
        self._make_next()
        self.show()
        self._say()

    def _say(self) -> None:
        """Say again what drawing has wiped away."""
        if self._said:
            self._shows.remark(self._said)

    def _show(self, loaded: IndexedEmbedding) -> None:
        older = self._shows.model
        self._store.use(loaded)
        self._shows.move_points(loaded)
        self._away.carry(older, self._shows.model)
        self._shows.draw()

    def _make_next(self) -> None:
        """Have the epoch made that is wanted, or one of those that come next."""
        base, epochs = self._store.base, self.epochs
        if base is None or epochs is None or self._making is not None or not self._started:
            return
        epoch = self._next(len(epochs))
        if epoch is None:
            return
        self._making = epoch
        generation, ahead = self._store.generation, epoch != self.wanted
        make = partial(self._make, base, epoch, generation, ahead=ahead)
        # Textual would write out the arrays of what is carried out to describe it.
        self._screen.run_worker(make, thread=True, group="epochs", description="epochs")

    def _next(self, count: int) -> int | None:
        if self._store.get(self.wanted) is None and self.wanted not in self._failed:
            return self.wanted
        ahead = [self.wanted + self._way * step for step in range(1, _AHEAD + 1)]
        for epoch in [*ahead[:1], self.wanted - self._way, *ahead[1:]]:
            there = 0 <= epoch < count and epoch not in self._failed
            if there and self._store.get(epoch) is None:
                near = abs(epoch - self.wanted) == 1
                return epoch if near or self._store.has_room() else None
        return None

    def _make(self, base: IndexedEmbedding, epoch: int, generation: int, *, ahead: bool) -> None:
        """Make an epoch, in a worker; ahead of time with all that makes it fast."""
        try:
            loaded = base.at_epoch(epoch)
            if ahead:
                loaded.index.build_buckets()
            loaded.index.build_tables()
            made = EpochMade(generation, epoch, loaded)
        except LOADING_ERRORS as error:
            reason = error.message if isinstance(error, VizError) else str(error)
            made = EpochMade(generation, epoch, None, f"epoch {epoch + 1}: {reason}")
        self._screen.post_message(made)

    # all epochs

    def _look_at_all(self, epochs: Epochs) -> None:
        if epochs is self._surveyed or self._surveying is not None:
            return
        self._surveying, before = epochs, self._surveyed
        # Of epochs that more have been added to, the first ones are known.
        earlier = self._survey if before is not None and epochs.go_on_from(before) else None
        work = partial(self._survey_all, epochs, earlier)
        self._screen.run_worker(work, thread=True, group="survey", description="survey")

    def _survey_all(self, epochs: Epochs, earlier: Survey | None) -> None:
        self._screen.post_message(Surveyed(epochs, Survey.of(epochs, earlier)))

    def surveyed(self, event: Surveyed) -> None:
        """Take what is known of all epochs now; views of everything are of all of them then."""
        self._surveying = None
        if event.epochs is not self.epochs:
            self.changed()
            return
        self._surveyed, self._survey = event.epochs, event.survey
        self._fit()
        self.show()
        self._say()

    def _fit(self) -> None:
        view = self._shows.model.viewport
        self._shows.model.fit_to_reach(self.reach)
        if self._shows.model.viewport != view:
            self._shows.draw()

    # playing

    def toggle_play(self) -> None:
        """Play, from the first epoch if the last is shown; or pause."""
        if (epochs := self._timed()) is None:
            return
        if self.playing:
            self.pause()
        else:
            self.playing = True
            if self.wanted >= len(epochs) - 1:
                self.go_to(0)
            self._tick_later()
        self.show()
        self._shows.show_status()

    def pause(self) -> None:
        """Stay at the epoch that is shown."""
        self.playing = False
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def change_pace(self, step: int) -> None:
        """Play faster (1) or slower (-1)."""
        if self._timed() is None:
            return
        at = PACES.index(self.pace) + step
        self.pace = PACES[min(max(at, 0), len(PACES) - 1)]
        self.show()
        self._shows.remark(f"{self.pace:g} epochs a second")

    def _tick_later(self) -> None:
        self._timer = once(self._screen, 1 / self.pace, self._tick)

    def _tick(self) -> None:
        epochs = self.epochs
        if not self.playing or epochs is None:
            return
        # What takes longer to be made is waited for: none is left out.
        if self.wanted == self._shows.loaded.embedding.epoch:
            if self.wanted == len(epochs) - 1:
                self.pause()
                self.show()
                self._shows.show_status()
                return
            self.go_to(self.wanted + 1)
        self._tick_later()

    # looks

    def toggle_axes(self) -> None:
        """Fit views of everything to all epochs, or to each."""
        if self._timed() is None:
            return
        self.fixed = not self.fixed
        self._fit()
        self._shows.remark(
            "the same axes at all epochs" if self.fixed else "axes fitted to each epoch"
        )

    def toggle_turned(self) -> None:
        """Turn the map of each epoch onto the one beside it, or show them as they are."""
        if (epochs := self._timed()) is None:
            return
        loaded = self._shows.loaded
        if epochs.alignment is None:
            epochs = Alignment(epochs, loaded.embedding.epoch).aligned()
            said = "maps turned, mirrored and shifted onto the one beside, from this one on"
        else:
            epochs, said = epochs.alignment.epochs, "maps as they are"
        loaded.wanted.turned = epochs.alignment is not None
        self._survey = None
        self.wanted = loaded.embedding.epoch
        self._show(loaded.with_epochs(epochs))
        if epochs.alignment is None:
            # What is shown may have been turned.
            self._store.drop(self.wanted)
            self._make_next()
        self._said = said
        self._say()

    def _timed(self) -> Epochs | None:
        """Return the epochs; say that there are none."""
        if self.epochs is None:
            self._shows.remark(_NO_TIMES)
        return self.epochs
