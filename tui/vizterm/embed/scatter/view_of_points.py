"""A view of points, as those see it that draw them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.viewport import Viewport


@dataclass(frozen=True, slots=True)
class ViewOfPoints:
    """The points of a view, as far as drawing them needs it."""

    index: PointIndex
    viewport: Viewport
    visible: npt.NDArray[np.bool_]
    highlight: int | None = None
