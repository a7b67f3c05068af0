"""Text written to a terminal: sequences that the app means, and text without any others."""

import re
import unicodedata

_MODES = "7|25|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2048"
MEANT = re.compile(
    # Colours and styles; where to write, and what to erase.
    r"\x1b\[[0-9;:]*m|\x1b\[[0-9]*(?:;[0-9]*)?[HXCJKABDG]"
    # Modes on and off, and questions about them.
    rf"|\x1b\[\?(?:{_MODES})(?:;(?:{_MODES}))*[hl]|\x1b\[\?[0-9]+\$p"
    # Kitty's keyboard; name, cell size, cursor, attributes.
    r"|\x1b\[[<>=][0-9;]*u|\x1b\[>0?q|\x1b\[1[46]t|\x1b\[6n|\x1b\[c|\x1bP\$qm\x1b\\"
    # The background's colour, the clipboard, the pointer's shape.
    r"|\x1b\](?:11;\?|52;c;[A-Za-z0-9+/=]*|22;[a-z-]*)(?:\x07|\x1b\\)"
    # Pictures: kitty, sixel, iTerm2.
    r"|\x1b_G[A-Za-z0-9+/=,;.-]*\x1b\\|\x1bP[0-9;]*q[\x21-\x7e\r\n]*\x1b\\"
    r"|\x1b\]1337;File=[A-Za-z0-9+/=;:%]*(?:\x07|\x1b\\)"
    # Out of whatever was cut off; the cursor kept and put back.
    r"|\x18\x1b\\|\x1b[78]"
)
_CONTROL = ("Cc", "Cf", "Cs", "Zl", "Zp")
_ALLOWED = "\r\n"


def not_meant(written: bytes) -> str:
    """The first control, C0 or C1, or bidirectional or invisible mark beyond those; else ''."""
    text = written.decode("utf-8", "backslashreplace")
    for piece in MEANT.split(text):
        for at, character in enumerate(piece):
            if unicodedata.category(character) in _CONTROL and character not in _ALLOWED:
                return f"U+{ord(character):04X} in {piece[max(0, at - 20) : at + 20]!r}"
    return ""
