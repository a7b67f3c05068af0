"""The link to the terminal: holds frames back while it is full, and pictures while it is slow."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from time import monotonic
from typing import Any

from textual.timer import Timer

from vizterm.terminal.frame_gate import FrameGate
from vizterm.terminal.textual_private.app import HookedApp
from vizterm.terminal.textual_private.driver import SafeDriver
from vizterm.terminal.textual_private.frames import draw_kept
from vizterm.terminal.textual_private.timers import once

_AT_REST = 0.25
"""Seconds without input after which pictures are sent over a slow link."""
_AGAIN = 0.05
"""Seconds after which a waiting picture checks again whether the link is free."""
_PICTURE_TIME = 0.2
"""Seconds that a picture may keep a slow link busy."""
_LEAST_PICTURE = 2048


def _nothing() -> None:
    """Do nothing."""


class Link:
    """Keeps an app from writing more than the terminal takes.

    Parameters
    ----------
    app : App
    answers : bool
        Whether the terminal reports its cursor's position; otherwise nothing is held back.
    round_trip : float, optional
        Seconds that an answer of the terminal took.
    """

    def __init__(self, app: HookedApp[Any], *, answers: bool, round_trip: float | None) -> None:
        self._app = app
        self._answers = answers
        self.gate = FrameGate(round_trip)
        self._written = 0
        self._held = ExitStack()
        self._holding = False
        self._patience: Timer | None = None
        self._last_act = 0.0
        self.when_open: Callable[[], object] = _nothing
        """Called when an answer has come, and more may be written."""

    @property
    def _driver(self) -> SafeDriver | None:
        return self._app.driver if self._answers else None

    def write(self, text: str) -> None:
        """Write between two frames."""
        if self._app.write(text):
            self.frame_written()

    def frame_written(self) -> None:
        """Ask the terminal to answer when it has shown what was written, if anything was."""
        driver = self._driver
        if driver is None:
            return
        size = driver.written - self._written
        if not size:
            return
        self.gate.sent(size)
        driver.ask(self.gate.answer_time)
        self._written = driver.written
        if not self.gate.open:
            self._hold()

    def answered(self, now: float) -> None:
        """Take note of an answer that came at a time of `time.monotonic`."""
        self.gate.answered(now)
        if self.gate.open:
            self._release()
            self.when_open()

    def person_acted(self) -> None:
        """Take note that a key was pressed or the mouse moved."""
        self._last_act = monotonic()

    @property
    def rest(self) -> float:
        """Seconds since the last input."""
        return monotonic() - self._last_act

    def forget(self) -> None:
        """Expect no answers to what is under way."""
        self.gate.give_up()
        self._release()

    # pictures

    @property
    def picture_delay(self) -> float:
        """Seconds that a picture has to wait; 0 on a fast link."""
        # The first large frame shows how large pictures may be.
        free = self.gate.open and (self.gate.tested or not self.gate.under_way)
        left = 0.0 if free else _AGAIN
        if self.gate.slow:
            left = max(left, self._last_act + _AT_REST - monotonic())
        return left

    @property
    def text_first(self) -> float:
        """Seconds by which a picture follows a frame; 0 to be part of it."""
        return _AGAIN if self.gate.slow else 0.0

    @property
    def picture_bytes(self) -> int | None:
        """Most bytes that a picture may take; None for no limit."""
        rate = self.gate.rate
        if not self.gate.slow or rate is None:
            return None
        # A power of two, so that a picture is encoded the same way while the rate varies little.
        return max(_LEAST_PICTURE, 1 << round(rate * _PICTURE_TIME).bit_length() - 1)

    # frames

    def _hold(self) -> None:
        """Collect changes instead of drawing them."""
        if not self._holding:
            self._holding = True
            self._held.enter_context(self._app.batch_update())
        if self._patience is not None:
            self._patience.stop()
        self._patience = once(self._app, self.gate.overdue, self.forget)

    def _release(self) -> None:
        if self._patience is not None:
            self._patience.stop()
            self._patience = None
        if self._holding:
            self._holding = False
            self._held.close()
            draw_kept(self._app.screen)
