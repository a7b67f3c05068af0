"""Zarr hierarchies, versions 2 and 3, in folders and in zip files."""

import json
import os
import sys
import warnings
import zipfile

import numpy as np
import pytest
from tests.support.npz import npy

from vizterm_core.errors import DataError
from vizterm_core.files.formats import open_source
from vizterm_core.files.source import Access, Form
from vizterm_core.files.stored import Rows

zarr = pytest.importorskip("zarr", "3")

VERSIONS = [2, 3]


def write(path, version, fill):
    """Write a hierarchy by a function of its root."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fill(zarr.open_group(path, mode="w", zarr_format=version))
    return path


def zipped(folder, path, below="", compression=zipfile.ZIP_STORED):
    """Write a folder as a zip file."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for file in folder.rglob("*"):
            if file.is_file():
                archive.write(file, f"{below}{file.relative_to(folder)}")
    return path


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("dtype", ["?", "i1", "<u2", ">i4", "<i8", "<f2", "<f4", ">f8", "<c8"])
@pytest.mark.parametrize("shape", [(), (0,), (5,), (3, 2), (7, 1, 3)])
def test_arrays_are_read_as_zarr_reads_them(tmp_path, version, dtype, shape):
    values = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype("i8").astype(dtype)

    def fill(root):
        chunks = tuple(min(2, side) or 1 for side in shape)
        root.create_array("group/plain", data=values, chunks=chunks)

    path = write(tmp_path / "a.zarr", version, fill)
    for opened in (path, zipped(path, tmp_path / "a.zarr.zip")):
        source = open_source(opened)
        assert list(source.columns) == ["group/plain"] and not source.skipped
        spec, read = source.columns["group/plain"], source.read("group/plain")
        assert (spec.shape, spec.dtype) == (read.shape, read.dtype)
        assert read.dtype.newbyteorder("=") == np.dtype(dtype).newbyteorder("=")
        assert np.array_equal(read, values)


@pytest.mark.parametrize("version", VERSIONS)
def test_text_dates_and_records(tmp_path, version):
    texts = np.array(["é", "", "three"], np.dtypes.StringDType())
    dates = np.array(["2020-01-01", "2021-05-06", "NaT"], "M8[s]")
    table = np.array([(1, b"a"), (2, b"b"), (3, b"c")], [("x", "<i4"), ("s", "S1")])

    def fill(root):
        root.create_array("text", data=texts)
        root.create_array("fixed", data=texts.astype("U5"))
        root.create_array("when", data=dates)
        if version == 2:
            root.create_array("table", data=table)

    source = open_source(write(tmp_path / "a.zarr", version, fill))
    assert source.read("text").tolist() == source.read("fixed").tolist() == ["é", "", "three"]
    assert source.columns["text"].form is Form.TEXT
    assert source.read("when").tolist() == dates.tolist()
    if version == 2:
        assert source.read("table/x").tolist() == [1, 2, 3]
        assert source.read("table/s").tolist() == ["a", "b", "c"]


def test_a_shard_is_read_by_its_chunks(tmp_path):
    values = np.random.default_rng(0).normal(size=(600, 64)).astype("f4")

    def fill(root):
        root.create_array("x", data=values, chunks=(50, 64), shards=(300, 64))

    path = zipped(write(tmp_path / "a.zarr", 3, fill), tmp_path / "a.zarr.zip")
    source = open_source(path)
    rows = source.open("x")
    assert source.columns["x"].access is Access.ROW
    assert np.array_equal(rows[321], values[321]) and np.array_equal(
        rows[-2::-200], values[-2::-200]
    )
    assert np.array_equal(source.read("x"), values)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("below", ["", "a.zarr/"])
def test_zip_files_may_be_deflated_or_hold_the_folder_itself(tmp_path, compression, below):
    folder = write(tmp_path / "a.zarr", 2, lambda root: root.create_array("x", data=np.arange(9)))
    source = open_source(zipped(folder, tmp_path / "a.zip", below, compression))
    assert source.read("x").tolist() == list(range(9))


