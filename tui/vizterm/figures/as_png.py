"""A page as a PNG."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from vizterm.figures.fonts import Typeface
from vizterm.figures.page import Box, Disc, Marks, Page, Pixels, Text

_COMPRESSION = 4
"""Of 9: more takes twice the time for a fiftieth of the bytes."""


def page_pixels(page: Page, typeface: Typeface) -> Image.Image:
    """Return a page as a picture of `page.width` x `page.height` pixels."""
    sheet = Image.new("RGB", (page.width, page.height), page.paper)
    for item in page.items:
        if isinstance(item, Text):
            typeface.draw(ImageDraw.Draw(sheet), item)
        elif isinstance(item, Box):
            left, top = round(item.x), round(item.y)
            right = max(left, round(item.x + item.width) - 1)
            bottom = max(top, round(item.y + item.height) - 1)
            ImageDraw.Draw(sheet).rectangle((left, top, right, bottom), item.colour)
        elif isinstance(item, Disc):
            _draw_disc(sheet, item)
        else:
            pixels = item.pixels if isinstance(item, Marks) else item
            assert isinstance(pixels, Pixels)
            sheet.paste(Image.fromarray(pixels.pixels), (pixels.x, pixels.y))
    return sheet


def _draw_disc(sheet: Image.Image, disc: Disc) -> None:
    reach = math.ceil(disc.radius + 1)
    left, top = math.floor(disc.x) - reach, math.floor(disc.y) - reach
    at = np.arange(2 * reach + 1) + 0.5
    far = np.hypot(at[:, None] + top - disc.y, at + left - disc.x)
    cover = np.clip(disc.radius + 0.5 - far, 0, 1)
    mask = Image.fromarray((cover * 255).round().astype(np.uint8))
    sheet.paste(disc.colour, (left, top), mask)


def write_png(page: Page, typeface: Typeface, stream: Any) -> None:
    """Write a page to a binary stream, with its resolution."""
    told = PngInfo()
    told.add_text("Software", "vizterm")
    if page.title:
        told.add_itxt("Title", page.title)
    page_pixels(page, typeface).save(
        stream, "PNG", dpi=(page.dpi, page.dpi), pnginfo=told, compress_level=_COMPRESSION
    )
