"""Parquet, Arrow, safetensors and torch files: seeds as libraries write them, mutated."""

from __future__ import annotations

import io
import json
import struct
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
from hypothesis import strategies as st
from tests.fuzz.arrays import SEEDS
from tests.fuzz.mutations import EXTREMES, TEXTS, encoded, mangled, perhaps_mangled, sometimes
from tests.fuzz.pictures import png_chunks, png_file
from tests.support import torch_files as torch

COLUMNS = ("X", "y", "label", "kind", "title", "written", "images", "image", "when", "half", "at.x")
_ROWS = 20


@cache
def _table() -> pa.Table:
    picture = png_file(png_chunks(2, 8, 4, 4, 0))
    features = {"label": {"names": ["cat", "dog", "\x1b[31m"], "_type": "ClassLabel"}}
    vectors = [*SEEDS["X"].tolist()[:-1], None]
    table = pa.table(
        {
            "X": pa.array(vectors, pa.list_(pa.float32())),
            "fixed": pa.array(vectors, pa.list_(pa.float64(), 2)),
            "y": pa.array([0, 1, None, 3] * 5, pa.int8()),
            "label": [0, 1, 2, 9] * 5,
            "kind": pa.array(["a", None, "漢字", "b\x1b"] * 5).dictionary_encode(),
            "title": [f"row {row}\u202e" for row in range(_ROWS)],
            "written": ["[1, 2]", "[0.5, -3]", None, "[1]"] * 5,
            "images": pa.array(SEEDS["X_plot"].tolist(), pa.list_(pa.list_(pa.uint8()))),
            "image": [{"bytes": picture, "path": "a.png"}, {"bytes": None, "path": "../b"}] * 10,
            "when": pa.array([0, None, 1 << 40, 5] * 5, pa.timestamp("ms")),
            "half": pa.array(np.arange(20, dtype=np.float16)),
            "at": [{"x": 1.5, "s": "deep"}, None] * 10,
            "flags": [True, None] * 10,
            "map": pa.array([[("a", 1)]] * _ROWS, pa.map_(pa.string(), pa.int64())),
        }
    )
    return table.replace_schema_metadata(
        {"huggingface": json.dumps({"info": {"features": features}})}
    )


@cache
def parquet_seeds() -> tuple[bytes, ...]:
    """Files in the forms that pages have."""
    forms = (
        {},
        {"row_group_size": 6, "compression": "zstd", "data_page_version": "2.0"},
        {"use_dictionary": False, "compression": "none"},
        {"compression": "gzip", "write_page_index": True, "use_byte_stream_split": ["half"],
         "use_dictionary": ["title"]},
    )  # fmt: skip
    return tuple(
        _written(lambda into, form=form: pq.write_table(_table(), into, **form)) for form in forms
    )


@cache
def arrow_seeds() -> tuple[bytes, ...]:
    """Files, streams, and Feather, packed and not."""

    def stream(into):
        with pa.ipc.new_stream(into, _table().schema) as writer:
            writer.write_table(_table(), max_chunksize=7)

    ways = (
        lambda into: feather.write_feather(_table(), into, compression="uncompressed"),
        lambda into: feather.write_feather(_table(), into, compression="zstd", chunksize=7),
        lambda into: feather.write_feather(_table(), into, compression="lz4"),
        stream,
    )
    return tuple(map(_written, ways))


def _written(write) -> bytes:
    into = io.BytesIO()
    write(into)
    return into.getvalue()


@st.composite
def mutated(draw: st.DrawFn, seeds) -> bytes:
    """One of some files, most often with a part of it changed, near its ends more often."""
    found = seeds()
    data = draw(st.sampled_from(found))
    for _ in range(draw(st.sampled_from((0, 1, 1, 2, 3, 8)))):
        data = draw(mangled(data, found))
    return data


def parquet_files() -> st.SearchStrategy[bytes]:
    """Parquet files, mutated."""
    return mutated(parquet_seeds)


def arrow_files() -> st.SearchStrategy[bytes]:
    """Arrow files and streams, mutated."""
    return mutated(arrow_seeds)


