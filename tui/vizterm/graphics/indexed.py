"""Pixels that are entries of a palette: maps in the colours of a colormap."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vizterm_core.pictures.image import Picture

MOST_COLOURS = 256
"""Entries that a byte can tell apart."""

Lines = slice | npt.NDArray[np.intp]
"""Some rows or columns of a picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Indexed:
    """A picture of at most 256 colours."""

    entries: npt.NDArray[np.uint8]
    """(H, W) places in the palette."""
    palette: npt.NDArray[np.uint8]
    """(n, 3) colours, n up to 256."""
    ramp: int = 0
    """The first entries of the palette that rise evenly: any of them can stand for those beside."""
    blank: int = 0
    """Rows at the bottom that show nothing."""

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W)"""
        height, width = self.entries.shape
        return height, width

    def take(
        self, rows: slice | npt.NDArray[np.intp], columns: slice | npt.NDArray[np.intp]
    ) -> Indexed:
        """Return some rows and columns, rising."""
        height = self.shape[0]
        chosen = np.arange(height)[rows]
        blank = int(np.count_nonzero(chosen >= height - self.blank))
        return replace(self, entries=self.entries[rows][:, columns], blank=blank)

    def drawn(self) -> Indexed:
        """Return it without its blank rows."""
        if not self.blank:
            return self
        return replace(self, entries=self.entries[: self.shape[0] - self.blank], blank=0)

    def rgb(self) -> Picture:
        """Return (H, W, 3) colours; blank rows are black."""
        picture: Picture = self.palette[self.entries]
        if self.blank:
            picture[-self.blank :] = 0
        return picture

    def coarser(self, step: int) -> Indexed:
        """Return it with every `step` neighbours of the ramp as one colour, that between them."""
        if step <= 1 or not self.ramp:
            return self
        middle = np.arange(self.ramp) // step * step + step // 2
        table = np.arange(len(self.palette))
        table[: self.ramp] = np.minimum(middle, self.ramp - 1)
        return replace(self, entries=table.astype(np.uint8)[self.entries])

    def used(self) -> Indexed:
        """Return the same picture with a palette of its own colours, the commonest first."""
        counts = np.bincount(self.entries.ravel(), minlength=len(self.palette))
        order = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
        place = np.zeros(len(self.palette), np.uint8)
        place[order] = np.arange(len(order))
        return replace(self, entries=place[self.entries], palette=self.palette[order], ramp=0)

    def with_picture(self, picture: Picture, where: npt.NDArray[np.bool_]) -> Indexed | None:
        """Return it with other colours in some places; None if these were too many colours.

        Parameters
        ----------
        picture : (H, W, 3) uint8
        where : (H, W) bool
        """
        kept = self.used()
        colours, places = np.unique(picture[where], axis=0, return_inverse=True)
        if len(kept.palette) + len(colours) > MOST_COLOURS:
            return None
        entries = kept.entries.copy()
        entries[where] = (places.ravel() + len(kept.palette)).astype(np.uint8)
        return replace(kept, entries=entries, palette=np.concatenate([kept.palette, colours]))
