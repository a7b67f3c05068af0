"""The ways to draw a scatter: the time of a frame and its bytes, beside the braille of one label
a cell, which they are to be compared with."""

from __future__ import annotations

import numpy as np
from rich.color import ColorSystem
from tests.bench.frames import COLUMNS, FEW, LABELS, MANY, ROWS, build, least, make_points
from tests.bench.report import Row, milliseconds
from textual.geometry import Region
from textual.strip import Strip

from vizterm.cells.glyphs import GlyphCells
from vizterm.embed.scatter.dots_look import DotsLook
from vizterm.embed.scatter.inks import LabelInks
from vizterm.embed.scatter.plot_pictures import AT_REST, IN_MOTION, density_painting, discs_painting
from vizterm.embed.scatter.view_of_points import ViewOfPoints
from vizterm.graphics.canvas import CanvasJob
from vizterm.graphics.protocols.kitty import Kitty
from vizterm.graphics.protocols.sixel import Sixel
from vizterm.terminal.facts import Terminal
from vizterm_core.scatter.encode import encode_labels
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.name_places import place_names
from vizterm_core.scatter.viewport import Viewport

CELL = 9, 18
EVERYTHING = np.ones(LABELS, bool)


def text_bytes(cells: GlyphCells) -> int:
    """Bytes of all lines, as Textual writes them."""
    system = ColorSystem.TRUECOLOR
    lines = (cells.line(row, "truecolor") for row in range(cells.shape[0]))
    return sum(
        len(part.style.render(part.text, color_system=system).encode())
        for line in lines
        for part in Strip(line)
    )


def flat(cells: GlyphCells, frame_labels: np.ndarray) -> GlyphCells:
    """The same dots, a plain colour a label."""
    ink = np.where(cells.characters == " ", -1, frame_labels * 0x1F2F3F & 0xFFFFFF)
    return GlyphCells(cells.characters, ink.astype(np.int32), cells.paper * 0 - 1, cells.weight)


def measure() -> list[Row]:
    """Each way at ten thousand and at ten million points, in thread CPU time."""
    points, labels = make_points(MANY)
    large, small = build(points, labels), build(points[:FEW].copy(), labels[:FEW])
    inks = LabelInks.of(encode_labels(np.arange(LABELS)), Terminal())
    rows: list[Row] = []
    for index, what in ((large, "10⁷"), (small, "10⁴")):
        rows += _text_rows(index, inks, what)
    rows.append(_names_row(large))
    rows += _pixel_rows(large, small, inks)
    return rows


def _text_rows(index: PointIndex, inks: LabelInks, what: str) -> list[Row]:
    viewport = Viewport.fit(index.extent, COLUMNS, ROWS)
    view = ViewOfPoints(index, viewport, EVERYTHING)
    frame = index.quick_frame(viewport, EVERYTHING)
    assert frame is not None
    counted = least(lambda: index.quick_frame(viewport, EVERYTHING), 40)
    rows = []
    plain = None
    for way in ("braille", "blocks"):
        look = DotsLook(way)
        drawn = least(lambda look=look: look.cells(frame, view, inks), 40)
        cells = look.cells(frame, view, inks)
        plain = plain or text_bytes(flat(cells, frame.labels))
        size = text_bytes(cells)
        rows += [
            Row(f"{way}, {what}: to draw : 4 ms", f"{milliseconds(drawn)} : 4 ms", drawn / 4e-3, 1),
            Row(
                f"{way}, {what}: bytes : a colour a label",
                f"{size / 1e3:.1f} : {plain / 1e3:.1f} kB",
                size / plain,
                5,
            ),
        ]
    rows.append(
        Row(f"counting it, {what} : 4 ms", f"{milliseconds(counted)} : 4 ms", counted / 4e-3, 1)
    )
    return rows


def _names_row(index: PointIndex) -> Row:
    viewport = Viewport.fit(index.extent, COLUMNS, ROWS)
    frame = index.quick_frame(viewport, EVERYTHING)
    assert frame is not None
    pairs, widths = frame.counts, np.full(LABELS, 9)
    spent = least(
        lambda: place_names(
            pairs.cells, pairs.labels, pairs.counts, widths, frame.labels.shape, most=20
        ),
        20,
    )
    return Row("ten names on the map : 3 ms", f"{milliseconds(spent)} : 3 ms", spent / 3e-3, 1)


def _pixel_rows(large: PointIndex, small: PointIndex, inks: LabelInks) -> list[Row]:
    rows = []
    for fineness, what, limit in ((AT_REST, "at rest", 60), (IN_MOTION, "in motion", 30)):
        spent, size = _whole_picture(large, inks, fineness, Kitty())
        rows.append(
            Row(
                f"pixels, 10⁷, kitty, {what}: to the last byte : {limit} ms",
                f"{milliseconds(spent)}, {size / 1e3:.0f} kB",
                spent / (limit / 1e3),
                1,
            )
        )
    for protocol, limit in ((Kitty(), 60), (Sixel(), 200)):
        viewport = Viewport.fit(small.extent, COLUMNS, ROWS)
        view = ViewOfPoints(small, viewport, EVERYTHING)

        def discs(view: ViewOfPoints = view, protocol: Kitty | Sixel = protocol) -> int:
            points = small.points_in(view.viewport, EVERYTHING)
            painting = discs_painting(view, points, inks.inks, ())
            whole = Region(0, 0, COLUMNS, ROWS)
            return len(CanvasJob(painting, whole, (0, 0), CELL).encode(protocol).data)

        spent, size = least(discs, 3), discs()
        rows.append(
            Row(
                f"discs, 10⁴, {protocol.name}: to the last byte : {limit} ms",
                f"{milliseconds(spent)}, {size / 1e3:.0f} kB",
                spent / (limit / 1e3),
                1,
            )
        )
    return rows


def _whole_picture(
    index: PointIndex, inks: LabelInks, fineness: int, protocol: Kitty
) -> tuple[float, int]:
    """Seconds of one thread from the view to the last byte, and the bytes."""
    viewport = Viewport.fit(index.extent, COLUMNS, ROWS)
    view = ViewOfPoints(index, viewport, EVERYTHING)

    def whole() -> int:
        fine = index.quick_frame(viewport.finer(fineness), EVERYTHING)
        assert fine is not None
        painting = density_painting(fine, fineness, view, inks.inks, ())
        part = Region(0, 0, COLUMNS, ROWS)
        return len(CanvasJob(painting, part, (0, 0), CELL).encode(protocol).data)

    return least(whole, 8), whole()
