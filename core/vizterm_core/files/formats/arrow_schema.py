"""The columns that an Arrow schema describes: names, kinds, and what is left out and why.

The schema alone says what numbers, text and categories are.  How long lists are, and whether
bytes are pictures, is seen in the first rows that hold any.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vizterm_core.files.formats.arrow_columns import (
    DAMAGE,
    ClassNames,
    Dictionary,
    Encoded,
    Kind,
    Moments,
    Numbers,
    SideBySide,
    Spans,
    Text,
    Vectors,
    WrittenVectors,
    plain,
    texts,
)
from vizterm_core.files.text.numbered import numbered_groups, pixel_grid
from vizterm_core.files.vectors_text import vector_width
from vizterm_core.text import clean

Peek = Callable[[tuple[str, ...]], "pa.Array | None"]
"""Returns the first rows of a column that hold any value, None if none does."""

_DEEPEST = 4
"""Structs and lists in one another that are looked into."""
_MOST_AXES = 3
_MOST_LOOKED_AT = 64
_INDEX = re.compile(r"__index_level_\d+__")
_PICTURES = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*",
)  # fmt: skip
_SOUND = (b"RIFF", b"fLaC", b"OggS", b"ID3")


@dataclass(frozen=True, slots=True)
class ArrowColumn:
    """A column, and its place in the file."""

    name: str
    path: tuple[str, ...]
    """Fields from the outside in: ("image", "bytes")."""
    kind: Kind
    type: str
    """Its type in the file, for people."""
    beside: tuple[str, ...] = ()
    """Further columns of the file that belong to it."""


class Plan:
    """Columns of a schema.

    Parameters
    ----------
    schema : pyarrow.Schema
    peek : callable
    """

    def __init__(self, schema: pa.Schema, peek: Peek) -> None:
        self.columns: list[ArrowColumn] = []
        self.skipped: dict[str, str] = {}
        self._peek = peek
        self._names = class_names(schema.metadata)
        counts = Counter(schema.names)
        for field in schema:
            if counts[field.name] > 1:
                self.skipped[clean(field.name)] = "a name that several columns have"
            elif _INDEX.fullmatch(field.name) and not is_text(_stored(field.type)):
                self.skipped[clean(field.name)] = "the index that pandas numbers rows with"
            else:
                name = "index" if _INDEX.fullmatch(field.name) else field.name
                self._add(name, (field.name,), field.type)

        self._group()

    def _group(self) -> None:
        """Put columns together that are one array, told by their names: "emb_0 … emb_767"."""
        numeric = [isinstance(column.kind, Numbers) for column in self.columns]
        numeric = [
            number and len(column.path) == 1 and column.kind.dtype.kind in "iuf"
            for number, column in zip(numeric, self.columns, strict=True)
        ]
        names = [column.name for column in self.columns]
        pixels, shape = pixel_grid(names, numeric)
        groups = {"pixels": pixels} if pixels else numbered_groups(names, numeric)
        taken = {place for places in groups.values() for place in places}
        gone: set[int] = set()
        rest = {name for place, name in enumerate(names) if place not in taken}
        for name, places in groups.items():
            if name in rest:
                continue
            found = [self.columns[place] for place in places]
            dtype = np.result_type(*(column.kind.dtype for column in found))
            kind = SideBySide(dtype, shape if pixels else (len(found),))
            beside = tuple(column.path[0] for column in found[1:])
            together = ArrowColumn(name, found[0].path, kind, f"{len(found):,} columns", beside)
            first = min(places)
            self.columns[first] = together
            gone.update({*places} - {first})
        self.columns = [column for place, column in enumerate(self.columns) if place not in gone]

    def _add(self, name: str, path: tuple[str, ...], type_: pa.DataType) -> None:
        try:
            kind = self._kind(name, path, type_)
        except DAMAGE as error:
            kind = f"damaged: {clean(str(error))}"
        if isinstance(kind, str):
            if kind:
                self.skipped[clean(name)] = kind
            return
        self.columns.append(ArrowColumn(name, path, kind, _named(type_)))

    def _kind(self, name: str, path: tuple[str, ...], type_: pa.DataType) -> Kind | str:
        """Return the kind of a column, or why it is none; empty where that was said already."""
        if shape := _tensor_shape(type_):
            dtype = _number(type_.value_type)
            return Vectors(dtype, shape, flat=True) if dtype else f"tensors of {type_.value_type}"
        type_ = _stored(type_)
        simple = _simple(type_)
        if isinstance(simple, Numbers) and name in self._names and simple.dtype.kind in "iu":
            return ClassNames(self._names[name])
        if isinstance(simple, Text):
            width = self._written_width(path)
            return simple if width is None else WrittenVectors((width,))
        if simple is not None:
            return simple
        if pa.types.is_dictionary(type_):
            inner = _simple(_stored(type_.value_type))
            return Dictionary(inner) if inner else f"categories of {type_.value_type}"
        if _is_list(type_):
            return self._list(path, type_)
        if pa.types.is_struct(type_):
            return self._struct(name, path, type_)
        if is_bytes(type_):
            return self._bytes(path)
        return "empty: nothing but nulls" if pa.types.is_null(type_) else f"a {_named(type_)}"

    def _struct(self, name: str, path: tuple[str, ...], type_: pa.DataType) -> str:
        fields = [type_.field(place) for place in range(type_.num_fields)]
        if len(path) >= _DEEPEST:
            return "nested too deeply"
        names = Counter(field.name for field in fields)
        encoded = "bytes" in names and "path" in names
        for field in fields:
            inner = f"{name}.{field.name}"
            if names[field.name] > 1:
                self.skipped[clean(inner)] = "a name that several fields have"
            elif encoded and field.name == "bytes":
                self._add(name, (*path, field.name), field.type)
            elif not encoded or field.name != "path" or self._any((*path, field.name)):
                self._add(inner, (*path, field.name), field.type)
        return ""

    def _any(self, path: tuple[str, ...]) -> bool:
        return self._peek(path) is not None

    def _bytes(self, path: tuple[str, ...]) -> Kind | str:
        found = self._peek(path)
        if found is None:
            return "empty: nothing but nulls"
        first = next(filter(None, (value.as_py() for value in plain(found))), b"")
        if is_picture(first):
            return Encoded()
        return "encoded sound" if first.startswith(_SOUND) else "bytes that are no pictures"

    def _written_width(self, path: tuple[str, ...]) -> int | None:
        found = self._peek(path)
        if found is None:
            return None
        return vector_width(texts(found.slice(0, _MOST_LOOKED_AT)))

    def _list(self, path: tuple[str, ...], type_: pa.DataType) -> Kind | str:
        inner, axes = type_, 0
        while _is_list(inner):
            inner, axes = _stored(inner.value_type), axes + 1
        dtype = _number(inner)
        if dtype is None:
            return f"lists of {_named(inner)}"
        if axes > _MOST_AXES:
            return f"lists in one another, {axes} deep"
        shape = _fixed_shape(type_)
        if shape is None:
            found = self._peek(path)
            if found is None:
                return "empty: nothing but nulls"
            shape = _usual_shape(plain(found).drop_null().slice(0, _MOST_LOOKED_AT), axes)
        if shape is None or 0 in shape:
            return "lists that are empty, or of changing lengths"
        return Vectors(dtype, shape)


def is_picture(content: bytes) -> bool:
    """Whether bytes begin as PNG, JPEG, GIF, BMP, TIFF or WebP do."""
    return content.startswith(_PICTURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def class_names(metadata: Mapping[bytes, bytes] | None) -> dict[str, tuple[str, ...]]:
    """Return column -> names of its classes, from what Hugging Face's datasets keep in a schema."""
    try:
        found = json.loads((metadata or {}).get(b"huggingface", b"{}"))
        features = found["info"]["features"]
        names = {
            column: feature["names"]
            for column, feature in features.items()
            if isinstance(feature, dict) and feature.get("_type") == "ClassLabel"
        }
        return {
            column: tuple(map(str, classes))
            for column, classes in names.items()
            if isinstance(classes, list) and classes
        }
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


