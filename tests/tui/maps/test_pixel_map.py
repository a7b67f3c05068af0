"""Maps in pixels: their colours, their place, their crosshair."""

import numpy as np
import pytest

from vizterm.graphics.indexed import Indexed
from vizterm.maps.pixel_map import coloured, crosshair_in, map_painting
from vizterm_core.colour.colormaps import apply_colormap, find_colormap
from vizterm_core.maps.view import MapView

INFERNO = find_colormap("inferno")


class Ramp:
    """Draws shares that rise from left to right, and keeps the sizes."""

    def __init__(self):
        self.sizes = []

    def draw(self, rows, columns):
        self.sizes.append((rows, columns))
        return coloured(np.tile(np.linspace(0, 1, columns), (rows, 1)), INFERNO)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shares_have_the_colours_of_half_blocks(dtype):
    shares = np.concatenate([np.linspace(0, 1, 4001), [1 / 256, 0.5, 1.0]]).astype(dtype)[None]
    found = coloured(shares, INFERNO)
    assert np.array_equal(found.rgb(), apply_colormap(shares, INFERNO))
    missing = np.append(shares, dtype(np.nan))[None]
    found, expected = coloured(missing, INFERNO), apply_colormap(missing, INFERNO)
    assert len(found.palette) == 256
    assert found.rgb()[0, -1].tolist() == list(INFERNO.bad)
    low = missing[0] < 1 / 256
    assert np.array_equal(found.rgb()[0, ~low], expected[0, ~low])
    assert np.array_equal(found.rgb()[0, low], np.tile(INFERNO.table[1], (low.sum(), 1)))


def test_it_covers_the_very_cells_and_halves_of_the_half_blocks():
    view = MapView.fit(200, 101, 40, 60, 1.0)
    assert view.shape == (20, 40)
    odd = MapView.fit(200, 105, 40, 60, 1.0)
    assert odd.shape == (21, 40)
    for each, blank in ((view, 0), (odd, 9)):
        drawing = Ramp()
        painting = map_painting(drawing, each)
        pixels = painting.pixels((9, 18))
        assert (painting.columns, painting.rows) == (40, -(-each.shape[0] // 2))
        assert isinstance(pixels, Indexed)
        assert pixels.shape == (painting.rows * 18, 40 * 9)
        assert pixels.blank == blank
        assert drawing.sizes == [(each.shape[0] * 9, 360)]
    coarse = map_painting(Ramp(), view, 3)
    assert coarse.pixels((9, 18)).shape == (10 * 6, 40 * 3)
    assert coarse.key != map_painting(Ramp(), view, 3).key


def test_the_crosshair_is_in_the_middle_of_its_pixel_and_leaves_it_free():
    view = MapView.fit(200, 100, 40, 20, 1.0)
    laid, other = crosshair_in(view, (100, 50), long=False)
    assert other is None
    left, top = laid.place
    canvas = laid.painting.pixels((9, 18))
    # The map's pixel 100 lies at 100.5 / 200 of 40 cells of 9 pixels.
    x, y = int(100.5 / 200 * 40 * 9) - left * 9, int(50.5 / 100 * 10 * 18) - top * 18
    assert not canvas[y, x].any()
    white = (canvas == 255).all(axis=2)
    assert white[y, x - 10] and white[y, x + 10] and white[y - 10, x] and white[y + 10, x]
    assert white.any(axis=0).sum() > 5 * 9
    assert set(np.unique(canvas[..., 3])) == {0, 255}
    assert crosshair_in(view.zoomed(8, 0, 0), (150, 50), long=True) == (None, None)


def test_long_lines_go_from_edge_to_edge_but_for_the_place():
    view = MapView.fit(200, 100, 40, 20, 1.0)
    across, down = crosshair_in(view, (100, 50), long=True)
    x, y = int(100.5 / 200 * 40 * 9), int(50.5 / 100 * 10 * 18)
    assert (across.place, down.place) == ((0, y // 18), (x // 9, 0))
    wide, high = across.painting.pixels((9, 18)), down.painting.pixels((9, 18))
    assert wide.shape == (18, 360, 4)
    assert high.shape == (180, 9, 4)
    line, column = wide[y % 18, :, 0] == 255, high[:, x % 9, 0] == 255
    assert line[: x - 9].all() and line[x + 9 :].all() and not line[x - 3 : x + 4].any()
    assert column[: y - 9].all() and column[y + 9 :].all() and not column[y - 3 : y + 4].any()
