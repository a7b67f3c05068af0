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
    with EndingSignals(lambda _: None, os._exit):
        assert all(signal.getsignal(number) != handler for number, handler in handlers.items())
    assert {number: signal.getsignal(number) for number in ENDING} == handlers
    signal.signal(signal.SIGTERM, mine)


def test_who_leaves_in_time_is_left_alone(handlers):
    ended = []
    with EndingSignals(ended.append, ended.append):
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGTERM)
        watcher = next(t for t in threading.enumerate() if t.name == "vizterm-signals")
    watcher.join(10)
    assert ended == [signal.SIGHUP, signal.SIGTERM]
    assert not watcher.is_alive()


def test_who_is_stuck_is_given_up(handlers, monkeypatch):
    monkeypatch.setattr("vizterm.signals._PATIENCE", 0.01)
    ended, stuck = [], threading.Event()

    def give_up(code):
        ended.append(code)
        stuck.set()

    with EndingSignals(lambda _: None, give_up):
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        assert stuck.wait(10), "an event loop that waits for a lock would never have heard of it"
    assert ended == [128 + signal.SIGTERM]


def test_elsewhere_than_in_the_main_thread_signals_are_not_ours(handlers):
    def run():
        with EndingSignals(lambda _: None, os._exit):
            found.update({number: signal.getsignal(number) for number in ENDING})

    found = {}
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found == handlers
