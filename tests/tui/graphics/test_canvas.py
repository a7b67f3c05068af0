"""Parts of a widget in pixels: what is encoded, and what lies over it."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from textual.geometry import Region
from textual.widget import Widget

from vizterm.graphics.canvas import CanvasJob, CanvasPart, Laid, Painting, whole_cells
from vizterm.graphics.in_cells import cells_for
from vizterm.graphics.protocol import Placement
from vizterm.graphics.protocols.kitty import Kitty
from vizterm.graphics.protocols.sixel import Sixel

CELL = (4, 8)


def coloured(columns, rows, scale=1):
    """A painting whose every pixel is another colour, and all opaque."""
    drawn = []

    def draw(cell):
        drawn.append(cell)
        height, width = rows * cell[1] // scale, columns * cell[0] // scale
        y, x = np.mgrid[:height, :width]
        return np.dstack([x, y, (x + y) % 256, np.full_like(x, 255)]).astype(np.uint8)

    return Painting(b"coloured", columns, rows, draw), drawn


class Recording:
    """A protocol that keeps what it is given."""

    ramp_step = 1

    def __init__(self):
        self.given = []

    def encode_canvas(self, pixels, cells, cell_pixels):
        self.given.append((pixels.copy(), cells, cell_pixels))
        return "x" * pixels.size, True


def test_a_part_is_cut_from_the_painting_which_is_drawn_once():
    painting, drawn = coloured(6, 3)
    protocol = Recording()
    whole = painting.pixels(CELL)
    for part in (Region(0, 0, 6, 3), Region(2, 1, 3, 2)):
        job = CanvasJob(painting, part, (7, 5), CELL)
        assert job.box[:2] == (7 + part.x, 5 + part.y)
        encoded = job.encode(protocol)
        assert (encoded.left, encoded.top) == (0, 0)
        assert (encoded.columns, encoded.rows, encoded.scaled) == (*part.size, True)
        pixels, cells, cell = protocol.given[-1]
        assert (cells, cell) == (tuple(part.size), CELL)
        rows, columns = slice(part.y * 8, part.bottom * 8), slice(part.x * 4, part.right * 4)
        assert np.array_equal(pixels, whole[rows, columns])
    assert drawn == [CELL]


def test_what_is_laid_over_it_is_mixed_by_its_opacity():
    painting, _ = coloured(6, 3, scale=2)
    small = np.zeros((8, 8, 4), np.uint8)
    small[..., :3], small[:4, :, 3], small[4:, :, 3] = 200, 255, 51
    laid = Laid(Painting(b"small", 2, 1, lambda _: small), (1, 1))
    protocol = Recording()
    # Its right half alone is in this part.
    CanvasJob(painting, Region(2, 0, 4, 3), (0, 0), CELL, laid=(laid,)).encode(protocol)
    pixels = protocol.given[0][0]
    below = whole_cells(painting.pixels(CELL), (6, 3), CELL)[:, 8:].astype(float)
    assert pixels.shape == (24, 16, 4)
    assert (pixels[8:12, :4, :3] == 200).all()
    mixed = below[12:16, :4] * 0.8 + 200 * 0.2
    assert np.abs(pixels[12:16, :4, :3] - mixed).max() <= 0.5 + 1e-4
    untouched = np.ones((24, 16), bool)
    untouched[8:16, :4] = False
    assert np.array_equal(pixels[..., :3][untouched], below[untouched])


def test_on_a_slow_link_a_part_has_fewer_pixels():
    painting, _ = coloured(8, 4)
    protocol = Recording()
    encoded = CanvasJob(painting, Region(0, 0, 8, 4), (0, 0), CELL, most_bytes=1200).encode(
        protocol
    )
    assert [pixels.shape[:2] for pixels, *_ in protocol.given] == [(32, 32), (16, 16)]
    assert len(encoded.data) == 16 * 16 * 4


def test_jobs_that_look_different_have_different_keys():
    painting, _ = coloured(8, 4)
    other = Painting(b"other", 8, 4, painting.draw)
    laid = Laid(other, (1, 1))
    jobs = [
        CanvasJob(painting, Region(0, 0, 8, 4), (0, 0), CELL),
        CanvasJob(other, Region(0, 0, 8, 4), (0, 0), CELL),
        CanvasJob(painting, Region(0, 0, 7, 4), (0, 0), CELL),
        CanvasJob(painting, Region(0, 0, 8, 4), (1, 0), CELL),
        CanvasJob(painting, Region(0, 0, 8, 4), (0, 0), (5, 8)),
        CanvasJob(painting, Region(0, 0, 8, 4), (0, 0), CELL, most_bytes=99),
        CanvasJob(painting, Region(0, 0, 8, 4), (0, 0), CELL, laid=(laid,)),
        CanvasJob(painting, Region(0, 0, 8, 4), (0, 0), CELL, laid=(Laid(other, (2, 1)),)),
    ]
    assert len({job.key for job in jobs}) == len(jobs)


def test_a_part_takes_only_what_lies_over_it():
    painting, _ = coloured(8, 4)
    part = CanvasPart(Widget(), lambda _: "", lambda _: False)
    assert part.job(CELL) is None
    near, far = Laid(painting, (3, 1)), Laid(painting, (20, 1))
    part.show(painting, Region(0, 0, 8, 4), (2, 1), (near, far))
    job = part.job(CELL, 500)
    assert job is not None
    assert job.laid == (near,)
    assert (job.place, job.level, job.most_bytes) == ((2, 1), 1, 500)
    part.show(None, Region(), (0, 0))
    assert part.job(CELL) is None


@pytest.mark.parametrize("opaque", [True, False])
def test_kitty_gets_a_png_of_the_pixels_and_enlarges_it(opaque):
    painting, _ = coloured(6, 3, scale=2)
    canvas = painting.pixels(CELL).copy()
    if not opaque:
        canvas[3:6, 2:5, 3] = 0
    kitty = Kitty()
    data, scaled = kitty.encode_canvas(canvas, (6, 3), CELL)
    assert scaled
    keys, _, payload = data.partition(";")
    assert keys == "f=100"
    image = Image.open(io.BytesIO(base64.standard_b64decode(payload)))
    assert image.mode == ("RGB" if opaque else "RGBA")
    assert np.array_equal(np.asarray(image.convert("RGBA")), canvas)
    box = Region(10, 5, 6, 3)
    first, text = kitty.put(Placement(3, b"one", data, box, box, scaled=True, level=2), None)
    assert re.search(r"\x1b\[6;11H\x1b_Ga=p,i=(\d+),p=3,C=1,q=2,c=6,r=3,z=2\x1b\\", text)
    # It is exchanged for another: the terminal keeps nothing of the first.
    second, text = kitty.put(Placement(3, b"two", data, box, box, scaled=True, level=2), first)
    assert text.endswith(f"\x1b_Ga=d,d=I,i={first.image_id},q=2\x1b\\")
    assert kitty.remove(3, second) == f"\x1b_Ga=d,d=I,i={second.image_id},q=2\x1b\\"
    assert kitty.forget_all() == ""


def test_sixels_get_every_pixel_of_the_cells():
    canvas = np.zeros((4, 6, 4), np.uint8)
    canvas[:, 3:, :3] = 255
    data, scaled = Sixel().encode_canvas(canvas, (6, 1), CELL)
    assert not scaled
    assert data == Sixel().encode_canvas(whole_cells_rgba(canvas), (6, 1), CELL)[0]
    assert '"1;1;24;8' in data


def test_a_part_touches_no_cell_beside_it_where_cells_have_a_fraction():
    painting, _ = coloured(16, 6)
    cell = (8.425, 16.4)
    pixels = whole_cells(painting.pixels(cell), (16, 6), cell)
    assert pixels.shape == (98, 134, 3)
    assert cells_for(134, cell[0]) == 16
    assert cells_for(98, cell[1]) == 6


def whole_cells_rgba(canvas):
    rgb = whole_cells(canvas, (6, 1), CELL)
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])
