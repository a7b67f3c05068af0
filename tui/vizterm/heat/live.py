"""Events on standard input, read in a thread as they come."""

from __future__ import annotations

import os
import select
import threading

from vizterm_core.errors import DataError, VizError
from vizterm_core.load.events.stream import EventLines
from vizterm_core.maps.events import Events, join_events

_PIECE = 1 << 18
_PAUSE = 0.2
"""Seconds without anything new after which what has come must be enough to tell what it is."""


class LiveEvents:
    """Reads a stream to its end; the app takes what has arrived from time to time.

    The reader never waits for the app: arrived pieces are kept until they are taken.

    Parameters
    ----------
    descriptor : int
        An open file; closed when its end is reached.
    lines : EventLines
    """

    def __init__(self, descriptor: int, lines: EventLines) -> None:
        self._descriptor = descriptor
        self._lines = lines
        self._arrived: list[Events] = []
        self._lock = threading.Lock()
        self._changed = False
        self._state = "waiting for events"
        self.error: VizError | None = None
        """The error that stopped reading; None at the end of the stream."""
        self.ended = threading.Event()
        threading.Thread(target=self._run, daemon=True, name="vizterm-stdin").start()

    @property
    def state(self) -> str:
        """State of the stream, for the heading."""
        return self._state

    @property
    def notes(self) -> tuple[str, ...]:
        """What was chosen and assumed about the stream, doubt first."""
        return self._lines.notes

    @property
    def names(self) -> tuple[str, ...]:
        """Names of x, y and perhaps the weight; empty where they have none."""
        return self._lines.names

    def take(self) -> list[Events]:
        """Return the events that arrived since the last call, joined: at most one item."""
        with self._lock:
            arrived, self._arrived = self._arrived, []
        return [join_events(arrived)] if arrived else []

    def changed(self) -> bool:
        """Whether events or the state have changed since the last call."""
        with self._lock:
            changed, self._changed = self._changed, False
        return changed

    def _run(self) -> None:
        try:
            while piece := os.read(self._descriptor, _PIECE):
                self._put(self._lines.feed(piece), "live")
                if not self._goes_on():
                    self._put(self._lines.pause(), "live")
            events = self._lines.finish()
            if self._lines.grid is not None:
                raise DataError(
                    f"{self._lines.name} holds a grid, not events",
                    "write it to a file, and open that: vizterm heat grid.csv",
                )
            self._put(events, "ended")
        except VizError as error:
            self.error = error
            self._put(None, f"stopped: {error}")
        except OSError as error:
            self._put(None, f"stopped: {error.strerror or error}")
        finally:
            os.close(self._descriptor)
            self.ended.set()

    def _goes_on(self) -> bool:
        """Whether more comes at once, or the end."""
        try:
            return bool(select.select([self._descriptor], [], [], _PAUSE)[0])
        except ValueError:
            # More files are open than `select` can watch.
            return True

    def _put(self, events: Events | None, state: str) -> None:
        with self._lock:
            if events is not None and (len(events) or events.skipped):
                self._arrived.append(events)
                self._changed = True
            self._changed |= state != self._state
            self._state = state
