"""Columns that a reader has parsed into memory, as a `Source`: for formats read in one go."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from vizterm_core.files.data_file import DataFile
from vizterm_core.files.source import ArraySpec, Categories, Form, read_array
from vizterm_core.files.stored import Array
from vizterm_core.text import clean


class TableSource:
    """Columns in memory that were read from files; reading one fails once a file was rewritten.

    Parameters
    ----------
    columns : dict of str to ndarray or Categories
        Object arrays are text (`Form.TEXT`) unless `forms` says otherwise.
    name : str
        Of the source in messages.
    files : sequence of DataFile
    skipped : dict of str to str
        Parts that are no columns, by name, and why.
    notes : sequence of str
        What the source says about itself: choices, rows left out.
    places : dict of str to str
        Where a column comes from, for people; "in memory" for the others.
    forms : dict of str to Form
        Of columns whose values don't tell.
    single : bool
        Whether there is just one column, and its name isn't in the file.
    """

    def __init__(
        self,
        columns: Mapping[str, Array | Categories],
        name: str,
        *,
        files: Sequence[DataFile] = (),
        skipped: Mapping[str, str] | None = None,
        notes: Sequence[str] = (),
        places: Mapping[str, str] | None = None,
        forms: Mapping[str, Form] | None = None,
        single: bool = False,
    ) -> None:
        self.name = clean(name)
        self.files = tuple(files)
        self.single = single
        self.skipped = {clean(part): why for part, why in (skipped or {}).items()}
        self.notes = tuple(notes)
        self._values = dict(columns)
        places, forms = places or {}, forms or {}
        self.columns = {
            key: _spec(key, values, places.get(key, "in memory"), forms.get(key))
            for key, values in columns.items()
        }

    def called(self, column: str) -> str:
        """A column in messages: "points.csv: label"; of a single one, the file."""
        return self.name if self.single else f"{self.name}: {clean(column)}"

    def open(self, column: str, max_bytes: int | None = None) -> Array:  # noqa: ARG002
        """Return a column, of categories the value of each row; errors as of `read`."""
        return read_array(self, column)

    def read(self, column: str, max_bytes: int | None = None) -> Array | Categories:  # noqa: ARG002
        """Return a column itself.

        Raises
        ------
        DataError
            If a file was rewritten in place since it was opened.
        """
        for file in self.files:
            file.check()
        return self._values[column]


def _spec(name: str, values: Array | Categories, place: str, form: Form | None) -> ArraySpec:
    if isinstance(values, Categories):
        return ArraySpec(name, (len(values),), values.values.dtype, place, form=Form.CATEGORIES)
    if form is None:
        form = Form.TEXT if values.dtype == object else Form.ARRAY
    return ArraySpec(name, values.shape, values.dtype, place, form=form)


def unused_name(name: str, taken: Container[str]) -> str:
    """Return a name, numbered where it is taken: "label 2"."""
    unused, number = name, 2
    while unused in taken:
        unused = f"{name} {number}"
        number += 1
    return unused
