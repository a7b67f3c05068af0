"""`.npz` files as numpy writes them, and others that are refused or read in part."""

import io
import os
import warnings
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.support.npz import SAVERS, X, Y, npy, raw_npy, refused

from vizterm_core.errors import DataError
from vizterm_core.files.formats import open_source
from vizterm_core.files.source import Access
from vizterm_core.files.stored import StoredArray
from vizterm_core.load import load_embedding

law = settings(max_examples=60, deadline=None, derandomize=True)
DTYPES = [
    *("?", "i1", "u1", "<i2", ">i2", "<u4", ">u4", "<i8", ">i8", "<u8", ">u8"),
    *("<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "<c8", "<U5", ">U5", "S5", "<M8[s]"),
]


@pytest.mark.parametrize("how", SAVERS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (5,), (3, 2), (0, 2), (4, 1, 3)])
def test_arrays_are_read_as_numpy_reads_them(tmp_path, how, dtype, shape):
    numbers = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    values = numbers.astype("i8").astype(dtype)
    path = tmp_path / "data.npz"
    SAVERS[how](path, values=values, mirrored=np.asfortranarray(values[..., None]).T)
    file = open_source(path)
    assert list(file.columns) == ["values", "mirrored"] and not file.skipped
    with np.load(path) as expected:
        for key, info in file.columns.items():
            read = file.read(key)
            assert (read.shape, read.dtype) == (expected[key].shape, expected[key].dtype)
            assert np.array_equal(read, expected[key])
            assert (info.shape, info.dtype) == (read.shape, read.dtype)
            assert info.nbytes == read.nbytes
            assert (info.access is Access.WHOLE) == (how == "deflated")
            assert info.place.startswith(how)


@law
@given(
    values=hnp.arrays(
        hnp.integer_dtypes() | hnp.floating_dtypes(sizes=(16, 32, 64)),
        hnp.array_shapes(min_dims=0, min_side=0, max_dims=3, max_side=4),
    ),
    fortran=st.booleans(),
    how=st.sampled_from(sorted(SAVERS)),
)
def test_arrays_saved_by_numpy_come_back_bit_by_bit(tmp_path_factory, values, fortran, how):
    path = tmp_path_factory.getbasetemp() / "law.npz"
    SAVERS[how](path, a=np.array(values, order="F" if fortran else "C"))
    read = open_source(path).read("a")
    assert read.shape == values.shape and read.dtype == values.dtype
    assert read.tobytes() == values.tobytes()


def test_stored_arrays_are_left_in_the_file_and_deflated_ones_are_unpacked(tmp_path):
    path = tmp_path / "data.npz"
    np.savez(path, X=X, F=np.asfortranarray(X))
    for key in "XF":
        stored = open_source(path).open(key, max_bytes=0)
        assert isinstance(stored, StoredArray) and (stored.shape, stored.dtype) == (X.shape, "f8")
        assert np.array_equal(stored[1], X[1]) and np.array_equal(stored[1:], X[1:])
        assert np.array_equal(open_source(path).read(key, max_bytes=0), X)
    assert [spec.access for spec in open_source(path).columns.values()] == [
        Access.ROW,
        Access.BLOCK,
    ]
    np.savez_compressed(path, X=X)
    assert isinstance(open_source(path).open("X"), np.ndarray)


def test_only_headers_are_read_when_the_file_is_opened(tmp_path):
    path = tmp_path / "data.npz"
    np.savez(path, X=np.zeros((1000, 2)))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    assert open_source(path).columns["X"].shape == (1000, 2)


def test_info_describes_an_array_for_people(tmp_path):
    path = tmp_path / "data.npz"
    np.savez_compressed(path, **{"a\x1bb": np.zeros((2000, 3), np.float32)})
    info = open_source(path).columns["a\x1bb"]
    assert info.describe() == "a␛b (2000, 3) float32"
    assert (info.nbytes, info.objects) == (24_000, False)
    with zipfile.ZipFile(path) as archive:
        assert info.place == f"deflated to {archive.infolist()[0].compress_size} B"


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_format_is_read(save, version):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, X, version=version)
    assert np.array_equal(open_source(save({"X.npy": stream.getvalue()})).read("X"), X)


