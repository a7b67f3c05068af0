"""A page as SVG: texts as text, discs as circles in groups, lengths in points."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

from PIL import Image

from vizterm.figures.page import (
    MILLIMETRES_AN_INCH,
    POINTS_AN_INCH,
    Box,
    Disc,
    Item,
    Marks,
    Page,
    Pixels,
    Rgb,
    Ring,
    Text,
)
from vizterm_core.text import clean

_FONTS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
_EDGE = 0.12
"""Width of the line around a disc, of its radius."""
_HALO = 0.22
"""Width of the outline of a text, of its size: half of it lies outside."""


def page_svg(page: Page) -> str:
    """Return a page as the text of an SVG file."""
    writer = _Writer(page)
    return "\n".join([*writer.head(), *writer.body(), "</svg>", ""])


def escaped(text: str) -> str:
    """Return a text that may stand in an element or in an attribute."""
    text = clean(text, 10_000)
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return text


class _Writer:
    def __init__(self, page: Page) -> None:
        self._page = page
        self._unit = POINTS_AN_INCH / page.dpi

    def head(self) -> Iterator[str]:
        page = self._page
        inches = page.width / page.dpi, page.height / page.dpi
        width, height = (f"{side * MILLIMETRES_AN_INCH:.4g}mm" for side in inches)
        box = f"0 0 {self._length(page.width)} {self._length(page.height)}"
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="{box}" font-family="{_FONTS}">'
        )
        if page.title:
            yield f"<title>{escaped(page.title)}</title>"
        yield f'<rect width="100%" height="100%" fill="{_hex(page.paper)}"/>'

    def body(self) -> Iterator[str]:
        for item in self._page.items:
            yield from self._item(item)

    def _length(self, pixels: float) -> str:
        return f"{pixels * self._unit:.3f}".rstrip("0").rstrip(".")

    def _item(self, item: Item) -> Iterator[str]:
        length = self._length
        if isinstance(item, Text):
            yield from self._text(item)
        elif isinstance(item, Box):
            yield (
                f'<rect x="{length(item.x)}" y="{length(item.y)}" width="{length(item.width)}" '
                f'height="{length(item.height)}" fill="{_hex(item.colour)}"/>'
            )
        elif isinstance(item, Disc):
            yield (
                f'<circle cx="{length(item.x)}" cy="{length(item.y)}" '
                f'r="{length(item.radius)}" fill="{_hex(item.colour)}"/>'
            )
        elif isinstance(item, Ring):
            for width, colour in ((2 * item.line, item.halo), (item.line, item.colour)):
                yield (
                    f'<circle cx="{length(item.x)}" cy="{length(item.y)}" '
                    f'r="{length(item.radius)}" fill="none" stroke="{_hex(colour)}" '
                    f'stroke-width="{length(width)}"/>'
                )
        elif isinstance(item, Marks):
            yield from self._marks(item)
        else:
            yield self._picture(item)

    def _text(self, text: Text) -> Iterator[str]:
        place = f'x="{self._length(text.x)}" y="{self._length(text.y)}"'
        anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
        start = f'<text {place} font-size="{self._length(text.size)}"{anchor}'
        if text.turned:
            start += f' transform="rotate(-90 {self._length(text.x)} {self._length(text.y)})"'
        said = escaped(text.text)
        if text.halo is not None:
            # A text of its own: some programs draw every outline over the letters.
            halo = _hex(text.halo)
            wide = self._length(_HALO * text.size)
            yield (
                f'{start} class="halo" fill="{halo}" stroke="{halo}" stroke-width="{wide}" '
                f'stroke-linejoin="round" aria-hidden="true">{said}</text>'
            )
        yield f'{start} fill="{_hex(text.colour)}">{said}</text>'

    def _marks(self, marks: Marks) -> Iterator[str]:
        x, y, width, height = (self._length(side) for side in marks.box)
        yield (
            f'<clipPath id="plot"><rect x="{x}" y="{y}" width="{width}" height="{height}"/>'
            "</clipPath>"
        )
        edge = self._length(_EDGE * marks.radius)
        yield (
            f'<g id="points" clip-path="url(#plot)" stroke="{_hex(marks.edge)}" '
            f'stroke-width="{edge}">'
        )
        radius = self._length(marks.radius)
        for number, group in enumerate(marks.groups):
            yield f'<g id="label-{number}" fill="{_hex(group.colour)}">'
            yield f"<title>{escaped(group.name)}</title>"
            for across, down in zip(group.x.tolist(), group.y.tolist(), strict=True):
                place = f'cx="{across * self._unit:.2f}" cy="{down * self._unit:.2f}"'
                yield f'<circle {place} r="{radius}"/>'
            yield "</g>"
        yield "</g>"

    def _picture(self, item: Pixels) -> str:
        height, width = item.pixels.shape[:2]
        stream = io.BytesIO()
        Image.fromarray(item.pixels).save(stream, "PNG", compress_level=6)
        data = base64.standard_b64encode(stream.getvalue()).decode()
        return (
            f'<image x="{self._length(item.x)}" y="{self._length(item.y)}" '
            f'width="{self._length(width)}" height="{self._length(height)}" '
            f'preserveAspectRatio="none" href="data:image/png;base64,{data}"/>'
        )


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{int(level):02x}" for level in colour)
