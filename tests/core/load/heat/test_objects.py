"""What is at hand in a notebook: tensors, masked arrays, tables, lists."""

from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from vizterm_core.errors import DataError, UsageError, VizError
from vizterm_core.load.events.options import as_event_options
from vizterm_core.load.heat.source import EventOptions, heat_source

RNG = np.random.default_rng(8)
N = 300
X, Y = RNG.integers(0, 60, N), RNG.integers(0, 40, N)
FRAME = pd.DataFrame({"t": np.arange(N), "x": X, "y": Y})


def pairs(source):
    return sorted(zip(source.events.x.tolist(), source.events.y.tolist(), strict=True))


ALL = sorted(zip(X.tolist(), Y.tolist(), strict=True))


class Tensor:
    """As torch has them: on a device, with a gradient, perhaps in bfloat16."""

    def __init__(self, values, fails=False):
        self.values, self.fails = values, fails
        self.shape, self.ndim = values.shape, values.ndim

    def detach(self):
        return self

    def cpu(self):
        return self

    def float(self):
        if self.fails:
            raise NotImplementedError("Cannot copy out of meta tensor; no data!")
        return Tensor(self.values.astype(np.float32))

    def numpy(self):
        if self.fails or self.values.dtype == np.float16:
            raise TypeError("Got unsupported ScalarType BFloat16")
        return self.values

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")

    def __iter__(self):
        return map(Tensor, self.values)

    def __len__(self):
        return len(self.values)


@pytest.mark.parametrize(
    "data",
    [
        FRAME[["x", "y"]],
        FRAME,
        FRAME[["y", "t", "x"]].astype("Int64"),
        FRAME.astype(object),
        pa.Table.from_pandas(FRAME),
        FRAME.to_records(index=False),
        FRAME.to_dict("list"),
        FRAME.to_dict("records"),
        {"x": Tensor(X), "y": FRAME.y},
        (X, Y),
        (FRAME.x, FRAME.y),
        (X.tolist(), Y.tolist()),
        zip(X, Y, strict=True),
        ((x, y) for x, y in zip(X.tolist(), Y.tolist(), strict=True)),
        np.stack([X, Y]),
        np.stack([X, Y], 1)[:, None],
        Tensor(np.stack([X, Y], 1)),
        Tensor(np.stack([X, Y], 1).astype(np.float16)),
    ],
    ids=lambda data: type(data).__name__,
)
def test_events_of_every_form(data):
    assert pairs(heat_source(data)) == ALL


@pytest.mark.parametrize("columns", [["x", "y"], ["y", "x"]])
def test_counts_with_an_index_of_two_levels(columns):
    for counts in (FRAME[columns].value_counts(), FRAME.groupby(columns).size()):
        source = heat_source(counts)
        known = Counter(ALL)
        found = dict(
            zip(
                zip(source.events.x, source.events.y, strict=True),
                source.events.weights,
                strict=True,
            )
        )
        assert found == known and "index" in source.notes[0]


def test_polars_tables():
    polars = pytest.importorskip("polars")
    source = heat_source(polars.DataFrame({"lat": Y, "lon": X, "who": ["a"] * N}))
    assert pairs(source) == ALL and source.names == ("lon", "lat")


def test_grids_stay_grids():
    grid = RNG.random((30, 40))
    for data in (grid, pd.DataFrame(grid), grid.tolist(), Tensor(grid), grid[None, None]):
        np.testing.assert_allclose(heat_source(data).grid, grid, rtol=1e-6)
    half = heat_source(Tensor(grid.astype(np.float16))).grid
    np.testing.assert_allclose(half, grid, atol=1e-3)


def test_masked_values_are_missing():
    grid = np.ma.masked_greater(RNG.random((30, 40)), 0.9)
    source = heat_source(grid)
    np.testing.assert_array_equal(np.isnan(source.grid), grid.mask)
    np.testing.assert_array_equal(source.grid[~grid.mask], grid.compressed())
    whole = heat_source(np.ma.masked_equal(np.arange(99).reshape(9, 11), 5)).grid
    assert np.isnan(whole[0, 5]) and np.isnan(whole).sum() == 1
    events = np.ma.masked_less(np.stack([X, Y], 1).astype(float), 5)
    source = heat_source(events)
    assert len(source.events) == int((~events.mask.any(1)).sum()) and "masked" in source.notes[-1]


def test_columns_groups_and_times_of_a_table():
    frame = FRAME.assign(
        who=pd.Categorical(np.array(["a", "b"])[X % 2]),
        when=pd.date_range("2024-01-01", periods=N, freq="s"),
    )
    source = heat_source(frame, options=EventOptions(("y", "x"), by="who", time="when"))
    assert source.names == ("y", "x")
    names = np.array(source.events.groups.names)[source.events.groups.codes]
    np.testing.assert_array_equal(names, frame.who)
    np.testing.assert_allclose(np.diff(source.events.times), 1)
    with pytest.raises(UsageError, match="no such column; there are 't', 'x', 'y'"):
        heat_source(FRAME, options=EventOptions(by="who"))


def test_the_name_of_a_file_is_read(tmp_path):
    path = tmp_path / "clicks.csv"
    FRAME.to_csv(path)
    for given in (path, str(path)):
        source = heat_source(given)
        assert pairs(source) == ALL and source.name == "clicks.csv"


@pytest.mark.parametrize(
    "data",
    [
        RNG.random((9, 9)) + 1j,
        np.array([["2020-01-01", "2020-01-02"]] * 5, "M8[D]"),
        Tensor(np.ones((7, 7)), fails=True),
        FRAME.x,
        pd.DataFrame({"x": ["a", "b"], "y": [1, 2]}),
        pd.DataFrame({"a": [1, 2], "b": [1, 2]}),
        {"x": np.ones(3), "y": np.ones(4)},
        np.empty((0, 2)),
        object(),
        [object(), object()],
        "nothing.csv",
        b"1,2",
    ],
    ids=lambda data: type(data).__name__,
)
def test_nothing_but_our_own_errors_is_raised(data):
    with pytest.raises(VizError) as caught:
        heat_source(data)
    assert "\n" not in str(caught.value)


def test_options_from_python():
    assert as_event_options(columns="x,y") == EventOptions(("x", "y"))
    assert as_event_options(columns=(1, "y"), by=3) == EventOptions(("1", "y"), by="3")
    for wrong in ({"columns": 5}, {"columns": ("x",)}, {"by": 1.5}, {"columns": (None, "x")}):
        with pytest.raises(UsageError):
            as_event_options(**wrong)


def test_a_sparse_matrix_is_a_grid():
    sparse = pytest.importorskip("scipy.sparse")
    matrix = sparse.random(20, 30, 0.1, format="csr")
    np.testing.assert_array_equal(heat_source(matrix).grid, matrix.toarray())


def test_an_array_of_wrong_lengths_is_named():
    with pytest.raises(DataError, match="different lengths: 'x' 3, 'y' 4"):
        heat_source({"x": np.ones(3), "y": np.ones(4)})
