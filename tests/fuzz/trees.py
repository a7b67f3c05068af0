"""Mutated HDF5 files and zarr zip files: AnnData, and trees of other arrays."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import zarr
from hypothesis import strategies as st
from tests.fuzz.arrays import Member, zip_archive
from tests.fuzz.mutations import EXTREMES, TEXTS, perhaps_mangled, sometimes
from tests.support.trees import COLOURS, PNG, UMAP, N, categorical, sparse, write_anndata

_MATRIX = np.where(np.arange(N * 4).reshape(N, 4) % 3, 0, 7).astype("f4")
_INTEGERS = (-(2**63), -1, 0, 1, 3, 11, 12, 255, 2**31 - 1, 2**40, 2**63 - 1)
_ODD_VALUES = (
    *EXTREMES, *TEXTS, -1, 0.5, None, True, [], {}, [1, 2], [2**62, 2**62], "csr_matrix",
    "categorical", "dataframe", "int8", "float64", "string", "|O", "<U4000000", [0], "NaN",
    {"name": "bytes"}, {"id": "zlib"}, {"id": "pickle"}, "zarr.json", ".", "..", "a/b",
)  # fmt: skip


def _parts() -> dict[str, Any]:
    obs = {
        "leiden": categorical(),
        "age": {"kind": "nullable-integer", "values": np.arange(N), "mask": np.arange(N) % 3 == 0},
        "score": np.linspace(0, 1, N),
    }
    obsm = {"X_umap": UMAP, "lsi": sparse(_MATRIX), "columns": sparse(_MATRIX, "csc_matrix")}
    return {"obs": obs, "obsm": obsm, "X": sparse(_MATRIX), "uns": {"leiden_colors": COLOURS}}


def _others(file: h5py.File) -> None:
    table = np.zeros(N, [("x", "f4"), ("name", "S6"), ("v", "f8", (3,))])
    table["x"], table["name"], table["v"] = np.arange(N), b"row", np.eye(N, 3)
    file.create_dataset("table", data=table, chunks=(5,), compression="gzip", shuffle=True)
    file.create_dataset("packed", data=_MATRIX, chunks=(4, 4), compression="lzf", fletcher32=True)
    file["stack"] = np.arange(N * 16, dtype="u1").reshape(N, 4, 4)
    file["names"] = np.array([f"row {row}\x1b" for row in range(N)], object)
    kinds = h5py.enum_dtype({"cat": 0, "dog\u202e": 1}, "i1")
    file.create_dataset("kinds", data=np.arange(N) % 2, dtype=kinds)
    rows = file.create_dataset("encoded", (N,), h5py.vlen_dtype("f4"))
    for row in range(N):
        rows[row] = np.arange(3 if row % 4 else 0)
    file["image"] = np.array([f"key {row % 3}" for row in range(N)], object)
    for row in range(3):
        file[f"__group__/image/key {row}"] = np.void(PNG + bytes(row))
    deeper = file.create_group("deep/er")
    deeper["again"] = file["/deep"]
    file["out"] = h5py.ExternalLink("/etc/passwd", "/x")
    file["soft"] = h5py.SoftLink("/names")


def _frames(file: h5py.File) -> None:
    fixed = file.create_group("fixed")
    fixed.attrs["pandas_type"], fixed.attrs["nblocks"] = np.bytes_("frame"), 1
    fixed["axis1"] = np.arange(N)
    fixed["block0_items"] = np.array(["x", "y"], "S1")
    fixed["block0_values"] = UMAP
    rows = np.zeros(N, [("index", "i8"), ("values_block_0", "f8", (2,)), ("level", "i1")])
    table = file.create_group("table")
    table.attrs["pandas_type"] = np.bytes_("frame_table")
    table["table"] = rows
    table["table"].attrs["values_block_0_kind"] = np.bytes_("(lp0\nVx\np1\naVy\np2\na.")
    table["table"].attrs["level_meta"] = np.bytes_("category")
    meanings = np.array([(0, b"low"), (1, b"high")], [("index", "i8"), ("values", "S4")])
    table["meta/level/meta/table"] = meanings


@cache
def hdf5_seeds() -> tuple[bytes, ...]:
    """Files as h5py writes them, in the old form without checksums and in the new one."""
    seeds = []
    for version in ("earliest", "latest"):
        for fill in (_others, _frames, lambda file: write_anndata(file, **_parts())):
            stream = io.BytesIO()
            with h5py.File(stream, "w", libver=version) as file:
                fill(file)
            seeds.append(stream.getvalue())
    return tuple(seeds)


@st.composite
def _changed(draw: st.DrawFn, value: Any) -> Any:
    """A part of AnnData with something in it exchanged."""
    if isinstance(value, dict):
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: draw(_changed(value[name]))}
    numbers = isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.size
    if numbers and draw(st.booleans()):
        odd = np.array(value)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            odd.reshape(-1)[draw(st.integers(0, value.size - 1))] = np.array(
                draw(st.sampled_from(_INTEGERS))
            ).astype(value.dtype)
        return odd
    if isinstance(value, np.ndarray):
        odd = value if value.dtype.kind == "S" else value.astype("f8")
        shapes = (value[:-1], value[:0], value[..., None], odd, value.astype("S3"))
        return draw(st.sampled_from(shapes))
    if isinstance(value, list) and value and isinstance(value[0], str):
        return draw(st.sampled_from((value[:1], [*value[1:], draw(_texts)], value * 30)))
    if isinstance(value, tuple):
        return draw(st.sampled_from(((2**40, 4), (0, 0), (12, 2**40), (-1, 4), (1,))))
    return draw(_texts)


_texts = st.sampled_from([text for text in TEXTS if text.isprintable() or "\x1b" in text])


@st.composite
def hdf5_files(draw: st.DrawFn) -> bytes:
    """A seed with bytes mangled, or AnnData with a part that doesn't fit the others."""
    if draw(st.booleans()):
        return draw(perhaps_mangled(draw(st.sampled_from(hdf5_seeds())), one_in=1))
    parts = _parts()
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(parts)))
        parts[name] = draw(_changed(parts[name]))
    stream = io.BytesIO()
    # Not every part can be written: what is there already is enough.
    odd = contextlib.suppress(TypeError, ValueError, AttributeError)
    with h5py.File(stream, "w") as file, odd:
        write_anndata(file, **parts)
    return draw(perhaps_mangled(stream.getvalue(), one_in=4))


