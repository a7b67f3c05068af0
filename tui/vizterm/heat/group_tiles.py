"""Groups as tiles: the map of each, small, with its name and number of events."""

from __future__ import annotations

from collections.abc import Sequence

from vizterm.cells.tile_lines import Tile
from vizterm.cells.tiling import Tiling
from vizterm.heat.model import HeatModel
from vizterm_core.maps.view import MapView

NAMELESS = "(empty)"
"""Stands for a name without a character."""


def group_tiles(
    model: HeatModel, groups: Sequence[int], places: Tiling, cell_aspect: float
) -> list[Tile]:
    """Return the tiles of some groups.

    Parameters
    ----------
    model : HeatModel
        With parts.
    groups : sequence of int
        Places in the names of the groups.
    places : Tiling
    cell_aspect : float
        Height of a cell over its width.
    """
    parts = model.parts
    assert parts is not None
    view = MapView.fit(*model.field.size, places.columns, 2 * places.rows, cell_aspect / 2)
    names, counts = parts.store.names, parts.store.counts
    return [
        Tile(
            names[group] or NAMELESS,
            f"{counts[group]:,}",
            model.tile(group, view.shape),
            group == parts.group,
        )
        for group in groups
    ]
