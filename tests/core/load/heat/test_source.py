import json
import os
import runpy
import zipfile
from collections import OrderedDict, namedtuple
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from vizterm_core.errors import DataError, UsageError, VizError
from vizterm_core.files.formats import open_source
from vizterm_core.load.heat.source import EventOptions, HeatSource, heat_source, load_heat
from vizterm_core.maps.events import Events

law = settings(max_examples=150, deadline=None, derandomize=True)
GRID = np.arange(12.0).reshape(3, 4)
EVENTS = np.array([[1, 2, 3], [4.5, 6, 7], [1, 2, 1], [0, 0, 9]])
PAIRS = [tuple(row) for row in EVENTS.tolist()]


def rows(source):
    events = source.events
    assert source.grid is None
    columns = [events.x, events.y] + ([] if events.weights is None else [events.weights])
    assert all(column.dtype == np.float64 for column in columns)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.fixture
def save(tmp_path):
    """Write a file: save("a.csv", content) -> path."""

    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def refused(path, error=DataError, **options):
    with pytest.raises(error) as caught:
        load_heat(path, **options)
    message = str(caught.value)
    assert message.isprintable() and len(message) < 600
    return caught.value


def test_text_files_are_read_by_what_they_hold(save):
    for name in ("a.csv", "a.tsv", "a.txt", "a.log", "a"):
        source = load_heat(save(name, "x\ty\tn\n1\t2\t3\n4.5\t6\t7\n1\t2\t1\n0\t0\t9\n"))
        assert rows(source) == PAIRS
        assert source.notes == ("columns x, y, n",) and source.name == name
    source = load_heat(save("a.jsonl", "[1, 2, 3]"))
    assert rows(source) == [(1, 2, 3)]


def test_bad_rows_of_a_text_file_are_noted(save):
    source = load_heat(save("a.csv", "1,2\nx,3\n4,5\n"), title="cli\x1bcks")
    assert source.notes == (
        "no header: x, y are columns 1, 2",
        "1 bad row skipped (line 2: 'x' is not a number)",
    )
    assert source.name == "cli␛cks"


def test_a_file_of_many_pieces(save):
    text = "".join(f"{number},{number % 7}\n" for number in range(400_000))
    assert len(text) > 3 << 20
    source = load_heat(save("a.csv", text))
    assert np.array_equal(source.events.x, np.arange(400_000.0))
    assert np.array_equal(source.events.y, np.arange(400_000.0) % 7)


def test_the_line_ends_of_old_macs(save):
    assert rows(load_heat(save("a.csv", "x,y\r1,2\r3,4"))) == [(1, 2), (3, 4)]


def test_columns_of_a_text_file(save):
    path = save("a.csv", "a,b,c\n1,2,3\n")
    assert rows(load_heat(path, columns=("c", "a"))) == [(3, 1)]
    path = save("a.json", '[{"lon": 3, "lat": 4}]')
    assert rows(load_heat(path, columns=("lon", "lat"))) == [(3, 4)]
    assert "no column 'u' among 'lon', 'lat'" in refused(path, columns=("u", "lat")).message
    path = save("b.json", "[[1, 2]]")
    assert "no header to name 'u', 'v'" in refused(path, columns=("u", "v")).message
    assert rows(load_heat(path, columns=("2", "1"))) == [(2, 1)]


def test_other_files_are_refused(save, tmp_path):
    assert refused(tmp_path / "no.csv").message == f"no such file: {tmp_path / 'no.csv'}"
    assert "is a directory" in refused(tmp_path).message
    os.mkfifo(tmp_path / "pipe.csv")
    error = refused(tmp_path / "pipe.csv")
    assert "not a regular file" in error.message and "vizterm heat -" in error.hint
    assert "is not an .npz file" in refused(save("a.npz", "x,y\n1,2\n")).message
    assert "a.npy: not a .npy array" in refused(save("a.npy", "x,y\n1,2\n")).message
    assert "is empty" in refused(save("a.csv", "")).message
    assert "holds no events" in refused(save("a.csv", "x,y\n")).message


def test_options_that_do_not_fit_the_file(save, tmp_path):
    path = save("a.csv", "1,2\n")
    assert "--key" in refused(path, UsageError, key="counts").message
    np.save(tmp_path / "a.npy", GRID)
    assert "--key" in refused(tmp_path / "a.npy", UsageError, key="counts").message
    assert "no header to name" in refused(tmp_path / "a.npy", columns=("x", "y")).message
    points = EventOptions(points="data")
    for other in (tmp_path / "a.npy", path):
        assert "--points is for JSON" in refused(other, UsageError, options=points).message
    decimal = EventOptions(decimal=",")
    assert "--decimal" in refused(tmp_path / "a.npy", UsageError, options=decimal).message
    with pytest.raises(UsageError, match=r"--points '\.' names no place"):
        EventOptions(points=".")


