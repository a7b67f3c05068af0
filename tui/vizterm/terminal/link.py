"""The way to the terminal: holds frames back while it is full, and pictures while it is slow."""

from __future__ import annotations

from contextlib import ExitStack
from time import monotonic
from typing import Any

from textual.app import App
from textual.timer import Timer

from vizterm.terminal.driver import SafeDriver
from vizterm.terminal.frame_gate import FrameGate
from vizterm.terminal.textual_private import draw_kept, once

_WHERE_IS_THE_CURSOR = "\x1b[6n"
"""DSR 6: answered when all before it has been worked off."""
_AT_REST = 0.25
"""Seconds without a key or a movement after which pictures come over a slow link."""
_AGAIN = 0.05
"""Seconds after which a picture asks again whether the way is free."""
_PICTURE_TIME = 0.2
"""Seconds that a picture may keep a slow link busy."""
_LEAST_PICTURE = 2048


class Link:
    """Lets an app write no more than the terminal takes.

    Parameters
    ----------
    app : App
    answers : bool
        Whether the terminal tells where its cursor is; nothing is held back otherwise.
    round_trip : float, optional
        Seconds that its answers have taken so far.
    """

    def __init__(self, app: App[Any], *, answers: bool, round_trip: float | None) -> None:
        self._app = app
        self._answers = answers
        self.gate = FrameGate(round_trip)
        self._written = 0
        self._held = ExitStack()
        self._holding = False
        self._patience: Timer | None = None
        self._last_act = 0.0

    @property
    def _driver(self) -> SafeDriver | None:
        driver = self._app._driver
        return driver if self._answers and isinstance(driver, SafeDriver) else None

    def write(self, text: str) -> None:
        """Write between two frames."""
        if self._app._driver is not None:
            self._app._driver.write(text)
            self.frame_written()

    def frame_written(self) -> None:
        """Ask the terminal to say when it has shown what was written, if anything was."""
        driver = self._driver
        if driver is None:
            return
        size = driver.written - self._written
        if not size:
            return
        driver.write(_WHERE_IS_THE_CURSOR)
        self._written = driver.written
        self.gate.sent(size)
        if not self.gate.open:
            self._hold()

    def answered(self, now: float) -> None:
        """The terminal has said where its cursor is, at a time of `time.monotonic`."""
        self.gate.answered(now)
        if self.gate.open:
            self._release()

    def person_acted(self) -> None:
        """A key was pressed, or the mouse moved."""
        self._last_act = monotonic()

    @property
    def rest(self) -> float:
        """Seconds since somebody did something."""
        return monotonic() - self._last_act

    def forget(self) -> None:
        """What is under way will not be answered."""
        self.gate.give_up()
        self._release()

    # ------------------------------------------------------------------ pictures
    @property
    def picture_delay(self) -> float:
        """Seconds that a picture has to wait; 0 where the link is quick."""
        # The first frame tells how large pictures may be.
        free = self.gate.open and (self.gate.tested or not self.gate.under_way)
        left = 0.0 if free else _AGAIN
        if self.gate.slow:
            left = max(left, self._last_act + _AT_REST - monotonic())
        return left

    @property
    def text_first(self) -> float:
        """Seconds by which a picture follows a frame instead of being a part of it."""
        return _AGAIN if self.gate.slow else 0.0

    @property
    def picture_bytes(self) -> int | None:
        """Bytes that a picture may take; None for as many as it needs."""
        rate = self.gate.rate
        if not self.gate.slow or rate is None:
            return None
        # A power of two: a picture seen before is the same again, if the rate is nearly so.
        return max(_LEAST_PICTURE, 1 << round(rate * _PICTURE_TIME).bit_length() - 1)

    # ------------------------------------------------------------------ frames
    def _hold(self) -> None:
        """Let changes add up instead of being drawn."""
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
