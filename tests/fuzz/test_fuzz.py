"""The fuzzers run, and would find something."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import strategies as st
from tests.fuzz import engine, session, sources, worker
from tests.fuzz.engine import FindingError, fuzz, summary
from tests.fuzz.faults import raise_key_error, spin_or_die
from tests.fuzz.files import FileCase, FileFuzzer, judge
from tests.fuzz.input_bytes import Piece
from tests.fuzz.meant import not_meant
from tests.fuzz.objects import ObjectCase, ObjectFuzzer
from tests.fuzz.sources import SourceCase, SourceFuzzer
from tests.fuzz.terminal import TerminalCase, TerminalFuzzer
from tests.fuzz.worker import CAP, Ran


def test_some_mutated_files_are_shown_or_refused(tmp_path):
    run = fuzz(FileFuzzer(), tmp_path, seconds=60, first=3, most=30)
    assert run.count == 30 and not run.findings, summary(run)
    assert {outcome for _, outcome in run.outcomes} == {"shown", "refused"}


def test_some_sources_are_read_as_they_say_or_refused(tmp_path):
    run = fuzz(SourceFuzzer(), tmp_path, seconds=60, first=3, most=60)
    assert run.count == 60 and not run.findings, summary(run)
    assert {outcome for _, outcome in run.outcomes} == {"shown", "refused"}
    assert {kind for kind, _ in run.outcomes} == {"table", "records", "projector", "beside"}


def test_a_column_that_is_not_as_it_says_is_found(monkeypatch, tmp_path):
    fuzzer = SourceFuzzer()
    lying = (
        "import dataclasses, vizterm_core.files.table as table\n"
        "spec = table._spec\n"
        "table._spec = lambda *given: dataclasses.replace(spec(*given), shape=(7,))\n"
    )
    monkeypatch.setattr(sources, "PRELUDE", sources.PRELUDE + lying)
    try:
        case = SourceCase("table", (("a.csv", b"x,y\n1,2\n"),), "a.csv")
        with pytest.raises(FindingError, match="AssertionError"):
            fuzzer.run(case)
    finally:
        fuzzer.close()
    case.store(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv", "case.py"}


def test_some_objects_are_shown_or_refused(tmp_path):
    run = fuzz(ObjectFuzzer(), tmp_path, seconds=60, first=3, most=60)
    assert run.count == 60 and not run.findings, summary(run)
    assert {"shown", "refused"} <= {outcome for _, outcome in run.outcomes}


@pytest.mark.parametrize(
    ("call", "outcome"),
    [
        ("vizterm.heat({(1, 2): 3})", "shown"),
        ("vizterm.heat([[1, 2], [3]], kind='grid')", "refused"),
        ("vizterm.heat(some((2, 2)), title='\x1b[31m', background=Fails())", "refused"),
        ("vizterm.overlay(some((9, 9, 3)), some((5, 4, 4)), cmap=None)", "refused"),
        ("vizterm.embed(some((5, 2)), images=some((5, 3)), image_shape='9x9')", "refused"),
        ("vizterm.heat([Broken()])", "refused"),
        ("vizterm.overlay(some((3, 9, 9)), some((5, 4, 4)), channel=Broken())", "refused"),
        ("vizterm.heat(some((9, 9)), background=np.broadcast_to(0.0, (10**6, 10**6)))", "refused"),
        ("vizterm.embed(1 / 0)", "no object"),
        (
            "import vizterm_core.load.heat.source as h; h.clean = None; vizterm.heat([[1, 2]])",
            "TypeError from source.py",
        ),
        ("print('\x1b]0;x\x07')", r"prints U\+001B"),
        ("raise VizError.__bases__[0]('vizterm\x1b')", r"complains with U\+001B"),
        ("None", "nothing is"),
    ],
)
def test_what_may_come_out_of_a_call(call, outcome):
    fuzzer = ObjectFuzzer()
    try:
        case = ObjectCase("heat", call)
        if outcome in ("shown", "refused", "no object"):
            assert fuzzer.run(case) == outcome
        else:
            with pytest.raises(FindingError, match=outcome):
                fuzzer.run(case)
    finally:
        fuzzer.close()


def test_a_loader_that_raises_is_found_and_its_input_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "SHRINKING", 0.2)
    run = fuzz(FileFuzzer(raise_key_error, formats=("csv",)), tmp_path, seconds=60, most=60)
    (signature,) = run.findings
    assert re.fullmatch(r"internal error: KeyError in faults.py:\d+ from source.py:\d+", signature)
    place = run.findings[signature]
    assert (place / "report.txt").read_text().startswith(signature)
    call = json.loads((place / "arguments.json").read_text())
    assert call[0] == "heat" and Path(call[1]).parent == place and Path(call[1]).exists()
    assert f"FOUND {signature}" in summary(run)


@dataclass(frozen=True)
class Bytes:
    """The simplest case."""

    data: bytes
    kind = "bytes"

    @property
    def weight(self):
        return len(self.data)

    def store(self, directory):
        (directory / "data").write_bytes(self.data)


class Picky:
    """Can't stand some bytes, for two reasons."""

    name = "picky"
    closed = False

    def cases(self):
        return st.binary(max_size=9).map(Bytes)

    def run(self, case):
        for bad in (b"\xff", b"\x01"):
            if bad in case.data:
                raise FindingError(f"held {bad!r}", "a report")
        return "fine"

    def close(self):
        self.closed = True


