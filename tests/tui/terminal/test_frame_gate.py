"""Frames let through for links of known rate and latency."""

import pytest

from vizterm.terminal.frame_gate import FrameGate


class SimulatedLink:
    """Carries frames at a rate, one after the other; answers come after a round trip."""

    def __init__(self, rate, round_trip, known=None):
        self.now = 100.0
        self.rate, self.round_trip = rate, round_trip
        self.gate = FrameGate(known, clock=lambda: self.now)
        self.free = self.now
        self.answers = []
        self.most = 0

    def send(self, size):
        self.free = max(self.free, self.now) + size / self.rate
        self.answers.append(self.free + self.round_trip)
        self.gate.sent(size)
        self.most = max(self.most, self.gate.under_way)

    def run(self, seconds, size, pause=1 / 60):
        """Send a frame whenever one is due and the gate is open; returns how many."""
        sent, end, due = 0, self.now + seconds, self.now
        while self.now < end:
            if self.now >= due and self.gate.open:
                self.send(size)
                sent, due = sent + 1, self.now + pause
            self.now += 0.001
            while self.answers and self.answers[0] <= self.now:
                self.gate.answered(self.answers.pop(0))
        return sent

    @property
    def backlog(self):
        """Seconds that what is in the queue takes."""
        return max(0.0, self.free - self.now)


@pytest.mark.parametrize("round_trip", [0.0, 0.02, 0.2])
def test_the_rate_of_a_slow_link_is_learnt_and_one_frame_at_a_time_is_sent(round_trip):
    link = SimulatedLink(50_000, round_trip, known=round_trip)
    link.run(2, size=8000)
    assert link.gate.slow
    assert link.gate.rate == pytest.approx(50_000, rel=0.05)
    link.most = 0
    link.run(3, size=8000)
    assert link.most == 1
    assert link.backlog <= 8000 / 50_000


@pytest.mark.parametrize("round_trip", [0.001, 0.05, 0.2])
def test_a_fast_link_gets_every_frame_whatever_its_round_trip(round_trip):
    link = SimulatedLink(20e6, round_trip, known=round_trip)
    link.run(3, size=8000)
    assert not link.gate.slow
    assert link.run(2, size=8000) >= 0.95 * 2 * 1000 / 17  # the clock's ticks make 17 ms of 1/60 s
    assert link.backlog < 0.02


def test_a_link_that_becomes_slow_never_has_a_long_queue():
    link = SimulatedLink(20e6, 0.1, known=0.1)
    link.run(3, size=8000)
    link.rate = 50_000
    link.run(2, size=8000)
    assert link.gate.slow
    link.most = 0
    link.run(2, size=8000)
    assert link.most == 1
    assert link.backlog <= 8000 / 50_000


def test_a_link_that_becomes_fast_is_used_again():
    link = SimulatedLink(50_000, 0.1, known=0.1)
    link.run(3, size=8000)
    link.rate = 20e6
    link.run(3, size=8000)
    assert not link.gate.slow
    assert link.run(1, size=8000) > 50


def test_small_frames_may_follow_each_other_on_a_slow_link():
    link = SimulatedLink(50_000, 0.2, known=0.2)
    link.run(2, size=8000)
    assert link.gate.slow
    assert link.run(2, size=80) > 100, "smooth, though each answer takes a fifth of a second"
    assert link.backlog < 0.04


def test_small_frames_do_not_measure_the_rate():
    link = SimulatedLink(50_000, 0.1, known=0.1)
    link.run(2, size=100)
    assert link.gate.rate is None
    assert not link.gate.tested


def test_a_terminal_that_is_busy_drawing_is_not_taken_for_a_slow_link():
    link = SimulatedLink(20e6, 0.002, known=0.002)
    for _ in range(20):
        link.send(5000)
        link.now += 0.035
        link.gate.answered(link.now)
    assert not link.gate.slow


def test_a_renderer_that_is_slow_with_its_first_frame_is_not_taken_for_a_slow_link():
    link = SimulatedLink(20e6, 0.002, known=0.002)
    for delay in (0.15, 0.02, 0.02):
        link.send(8000)
        link.now += delay
        link.gate.answered(link.now)
        assert link.gate.tested and not link.gate.slow


@pytest.mark.parametrize(("rate", "frames"), [(20_000, 1), (50_000, 2)])
def test_a_slow_link_is_known_by_its_first_frames_all_the_same(rate, frames):
    link = SimulatedLink(rate, 0.02, known=0.02)
    for _ in range(frames):
        assert not link.gate.slow
        link.send(8000)
        link.now = link.answers.pop()
        link.gate.answered(link.now)
    assert link.gate.slow


def test_unanswered_frames_are_given_up_and_late_answers_ignored():
    now = 0.0
    gate = FrameGate(0.2, clock=lambda: now)
    for _ in range(3):
        gate.sent(10_000)
    assert not gate.open
    assert gate.overdue >= 2
    now = 6.0
    gate.give_up()
    assert gate.open
    now = 6.1
    gate.sent(500)
    # Three answers at once, sooner than anything comes back.
    for _ in range(3):
        gate.answered(6.11)
    assert gate.under_way == 1
    gate.answered(6.31)
    assert gate.under_way == 0
    assert gate.round_trip == pytest.approx(0.2)


def test_answers_without_a_question_are_ignored():
    gate = FrameGate(clock=lambda: 0.0)
    gate.answered(1.0)
    assert gate.open
    assert gate.round_trip is None


def test_a_large_frame_on_a_slow_link_is_given_the_time_it_takes():
    link = SimulatedLink(50_000, 0.1, known=0.1)
    link.run(1, size=8000)
    while link.gate.under_way:
        link.run(0.1, size=8000, pause=10)
    link.send(1_000_000)
    assert link.gate.overdue > 20
