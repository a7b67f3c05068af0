"""Objects from Python as columns: arrays, tensors, lists, tables of pandas and polars, AnnData.

Nothing of those libraries is imported: their objects are known by what they can do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePath
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from vizterm_core.checks import as_array, shown
from vizterm_core.errors import DataError
from vizterm_core.files.source import Categories

Values = npt.NDArray[Any] | Categories

_NA = ("NAType", "NaTType", "NoneType")
"""Names of the types of "missing"."""
_NUMBERS = (int, float, np.number, np.bool_, Decimal, Fraction)
_TOLD_AS_TEXT = (str, bytes, int, float, np.generic, bool, PurePath, UUID, Enum)


def as_values(value: Any, name: str) -> Values:
    """Return an object as an array, masks kept, or as `Categories`.

    Parameters
    ----------
    value : array_like, tensor, Series, Categorical or list
        On any device, in bfloat16 too; None, NaN, NA and NaT are missing.
    name : str
        Its name in messages.

    Raises
    ------
    DataError
        If it can't be made an array.
    """
    try:
        categories = _categories(value)
        if categories is not None:
            return categories
        if (plain := _plain(value)) is not None:
            value = plain
    except MemoryError:
        raise
    except Exception as error:
        raise DataError(
            f"{name}: a {type(value).__name__} can't be made an array: {_said(error)}",
            "give a numpy array",
        ) from error
    array: npt.NDArray[Any] = value if np.ma.isMA(value) else as_array(value, name)
    if array.dtype.name == "bfloat16":
        return array.astype(np.float32)
    return tidy(array) if array.dtype == object and array.ndim == 1 else array


def tidy(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return objects as numbers, dates or text, whichever all are that aren't missing.

    Parameters
    ----------
    values : (n,) object

    Returns
    -------
    (n,) array
        Booleans and integers masked where they are missing, floats NaN, dates NaT, text None;
        what is of several kinds is made text.  Objects that are none of these stay as they are.
    """
    items = values.tolist()
    missing = np.array([_is_missing(item) for item in items], bool)
    kinds = {type(item) for item, gone in zip(items, missing, strict=True) if not gone}
    if not kinds:
        return np.full(values.shape, None, object)
    if all(issubclass(kind, list | tuple | np.ndarray) for kind in kinds):
        return _vectors(values, items, missing)
    return _scalars(values, items, missing, kinds)


def _scalars(
    values: npt.NDArray[Any], items: list[Any], missing: npt.NDArray[np.bool_], kinds: set[type]
) -> npt.NDArray[Any]:
    if all(issubclass(kind, bool | np.bool_) for kind in kinds):
        return _masked(items, missing, np.bool_, fill=False)
    if all(issubclass(kind, int | np.integer | np.bool_) for kind in kinds):
        try:
            return _masked(items, missing, np.int64, fill=0)
        except OverflowError:
            return _masked([_float(item) if item is not None else 0 for item in items], missing,
                           np.float64, fill=0)  # fmt: skip
    if all(issubclass(kind, _NUMBERS) for kind in kinds):
        numbers = [
            np.nan if gone else _float(item) for item, gone in zip(items, missing, strict=True)
        ]
        return np.array(numbers, np.float64)
    if all(issubclass(kind, dt.date | np.datetime64) for kind in kinds):
        return _dates(items, missing)
    if all(hasattr(kind, "start_time") and hasattr(kind, "freq") for kind in kinds):
        # Spans of time, as pandas' Period: when each begins.
        return _dates([getattr(item, "start_time", None) for item in items], missing)
    if all(issubclass(kind, _TOLD_AS_TEXT) for kind in kinds):
        texts = [None if gone else _text(item) for item, gone in zip(items, missing, strict=True)]
        result = np.empty(values.shape, object)
        result[:] = texts
        return result
    return values


def _float(item: Any) -> float:
    """Return a number as a float; infinite if it is beyond them."""
    try:
        return float(item)
    except OverflowError:
        return np.inf if item > 0 else -np.inf


def as_table(data: Any) -> dict[str, Callable[[], Any]] | None:
    """Return the columns of a table by name, to be taken when they are wanted.

    A table is a DataFrame, an Arrow table, AnnData, a mapping of arrays, a list of mappings, or a
    structured array; None for others.
    """
    if isinstance(data, Mapping):
        return {str(key): _given(data[key]) for key in data}
    if isinstance(data, np.ndarray) and data.dtype.names:
        return {name: _given(data[name]) for name in data.dtype.names}
    if hasattr(data, "obsm") and hasattr(data, "obs"):
        return _of_anndata(data)
    if hasattr(data, "column_names") and hasattr(data, "column"):
        return {str(name): _of_arrow(data, name) for name in data.column_names}
    if isinstance(data, list | tuple) and data and all(isinstance(row, Mapping) for row in data):
        names = dict.fromkeys(key for row in data for key in row)
        return {str(key): _given([row.get(key) for row in data]) for key in names}
    if hasattr(data, "columns") and hasattr(data, "__getitem__") and hasattr(data, "shape"):
        return _of_frame(data)
    return None


