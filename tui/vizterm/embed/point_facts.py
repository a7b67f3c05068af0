"""The facts of a point as text, and the room that its picture takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style

from vizterm.cells.text import BOLD, DIM, fit_name
from vizterm.embed.drawing import ON_GLYPH, PIN_GLYPH
from vizterm_core.load import Embedding
from vizterm_core.pictures.image import nearly_square, picture_size

LEAST_PICTURE = 22
"""Least columns of a picture in the panel."""
MOST_PICTURE = 34
_NAME_WIDTH = 7


@dataclass(frozen=True, slots=True)
class PointFacts:
    """Facts of a point, as the panel shows them."""

    label: str
    style: Style
    """Style of the label."""
    name: str
    row: int
    """Index in the arrays as given."""
    x: float
    y: float
    place: int = 1
    """Place among the points in the same dot, from 1."""
    crowd: int = 1
    """Points in the same dot."""
    pinned: bool = False

    @classmethod
    def of(
        cls,
        embedding: Embedding,
        point: int,
        styles: Sequence[Style],
        *,
        place: int = 1,
        crowd: int = 1,
        pinned: bool = False,
    ) -> PointFacts:
        """Return the facts of a point; `styles` are those of the labels."""
        return cls(
            label=embedding.labels.text_of(point),
            style=styles[int(embedding.labels.codes[point])],
            name=embedding.name_of(point),
            row=embedding.row_of(point),
            x=float(embedding.x[point]),
            y=float(embedding.y[point]),
            place=place,
            crowd=crowd,
            pinned=pinned,
        )

    def lines(self, width: int, *, labelled: bool) -> list[list[Segment]]:
        """Return the facts, one to a line."""
        lines: list[list[Segment]] = []
        if labelled:
            text = fit_name(self.label, max(1, width - _NAME_WIDTH - 3)).rstrip()
            lines.append([*_key("label"), Segment(ON_GLYPH, self.style), Segment(f" {text}", BOLD)])
        if self.name:
            lines.append([*_key("name"), Segment(fit_name(self.name, max(1, width - 8)).rstrip())])
        pin = [Segment(f"  {PIN_GLYPH} pinned", BOLD)] if self.pinned else []
        lines.append([*_key("index"), Segment(f"{self.row:,}"), *pin])
        at = f"{number(self.x)}, {number(self.y)}"
        if len(at) <= width - _NAME_WIDTH:
            lines.append([*_key("at"), Segment(at)])
        else:
            lines += [[*_key("x"), Segment(number(self.x))], [*_key("y"), Segment(number(self.y))]]
        if self.crowd > 1:
            place = f"{self.place:,} of {self.crowd:,}"
            keys = " [ ]" if _NAME_WIDTH + len(place) + 4 <= width else ""
            lines.append([*_key("here"), Segment(place), Segment(keys, DIM)])
        return lines


def _key(text: str) -> list[Segment]:
    return [Segment(f" {text:<{_NAME_WIDTH - 1}}", DIM)]


def number(value: float) -> str:
    """Return a coordinate as text: two decimals or eight digits, with a real minus sign."""
    size = abs(value)
    if size == 0 or 0.1 <= size < 1e6:
        text = f"{value:.2f}"
    elif 1e6 <= size < 1e12:
        text = f"{value:,.0f}" if size >= 1e8 else f"{value:,.1f}"
    else:
        text = f"{value:.4g}" if size < 1e12 else f"{value:.8g}"
    return text.replace("-", "−")


def short_facts(facts: PointFacts, *, labelled: bool) -> str:
    """Return the facts on one line, for where there is no room for a panel."""
    parts = [f"#{facts.row:,}"]
    if labelled:
        parts.insert(0, facts.label)
    if facts.name:
        parts.append(facts.name)
    if facts.crowd > 1:
        parts.append(f"{facts.place:,} of {facts.crowd:,} here")
    return " · ".join(parts)


def picture_shape(embedding: Embedding) -> tuple[int, ...] | None:
    """Return the shape of the pictures, or else of the maps; None without either."""
    stack = embedding.images or embedding.maps
    return None if stack is None else stack.shape


def picture_columns(shape: Sequence[int] | None) -> int:
    """Return the columns that a picture is drawn in; small ones are enlarged by a whole factor."""
    if not shape:
        return 0
    _, width = picture_size(shape)
    if width > MOST_PICTURE:
        return MOST_PICTURE - 4
    factor = -(-LEAST_PICTURE // width)
    return factor * width if factor * width <= MOST_PICTURE else (factor - 1) * width or width


def picture_rows(shape: Sequence[int], columns: int, cell_aspect: float) -> int:
    """Return the rows of cells that a picture of this width takes."""
    height, width = picture_size(shape)
    # Half blocks that are nearly square are taken as square: small pictures stay whole.
    pixel_aspect = 1.0 if nearly_square(cell_aspect / 2) else cell_aspect / 2
    return max(1, -(-round(columns * height / width / pixel_aspect) // 2))
