"""Data, models and apps of `vizterm overlay`."""

import numpy as np
from tests.support.screens import until

from vizterm.graphics.choose import Graphics
from vizterm.maps.heat_map import HeatMap
from vizterm.overlay.model import Overlay, OverlayModel
from vizterm.overlay.options import OverlayOptions
from vizterm.overlay.screen import OverlayScreen
from vizterm.shell.app import VizApp
from vizterm.shell.background import Background
from vizterm.terminal.facts import Terminal


def make_data(seed=0, size=(64, 128), feature=(256, 32, 96)):
    """A random image, and one blob in each channel."""
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 256, (*size, 3)).astype(np.uint8)
    y, x = np.mgrid[: feature[1], : feature[2]]
    middles = rng.random((feature[0], 2)) * feature[1:]
    distance = [(y - down) ** 2 + (x - across) ** 2 for down, across in middles]
    return image, np.exp(-np.array(distance) / 60).astype(np.float32)


def make_model(columns=60, rows=30, **options):
    image, channels = make_data()
    model = OverlayModel(image, channels, OverlayOptions(**options))
    model.camera.resize(columns, rows, 1.0)
    return model


def make_app(protocol="half", cell=None, data=None, **options):
    def load():
        image, channels = data or make_data()
        return Overlay("sample", OverlayModel(image, channels, OverlayOptions(**options)), ())

    return app_of(load, protocol, cell)


def app_of(load, protocol="half", cell=None):
    """An app and its screen; `load` returns an Overlay, `cell` is the size of a cell in pixels."""
    terminal = Terminal(cell_pixels=cell)
    screen = OverlayScreen(Background(load), terminal, cell)
    return VizApp(lambda: screen, terminal, Graphics(protocol, "a test")), screen


async def ready(pilot, screen):
    """Wait until the overlay is on screen."""

    def shown():
        if not screen.is_mounted:
            return False
        plane = screen.query(".panel").last().plane
        return plane.cells.size if isinstance(plane, HeatMap) else plane.picture.array is not None

    await until(pilot, shown)
