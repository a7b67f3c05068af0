"""Models and apps of `vizterm heat`."""

from tests.support.screens import until

from vizterm.graphics.choose import Graphics
from vizterm.heat.model import Heat, HeatModel, HeatOptions
from vizterm.heat.screen import HeatScreen
from vizterm.maps.heat_map import HeatMap
from vizterm.shell.app import VizApp
from vizterm.shell.background import Background
from vizterm.terminal.facts import Terminal
from vizterm_core.load.heat.counting import count_source
from vizterm_core.load.heat.source import heat_source


def make_model(data, size=None, columns=60, rows=40, background=None, **options):
    counts = count_source(heat_source(data), size)
    model = HeatModel(counts, HeatOptions(**options), background)
    model.camera.resize(columns, rows, 1.0)
    return model


def make_app(
    counts,
    size=None,
    background=None,
    colours="truecolor",
    *,
    protocol="half",
    pixels=False,
    cell_pixels=None,
    **options,
):
    def load():
        source = heat_source(counts)
        model = HeatModel(count_source(source, size), HeatOptions(**options), background)
        return Heat("clicks", model, source.notes)

    return app_of(load, colours, protocol=protocol, pixels=pixels, cell_pixels=cell_pixels)


def app_of(load, colours="truecolor", *, protocol="half", pixels=False, cell_pixels=None):
    """An app and its screen; `load` returns a Heat."""
    terminal = Terminal(colours=colours, cell_pixels=cell_pixels)
    screen = HeatScreen(Background(load), terminal, pixels=pixels)
    return VizApp(lambda: screen, terminal, Graphics(protocol, "a test")), screen


async def ready(pilot, screen):
    """Wait until the map is on screen."""
    await until(pilot, lambda: screen.is_mounted and screen.query_one(HeatMap).cells.size)