_DTYPES = ("F32", "BF16", "F64", "U8", "BOOL", "I64", "F8_E4M3", "C64", "", "\x1b[31m", 7, None)
_SHAPES = ([20, 2], [20], [20, 4, 4], [], [0], [-1], [2**62], [1] * 40, "20", None, [20.0], [True])


@st.composite
def safetensors_files(draw: st.DrawFn) -> bytes:
    """A header and tensors; what the header says is true or not."""
    header: dict[str, object] = {}
    data = b""
    for name in ("X", "y", "images"):
        array = SEEDS[{"images": "X_plot"}.get(name, name)]
        content = array.tobytes()
        dtype = {"float32": "F32", "int64": "I64", "uint8": "U8"}[str(array.dtype)]
        told = {
            "dtype": draw(sometimes(st.sampled_from(_DTYPES), 6)) or dtype,
            "shape": draw(sometimes(st.sampled_from(_SHAPES), 6)) or list(array.shape),
            "data_offsets": [len(data), len(data) + len(content)],
        }
        if (number := draw(sometimes(st.sampled_from(EXTREMES), 8))) is not None:
            told["data_offsets"][draw(st.integers(0, 1))] = number
        shown = draw(sometimes(st.sampled_from(TEXTS), 12))
        header[name if shown is None else shown] = told
        data += content
    text = encoded(json.dumps(header, ensure_ascii=draw(st.booleans())))
    text = draw(perhaps_mangled(text, one_in=4))
    length = draw(sometimes(st.sampled_from(EXTREMES), 12))
    prefix = struct.pack("<Q", len(text) if length is None else length)
    return draw(perhaps_mangled(prefix + text + data, one_in=6))


_EVIL = (
    b"cposix\nsystem\n(X\x02\x00\x00\x00idtR", b"cbuiltins\neval\n", b"c\x1b[31m\nx\n", b"(i",
    b"ctorch._utils\n_rebuild_tensor_v2\n", b"cnumpy\ndtype\n(X\x01\x00\x00\x00OtR", b"R", b"b",
    b"](" * 3000, b"0", b"2", b"q\x00", b"h\x00", b"r\xff\xff\xff\xff", b"Q", b"u", b"e", b"t",
    b"(", b"X\xff\xff\xff\x7f", b"\x8a\xff", b"\x95" + b"\xff" * 8, b"N", b"]", b"}",
    b"\x8d" + b"\xff" * 8,
)  # fmt: skip
"""Pieces of pickles."""


@cache
def _torch_seeds() -> tuple[tuple[object, bytes], ...]:
    halves = torch.Storage("h", SEEDS["X"].ravel().view(np.uint16), "BFloat16Storage")
    base = torch.Storage("0", SEEDS["X"].ravel())
    value = {
        "X": torch.tensor(base, (20, 2)),
        "t": torch.tensor(base, (2, 20), (1, 2)),
        "embedding": torch.tensor(halves, (20, 4)),
        "y": torch.of_array(SEEDS["y"], "y"),
        "title": [f"n{row}\x1b" for row in range(20)],
        "numpy": torch.numpy_value(SEEDS["X_plot"]),
        "rows": [torch.of_array(row, f"r{place}") for place, row in enumerate(SEEDS["X"][:4])],
    }
    alone = torch.of_array(SEEDS["embedding"])
    return tuple((one, torch.pickled(one)) for one in (value, alone))


@st.composite
def torch_files(draw: st.DrawFn) -> bytes:
    """Zips and older files; the pickle inside is mutated, with pieces of others in it."""
    value, pickle = draw(st.sampled_from(_torch_seeds()))
    content = pickle
    for _ in range(draw(st.sampled_from((0, 1, 1, 3)))):
        content = draw(mangled(content, _EVIL))
    order = draw(sometimes(st.sampled_from(("big", "", "\x1b")), 8)) or "little"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.pt"
        if draw(sometimes(st.just(1), 3)) is None:
            torch.zipped(path, value, content=content, byteorder=order)
            return draw(perhaps_mangled(path.read_bytes(), one_in=6))
        torch.legacy(path, value)
        data = path.read_bytes()
        old = torch.pickled(value, legacy=True)
        return draw(
            perhaps_mangled(data.replace(old, draw(perhaps_mangled(old, one_in=2))), one_in=3)
        )