@cache
def zarr_seeds() -> tuple[dict[str, bytes], ...]:
    """Members of hierarchies as zarr writes them."""
    seeds = []
    for version in (2, 3):
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            root = zarr.open_group(folder, mode="w", zarr_format=version)
            write_anndata(root, **_parts())
            if version == 3:
                root.create_array("sharded", data=_MATRIX, chunks=(2, 4), shards=(4, 4))
            files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
            seeds.append({str(path.relative_to(folder)): path.read_bytes() for path in files})
    return tuple(seeds)


@st.composite
def _odd_json(draw: st.DrawFn, data: bytes) -> bytes:
    """A description with one of its values exchanged."""
    try:
        described = json.loads(data)
    except ValueError:
        return draw(perhaps_mangled(data, one_in=1))
    inner = described
    while inner:
        key = draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))
        below = inner[key]
        if isinstance(below, dict | list) and below and draw(st.booleans()):
            inner = below
            continue
        if isinstance(inner, dict) and draw(sometimes(st.just(1), 6)):
            del inner[key]
        else:
            inner[key] = draw(st.sampled_from(_ODD_VALUES))
        break
    return json.dumps(described).encode()


@st.composite
def zarr_files(draw: st.DrawFn) -> bytes:
    """A hierarchy in a zip file, with descriptions, chunks or the archive changed."""
    members = dict(draw(st.sampled_from(zarr_seeds())))
    written = []
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(sorted(members)))
        if name.endswith(("zarr.json", ".zarray", ".zattrs", ".zgroup")) and draw(
            st.integers(0, 7)
        ):
            data = members[name]
            members[name] = draw(_odd_json(data)) if data != b"{}" else data
        else:
            members[name] = draw(perhaps_mangled(members[name], one_in=1))
        if draw(sometimes(st.just(1), 8)):
            written.append(Member(name.encode(), members.pop(name)[:5]))
    deflated = draw(st.booleans())
    written += [Member(name.encode(), data, deflated) for name, data in members.items()]
    return draw(perhaps_mangled(zip_archive(written), one_in=8))
