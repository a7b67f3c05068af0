"""Roles of a source's arrays: by name, then by shape; a key given by hand wins.

Headers decide, and of a few columns their first rows: this takes as long for 4 kB as for 4 GB.
What doesn't fit falls through and is said; only what a person has named must fit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.source import ArraySpec, Categories, Form, Source
from vizterm_core.load.choose import check_length, given, naming
from vizterm_core.load.column_choice import ColumnChoice, Taken
from vizterm_core.load.coords import Coords, Layout
from vizterm_core.load.find_coords import choose_coords
from vizterm_core.load.first_rows import FirstRows
from vizterm_core.load.keys import NONE, Keys
from vizterm_core.load.other_maps import map_of, maps_beside, split_maps
from vizterm_core.load.peek import peek_all
from vizterm_core.load.picture_roles import MAPS_NAMES, choose_images
from vizterm_core.load.vector_roles import VectorChoice, all_vectors, choose_vectors
from vizterm_core.load.words import (
    CLASSES_NAMES,
    LABELS_NAMES,
    NAMES_NAMES,
    PROBABILITIES_NAMES,
    Word,
)  # fmt: skip
from vizterm_core.scatter.meaning import Meaning
from vizterm_core.text import clean

SAVE = "save several arrays into one file with np.savez('data.npz', X=X, y=y)"

_MOST_CLASSES = 4096
"""Columns of a matrix of probabilities, at most."""
_MOST_PARTS = 64
"""Columns of a matrix of labels that are listed one by one."""
_MOST_LOOKED_AT = 64
"""Columns that are looked into for the most telling one."""
_ONE = 0.01
"""The most by which the probabilities of a row may miss a sum of 1."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The arrays that were chosen."""

    coords: Coords
    labels: ColumnChoice | None
    images: ArraySpec | None
    maps: ArraySpec | None
    """Found by name only: by shape, they might be grey images."""
    names: ArraySpec | None
    image_shape: tuple[int, ...] | None
    """The shape of one image as it is read."""
    columns: tuple[ColumnChoice, ...] = ()
    """Everything that has one entry a point; labels and names are among them."""
    vectors: VectorChoice | None = None
    """What near is measured by in the original space."""
    vector_sets: tuple[VectorChoice, ...] = ()
    """All that maps can be made of, the one above first."""
    notes: tuple[str, ...] = ()
    """What was assumed or left out, for people."""
    beside: tuple[Coords, ...] = ()
    """Other maps of the same points, which are to stand beside the first."""

    def keys(self) -> dict[str, str | None]:
        """Return role -> the array's name; None for a role without an array."""
        return {
            "coords": ",".join(self.coords.names),
            "labels": self.labels.name if self.labels else None,
            "images": self.images.name if self.images else None,
            "maps": self.maps.name if self.maps else None,
            "names": self.names.name if self.names else None,
        }

    def specs(self) -> tuple[ArraySpec, ...]:
        """Return the arrays that are read at once, and those of pictures and maps."""
        labels = self.labels.spec if self.labels else None
        chosen = (*self.coords.specs, labels, self.images, self.maps, self.names)
        return tuple(spec for spec in chosen if spec is not None)


def choose_roles(source: Source, keys: Keys | None = None) -> Choice:
    """Find coordinates, labels, images, maps and names in a source.

    Parameters
    ----------
    source : Source
    keys : Keys, optional
        Arrays chosen by hand.

    Raises
    ------
    UsageError
        If a key given by hand isn't in the source.
    DataError
        If there are no coordinates, or an array given by hand doesn't fit; the message lists the
        arrays, and the hint names the option to use.
    """
    with naming(source):
        if not source.columns:
            said = "; ".join(getattr(source, "notes", ()))
            raise DataError("the file holds no arrays" + (f"; {said}" if said else ""), SAVE)
        return _Chooser(source, keys or Keys()).choice()