@pytest.mark.parametrize("name", ["a.csv", "a.json"])
def test_a_file_larger_than_the_limit_is_not_read(save, name):
    path = save(name, "[12, 2]\n[3, 45]\n\n")
    assert len(load_heat(path, max_bytes=17).events) == 2
    error = refused(path, max_bytes=16)
    assert "17 B, more than the limit of 16 B" in error.message and "--max-bytes" in error.hint


@pytest.mark.parametrize("dtype", ["?", "u1", "i2", ">i4", "u8", "f2", "f4", ">f8", "g"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_grids_of_every_real_dtype_are_read_as_they_are(tmp_path, dtype, order):
    grid = np.asarray(GRID.astype(dtype), order=order)
    np.save(tmp_path / "grid.npy", grid)
    source = load_heat(tmp_path / "grid.npy")
    assert source.events is None and source.size == (4, 3) and source.notes == ()
    assert source.grid.dtype == grid.dtype and np.array_equal(source.grid, grid)
    np.savez_compressed(tmp_path / "grid.npz", whatever=grid)
    source = load_heat(tmp_path / "grid.npz")
    assert np.array_equal(source.grid, grid) and "whatever (3, 4)" in source.notes[0]


@pytest.mark.parametrize("dtype", ["c8", "U5", "S5", "M8[s]", "m8[s]", "O"])
def test_grids_of_other_dtypes_are_refused(tmp_path, dtype):
    values = np.zeros((3, 4), "i8").astype(dtype)
    for name, write in (("a.npy", np.save), ("a.npz", lambda path, a: np.savez(path, grid=a))):
        write(tmp_path / name, values)
        error = refused(tmp_path / name)
        assert name in error.message and error.hint
    if dtype != "O":
        with pytest.raises(DataError, match="no real numbers"):
            heat_source(values)


def test_records_are_a_table(tmp_path):
    records = np.array([(1, 2, 9), (3, 4, 8)], [("t", "f8"), ("y", "f8"), ("x", "f8")])
    np.save(tmp_path / "a.npy", records)
    for source in (load_heat(tmp_path / "a.npy"), heat_source(records)):
        assert rows(source) == [(9, 2), (8, 4)] and source.names == ("x", "y")
    np.save(tmp_path / "a.npy", np.zeros(3, [("a", "f8"), ("b", "f8")]))
    message = refused(tmp_path / "a.npy").message
    assert message.endswith("neither a grid nor events among a (3,) float64, b (3,) float64")


@pytest.mark.parametrize("width", [2, 3])
def test_arrays_of_events_are_distinguished_from_grids_and_noted(tmp_path, width):
    np.save(tmp_path / "a.npy", EVENTS[:, :width])
    source = load_heat(tmp_path / "a.npy")
    assert rows(source) == [row[:width] for row in PAIRS] and source.size is None
    assert source.notes == (f"(4, {width}) read as events",)
    source = load_heat(tmp_path / "a.npy", kind="grid")
    assert np.array_equal(source.grid, EVENTS[:, :width]) and source.notes == ()
    np.save(tmp_path / "a.npy", EVENTS[:2, :width])
    source = load_heat(tmp_path / "a.npy")
    assert source.size == (width, 2) and source.notes == (f"(2, {width}) read as a grid",)
    assert rows(load_heat(tmp_path / "a.npy", kind="events")) == [row[:width] for row in PAIRS[:2]]


def test_rows_of_an_events_array_that_are_not_finite_are_skipped(tmp_path):
    values = EVENTS.copy()
    values[1, 2] = np.nan
    np.save(tmp_path / "a.npy", values)
    source = load_heat(tmp_path / "a.npy")
    assert rows(source) == [PAIRS[0], *PAIRS[2:]]
    assert source.notes[1] == "1 bad row skipped (row 1: nan is not a finite number)"
    np.save(tmp_path / "a.npy", np.full((5, 2), np.nan))
    assert "row 0: nan" in refused(tmp_path / "a.npy").message


@pytest.mark.parametrize("shape", [(), (4,), (2, 3, 4), (1, 2, 3, 4), (0, 4), (4, 0), (0, 2)])
def test_arrays_of_other_shapes_are_refused_by_name(tmp_path, shape):
    values = np.zeros(shape, np.float32)
    np.save(tmp_path / "a.npy", values)
    np.savez(tmp_path / "a.npz", heat=values)
    for path in (tmp_path / "a.npy", tmp_path / "a.npz"):
        error = refused(path)
        assert f"{shape} float32" in error.message and "(rows, columns)" in error.hint
    assert "a.npz: heat (" in error.message
    np.savez(tmp_path / "b.npz", other=values)
    assert f"other {shape} float32" in refused(tmp_path / "b.npz").message


def test_events_have_two_or_three_columns(tmp_path):
    np.save(tmp_path / "a.npy", GRID)
    assert "can't be events" in refused(tmp_path / "a.npy", kind="events").message


def test_a_npz_array_is_found_by_name_then_by_shape(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, z=np.zeros(3), points=EVENTS, other=GRID)
    assert rows(load_heat(path)) == PAIRS
    assert "points (4, 3) float64" in load_heat(path).notes
    assert np.array_equal(load_heat(path, key="other").grid, GRID)
    assert rows(load_heat(path, key="points", kind="events")) == PAIRS
    np.savez(path, points=EVENTS, counts=EVENTS)
    assert np.array_equal(load_heat(path).grid, EVENTS), "named a grid, whatever its shape"
    assert rows(load_heat(path, kind="events")) == PAIRS
    np.savez(path, H=GRID, xedges=np.arange(5), yedges=np.arange(4))
    assert np.array_equal(load_heat(path).grid, GRID)


def test_an_ambiguous_npz_lists_its_arrays(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, a=GRID, b=GRID.astype("u1"), c=np.zeros(3))
    error = refused(path)
    assert "a (3, 4) float64, b (3, 4) uint8" in error.message and "--key" in error.hint
    error = refused(path, UsageError, key="d")
    assert "--key d: no such array" in error.message and "c (3,) float64" in error.message
    np.savez(path, a=GRID, b=EVENTS)
    assert rows(load_heat(path, kind="events")) == PAIRS


def test_a_npz_without_arrays(save, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w"):
        pass
    assert "holds no arrays" in refused(tmp_path / "a.npz").message
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("x.npy", b"\x93NUMPY\x01")
    assert "'x' is damaged" in refused(tmp_path / "a.npz").message
    assert "no such array" in refused(tmp_path / "a.npz", UsageError, key="x").message


def test_deflated_grids_are_unpacked_up_to_the_limit_only(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", grid=np.zeros((100, 100)))
    assert load_heat(tmp_path / "a.npz", max_bytes=80_000).size == (100, 100)
    assert "--max-bytes" in refused(tmp_path / "a.npz", max_bytes=79_999).hint


def test_a_npy_is_never_unpickled_and_its_header_is_checked(tmp_path, save):
    class Bomb:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "exploded"),))

    np.save(tmp_path / "a.npy", np.array([[Bomb()]], object))
    assert "object array" in refused(tmp_path / "a.npy").message
    assert not (tmp_path / "exploded").exists()
    np.save(tmp_path / "a.npy", GRID)
    whole = (tmp_path / "a.npy").read_bytes()
    for length in range(len(whole)):
        error = refused(save("cut.npy", whole[:length]))
        assert "cut.npy" in error.message and error.hint
    liar = whole.replace(b"(3, 4)", b"(0, 4611686018427387000)").replace(b" " * 18 + b"\n", b"\n")
    assert refused(save("liar.npy", liar)).hint


def test_a_npy_is_read_as_numpy_reads_it(tmp_path):
    for shape in [(), (0,), (5,), (3, 2), (0, 2), (4, 1, 3)]:
        values = np.arange(np.prod(shape, dtype=int), dtype=">i4").reshape(shape)
        np.save(tmp_path / "a.npy", values)
        read = open_source(tmp_path / "a.npy").read("a")
        assert (read.shape, read.dtype) == (values.shape, values.dtype)
        assert np.array_equal(read, values)


Point = namedtuple("Point", "x y")


@pytest.mark.parametrize(
    "data",
    [
        {(1, 2): 3, (4.5, 6): 7, (1.0, 2.5): 1},
        OrderedDict({(1, 2): 3, (4.5, 6): np.float32(7), (1.0, 2.5): True}),
        {Point(1, 2): 3, (4.5, 6): np.int64(7), (np.uint8(1), 2.5): 1},
        {"1,2": 3, "4.5,6": 7, "1,2.5": 1},
        [(1, 2, 3), (4.5, 6, 7), (1, 2.5, 1)],
        [(1, 2, 3), (4.5, 6, 7), (1, 2.5)],
        [[1, 2, 3], [4.5, 6, 7], {"x": 1, "y": 2.5}],
        ((x, y, n) for x, y, n in [(1, 2, 3), (4.5, 6, 7), (1, 2.5, 1)]),
    ],
)
def test_python_data_of_every_form(data):
    source = heat_source(data, title="a\nb")
    assert rows(source) == [(1, 2, 3), (4.5, 6, 7), (1, 2.5, 1)]
    assert source.name == "a␊b" and source.size is None
    assert source.notes in ((), ("columns x, y",))


@pytest.mark.parametrize("data", [{}, [], iter(())])
def test_no_events_at_all_are_events_too(data):
    assert rows(heat_source(data)) == []


def test_arrays_from_python():
    assert rows(heat_source(EVENTS)) == PAIRS
    assert rows(heat_source([(1, 2), (3, 4)])) == [(1, 2), (3, 4)]
    assert heat_source(np.array([(1, 2), (3, 4)])).size == (2, 2)
    assert rows(heat_source(np.array([(1, 2), (3, 4)]), kind="events")) == [(1, 2), (3, 4)]
    assert np.array_equal(heat_source(GRID).grid, GRID)
    assert np.array_equal(heat_source(GRID.tolist()).grid, GRID)
    assert np.array_equal(heat_source([(1, 2), (3, 4)], kind="grid").grid, [[1, 2], [3, 4]])


def test_sources_and_events_pass_through():
    source = HeatSource("a", grid=GRID)
    assert heat_source(source) is source
    events = Events(np.ones(1), np.ones(1), None, 1, "line 3: bad")
    assert heat_source(events).events is events
    assert heat_source(events).notes == ("1 bad row skipped (line 3: bad)",)


def test_bad_events_among_python_data_are_skipped_and_noted():
    source = heat_source({(1, 2): 3, (np.nan, 2): 1})
    assert rows(source) == [(1, 2, 3)] and "key (nan, 2)" in source.notes[0]
    source = heat_source([(1, 2), (3, "a"), (10**400, 1)])
    assert rows(source) == [(1, 2)] and "2 bad rows" in source.notes[0]
    assert "entry 1: 'a' is not a number" in source.notes[0]


@pytest.mark.parametrize(
    "data",
    [
        None,
        7,
        "1,2",
        b"1,2",
        [1, 2, 3],
        ["a", "b"],
        [[[1, 2]]],
        {1: 2},
        {(1, 2, 3): 4, (5,): 6},
        {(1, 2): "a"},
        {(1, "b"): 2},
        {(1, None): 2},
        {(1, 10**400): 2},
        {"a": 1},
        np.float64(3),
        np.zeros(5),
        np.zeros((2, 3, 4)),
    ],
)
def test_other_python_data_is_refused(data):
    with pytest.raises(DataError) as caught:
        heat_source(data)
    assert str(caught.value).isprintable()


def test_the_demo_is_what_its_script_makes():
    folder = Path(__file__).parents[4] / "demo_data"
    script = runpy.run_path(str(folder / "make_clicks.py"))
    source = load_heat(folder / "clicks.csv")
    x, y, weights = script["events"](np.random.default_rng(script["SEED"]))
    assert np.array_equal(source.events.x, x) and np.array_equal(source.events.y, y)
    assert np.array_equal(source.events.weights, weights) and len(x) == 30_000
    assert (source.events.x.max(), source.events.y.max()) == (1279, 799)
    with Image.open(folder / "page.png") as page:
        assert page.size == (1280, 800)


ANYTHING = st.one_of(
    st.binary(max_size=80),
    st.text('[]{}0123456789.,"xyn:-e\n #', max_size=80).map(str.encode),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.sampled_from(["1,2", "x"]),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["x", "y", "n", "1,2", "size", "events"]), inner)
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=40).map(lambda data: b"\x93NUMPY\x01\x00" + data),
    st.binary(max_size=40).map(lambda data: b"PK\x03\x04" + data),
)


@law
@given(ANYTHING, st.sampled_from(["a.csv", "a.json", "a.npy", "a.npz", "a"]))
def test_only_our_own_errors_are_raised(tmp_path_factory, data, name):
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(data)
    with suppress(VizError):
        source = load_heat(path)
        assert (source.grid is None) != (source.events is None)
