"""Coordinates among the columns of a source: how they lie in it, and how that is said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from vizterm_core.files.source import ArraySpec
from vizterm_core.text import clean, describe_shape

_MOST_OTHERS = 4


class Layout(Enum):
    """How coordinates lie in their columns."""

    PLANE = "plane"
    """One column (n, 2)."""
    TRANSPOSED = "transposed"
    """One column (2, n)."""
    EPOCHS = "epochs"
    """One column (epochs, n, 2)."""
    STEPS = "steps"
    """One column (n, epochs, 2)."""
    PAIR = "pair"
    """Two columns (n,)."""
    COMPLEX = "complex"
    """One column (n,) of complex numbers: x + iy."""
    VECTORS = "vectors"
    """One column (n, d), or (n, ...) taken flat, to be reduced by PCA."""
    THUMBNAILS = "thumbnails"
    """One column (n,) of encoded pictures or paths, whose thumbnails are reduced by PCA."""
    GRID = "grid"
    """One column (n,) of encoded pictures or paths, too many to decode: in rows."""
    LABELLED = "labelled"
    """One column (n, 3): x, y and a label."""
    COLUMNS = "columns"
    """Three columns or more (n,), to be reduced by PCA."""
    TABLE = "table"
    """Numbers of any kind in columns (n,), which are standardised before PCA."""


@dataclass(frozen=True, slots=True)
class Coords:
    """The columns that hold the coordinates, and how."""

    specs: tuple[ArraySpec, ...]
    layout: Layout
    others: tuple[str, ...] = ()
    """Names of further columns that could be coordinates."""
    guessed: bool = False
    """Whether one of the others could as well have been taken."""

    @property
    def count(self) -> int:
        """Number of rows."""
        shape = self.specs[0].shape
        return shape[1] if self.layout in (Layout.TRANSPOSED, Layout.EPOCHS) else shape[0]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(spec.name for spec in self.specs)

    @property
    def called(self) -> str:
        """The columns in messages."""
        if len(self.specs) == 1:
            return self.specs[0].describe()
        return " and ".join(spec.describe() for spec in self.specs[:2])

    @property
    def called_short(self) -> str:
        """What the map is called beside others: "tsne", "x, y", "PCA of features"."""
        names = ", ".join(clean(name) for name in self.names[:2])
        more = len(self.specs) - 2
        if more > 0:
            names += f" and {more:,} more"
        return f"PCA of {names}" if self.reduced else names

    @property
    def reduced(self) -> bool:
        """Whether the coordinates are principal components of more than two dimensions."""
        return self.layout in (
            Layout.VECTORS, Layout.COLUMNS, Layout.TABLE, Layout.THUMBNAILS
        )  # fmt: skip

    def said(self) -> str:
        """Return what the coordinates are, for the heading."""
        first, names = clean(self.specs[0].name), ", ".join(clean(name) for name in self.names)
        shape = self.specs[0].shape
        if self.layout is Layout.VECTORS:
            width = 1
            for side in shape[1:]:
                width *= side
            return f"PCA of {first}, {width:,} dimensions"
        if self.layout is Layout.TABLE:
            shown = names if len(self.specs) <= _MOST_OTHERS else f"{len(self.specs)} columns"
            return f"PCA of {shown}, standardised"
        return {
            Layout.THUMBNAILS: f"PCA of {first}, by the likeness of their pixels",
            Layout.GRID: f"{first} in a grid, in the order of their rows",
            Layout.PLANE: f"coordinates {first}",
            Layout.TRANSPOSED: f"coordinates {first}, transposed from {describe_shape(shape)}",
            Layout.EPOCHS: f"coordinates {first} at {shape[0]:,} epochs",
            Layout.STEPS: f"coordinates {first} at {shape[-2:][0]:,} epochs",
            Layout.PAIR: f"coordinates {names}",
            Layout.COMPLEX: f"coordinates {first}, real and imaginary",
            Layout.COLUMNS: f"PCA of {names}",
            Layout.LABELLED: f"coordinates {first}, its first two columns",
        }[self.layout]

    def axes(self) -> tuple[str, str]:
        """Return the names of both axes, as they are: of columns, or of parts of one."""
        first = self.specs[0].name
        if self.reduced:
            return "PC 1", "PC 2"
        if self.layout is Layout.GRID:
            return "", ""
        if self.layout is Layout.PAIR:
            return first, self.specs[1].name
        if self.layout is Layout.COMPLEX:
            return f"Re {first}", f"Im {first}"
        return f"{first} 1", f"{first} 2"

    def notes(self) -> tuple[str, ...]:
        """Return `said`, and what else there is to choose from where it was a guess."""
        if not self.guessed:
            return (self.said(),)
        return self.said(), f"--coords chooses {self.also()}"

    def also(self) -> str:
        """Return the names of the others."""
        shown = ", ".join(clean(name) for name in self.others[:_MOST_OTHERS])
        more = len(self.others) - _MOST_OTHERS
        return shown + (f" and {more:,} more" if more > 0 else "")

    def describe(self) -> str:
        """Return the columns with shape and dtype, and what is done with them."""
        names = "; ".join(spec.describe() for spec in self.specs[:_MOST_OTHERS])
        if len(self.specs) > _MOST_OTHERS:
            names += f"; and {len(self.specs) - _MOST_OTHERS:,} more"
        if self.reduced:
            ways = {Layout.TABLE: "standardised, ", Layout.THUMBNAILS: "by their pixels, "}
            way = ways.get(self.layout, "")
            return f"{names}, {way}reduced to 2-D by PCA"
        rest = self.said().partition(", ")[2] if self.layout is not Layout.PAIR else ""
        return f"{names}, {rest}" if rest else names
