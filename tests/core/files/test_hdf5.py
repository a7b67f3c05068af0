"""HDF5 files of any layout: what is in them becomes columns, and nothing else is read."""

import os
import sys
import threading

import numpy as np
import pytest
from tests.support.trees import PNG

from vizterm_core.errors import DataError
from vizterm_core.files.formats import open_source
from vizterm_core.files.source import Access, Form, read_array
from vizterm_core.load import load_embedding

h5py = pytest.importorskip("h5py")


@pytest.fixture
def opened(tmp_path):
    """A function that writes a file by another function, and opens it."""

    def write_and_open(fill, name="data.h5", **options):
        with h5py.File(tmp_path / name, "w", **options) as file:
            fill(file)
        return open_source(tmp_path / name)

    return write_and_open


DTYPES = [
    *("?", "i1", "u1", "<i2", ">i2", "<u4", ">u4", "<i8", ">i8", "<u8"),
    *("<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "<c8"),
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (5,), (3, 2), (0, 2), (4, 1, 3)])
def test_arrays_are_read_as_h5py_reads_them(opened, dtype, shape):
    values = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype("i8").astype(dtype)

    def fill(file):
        file["group/plain"] = values
        if shape and 0 not in shape:
            file.create_dataset("packed", data=values, compression="gzip", shuffle=True)

    source = opened(fill)
    assert "group/plain" in source.columns and not source.skipped
    for name, spec in source.columns.items():
        read = source.read(name)
        assert (spec.shape, spec.dtype) == (read.shape, read.dtype) == (shape, np.dtype(dtype))
        assert np.array_equal(read, values)


def test_a_column_of_labels_stays_a_column(opened):
    source = opened(lambda file: file.update({"y": np.arange(50)[:, None]}))
    assert source.columns["y"].shape == (50, 1) and source.called("y") == "data.h5: y"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.array([b"caf\xc3\xa9", b"", b"x"], "S8"), None),
        (["café", "", "x"], h5py.string_dtype()),
        (["café".encode(), b"", b"x"], h5py.string_dtype("utf-8", 8)),
    ],
)
def test_text_of_fixed_and_of_any_length_is_text(opened, values, kind):
    source = opened(lambda file: file.create_dataset("names", data=values, dtype=kind))
    assert source.columns["names"].form is Form.TEXT
    assert source.read("names").tolist() == ["café", "", "x"]


def test_text_that_isnt_utf_8_is_shown_as_far_as_it_is(opened):
    source = opened(lambda file: file.update({"names": np.array([b"a\xffb"], "S3")}))
    assert source.read("names").tolist() == ["a\ufffdb"]


def test_named_integers_are_categories(opened):
    kind = h5py.enum_dtype({"cat": 1, "dog": 5}, "u1")
    source = opened(lambda file: file.create_dataset("y", data=[5, 1, 3, 5], dtype=kind))
    assert source.columns["y"].form is Form.CATEGORIES
    assert read_array(source, "y").tolist() == ["dog", "cat", None, "dog"]


def test_dates_are_dates(opened):
    dates = np.array(["2020-01-01", "2021-05-06"], "M8[s]")
    source = opened(
        lambda file: file.create_dataset("t", data=dates.astype(h5py.opaque_dtype(dates.dtype)))
    )
    assert source.read("t").tolist() == dates.tolist()


def test_records_are_a_column_a_field(opened):
    kind = np.dtype(
        [
            *(("x", "f4"), ("name", h5py.string_dtype()), ("v", "f8", (3,)), ("on", "?")),
            *(("inner", [("a", "i4")]), ("code", h5py.enum_dtype({"no": 0, "yes": 1}, "i1"))),
        ]
    )
    table = np.zeros(4, kind)
    table["x"], table["name"] = [1, 2, 3, 4], ["a", "b", "c", "d"]
    table["v"][2] = [7, 8, 9]
    table["on"], table["code"] = [1, 0, 0, 1], [1, 1, 0, 0]

    def fill(file):
        file.create_dataset("t", data=table, chunks=(2,), compression="gzip")

    source = opened(fill)
    assert list(source.columns) == ["t/x", "t/name", "t/v", "t/on", "t/code"]
    assert source.read("t/x").tolist() == [1, 2, 3, 4]
    assert source.read("t/name").tolist() == ["a", "b", "c", "d"]
    assert source.open("t/v")[2].tolist() == [7, 8, 9] and source.columns["t/v"].shape == (4, 3)
    assert source.read("t/on").tolist() == [True, False, False, True]
    assert read_array(source, "t/code").tolist() == ["yes", "yes", "no", "no"]
    assert source.skipped == {"t/inner": "records inside records"}


