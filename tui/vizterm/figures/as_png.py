"""A page as a PNG."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from vizterm.figures.fonts import Typeface
from vizterm.figures.page import Box, Disc, Marks, Page, Pixels, Rgb, Ring, Text

_COMPRESSION = 4
"""Of 9: more takes twice the time for a fiftieth of the bytes."""


def page_pixels(page: Page, typeface: Typeface) -> Image.Image:
    """Return a page as a picture of `page.width` x `page.height` pixels."""
    sheet = Image.new("RGB", (page.width, page.height), page.paper)
    for item in page.items:
        if isinstance(item, Text):
            _draw_text(sheet, item, typeface)
        elif isinstance(item, Box):
            left, top = round(item.x), round(item.y)
            right = max(left, round(item.x + item.width) - 1)
            bottom = max(top, round(item.y + item.height) - 1)
            ImageDraw.Draw(sheet).rectangle((left, top, right, bottom), item.colour)
        elif isinstance(item, Disc):
            _draw_disc(sheet, item)
        elif isinstance(item, Ring):
            _draw_ring(sheet, item)
        else:
            pixels = item.pixels if isinstance(item, Marks) else item
            assert isinstance(pixels, Pixels)
            sheet.paste(Image.fromarray(pixels.pixels), (pixels.x, pixels.y))
    return sheet


def _draw_text(sheet: Image.Image, text: Text, typeface: Typeface) -> None:
    if not text.turned:
        typeface.draw(ImageDraw.Draw(sheet), text)
        return
    # Upwards is to the right of a sheet that is turned clockwise.
    on_its_side = sheet.transpose(Image.Transpose.ROTATE_270)
    level = replace(text, x=sheet.height - text.y, y=text.x, turned=False)
    typeface.draw(ImageDraw.Draw(on_its_side), level)
    sheet.paste(on_its_side.transpose(Image.Transpose.ROTATE_90))


def _draw_disc(sheet: Image.Image, disc: Disc) -> None:
    far, corner = _distances(disc.x, disc.y, disc.radius)
    _lay(sheet, corner, np.clip(disc.radius + 0.5 - far, 0, 1), disc.colour)


def _draw_ring(sheet: Image.Image, ring: Ring) -> None:
    far, corner = _distances(ring.x, ring.y, ring.radius + 2 * ring.line)
    for width, colour in ((2 * ring.line, ring.halo), (ring.line, ring.colour)):
        cover = np.clip(width / 2 + 0.5 - np.abs(far - ring.radius), 0, 1)
        _lay(sheet, corner, cover, colour)


def _distances(x: float, y: float, reach: float) -> tuple[npt.NDArray[np.float64], tuple[int, int]]:
    """Return how far pixels around a place are from it, and the corner of the first."""
    most = math.ceil(reach + 1)
    left, top = math.floor(x) - most, math.floor(y) - most
    at = np.arange(2 * most + 1) + 0.5
    return np.hypot(at[:, None] + top - y, at + left - x), (left, top)


def _lay(
    sheet: Image.Image, corner: tuple[int, int], cover: npt.NDArray[np.float64], colour: Rgb
) -> None:
    mask = Image.fromarray((cover * 255).round().astype(np.uint8))
    sheet.paste(colour, corner, mask)


def write_png(page: Page, typeface: Typeface, stream: Any) -> None:
    """Write a page to a binary stream, with its resolution."""
    told = PngInfo()
    told.add_text("Software", "vizterm")
    if page.title:
        told.add_itxt("Title", page.title)
    page_pixels(page, typeface).save(
        stream, "PNG", dpi=(page.dpi, page.dpi), pnginfo=told, compress_level=_COMPRESSION
    )
