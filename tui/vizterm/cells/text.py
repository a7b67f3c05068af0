"""Styled text: the few styles of the app, cutting and padding, text as it is printed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from vizterm_core.text import clean

PLAIN = Style()
DIM = Style(dim=True)
BOLD = Style(bold=True)
CURSOR = Style(reverse=True, bold=True)
ALERT = Style(reverse=True, bold=True)

_COLOUR_SYSTEMS = {
    "truecolor": ColorSystem.TRUECOLOR,
    "256": ColorSystem.EIGHT_BIT,
    "standard": ColorSystem.STANDARD,
}


def harmless(line: Sequence[Segment]) -> Sequence[Segment]:
    """Return a line without anything that a terminal would act on; mostly the line itself.

    Data are cleaned when loaded: this is for text that gets into a message elsewhere.
    """
    if all(text.isprintable() for text, _, _ in line):
        return line
    return [Segment(clean(text, len(text)), style) for text, style, _ in line]


def ansi_text(line: Sequence[Segment], colours: str) -> str:
    """Return a line as it is printed; plain text if there are no colours."""
    system = _COLOUR_SYSTEMS.get(colours)
    return "".join(
        part.style.render(part.text, color_system=system) if part.style and system else part.text
        for part in harmless(line)
    )


def fit_text(text: str, width: int) -> str:
    """Cut or pad to exactly `width` cells; a cut is marked by an ellipsis."""
    if cell_len(text) > width:
        return set_cell_size(text, max(0, width - 1)) + "…"[:width]
    return set_cell_size(text, width)


def fit_name(text: str, width: int) -> str:
    """Like `fit_text`, but cut in the middle, as names often start alike."""
    if cell_len(text) <= width:
        return fit_text(text, width)
    tail: list[str] = []
    room = (width - 1) // 2
    for character in reversed(text):
        room -= cell_len(character)
        if room < 0:
            break
        tail.append(character)
    end = "".join(reversed(tail))
    head = set_cell_size(text, max(0, width - 1 - cell_len(end)))
    return fit_text(f"{head}…{end}" if width > 2 else text, width)


def zoom_text(factor: float) -> str:
    """Return a zoom factor in readable form: 0.02, 1, 2.4, 150, 1.2e+05."""
    if factor < 0.95:
        return f"{factor:.2g}"
    if factor < 9.95:
        text = f"{factor:.1f}"
        return text.removesuffix(".0")
    return f"{factor:,.0f}" if factor < 1e5 else f"{factor:.2g}"
