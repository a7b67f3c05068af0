"""Whatever a person does with whatever data: what is on screen is what a plain count finds.

In the suite a bounded number of examples, always the same ones; ``VIZTERM_EXAMPLES=500`` runs so
many for each test, and others each time.
"""

import math
import re
from collections import Counter
from contextlib import chdir
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
from hypothesis import assume, example, given
from hypothesis import strategies as st
from tests.support.embed import make_app
from tests.support.paper import assert_as_drawn
from tests.support.session import law, play
from tests.support.strategies import SIZES, STORY, Key, data_sets, embed_actions, ordinary_data
from textual.geometry import Region

from vizterm.actions import EMBED_ACTIONS
from vizterm.embed.drawing import label_colours
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.scatter.point_marks import PIN_GLYPH
from vizterm.embed.side.legend import Legend
from vizterm_core.scatter.index import FEW_POINTS
from vizterm_core.scatter.shade import Inks
from vizterm_core.text import clean

# the plain count
DOT = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
"""Bits of a braille character, by row and column of the dot."""

CORNERS = [(x, y) for x in (-2, 2) for y in (-1, 1)]
"""Of the cursor's ring, in cells from the cursor."""


def finite_rows(coords):
    x, y = coords.astype(float).T if len(coords) else np.zeros((2, 0))
    return np.flatnonzero(np.isfinite(x) & np.isfinite(y)).tolist()


class PlainCount:
    """Where every visible point is, one by one, by the definition of a view."""

    def __init__(self, data, embedding, view, visible, highlight, among=None):
        codes = embedding.labels.codes.tolist()
        totals = Counter(codes)
        self.shown = 0
        self.dots = Counter()
        self.points_in = {}
        bits, by_cell = Counter(), {}
        for point, row in enumerate(finite_rows(data.coords)):
            if not visible[codes[point]] or (among is not None and not among[point]):
                continue
            x, y = (float(value) for value in data.coords[row])
            column = math.floor((x - view.left) * view.x_scale)
            down = math.floor((view.top - y) * view.y_scale)
            self.points_in.setdefault((column, down), []).append(point)
            if not (0 <= column < 2 * view.columns and 0 <= down < 4 * view.rows):
                continue
            self.shown += 1
            cell = column // 2, down // 4
            bits[cell] |= DOT[down % 4][column % 2]
            by_cell.setdefault(cell, Counter())[codes[point]] += 1
        self.bits, self.counts = bits, by_cell
        self.labels = {}
        for cell, counts in by_cell.items():
            if highlight in counts:
                self.labels[cell] = highlight
            else:
                # Most points; of equals the rarer label, then the first.
                self.labels[cell] = min(counts, key=lambda k: (-counts[k], totals[k], k))

    def frame(self, rows, columns):
        codes, labels = np.zeros((rows, columns), np.uint8), np.full((rows, columns), -1)
        for (column, row), bits in self.bits.items():
            codes[row, column] = bits
            labels[row, column] = self.labels[column, row]
        return codes, labels


# what must hold
KEYS_TO_POINTS = {
    key
    for action in EMBED_ACTIONS
    if action.group == "Points" and re.match("move|first|last|next_match", action.name)
    for key in action.keys
}