def _of_frame(frame: Any) -> dict[str, Callable[[], Any]]:
    names = list(frame.columns)
    table = {str(name): _item(frame, name) for name in names}
    index = getattr(frame, "index", None)
    if index is not None and getattr(getattr(index, "dtype", None), "kind", "i") in "OUT":
        table.setdefault(str(getattr(index, "name", None) or "index"), _given(index))
    return table


def _of_anndata(data: Any) -> dict[str, Callable[[], Any]]:
    table: dict[str, Callable[[], Any]] = {
        f"obsm/{key}": _item(data.obsm, key) for key in list(data.obsm.keys())
    }
    table |= {f"obs/{name}": take for name, take in _of_frame(data.obs).items()}
    if not data.obsm and getattr(data, "X", None) is not None:
        table["X"] = lambda: data.X
    return table


def _given(value: Any) -> Callable[[], Any]:
    return lambda: value


def _item(owner: Any, key: Any) -> Callable[[], Any]:
    return lambda: owner[key]


def _of_arrow(table: Any, name: str) -> Callable[[], Any]:
    """Return a column of an Arrow table; structs and bytes, as pictures are, as Python has them."""

    def take() -> Any:
        column = table.column(name)
        nested = str(getattr(column, "type", "")).startswith(("struct", "binary", "large_binary"))
        return column.to_pylist() if nested else column

    return take


def _categories(value: Any) -> Categories | None:
    """Return a pandas Categorical, or a Series or Index of one."""
    holder = getattr(value, "cat", None) if hasattr(value, "dtype") else None
    holder = value if holder is None else holder
    codes, categories = getattr(holder, "codes", None), getattr(holder, "categories", None)
    if codes is None or categories is None or callable(codes) or callable(categories):
        return None
    stands_for = np.asarray(categories)
    if stands_for.dtype.kind in "US":
        stands_for = stands_for.astype(object)
    return Categories(np.asarray(codes, np.int64), stands_for)


def _plain(value: Any) -> Any:
    """Return a tensor, a Series or a sparse matrix as what numpy takes; None for other things."""
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        tensor = value.detach().cpu()
        try:
            return tensor.numpy()
        except TypeError:
            return tensor.float().numpy()
    if hasattr(value, "toarray") and hasattr(value, "tocsr"):
        return value.toarray()
    if hasattr(value, "__cuda_array_interface__") and hasattr(value, "get"):
        return value.get()
    if hasattr(value, "to_numpy"):
        return _to_numpy(value)
    if isinstance(value, list | tuple):
        return _of_list(value)
    return None


def _to_numpy(value: Any) -> Any:
    try:
        return value.to_numpy()
    except Exception:
        if not hasattr(value, "to_pylist"):
            raise
        # Arrow's arrays of text, or with missing values, aren't made numpy's unless one insists.
        return value.to_numpy(zero_copy_only=False)


def _of_list(value: list[Any] | tuple[Any, ...]) -> npt.NDArray[Any] | None:
    """Return a list of text among missing values as objects: numpy would write "nan" and "None"."""
    if not any(isinstance(item, str) for item in value):
        return None
    if all(isinstance(item, str) for item in value):
        return None
    objects = np.empty(len(value), object)
    objects[:] = value
    return objects


def _is_missing(item: Any) -> bool:
    if item is None or type(item).__name__ in _NA:
        return True
    if isinstance(item, float | np.floating):
        return bool(np.isnan(item))
    return isinstance(item, np.datetime64 | np.timedelta64) and bool(np.isnat(item))


def _masked(
    items: Iterable[Any], missing: npt.NDArray[np.bool_], dtype: Any, *, fill: Any
) -> npt.NDArray[Any]:
    filled = [fill if gone else item for item, gone in zip(items, missing, strict=True)]
    array = np.array(filled, dtype)
    return np.ma.MaskedArray(array, missing) if missing.any() else array


def _dates(items: list[Any], missing: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
    moments: list[Any] = []
    for item, gone in zip(items, missing, strict=True):
        if gone:
            moments.append(np.datetime64("NaT", "us"))
        elif isinstance(item, dt.datetime) and item.tzinfo is not None:
            utc = item.astimezone(dt.UTC).replace(tzinfo=None)
            moments.append(np.datetime64(utc, "us"))
        else:
            moments.append(np.datetime64(item, "us"))
    return np.array(moments, "M8[us]")


def _vectors(
    values: npt.NDArray[Any], items: list[Any], missing: npt.NDArray[np.bool_]
) -> npt.NDArray[Any]:
    """Return vectors of one length as (n, d) floats, NaN where one is missing."""
    try:
        rows = np.array(
            [item for item, gone in zip(items, missing, strict=True) if not gone], float
        )
    except (ValueError, TypeError):
        return values
    if rows.ndim != 2:
        return values
    vectors = np.full((len(items), rows.shape[1]), np.nan)
    vectors[~missing] = rows
    return vectors


def _text(item: Any) -> str:
    if isinstance(item, Enum) and not isinstance(item, str):
        return item.name
    return item.decode("utf-8", "replace") if isinstance(item, bytes) else str(item)


def _said(error: Exception) -> str:
    try:
        return f"{type(error).__name__}: {shown(str(error))}"
    except Exception:  # noqa: BLE001 - a stranger's code
        return type(error).__name__
