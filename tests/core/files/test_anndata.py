"""AnnData in HDF5 and in zarr: one tree, whatever holds it."""

import warnings
import zipfile

import numpy as np
import pytest
from tests.support.trees import (
    CELLS,
    COLOURS,
    LEIDEN,
    NAMES,
    UMAP,
    N,
    categorical,
    sparse,
    write_anndata,
    write_frame,
    write_values,
)  # fmt: skip

from vizterm_core.errors import DataError
from vizterm_core.files.formats import open_source
from vizterm_core.files.source import Access, Categories, Form, read_array

h5py = pytest.importorskip("h5py")
zarr = pytest.importorskip("zarr", "3")


def _zarr(path, version, fill):
    with warnings.catch_warnings():
        # It writes what isn't in the specification yet.
        warnings.simplefilter("ignore")
        fill(zarr.open_group(path, mode="w", zarr_format=version))


def _zipped(folder, path):
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder))


@pytest.fixture(params=["h5ad", "zarr2", "zarr3", "zip2", "zip3"])
def opened(request, tmp_path):
    """A function that writes AnnData by another function, and opens it."""

    def write_and_open(fill):
        kind = request.param
        path = tmp_path / f"cells.{kind}"
        if kind == "h5ad":
            with h5py.File(path, "w") as file:
                fill(file)
            return open_source(path)
        path = tmp_path / "cells.zarr"
        _zarr(path, int(kind[-1]), fill)
        if kind.startswith("zip"):
            _zipped(path, tmp_path / "cells.zarr.zip")
            path = tmp_path / "cells.zarr.zip"
        return open_source(path)

    return write_and_open


def test_coordinates_columns_and_cell_names_have_their_paths(opened):
    source = opened(write_anndata)
    assert list(source.columns) == ["obsm/X_umap", "obs/_index", "obs/leiden"]
    assert np.array_equal(source.read("obsm/X_umap"), UMAP)
    assert source.columns["obsm/X_umap"].shape == (N, 2)
    assert source.columns["obs/_index"].form is Form.TEXT
    assert source.read("obs/_index").tolist() == CELLS
    assert not source.skipped and source.notes == ()


def test_categories_come_with_codes_names_and_the_colours_of_uns(opened):
    source = opened(write_anndata)
    found = source.read("obs/leiden")
    assert isinstance(found, Categories) and source.columns["obs/leiden"].form is Form.CATEGORIES
    assert found.codes.tolist() == LEIDEN.tolist() and found.values.tolist() == NAMES
    assert found.colours == ("#ff0000", "#00ff00", "#0000ff")
    assert source.open("obs/leiden").tolist() == [NAMES[code] for code in LEIDEN]


def test_a_code_below_zero_is_missing(opened):
    codes = [-1, 0, 2, 1] * 3
    source = opened(lambda root: write_anndata(root, obs={"leiden": categorical(codes)}))
    assert source.read("obs/leiden").codes.tolist() == codes
    assert read_array(source, "obs/leiden").tolist() == [None, NAMES[0], NAMES[2], NAMES[1]] * 3


def test_codes_beyond_the_categories_are_damage(opened):
    source = opened(lambda root: write_anndata(root, obs={"leiden": categorical([3] * N)}))
    with pytest.raises(DataError, match="codes beyond its 3 categories"):
        source.read("obs/leiden")


@pytest.mark.parametrize("colours", [COLOURS[:2], ["#ff0000", "no colour", "#0000ff"]])
def test_colours_that_dont_fit_are_left_out(opened, colours):
    source = opened(lambda root: write_anndata(root, uns={"leiden_colors": colours}))
    assert source.read("obs/leiden").colours == ()


def test_nullable_numbers_and_truth_values_are_masked(opened):
    mask = np.arange(N) % 3 == 0
    obs = {
        "age": {"kind": "nullable-integer", "values": np.arange(N), "mask": mask},
        "dead": {"kind": "nullable-boolean", "values": ~mask, "mask": mask},
    }
    source = opened(lambda root: write_anndata(root, obs=obs))
    age, dead = source.read("obs/age"), source.read("obs/dead")
    assert isinstance(age, np.ma.MaskedArray) and age.mask.tolist() == mask.tolist()
    assert age.compressed().tolist() == [row for row in range(N) if row % 3]
    assert dead.dtype == bool and dead.mask.tolist() == mask.tolist()


