"""The letters of figures: Pillow's own font, and fonts of the system for what it doesn't have.

No font is loaded by its name from outside: the folders where systems keep fonts are searched for a
few families, and only once a text needs them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import ImageFont

from vizterm.figures.page import Rgb, Text

if TYPE_CHECKING:
    from PIL import ImageDraw

    Font = ImageFont.FreeTypeFont

_FAMILIES = (
    "dejavusans.ttf", "notosans-regular", "liberationsans-regular", "arial.ttf", "arial unicode",
    "notosanscjk-regular", "notosanssc-regular", "notosansjp-regular", "notosanskr-regular",
    "droidsansfallback", "wqy-", "msyh", "hiragino", "applesdgothicneo", "malgun",
    "notosansarabic-regular", "notosanshebrew-regular", "notosansdevanagari-regular",
    "notosansthai-regular", "notosansbengali-regular", "notosanstamil-regular",
    "notosanssymbols", "notoemoji-", "freesans.", "segoeui.ttf", "seguisym", "symbola", "unifont",
)  # fmt: skip
"""How the names of files begin, in small letters; of several that have a letter the first wins."""
_FILES_LOOKED_AT = 20_000
_SUFFIXES = (".ttf", ".otf", ".ttc")
_OTHER_SIGNS = {"−": "-", "–": "-", "—": "-", "…": "...", "×": "x", "·": "-"}
"""What stands for a sign in fonts that don't have it."""
_PROBE = 24
"""Pixels at which a font is asked whether it has a letter."""


class Typeface:
    """Measures and draws texts; tells which characters no font has."""

    def __init__(self) -> None:
        self.missing: set[str] = set()
        """Characters drawn as an empty box."""

    def width(self, text: str, size: float) -> float:
        """Return the width of a text, in the unit of its size."""
        # At a fixed size, as letters are hinted at small ones.
        pieces = _pieces(text)
        return sum(_font(number, 64).getlength(part) for number, part in pieces) * size / 64

    def fitted(self, text: str, size: float, room: float) -> str:
        """Return a text, cut so that it isn't wider than some room."""
        if self.width(text, size) <= room:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip() + "…", size) <= room:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…"

    def draw(self, draw: ImageDraw.ImageDraw, text: Text) -> None:
        """Draw a text."""
        size = max(4, round(text.size))
        pieces = _pieces(text.text)
        lengths = [_font(number, size).getlength(part) for number, part in pieces]
        x = text.x - sum(lengths) * {"start": 0, "middle": 0.5, "end": 1}[text.anchor]
        halo = 0 if text.halo is None else max(1, round(size * 0.11))
        for (number, part), length in zip(pieces, lengths, strict=True):
            font = _font(number, size)
            place = (x, text.y)
            if text.halo is not None:
                draw.text(
                    place, part, text.halo, font, anchor="ls",
                    stroke_width=halo, stroke_fill=text.halo,
                )  # fmt: skip
            x += length
        x -= sum(lengths)
        for (number, part), length in zip(pieces, lengths, strict=True):
            draw.text((x, text.y), part, _plain(text.colour), _font(number, size), anchor="ls")
            x += length
        self.missing |= {letter for letter in text.text if _fonts_of(letter) == ()}


def _plain(colour: Rgb) -> Rgb:
    red, green, blue = colour
    return int(red), int(green), int(blue)


def _pieces(text: str) -> list[tuple[int, str]]:
    """Return a text in parts, each with the number of a font that has its letters."""
    letters = [_shown(letter) for letter in text]
    chains = [_fonts_of(letter) for letter in letters]
    shared = set(chains[0]).intersection(*chains[1:]) if chains else set()
    if shared:
        # One font for all of it looks better than two.
        return [(min(shared), "".join(letters))]
    pieces: list[tuple[int, str]] = []
    for letter, chain in zip(letters, chains, strict=True):
        number = chain[0] if chain else 0
        if pieces and (pieces[-1][0] == number or pieces[-1][0] in chain):
            number = pieces[-1][0]
            pieces[-1] = number, pieces[-1][1] + letter
        else:
            pieces.append((number, letter))
    return pieces


@lru_cache(4096)
def _shown(letter: str) -> str:
    """Return a letter, or what stands for it in the first font."""
    # Nobody has the pictures of control characters.
    other = "?" if "\u2400" <= letter <= "\u2424" else _OTHER_SIGNS.get(letter)
    return letter if other is None or _has(0, letter) else other


@lru_cache(4096)
def _fonts_of(letter: str) -> tuple[int, ...]:
    """Return the numbers of the first fonts that have a letter, the first of all among them."""
    if letter.isspace() or (letter.isascii() and letter.isprintable()):
        return tuple(range(len(_FAMILIES) + 1))
    if all(_has(0, part) for part in _shown(letter)):
        return tuple(n for n in range(len(_found()) + 1) if n == 0 or _has(n, letter))
    return tuple(n for n in range(1, len(_found()) + 1) if _has(n, letter))


@lru_cache(256)
def _font(number: int, size: int) -> Font:
    """Return a font: the first is Pillow's own, the others are files of the system."""
    if number > 0:
        return ImageFont.truetype(_found()[number - 1], size)
    own = ImageFont.load_default(size)
    assert isinstance(own, ImageFont.FreeTypeFont)
    return own


@lru_cache(1 << 14)
def _has(number: int, letter: str) -> bool:
    """Whether a font has a letter: it is drawn otherwise than one that no font has."""
    font = _font(number, _PROBE)
    return _drawn(font, letter) not in (_drawn(font, "\uffff"), _drawn(font, "\U0010ffff"))


def _drawn(font: Font, letter: str) -> tuple[tuple[int, int], bytes]:
    mask: Any = font.getmask(letter)  # type: ignore[no-untyped-call]
    return mask.size, bytes(mask)


@lru_cache(1)
def _found() -> tuple[str, ...]:
    """Return files with fonts, those of the first families first; each can be opened."""
    best: dict[int, str] = {}
    for path in _font_files():
        name = path.name.lower()
        for rank, family in enumerate(_FAMILIES):
            if name.startswith(family) and rank not in best and _opens(path):
                best[rank] = str(path)
    return tuple(best[rank] for rank in sorted(best))


def _opens(path: Path) -> bool:
    try:
        _drawn(ImageFont.truetype(str(path), _PROBE), "a")
    except (OSError, ValueError):
        return False
    return True


def _font_files() -> Iterator[Path]:
    looked_at = 0
    for folder in _folders():
        for where, _, names in os.walk(folder):
            for name in sorted(names):
                looked_at += 1
                if looked_at > _FILES_LOOKED_AT:
                    return
                if name.lower().endswith(_SUFFIXES):
                    yield Path(where, name)


def _folders() -> list[Path]:
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - raises nothing without a home
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts")]
    shared = os.environ.get("XDG_DATA_HOME") or str(home / ".local/share")
    return [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        Path(shared, "fonts"),
        home / ".fonts",
    ]
