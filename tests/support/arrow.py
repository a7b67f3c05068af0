"""Arrow tables in files of every form, and sources that are read."""

import warnings

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

from vizterm_core.files.formats import open_source

SUFFIXES = (".parquet", ".feather", ".arrow", ".arrows")


def write(table, path, rows=None):
    """Write a table in the form that a path's suffix says, some rows at a time."""
    rows = rows or max(1, len(table))
    if path.suffix == ".parquet":
        pq.write_table(table, path, row_group_size=rows)
    elif path.suffix == ".feather":
        feather.write_feather(table, path, chunksize=rows)
    else:
        kind = pa.ipc.new_file if path.suffix == ".arrow" else pa.ipc.new_stream
        with pa.OSFile(str(path), "wb") as file, kind(file, table.schema) as writer:
            writer.write_table(table, max_chunksize=rows)
    return path


def write_first_feather(table, path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        feather.write_feather(table, path, version=1)
    return path


def opened(table, path, rows=None):
    """The source of a table that was written."""
    return open_source(write(table, path, rows))


def plain_list(values):
    """Rows as Python values; what is missing is None."""
    return [None if value != value else value for value in values.tolist()]


def png(shade=0):
    """A picture of one pixel, as bytes."""
    import io

    from PIL import Image

    stream = io.BytesIO()
    Image.new("L", (1, 1), shade).save(stream, "PNG")
    return stream.getvalue()