def test_text_and_numbers_are_columns_and_other_kinds_are_said(opened):
    odd = {"kind": "awkward\x1b[31m", "part": np.arange(3)}
    obs = {"score": np.linspace(0, 1, N), "odd": odd}
    source = opened(lambda root: write_anndata(root, obs=obs))
    assert source.read("obs/score").tolist() == np.linspace(0, 1, N).tolist()
    assert source.skipped == {"obs/odd": "a column of the kind awkward␛[31m"}


@pytest.mark.parametrize("kind", ["csr_matrix", "csc_matrix"])
def test_sparse_matrices_are_dense_by_row(opened, kind):
    matrix = np.where(np.arange(N * 5).reshape(N, 5) % 3 == 0, np.arange(N * 5).reshape(N, 5), 0)
    matrix = matrix.astype("f4")
    source = opened(
        lambda root: write_anndata(root, obsm={"lsi": sparse(matrix, kind)}, X=sparse(matrix, kind))
    )
    for name in ("obsm/lsi", "X"):
        assert np.array_equal(source.read(name), matrix)
        rows = source.open(name)
        assert np.array_equal(rows[7], matrix[7]) and np.array_equal(rows[2:9:2], matrix[2:9:2])
        assert source.columns[name].dtype == np.float32


def test_a_sparse_matrix_that_is_too_wide_is_said(opened):
    source = opened(lambda root: write_anndata(root, X=sparse(np.eye(N, 5000, dtype="f4"))))
    assert "X" not in source.columns
    assert source.skipped == {"X": "sparse (12, 5000): too wide to be reduced here"}


@pytest.mark.parametrize(
    ("part", "values"),
    [("indptr", [0] * N + [99]), ("indptr", [5] + [0] * N), ("indices", [77] * N)],
)
def test_a_sparse_matrix_that_leads_nowhere_is_damage(opened, part, values):
    wrong = {**sparse(np.eye(N)), part: np.array(values, "i4")}
    source = opened(lambda root: write_anndata(root, X=wrong))
    with pytest.raises(DataError, match="damaged"):
        source.read("X")


@pytest.mark.parametrize("part", ["indptr", "indices"])
def test_a_sparse_matrix_whose_parts_have_wrong_lengths_is_said(opened, part):
    whole = sparse(np.eye(N))
    source = opened(lambda root: write_anndata(root, X={**whole, part: whole[part][1:]}))
    assert source.skipped == {"X": "a damaged sparse matrix"}


def test_a_dense_matrix_keeps_its_nan(opened):
    X = np.arange(N * 3, dtype="f4").reshape(N, 3)
    X[4, 1] = np.nan
    source = opened(lambda root: write_anndata(root, X=X))
    assert np.array_equal(source.read("X"), X, equal_nan=True)
    assert list(source.columns)[-1] == "X"


def test_a_table_of_numbers_in_obsm_is_one_array_and_another_is_columns(opened):
    first, second = np.linspace(0, 1, N), np.linspace(5, 6, N)

    def fill(root):
        write_anndata(root, obsm={})
        write_frame(root["obsm"].create_group("table"), {"a": first, "b": second})
        write_frame(root["obsm"].create_group("mixed"), {"a": first, "kind": categorical()})

    source = opened(fill)
    assert np.array_equal(source.read("obsm/table"), np.stack([first, second], axis=1))
    assert np.array_equal(source.open("obsm/table")[3], [first[3], second[3]])
    assert np.array_equal(source.read("obsm/mixed/a"), first)
    assert source.read("obsm/mixed/kind").values.tolist() == NAMES


def test_layers_and_pairs_are_left_out(opened):
    def fill(root):
        write_anndata(root)
        for name in ("layers", "obsp"):
            write_values(root, name, {"one": sparse(np.eye(N))})

    source = opened(fill)
    assert list(source.columns) == ["obsm/X_umap", "obs/_index", "obs/leiden"]
    assert not source.skipped and source.notes == ()


