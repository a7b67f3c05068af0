"""Tiles as lines of text, and what is clicked."""

import numpy as np
import pytest
from textual.app import App

from vizterm.cells.theme import theme_for
from vizterm.cells.tiling import Tiling
from vizterm.maps.tile_grid import Tile, TileGrid
from vizterm.terminal.facts import Terminal

PLACES = Tiling(across=2, down=2, columns=20, rows=3)


def tile(title, level=200, *, current=False):
    return Tile(title, "12 events", np.full((6, 18, 3), level, np.uint8), current)


class Shown(App[None]):
    def __init__(self, grid):
        super().__init__()
        self.grid = grid
        self.clicks = []

    def compose(self):
        yield self.grid

    def on_tile_grid_opened(self, event):
        self.clicks.append(event.number)


@pytest.mark.parametrize("colours", ["truecolor", "none"])
async def test_a_page_of_tiles(colours):
    grid = TileGrid(theme_for(Terminal(colours=colours)))
    app = Shown(grid)
    async with app.run_test(size=(44, 12)) as pilot:
        grid.show([tile("left"), tile("a\x1b[31m very long name", current=True), tile("c")], PLACES)
        await pilot.pause()
        lines = [grid.render_line(y).text for y in range(12)]
        assert "left 12 events" in lines[0] and "▸" in lines[0] and "\x1b" not in lines[0]
        assert lines[4].strip() == "c 12 events"
        assert lines[8].strip() == ""
        style = grid.render_line(1)
        cells = [segment.style for segment in style for _ in segment.text]
        assert len(cells) == 44
        left = grid.origin.x
        if colours == "truecolor":
            assert cells[left].bgcolor.triplet == (200, 200, 200)
            assert cells[left + 19] is None or cells[left + 19].bgcolor is None
        await pilot.click(TileGrid, offset=(left + 23, 2))
        await pilot.click(TileGrid, offset=(left + 1, 5))
        await pilot.click(TileGrid, offset=(left + 25, 5))
        assert app.clicks == [1, 2]


async def test_nothing_to_show_is_nothing():
    grid = TileGrid(theme_for(Terminal()))
    async with Shown(grid).run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        assert grid.render_line(0).text.strip() == "" and grid.tile_at(0, 0) is None
