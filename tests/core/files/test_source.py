"""The promises of every source, whatever it was opened from, and the search for a file's format."""

import zipfile

import numpy as np
import pytest

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats import FORMATS, find_format, open_source
from vizterm_core.files.source import Access, ArraySource, ArraySpec, unchanged
from vizterm_core.files.stored import in_memory, row_blocks

VALUES = np.arange(24.0).reshape(6, 4)


def in_npy(tmp_path, array):
    np.save(tmp_path / "values.npy", array)
    return open_source(tmp_path / "values.npy")


def in_npz(tmp_path, array):
    np.savez(tmp_path / "data.npz", values=array)
    return open_source(tmp_path / "data.npz")


def in_packed_npz(tmp_path, array):
    np.savez_compressed(tmp_path / "packed.npz", values=array)
    return open_source(tmp_path / "packed.npz")


def in_arrays(_, array):
    return ArraySource({"values": array})


KINDS = [in_npy, in_npz, in_packed_npz, in_arrays]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", KINDS)
def test_columns_are_listed_and_read_whole_in_parts_and_by_row(tmp_path, kind, order):
    source = kind(tmp_path, np.asarray(VALUES, order=order))
    assert dict(source.skipped) == {} and list(source.columns) == ["values"]
    spec = source.columns["values"]
    assert (spec.name, spec.shape, spec.dtype) == ("values", (6, 4), np.float64)
    assert spec.nbytes == VALUES.nbytes and not spec.objects
    assert spec.describe() == "values (6, 4) float64"
    np.testing.assert_array_equal(source.read("values"), VALUES)
    rows = source.open("values")
    assert (len(rows), rows.shape, rows.dtype) == (6, (6, 4), np.float64)
    np.testing.assert_array_equal(rows[4], VALUES[4])
    np.testing.assert_array_equal(rows[1:4], VALUES[1:4])
    np.testing.assert_array_equal(in_memory(rows), VALUES)
    parts = list(row_blocks(rows, 4))
    assert [part for part, _ in parts] == [slice(0, 4), slice(4, 6)]
    np.testing.assert_array_equal(np.concatenate([block for _, block in parts]), VALUES)


@pytest.mark.parametrize(
    ("kind", "place", "rows", "columns"),
    [
        (in_npy, "stored", Access.ROW, Access.BLOCK),
        (in_npz, "stored", Access.ROW, Access.BLOCK),
        (in_packed_npz, "deflated to ", Access.WHOLE, Access.WHOLE),
        (in_arrays, "in memory", Access.ROW, Access.ROW),
    ],
)
def test_a_spec_tells_where_an_array_lies_and_how_it_can_be_read(
    tmp_path, kind, place, rows, columns
):
    spec = kind(tmp_path, VALUES).columns["values"]
    assert spec.place.startswith(place) and spec.access is rows
    assert kind(tmp_path, np.asfortranarray(VALUES)).columns["values"].access is columns


@pytest.mark.parametrize("kind", KINDS)
def test_object_arrays_are_listed_and_never_read(tmp_path, kind):
    source = kind(tmp_path, np.array([{}, 1], object))
    assert source.columns["values"].objects
    for read in (source.read, source.open):
        with pytest.raises(DataError, match="is an object array, which only pickle can read"):
            read("values")


@pytest.mark.parametrize(
    ("kind", "called"),
    [(in_npy, "values.npy"), (in_npz, "data.npz: values"), (in_arrays, "values")],
)
def test_messages_call_a_column_by_file_and_name(tmp_path, kind, called):
    source = kind(tmp_path, VALUES)
    assert source.called("values") == called
    assert source.single == (kind is in_npy)


def test_names_are_made_harmless_where_they_are_shown():
    source = ArraySource({"a\x1bb": VALUES}, "c\nd")
    assert list(source.columns) == ["a\x1bb"] and source.called("a\x1bb") == "c␊d: a␛b"
    assert source.columns["a\x1bb"].describe().startswith("a␛b ")


def test_arrays_in_memory_are_passed_on_as_they_are():
    assert ArraySource({"values": VALUES}).read("values") is VALUES


def test_an_empty_array_has_a_spec():
    spec = ArraySpec("X", (0, 2), np.dtype("f8"))
    assert spec.nbytes == 0 and spec.describe() == "X (0, 2) float64"


@pytest.mark.parametrize("kind", [in_npy, in_npz])
def test_no_file_of_a_source_may_change_while_it_is_read(tmp_path, kind):
    source = kind(tmp_path, VALUES)
    (file,) = source.files
    with unchanged(source):
        pass
    with pytest.raises(DataError, match="has changed since it was opened"), unchanged(source):
        file.path.write_bytes(b"")
    with pytest.raises(DataError, match="has changed"):
        source.read("values")
    with unchanged(ArraySource({})):
        pass


def format_of(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    found = find_format(DataFile(path, "array"))
    return None if found is None else found.suffixes[0]


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.suffixes[0])
def test_the_content_of_a_file_decides_before_its_suffix(tmp_path, known):
    name = known.suffixes[0]
    for start in known.starts if known.looks_right is None else ():
        for other in FORMATS:
            assert format_of(tmp_path, f"a{other.suffixes[0]}", start + b"...") == name
        assert format_of(tmp_path, "a.dat", start) == name
    assert format_of(tmp_path, f"A{name.upper()}", b"text") == name
    assert format_of(tmp_path, "a.dat", b"text") is None
    assert format_of(tmp_path, "a.dat", b"") is None


def test_a_file_in_no_known_format_is_refused(tmp_path):
    for content, message in ((b"hello", r"^a\.dat is not an \.npz, \.npy, "), (b"", "empty")):
        (tmp_path / "a.dat").write_bytes(content)
        with pytest.raises(DataError, match=message) as caught:
            open_source(tmp_path / "a.dat")
        assert caught.value.hint
    with pytest.raises(DataError, match="is a directory"):
        open_source(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a.npy is empty"),
        (b"\x93NUM", "a.npy: not a .npy array"),
        (b"\x93NUMPY\x01\x00\xff\xff", "a.npy: its header can't be read"),
    ],
)
def test_a_damaged_npy_file_is_refused_with_a_hint(tmp_path, content, message):
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(DataError) as caught:
        open_source(tmp_path / "a.npy")
    assert caught.value.message == message and "np.save" in caught.value.hint


def test_an_npy_file_that_is_cut_short_is_refused_when_its_array_is_opened(tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, VALUES)
    path.write_bytes(path.read_bytes()[:-1])
    source = open_source(path)
    with pytest.raises(DataError, match=r"^a\.npy is damaged: its header says 192 bytes"):
        source.open("a")


def test_a_zip_under_another_name_is_an_npz_file(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npy", "w") as archive:
        archive.writestr("readme.txt", "hello")
    source = open_source(tmp_path / "a.npy")
    assert not source.columns and source.skipped == {"readme.txt": "not a .npy array"}