def test_lists_of_one_length_are_vectors_and_other_rows_are_counted(opened):
    lists = [np.arange(3) + row for row in range(6)]
    lists[1], lists[4] = np.array([]), np.arange(2)

    def fill(file):
        rows = file.create_dataset("encoded", (6,), h5py.vlen_dtype("f4"))
        for place, values in enumerate(lists):
            rows[place] = values

    source = opened(fill)
    expected = np.array([row if len(row) == 3 else [np.nan] * 3 for row in lists], "f4")
    assert source.columns["encoded"].shape == (6, 3)
    assert source.columns["encoded"].dtype == np.float32
    assert np.array_equal(source.read("encoded"), expected, equal_nan=True)
    assert np.array_equal(source.open("encoded")[2], expected[2])
    assert source.notes == ("encoded: 2 of 6 have no 3 numbers",)


def test_lists_of_all_lengths_are_said(opened):
    def fill(file):
        rows = file.create_dataset("tokens", (6,), h5py.vlen_dtype("i4"))
        for place in range(6):
            rows[place] = np.arange(place + 1)

    assert opened(fill).skipped == {"tokens": "lists of different lengths: 1 to 6"}


def test_opaque_entries_and_lists_of_bytes_may_be_pictures(opened):
    pictures = [PNG + bytes([row]) * (row + 1) for row in range(3)]

    def fill(file):
        file["opaque"] = np.array(pictures, "V20")
        rows = file.create_dataset("lists", (4,), h5py.vlen_dtype("u1"))
        for place, data in enumerate(pictures):
            rows[place] = np.frombuffer(data, "u1")
        file["noise"] = np.array([b"abc", b"def"], "V3")

    source = opened(fill)
    assert source.columns["lists"].form is source.columns["opaque"].form is Form.ENCODED
    assert source.read("lists").tolist() == [*pictures, None]
    assert source.open("lists")[2] == pictures[2]
    assert source.open("opaque")[1].rstrip(b"\0") == pictures[1]
    assert source.skipped == {"noise": "opaque bytes, which aren't pictures"}


def test_pictures_may_be_named_by_a_column(opened):
    keys = ["b-1", "", "a-2", "gone"]
    pictures = {"b-1": PNG + b"one", "a-2": PNG + b"two"}

    def fill(file):
        file["image"] = np.array(keys, object)
        file["mesh"] = np.array(keys, object)
        file["number"] = np.arange(4)
        file["__last_edited_by__"] = np.array(keys, object)
        for name, data in pictures.items():
            file[f"__group__/image/{name}"] = np.void(data)
            file[f"__group__/mesh/{name}"] = np.void(b"glTF" + data)

    source = opened(fill)
    assert list(source.columns) == ["image", "number"]
    assert source.columns["image"].form is Form.ENCODED
    assert source.read("image").tolist() == [pictures["b-1"], None, pictures["a-2"], None]
    assert source.open("image")[2] == pictures["a-2"]
    assert source.skipped == {"mesh": "names of parts that aren't pictures"}


def test_counts_of_genes_are_refused_with_the_reason(opened):
    def fill(file):
        group = file.create_group("matrix")
        group["barcodes"] = np.array([b"AAAC-1", b"AAAG-1"])
        group["shape"] = np.array([507, 2], "i4")
        group["features/id"] = np.array([b"g"] * 507)
        for name in ("data", "indices", "indptr"):
            group[name] = np.arange(3)

    source = opened(fill)
    assert list(source.columns) == ["matrix/barcodes"]
    why = source.skipped["matrix"]
    assert why.startswith("counts only (507 genes x 2 cells): reduce them first")
    with pytest.raises(DataError, match=r"data\.h5: .*'matrix' is counts only"):
        load_embedding(source)