def test_several_modalities_have_columns_of_their_own(opened):
    def fill(root):
        root.attrs["encoding-type"] = "MuData"
        write_anndata(root.create_group("mod").create_group("rna"))

    source = opened(fill)
    assert "mod/rna/obsm/X_umap" in source.columns
    assert source.read("mod/rna/obs/leiden").colours == ("#ff0000", "#00ff00", "#0000ff")


def test_the_oldest_generation_keeps_records_and_categories_in_uns(tmp_path):
    obs = np.zeros(N, [("index", "S8"), ("louvain", "i1"), ("n_genes", "i8")])
    obs["index"], obs["louvain"], obs["n_genes"] = np.array(CELLS, "S8"), LEIDEN, np.arange(N)
    obsm = np.zeros(N, [("X_pca", "f4", (5,)), ("X_umap", "f8", (2,))])
    obsm["X_umap"], obsm["X_pca"] = UMAP, np.arange(N * 5).reshape(N, 5)
    with h5py.File(tmp_path / "old.h5ad", "w") as file:
        file.create_dataset("obs", data=obs, compression="gzip")
        file.create_dataset("obsm", data=obsm, compression="gzip")
        file["X"] = UMAP
        file["uns/louvain_categories"] = np.array(NAMES, "S8")
        file["uns/louvain_colors"] = np.array(COLOURS, "S9")
    source = open_source(tmp_path / "old.h5ad")
    assert list(source.columns) == [
        *("obsm/X_pca", "obsm/X_umap", "obs/_index", "obs/louvain", "obs/n_genes", "X"),
    ]
    assert np.array_equal(source.read("obsm/X_umap"), UMAP)
    assert np.array_equal(source.open("obsm/X_pca")[3], np.arange(15, 20))
    assert source.read("obs/_index").tolist() == CELLS
    found = source.read("obs/louvain")
    assert found.values.tolist() == NAMES and found.codes.tolist() == LEIDEN.tolist()
    assert found.colours == ("#ff0000", "#00ff00", "#0000ff")
    assert source.read("obs/n_genes").tolist() == list(range(N))


def test_the_second_generation_keeps_categories_beside_the_codes(tmp_path):
    with h5py.File(tmp_path / "old.h5ad", "w") as file:
        obs = file.create_group("obs")
        write_frame(obs, {"leiden": LEIDEN, "size": np.arange(N)}, "index")
        obs["__categories/leiden"] = np.array(NAMES, object)
        obs["leiden"].attrs["categories"] = obs["__categories/leiden"].ref
        file["obsm/X_umap"] = UMAP
        file["uns/leiden_colors"] = np.array(COLOURS, object)
    source = open_source(tmp_path / "old.h5ad")
    assert list(source.columns) == ["obsm/X_umap", "obs/_index", "obs/leiden", "obs/size"]
    found = source.read("obs/leiden")
    assert found.values.tolist() == NAMES and found.codes.tolist() == LEIDEN.tolist()
    assert found.colours == ("#ff0000", "#00ff00", "#0000ff")
    assert source.read("obs/size").tolist() == list(range(N)) and not source.skipped


def test_a_row_of_compressed_coordinates_is_read_by_itself(tmp_path):
    wide = np.random.default_rng(0).normal(size=(5000, 64)).astype("f4")
    with h5py.File(tmp_path / "a.h5ad", "w") as file:
        write_anndata(file, obsm={})
        file["obsm"].create_dataset("X_pca", data=wide, compression="gzip", chunks=(500, 64))
    source = open_source(tmp_path / "a.h5ad")
    spec = source.columns["obsm/X_pca"]
    assert spec.access is Access.ROW and spec.place.startswith("gzip to ")
    rows = source.open("obsm/X_pca")
    assert np.array_equal(rows[-1], wide[-1]) and np.array_equal(rows[::-999], wide[::-999])
    blocks = np.concatenate([block for _, block in rows.blocks(700)])
    assert np.array_equal(blocks, wide)
