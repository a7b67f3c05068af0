"""What of an embedding a figure shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm.embed.scatter.density_look import DensityLook
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.selection import Selection
from vizterm_core.scatter.viewport import MARGIN, Extent


@dataclass(frozen=True, slots=True)
class Subject:
    """What of an embedding a figure shows."""

    embedding: Embedding
    index: PointIndex
    visible: npt.NDArray[np.bool_]
    """(labels,) which labels are drawn."""
    extent: Extent
    """What has to be in view."""
    margin: float = MARGIN
    """Part of the extent that is left free on each side."""
    stretched: bool = False
    """Whether both directions fill the plot, instead of keeping data units square."""
    highlight: int | None = None
    context: bool = False
    """Whether points that a filter leaves out are seen behind the others."""
    names: bool = True
    """Whether the labels' names stand on the map."""
    filtered: str = ""
    """What is said of a filter."""
    density: DensityLook | None = None
    """The density that is drawn, and whether dots are drawn over it; None for dots alone."""
    blur: tuple[float, float] = (0.0, 0.0)
    """Sigma of the density across and down, in data units."""
    selection: Selection | None = None
    """Points that stand out, while the others step back."""
    marked: tuple[int, ...] = ()
    """Points that have rings of their own."""

    @property
    def selected_count(self) -> int:
        """Selected points of labels that are drawn, which no filter leaves out."""
        if self.selection is None or not self.selection:
            return 0
        codes = len(self.index.rarity)
        counts = self.selection.by_label(self.index.labels, codes)
        return int(counts[: self.visible.size][self.visible].sum())

    @classmethod
    def of(
        cls,
        embedding: Embedding,
        index: PointIndex,
        *,
        filtered: str = "",
        names: bool = True,
        marked: tuple[int, ...] = (),
    ) -> Subject:
        """Return all of an embedding but what is far outside."""
        return cls(
            embedding,
            index,
            index.all_visible(),
            index.bulk,
            filtered=filtered,
            names=names,
            marked=marked,
        )