class _Chooser:
    """Takes the roles one after another; what is taken isn't taken again."""

    def __init__(self, source: Source, keys: Keys) -> None:
        self._source, self._keys = source, keys
        self._notes: list[str] = []
        self._first = FirstRows(source)
        asked = split_maps(source, keys.coords)
        self._coords = map_of(source, asked[0]) if asked else choose_coords(source, keys)
        self._beside = maps_beside(source, self._coords, asked[1:])
        self._count = self._coords.count
        self._word = Word.of(self._coords.specs[0].name)

    def choice(self) -> Choice:
        coords = self._coords
        images, image_shape = choose_images(self._source, self._keys, coords)
        maps = self._maps(images)
        names = self._names()
        labels = self._labels(names)
        columns = self._columns(labels)
        if labels is None and self._keys.labels is None:
            labels = self._most_telling(columns, names)
        if labels is not None:
            labels = self._with_classes(labels, names)
            columns = [labels if each.name == labels.name else each for each in columns]
        taken = images, maps, None if labels is None else labels.spec
        vectors = choose_vectors(self._source, self._keys, self._coords, taken)
        return Choice(
            self._coords, labels, images, maps, names, image_shape, tuple(columns), vectors,
            all_vectors(self._source, self._coords, vectors, taken), tuple(self._notes),
            self._beside,
        )  # fmt: skip

    # names

    def _names(self) -> ArraySpec | None:
        if self._keys.names == NONE:
            return None
        if self._keys.names is not None:
            spec = given(self._source, "names", self._keys.names)
            if not _is_names(spec):
                raise DataError(
                    f"{spec.describe()} can't be names", "name another array with --names KEY|none"
                )
            check_length(spec, "names", self._count, self._coords.called)
            return spec
        for spec in self._known(NAMES_NAMES):
            if _is_names(spec) and self._fits(spec):
                return spec
        texts = [spec for spec in self._long() if _is_text(spec) and not self._known_label(spec)]
        found = next((spec for spec in texts if self._first.meaning(spec) is Meaning.TEXT), None)
        if found is not None:
            return found
        labels = [spec for spec in self._long() if _is_text(spec) and self._known_label(spec)]
        return labels[0] if len(labels) == 1 and self._first.all_differ(labels[0]) else None

    # labels

    def _labels(self, names: ArraySpec | None) -> ColumnChoice | None:
        if self._keys.labels == NONE:
            return None
        if self._keys.labels is not None:
            return self._labels_by_hand(self._keys.labels)
        if self._coords.layout is Layout.VECTORS and (found := self._third_column()) is not None:
            return found
        return self._known_labels(names) or self._probabilities()

    def _known_labels(self, names: ArraySpec | None) -> ColumnChoice | None:
        """Return a column of a known name; what is the same everywhere only if all else is too."""
        constant: ColumnChoice | None = None
        for spec in self._known(LABELS_NAMES):
            if spec is names or spec in self._coords.specs or not spec.shape:
                continue
            if not self._fits(spec):
                self._left_out(spec)
                continue
            if spec.objects:
                self._notes.append(
                    f"{clean(spec.name)} not used: an object array, which only pickle can read"
                )
                continue
            if (choice := self._as_labels(spec)) is not None:
                if choice.taken is not Taken.ALL or not self._first.is_constant(spec):
                    return choice
                constant = constant or choice
                continue
            several = len(spec.shape) == 2 and spec.dtype.kind in "biuf"
            why = "holds several labels a point" if several else "can't be labels"
            self._notes.append(f"{spec.describe()} {why}")
        if constant is None:
            return None
        return self._probabilities() or self._most_telling(self._columns(None), names) or constant

    def _probabilities(self) -> ColumnChoice | None:
        for spec in self._known(PROBABILITIES_NAMES):
            found = self._as_labels(spec) if self._fits(spec) else None
            if found is not None and found.taken is Taken.ARGMAX:
                return found
        return None

    def _labels_by_hand(self, key: str) -> ColumnChoice:
        spec = given(self._source, "labels", key)
        choice = self._as_labels(spec)
        if choice is None:
            raise DataError(
                f"{spec.describe()} can't be labels", "name another array with --labels KEY|none"
            )
        check_length(spec, "labels", self._count, self._coords.called)
        return choice

    def _as_labels(self, spec: ArraySpec) -> ColumnChoice | None:
        if _is_values(spec):
            return ColumnChoice(spec)
        matrix = spec.form is Form.ARRAY and len(spec.shape) == 2 and spec.dtype.kind in "biuf"
        if not matrix or not 2 <= spec.shape[1] <= _MOST_CLASSES:
            return None
        if (rows := self._first.peek(spec)) is None or isinstance(rows, Categories):
            return None
        if _one_a_row(np.asarray(rows, np.float64)):
            self._notes.append(f"the argmax of {clean(spec.name)}")
            return ColumnChoice(spec, Taken.ARGMAX)
        return None

    def _third_column(self) -> ColumnChoice | None:
        """Take a matrix (n, 3) as x, y and a label, if its third column is whole numbers."""
        (spec,) = self._coords.specs
        if spec.shape[1:] != (3,) or spec.dtype.kind != "f" or self._keys.coords is not None:
            return None
        rows = self._first.peek(spec)
        if rows is None or isinstance(rows, Categories) or len(rows) < 4:
            return None
        whole = [bool((column == np.floor(column)).all()) for column in rows.T]
        few = np.unique(rows[:, 2]).size <= max(2, min(256, len(rows) // 2))
        if whole != [False, False, True] or not few:
            return None
        self._coords = Coords((spec,), Layout.LABELLED)
        return ColumnChoice(spec, Taken.NTH, 2)

    def _most_telling(
        self, columns: list[ColumnChoice], names: ArraySpec | None
    ) -> ColumnChoice | None:
        """Return what is best to colour by where no name says so.

        Text comes first, then classes, a quantity, dates; of text and of classes those that say
        most, as by Shannon's entropy of the first rows.
        """
        ranked = []
        for place, column in enumerate(columns[:_MOST_LOOKED_AT]):
            if column.spec is names or column.taken is not Taken.ALL:
                continue
            meaning = self._first.meaning(column.spec)
            if meaning is Meaning.TEXT or meaning is None or self._first.says_nothing(column.spec):
                continue
            text = _is_text(column.spec)
            order = (Meaning.CATEGORY, Meaning.QUANTITY, Meaning.DATE).index(meaning)
            told = self._first.entropy(column.spec) if meaning is Meaning.CATEGORY else 0.0
            ranked.append((not text, order, -told, place, column))
        return min(ranked, key=lambda entry: entry[:4])[4] if ranked else None

    def _with_classes(self, labels: ColumnChoice, names: ArraySpec | None) -> ColumnChoice:
        """Give numbers of classes the names that stand apart, once a class."""
        numbers = labels.taken is Taken.ARGMAX or labels.spec.dtype.kind in "iuf"
        if labels.taken is Taken.NTH or labels.spec.form is not Form.ARRAY or not numbers:
            return labels
        stem = Word.of(labels.spec.name).stem
        known = (*CLASSES_NAMES, f"{stem}_names", f"{stem}_classes", f"{stem}s")
        for spec in self._known(known, of_any_length=True):
            if not _is_text(spec) or spec is names or spec is labels.spec:
                continue
            if spec.shape[0] != self._count and self._classes_fit(spec, labels):
                return ColumnChoice(labels.spec, labels.taken, labels.nth, spec)
        return labels

    def _classes_fit(self, spec: ArraySpec, labels: ColumnChoice) -> bool:
        if labels.taken is Taken.ARGMAX:
            return spec.shape[0] == labels.spec.shape[1]
        values = peek_all(self._source, labels.spec)
        if values is None or not values.size:
            return False
        numbers = np.ma.compressed(np.ma.masked_invalid(np.ma.asarray(values, np.float64)))
        if not numbers.size or (numbers != np.floor(numbers)).any() or numbers.min() < -1:
            return False
        one_based = numbers.min() == 1 and numbers.max() == spec.shape[0]
        return bool(numbers.max() < spec.shape[0]) or one_based

    # maps and columns

    def _maps(self, images: ArraySpec | None) -> ArraySpec | None:
        if self._keys.maps == NONE:
            return None
        if self._keys.maps is not None:
            spec = given(self._source, "maps", self._keys.maps)
            if not _is_map_stack(spec):
                raise DataError(
                    f"{spec.describe()} can't be maps", "name another array with --maps KEY|none"
                )
            check_length(spec, "maps", self._count, self._coords.called)
            return spec
        for spec in self._known(MAPS_NAMES):
            if spec is images or spec in self._coords.specs or not spec.shape:
                continue
            if _is_map_stack(spec) and self._fits(spec):
                return spec
            self._left_out(spec)
        return None

    def _columns(self, labels: ColumnChoice | None) -> list[ColumnChoice]:
        columns = [ColumnChoice(spec) for spec in self._long() if _is_values(spec)]
        for spec in self._known(LABELS_NAMES):
            matrix = len(spec.shape) == 2 and 2 <= spec.shape[1] <= _MOST_PARTS
            mine = labels is not None and labels.spec is spec
            usable = spec.form is Form.ARRAY and spec.dtype.kind in "biuf"
            if matrix and usable and not mine and self._fits(spec):
                columns += [ColumnChoice(spec, Taken.NTH, k) for k in range(spec.shape[1])]
        if labels is not None and all(column.name != labels.name for column in columns):
            columns.append(labels)
        return columns

    # among the columns

    def _known(self, names: tuple[str, ...], *, of_any_length: bool = False) -> list[ArraySpec]:
        """Return columns of known names: of the coordinates' split first, then by rank."""
        found = []
        for place, spec in enumerate(self._source.columns.values()):
            word = Word.of(spec.name)
            rank = word.rank(names)
            if rank is None or spec in self._coords.specs:
                continue
            other_split = word.split != self._word.split
            wrong = not of_any_length and not self._fits(spec)
            found.append((other_split and wrong, other_split, rank, place, spec))
        return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:-1])]

    def _known_label(self, spec: ArraySpec) -> bool:
        return Word.of(spec.name).rank(LABELS_NAMES) is not None

    def _long(self) -> Iterable[ArraySpec]:
        """Return columns with one entry a point that aren't coordinates, those of its split."""
        for spec in self._source.columns.values():
            split = Word.of(spec.name).split
            same = not split or not self._word.split or split == self._word.split
            if same and self._fits(spec) and spec not in self._coords.specs:
                yield spec

    def _fits(self, spec: ArraySpec) -> bool:
        return spec.shape[:1] == (self._count,)

    def _left_out(self, spec: ArraySpec) -> None:
        """Note that a column of a known name isn't used, unless it belongs to another split."""
        if Word.of(spec.name).split == self._word.split and spec.shape and not spec.objects:
            if len(spec.shape) == 1 and _is_text(spec):
                return
            self._notes.append(f"{spec.describe()} not used: there are {self._count:,} points")


