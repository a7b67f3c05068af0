"""Whatever is done to a heatmap or an overlay, what is shown is what scipy makes of the data."""

import re

import numpy as np
import scipy.ndimage
from hypothesis import given
from hypothesis import strategies as st
from tests.support import heat, overlay
from tests.support.paper import assert_as_drawn
from tests.support.session import law, play
from tests.support.strategies import SIZES, Key, Mouse, heat_actions, overlay_actions

from vizterm.cells.half_blocks import pixel_cells
from vizterm.maps.crosshair import Crosshair
from vizterm.maps.heat_map import HeatMap
from vizterm.maps.numbers import short_number
from vizterm.overlay.model import PANELS
from vizterm_core.colour.colormaps import apply_colormap
from vizterm_core.pictures.image import resize_area

VIEW_KEYS = {"plus", "equals_sign", "minus", "left", "right", "up", "down", "h", "j", "k", "l"}
VIEW_KEYS |= {"H", "J", "K", "L", *(f"shift+{way}" for way in ("left", "right", "up", "down"))}


class Made:
    """Arrays, and how they were made, which is shorter to read."""

    def __init__(self, how, *arrays):
        self.how, self.arrays = how, arrays

    def __repr__(self):
        shapes = ", ".join(f"{array.dtype}{array.shape}" for array in self.arrays)
        return f"Made({self.how!r}, {shapes})"


def area_means(values, view):
    """Means over the display's pixels, by sums of whole and partial pixels: (rows, columns)."""
    rows, columns = view.shape
    top, bottom, left, right = view.extent
    return _mean_lines(_mean_lines(values, top, bottom, rows).T, left, right, columns).T


def _mean_lines(values, start, end, count):
    edges = np.linspace(start, end, count + 1)
    lines = np.arange(len(values))
    low, high = edges[:-1, None], edges[1:, None]
    share = np.clip(np.minimum(high, lines + 1) - np.maximum(low, lines), 0, None)
    return share @ values / (high - low)


def on_paper_as_drawn(person, screen):
    assert person.app.size == screen.size == (person.paper.width, person.paper.height)
    if person.app.screen is screen:
        assert not person.paper.overran
        assert_as_drawn(person.paper, screen)


def shown_pixels(plane, shape):
    """The colours of a plane without the crosshair, (rows, columns, 3)."""
    assert plane.pixels.shape[:2] == shape
    return plane.pixels.astype(int)


# Heat


@st.composite
def count_maps(draw):
    """(H, W) counts: empty, single, all equal, constant, with gaps, huge and small."""
    seed = draw(st.integers(0, 9))
    rng = np.random.default_rng(seed)
    shape = draw(st.sampled_from([(1, 1), (1, 7), (40, 5), (30, 50), (64, 64), (150, 80)]))
    kind = draw(st.sampled_from(["sparse", "dense", "equal", "empty", "signed", "gaps"]))
    counts = {
        "sparse": lambda: (rng.random(shape) < 0.02) * rng.integers(1, 9, shape),
        "dense": lambda: rng.poisson(5, shape),
        "equal": lambda: np.full(shape, 3),
        "empty": lambda: np.zeros(shape, int),
        "signed": lambda: rng.normal(size=shape),
        "gaps": lambda: np.where(rng.random(shape) < 0.2, np.nan, rng.random(shape)),
    }[kind]()
    if kind in ("signed", "gaps"):
        factor = draw(st.sampled_from([1.0, 1e-20, 1e12]))
        return Made(f"{kind}, seed {seed}, times {factor:g}", counts * factor)
    dtype = draw(st.sampled_from([np.int64, np.uint8, np.float32]))
    return Made(f"{kind}, seed {seed}", counts.astype(dtype))


def scipy_blur(counts, sigma, view=None):
    """The blurred map, or its area means over the pixels of a view, of what is not missing."""
    known = ~np.isnan(counts.astype(float))
    blurred = [
        scipy.ndimage.gaussian_filter(values, sigma)
        for values in (np.where(known, counts, 0.0), known.astype(float))
    ]
    total, weight = blurred if view is None else (area_means(each, view) for each in blurred)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(weight > 1e-12, total / weight, np.nan)


class HeatLaws:
    """Laws of a heat screen at rest."""

    def __init__(self, counts, screen):
        self.counts, self.screen = counts, screen
        self.limits = None

    def check(self, person, action):
        screen, model = self.screen, self.screen.model
        assert model is not None, "the data never appeared"
        on_paper_as_drawn(person, screen)
        plot = screen.query_one(HeatMap)
        columns, rows = plot.drawing_size
        limits = model.norm.name, model.norm.low, model.norm.high
        looked = isinstance(action, Mouse) or (isinstance(action, Key) and action.name in VIEW_KEYS)
        if looked and self.limits is not None:
            assert limits == self.limits, "looking elsewhere changed the colours"
        self.limits = limits
        self.check_crosshair(model)
        if columns < 1 or rows < 1:
            return
        assert (model.camera.view.columns, model.camera.view.rows) == (columns, 2 * rows)
        self.check_picture(model, plot)

    def check_crosshair(self, model):
        status = self.screen.query_one("#status").text
        if model.camera.cursor is None:
            return
        x, y = model.camera.cursor
        height, width = self.counts.shape
        assert 0 <= x < width and 0 <= y < height
        value, count = model.under_cursor()
        np.testing.assert_equal(count, float(self.counts[y, x]))
        peak = np.nanmax(np.abs(self.counts), initial=0)
        blurred = scipy_blur(self.counts, model.sigma)[y, x]
        np.testing.assert_allclose(value, blurred, rtol=1e-4, atol=1e-5 * peak)
        if found := re.match(r" x ([\d,]+) y ([\d,]+) · value (.+?) · count (.+?)   ", status):
            said = f"{x:,}", f"{y:,}", short_number(value), short_number(count)
            assert found.groups() == said

    def check_picture(self, model, plot):
        wanted = scipy_blur(self.counts, model.sigma, model.camera.view)
        peak = np.nanmax(np.abs(self.counts), initial=0)
        np.testing.assert_allclose(model.values(), wanted, rtol=1e-4, atol=1e-5 * peak)
        drawn = shown_pixels(plot, model.camera.view.shape)
        # In colours of what was found: a value at the edge of one colour may have the next.
        expected = apply_colormap(model.norm(model.values()), model.colours.colormap)
        np.testing.assert_array_equal(drawn, expected)


