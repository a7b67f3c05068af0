"""Pictures that become part of the cells they cover, as sixels and iTerm2's images do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vizterm.graphics.protocol import Drawn, Placement

if TYPE_CHECKING:
    from textual.geometry import Region


def draw_over_cells(placement: Placement, before: Drawn | None) -> tuple[Drawn, str]:
    """Draw a picture at its cells, and blank what was drawn beside them before."""
    region = placement.region
    text = f"\x1b7\x1b[{region.y + 1};{region.x + 1}H{placement.data}\x1b8"
    drawn = Drawn(placement.key, region)
    if before is None or region.contains_region(before.region):
        return drawn, text
    # Outside the widget the frame has already written what is there now.
    return drawn, _blanks(before.region.intersection(placement.box)) + text


def _blanks(region: Region) -> str:
    """Write spaces over a region, in the terminal's own colours."""
    lines = (f"\x1b[{y + 1};{region.x + 1}H{' ' * region.width}" for y in region.line_range)
    return "\x1b7\x1b[0m" + "".join(lines) + "\x1b8"
