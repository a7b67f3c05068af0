"""Heatmaps at full resolution as files: PNG and SVG with title, axes and colour bar; or values."""

from __future__ import annotations

import base64
import io
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import numpy as np
import numpy.typing as npt

from vizterm.files import write_atomically
from vizterm.heat.drawing import heat_scale, look
from vizterm.heat.export_axes import INK, SheetAxes
from vizterm.heat.model import HeatModel, over, part_of_picture
from vizterm_core.colour.colormaps import apply_colormap
from vizterm_core.colour.norms import Norm, fit_norm
from vizterm_core.maps.blur import blur
from vizterm_core.maps.view import MapView
from vizterm_core.pictures.image import Picture

if TYPE_CHECKING:
    from PIL import Image

FORMATS = (".png", ".npy", ".svg")
_NUMBERS = 8
"""Numbers beside the colour bar."""
_LETTER = 0.62
"""Width of a letter, about, of the text's height."""
_RAISED, _LOWERED = re.compile("[⁻⁰¹²³⁴-⁹]+"), str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_LETTERS = {"−": "-", "×": "x", "σ": "sigma", "≥": ">=", "≤": "<=", "∞": "infinity"}
_PAPER, _INK = (18, 18, 20), INK


def write_heat(title: str, model: HeatModel, path: Path, norm: Norm | None = None) -> None:
    """Write the whole map, blurred at full resolution; an older file stays until it is complete.

    `.npy` holds the blurred values, (H, W); `.png` and `.svg` the map in colours, with title,
    axes and colour bar.

    Parameters
    ----------
    norm : Norm, optional
        One that several maps have in common; otherwise it is fitted to this one.
    """
    values = blur(model.field.counts, model.sigma)
    suffix = path.suffix.lower()
    if suffix == ".npy":
        write_atomically(path, lambda stream: np.save(stream, values))
        return
    if norm is None:
        low, high = model.limits
        norm = fit_norm(values, model.colours.norm_name, vmin=low, vmax=high)
    shares = norm(values)
    pixels = apply_colormap(shares, model.colours.colormap)
    if model.background is not None:
        width, height = model.field.size
        whole = MapView.fit(width, height, width, height)
        page = part_of_picture(model.background, model.field.size, whole)
        pixels = over(pixels, page, shares, model.strength)
    caption = f"{title}   {look(model, norm)}"
    sheet = _Sheet(pixels, norm, model, caption)
    if suffix == ".svg":
        text = sheet.svg().encode()
        write_atomically(path, lambda stream: stream.write(text))
    else:
        image = sheet.image()
        write_atomically(path, lambda stream: image.save(stream, "PNG"))


class _Sheet:
    """Layout of a map with a title above, axes at its left and below, a colour bar at the right."""

    def __init__(self, pixels: Picture, norm: Norm, model: HeatModel, caption: str) -> None:
        self.pixels, self.caption = pixels, caption
        self.table: npt.NDArray[np.uint8] = model.colours.colormap.table
        height, width = pixels.shape[:2]
        self.text = max(11, round(max(width, height) / 60))
        self.margin = self.text
        self.axes = SheetAxes(model.field.axes, self.text)
        self.left, self.top = self.margin + self.axes.beside, self.margin + 3 * self.text
        self.bar_left = self.left + width + self.margin
        self.bar_width = self.text
        # Beside a small map, too, the bar has room for its numbers.
        self.bar_height = max(height, 4 * self.text)
        scale = heat_scale(model, norm)
        most = max(2, min(_NUMBERS, self.bar_height // (2 * self.text)))
        numbers = scale.numbers(most)
        self.bar_title = "   ".join([scale.title, *numbers.notes])
        """What the bar measures, above it."""
        self.numbers = [
            (self.top + (1 - share) * (self.bar_height - 1), text)
            for share, text in reversed(numbers.places)
        ]
        """(y, text) of each number beside the bar, from high to low."""
        beside = max(7, math.ceil(len(self.bar_title) * _LETTER))
        self.width = self.bar_left + self.bar_width + beside * self.text
        self.width = max(self.width, round(len(caption) * self.text * _LETTER) + 2 * self.margin)
        self.height = self.top + max(self.bar_height, height + self.axes.below) + self.margin

    def _bar(self) -> Picture:
        rows = np.rint(np.linspace(255, 0, self.bar_height)).astype(int)
        return np.repeat(self.table[rows][:, None], self.bar_width, axis=1)

    def image(self) -> Image.Image:
        """Return the sheet as a picture."""
        from PIL import Image, ImageDraw, ImageFont

        sheet = Image.new("RGB", (self.width, self.height), _PAPER)
        sheet.paste(Image.fromarray(self.pixels), (self.left, self.top))
        sheet.paste(Image.fromarray(self._bar()), (self.bar_left, self.top))
        draw = ImageDraw.Draw(sheet)
        font = ImageFont.load_default(self.text)
        draw.text((self.left, self.margin), _for_font(self.caption), _INK, font)
        above = self.bar_left, self.top - 1.5 * self.text
        draw.text(above, _for_font(self.bar_title), _INK, font)
        for y, text in self.numbers:
            place = (self.bar_left + self.bar_width + self.text // 2, y)
            draw.text(place, _for_font(text), _INK, font, anchor="lm")
        self.axes.draw(sheet, font, (self.left, self.top), _for_font)
        return sheet

    def svg(self) -> str:
        """Return the sheet as SVG: map and bar as embedded pixels, texts as text."""
        height, width = self.pixels.shape[:2]
        style = f'font-family="sans-serif" font-size="{self.text}" fill="rgb{_INK}"'
        size = f'width="{self.width}" height="{self.height}"'
        box = f'viewBox="0 0 {self.width} {self.height}"'
        place = f'x="{self.left}" y="{self.margin + self.text}"'
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box}>',
            f'<rect width="100%" height="100%" fill="rgb{_PAPER}"/>',
            f"<text {place} {style}>{escape(self.caption)}</text>",
            _svg_image(self.pixels, self.left, self.top, width, height),
            _svg_image(self._bar(), self.bar_left, self.top, self.bar_width, self.bar_height),
        ]
        above = f'x="{self.bar_left}" y="{self.top - self.text // 2}"'
        parts.append(f"<text {above} {style}>{escape(self.bar_title)}</text>")
        for y, text in self.numbers:
            x = self.bar_left + self.bar_width + self.text // 2
            parts.append(
                f'<text x="{x}" y="{y:.1f}" dominant-baseline="middle" {style}>'
                f"{escape(text)}</text>"
            )
        parts += self.axes.svg((self.left, self.top), style)
        return "\n".join([*parts, "</svg>", ""])


def _svg_image(pixels: Picture, x: int, y: int, width: int, height: int) -> str:
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    data = base64.standard_b64encode(stream.getvalue()).decode()
    return (
        f'<image x="{x}" y="{y}" width="{width}" height="{height}" '
        f'style="image-rendering:pixelated" href="data:image/png;base64,{data}"/>'
    )


def _for_font(text: str) -> str:
    """Return a text in characters that Pillow's own font has: 10^-6 for 10⁻⁶."""
    text = _RAISED.sub(lambda found: "^" + found[0].translate(_LOWERED), text)
    for sign, letters in _LETTERS.items():
        text = text.replace(sign, letters)
    return text
