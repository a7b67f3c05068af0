"""A filter for terminal input: keys, the mouse, a few reports and plain text pass.

Textual takes each character of a sequence that it doesn't know for a key: a late answer to a
question would run commands, and so would an escape sequence in pasted text.  Control sequences are
recognised by their form.  Source: ECMA-48, sections 5.4 and 5.6.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from time import monotonic

from vizterm.terminal.textual_private.input import ANSI_SEQUENCES_KEYS

_PASTE, _PASTE_END = "\x1b[200~", "\x1b[201~"
_CONTROLS = dict.fromkeys(
    code for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n\r"
)
_STRING_BEGINS = re.compile(r"\x1b[\]P_^X]")
"""Start of OSC, DCS, APC, PM or SOS; alt and such a key sends the same, but nothing after it."""
_STRING_ENDS = re.compile(r"\x07|\x1b\\|\x9c|\x18|\x1a|(?=\x1b[^\\])")
"""ST, or what cuts a string off: BEL, CAN, SUB or another sequence."""
_CSI = re.compile(r"\x1b\[([0-?]*)([ -/]*)([@-~])")
_BEGUN_CSI = re.compile(r"\x1b\[[0-?]+[ -/]*\Z")
_BROKEN_CSI = re.compile(r"\x1b\[[0-?]+[ -/]*(?=[^ -~])")
"""A control sequence cut off by another one or by a control character."""
_KEYS = "uABCDEFHPQRSZIO~["
_MOUSE = re.compile(r"<\d{1,4};-?\d{1,5};-?\d{1,5}")
_NUMBERS = re.compile(r"[\d;:]*")
_LARGEST = 0x10FFFF
_MODES = ("?2026;",)
"""Modes whose reports pass; in-band sizes (2048) don't, as the kernel reports the size."""
_PAUSE = 1.0
"""Seconds after which an incomplete sequence will not be continued."""
_LONGEST = 1 << 16


class InputFilter:
    """Removes from pieces of input what is not input; a piece may end anywhere."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._last = clock()
        self._held = ""
        """Start of an incomplete sequence."""
        self._pasting = False

    def __call__(self, data: str) -> str:
        """Return the part of a piece that is to be parsed."""
        now = self._clock()
        text, self._held = self._held + data, ""
        ending = ""
        if now - self._last > _PAUSE:
            # What was held was cut off long ago; this is something new.
            text = data
            if self._pasting:
                self._pasting, ending = False, _PASTE_END
        self._last = now
        return ending + self._filter(text)

    def _filter(self, text: str) -> str:
        out: list[str] = []
        at = 0
        while at < len(text):
            if self._pasting:
                at = self._paste(text, at, out)
                continue
            escape = text.find("\x1b", at)
            plain = text[at:] if escape < 0 else text[at:escape]
            # Enter sends a line feed if pressed before the terminal was in raw mode.
            out.append(plain.replace("\n", "\r"))
            if escape < 0:
                break
            at = self._sequence(text, escape, out)
        return "".join(out)

    def _paste(self, text: str, at: int, out: list[str]) -> int:
        end = text.find(_PASTE_END, at)
        if end >= 0:
            self._pasting = False
            out.append(text[at:end].translate(_CONTROLS) + _PASTE_END)
            return end + len(_PASTE_END)
        escape = text.rfind("\x1b", at)
        if escape >= 0 and _PASTE_END.startswith(text[escape:]):
            self._held = text[escape:]
            text = text[:escape]
        out.append(text[at:].translate(_CONTROLS))
        return len(text) + len(self._held)

    def _sequence(self, text: str, at: int, out: list[str]) -> int:
        """Keep or drop an escape sequence; return where it ends."""
        if _STRING_BEGINS.match(text, at):
            return self._string(text, at, out)
        if found := _CSI.match(text, at):
            if found[0] == _PASTE:
                self._pasting = True
            if found[0] in ANSI_SEQUENCES_KEYS or _is_wanted(found[1], found[2], found[3]):
                out.append(found[0])
            return found.end()
        if _BEGUN_CSI.match(text, at) and len(text) - at < _LONGEST:
            self._held = text[at:]
            return len(text)
        if broken := _BROKEN_CSI.match(text, at):
            return broken.end()
        out.append("\x1b")
        return at + 1

    def _string(self, text: str, at: int, out: list[str]) -> int:
        end = _STRING_ENDS.search(text, at + 2)
        if end is not None:
            return end.end()
        if len(text) == at + 2:
            out.append(text[at:])
        elif len(text) - at < _LONGEST:
            self._held = text[at:]
        else:
            # Keep its start, so that the rest is still recognised.
            self._held = text[at : at + 3]
        return len(text)


def _is_wanted(parameters: str, intermediates: str, final: str) -> bool:
    """Return whether a control sequence is a key, the mouse, or an expected report."""
    if intermediates:
        return intermediates == "$" and final == "y" and parameters.startswith(_MODES)
    if final in "mM":
        return not parameters or _MOUSE.fullmatch(parameters) is not None
    if final not in _KEYS or not _NUMBERS.fullmatch(parameters):
        return False
    numbers = re.findall(r"\d+", parameters)
    return all(len(number) < 8 and int(number) <= _LARGEST for number in numbers)
