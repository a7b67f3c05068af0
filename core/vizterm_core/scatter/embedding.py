"""An embedding: labelled points in the plane, with a picture, a map and a name for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from vizterm_core.files.data_file import DataFile
from vizterm_core.files.stored import Array
from vizterm_core.neighbours.vectors import Vectors
from vizterm_core.pictures.point_pictures import PointPictures
from vizterm_core.pictures.stacks import Maps
from vizterm_core.scatter.columns import Column
from vizterm_core.scatter.epochs import Epochs
from vizterm_core.scatter.labels import Labels
from vizterm_core.scatter.meaning import Meaning
from vizterm_core.scatter.viewport import FloatArray
from vizterm_core.text import whole_text


@dataclass(frozen=True, slots=True)
class OtherMap:
    """Another map of the same rows."""

    said: str
    """What it is, for the heading."""
    read: Callable[[], FloatArray]
    """Returns the places, (total, 2) by row: NaN where a row has none; may take seconds."""
    axes: tuple[str, str] = ("", "")
    """The names of both axes, as they are; empty where they have none."""
    details: tuple[str, ...] = ()
    """What else there is to say of it, behind that."""
    epochs: Epochs | None = None
    """Where the points are at all times, if this is one of several."""
    epoch: int = 0
    """Which of them it is."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """Labelled points in the plane, perhaps with a picture, a map and a name for each."""

    x: FloatArray
    """(n,) finite float32 or float64."""
    y: FloatArray
    """(n,) finite, same dtype."""
    labels: Labels
    images: PointPictures | None = None
    names: Array | None = None
    """(total,) strings or integers, by row."""
    rows: npt.NDArray[np.int64] | None = None
    """(n,) the row of each point in the arrays; None if no row was dropped."""
    total: int = 0
    """Rows in the arrays."""
    title: str = ""
    notes: tuple[str, ...] = field(default=())
    """Choices and assumptions, for the heading."""
    left_out: tuple[str, ...] = ()
    """What was assumed, dropped or left out of the data, also among the notes."""
    maps: Maps | None = None
    """By row, as the images."""
    files: tuple[DataFile, ...] = ()
    """The files that it was read from."""
    coloured_by: str = ""
    """The column that the labels are, a key of `columns`; empty if there is none."""
    named_by: str = ""
    """The column that the names are; empty if there is none, or no such column."""
    columns: Mapping[str, Column] = field(default_factory=dict)
    """What else is known of each row, by name: to colour by, to filter by, to read."""
    vectors: Vectors | None = None
    """What the map was made of, where the data have it; by row."""
    vector_sets: Mapping[str, Vectors] = field(default_factory=dict)
    """All that maps can be made of, by name; `vectors` is the first of them."""
    components: bool = False
    """Whether the places are principal components of `vectors`: there is no finished map."""
    absent: str = ""
    """Why rows are no points: "not in this map"; empty where their places aren't finite."""
    axes: tuple[str, str] = ("", "")
    """The names of both axes, as they are; empty where they have none."""

    map_name: str = ""
    """What this map is called beside others."""
    map_said: str = ""
    """What it is, in the heading: the first of the notes, where that is told."""
    map_details: tuple[str, ...] = ()
    """What else there is to say of it, behind that."""
    other_maps: Mapping[str, OtherMap] = field(default_factory=dict)
    """Other maps of the same rows, by what they are called."""
    beside: tuple[str, ...] = ()
    """Those of them that are to stand beside this one."""

    meaning: Meaning | None = None
    """Category or quantity, where a person has decided what the labels are."""
    epochs: Epochs | None = None
    """Where the rows are at other times; None if there is just this one."""
    epoch: int = 0
    """Which of them this is, counted from 0."""

    def __len__(self) -> int:
        return int(self.x.size)

    @property
    def dropped(self) -> int:
        """Number of rows left out because a coordinate isn't finite."""
        return self.total - len(self)

    def coloured(self, column: str, meaning: Meaning | None = None) -> Embedding:
        """Return the same points with the labels of another column.

        Parameters
        ----------
        column : str
            A key of `columns`; its values are read now, in a moment or in seconds.
        meaning : Meaning, optional
            Category or quantity; by default as the values are.

        Raises
        ------
        DataError
            If the column can't be read.
        """
        labels = self.columns[column].labels(self.rows, meaning)
        return replace(self, labels=labels, coloured_by=column, meaning=meaning)

    def row_of(self, point: int) -> int:
        """Return the row of a point in the arrays as given."""
        return point if self.rows is None else int(self.rows[point])

    def point_of(self, row: int) -> int | None:
        """Return the point of a row; None for a row that was dropped or doesn't exist."""
        if not 0 <= row < self.total:
            return None
        if self.rows is None:
            return row
        point = int(np.searchsorted(self.rows, row))
        return point if point < self.rows.size and self.rows[point] == row else None

    def by_row(self) -> FloatArray:
        """Return the places, (total, 2) by row: NaN where a row has none."""
        places = np.stack((self.x, self.y), axis=1)
        if self.rows is None:
            return places
        everywhere = np.full((self.total, 2), np.nan, places.dtype)
        everywhere[self.rows] = places
        return everywhere

    def why_absent(self, row: int) -> str:
        """Return why no point has a row, in words for people; empty if one has it."""
        if self.point_of(row) is not None:
            return ""
        if 0 <= row < self.total:
            if self.absent:
                return f"row {row:,} is {self.absent}"
            return f"row {row:,} was dropped: its coordinates are not finite"
        if not self.total:
            return "there are no rows"
        return f"there is no row {row:,}; the last is {self.total - 1:,}"

    def name_of(self, point: int) -> str:
        """Return the name of a point, whole and as it is; empty without names.

        It isn't harmless for a terminal.
        """
        return "" if self.names is None else whole_text(self.names[self.row_of(point)])
