"""A timer that doesn't get lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.message_pump import MessagePump
from textual.timer import Timer


def once(pump: MessagePump, delay: float, callback: Callable[[], object]) -> Timer:
    """Call a function after some seconds, like `set_timer`, but without fail.

    Textual skips a timer that is late before it has started, even one that fires only once: that
    happens to delays of a microsecond, and to longer ones if another program gets the processor
    at the wrong moment.
    """
    timer = Timer(pump, delay, callback=partial(pump.call_next, callback), repeat=0, skip=False)
    timer._start()
    pump._timers.add(timer)
    return timer
