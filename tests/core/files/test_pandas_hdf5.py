"""DataFrames in HDF5 as pandas writes them with PyTables, rebuilt by hand."""

import numpy as np
import pytest

from vizterm_core.files.formats import open_source
from vizterm_core.files.formats.pandas_tree import listed_names
from vizterm_core.files.source import Form, read_array

h5py = pytest.importorskip("h5py")

DATES = np.array(["2020-01-01", "2021-05-06", "NaT"], "M8[ns]")


def pickled(*names):
    """A list of strings as PyTables keeps it in an attribute: pickled, protocol 0."""
    items = "".join(f"V{name}\np{place}\na" for place, name in enumerate(names, 1))
    return np.bytes_(f"(lp0\n{items}.".encode())


def opened(tmp_path, fill):
    with h5py.File(tmp_path / "data.h5", "w") as file:
        fill(file)
    return open_source(tmp_path / "data.h5")


def fixed(file, blocks, index=(b"r0", b"r1", b"r2")):
    """Write a DataFrame in the form "fixed": names and values of each block."""
    group = file.create_group("df")
    group.attrs["pandas_type"], group.attrs["nblocks"] = np.bytes_("frame"), len(blocks)
    group["axis1"] = np.array(index)
    for place, (names, values) in enumerate(blocks):
        group[f"block{place}_items"] = np.array(names, "S9")
        group[f"block{place}_values"] = values
    return group


def test_the_blocks_of_a_table_are_columns_by_their_names(tmp_path):
    numbers = np.array([[1.5, 2], [3, 4], [5, 6]])

    def fill(file):
        group = fixed(file, [(["x", "y"], numbers), (["when"], DATES.view("i8")[:, None])])
        group["block1_values"].attrs["value_type"] = np.bytes_("datetime64[ns]")

    source = opened(tmp_path, fill)
    assert list(source.columns) == ["df/index", "df/x", "df/y", "df/when"]
    assert source.read("df/x").tolist() == [1.5, 3, 5] and source.open("df/y")[1] == 4
    assert source.read("df/index").tolist() == ["r0", "r1", "r2"]
    assert np.array_equal(source.read("df/when"), DATES, equal_nan=True)
    assert source.columns["df/when"].dtype == DATES.dtype and not source.skipped


def test_numbered_columns_are_one_vector(tmp_path):
    numbers = np.arange(30.0).reshape(3, 10)
    names = ["x", *(f"emb_{place}" for place in range(8)), "loss"]
    source = opened(tmp_path, lambda file: fixed(file, [(names, numbers)]))
    assert list(source.columns) == ["df/index", "df/x", "df/emb", "df/loss"]
    assert np.array_equal(source.read("df/emb"), numbers[:, 1:9])
    assert np.array_equal(source.open("df/emb")[2], numbers[2, 1:9])
    names = [str(place) for place in range(10)]
    source = opened(tmp_path, lambda file: fixed(file, [(names, numbers)]))
    assert np.array_equal(source.read("df/values"), numbers)
    source = opened(tmp_path, lambda file: fixed(file, [(sorted(map(str, range(3, 13))), numbers)]))
    assert np.array_equal(source.read("df/values"), numbers[:, [3, 4, 5, 6, 7, 8, 9, 0, 1, 2]])


def test_objects_are_not_unpickled(tmp_path):
    def fill(file):
        group = fixed(file, [(["x"], np.ones((3, 1)))])
        group.attrs["nblocks"] = 2
        group["block1_items"] = np.array(["label"], "S5")
        for where in (group, file):
            values = where.create_dataset("block1_values", (1,), h5py.vlen_dtype("u1"))
            values[0] = np.frombuffer(b"cos\nmkdir\n(Vunpickled\ntR.", "u1")
            values.attrs["PSEUDOATOM"] = np.bytes_("object")

    source = opened(tmp_path, fill)
    assert list(source.columns) == ["df/index", "df/x"]
    why = "pickled objects, which are not unpickled"
    assert source.skipped == {"df/label": why, "block1_values": why}


def table(file):
    """Write a DataFrame in the form "table"."""
    kind = [
        *(("index", "i8"), ("values_block_0", "f8", (2,)), ("values_block_1", "S3", (1,))),
        *(("values_block_2", "i8", (1,)), ("values_block_3", "i1", (1,)), ("key", "i4")),
    ]
    rows = np.zeros(3, kind)
    rows["index"], rows["key"] = DATES.view("i8"), [7, 8, 9]
    rows["values_block_0"] = [[1, 2], [3, 4], [5, 6]]
    rows["values_block_1"][:, 0] = [b"a", b"nan", b"b"]
    rows["values_block_2"][:, 0], rows["values_block_3"][:, 0] = DATES.view("i8"), [1, -1, 0]
    group = file.create_group("df")
    group.attrs["pandas_type"], group.attrs["nan_rep"] = np.bytes_("frame_table"), np.bytes_("nan")
    group["table"] = rows
    group["_i_table/index/sorted"] = np.arange(5)
    group["_i_table"].attrs["CLASS"] = np.bytes_("TINDEX")
    meanings = np.array([(0, b"low"), (1, b"high")], [("index", "i8"), ("values", "S4")])
    group["meta/values_block_3/meta/table"] = meanings
    attributes = {
        "index_kind": np.bytes_("datetime64"),
        "values_block_0_kind": pickled("x", "y"),
        "values_block_1_kind": pickled("label"),
        "values_block_2_kind": pickled("when"),
        "values_block_2_dtype": np.bytes_("datetime64[ns]"),
        "values_block_3_kind": pickled("level"),
        "values_block_3_meta": np.bytes_("category"),
        "key_kind": pickled("key"),
    }
    group["table"].attrs.update(attributes)


def test_the_fields_of_a_table_are_columns_by_their_names(tmp_path):
    source = opened(tmp_path, table)
    assert list(source.columns) == [
        *("df/index", "df/x", "df/y", "df/label", "df/when", "df/level", "df/key"),
    ]
    assert source.read("df/y").tolist() == [2, 4, 6] and source.read("df/key").tolist() == [7, 8, 9]
    for name in ("df/index", "df/when"):
        assert np.array_equal(source.read(name), DATES, equal_nan=True)
    assert source.columns["df/label"].form is Form.TEXT
    assert source.read("df/label").tolist() == ["a", None, "b"]
    assert source.columns["df/level"].form is Form.CATEGORIES
    assert read_array(source, "df/level").tolist() == ["high", None, "low"]
    assert not source.skipped


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("(lp0\nVx\np1\naI5\na.", ["x", "5"]),
        ("(lp0\n.", []),
        ("cos\nmkdir\n(Vunpickled\ntR.", []),
        ("(lp0\nVx\np1\nacos\nmkdir\na.", []),
        ("(lp0\nVx", []),
        ("ü\u20ac", []),
        (None, []),
    ],
)
def test_only_strings_are_taken_of_what_is_pickled(text, names):
    assert listed_names(text) == names
