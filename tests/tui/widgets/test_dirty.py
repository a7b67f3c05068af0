"""Regions that cover what changed."""

import numpy as np
from textual.geometry import Region

from vizterm.widgets.dirty import dirty_regions


def test_dirty_regions_cover_every_changed_cell_and_join_near_ones():
    changed = np.zeros((3, 60), bool)
    changed[0, [2, 5, 50]] = True
    changed[2, 59] = True
    regions = dirty_regions(changed, left=4, top=1)
    assert regions == [Region(6, 1, 4, 1), Region(54, 1, 1, 1), Region(63, 3, 1, 1)]
