"""Objects from Python: tables, tensors, lists with gaps."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from vizterm_core.errors import DataError, UsageError
from vizterm_core.load import embedding_from_arrays
from vizterm_core.load.objects import as_values

X = np.random.default_rng(0).random((6, 2)).astype(np.float32)
Y = np.array([0, 1, 2, 0, 1, 2])
KINDS = np.array(["alpha", "beta", "delta"])[Y]
FRAME = pd.DataFrame({"x": X[:, 0], "y": X[:, 1], "species": KINDS, "loss": X[:, 0] * 2})
GAPS = pd.Series(Y > 0)

LABELS = {
    "text": (FRAME["species"], list(KINDS)),
    "objects": (FRAME["species"].astype(object), list(KINDS)),
    "category": (FRAME["species"].astype("category"), list(KINDS)),
    "a category with None": (
        FRAME["species"].where(GAPS).astype("category"),
        ["(missing)" if k == "alpha" else k for k in KINDS],
    ),
    "UInt32": (pd.Series(Y, dtype="UInt32"), list("012012")),
    "Int64 with NA": (
        pd.Series(Y, dtype="Int64").where(GAPS), ["(missing)", "1", "2", "(missing)", "1", "2"],
    ),
    "a list with None": (
        [None if k == 0 else f"c{k}" for k in Y],
        ["(missing)", "c1", "c2", "(missing)", "c1", "c2"],
    ),
    "a list with nan": (
        [float("nan") if k == 0 else f"c{k}" for k in Y],
        ["(missing)", "c1", "c2", "(missing)", "c1", "c2"],
    ),
    "bool objects": (pd.Series(Y > 0, dtype=object), [str(k > 0) for k in Y]),
    "booleans with NA": (
        pd.Series([True, None, False, True, True, True], dtype="boolean"),
        ["True", "(missing)", "False", "True", "True", "True"],
    ),
    "floats with nan": (
        pd.Series(Y, dtype=float).where(GAPS), ["(missing)", "1", "2", "(missing)", "1", "2"],
    ),
    "mixed": ([1, "a", None, 2, "a", 1], ["1", "a", "(missing)", "2", "a", "1"]),
}  # fmt: skip


@pytest.mark.parametrize("name", LABELS)
def test_labels_of_any_kind_are_what_they_say(name):
    given, expected = LABELS[name]
    for data in (FRAME[["x", "y"]].to_numpy(), FRAME[["x", "y"]]):
        labels = embedding_from_arrays(data, given).labels
        assert [labels.names[code] for code in labels.codes] == expected


def test_a_table_is_read_as_a_file_is():
    data = embedding_from_arrays(FRAME)
    assert data.x.tolist() == X[:, 0].tolist() and data.coloured_by == "species"
    assert set(data.columns) == {"species", "loss"} and data.columns["loss"].text(0)
    by_hand = embedding_from_arrays(FRAME, "loss", coords=["loss", "y"])
    assert by_hand.x.tolist() == FRAME["loss"].tolist() and by_hand.coloured_by == "loss"
    with pytest.raises(UsageError, match="no such column; there are x, y, species, loss"):
        embedding_from_arrays(FRAME, "specie")
    with pytest.raises(UsageError, match="are no table"):
        embedding_from_arrays(X, "species")


@pytest.mark.parametrize("make", [dict, lambda d: pd.DataFrame(d).to_records(index=False)])
def test_mappings_and_records_are_tables(make):
    data = embedding_from_arrays(make({"UMAP1": X[:, 0], "UMAP2": X[:, 1], "cluster": Y}))
    assert data.y.tolist() == X[:, 1].tolist() and data.coloured_by == "cluster"


def test_a_polars_frame_is_a_table():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"x": X[:, 0], "y": X[:, 1], "kind": [*KINDS[:5], None]})
    data = embedding_from_arrays(frame)
    assert data.labels.names == ("alpha", "beta", "delta", "(missing)")[:4]
    assert data.labels.text_of(5) == "(missing)" and data.x.tolist() == X[:, 0].tolist()


def test_what_looks_like_anndata_is_read_by_its_parts():
    class Annotated:
        obsm = {"X_pca": np.c_[X, X], "X_umap": X}  # noqa: RUF012
        obs = pd.DataFrame({"leiden": pd.Categorical(KINDS), "n": Y}, index=[*"abcdef"])
        X = None

    data = embedding_from_arrays(Annotated())
    assert data.coloured_by == "obs/leiden" and data.x.tolist() == X[:, 0].tolist()
    assert data.name_of(2) == "c"
    assert embedding_from_arrays(Annotated(), "n").coloured_by == "obs/n"


class Tensor:
    """As torch's tensors behave: on a device, with a gradient, in bfloat16."""

    def __init__(self, values, *, narrow=False):
        self.values, self.narrow, self.here = values, narrow, False

    def detach(self):
        return self

    def cpu(self):
        self.here = True
        return self

    def float(self):
        return Tensor(self.values).cpu()

    def numpy(self):
        if self.narrow:
            raise TypeError("Got unsupported ScalarType BFloat16")
        assert self.here
        return self.values

    def __array__(self, *_, **__):
        raise RuntimeError("can't convert a tensor that requires grad")


@pytest.mark.parametrize("narrow", [False, True])
def test_tensors_on_any_device_and_in_bfloat16(narrow):
    data = embedding_from_arrays(Tensor(X, narrow=narrow), Tensor(Y))
    assert data.x.tolist() == X[:, 0].tolist() and data.labels.names == ("0", "1", "2")


def test_dates_vectors_and_oddities():
    days = [dt.date(2024, 1, 1), None, dt.datetime(2024, 1, 3, 12)]  # noqa: DTZ001
    assert as_values(days, "t").tolist()[1] is None
    zone = dt.timezone(dt.timedelta(hours=2))
    noon = as_values([dt.datetime(2024, 1, 3, 12, tzinfo=zone)], "t")
    assert noon[0] == np.datetime64("2024-01-03T10:00")
    vectors = as_values(pd.Series([[1.0, 2.0], None, (3, 4)]), "v")
    assert vectors.shape == (3, 2) and np.isnan(vectors[1]).all()
    huge = as_values([2**70, None], "n")
    assert huge[0] == float(2**70) and np.ma.getmaskarray(huge).tolist() == [False, True]
    assert as_values([b"ab", None], "b").tolist() == ["ab", None]

    class Broken:
        def to_numpy(self):
            raise RuntimeError("no\x1b")

    with pytest.raises(DataError, match="a Broken can't be made an array: RuntimeError"):
        embedding_from_arrays(Broken())


def test_further_columns_stand_beside_the_points():
    data = embedding_from_arrays(X, Y, columns=FRAME[["species", "loss"]])
    assert set(data.columns) == {"y", "species", "loss"} and data.coloured_by == "y"
    assert data.columns["species"].text(1) == "beta"
    with pytest.raises(UsageError, match="columns: a list is no table"):
        embedding_from_arrays(X, columns=[1, 2])
