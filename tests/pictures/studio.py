"""Driving the program in a real terminal, and keeping what is seen."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from tests.support.real_terminal import RealTerminal, ShownRig

COLUMNS, ROWS = 120, 40
POINTS, SCREEN = 11, "1200x800"
"""Size of the font, and of a virtual screen on which 120 x 40 cells of it have room."""
FRAME_MS = 80
"""How long a frame of a moving picture stays."""
PIXEL_MOUSE = b"\x1b[?1016h"
"""Sent by the program where the terminal tells the pointer's place in pixels."""


@dataclass(frozen=True)
class Keys:
    """Keys to press, as a terminal sends them."""

    sent: bytes
    frames: int = 1
    """How often what is then seen is kept, in a moving picture."""
    each: bool = False
    """Whether a frame is kept after each key, not only after the last."""


@dataclass(frozen=True)
class Move:
    """The pointer going in a straight line, in cells from the upper left; nothing is pressed."""

    start: tuple[float, float]
    end: tuple[float, float]
    steps: int = 1
    hold: int = 0
    """Frames to stay at the end."""


@dataclass(frozen=True)
class Wheel:
    """The wheel turned at a place: up is nearer."""

    at: tuple[float, float]
    turns: int
    hold: int = 0


@dataclass(frozen=True)
class Hold:
    """Staying for some frames."""

    frames: int


Step = Keys | Move | Wheel | Hold


@dataclass(frozen=True)
class Part:
    """One run of the program."""

    arguments: Sequence[str]
    ready: str
    """What the screen says when it has loaded."""
    steps: Sequence[Step] = ()
    made: str = ""
    """The data set of `scenes.DATA` that replaces FILE among the arguments."""


@dataclass(frozen=True)
class Still:
    """A picture of what is seen at a part's end."""

    name: str
    terminal: str
    part: Part


@dataclass(frozen=True)
class Film:
    """A moving picture of some parts, one after the other in one terminal."""

    name: str
    terminal: str
    parts: Sequence[Part]


def photograph(still: Still, target: Path, folder: Path) -> Path:
    """Take a still and write it as `NAME.webp`, to the last pixel as it was seen."""
    with _terminal(still.terminal) as terminal, _running(terminal, still.part, folder) as rig:
        for _ in _carried_out(rig, still.part.steps):
            pass
        rig.settle()
        picture = Image.fromarray(_seen(rig))
    path = target / f"{still.name}.webp"
    picture.save(path, lossless=True, quality=100, method=6)
    return path


def film(film: Film, target: Path, folder: Path) -> Path:
    """Take a moving picture and write it as `NAME.webp`; equal frames become one that stays."""
    frames: list[np.ndarray] = []
    lengths: list[int] = []
    with _terminal(film.terminal) as terminal:
        for part in film.parts:
            with _running(terminal, part, folder) as rig:
                for frame in _carried_out(rig, part.steps):
                    if frames and np.array_equal(frames[-1], frame):
                        lengths[-1] += FRAME_MS
                    else:
                        frames.append(frame)
                        lengths.append(FRAME_MS)
    path = target / f"{film.name}.webp"
    first, *rest = (Image.fromarray(frame) for frame in frames)
    first.save(
        path, save_all=True, append_images=rest, duration=lengths, loop=0,
        quality=80, method=6, allow_mixed=True,
    )  # fmt: skip
    print(f"{len(frames)} frames, {sum(lengths) / 1000:.1f} s")
    return path


@contextmanager
def _terminal(name: str) -> Iterator[RealTerminal]:
    with tempfile.TemporaryDirectory() as folder:
        options = {"points": POINTS, "screen": SCREEN}
        with RealTerminal(name, Path(folder), **options) as terminal:
            yield terminal


@contextmanager
def _running(terminal: RealTerminal, part: Part, folder: Path) -> Iterator[ShownRig]:
    from tests.pictures.scenes import DATA

    arguments = [*part.arguments]
    if part.made:
        path = folder / f"{part.made}.npz"
        if not path.exists():
            np.savez(path, **DATA[part.made]())
        arguments = [str(path) if word == "FILE" else word for word in arguments]
    with ShownRig(terminal, arguments) as rig:
        rig.wait_for_text(part.ready)
        rig.settle()
        yield rig
        rig.type(b"q")
        rig.wait_for_exit()


def _carried_out(rig: ShownRig, steps: Sequence[Step]) -> Iterator[np.ndarray]:
    """Carry out steps one by one; yield what is seen after each, as often as it is to stay."""
    for step in steps:
        match step:
            case Keys(sent, frames, each):
                for key in (bytes([code]) for code in sent) if each else (sent,):
                    rig.type(key)
                    yield _painted(rig)
                yield from _again(rig, frames - 1)
            case Move(start, end, count, hold):
                for x, y in np.linspace(start, end, count + 1)[1:]:
                    rig.type(_mouse(rig, 35, x, y))
                    yield _painted(rig)
                yield from _again(rig, hold)
            case Wheel((x, y), turns, hold):
                for _ in range(abs(turns)):
                    rig.type(_mouse(rig, 64 if turns > 0 else 65, x, y))
                    yield _painted(rig)
                yield from _again(rig, hold)
            case Hold(frames):
                yield from _again(rig, frames)


def _again(rig: ShownRig, frames: int) -> Iterator[np.ndarray]:
    if frames > 0:
        rig.settle()
        picture = _seen(rig)
        yield from (picture for _ in range(frames))


def _painted(rig: ShownRig) -> np.ndarray:
    """Return the screen after what a step changes at once, and the time that painting takes."""
    while rig.pump(0.12):
        pass
    return _seen(rig)


def _seen(rig: ShownRig) -> np.ndarray:
    width, height = rig.terminal.cell
    return rig.terminal.screenshot()[: ROWS * height, : COLUMNS * width]


def _mouse(rig: ShownRig, code: int, x: float, y: float) -> bytes:
    """Return an event as the terminal would send it (xterm's SGR form)."""
    scale = rig.terminal.cell if rig.raw.rfind(PIXEL_MOUSE) >= 0 else (1, 1)
    return b"\x1b[<%d;%d;%dM" % (code, x * scale[0] + 1, y * scale[1] + 1)
