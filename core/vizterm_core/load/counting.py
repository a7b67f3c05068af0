"""From a `HeatSource` to its map: the size, and what no map can be made of."""

from __future__ import annotations

from vizterm_core.errors import DataError, UsageError
from vizterm_core.load.heat_source import HeatSource
from vizterm_core.maps.count_map import CountMap
from vizterm_core.maps.events import looks_normalised, require_events


def count_source(
    source: HeatSource,
    size: tuple[int, int] | None = None,
    usual: tuple[int, int] | None = None,
) -> CountMap:
    """Count the events of a source, or take its grid.

    Parameters
    ----------
    source : HeatSource
    size : (width, height), optional
        As asked for; otherwise the size that the source declares, or `usual`, or as large as the
        events need.

    Raises
    ------
    UsageError
        If a grid has another size.
    DataError
        If there are no events, their positions are fractions of an unknown screen, or the size
        that they need is absurd.
    """
    if source.grid is not None:
        height, width = source.grid.shape
        if size is not None and size != (width, height):
            raise UsageError(
                f"--size {size[0]}x{size[1]}: {source.name} is a grid of {width}x{height}",
                "leave --size out: a grid has the size it has",
            )
        try:
            return CountMap.of_grid(source.grid)
        except UsageError as error:
            raise DataError(f"{source.name}: {error.message}", error.hint) from error
    assert source.events is not None
    events = require_events(source.events, source.name)
    size = size or source.size or usual
    if size is not None and looks_normalised(events.x, events.y):
        raise DataError(
            f"{source.name}: all positions lie between 0 and 1, in a single pixel of the map",
            "multiply them by the map's width and height",
        )
    return CountMap.of_events(events, size)
