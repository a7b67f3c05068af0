"""Pictures in the colours of a palette, as terminals decode them."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from tests.support.decoders import decode_sixel, parse_kitty, to_percent
from textual.geometry import Region

from vizterm.graphics.canvas import CanvasJob, Laid, Painting
from vizterm.graphics.indexed import Indexed
from vizterm.graphics.protocol import Placement
from vizterm.graphics.protocols.iterm2 import ITerm2
from vizterm.graphics.protocols.kitty import Kitty
from vizterm.graphics.protocols.sixel import Sixel
from vizterm_core.colour.colormaps import find_colormap

CELL = (9, 18)
RAMP = find_colormap("inferno").table


def ramp(height, width, blank=0, entries=256):
    """Every entry of a palette, in a slope."""
    slope = np.arange(height)[:, None] + np.arange(width)
    places = (slope * entries // (height + width)).astype(np.uint8)
    return Indexed(places, RAMP[:entries], entries, blank)


def png_of(data):
    keys, _, payload = data.partition(";")
    assert keys == "f=100"
    return Image.open(io.BytesIO(base64.standard_b64decode(payload)))


def test_kitty_gets_a_palette_png_of_exactly_these_colours():
    picture = ramp(36, 90)
    data, scaled = Kitty().encode_canvas(picture, (10, 2), CELL)
    assert scaled
    image = png_of(data)
    assert image.mode == "P"
    assert np.array_equal(np.asarray(image.convert("RGB")), RAMP[picture.entries])
    box = Region(0, 0, 10, 2)
    _, text = Kitty().put(Placement(1, b"a", data, box, box, scaled=True, level=1), None)
    sent = next(c for c in parse_kitty(re.sub(r"\x1b[78]|\x1b\[[\d;]+H", "", text)) if c.payload)
    assert sent.payload == base64.standard_b64decode(data.partition(";")[2])


@pytest.mark.parametrize("entries", [3, 255, 256])
def test_blank_rows_are_transparent_and_the_others_keep_their_colours(entries):
    picture = ramp(300, 300, blank=9, entries=entries)
    image = png_of(Kitty().encode_canvas(picture, (10, 2), CELL)[0])
    rgba = np.asarray(image.convert("RGBA"))
    assert not rgba[-9:, :, 3].any()
    assert (rgba[:-9, :, 3] == 255).all()
    off = np.abs(rgba[:-9, :, :3].astype(int) - picture.rgb()[:-9]).max()
    # Where all are in use, the two lowest become one.
    assert off == 0 if entries < 256 else off <= np.abs(np.diff(RAMP[:2].astype(int), axis=0)).max()


def test_sixels_have_exactly_the_colours_of_the_coarser_ramp_in_percent():
    painting = Painting(b"ramp", 10, 2, lambda cell: ramp(2 * cell[1], 10 * cell[0], blank=9))
    job = CanvasJob(painting, Region(0, 0, 10, 2), (0, 0), CELL)
    decoded = decode_sixel(job.encode(Sixel()).data)
    assert not decoded.cleared
    expected = painting.pixels(CELL).coarser(Sixel.ramp_step).rgb()[:-9]
    assert decoded.percent.shape == expected.shape, "blank rows are left out"
    assert np.array_equal(decoded.percent, to_percent(expected))


def test_a_coarser_ramp_has_the_colours_between():
    picture = ramp(64, 64)
    assert picture.coarser(1) is picture
    fewer = picture.coarser(4)
    assert len(np.unique(fewer.entries)) == 64
    assert np.abs(fewer.entries.astype(int) - picture.entries).max() <= 2
    marked = Indexed(np.array([[0, 5, 254, 255]], np.uint8), RAMP, ramp=255)
    assert marked.coarser(8).entries.tolist() == [[4, 4, 252, 255]], "what is no ramp stays"


def test_what_is_laid_over_it_keeps_a_palette_while_there_is_room():
    cross = np.zeros((18, 9, 4), np.uint8)
    cross[8:10] = (255, 255, 255, 255)
    laid = Laid(Painting(b"cross", 1, 1, lambda _: cross), (1, 0))
    few = Painting(b"few", 4, 1, lambda cell: ramp(cell[1], 4 * cell[0], entries=20))
    job = CanvasJob(few, Region(0, 0, 4, 1), (0, 0), CELL, laid=(laid,))
    pixels = job._pixels(1, 1)
    assert isinstance(pixels, Indexed)
    expected = few.pixels(CELL).rgb()
    expected[8:10, 9:18] = 255
    assert np.array_equal(pixels.rgb(), expected)
    colours = np.arange(18 * 36, dtype=np.uint16).reshape(18, 36)
    many = Painting(
        b"many", 4, 1, lambda _: Indexed((colours % 256).astype(np.uint8), RAMP, ramp=256)
    )
    canvas = CanvasJob(many, Region(0, 0, 4, 1), (0, 0), CELL, laid=(laid,))._pixels(1, 1)
    expected = many.pixels(CELL).rgb()
    expected[8:10, 9:18] = 255
    assert np.array_equal(canvas[..., :3], expected)


@pytest.mark.parametrize("protocol", [Kitty, Sixel])
def test_on_a_slow_link_it_is_drawn_with_fewer_pixels_and_colours(protocol):
    sizes = []

    def draw(cell):
        sizes.append(cell)
        return ramp(20 * cell[1], 40 * cell[0])

    whole = Region(0, 0, 40, 20)
    free = CanvasJob(Painting(b"a", 40, 20, draw), whole, (0, 0), CELL).encode(protocol())
    assert sizes == [CELL]
    painting = Painting(b"a", 40, 20, draw, any_size=True)
    limit = len(free.data) // 6
    limited = CanvasJob(painting, whole, (0, 0), CELL, most_bytes=limit).encode(protocol())
    assert len(limited.data) <= limit
    assert sizes[1:] == [CELL, (5, 9), (3, 5)][: len(sizes) - 1], "each drawn once"


def test_on_a_slow_link_all_parts_are_made_smaller_alike():
    """Between parts that differ a seam would be seen, wherever the map is empty or steep."""
    sizes = []

    def draw(cell):
        sizes.append(cell)
        return ramp(20 * cell[1], 40 * cell[0])

    for limit, drawn in ((40_000, CELL), (18_000, CELL), (9_000, (5, 9)), (2_000, (3, 5))):
        painting = Painting(b"a", 40, 20, draw, any_size=True)
        sizes.clear()
        for part in (Region(0, 0, 16, 6), Region(16, 6, 16, 6), Region(32, 18, 8, 2)):
            CanvasJob(painting, part, (0, 0), CELL, most_bytes=limit).encode(Sixel())
        assert sizes == [drawn]


def test_others_get_its_colours():
    pytest.importorskip("term_image")
    data, scaled = ITerm2().encode_canvas(ramp(36, 90, blank=9), (10, 2), CELL)
    assert not scaled
    assert "\x1b]1337;File=" in data
