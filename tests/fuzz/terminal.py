"""Any bytes into the real binary in a pty: it goes on, or leaves the terminal as it was."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from tests.fuzz.arrays import SEEDS
from tests.fuzz.engine import FindingError
from tests.fuzz.input_bytes import KINDS, Piece, pieces, wrong_answers
from tests.fuzz.mutations import sometimes
from tests.fuzz.session import PROGRAM, Session
from tests.support.terminal_rig import KITTY, XTERM

SCREENS = {
    "embed": ("embed", "embed.npz"),
    "heat": ("heat", "heat.npy"),
    "overlay": ("overlay", "overlay.npz"),
}
_PROTOCOLS = {"xterm": XTERM, "kitty": KITTY}
_ROUND_TRIPS = (0.0, 0.0, 0.05, 0.2, 0.5, 0.8)
"""Seconds; a session with long ones takes longer, too."""


def write_data(directory: Path) -> None:
    """Small files for all screens."""
    roles = {name: SEEDS[name] for name in ("X", "y", "X_plot", "maps", "names")}
    np.savez(directory / "embed.npz", **roles)
    np.save(directory / "heat.npy", SEEDS["counts"])
    np.savez(directory / "overlay.npz", image=SEEDS["image"], feature=SEEDS["feature"])


@dataclass(frozen=True)
class TerminalCase:
    """One session, from the start to the end."""

    screen: str
    protocol: str
    answers: tuple[tuple[bytes, bytes], ...] | None
    """(question, reply) pairs; None for those of the protocol."""
    early: bytes
    """Input that comes before the app is there."""
    pieces: tuple[Piece, ...]
    quits: bool
    """Whether it is ended by the key, not by SIGTERM."""
    round_trip: float = 0.0
    """Seconds that the terminal's answers are on their way."""

    @property
    def kind(self) -> str:
        return self.screen

    @property
    def weight(self) -> int:
        wrong = 0 if self.answers is None else 100 + sum(len(reply) for _, reply in self.answers)
        wrong += 50 if self.round_trip else 0
        return wrong + len(self.early) + sum(10 + len(piece.data) for piece in self.pieces)

    def store(self, directory: Path) -> None:
        write_data(directory)
        (directory / "session.py").write_text(repr(self) + "\n", "utf-8")


@st.composite
def terminal_cases(draw: st.DrawFn) -> TerminalCase:
    """A screen, and what is sent to it."""
    protocol = draw(st.sampled_from(sorted(_PROTOCOLS)))
    answers = draw(sometimes(wrong_answers(_PROTOCOLS[protocol]), 3))
    most = draw(st.sampled_from((3, 10, 30, 60)))
    # A few kinds a session: what one of them brings about, another would cover up.
    kinds = draw(st.lists(st.sampled_from(tuple(KINDS)), min_size=1, max_size=6, unique=True))
    return TerminalCase(
        draw(st.sampled_from(sorted(SCREENS))),
        protocol,
        None if answers is None else tuple(sorted(answers.items())),
        (draw(sometimes(pieces().map(lambda piece: piece.data), 4)) or b"").translate(
            None, b"\x03\x1a\x1c"
        ),
        tuple(draw(st.lists(pieces(tuple(kinds)), min_size=most // 2, max_size=most))),
        draw(sometimes(st.just(1), 3)) is not None,
        draw(st.sampled_from(_ROUND_TRIPS)),
    )


class TerminalFuzzer:
    """Runs each session in a process of its own.

    Parameters
    ----------
    program : str
        Python code, given a path for tracebacks and then what `vizterm` is given.
    """

    name = "terminal"

    def __init__(self, program: str = PROGRAM) -> None:
        self._program = program
        self.sent: Counter[str] = Counter()
        """Kind of bytes -> how many times it was sent, and an answer came."""
        self._data = tempfile.TemporaryDirectory(prefix="vizterm-session-")
        write_data(Path(self._data.name))

    def cases(self) -> st.SearchStrategy[TerminalCase]:
        return terminal_cases()

    def run(self, case: TerminalCase) -> str:
        command, file = SCREENS[case.screen]
        directory = Path(self._data.name)
        answers = _PROTOCOLS[case.protocol] if case.answers is None else dict(case.answers)
        with Session(
            [command, str(directory / file)],
            answers,
            directory,
            wrong=case.answers is not None,
            round_trip=case.round_trip,
            program=self._program,
        ) as session:
            return self._talk(session, case)

    def _talk(self, session: Session, case: TerminalCase) -> str:
        said = Piece("early", case.early)
        try:
            session.send(case.early)
            session.start()
            for said in case.pieces:
                session.send(said.data)
                session.settle()
                if session.exit_code is not None:
                    return f"left {session.check()}"
                session.probe()
                self.sent[said.kind] += 1
            if session.exit_code is None:
                session.end(quits=case.quits)
            return f"ended {session.check()}"
        except FindingError as found:
            raise FindingError(found.signature, f"after {said}\n{found.report}") from found

    def notes(self) -> str:
        """Numbers of the pieces of each kind that were answered."""
        sent = ", ".join(f"{count:,} {kind}" for kind, count in self.sent.most_common())
        return f"  {self.sent.total():,} pieces answered: {sent}"

    def close(self) -> None:
        self._data.cleanup()