def test_every_failure_is_shrunk_and_stored_once(tmp_path):
    fuzzer = Picky()
    run = fuzz(fuzzer, tmp_path, seconds=60, most=900)
    assert fuzzer.closed
    stored = {name: (place / "data").read_bytes() for name, place in run.findings.items()}
    assert stored == {"held b'\\xff'": b"\xff", "held b'\\x01'": b"\x01"}
    assert "picky" in summary(run) and "a report" in (tmp_path / "picky-00/report.txt").read_text()


def test_what_hangs_or_dies_is_found_and_the_next_case_is_run(monkeypatch):
    monkeypatch.setattr(worker, "LIMIT", 0.3)
    fuzzer = FileFuzzer(spin_or_die)
    try:
        with pytest.raises(FindingError, match=r"hangs in session\.py:\d+"):
            fuzzer.run(FileCase("csv", ("heat", "FILE", "--print"), "a.csv", b"x,y\n1,2\n"))
        assert fuzzer.run(FileCase("csv", ("heat", "FILE"), "a.csv", b"x,y\n")) == "refused"
        with pytest.raises(FindingError, match="died"):
            fuzzer.run(FileCase("npz", ("info", "FILE"), "a.npz", b"PK"))
    finally:
        fuzzer.close()


@pytest.mark.parametrize(
    ("ran", "finding"),
    [
        (Ran(0, b"\x1b[38;2;1;2;3mx\x1b[0m\n", b""), None),
        (Ran(1, b"", b"vizterm: a.csv is empty\n"), None),
        (Ran(0, b"x", b"a.py:3: RuntimeWarning: overflow\n"), "complaint: a.py:0: RuntimeWarning"),
        (Ran(0, b"\n", b""), "nothing is"),
        (Ran(0, b"x\x1b[2Jx", b""), r"prints U\+001B"),
        (Ran(0, "x\u202ex".encode(), b""), r"prints U\+202E"),
        (Ran(1, b"", b"vizterm: \x07\n"), r"complains with U\+0007"),
        (Ran(1, b"", b"vizterm: a\nb\n"), "not in one line"),
        (Ran(2, b"", b""), "not in one line"),
        (Ran(1, b"", b"vizterm: " + b"a" * 9999), "a very long line"),
        (Ran(70, b"", b"vizterm: ?\n"), "exit code 70"),
        (Ran(1, b"", b"Traceback (most recent call last):\n"), "a traceback"),
        (Ran(0, b"x", b"", grown=CAP + 1), "more memory"),
        (Ran(1, b"", b"vizterm: not enough memory for these arrays\n"), "more memory"),
    ],
)
def test_what_may_come_out_of_a_file(ran, finding):
    if finding is None:
        assert judge(ran) in ("shown", "refused")
        return
    with pytest.raises(FindingError, match=finding):
        judge(ran)


QUIET = TerminalCase("heat", "xterm", None, b"", (Piece("keys", b"hl"),), quits=False)
APP = (
    "import signal, sys, time, tty; tty.setraw(0);"
    "write = lambda text: (sys.stdout.write(text), sys.stdout.flush());"
    "signal.signal(signal.SIGWINCH, lambda *_: write('frame'));"
    "write('\x1b[?1049h');"
)
"""A program that knows as little of a terminal as will do."""


def test_a_session_with_the_app_itself(tmp_path):
    fuzzer = TerminalFuzzer()
    pieces = (Piece("keys", b"h+"), Piece("cut off", b"\x1b[<35;4"), Piece("pastes", b"\x1b[200~"))
    try:
        case = TerminalCase("embed", "kitty", None, b"l", pieces, quits=True)
        assert fuzzer.run(case) == "ended by a key"
        assert fuzzer.sent == {"keys": 1, "cut off": 1, "pastes": 1}
    finally:
        fuzzer.close()