def test_of_members_with_one_name_the_last_counts(tmp_path):
    folder = write(tmp_path / "a.zarr", 3, lambda root: root.create_array("x", data=np.arange(9)))
    path = tmp_path / "a.zarr.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("zarr.json", '{"zarr_format": 3, "node_type": "array"}')
        archive.writestr("x/zarr.json", "{}")
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for file in folder.rglob("*"):
            if file.is_file():
                archive.write(file, str(file.relative_to(folder)))
    assert open_source(path).read("x").tolist() == list(range(9))


def test_a_zip_file_of_arrays_is_still_an_npz_file(tmp_path):
    path = tmp_path / "data.npz"
    np.savez(path, X=np.arange(4))
    assert type(open_source(path)).__name__ == "NpzFile"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sub/zarr.json", "{}")
        archive.writestr("X.npy", npy(np.arange(4)))
    assert open_source(path).read("X").tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_folder_may_be_one_array(tmp_path, version):
    path = tmp_path / "grid.zarr"
    array = zarr.create_array(path, data=np.arange(12).reshape(3, 4), zarr_format=version)
    assert array.shape == (3, 4)
    source = open_source(path)
    assert source.single and source.called(*source.columns) == "grid.zarr"
    assert source.read(*source.columns).tolist() == np.arange(12).reshape(3, 4).tolist()


def test_an_array_of_an_unknown_kind_leaves_the_others(tmp_path):
    def fill(root):
        root.create_array("good", data=np.arange(3))
        root.create_array("typed", data=np.arange(3))
        root.create_array("coded", data=np.arange(3))

    path = write(tmp_path / "a.zarr", 3, fill)
    for name, key, value in (
        ("typed", "data_type", {"name": "struct", "configuration": {}}),
        ("coded", "codecs", [{"name": "bytes"}, {"name": "pcodec"}]),
    ):
        described = json.loads((path / name / "zarr.json").read_text())
        (path / name / "zarr.json").write_text(json.dumps({**described, key: value}))
    source = open_source(path)
    assert list(source.columns) == ["good"]
    assert source.skipped["coded"] == "written with the codec pcodec, which isn't read"
    assert "can't be read" in source.skipped["typed"]


class _Evil:
    def __reduce__(self):
        return os.mkdir, ("unpickled",)


def test_nothing_is_unpickled(tmp_path, monkeypatch):
    """numcodecs has a codec that unpickles: files that name it are not decoded."""
    numcodecs = pytest.importorskip("numcodecs")
    monkeypatch.chdir(tmp_path)
    path = write(tmp_path / "a.zarr", 2, lambda root: root.create_array("x", data=np.arange(2)))
    described = json.loads((path / "x" / ".zarray").read_text())
    pickled = numcodecs.Pickle().encode(np.array([_Evil(), _Evil()], object))
    (path / "x" / "0").write_bytes(pickled)
    for change in (
        {"dtype": "|O", "filters": [{"id": "pickle"}], "compressor": None, "fill_value": None},
        {"dtype": "|O", "filters": None, "compressor": {"id": "pickle"}, "fill_value": None},
    ):
        (path / "x" / ".zarray").write_text(json.dumps({**described, **change}))
        source = open_source(path)
        assert not source.columns
        assert source.skipped == {"x": "written with the codec pickle, which isn't read"}
    assert not (tmp_path / "unpickled").exists()


def test_links_out_of_the_folder_and_pipes_are_not_followed(tmp_path):
    def fill(root):
        for name in ("good", "pipe", "out"):
            root.create_array(name, data=np.arange(5), chunks=(5,))

    path = write(tmp_path / "a.zarr", 3, fill)
    (tmp_path / "secret").mkdir()
    for name in ("pipe", "out"):
        chunk = path / name / "c" / "0"
        chunk.rename(tmp_path / "secret" / name)
    os.mkfifo(path / "pipe" / "c" / "0")
    (path / "out" / "c" / "0").symlink_to(tmp_path / "secret" / "out")
    (path / "linked").symlink_to(path / "good")
    source = open_source(path)
    for name in ("pipe", "out"):
        # As zarr has it, a chunk that isn't there holds the fill value.
        assert source.read(name).tolist() == [0] * 5
    assert source.read("good").tolist() == source.read("linked").tolist() == list(range(5))