def _simple(type_: pa.DataType) -> Kind | None:
    if (dtype := _number(type_)) is not None:
        return Numbers(dtype)
    if pa.types.is_decimal(type_):
        return Numbers(np.dtype(np.float64))
    if is_text(type_):
        return Text()
    if pa.types.is_timestamp(type_):
        return Moments(np.dtype(f"datetime64[{type_.unit}]"))
    if pa.types.is_date(type_):
        return Moments(np.dtype(f"datetime64[{'D' if type_.bit_width == 32 else 'ms'}]"))
    if pa.types.is_duration(type_) or pa.types.is_time(type_):
        return Spans()
    return None


def _number(type_: pa.DataType) -> np.dtype[Any] | None:
    if pa.types.is_boolean(type_) or pa.types.is_integer(type_) or pa.types.is_floating(type_):
        return np.dtype(type_.to_pandas_dtype())
    return None


def _stored(type_: pa.DataType) -> pa.DataType:
    """Return the type without wrappings, as `plain` unwraps arrays; dictionaries stay."""
    while True:
        if isinstance(type_, pa.BaseExtensionType):
            type_ = type_.storage_type
        elif pa.types.is_run_end_encoded(type_):
            type_ = type_.value_type
        else:
            return type_


def _tensor_shape(type_: pa.DataType) -> tuple[int, ...]:
    """The shape of tensors all of one shape; empty for other types."""
    tensor: Any = getattr(pa, "FixedShapeTensorType", ())
    if not isinstance(type_, tensor):
        return ()
    shape: tuple[int, ...] = tuple(type_.shape)
    plain_order = type_.permutation is None or list(type_.permutation) == list(range(len(shape)))
    return shape if plain_order and min(shape, default=0) > 0 else ()


