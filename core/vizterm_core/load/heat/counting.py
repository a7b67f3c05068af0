"""From a `HeatSource` to its map: its coordinates, and what no map can be made of."""

from __future__ import annotations

from dataclasses import replace

from vizterm_core.errors import DataError, UsageError
from vizterm_core.load.heat.source import HeatSource
from vizterm_core.maps.count_map import CountMap
from vizterm_core.maps.events import require_events
from vizterm_core.maps.placing import Placing, place_grid


def count_source(source: HeatSource, placing: Placing | tuple[int, int] | None = None) -> CountMap:
    """Make the map of a source.

    Parameters
    ----------
    source : HeatSource
    placing : Placing or (width, height), optional
        The map's coordinates, as far as they are asked for; the data decide about the rest, and
        have the names.

    Raises
    ------
    UsageError
        If the size is no size, or a grid's other than it has.
    DataError
        If there is no event, or none on the map; if no value of a grid is a number.
    """
    if not isinstance(placing, Placing):
        placing = Placing(size=placing)
    if source.grid is not None:
        return _count_grid(source, placing)
    assert source.events is not None
    events = require_events(source.events, source.name)
    counts = CountMap(replace(placing, usual=source.size or placing.usual))
    counts.name(source.names)
    counts.add(events)
    counts.require_any(source.name)
    return counts


def _count_grid(source: HeatSource, placing: Placing) -> CountMap:
    assert source.grid is not None
    height, width = source.grid.shape
    if placing.transpose:
        width, height = height, width
    if placing.size is not None and placing.size != (width, height):
        raise UsageError(
            f"--size {placing.size[0]}x{placing.size[1]}: {source.name} is a grid of "
            f"{width}x{height}",
            "leave --size out: a grid has the size it has",
        )
    grid, placed = place_grid(source.grid, source.extent, placing.named(source.names))
    try:
        counts = CountMap.of_grid(grid, placed)
    except UsageError as error:
        raise DataError(f"{source.name}: {error.message}", error.hint) from error
    counts.require_any(source.name)
    return counts