@law(2)
@given(count_maps(), SIZES, heat_actions, st.sampled_from([None, (0, 0), (2, 5)]))
def test_the_heat_is_the_blurred_counts_whatever_is_done(made, size, actions, sigma):
    (counts,) = made.arrays
    app, screen = heat.make_app(counts, sigma=sigma)
    play(app, size, actions, HeatLaws(counts, screen).check)


# Overlay


def bilinear(values, size):
    """`values` on `size` pixels: half-pixel centres, edges clamped, one axis after the other."""
    for axis, wanted in enumerate(size):
        have = values.shape[axis]
        place = np.clip((np.arange(wanted) + 0.5) * have / wanted - 0.5, 0, have - 1)
        low = np.floor(place).astype(int)
        share = (place - low).reshape(-1, *[1] * (1 - axis))
        high = np.minimum(low + 1, have - 1)
        values = values.take(low, axis) * (1 - share) + values.take(high, axis) * share
    return values


class OverlayLaws:
    """Laws of an overlay screen at rest."""

    def __init__(self, image, channels, screen):
        self.image, self.channels, self.screen = image, channels, screen

    def check(self, person, action):
        screen, model = self.screen, self.screen.model
        assert model is not None, "the data never appeared"
        on_paper_as_drawn(person, screen)
        values = self.chosen(model)
        self.check_crosshair(model, values)
        panels = [panel for panel in screen.query(".panel") if panel.display]
        planes = [panel.plane for panel in panels]
        if any(min(plane.size) < 1 for plane in planes):
            return
        view = model.camera.view
        assert view.shape == max(plane.pixels.shape[:2] for plane in planes)
        if len(panels) == len(PANELS):
            image = planes[0].pixels.astype(int)
            mean = np.stack([area_means(band, view) for band in np.rollaxis(self.image, 2)])
            wanted = np.rint(np.moveaxis(mean, 0, 2)).astype(np.uint8)
            wanted = resize_area(wanted, *image.shape[:2])
            assert np.abs(image - wanted).max() <= 1 + 1e-3
        self.check_marks(model, planes)

    def chosen(self, model):
        if isinstance(model.channel, int):
            channel = self.channels[model.channel]
        else:
            reduce = {"mean": np.mean, "max": np.max, "l2": np.linalg.norm}[model.channel]
            channel = reduce(self.channels.astype(float), axis=0)
        return bilinear(channel.astype(float), self.image.shape[:2])

    def check_crosshair(self, model, values):
        if model.camera.cursor is None:
            return
        x, y = model.camera.cursor
        found = model.under_cursor()
        assert (found.row, found.column) == (y, x)
        assert list(found.rgb) == self.image[y, x].tolist()
        if model.colours.norm_name != "none":
            np.testing.assert_allclose(found.raw, values[y, x], rtol=1e-4, atol=1e-5)
        status = self.screen.query_one("#status").text
        if said := re.match(r" x (\S+) · y (\S+) · RGB (\d+) (\d+) (\d+) ", status):
            assert [int(number) for number in said.groups()] == [x, y, *found.rgb]

    def check_marks(self, model, planes):
        crosshair = Crosshair.of(model.camera)
        rows, columns = model.camera.view.shape
        for plane in planes:
            plain = pixel_cells(plane.pixels)
            if crosshair is None:
                np.testing.assert_array_equal(plane.cells, plain)
                continue
            height, width = plane.pixels.shape[:2]
            here = crosshair.scaled(width / columns, height / rows)
            column, row = here.pixel
            assert 0 <= column < width and 0 <= row < height
            away = (plane.cells != plain).any(axis=(2, 3))
            away[row // 2], away[:, column] = False, False
            wide = here.right - here.left + 4, (here.bottom - here.top) / 2 + 4
            assert away.sum() <= 2 * sum(wide), "more than lines and a frame"


@st.composite
def overlays(draw):
    """An (H, W, 3) image and (C, h, w) channels, no larger."""
    seed = draw(st.integers(0, 9))
    rng = np.random.default_rng(seed)
    height, width = draw(st.sampled_from([(1, 1), (32, 32), (20, 90), (70, 12), (64, 128)]))
    small = draw(st.integers(1, height)), draw(st.integers(1, width))
    channels = rng.normal(size=(draw(st.sampled_from([1, 3, 40])), *small))
    if draw(st.booleans()):
        channels[0] = 0
    image = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    return Made(f"seed {seed}", image, channels.astype(dtype))


@law(2)
@given(overlays(), SIZES, overlay_actions)
def test_the_overlay_is_of_one_pixel_in_all_panels_whatever_is_done(made, size, actions):
    app, screen = overlay.make_app(data=made.arrays)
    play(app, size, actions, OverlayLaws(*made.arrays, screen).check)
