"""Events on standard input, read in a thread as they come."""

from __future__ import annotations

import os
import threading

from vizterm_core.errors import VizError
from vizterm_core.load.event_text import EventLines
from vizterm_core.maps.events import Events, join_events

_PIECE = 1 << 18


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
            self._put(self._lines.finish(), "ended")
        except VizError as error:
            self.error = error
            self._put(None, f"stopped: {error}")
        except OSError as error:
            self._put(None, f"stopped: {error.strerror or error}")
        finally:
            os.close(self._descriptor)
            self.ended.set()

    def _put(self, events: Events | None, state: str) -> None:
        with self._lock:
            if events is not None and (len(events) or events.skipped):
                self._arrived.append(events)
                self._changed = True
            self._changed |= state != self._state
            self._state = state