def test_the_columns_of_a_row_are_read_by_chunk(opened):
    values = np.random.default_rng(0).integers(0, 255, (200, 100, 100), "u1")

    def fill(file):
        file.create_dataset("small", data=values, chunks=(4, 100, 100), compression="lzf")
        file.create_dataset("across", data=values, chunks=(50, 100, 100), compression="gzip")
        file.create_dataset("one", data=values, chunks=values.shape, compression="gzip")

    source = opened(fill)
    assert source.columns["small"].access is Access.ROW
    assert source.columns["small"].place.startswith("lzf to ")
    assert source.columns["across"].access is Access.ROW
    assert source.columns["one"].access is Access.WHOLE
    for name in source.columns:
        assert np.array_equal(source.open(name)[73], values[73])
    with pytest.raises(DataError, match=r"unpacks to 2\.0 MB, more than the limit"):
        source.open("one", max_bytes=1000)


def test_a_block_before_the_signature_is_skipped(opened):
    source = opened(lambda file: file.update({"x": [1, 2]}), userblock_size=512)
    assert source.read("x").tolist() == [1, 2]


def test_content_decides_before_the_suffix(opened):
    assert opened(lambda file: file.update({"x": [1]}), "data.npz").read("x").tolist() == [1]


def test_links_and_data_elsewhere_are_not_followed(opened, tmp_path):
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["secret"] = np.arange(4)
    (tmp_path / "raw").write_bytes(b"secret bytes")

    def fill(file):
        file["x"] = np.arange(4)
        file["outside"] = h5py.ExternalLink(tmp_path / "other.h5", "/secret")
        file["soft"] = h5py.SoftLink("/x")
        file["through"] = h5py.SoftLink("/outside")
        file.create_dataset("raw", (12,), "u1", external=[(str(tmp_path / "raw"), 0, 12)])
        layout = h5py.VirtualLayout((4,), "i8")
        layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "secret", (4,))
        file.create_virtual_dataset("virtual", layout)
        file.create_dataset("refs", (2,), h5py.ref_dtype)
        file["empty"] = h5py.Empty("f4")

    source = opened(fill)
    assert list(source.columns) == ["x"]
    assert source.skipped == {
        "outside": "a link to another file, not followed",
        "soft": "a soft link, not followed",
        "through": "a soft link, not followed",
        "raw": "in another file, not followed",
        "virtual": "made of parts of other files, not followed",
        "refs": "references to other parts of the file",
        "empty": "empty",
    }


def test_a_path_in_a_cell_doesnt_lead_through_links(opened, tmp_path):
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["a"] = np.void(PNG)

    def fill(file):
        file["image"] = np.array(["out/a", "b"], object)
        file["__group__/image/b"] = np.void(PNG)
        file["__group__/image/out"] = h5py.ExternalLink(tmp_path / "other.h5", "/")

    assert "image" not in opened(fill).columns


def test_groups_that_hold_themselves_end(opened):
    def fill(file):
        inner = file.create_group("a/b")
        inner["again"] = file["a"]
        inner["x"] = np.arange(3)
        inner["root"] = file["/"]

    source = opened(fill)
    assert list(source.columns) == ["a/b/x"]
    assert set(source.skipped) == {"a/b/again", "a/b/root"}


def test_groups_are_entered_once_however_many_names_they_have(opened):
    def fill(file):
        group = file.create_group("0")
        for _ in range(40):
            inner = group.create_group("left")
            group["right"] = inner
            group = inner
        group["x"] = np.arange(3)

    assert len(opened(fill).columns) == 1


