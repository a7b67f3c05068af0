"""What a signal leads to while a view is open, and after it."""

import os
import signal
import threading

import pytest

from vizterm.signals import ENDING, EndingSignals


@pytest.fixture
def handlers():
    """What the signals did before, and do again after the test."""
    before = {number: signal.getsignal(number) for number in ENDING}
    yield before
    for number, handler in before.items():
        signal.signal(number, handler)


def test_signals_do_afterwards_what_they_did_before(handlers):
    mine = signal.signal(signal.SIGTERM, lambda *_: None)
    handlers = handlers | {signal.SIGTERM: signal.getsignal(signal.SIGTERM)}
    with EndingSignals(lambda _: None, os.abort):
        assert all(signal.getsignal(number) != handler for number, handler in handlers.items())
    assert {number: signal.getsignal(number) for number in ENDING} == handlers
    signal.signal(signal.SIGTERM, mine)


def test_who_leaves_in_time_is_left_alone(handlers):
    ended = []
    with EndingSignals(ended.append, os.abort):
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGTERM)
        watcher = next(t for t in threading.enumerate() if t.name == "vizterm-signals")
    watcher.join(10)
    assert ended == [signal.SIGHUP, signal.SIGTERM]
    assert not watcher.is_alive()


def test_elsewhere_than_in_the_main_thread_signals_are_not_ours(handlers):
    def run():
        with EndingSignals(lambda _: None, os.abort):
            found.update({number: signal.getsignal(number) for number in ENDING})

    found = {}
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found == handlers
