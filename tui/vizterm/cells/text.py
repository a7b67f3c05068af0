"""Styled text: the few styles of the app, cutting and padding, text as it is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from vizterm_core.text import clean, drawable

_WIDEST = 200
"""Cells of a name that are counted: nothing in a line is wider."""
_SPARE = 64
_CLUSTER = re.compile(
    # Two letters of a flag, or a character with the marks above and below it.
    "[\U0001f1e6-\U0001f1ff]{2}|.[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u20d0-\u20f0\u3099\u309a]*",
    re.DOTALL,
)
_SUFFIX = re.compile(r"\.\w{1,5}$")

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


def name_width(text: str, most: int = _WIDEST) -> int:
    """Return the cells that a text from the data takes once it is harmless, up to `most`."""
    return min(most, cell_len(drawable(text, 2 * most)))


def fit_name(text: str, width: int) -> str:
    """Return a text from the data, harmless, in exactly `width` cells; cut as by `cut_name`."""
    return fit_text(cut_name(text, width), width)


def cut_name(text: str, width: int) -> str:
    """Return a text from the data, harmless, in at most `width` cells.

    Names often start alike: they are cut in the middle, and paths at a directory.

    >>> cut_name("/data/imagenet/train/n02123/img_77.jpg", 24)
    '…/n02123/img_77.jpg'
    >>> cut_name("a photo of a cat on a sofa, number 12", 24)
    'a photo of a… number 12'
    """
    whole = drawable(text, 4 * max(width, 0) + _SPARE)
    if cell_len(whole) <= width:
        return whole
    if width < 3:
        return fit_text(whole, max(width, 0))
    return _cut_at_directory(whole, width) or _cut_in_the_middle(whole, width)


def _cut_at_directory(text: str, width: int) -> str:
    """Return the last parts of a path that fit; empty if that is no path, or wastes the room."""
    sign = "/" if "/" in text else "\\"
    parts = text.split(sign)
    if len(parts) < 2 or (" " in text and not _SUFFIX.search(parts[-1])):
        return ""
    kept = ""
    for part in reversed(parts[1:]):
        longer = f"{sign}{part}{kept}"
        if cell_len(longer) > width - 1:
            break
        kept = longer
    return f"…{kept}" if 2 * cell_len(kept) >= width else ""


def _cut_in_the_middle(text: str, width: int) -> str:
    clusters = _CLUSTER.findall(text)
    tail = _leading(reversed(clusters), (width - 1) // 2)
    head = _leading(clusters, width - 1 - sum(map(cell_len, tail)))
    return "".join([*head, "…", *reversed(tail)])


def _leading(clusters: Iterable[str], room: int) -> list[str]:
    """Return the first clusters that fit into some cells."""
    kept: list[str] = []
    for cluster in clusters:
        room -= cell_len(cluster)
        if room < 0:
            break
        kept.append(cluster)
    return kept


def zoom_text(factor: float) -> str:
    """Return a zoom factor in readable form: 0.02, 1, 2.4, 150, 1.2e+05."""
    if factor < 0.95:
        return f"{factor:.2g}"
    if factor < 9.95:
        text = f"{factor:.1f}"
        return text.removesuffix(".0")
    return f"{factor:,.0f}" if factor < 1e5 else f"{factor:.2g}"