def _is_list(type_: pa.DataType) -> bool:
    names = ("is_list", "is_large_list", "is_fixed_size_list", "is_list_view", "is_large_list_view")
    tests: Iterable[Any] = (getattr(pa.types, name, None) for name in names)
    return any(test(type_) for test in tests if test is not None)


def is_text(type_: pa.DataType) -> bool:
    """Whether a type is text, in whichever layout."""
    if pa.types.is_string(type_) or pa.types.is_large_string(type_):
        return True
    is_view = getattr(pa.types, "is_string_view", None)
    return is_view is not None and bool(is_view(type_))


def is_bytes(type_: pa.DataType) -> bool:
    """Whether a type is bytes, in whichever layout."""
    if pa.types.is_binary(type_) or pa.types.is_large_binary(type_):
        return True
    is_view = getattr(pa.types, "is_binary_view", None)
    return pa.types.is_fixed_size_binary(type_) or (is_view is not None and bool(is_view(type_)))


def _fixed_shape(type_: pa.DataType) -> tuple[int, ...] | None:
    shape = []
    while _is_list(type_):
        if not pa.types.is_fixed_size_list(type_):
            return None
        shape.append(int(type_.list_size))
        type_ = _stored(type_.value_type)
    return tuple(shape)


def _usual_shape(array: pa.Array, axes: int) -> tuple[int, ...] | None:
    """Return the shape that at least half of the rows have; None if there is no such shape."""
    rows = (array.slice(row, 1) for row in range(len(array)))
    shapes = Counter(shape for row in rows if (shape := _shape(row, axes)) is not None)
    shape, count = shapes.most_common(1)[0] if shapes else ((), 0)
    return shape if 2 * count >= len(array) > 0 else None


def _shape(row: pa.Array, axes: int) -> tuple[int, ...] | None:
    """The shape of lists in one another, given as an array of one row; None if it has none."""
    shape: list[int] = []
    for _ in range(axes):
        lengths = pc.list_value_length(row).unique().to_pylist()
        if len(lengths) != 1 or not lengths[0]:
            return None
        shape.append(lengths[0])
        row = plain(row.flatten())
    return tuple(shape)


def _named(type_: pa.DataType) -> str:
    if pa.types.is_dictionary(type_):
        return f"dictionary of {_named(type_.value_type)}"
    return clean(str(type_).replace("\n", " "), 60)
