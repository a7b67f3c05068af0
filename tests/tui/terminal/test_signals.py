"""The effect of signals while a view is open, before and after."""

import faulthandler
import os
import signal
import threading

import pytest

from vizterm.terminal.signals import ALSO_ENDING, ENDING, EndingSignals, before_signals, pass_on


def handlers():
    return {number: signal.getsignal(number) for number in (*ENDING, *ALSO_ENDING)}


@pytest.fixture(autouse=True)
def _as_before():
    before = handlers()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def nothing(*_):
    """A caller's own handler."""


def test_handlers_are_restored_and_ignored_signals_stay_ignored():
    signal.signal(signal.SIGTERM, nothing)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    before = handlers()
    with EndingSignals(nothing, os.abort):
        inside = handlers()
    assert inside.pop(signal.SIGHUP) is signal.SIG_IGN
    ours = {number for number, handler in inside.items() if handler != before[number]}
    assert ours == {number for number, handler in before.items() if handler != signal.SIG_IGN}
    assert handlers() == before


def test_what_a_program_handles_beyond_those_that_end_it_is_left_to_it(tmp_path):
    signal.signal(signal.SIGUSR1, nothing)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    with (tmp_path / "trace").open("w+") as trace:
        # Python doesn't know of this handler.
        faulthandler.register(signal.SIGUSR2, trace)
        try:
            ended = []
            with EndingSignals(ended.append, os.abort):
                inside = handlers()
                os.kill(os.getpid(), signal.SIGUSR2)
        finally:
            faulthandler.unregister(signal.SIGUSR2)
        assert "test_signals.py" in (tmp_path / "trace").read_text()
    assert inside[signal.SIGUSR1] is nothing
    assert inside[signal.SIGALRM] is signal.SIG_IGN
    assert inside[signal.SIGXCPU] not in (signal.SIG_DFL, nothing)
    assert not ended


def test_signals_that_python_has_no_name_for_end_it_too():
    ended = []
    with EndingSignals(ended.append, os.abort):
        signal.raise_signal(signal.SIGRTMIN + 1)
    assert ended == [signal.SIGRTMIN + 1]


def test_leaving_in_time_is_not_interrupted():
    ended = []
    with EndingSignals(ended.append, os.abort):
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGTERM)
        watcher = next(t for t in threading.enumerate() if t.name == "vizterm-signals")
    watcher.join(10)
    assert ended == [signal.SIGHUP, signal.SIGTERM]
    assert not watcher.is_alive()


def test_a_callers_handler_is_called_when_the_view_is_stuck(monkeypatch):
    monkeypatch.setattr("vizterm.terminal.signals._PATIENCE", 0.01)
    heard, told = [], threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    with EndingSignals(nothing, lambda: heard.append("given up")):
        signal.raise_signal(signal.SIGTERM)
        assert told.wait(10), "an event loop that waits for a lock would never have heard of it"
    assert heard == ["given up"]


def test_restoring_comes_before_the_signal_takes_effect():
    heard = []
    signal.signal(signal.SIGTERM, lambda *_: heard.append("handled"))
    with before_signals(lambda: heard.append("put back")):
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
    assert heard == ["put back", "handled", "handled"]


def test_a_signal_is_passed_on_to_the_caller():
    heard = []
    signal.signal(signal.SIGINT, lambda *_: heard.append("handled"))
    pass_on(signal.SIGINT)
    assert heard == ["handled"]


def test_outside_the_main_thread_signals_are_left_alone():
    def run():
        with EndingSignals(nothing, os.abort):
            found.update(handlers())

    found, before = {}, handlers()
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found == before
