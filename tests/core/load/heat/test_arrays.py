"""Archives, tables in files, axes beside a grid."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from vizterm_core.errors import DataError, UsageError
from vizterm_core.load.heat.axes import GridAxes, find_axes
from vizterm_core.load.heat.source import EventOptions, load_heat

RNG = np.random.default_rng(3)
N = 200
X, Y, W = RNG.normal(800, 100, N), RNG.normal(500, 80, N), RNG.integers(1, 9, N)
T = np.arange(N) * 16.0


@pytest.fixture
def archive(tmp_path):
    def write(options=None, kind=None, **arrays):
        np.savez(tmp_path / "a.npz", **arrays)
        return load_heat(tmp_path / "a.npz", kind=kind, options=options or EventOptions())

    return write


@pytest.fixture
def array(tmp_path):
    def write(values, **options):
        np.save(tmp_path / "a.npy", values)
        return load_heat(tmp_path / "a.npy", options=EventOptions(**options))

    return write


def holds(source, x=X, y=Y, weights=None):
    np.testing.assert_array_equal(source.events.x, x)
    np.testing.assert_array_equal(source.events.y, y)
    assert (source.events.weights is None) == (weights is None)
    if weights is not None:
        np.testing.assert_array_equal(source.events.weights, weights)
    return source.notes


def test_columns_that_were_saved_apart_are_events(archive):
    assert holds(archive(x=X, y=Y)) == ("columns x, y",)
    holds(archive(gaze_x=X, gaze_y=Y, duration=W, t=T), weights=W)
    holds(archive(lat=Y, lon=X, label=W, meta=np.array("a")))
    by = archive(EventOptions(by="who", time="t"), x=X, y=Y, t=T, who=np.array(["a", "b"])[W % 2])
    assert set(by.events.groups.names) == {"a", "b"}
    assert by.events.times[1] == pytest.approx(0.016)
    with pytest.raises(DataError, match="columns of different lengths: 'x' 200, 'y' 199"):
        archive(x=X, y=Y[1:])


def test_arrays_of_other_layouts(array):
    assert holds(array(np.stack([X, Y]))) == ("(2, 200) read as events, transposed",)
    notes = holds(array(np.stack([T, X, Y], 1)))
    assert notes[0] == "x, y are columns 2, 3; column 1 looks like a time or a counter"
    notes = holds(array(np.stack([X, Y, W * 3.0, W * 7.0], 1)))
    assert "4 numbers a row may be boxes" in notes[0]
    holds(array(np.stack([X, Y], 1)[:, None, :]))
    holds(array(np.stack([T, X, Y], 1), columns=("3", "2")), Y, X)
    timed = array(np.stack([T, X, Y], 1), time="1")
    assert timed.events.times[1] == pytest.approx(0.016)
    assert array(np.ones((1, 1, 7, 9))).grid.shape == (7, 9)
    with pytest.raises(UsageError, match="has no such column"):
        array(np.stack([X, Y], 1), by="7")


def test_histogram2d_is_turned_so_that_rows_are_y(archive):
    counts, xedges, yedges = np.histogram2d(X, Y, bins=(30, 20), range=[[400, 1200], [200, 800]])
    for source in (
        archive(H=counts, xedges=xedges, yedges=yedges),
        archive(arr_0=counts, arr_1=xedges, arr_2=yedges),
    ):
        np.testing.assert_array_equal(source.grid, counts.T)
        assert source.size == (30, 20) and source.extent == (400, 1200, 200, 800)
        assert "first axis" in source.notes[0]
    square, *edges = np.histogram2d(X, Y, bins=25)
    source = archive(H=square, x_edges=edges[0], y_edges=edges[1])
    np.testing.assert_array_equal(source.grid, square.T)
    turned = archive(H=counts.T, xedges=xedges, yedges=yedges)
    np.testing.assert_array_equal(turned.grid, counts.T)


def test_axes_beside_a_map_are_its_extent(archive):
    topo = RNG.random((91, 120)).astype("f4")
    longitude, latitude = np.linspace(234, 238, 120), np.linspace(50, 48, 91)
    source = archive(topo=topo, longitude=longitude, latitude=latitude)
    np.testing.assert_array_equal(source.grid, topo)
    half_x, half_y = (238 - 234) / 119 / 2, (50 - 48) / 90 / 2
    expected = (234 - half_x, 238 + half_x, 50 + half_y, 48 - half_y)
    assert source.extent == pytest.approx(expected)
    assert source.names == ("longitude", "latitude")
    uneven = archive(topo=topo, longitude=longitude, latitude=np.geomspace(1, 900, 91))
    assert uneven.extent is None and "latitude not evenly spaced" in uneven.notes[0]
    nearly = latitude + 0.3 * (2 / 90) * np.sin(np.arange(91) / 29)
    said = archive(topo=topo, longitude=longitude, latitude=nearly)
    assert said.extent is not None and "cells off" in said.notes[0]


def test_axes_are_known_by_names_and_lengths():
    assert find_axes((5, 5), {"x": 5, "y": 5}, "z") == GridAxes("x", "y", transposed=False)
    assert find_axes((4, 6), {"x": 4, "y": 6}, "z") == GridAxes("x", "y", transposed=True)
    assert find_axes((4, 6), {"a": 4, "b": 6}, "z") is None
    assert find_axes((4, 6), {"x": 9, "y": 9}, "z") is None


FRAME = pd.DataFrame({"t": T, "gaze_x": X, "gaze_y": Y, "n": W, "who": np.array(["a", "b"])[W % 2]})


@pytest.mark.parametrize("name", ["a.parquet", "a.feather", "a.arrow"])
def test_tables_of_arrow(tmp_path, name):
    path = tmp_path / name
    if name.endswith("parquet"):
        FRAME.to_parquet(path)
    else:
        pyarrow.feather.write_feather(pa.Table.from_pandas(FRAME), path)
    source = load_heat(path, options=EventOptions(by="who", time="t"))
    assert holds(source, weights=W)[0] == "columns gaze_x, gaze_y, n"
    assert source.names == ("gaze_x", "gaze_y", "n")
    assert len(source.events.groups.names) == 2 and source.events.times[-1] == T[-1] / 1e3
    holds(load_heat(path, columns=("gaze_y", "gaze_x")), Y, X)


def test_a_column_of_both_eyes_gives_the_first(tmp_path):
    eyes = np.stack([X, Y, X + 3, Y + 4], 1)
    table = pa.table(
        {"time": T, "pixel": pa.array(eyes.tolist()), "position": pa.array((eyes / 9).tolist())}
    )
    pyarrow.feather.write_feather(table, tmp_path / "a.feather")
    source = load_heat(tmp_path / "a.feather")
    assert holds(source)[0] == "pixel has 4 numbers a row: the first two are taken"
    assert "also there: position x/position y" in source.notes[1]


def test_groups_of_hdf5(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["events/x"], file["events/y"] = X, Y
    holds(load_heat(tmp_path / "a.h5"))