def test_very_deep_groups_are_left_out(opened):
    source = opened(lambda file: file.update({"/".join("g" * 80): [1], "x": [2]}))
    assert list(source.columns) == ["x"]
    (why,) = source.skipped.values()
    assert why == "more than 64 groups deep"


def test_a_filter_that_isnt_installed_is_named(opened, monkeypatch):
    source = opened(lambda file: file.create_dataset("x", data=[1, 2], compression="lzf"))
    assert list(source.columns) == ["x"]
    monkeypatch.setattr(h5py.h5z, "filter_avail", lambda code: code != h5py.h5z.FILTER_LZF)
    source = open_source(source.files[0].path)
    assert source.skipped == {"x": "compressed by a filter that isn't installed: lzf"}


def test_declared_sizes_cost_nothing_until_they_are_read(opened):
    def fill(file):
        file.create_dataset("rows", (10**12, 2), "f4", chunks=(10**6, 2), compression="gzip")
        file.create_dataset("bits", (10**7, 2), "f4", chunks=(1, 2))
        file.create_dataset("lump", (10**9,), "u1", chunks=(10**9,), compression="gzip")
        file.create_dataset("never", (10**12,), "f8")

    source = opened(fill)
    assert source.skipped["rows"].startswith("in 1,000,000 chunks")
    assert source.skipped["bits"].startswith("in 10,000,000 chunks")
    assert source.skipped["lump"].startswith("in chunks of 1,000,000,000 bytes")
    with pytest.raises(DataError, match="bytes in memory, the limit is"):
        source.read("never")
    with pytest.raises(DataError, match=r"more than the limit of 1\.0 MB"):
        source.read("never", 10**6)


def _packed(path):
    values = np.random.default_rng(0).normal(size=(400, 300))
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=values, compression="gzip", chunks=(100, 300))
        place = file["x"].id.get_chunk_info(1).byte_offset
    return values, place


def test_damage_in_one_array_is_said_of_it(tmp_path, capfd):
    _, place = _packed(tmp_path / "a.h5")
    content = bytearray((tmp_path / "a.h5").read_bytes())
    content[place : place + 50] = bytes(50)
    (tmp_path / "a.h5").write_bytes(content)
    source = open_source(tmp_path / "a.h5")
    errors = []

    def read():
        with pytest.raises(DataError, match=r"a\.h5: 'x' can't be read") as caught:
            source.read("x")
        errors.append(caught.value)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    read()
    assert len(errors) == 2 and len(source.open("x")[:100]) == 100
    assert capfd.readouterr().err == ""


def test_names_may_be_no_text(opened):
    source = opened(lambda file: file.update({b"a\xff": [1, 2], "g": [3]}))
    assert len(source.columns) == 2 and not source.skipped
    assert [source.read(name).tolist() for name in source.columns] == [[1, 2], [3]]
    assert all(spec.describe().isprintable() for spec in source.columns.values())


def test_a_damaged_group_leaves_the_others(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["good/x"], file["wrong/y"] = [1, 2], [3, 4]
    content = (tmp_path / "a.h5").read_bytes()
    # The node of a B-tree that the group "wrong" is: the last one of the file.
    place = content.rindex(b"TREE")
    (tmp_path / "a.h5").write_bytes(content[:place] + b"EERT" + content[place + 4 :])
    source = open_source(tmp_path / "a.h5")
    assert source.read("good/x").tolist() == [1, 2]
    assert set(source.skipped) == {"wrong"} and "can't be read" in source.skipped["wrong"]


def test_many_lists_are_not_read_to_count_odd_ones(opened):
    def fill(file):
        rows = file.create_dataset("long", (60,), h5py.vlen_dtype("f8"))
        for place in range(60):
            rows[place] = np.zeros(20_000 if place % 9 else 3)

    source = opened(fill)
    assert source.columns["long"].shape == (60, 20_000)
    assert source.notes == ("long: rows without 20,000 numbers are left out",)


def test_a_file_cut_short_is_one_line(tmp_path):
    _packed(tmp_path / "a.h5")
    content = (tmp_path / "a.h5").read_bytes()
    (tmp_path / "a.h5").write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError, match=r"^a\.h5 can't be read: .*truncated file"):
        open_source(tmp_path / "a.h5")
    (tmp_path / "b.h5").write_bytes(b"no HDF5 at all")
    with pytest.raises(DataError, match=r"^b\.h5 is not an HDF5 file"):
        open_source(tmp_path / "b.h5")