def test_the_palette_clicked_in_far_from_the_terminal():
    fuzzer = TerminalFuzzer()
    click = b"\x1b[<0;20;9M\x1b[<0;20;9m"
    pieces = (Piece("palette", b"\x10zoom" + 2 * click), Piece("clicks", 3 * click))
    try:
        case = TerminalCase("heat", "xterm", None, b"", pieces, quits=True, round_trip=0.2)
        assert fuzzer.run(case) == "ended by a key"
        assert fuzzer.sent == {"palette": 1, "clicks": 1}
    finally:
        fuzzer.close()


@pytest.mark.parametrize(
    ("does", "finding"),
    [
        ("signal.signal(signal.SIGWINCH, signal.SIG_IGN); time.sleep(9)", "hangs"),
        ("time.sleep(9)", r"settings changed"),
        ("sys.stdin.read(1); raise KeyError", "ends with 1"),
        ("sys.stdin.read(1)", "leaves by itself"),
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(9)", "ignores SIGTERM"),
    ],
)
def test_a_program_that_does_not_know_terminals_is_found_out(monkeypatch, does, finding):
    monkeypatch.setattr(session, "LIMIT", 0.6)
    fuzzer = TerminalFuzzer(APP + does)
    try:
        with pytest.raises(FindingError, match=finding):
            fuzzer.run(QUIET)
    finally:
        fuzzer.close()


@pytest.mark.parametrize(
    ("written", "finding"),
    [
        ("\x1b[1;31;48;2;1;2;3m⣿▀\x1b[0m\x1b[12C\r\n\x1b[?2026h\x1b_Ga=p,i=1;AA==\x1b\\", None),
        ("\x1b]52;c;aGk=\x07\x1b[>1u\x1b[<u\x1b]11;?\x1b\\\x1bP0;1;0q#1~-\x1b\\", None),
        ("a\x1b]0;title\x07", r"U\+001B in"),
        ("a\x9b1m", r"U\+009B"),
        ("ab\u202ec", r"U\+202E"),
        ("\x1b[?1047h", r"U\+001B"),
        ("a\x07", r"U\+0007"),
    ],
)
def test_what_may_be_written_to_a_terminal(written, finding):
    found = not_meant(written.encode())
    assert found == "" if finding is None else re.match(finding, found)


def test_a_session_that_sends_what_was_in_the_data_is_found():
    fuzzer = TerminalFuzzer(APP + "write('a\x1b]0;b\x07'); time.sleep(9)")
    try:
        with pytest.raises(FindingError, match=r"writes U\+001B"):
            fuzzer.run(QUIET)
    finally:
        fuzzer.close()


ASKS = (
    "import os, termios; before = termios.tcgetattr(0);" + APP + "\n"
    "while b'q' not in os.read(0, 99): pass\n"
    "write('\x1b[6n'); {}write('\x1b[?25h\x1b[?1049l');"
    "termios.tcsetattr(0, termios.TCSANOW, before)"
)


@pytest.mark.parametrize("waits", [True, False])
def test_an_answer_that_is_left_for_the_shell_is_found(waits):
    fuzzer = TerminalFuzzer(ASKS.format("os.read(0, 99); " if waits else ""))
    case = TerminalCase("heat", "xterm", None, b"", (), quits=True, round_trip=0.2)
    try:
        if waits:
            assert fuzzer.run(case) == "ended by a key"
        else:
            with pytest.raises(FindingError, match="leaves an answer for the shell") as found:
                fuzzer.run(case)
            assert repr(b"\x1b[1;1R") in found.value.report
    finally:
        fuzzer.close()


def test_modes_that_are_left_on_are_found():
    on = "".join(f"\x1b[?{mode}h" for mode in (1003, 25, 2004)) + "\x1b[>1u\x1b[?2004l\x1b[?25l"
    modes = f"print('\x1b[?1049h{on}', end='', flush=True)"
    fuzzer = TerminalFuzzer(f"import time; {modes}; time.sleep(9)")
    try:
        with pytest.raises(FindingError) as found:
            fuzzer.run(TerminalCase("heat", "xterm", None, b"", (), quits=False))
    finally:
        fuzzer.close()
    assert found.value.signature == ("leaves modes on: 1003, 1049, hidden cursor, kitty keyboard")
