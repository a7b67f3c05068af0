"""Maps of the same rows: the one that the data came with, and those that were made of vectors."""

from __future__ import annotations

import itertools
from collections.abc import Container
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vizterm.embed.indexed import IndexedEmbedding
from vizterm_core.neighbours.vectors import Vectors
from vizterm_core.reduce.facts import Facts
from vizterm_core.reduce.parameters import Parameters
from vizterm_core.reduce.process import Made
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.epochs import Epochs
from vizterm_core.scatter.moved import as_other, moved
from vizterm_core.text import clean

Rows = npt.NDArray[np.int64]

_NAMELESS = "map"
NOT_IN_MAP = "not in this map"


@dataclass(frozen=True, slots=True, eq=False)
class PlaneMap:
    """A map that can be shown: places of the rows, and what is said of it."""

    coords: npt.NDArray[np.floating]
    """(total, 2) by row, NaN for rows that aren't in it."""
    name: str
    """In a few words: "UMAP", "PCA"."""
    notes: tuple[str, ...]
    """What it is, and what was assumed or left out, for the heading."""
    left_out: tuple[str, ...] = ()
    """What was assumed or left out."""
    details: tuple[str, ...] = ()
    """What there is to say of it behind the first of the notes."""
    components: bool = False
    """Whether it is a PCA that nobody asked for."""
    facts: Facts | None = None
    """None for the map that the data came with."""
    rows: Rows | None = None
    """(k,) the rows that it was made of; None for all."""
    vectors: str = ""
    """The vectors that it was made of, by their name among the data's `vector_sets`; empty for
    those that neighbours are found by in any case."""
    epochs: Epochs | None = None
    """Where the points are at all times, if it is one of several; one that was made is of one."""
    epoch: int = 0

    @classmethod
    def of(cls, embedding: Embedding) -> PlaneMap:
        """Return the map that an embedding is."""
        name = embedding.map_name or _NAMELESS
        return cls(
            embedding.by_row(),
            name,
            embedding.notes,
            embedding.left_out,
            embedding.map_details,
            embedding.components,
            epochs=embedding.epochs,
            epoch=embedding.epoch,
        )

    @classmethod
    def made(
        cls, made: Made, base: Embedding, vectors: str = "", taken: Container[str] = ()
    ) -> PlaneMap:
        """Return a map that was made of the vectors of some data; `taken` names are others'."""
        coords = np.full((base.total, 2), np.nan, np.float32)
        coords[slice(None) if made.rows is None else made.rows] = made.places
        left_out = (*made.facts.said, *base.left_out)
        count = None if made.rows is None else int(made.rows.size)
        name = _free_name(made.facts, count, vectors, taken)
        said, *details = described(made.facts, count)
        notes = (said, *left_out)
        return cls(
            coords, name, notes, left_out, (*details,), False, made.facts, made.rows, vectors
        )

    @property
    def absent(self) -> str:
        """Why other rows are no points; empty where it is for their places, which aren't finite."""
        return "" if self.rows is None else NOT_IN_MAP

    def shown(self, loaded: IndexedEmbedding) -> IndexedEmbedding:
        """Return data at the places of this map.

        Raises
        ------
        DataError
            If no row has a place.
        """
        now = loaded.embedding
        others = {name: other for name, other in now.other_maps.items() if name != self.name}
        if (before := now.map_name or _NAMELESS) != self.name:
            others[before] = replace(as_other(now), said=now.map_said or before)
        # Neighbours and trust are those in the space that the map was made of.
        held = loaded.embedding.vector_sets.get(self.vectors, self._first(loaded.embedding))
        loaded = replace(loaded, embedding=replace(loaded.embedding, vectors=held))
        there = loaded.moved(self.coords)
        embedding = replace(self._told(there.embedding), other_maps=others)
        return replace(there, embedding=embedding)

    def at(self, embedding: Embedding) -> Embedding:
        """Return an embedding at the places of this map; errors as of `shown`."""
        return self._told(moved(embedding, self.coords))

    @staticmethod
    def _first(embedding: Embedding) -> Vectors | None:
        return next(iter(embedding.vector_sets.values()), embedding.vectors)

    def _told(self, there: Embedding) -> Embedding:
        return replace(
            there,
            notes=self.notes,
            map_name=self.name,
            map_said=self.notes[0] if self.notes else self.name,
            axes=("", "") if self.facts is not None else there.axes,
            left_out=self.left_out,
            map_details=self.details,
            components=self.components,
            epochs=self.epochs,
            epoch=self.epoch,
            absent=self.absent,
        )


def _free_name(facts: Facts, count: int | None, vectors: str, taken: Container[str]) -> str:
    """Return a name for a map that no other one has."""
    name = facts.method.shown + (f" {clean(vectors)}" if vectors else "")
    name += "" if count is None else f" of {count:,} points"
    return next(
        each
        for number in itertools.count(1)
        if (each := name if number == 1 else f"{name} ({number})") not in taken
    )


def described(facts: Facts, count: int | None) -> tuple[str, ...]:
    """Return what a map is: of what, with which parameters, by which library.

    Parameters
    ----------
    facts : Facts
    count : int, optional
        Rows that it was made of; all without.
    """
    of = f"{facts.method.shown} of {clean(facts.vectors)}, {facts.width:,} dimensions"
    if count is not None:
        of += f", {count:,} points"
    if facts.metric is None:
        return (of,)
    chosen, usual = facts.parameters, Parameters()
    made = [f"{facts.neighbours} neighbours", facts.metric.value]
    made += [f"min-dist {chosen.min_dist:g}"] * (chosen.min_dist != usual.min_dist)
    made += [f"seed {chosen.seed}"] * (chosen.seed != usual.seed)
    return of, ", ".join(made), clean(facts.by)
