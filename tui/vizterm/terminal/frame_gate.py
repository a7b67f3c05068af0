"""How many frames may be under way to the terminal: as many as the link carries without a queue.

An SSH session takes megabytes before it pushes back, so that frames written as fast as they can be
drawn are shown seconds late.  Behind each frame the terminal is asked where its cursor is; its
answer says that the frame has arrived.  What the answers take beyond the quickest of them is time
spent in a queue: while there is none, more frames may follow each other, and otherwise one at a
time.  Source of the idea: delay-based congestion control, as in TCP Vegas (Brakmo and Peterson,
1995).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

NO_QUEUE = 0.04
"""Seconds beyond the quickest answer that are no queue."""
LONG_QUEUE = 0.1
SLOW_RATE = 120_000
"""Bytes a second under which a link is slow: a picture of 12 kB takes a tenth of a second."""
_FIRST_ROOM = 16_384
"""Bytes that may be under way before anything is known."""
_MOST_ROOM = 1 << 20
_TELLING = 4096
"""Bytes from which a frame's time tells something about the rate: a terminal needs some, too."""
_PATIENCE = 2.0
"""Seconds without an answer after which a frame is sent all the same."""
_REMEMBERED = 64
"""Answers to small frames among which the quickest is looked for: the way may grow longer."""


@dataclass(frozen=True, slots=True)
class _Frame:
    sent: float
    size: int


class FrameGate:
    """Keeps count of the frames that the terminal has not answered yet.

    Parameters
    ----------
    round_trip : float, optional
        Seconds that an answer has taken before.
    """

    def __init__(
        self, round_trip: float | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._clock = clock
        self._under_way: deque[_Frame] = deque()
        self._bytes = 0
        self._room = _FIRST_ROOM
        self._last_answer = 0.0
        self._lost = 0
        self._delays: deque[float] = deque(maxlen=_REMEMBERED)
        if round_trip is not None:
            self._delays.append(round_trip)
        self.tested = False
        """Whether a frame large enough to tell the rate has arrived."""
        self.rate: float | None = None
        """Bytes a second that the link carries; None where it is too fast to tell."""

    @property
    def open(self) -> bool:
        """Whether another frame may follow now.

        On a slow link one at a time, but for what is so little that it makes no queue.
        """
        if self.slow and self.rate is not None:
            return self._bytes < self.rate * NO_QUEUE
        return not self._under_way or self._bytes < self._room

    @property
    def under_way(self) -> int:
        """Frames that have not been answered."""
        return len(self._under_way)

    @property
    def round_trip(self) -> float | None:
        """Seconds of the quickest answer; None before the first."""
        return min(self._delays) if self._delays else None

    @property
    def slow(self) -> bool:
        """Whether pictures have to wait for text."""
        return self.rate is not None and self.rate < SLOW_RATE

    def sent(self, size: int) -> None:
        """A frame of so many bytes is under way, and the question behind it."""
        self._under_way.append(_Frame(self._clock(), size))
        self._bytes += size

    @property
    def overdue(self) -> float:
        """Seconds after which an answer to all that is under way will not come any more."""
        return _PATIENCE + (2 * self._bytes / self.rate if self.rate is not None else 0.0)

    def answered(self, now: float) -> None:
        """The oldest frame under way has arrived; the answer came at `now`."""
        if not self._under_way:
            return
        delay = now - self._under_way[0].sent
        quickest = self.round_trip
        if self._lost and quickest is not None and delay < quickest / 2:
            # Nothing comes back that fast: an answer that had been given up.
            self._lost -= 1
            return
        frame, known = self._under_way.popleft(), quickest is not None
        if frame.size < _TELLING or quickest is None or delay < quickest:
            # Of large frames much of the time is their own.
            self._delays.append(delay)
        quickest = min(self._delays)
        if frame.size >= _TELLING and known:
            # The link was busy with it alone from the answer before on.
            self._learn_rate(frame.size, now - max(frame.sent + quickest, self._last_answer))
        queue = delay - quickest
        if queue > LONG_QUEUE:
            self._room = 0
        elif queue < NO_QUEUE and self._bytes * 2 > self._room:
            self._room = min(self._room + frame.size, _MOST_ROOM)
        self._bytes -= frame.size
        self._last_answer = now

    def give_up(self) -> None:
        """Wait no longer for what is under way: the terminal is gone, or was someone else's."""
        self._lost += len(self._under_way)
        self._under_way.clear()
        self._bytes = 0
        self._room = 0

    def _learn_rate(self, size: int, busy: float) -> None:
        self.tested = True
        if size > 4 * SLOW_RATE * busy:
            self.rate = None
        elif self.rate is not None or busy > LONG_QUEUE:
            # A terminal that is busy drawing answers late, too, but not as late as that.
            # The mean of the time a byte takes: quick to find that a link has become slow.
            before = busy / size if self.rate is None else 1 / self.rate
            self.rate = 2 / (busy / size + before)
