"""Heatmaps in pixels: processor time and bytes of a frame beside half blocks; a crosshair's bytes.

In the app a frame of half blocks takes 25 ms at 120 x 40 and 45 at 200 x 60, most of it to write
its cells, which pictures don't need.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from tests.bench.frames import least
from tests.bench.report import Row, milliseconds
from textual.geometry import Region

from vizterm.cells.half_blocks import picture_line, pixel_cells
from vizterm.cells.text import ansi_text
from vizterm.graphics.canvas import CanvasJob, Painting
from vizterm.graphics.kitty_commands import place, transmit_data
from vizterm.graphics.protocols.kitty import Kitty
from vizterm.graphics.protocols.sixel import Sixel
from vizterm.heat.model import HeatModel, HeatOptions
from vizterm.heat.pixels import HeatPixels
from vizterm.maps.pixel_map import IN_MOTION, crosshair_in, map_painting
from vizterm_core.load.heat.counting import count_source
from vizterm_core.load.heat.source import heat_source

CELL = 9, 18
TILE = 16, 6
SIZES = {(120, 40): (25, 100, 200), (200, 60): (45, 220, 500)}
"""Cells of the terminal -> most milliseconds in kitty in motion and at rest, and of sixels."""
BAR, BESIDE = 14, 3
"""Columns of the colour bar, and rows of heading and status."""


def make_model(columns: int, rows: int) -> HeatModel:
    """A screen of clicks around some places, in a terminal of that size."""
    rng = np.random.default_rng(0)
    middles = rng.random((12, 2)) * (1600, 800) + 150
    clicks = middles[rng.integers(0, 12, 20_000)] + rng.normal(0, 50, (20_000, 2))
    counts = count_source(heat_source(clicks), (1920, 1080))
    model = HeatModel(counts, HeatOptions())
    model.camera.resize(columns - BAR, 2 * (rows - BESIDE), 1.0)
    return model


def half_block_bytes(model: HeatModel) -> int:
    """Bytes of a frame of text."""
    cells = pixel_cells(model.picture())
    lines = [picture_line(line, "truecolor", {}) for line in cells]
    return sum(len(ansi_text(line, "truecolor").encode()) for line in lines)


def encoded(painting: Painting, protocol: Kitty | Sixel) -> int:
    """Encode a painting as the screen has it done; its bytes."""
    whole = Region(0, 0, painting.columns, painting.rows)
    parts = [whole]
    if isinstance(protocol, Sixel):
        parts = [
            Region(x, y, *TILE).intersection(whole)
            for x in range(0, whole.width, TILE[0])
            for y in range(0, whole.height, TILE[1])
        ]
    jobs = (CanvasJob(painting, part, (0, 0), CELL) for part in parts)
    return sum(len(job.encode(protocol).data) for job in jobs)


def in_pixels(model: HeatModel, protocol: Kitty | Sixel, coarse: int = 1) -> int:
    """Draw a frame in pixels, to the last byte; its bytes."""
    return encoded(map_painting(HeatPixels.of(model), model.camera.view, coarse), protocol)


def crosshair_bytes(model: HeatModel) -> int:
    """Bytes of a move of the crosshair where the terminal keeps pictures."""
    sent = 0
    for mark in crosshair_in(model.camera.view, (700, 500), long=True):
        assert mark is not None
        data, _ = Kitty().encode_canvas(mark.painting.pixels(CELL), mark.region.size, CELL)
        sent += len(transmit_data(data, 1 << 20)) + len(place(1 << 20, 2, *mark.place, level=2))
    return sent


def measure() -> list[Row]:
    """Frames at two sizes of the terminal, in thread processor time."""
    rows = []
    for (columns, lines), limits in SIZES.items():
        model = make_model(columns, lines)
        text = half_block_bytes(model)
        where = f"{columns} x {lines}"
        ways = (
            ("kitty, in motion", Kitty(), IN_MOTION, 0.5),
            ("kitty, at rest", Kitty(), 1, 2.0),
            ("sixel, at rest", Sixel(), 1, 5.0),
        )
        for (what, protocol, coarse, most), limit in zip(ways, limits, strict=True):
            draw = partial(in_pixels, model, protocol, coarse)
            spent, size = least(draw, 3), draw()
            rows += [
                Row(
                    f"{what}, {where}: to the last byte : {limit} ms",
                    f"{milliseconds(spent)} : {limit} ms",
                    spent / (limit / 1e3),
                    1,
                ),
                Row(
                    f"{what}, {where}: bytes : half blocks",
                    f"{size / 1e3:.0f} : {text / 1e3:.0f} kB",
                    size / text,
                    most,
                ),
            ]
        sent = crosshair_bytes(model)
        rows.append(Row(f"a crosshair in kitty, {where} : 2 kB", f"{sent} bytes", sent / 2000, 1))
    return rows