class EmbedLaws:
    """Laws of an embed screen at rest, whatever was done."""

    def __init__(self, data, screen):
        self.data, self.screen = data, screen
        self.rows = finite_rows(data.coords)
        self.cursor_before = None

    def check(self, person, action):
        screen, model = self.screen, self.screen.model
        assert model is not None, "the data never appeared"
        width, height = person.paper.width, person.paper.height
        assert person.app.size == screen.size == (width, height)
        assert len(model.embedding) == len(self.rows)
        self.check_cursor(person, action)
        plain = PlainCount(
            self.data, model.embedding, model.viewport, model.visible, model.highlight
        )
        self.check_here(plain)
        self.check_frame(plain)
        self.check_legend()
        if person.app.screen is screen:
            self.check_status(plain)
            self.check_facts()
            self.check_selection()
            self.check_paper(person, plain)
        self.cursor_before = model.cursor

    def check_cursor(self, person, action):
        model = self.screen.model
        for point in (model.cursor, *model.pins):
            assert point is None or 0 <= point < len(self.rows)
        if model.cursor is None:
            return
        codes = model.embedding.labels.codes
        assert model.visible[codes[model.cursor]], "the cursor is on a hidden point"
        by_key = isinstance(action, Key) and action.name in KEYS_TO_POINTS
        if by_key and model.cursor != self.cursor_before:
            assert model.viewport.contains_dot(*model.dot_of(model.cursor)), "out of sight"

    def check_here(self, plain):
        model = self.screen.model
        here = [] if model.cursor is None else plain.points_in[model.dot_of(model.cursor)]
        np.testing.assert_array_equal(model.here, here)

    def check_frame(self, plain):
        plot, model = self.screen.query_one(ScatterPlot), self.screen.model
        columns, rows = plot.drawing_size
        if columns < 1 or rows < 1:
            return
        assert (model.viewport.columns, model.viewport.rows) == (columns, rows)
        frame = plot.frame
        assert frame is not None and frame.exact
        codes, labels = plain.frame(rows, columns)
        led = frame.labels if model.highlight is None else frame.led_by(model.highlight)
        np.testing.assert_array_equal(led, labels)
        np.testing.assert_array_equal(frame.codes, codes)
        assert frame.shown == plain.shown

    def check_legend(self):
        screen, model = self.screen, self.screen.model
        legend, labels = screen.query_one(Legend), model.embedding.labels
        assert labels.counts.sum() == len(self.rows)
        assert labels.counts.tolist() == [
            int((labels.codes == label).sum()) for label in range(len(labels.names))
        ]
        if labels.continuous or legend.horizontal or not legend.display:
            return
        lines = [legend.render_line(y).text for y in range(legend.size.height)]
        entries = [
            (match[1], int(match[2].replace(",", "")))
            for line in lines
            if (match := re.match(r".([●○]) .* ([\d,]+) $", line))
        ]
        wanted = [
            ("●" if model.visible[label] else "○", int(labels.counts[label]))
            for label in legend.order
        ]
        if legend.size.width > 12:
            windows = range(len(wanted) - len(entries) + 1)
            assert any(wanted[top : top + len(entries)] == entries for top in windows)
            if len(entries) == len(labels.names):
                assert sum(count for _, count in entries) == len(self.rows)

    def check_status(self, plain):
        text = self.screen.query_one("#status").text
        if found := re.search(r"([\d,]+) of ([\d,]+) shown", text):
            shown, total = (int(number.replace(",", "")) for number in found.groups())
            assert (shown, total) == (plain.shown, len(self.rows)), text

    def check_selection(self):
        model = self.screen.model
        assert model.selection.size == len(self.rows)
        assert model.selection.points().size == model.selection.count
        chips = self.screen._selection.chips()
        assert bool(chips) == bool(model.selection)
        assert not chips or chips[0].text.startswith(f"{model.selection.count:,} selected")

    def check_facts(self):
        screen, model = self.screen, self.screen.model
        panel = screen.query_one("#card" if screen.size.width < 100 else "#panel")
        if model.cursor is None or not panel.display:
            return
        row, arrays = self.rows[model.cursor], self.data.arrays
        text = panel.query_one(".facts").text
        assert re.search(rf"(^|   )#{row:,}\b", text, re.MULTILINE), text
        # What is wrapped has lost its blanks at the ends of lines.
        letters = "".join(text.split())
        if "labels" in arrays and len(model.embedding.labels.names) > 1:
            assert "".join(self.label_of(row).split()) in letters, text
        if "names" in arrays:
            assert "".join(clean(str(arrays["names"][row])).split()) in letters, text
        if "images" in arrays and "maps" not in arrays:
            pixels = arrays["images"][row]
            if len(pixels) == 3 and pixels.ndim == 3:
                pixels = np.moveaxis(pixels, 0, -1)
            grey = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=-1)
            np.testing.assert_array_equal(panel.picture.array, grey)

    def label_of(self, row):
        value = self.data.arrays["labels"][row]
        if value.dtype.kind != "f":
            return clean(str(value)) or "(empty)"
        if self.screen.model.embedding.labels.continuous:
            return f"{value:.6g}" if np.isfinite(value) else "(missing)"
        return f"{value:g}" if np.isfinite(value) else "(missing)"

    def check_paper(self, person, plain):
        """The paper shows what was written to it, frame by frame."""
        assert not person.paper.overran
        plot = self.screen.query_one(ScatterPlot)
        assert_as_drawn(person.paper, self.screen)
        card = self.screen.query_one("#card")
        menu = self.screen.query_one("#key-menu")
        covered = [box.region for box in (card, menu) if box.display]
        columns, rows = plot.drawing_size
        if columns < 1 or rows < 1:
            return
        region = Region(plot.region.x + plot.origin.x, plot.region.y, columns, rows)
        written = {
            (x, y): cell
            for y, line in enumerate(person.paper.part(region))
            for x, cell in enumerate(line)
            if not any(box.contains(region.x + x, region.y + y) for box in covered)
        }
        painter = self.screen._painter
        if painter.density_look.shown or painter.thumbnails_shown or painter.outline:
            return  # They have tests of their own.
        model = self.screen.model
        mask = model.selection.mask()
        chosen = PlainCount(
            self.data, model.embedding, model.viewport, model.visible, model.highlight, mask
        )
        self.check_dots(written, plain, chosen, rows, columns)

    def check_dots(self, written, plain, chosen, rows, columns):
        """No visible point is missing, nothing is where no point is near, colours are right.

        Cells with selected points show these alone, in inks that are seen.
        """
        painter, model = self.screen._painter, self.screen.model
        look, frame = painter.dots_look, self.screen.query_one(ScatterPlot).frame
        size = look.size(frame)
        codes, labels = plain.frame(rows, columns)
        front, _ = chosen.frame(rows, columns)
        inks = Inks.of(label_colours(model.embedding.labels)).rgb()
        spots = {self.cell_of(point) for point in (*model.pins, model.cursor)}
        several = len(model.pins) > 1
        pins = {
            self.cell_of(point): str(number) if several else PIN_GLYPH
            for number, point in enumerate(model.pins, 1)
        }
        corners = CORNERS if model.cursor is not None else ()
        ring = {
            (self.cell_of(model.cursor)[0] + x, self.cell_of(model.cursor)[1] + y)
            for x, y in corners
        }
        for (x, y), cell in written.items():
            if any(name.contains(x, y) for name in painter._names.regions):
                continue  # Names have tests of their own; one beside the cursor is left out.
            where = f"row {y} column {x}: {cell}"
            lit = (x, y) in plain.labels
            if (x, y) in spots:
                pin = pins.get((x, y))
                assert cell.text == pin if pin else cell.text.strip(), where
                assert "bold" in cell.flags, where
                continue
            if look.way == "blocks":
                assert not lit or cell.text != " " or cell.bg, where
                continue
            if (x, y) in ring and not lit and cell.text in "╭╮╰╯":
                continue
            if not lit and size != 1:
                assert cell.text == " ", where
            if not lit:
                continue
            apart = (x, y) in chosen.labels
            dots = 0x2800 + int((front if apart else codes)[y, x])
            assert cell.text == "●" if size == 2 else ord(cell.text) & dots == dots, where
            if size == 0:
                assert ord(cell.text) == dots, where
            if size != 1:
                self.check_ink(cell, apart, plain, (x, y), labels[y, x], inks, where)

    def check_ink(self, cell, apart, plain, place, label, inks, where):
        model = self.screen.model
        if model.selection:
            assert ("bold" in cell.flags) >= apart, where
            return
        few = plain.counts[place].total() < 8
        few = few and max(map(Counter.total, plain.counts.values())) <= 16
        if few and model.highlight in (None, label):
            assert cell.fg == "2;{};{};{}".format(*inks[label]), where
            assert ("bold" in cell.flags) == (model.highlight is not None), where

    def cell_of(self, point):
        if point is None:
            return None
        column, row = self.screen.model.dot_of(point)
        return column // 2, row // 4


CROWDED = {"FEW_POINTS": 20, "MANY_POINTS": 60, "TABLE_BUDGET": 8 << 20}
"""Limits that let a few hundred points be treated as millions are: tables, workers, refining."""

AS_IT_IS = {"FEW_POINTS": FEW_POINTS}


@law(3)
@given(data_sets(), SIZES, embed_actions, st.booleans())
@example(ordinary_data(), (120, 40), STORY, False)
def test_the_scatter_shows_the_points_whatever_is_done(data, size, actions, crowded):
    assume(not len(data.coords) or finite_rows(data.coords))
    app, screen = make_app(data.load)
    laws = EmbedLaws(data, screen)
    with (
        # Figures are written where one is.
        TemporaryDirectory() as folder,
        chdir(folder),
        patch.multiple("vizterm_core.scatter.index", **(CROWDED if crowded else AS_IT_IS)),
        patch("vizterm.embed.search.SEARCHED_AT_ONCE", 50 if crowded else 100_000),
        patch("vizterm.embed.scatter.painter.AT_REST", 0),
    ):
        play(app, size, actions, laws.check)
