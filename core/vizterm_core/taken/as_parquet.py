"""Tables as Parquet, by pyarrow where it is installed."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError, UsageError
from vizterm_core.taken.fields import Part
from vizterm_core.taken.table import Table

_DATE_UNITS = ("D", "s", "ms", "us", "ns")


def require_pyarrow() -> Any:
    """Return the module; a UsageError says how to come by it."""
    try:
        import pyarrow as pa
    except ImportError as error:
        raise UsageError(
            "a .parquet needs pyarrow, which isn't installed", "pip install pyarrow, or take .csv"
        ) from error
    return pa


def write_parquet(table: Table, stream: BinaryIO) -> None:
    """Write a column for each field; what is missing is null."""
    pa = require_pyarrow()
    from pyarrow import parquet

    def typed(dtype: np.dtype[Any]) -> Any:
        if dtype.kind == "O":
            return pa.string()
        return pa.array(_known(np.zeros(0, dtype))).type

    schema = pa.schema([(field.name, typed(field.dtype)) for field in table.fields])
    try:
        with parquet.ParquetWriter(stream, schema) as writer:
            for parts in table.parts():
                columns = [
                    _column(pa, part, kind) for part, kind in zip(parts, schema.types, strict=True)
                ]
                writer.write_table(pa.Table.from_arrays(columns, schema=schema))
    except pa.ArrowException as error:
        raise DataError(f"pyarrow can't write it: {error}") from error


def _column(pa: Any, part: Part, kind: Any) -> Any:
    return pa.array(_known(part.values), type=kind, mask=part.missing)


def _known(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return values in a dtype that Parquet has."""
    if values.dtype == np.float16:
        return values.astype(np.float32)
    if values.dtype.kind in "mM":
        unit = np.datetime_data(values.dtype)[0]
        known = _DATE_UNITS[values.dtype.kind == "m" :]
        return values if unit in known else values.astype(f"{values.dtype.kind}8[s]")
    return values
