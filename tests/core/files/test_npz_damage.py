"""Damaged and hostile `.npz` files: named, refused or skipped, never believed."""

import os
import zipfile

import numpy as np
import pytest
from tests.support.npz import SAVERS, X_BYTES, X, Y, flip_data_bit, npy, raw_npy, refused

from vizterm_core.errors import DataError, VizError
from vizterm_core.files.formats import open_source
from vizterm_core.load import Keys, load_embedding

PLAIN_HEADER = {"descr": "<f8", "fortran_order": False, "shape": (3, 2)}


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_stored_array_with_a_flipped_bit_is_refused_as_numpy_refuses_it(save, order):
    # Of small members zipfile itself reads everything when it reads the header.
    noise = np.random.default_rng(0).random((5000, 2))
    path = save({"X.npy": npy(np.asarray(noise, order=order)), "y.npy": npy(np.arange(5000))})
    flip_data_bit(path)
    with pytest.raises(zipfile.BadZipFile), np.load(path) as file:
        file["X"]
    with pytest.raises(DataError, match=r"^data\.npz: 'X' is damaged: its checksum is wrong"):
        open_source(path).read("X")
    if order == "C":
        assert "'X' is damaged" in refused(path).message


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_file_cut_short_anywhere_is_refused(save, method):
    path = save({"X.npy": npy(X), "y.npy": npy(Y)}, method)
    whole = path.read_bytes()
    for length in range(4, len(whole), 7):
        path.write_bytes(whole[:length])
        error = refused(path)
        assert "truncated or damaged" in error.message and error.hint


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_flipped_bit_anywhere_is_refused_or_harmless(save, method):
    path = save({"X.npy": npy(X), "y.npy": npy(Y)}, method)
    whole = path.read_bytes()
    refusals = []
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        # Long ago: of a file just written, the clock's next step is waited for.
        os.utime(path, (0, 0))
        try:
            load_embedding(path)
        except VizError as error:
            refusals.append(str(error))
    assert len(refusals) > 30
    assert all(text.isprintable() and path.name in text for text in refusals)


def test_a_deflated_array_with_a_flipped_bit_is_named(save):
    noise = np.random.default_rng(0).random((5000, 2))
    path = save({"X.npy": npy(noise), "y.npy": npy(np.arange(5000))}, zipfile.ZIP_DEFLATED)
    flip_data_bit(path)
    assert "data.npz is damaged: 'X' can't be unpacked" in refused(path).message


def test_a_damaged_array_comes_with_a_hint(save):
    for count in (50, 5000):
        path = save(
            {"X.npy": npy(np.random.default_rng(0).random((count, 2)))}, zipfile.ZIP_DEFLATED
        )
        flip_data_bit(path)
        assert refused(path).hint


@pytest.mark.parametrize("how", SAVERS)
def test_object_arrays_are_never_unpickled(tmp_path, how):
    class Bomb:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "exploded"),))

    path = tmp_path / "data.npz"
    SAVERS[how](path, X=np.array([Bomb(), Bomb()], object))
    file = open_source(path)
    assert file.columns["X"].objects
    with pytest.raises(DataError, match=r"data\.npz: 'X' is an object array") as caught:
        file.read("X")
    assert caught.value.hint
    error = refused(path)
    assert "'X' is an object array" in error.message and error.hint
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("shape", ["(300, 2)", "(2, 2)", "(3, 2, 1000000000000)"])
def test_a_header_that_disagrees_with_the_archive_is_refused(save, method, shape):
    path = save({"X.npy": raw_npy(shape=shape)}, method)
    assert list(open_source(path).skipped) == ["X"] and not open_source(path).columns
    error = refused(path)
    assert "'X'" in error.message and "its header says" in error.message and error.hint


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_file_whose_directory_lies_about_sizes_is_refused(save, method):
    path = save({"X.npy": raw_npy(shape="(3000, 2)")}, method)
    content = path.read_bytes()
    size = len(raw_npy(shape="(3000, 2)"))
    lie = size + 2997 * 16
    path.write_bytes(content.replace(size.to_bytes(4, "little"), lie.to_bytes(4, "little")))
    assert "damaged" in refused(path).message


@pytest.mark.parametrize("keys", [None, Keys(coords="X")])
def test_a_damaged_array_is_named_where_others_are_whole(save, keys):
    path = save({"X.npy": raw_npy(shape="(300, 2)"), "y.npy": npy(Y)})
    with pytest.raises(VizError, match=r"X.*damaged"):
        load_embedding(path, keys)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUM",
        b"not an array",
        raw_npy()[:20],
        raw_npy(version=b"\x09\x00"),
        raw_npy(version=b"\x02\x00")[:8] + b"\xff\xff\xff\x7f",
        raw_npy(header="(" * 5000),
        raw_npy(header=repr(PLAIN_HEADER) + " " * 70_000, version=b"\x02\x00"),
        raw_npy(header="{'descr': '<f8'}"),
        raw_npy(header="[1, 2]"),
        raw_npy(header="1"),
        raw_npy(header="{'descr': \x00"),
        raw_npy(header="{'shape': open('x'), 'descr': '<f8', 'fortran_order': False}"),
        raw_npy(shape="(-3, -2)"),
        raw_npy(shape="(3.0, 2)"),
        raw_npy(shape="(True, 2)"),
        raw_npy(shape="6"),
        raw_npy(shape=f"({'1, ' * 65})", data=X_BYTES[:8]),
        raw_npy(shape="(4611686018427387904, 2)"),
        raw_npy(descr="'<f3'"),
        raw_npy(descr="'U99999999999'"),
        raw_npy(descr="None"),
        raw_npy(descr="{'names': 1}"),
        raw_npy(descr="[('a', '<f8', -1)]"),
    ],
)
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_damaged_member_is_skipped_by_name_and_the_rest_is_read(save, content, method):
    path = save({"bad.npy": content, "X.npy": npy(X)}, method)
    file = open_source(path)
    assert list(file.columns) == ["X"] and list(file.skipped) == ["bad"]
    assert np.array_equal(file.read("X"), X)
    notes = load_embedding(path).notes
    assert any("bad skipped" in note for note in notes)


@pytest.mark.parametrize("descr", ["()", "('<f8',)", "[('a', ())]"])
def test_a_header_with_a_broken_dtype_tuple_is_skipped(save, descr):
    file = open_source(save({"bad.npy": raw_npy(descr=descr), "X.npy": npy(X)}))
    assert list(file.columns) == ["X"] and list(file.skipped) == ["bad"]


def test_an_impossibly_wide_empty_array_is_refused(save):
    path = save({"X.npy": raw_npy(shape="(0, 2305843009213693952)", data=b"")})
    refused(path)


def test_a_zip_bomb_is_stopped_before_it_is_unpacked(save):
    bomb = raw_npy(shape="(8000000, 2)", data=bytes(128_000_000))
    path = save({"X.npy": bomb}, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 1_000_000
    assert "--max-bytes" in refused(path, max_bytes=1_000_000).hint