def test_field_names_of_any_script_are_read(save):
    table = np.zeros(3, [("größe", "<f8"), ("数", "<i4")])
    stream = io.BytesIO()
    np.lib.format.write_array(stream, table, version=(3, 0))
    columns = open_source(save({"T.npy": stream.getvalue()})).columns
    assert [(spec.name, spec.dtype) for spec in columns.values()] == [
        ("größe", "<f8"),
        ("数", "<i4"),
    ]


def test_an_encrypted_member_is_skipped_and_the_rest_is_read(save):
    path = save({"y.npy": npy(Y), "X.npy": npy(X)})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x03\x04") + 6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    file = open_source(path)
    assert list(file.columns) == ["X"] and "encrypted" in file.skipped["y"]


def test_members_in_folders_are_read(save):
    assert np.array_equal(open_source(save({"sub/X.npy": npy(X)})).read("sub/X"), X)


def test_a_missing_file_is_named_with_its_folder(tmp_path):
    error = refused(tmp_path / "data.npz")
    assert error.message == f"no such file: {tmp_path / 'data.npz'}"
    assert "␛" in refused_name(tmp_path / "a\x1bb.npz")


def refused_name(path):
    with pytest.raises(DataError) as caught:
        open_source(path)
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_a_directory_and_a_pipe_are_refused(tmp_path):
    assert "is a directory" in refused(tmp_path).message
    os.mkfifo(tmp_path / "pipe.npz")
    assert "not a regular file" in refused(tmp_path / "pipe.npz").message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"x,y\n1,2\n", "is not an .npz file"),
        (b"PK\x03\x04", "truncated or damaged"),
    ],
)
def test_other_files_are_refused_with_a_hint(tmp_path, content, message):
    path = tmp_path / "data.npz"
    path.write_bytes(content)
    error = refused(path)
    assert message in error.message and error.hint


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_of_members_with_one_name_the_last_that_is_whole_is_read(tmp_path, method):
    path = tmp_path / "data.npz"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", method) as file:
        warnings.simplefilter("ignore", UserWarning)
        for content in (npy(X * 5), npy(X), raw_npy(shape="(300, 2)")):
            file.writestr("X.npy", content)
    np.testing.assert_array_equal(open_source(path).read("X"), X)


def test_the_name_of_a_skipped_member_is_harmless(save):
    file = open_source(save({"a\x1bb.npy": b"", "c\nd.txt": b"", "X.npy": npy(X)}))
    assert set(file.skipped) == {"a␛b", "c␊d.txt"}


def test_members_that_are_not_npy_are_skipped(save):
    path = save({"readme.txt": b"hello", "X.npy": npy(X)})
    assert open_source(path).skipped == {"readme.txt": "not a .npy array"}
    assert len(load_embedding(path)) == 3
    error = refused(save({"readme.txt": b"hello"}))
    assert "'readme.txt'" in error.message and error.hint


def test_an_empty_archive_is_refused(save):
    error = refused(save({}))
    assert "no arrays" in error.message and error.hint


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_skipped(save, method):
    file = open_source(save({"X.npy": npy(X)}, method))
    assert not file.columns and "compressed" in file.skipped["X"]


def test_deflated_arrays_are_unpacked_up_to_the_limit_only(tmp_path):
    path = tmp_path / "data.npz"
    np.savez_compressed(path, X=np.zeros((1000, 2)), y=np.zeros(1000, np.int64))
    file = open_source(path)
    assert file.read("X", max_bytes=16_000).shape == (1000, 2)
    with pytest.raises(DataError, match=r"data\.npz: 'X' unpacks to 16\.0 kB.*16\.0 kB") as caught:
        file.read("X", max_bytes=15_999)
    assert "--max-bytes" in caught.value.hint
    assert len(load_embedding(path, max_bytes=24_000)) == 1000
    error = refused(path, max_bytes=23_999)
    assert "'X'" in error.message and "24,000" in error.message and "--max-bytes" in error.hint
    np.savez(path, X=np.zeros((1000, 2)))
    assert len(load_embedding(path, max_bytes=0)) == 1000
