"""Arrays that numpy alone doesn't read as one would like: records, bfloat16, Python 2, unknown."""

import io

import numpy as np
import pytest
from tests.support.npz import SAVERS, npy

from vizterm_core.errors import DataError
from vizterm_core.files.formats import open_source
from vizterm_core.files.source import Access
from vizterm_core.files.stored import in_memory

RECORDS = np.rec.fromarrays(
    [
        np.array(["2008-10-14", "2008-10-15", "NaT"], "M8[D]"),
        np.array([1.5, 2.5, np.nan]),
        np.arange(6, dtype=">i2").reshape(3, 2),
    ],
    dtype=[("date", "M8[D]"), ("close", "f8"), ("pair", ">i2", (2,))],
)


def with_header(descr, shape, content, order=False):
    """A .npy file with any text as its dtype."""
    header = f"{{'descr': {descr!r}, 'fortran_order': {order}, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + content


def bfloat16(values):
    """Numbers that are exact in bfloat16, as their bytes."""
    return (np.asarray(values, np.float32).view(np.uint32) >> 16).astype(np.uint16)


VALUES = np.array([[1.0, -2.5, 0.0], [3.0, np.inf, 1e20]], np.float32)
EXACT = (VALUES.view(np.uint32) & 0xFFFF0000).view(np.float32)