def _rows(tmp_path) -> tuple[os.PathLike[str], Rows]:
    values = np.arange(4000.0).reshape(400, 10)

    def fill(root):
        root.create_array("x", data=values, chunks=(100, 10))

    path = write(tmp_path / "a.zarr", 3, fill)
    rows = open_source(path).open("x")
    assert np.array_equal(rows[150], values[150])
    return path, rows


def test_a_chunk_that_changes_or_is_damaged_is_said(tmp_path):
    path, rows = _rows(tmp_path)
    chunk = path / "x" / "c" / "1" / "0"
    content = chunk.read_bytes()
    chunk.write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError, match="has changed since it was opened"):
        rows[150]
    with pytest.raises(DataError, match=r"^a\.zarr: 'x' can't be read"):
        open_source(path).read("x")


def test_a_chunk_that_was_removed_is_said(tmp_path):
    path, rows = _rows(tmp_path)
    (path / "x" / "c" / "1" / "0").unlink()
    with pytest.raises(DataError, match="has changed since it was opened"):
        rows[150]


def test_what_describes_the_folder_is_held_open(tmp_path):
    path, _ = _rows(tmp_path)
    (file,) = open_source(path).files
    assert not file.changed
    (path / "zarr.json").write_text("{}")
    assert file.changed


def test_a_zip_file_that_is_rewritten_is_said(tmp_path):
    path, _ = _rows(tmp_path)
    archive = zipped(path, tmp_path / "a.zarr.zip")
    source = open_source(archive)
    with archive.open("r+b") as file:
        file.write(b"x")
        os.utime(file.fileno(), (1, 1))
    with pytest.raises(DataError, match="has changed since it was opened"):
        source.read("x")


@pytest.mark.parametrize(
    ("key", "value", "wrong"),
    [
        ("shape", [10**15, 2], "chunks: save larger ones"),
        ("shape", [-1, 2], "can't be read"),
        ("shape", "many", "can't be read"),
        ("chunk_grid", {"name": "regular", "configuration": {"chunk_shape": [0, 2]}}, "of nothing"),
        (
            "chunk_grid",
            {"name": "regular", "configuration": {"chunk_shape": [10**9, 2]}},
            "in chunks of 16,000,000,000 bytes",
        ),
        ("codecs", 5, "can't be read"),
        ("attributes", 5, None),
    ],
)
def test_descriptions_that_lie_are_said(tmp_path, key, value, wrong):
    values = np.arange(8.0).reshape(4, 2)
    path = write(tmp_path / "a.zarr", 3, lambda root: root.create_array("x", data=values))
    described = json.loads((path / "x" / "zarr.json").read_text())
    (path / "x" / "zarr.json").write_text(json.dumps({**described, key: value}))
    source = open_source(path)
    if wrong is None:
        assert source.read("x").shape == (4, 2)
    else:
        assert wrong in source.skipped["x"]


def test_a_large_array_of_nothing_is_refused(tmp_path):
    def fill(root):
        root.create_array("x", shape=(10**13, 2), chunks=(10**7, 2), dtype="u1")
        root.create_array("y", shape=(10**9, 2), chunks=(10**6, 2), dtype="f8")

    source = open_source(write(tmp_path / "a.zarr", 3, fill))
    assert "chunks: save larger ones" in source.skipped["x"]
    assert source.columns["y"].access is Access.WHOLE
    with pytest.raises(DataError, match="more than the limit"):
        source.read("y", 10**6)


@pytest.mark.parametrize("content", ["[" * 100_000, "{", "5", '{"node_type": "page"}', "{}"])
def test_a_damaged_description_is_one_line(tmp_path, content):
    (tmp_path / "a.zarr").mkdir()
    (tmp_path / "a.zarr" / "zarr.json").write_text(content)
    with pytest.raises(DataError, match=r"^a\.zarr: "):
        open_source(tmp_path / "a.zarr")


def test_without_zarr_a_line_says_what_to_install(tmp_path, monkeypatch):
    path, _ = _rows(tmp_path)
    monkeypatch.delitem(sys.modules, "vizterm_core.files.formats.zarr_adapter")
    monkeypatch.setitem(sys.modules, "zarr.abc.store", None)
    with pytest.raises(DataError) as caught:
        open_source(path)
    assert caught.value.message == "a.zarr needs zarr, version 3"
    assert caught.value.hint == "pip install 'vizterm[zarr]'"
