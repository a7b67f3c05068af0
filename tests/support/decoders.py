"""Decoders of pictures as a terminal has them: sixels, and kitty's graphics commands.

Both are strict: what terminals have been seen to disagree on is an error here.
"""

from __future__ import annotations

import base64
import io
import re
import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image

SIXEL = re.compile(
    r"""(?P<raster>"(\d+);(\d+);(\d+);(\d+))|(?P<define>\#(\d+);2;(\d+);(\d+);(\d+))"""
    r"""|(?P<select>\#(\d+)(?!;))|(?P<repeat>!(\d+)([?-~]))|(?P<one>[?-~])"""
    r"""|(?P<back>\$)|(?P<down>-)"""
)
GRAPHICS = re.compile(r"\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\")


@dataclass
class Sixels:
    """A decoded picture."""

    percent: np.ndarray
    """(H, W, 3) percent; -1 where nothing was drawn."""
    registers: dict[int, tuple[int, int, int]]
    cleared: bool
    """Whether the terminal fills the area with its background first (P2 other than 1)."""


def decode_sixel(sequence: str) -> Sixels:
    """Draw a sixel sequence.

    A definition does not select (xterm, foot), every sixel needs a selected and defined colour
    unless it is blank, and nothing may be drawn outside the raster.
    """
    frame = re.fullmatch(r"\x1bP(\d*);(\d*)(?:;\d*)?q(.*)\x1b\\", sequence, re.DOTALL)
    assert frame, "not a device control string"
    body = frame[3]
    raster = SIXEL.match(body)
    assert raster and raster["raster"], "no raster attributes at first"
    across, down, width, height = (int(part) for part in raster.group(2, 3, 4, 5))
    assert (across, down) == (1, 1), "pixels are not square"
    percent = np.full((height, width, 3), -1, int)
    registers: dict[int, tuple[int, int, int]] = {}
    selected = None
    at, x, top = raster.end(), 0, 0
    while at < len(body):
        token = SIXEL.match(body, at)
        assert token, f"no sixel data: {body[at : at + 20]!r}"
        at = token.end()
        if token["define"]:
            register, *levels = (int(part) for part in token.group(7, 8, 9, 10))
            assert register < 256 and max(levels) <= 100
            registers[register] = tuple(levels)
        elif token["select"]:
            selected = registers[int(token[12])]
        elif token["back"]:
            x = 0
        elif token["down"]:
            x, top = 0, top + 6
        else:
            count, sixel = (int(token[14]), token[15]) if token["repeat"] else (1, token["one"])
            bits = ord(sixel) - 0x3F
            assert 0 <= bits < 64 and count > 0
            assert x + count <= width, "beyond the right edge"
            assert bits >> max(0, height - top) == 0, "below the last row"
            for line in range(6):
                if bits >> line & 1:
                    assert selected is not None, "drawn before a colour was selected"
                    percent[top + line, x : x + count] = selected
            x += count
    return Sixels(percent, registers, frame[2] != "1")


def to_percent(picture: np.ndarray) -> np.ndarray:
    """Levels 0-255 as the nearest percent; no level lies half way."""
    return np.rint(picture * (100 / 255)).astype(int)


@dataclass
class Command:
    """One graphics command, its chunks put together."""

    keys: dict[str, str]
    payload: bytes = b""

    def picture(self) -> np.ndarray:
        """The pixels that it transmits."""
        if self.keys["f"] == "100":
            assert "o" not in self.keys
            with Image.open(io.BytesIO(self.payload), formats=("PNG",)) as image:
                assert image.mode == "L"
                return np.asarray(image.convert("RGB"))
        assert (self.keys["f"], self.keys["o"]) == ("24", "z")
        shape = int(self.keys["v"]), int(self.keys["s"]), 3
        return np.frombuffer(zlib.decompress(self.payload), np.uint8).reshape(shape)


def parse_kitty(sequence: str) -> list[Command]:
    """The graphics commands of a text, which has nothing else."""
    assert GRAPHICS.sub("", sequence) == "", "something between the commands"
    commands: list[Command] = []
    collected: list[str] | None = None
    for found in GRAPHICS.finditer(sequence):
        keys = dict(part.split("=") for part in found[1].split(","))
        chunk = found[2] or ""
        assert len(chunk) <= 4096
        assert keys.get("q") == "2", "the terminal would answer"
        more = keys.pop("m", "0") == "1"
        assert not more or len(chunk) % 4 == 0
        if collected is None:
            commands.append(Command(keys))
            collected = []
        else:
            assert set(keys) <= {"q"}, "a later chunk says what only the first may"
        collected.append(chunk)
        if not more:
            commands[-1].payload = base64.b64decode("".join(collected), validate=True)
            collected = None
    assert collected is None, "the last chunk is missing"
    return commands