def _one_a_row(rows: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    """Whether rows are one-hot, or probabilities: none below 0, with a sum of 1."""
    rows = rows[np.isfinite(rows).all(axis=1)]
    return bool(rows.size and (rows >= 0).all() and (np.abs(rows.sum(axis=1) - 1) <= _ONE).all())


def _is_values(spec: ArraySpec) -> bool:
    """Whether a column can be coloured by: one value a row, of a kind that can be told."""
    if spec.form is Form.ENCODED or spec.objects:
        return False
    usable = spec.form in (Form.TEXT, Form.CATEGORIES) or spec.dtype.kind in "biufMmUS"
    return usable and _is_column(spec)


def _is_text(spec: ArraySpec) -> bool:
    text = spec.form in (Form.TEXT, Form.CATEGORIES) or spec.dtype.kind in "US"
    return text and _is_column(spec)


def _is_names(spec: ArraySpec) -> bool:
    number = spec.form is Form.ARRAY and spec.dtype.kind in "iu" and _is_column(spec)
    return number or _is_text(spec)


def _is_map_stack(spec: ArraySpec) -> bool:
    shape = spec.shape
    map_axes = len(shape) == 3 or (len(shape) == 4 and shape[1] == 1)
    real = spec.form is Form.ARRAY and spec.dtype.kind in "biuf"
    return real and map_axes and 0 not in shape[1:]


def _is_column(spec: ArraySpec) -> bool:
    return len(spec.shape) == 1 or (len(spec.shape) == 2 and spec.shape[1] == 1)
