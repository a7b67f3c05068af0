"""The cost of a picture as sixels: bytes, and time against other encoders."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_image
from tests.bench.frames import least
from tests.bench.report import Row, milliseconds
from textual_image._sixel import SixelOptions, image_to_sixels

from vizterm.graphics.sixel_encoder import encode_sixel

PHOTOGRAPHS = ("china.jpg", "flower.jpg")
COLOURS = 64
MOST_BYTES = 12_000


def photograph(name: str, side: int) -> Image.Image:
    image = Image.fromarray(load_sample_image(name))
    return image.resize((side, side), Image.Resampling.BOX)


def enlarged_grey(name: str, side: int) -> np.ndarray:
    """A photograph of 64 x 64 grey pixels, these repeated."""
    small = photograph(name, 64).convert("L").resize((side, side), Image.Resampling.NEAREST)
    return np.asarray(small.convert("RGB"))


def plain_encoder(image: Image.Image, colours: int) -> str:
    """Sixels as one would write them: each colour of each band from left to right."""
    reduced = image.convert("RGB").quantize(colours, Image.Quantize.FASTOCTREE, dither=0)
    palette = np.array(reduced.getpalette(), np.uint8).reshape(-1, 3) * (100 / 255)
    indices = np.asarray(reduced)
    height, width = indices.shape
    out = [f'\x1bP0;1q"1;1;{width};{height}']
    for register in np.unique(indices).tolist():
        red, green, blue = np.rint(palette[register]).astype(int).tolist()
        out.append(f"#{register};2;{red};{green};{blue}")
    for top in range(0, height, 6):
        band = indices[top : top + 6]
        weights = 1 << np.arange(len(band))[:, None]
        for register in np.unique(band).tolist():
            sixels = ((band == register) * weights).sum(axis=0) + 63
            text = "".join(map(chr, sixels.tolist())).rstrip("?")
            runs = re.sub(r"(.)\1{3,}", lambda run: f"!{len(run[0])}{run[1]}", text)
            out.append(f"#{register}{runs}$")
        out.append("-")
    return "".join(out) + "\x1b\\"


def compare(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Seconds of both, interleaved, so that a slow moment of the machine meets both."""
    pairs = [(least(ours, 8), least(theirs, 4)) for _ in range(4)]
    mine, other = (min(times) for times in zip(*pairs, strict=True))
    return mine, other


def against(name: str, their_colours: int) -> Row:
    """Our encoder against textual-image's, both as they are used, on a photograph of 256 x 256."""
    image = photograph(name, 256)
    picture = np.asarray(image)
    options = SixelOptions(colors=their_colours)
    ours, theirs = compare(
        lambda: encode_sixel(picture, COLOURS), lambda: image_to_sixels(image, options)
    )
    return Row(
        f"{name}, 256 x 256, {COLOURS} colours : textual-image, {their_colours}",
        f"{milliseconds(ours)} : {milliseconds(theirs)}",
        ours / theirs,
        1 / 3,
    )


def weigh(what: str, picture: np.ndarray, limit: int, most_bytes: int | None = None) -> Row:
    size = len(encode_sixel(picture, COLOURS, most_bytes))
    return Row(f"{what} : {limit:,} bytes", f"{size:,}", size / limit, 1.0)


def against_plain(what: str, image: Image.Image) -> Row:
    """Small pictures, where calls of numpy cost more than the pixels: 3 ms at 64, 6 ms at 144."""
    picture = np.asarray(image)
    ours, plain = compare(
        lambda: encode_sixel(picture, COLOURS), lambda: plain_encoder(image, COLOURS)
    )
    what = f"{what}, {COLOURS} colours : plain"
    return Row(what, f"{milliseconds(ours)} : {milliseconds(plain)}", ours / plain, 0.9)


def measure() -> list[Row]:
    """Times and bytes of photographs, small ones in grey enlarged, and large ones."""
    rows = []
    for name in PHOTOGRAPHS:
        for side, limit in ((64, 8_000), (144, 24_000)):
            image, what = photograph(name, side), f"{name}, {side} x {side}"
            rows += [against_plain(what, image), weigh(what, np.asarray(image), limit)]
        what = f"{name}, grey, 64 x 64 at 144 x 144"
        rows.append(weigh(what, enlarged_grey(name, 144), MOST_BYTES, MOST_BYTES))
    return [*rows, *(against(name, 256) for name in PHOTOGRAPHS)]