@pytest.mark.parametrize("how", ["rewritten", "cut"])
def test_a_file_that_changes_is_said_and_the_process_lives(tmp_path, how):
    """An error in what HDF5 calls ends the process when it closes the file: none gets there."""
    _packed(tmp_path / "a.h5")
    source = open_source(tmp_path / "a.h5")
    rows = source.open("x")
    with (tmp_path / "a.h5").open("r+b") as file:
        if how == "cut":
            file.truncate(100)
        else:
            file.write(b"x")
            os.utime(file.fileno(), (1, 1))
    for read in (lambda: rows[150], lambda: source.read("x"), lambda: source.open("x")):
        with pytest.raises(DataError, match="has changed since it was opened"):
            read()


def test_a_file_that_is_replaced_can_still_be_read(tmp_path):
    values, _ = _packed(tmp_path / "a.h5")
    source = open_source(tmp_path / "a.h5")
    (tmp_path / "b.h5").write_bytes(b"other")
    (tmp_path / "b.h5").replace(tmp_path / "a.h5")
    assert np.array_equal(source.read("x"), values)


def test_rows_outlive_their_source_and_threads_read_together(tmp_path):
    values, _ = _packed(tmp_path / "a.h5")
    rows = open_source(tmp_path / "a.h5").open("x")
    wrong: list[int] = []

    def read(seed):
        chosen = np.random.default_rng(seed).integers(0, 400, 40)
        wrong.extend(row for row in chosen if not np.array_equal(rows[row], values[row]))

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_without_h5py_a_line_says_what_to_install(tmp_path, monkeypatch):
    _packed(tmp_path / "a.h5")
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(DataError) as caught:
        open_source(tmp_path / "a.h5")
    assert caught.value.message == "a.h5 needs h5py"
    assert caught.value.hint == "pip install 'vizterm[hdf5]'"


def test_a_heap_that_never_ends_is_refused(tmp_path):
    """HDF5's own library looks for the end of such a heap for ever."""
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["x"], file["names"] = [1, 2], np.array(["one", "two"], object)
    content = bytearray((tmp_path / "a.h5").read_bytes())
    place = content.index(b"GCOL") + 16
    content[place : place + 16] = bytes(16)
    (tmp_path / "a.h5").write_bytes(content)
    source = open_source(tmp_path / "a.h5")
    assert source.read("x").tolist() == [1, 2]
    with pytest.raises(DataError, match=r"a\.h5 is damaged: a heap in it is"):
        source.read("names")


@pytest.mark.parametrize("chunks", [None, (4,)])
@pytest.mark.parametrize("kind", ["text", "lists"])
def test_an_entry_longer_than_the_file_is_refused_before_room_is_made(tmp_path, kind, chunks):
    path = tmp_path / "data.h5"
    dtype = h5py.string_dtype() if kind == "text" else h5py.vlen_dtype("f4")
    with h5py.File(path, "w") as file:
        rows = file.create_dataset("rows", (8,), dtype, chunks=chunks)
        for row in range(8):
            rows[row] = "abc" if kind == "text" else np.arange(3)
        place = rows.id.get_chunk_info(1).byte_offset if chunks else rows.id.get_offset()
    good = open_source(path)
    assert len(good.read("rows")) == 8
    held = bytearray(path.read_bytes())
    assert int.from_bytes(held[place : place + 4], "little") == 3
    held[place : place + 4] = (4_000_000_000).to_bytes(4, "little")
    path.write_bytes(held)
    source = open_source(path)
    if kind == "lists":
        assert "an entry of 4,000,000,000 values" in source.skipped["rows"]
        return
    with pytest.raises(DataError, match="is damaged: an entry of 4,000,000,000 values"):
        source.read("rows")
