"""The link to the terminal, as `doctor` measures it."""

import pytest
from tests.support.terminal_rig import MUTE, Rig

from vizterm.terminal import link_speed
from vizterm.terminal.link_speed import FENCE, LinkFacts, measure_link


def measured(monkeypatch, rate, round_trip, answers=b"\x1b[?62c"):
    now = 0.0
    sizes = []

    def ask(reader, writer, questions, silent):
        nonlocal now
        assert questions.endswith(FENCE)
        sizes.append(len(questions))
        now += round_trip + len(questions) / rate
        return answers

    monkeypatch.setattr(link_speed, "ask", ask)
    return measure_link(0, 1, clock=lambda: now), sizes


@pytest.mark.parametrize("rate", [5e3, 50e3, 1e6, 5e6])
@pytest.mark.parametrize("round_trip", [0.0005, 0.2])
def test_rate_and_round_trip_are_measured_separately(monkeypatch, rate, round_trip):
    link, sizes = measured(monkeypatch, rate, round_trip)
    assert link.round_trip == pytest.approx(round_trip, abs=4 / rate)
    assert link.rate == pytest.approx(rate, rel=0.02)
    assert max(sizes) / rate < 1.1, "longer than it has to be"


def test_a_link_of_unknown_speed_is_not_given_one(monkeypatch):
    link, _ = measured(monkeypatch, float("inf"), 0.001)
    assert link == LinkFacts(pytest.approx(0.001), None)
    assert measured(monkeypatch, 1e6, 0.001, answers=b"")[0] is None


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (LinkFacts(0.2034, 49_812), "round trip 203 ms, 49.8 kB/s"),
        (LinkFacts(0.0004, 12_345_678), "round trip 0.4 ms, 12.3 MB/s"),
        (LinkFacts(0.001, None), "round trip 1 ms, faster than could be measured"),
    ],
)
def test_the_description_has_readable_units(facts, words):
    assert facts.describe() == words


def test_doctor_measures_a_real_terminal_and_leaves_no_trace():
    with Rig(["doctor"]) as rig:
        assert rig.wait_for_exit() == 0
        assert "round trip" in rig.text
        assert rig.text.lstrip().startswith("terminal")
        assert rig.screen.cursor.attrs.fg == "default"


def test_doctor_reports_that_a_mute_terminal_was_not_measured():
    with Rig(["doctor"], answers=MUTE) as rig:
        assert rig.wait_for_exit() == 0
        assert "not measured" in rig.text
        assert "set --color and --graphics by hand" in rig.text
