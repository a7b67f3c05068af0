"""A gate for frames: as many are under way to the terminal as the link carries without a queue.

An SSH session accepts megabytes before it pushes back, so that frames written as fast as they are
drawn would be shown seconds late.  Behind each frame the terminal is asked for its cursor's
position; the answer means that the frame has arrived.  The delay beyond that of the quickest answer
is time spent in a queue: while there is none, more frames may be under way, otherwise one at a
time.  Source: delay-based congestion control, as in TCP Vegas (Brakmo and Peterson,
1995).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

NO_QUEUE = 0.04
"""Seconds of delay beyond the quickest answer that don't count as a queue."""
LONG_QUEUE = 0.1
SLOW_RATE = 120_000
"""Bytes per second below which a link is slow: a picture of 12 kB takes a tenth of a second."""
_FIRST_ROOM = 16_384
"""Bytes that may be under way before the link was measured."""
_MOST_ROOM = 1 << 20
_TELLING = 4096
"""Smallest frame, in bytes, whose time is used to measure the rate."""
_FIRST_PAINT = 0.2
"""Seconds that a terminal may spend on its first large frame: it makes its glyphs, and a renderer
without a graphics card takes 150 ms.  The next frame tells whether it was the link."""
_SLACK = 0.5
"""Seconds by which an answer may be later than any before."""
_PATIENCE = 2.0
"""Seconds without an answer after which a frame is sent all the same."""
_REMEMBERED = 64
"""Number of recent answers of which the quickest counts: the round trip may grow longer."""


@dataclass(frozen=True, slots=True)
class _Frame:
    sent: float
    size: int


class FrameGate:
    """Counts the frames that the terminal has not answered yet.

    Parameters
    ----------
    round_trip : float, optional
        Seconds that an earlier answer took.
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
        """Whether a frame large enough to measure the rate has arrived."""
        self.rate: float | None = None
        """Bytes per second that the link carries; None if it is too fast to measure."""

    @property
    def open(self) -> bool:
        """Whether another frame may follow now.

        On a slow link one at a time, except for frames too small to make a queue.
        """
        if self.slow and self.rate is not None:
            return self._bytes < self.rate * NO_QUEUE
        return not self._under_way or self._bytes < self._room

    @property
    def under_way(self) -> int:
        """Number of frames that have not been answered."""
        return len(self._under_way)

    @property
    def round_trip(self) -> float | None:
        """Seconds of the quickest answer; None before the first."""
        return min(self._delays) if self._delays else None

    @property
    def slow(self) -> bool:
        """Whether the link is slow, so that pictures have to wait for text."""
        return self.rate is not None and self.rate < SLOW_RATE

    def sent(self, size: int) -> None:
        """Count a frame that was sent, and the question behind it."""
        self._under_way.append(_Frame(self._clock(), size))
        self._bytes += size

    @property
    def answer_time(self) -> float:
        """Seconds that the answer to everything under way may take, if it comes."""
        sending = self._bytes / self.rate if self.rate is not None else 0.0
        return _SLACK + 2 * ((self.round_trip or 0.0) + sending)

    @property
    def overdue(self) -> float:
        """Seconds after which no answer to what is under way is expected any more."""
        return _PATIENCE + (2 * self._bytes / self.rate if self.rate is not None else 0.0)

    def answered(self, now: float) -> None:
        """Take note that the oldest frame under way has arrived, by an answer at the time `now`."""
        if not self._under_way:
            return
        delay = now - self._under_way[0].sent
        quickest = self.round_trip
        if self._lost and quickest is not None and delay < quickest / 2:
            # Too fast to be the answer to this frame: it is one that had been given up.
            self._lost -= 1
            return
        frame, known = self._under_way.popleft(), quickest is not None
        if frame.size < _TELLING or quickest is None or delay < quickest:
            # Large frames take much of the time themselves.
            self._delays.append(delay)
        quickest = min(self._delays)
        if frame.size >= _TELLING and known:
            # Since the answer before, the link was busy with this frame alone.
            self._learn_rate(frame.size, now - max(frame.sent + quickest, self._last_answer))
        queue = delay - quickest
        if queue > LONG_QUEUE:
            self._room = 0
        elif queue < NO_QUEUE and self._bytes * 2 > self._room:
            self._room = min(self._room + frame.size, _MOST_ROOM)
        self._bytes -= frame.size
        self._last_answer = now

    def give_up(self) -> None:
        """Stop waiting for answers: the terminal is gone, or another program had it."""
        self._lost += len(self._under_way)
        self._under_way.clear()
        self._bytes = 0
        self._room = 0

    def _learn_rate(self, size: int, busy: float) -> None:
        if not self.tested:
            busy = max(0.0, busy - _FIRST_PAINT)
        self.tested = True
        if size > 4 * SLOW_RATE * busy:
            self.rate = None
        elif self.rate is not None or busy > LONG_QUEUE:
            # A terminal that is busy drawing also answers late, but not as late as this.
            # Averaging the time per byte quickly notices that a link has become slow.
            before = busy / size if self.rate is None else 1 / self.rate
            self.rate = 2 / (busy / size + before)