@pytest.mark.parametrize("descr", ["<V2", "|V2", "<g2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_bfloat16_is_read_as_float32(tmp_path, descr, order):
    path = tmp_path / "a.npy"
    path.write_bytes(
        with_header(descr, (2, 3), bfloat16(VALUES).tobytes(order=order), order == "F")
    )
    source = open_source(path)
    spec = source.columns["a"]
    assert (spec.shape, spec.dtype, spec.place) == ((2, 3), np.float32, "stored as bfloat16")
    assert source.single and spec.access is (Access.ROW if order == "C" else Access.BLOCK)
    np.testing.assert_array_equal(source.read("a"), EXACT)
    rows = source.open("a")
    assert (len(rows), rows.shape, rows.dtype) == (2, (2, 3), np.float32)
    np.testing.assert_array_equal(rows[1], EXACT[1])
    np.testing.assert_array_equal(rows[:1], EXACT[:1])
    np.testing.assert_array_equal(np.concatenate([part for _, part in rows.blocks(1)]), EXACT)


@pytest.mark.parametrize("how", SAVERS)
def test_bfloat16_in_an_archive_is_read_as_float32(tmp_path, how):
    path = tmp_path / "data.npz"
    SAVERS[how](path, X=bfloat16(VALUES).view("V2"), y=np.arange(2))
    source = open_source(path)
    assert source.columns["X"].dtype == np.float32 and not source.skipped
    assert source.columns["X"].place.endswith(" as bfloat16")
    np.testing.assert_array_equal(source.read("X"), EXACT)


@pytest.mark.parametrize("descr", ["<V1", "<e3m4", "float8_e4m3fn"])
def test_a_dtype_that_is_none_of_numpys_is_named(save, tmp_path, descr):
    content = with_header(descr, (2,), b"ab")
    source = open_source(save({"X.npy": content, "y.npy": npy(np.arange(2))}))
    assert list(source.columns) == ["y"]
    assert source.skipped == {"X": f"its dtype {descr!r} is none of numpy's"}
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(DataError, match=rf"^a\.npy: its dtype {descr!r}") as caught:
        open_source(tmp_path / "a.npy")
    assert "astype(np.float32)" in caught.value.hint


def test_headers_of_python_2_are_read(tmp_path):
    content = with_header("<i8", "(3L, 1L)", np.arange(3).tobytes())
    path = tmp_path / "y.npy"
    path.write_bytes(content)
    np.testing.assert_array_equal(open_source(path).read("y"), [[0], [1], [2]])
    with pytest.warns(UserWarning, match="Python 2"):
        np.testing.assert_array_equal(np.load(path), open_source(path).read("y"))


@pytest.mark.parametrize("how", SAVERS)
def test_each_field_of_records_is_a_column(tmp_path, how):
    path = tmp_path / "data.npz"
    SAVERS[how](path, prices=RECORDS, close=np.arange(2))
    source = open_source(path)
    assert [spec.describe() for spec in source.columns.values()] == [
        "date (3,) datetime64[D]",
        "prices.close (3,) float64",
        "pair (3, 2) >i2",
        "close (2,) int64",
    ]
    assert source.columns["date"].place.endswith(" in records")
    np.testing.assert_array_equal(source.read("date"), RECORDS["date"])
    np.testing.assert_array_equal(source.read("prices.close"), RECORDS["close"])
    np.testing.assert_array_equal(in_memory(source.open("pair")), RECORDS["pair"])
    assert source.open("pair")[2].tolist() == [4, 5]
    assert source.read("date").flags.c_contiguous


def test_records_in_a_file_of_their_own_are_columns_by_their_names(tmp_path):
    inner = np.zeros(2, [("id", "u4"), ("at", [("x", "f4"), ("y", "f4")])])
    inner["at"]["y"] = [3, 4]
    np.save(tmp_path / "table.npy", inner)
    source = open_source(tmp_path / "table.npy")
    assert list(source.columns) == ["id", "at.x", "at.y"] and not source.single
    assert source.called("at.y") == "table.npy: at.y"
    assert source.columns["at.y"].name == "at.y"
    assert source.open("at.y")[1] == 4 and source.read("at.y").tolist() == [3, 4]


@pytest.mark.parametrize("dtype", [[], [("at", [])]])
def test_records_without_fields_are_one_column(save, tmp_path, dtype):
    np.save(tmp_path / "a.npy", np.zeros(3, dtype))
    source = open_source(tmp_path / "a.npy")
    assert list(source.columns) == ["a"] and source.single
    assert source.read("a").shape == (3,)
    in_archive = open_source(save({"T.npy": (tmp_path / "a.npy").read_bytes()}))
    assert in_archive.columns["T"].shape == (3,)


def test_records_with_objects_are_one_column_that_is_refused(tmp_path):
    stream = io.BytesIO()
    np.save(stream, np.array([(1, "a")], [("n", "i8"), ("o", object)]))
    (tmp_path / "a.npy").write_bytes(stream.getvalue())
    source = open_source(tmp_path / "a.npy")
    assert source.columns["a"].objects
    with pytest.raises(DataError, match="only pickle can read"):
        source.read("a")


def test_a_pointer_of_git_lfs_is_named_for_any_suffix(tmp_path):
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    for name in ("X.npy", "data.csv", "big.parquet", "data.npz", "model.unknown"):
        (tmp_path / name).write_bytes(pointer)
        with pytest.raises(DataError, match=f"^{name} is a Git LFS pointer") as caught:
            open_source(tmp_path / name)
        assert "git lfs pull" in caught.value.hint


@pytest.mark.parametrize("name", ["data.pkl", "data.pickle", "data.dat", "model.joblib"])
def test_a_pickle_is_refused_with_the_line_that_converts_it(tmp_path, name):
    import pickle
    import subprocess
    import sys

    path = tmp_path / name
    path.write_bytes(pickle.dumps({"X": np.eye(2)}, protocol=4))
    with pytest.raises(DataError, match="is a pickle, which can run any code") as caught:
        open_source(path)
    line = caught.value.hint.partition('python -c "')[2].removesuffix('"')
    if name == "model.joblib":
        assert "joblib.load('model.joblib')" in line
        return
    subprocess.run([sys.executable, "-c", line], cwd=tmp_path, check=True)
    np.testing.assert_array_equal(open_source(path.with_suffix(".npz")).read("X"), np.eye(2))


def test_an_array_of_arrays_in_a_header_is_refused_by_its_dtype(tmp_path):
    descr = "('<f8', (2,))"
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': (3,)}}".encode().ljust(118)
    path = tmp_path / "X.npy"
    path.write_bytes(b"\x93NUMPY\x01\x00\x76\x00" + header + bytes(48))
    with pytest.raises(DataError, match=r"its dtype .* is none of numpy's"):
        open_source(path)
