"""Safetensors: values where they lie, headers that lie."""

import json
import struct

import numpy as np
import pytest

from vizterm_core.errors import DataError
from vizterm_core.files.formats import open_source
from vizterm_core.files.source import Access

NAMES = {
    "<f8": "F64", "<f4": "F32", "<f2": "F16", "<i8": "I64", "<i4": "I32", "<i2": "I16",
    "|i1": "I8", "<u8": "U64", "<u4": "U32", "<u2": "U16", "|u1": "U8", "|b1": "BOOL",
}  # fmt: skip
X = np.arange(12, dtype=np.float32).reshape(6, 2) / 7


def save(path, header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def entry(dtype, shape, start, end):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [start, end]}


def save_arrays(path, arrays):
    header, data = {"__metadata__": {"format": "pt", "x": "y"}}, b""
    for name, array in arrays.items():
        content = array.tobytes()
        header[name] = entry(
            NAMES[array.dtype.str], array.shape, len(data), len(data) + len(content)
        )
        data += content
    return save(path, header, data)


@pytest.mark.parametrize("dtype", NAMES)
def test_arrays_of_each_dtype_are_read_where_they_lie(tmp_path, dtype):
    values = (X * 9).astype(dtype)
    path = save_arrays(tmp_path / "a.safetensors", {"n": np.arange(5), "x": values, "e": X[:0]})
    source = open_source(path)
    assert source.columns.keys() == {"n", "x", "e"} and not source.skipped
    spec = source.columns["x"]
    assert (spec.shape, spec.dtype, spec.access) == ((6, 2), np.dtype(dtype), Access.ROW)
    np.testing.assert_array_equal(source.read("x"), values)
    np.testing.assert_array_equal(source.open("x")[-2], values[-2])
    assert source.read("n").tolist() == [0, 1, 2, 3, 4] and source.read("e").shape == (0, 2)
    assert source.called("x") == "a.safetensors: x"


def test_bfloat16_becomes_float32(tmp_path):
    halves = np.array([0x3F80, 0xC020, 0x7F80, 0x0001], np.uint16)
    path = save(tmp_path / "a.safetensors", {"x": entry("BF16", (2, 2), 0, 8)}, halves.tobytes())
    source = open_source(path)
    assert source.columns["x"].dtype == np.float32
    assert source.read("x").tolist() == [[1.0, -2.5], [np.inf, 2.0**-133]]


def test_what_has_no_dtype_is_named_and_scalars_are_absent(tmp_path):
    header = {
        "f8": entry("F8_E4M3", (2,), 0, 2),
        "scalar": entry("F32", (), 2, 6),
        "x": entry("U8", (2,), 6, 8),
    }
    source = open_source(save(tmp_path / "a.safetensors", header, bytes(8)))
    assert source.columns.keys() == {"x"}
    assert source.skipped == {"f8": "F8_E4M3, which numpy has no dtype for"}


LIES = {
    "beyond": (entry("F32", (4,), 0, 160), "bytes end at 160, the file's at 16"),
    "short": (entry("F32", (4,), 0, 8), "takes 16 bytes, its header says 8"),
    "backwards": (entry("F32", (0,), 8, 4), "bytes end at 4"),
    "negative": (entry("F32", (-4,), 0, 16), "incomplete"),
    "many": (entry("F32", (1 << 62,), 0, 16), "incomplete"),
    "huge": (entry("F32", (1 << 61, 1 << 61), 0, 16), "takes"),
    "axes": (entry("F32", (1,) * 40, 0, 4), "incomplete"),
    "floats": (entry("F32", (4.0,), 0, 16), "incomplete"),
    "truth": (entry("F32", (True,), 0, 4), "incomplete"),
    "missing": ({"dtype": "F32", "shape": [4]}, "incomplete"),
    "three": ({"dtype": "U8", "shape": [4], "data_offsets": [0, 4, 8]}, "incomplete"),
    "list": ([1, 2], "no object"),
    "null": (None, "no object"),
    "dtype": (entry(4, (4,), 0, 16), "incomplete"),
    "escape": (entry("\x1b[31m", (4,), 0, 16), "␛[31m"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_header_that_lies_about_a_tensor_leaves_the_others(tmp_path, lie):
    told, why = LIES[lie]
    header = {"bad": told, "good": entry("U8", (16,), 0, 16)}
    source = open_source(save(tmp_path / "a.safetensors", header, bytes(16)))
    assert source.columns.keys() == {"good"} and why in source.skipped["bad"]


def test_tensors_that_share_bytes_or_names_are_said(tmp_path):
    header = {"a": entry("U8", (4,), 0, 4), "b": entry("U8", (4,), 3, 7)}
    source = open_source(save(tmp_path / "a.safetensors", header, bytes(8)))
    assert source.columns.keys() == {"a"} and "same bytes" in source.skipped["b"]
    one = json.dumps(entry("U8", (4,), 0, 4)).encode()
    for times in (2, 3):
        twice = b"{" + b", ".join([b'"a": ' + one] * times) + b"}"
        source = open_source(save(tmp_path / "b.safetensors", twice, bytes(4)))
        assert not source.columns and source.skipped == {
            "a": "damaged: its header has the name twice"
        }


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\x02\x00\x00", "cut short"),
        (struct.pack("<Q", 100) + b"{}", "cut short"),
        (struct.pack("<Q", 1 << 63) + b"{}", "cut short"),
        (struct.pack("<Q", 2) + b"{}", None),
        (struct.pack("<Q", 2) + b"[]", "lists no tensors"),
        (struct.pack("<Q", 3) + b"{]}", "no JSON"),
        (struct.pack("<Q", 2) + b"\xff\xfe", "no JSON"),
        (struct.pack("<Q", 90_000) + b"[" * 90_000, "no JSON"),
    ],
)
def test_a_header_that_is_none_is_one_line(tmp_path, content, why):
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    if why is None:
        assert not open_source(path).columns
        return
    with pytest.raises(DataError, match=why):
        open_source(path)


def test_a_long_header_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.safetensors"
    with path.open("wb") as file:
        file.write(struct.pack("<Q", 90 << 20) + b'{"')
        file.truncate(100 << 20)
    with pytest.raises(DataError, match="its header takes 94"):
        open_source(path)


def test_content_tells_the_format(tmp_path):
    path = save_arrays(tmp_path / "a.bin", {"x": X})
    np.testing.assert_array_equal(open_source(path).read("x"), X)


def test_a_file_rewritten_in_place_is_noticed(tmp_path):
    path = save_arrays(tmp_path / "a.safetensors", {"x": X})
    source = open_source(path)
    rows = source.open("x")
    path.write_bytes(path.read_bytes() + b" ")
    for read in (lambda: source.open("x"), lambda: rows[1]):
        with pytest.raises(DataError, match="has changed since it was opened"):
            read()


def test_weights_are_said_to_be_weights(tmp_path):
    arrays = {"a.weight": X, "a.bias": X[0], "b.weight": X[:3]}
    (note,) = open_source(save_arrays(tmp_path / "m.safetensors", arrays)).notes
    assert "state dict" in note
    assert open_source(save_arrays(tmp_path / "x.safetensors", {"X": X})).notes == ()


def test_the_library_writes_what_is_read(tmp_path):
    library = pytest.importorskip("safetensors.numpy")
    arrays = {"x": X, "labels": np.arange(6), "f": np.asfortranarray(X)}
    library.save_file({name: np.ascontiguousarray(a) for name, a in arrays.items()}, tmp_path / "a")
    source = open_source(tmp_path / "a")
    for name, array in arrays.items():
        np.testing.assert_array_equal(source.read(name), array)
