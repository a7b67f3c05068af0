"""Small HDF5 files and zarr hierarchies of AnnData, by hand, as its generations write them."""

import numpy as np

N = 12
UMAP = np.arange(2 * N, dtype="f4").reshape(N, 2)
LEIDEN = np.array([0, 1, 2, 1] * 3, "i1")
CELLS = [f"cell{row}" for row in range(N)]
NAMES = ["T cells", "B cells", "NK"]
COLOURS = ["#ff0000", "#00FF00", "#0000ffff"]
PNG = b"\x89PNG\r\n\x1a\n"


def write_frame(group, columns, index="_index"):
    """Write `obs`, or a table of `obsm`, of arrays, as the newest generation does."""
    group.attrs["encoding-type"] = "dataframe"
    group.attrs["_index"] = index
    group.attrs["column-order"] = list(columns)
    write_text(group, index, CELLS)
    for name, values in columns.items():
        write_values(group, name, values)


def write_text(group, name, values):
    """Write text of any length: h5py and zarr agree on the call, but not on the dtype."""
    if hasattr(group, "store"):
        array = group.create_array(name, shape=(len(values),), dtype=str)
        array[:] = np.array(values, np.dtypes.StringDType())
    else:
        group[name] = np.array(values, object)


def write_values(group, name, values):
    """Write an array, or as a dict: the members of a group, and its kind as `kind`."""
    if not isinstance(values, dict):
        if hasattr(group, "store"):
            group.create_array(name, data=np.asarray(values))
        else:
            group[name] = values
        return
    inner = group.create_group(name)
    for key, value in values.items():
        if key == "kind":
            inner.attrs["encoding-type"] = value
        elif key == "shape":
            inner.attrs["shape"] = list(value)
        elif isinstance(value, list):
            write_text(inner, key, value)
        else:
            write_values(inner, key, value)


def categorical(codes=LEIDEN, values=NAMES):
    """Members of a column of categories."""
    return {"kind": "categorical", "codes": np.asarray(codes), "categories": values}


def sparse(matrix, kind="csr_matrix"):
    """Members of a sparse matrix."""
    matrix = np.asarray(matrix)
    by_row = matrix if kind.startswith("csr") else matrix.T
    lines, places = np.nonzero(by_row)
    counts = np.bincount(lines, minlength=len(by_row))
    return {
        "kind": kind,
        "shape": matrix.shape,
        "data": by_row[lines, places],
        "indices": places.astype("i4"),
        "indptr": np.concatenate([[0], np.cumsum(counts)]).astype("i4"),
    }


def write_anndata(root, obs=None, obsm=None, X=None, uns=None):
    """Write AnnData into the root of an HDF5 file or a zarr hierarchy."""
    root.attrs["encoding-type"] = "anndata"
    columns = {"leiden": categorical()} if obs is None else obs
    write_frame(root.create_group("obs"), columns)
    write_values(root, "obsm", {"X_umap": UMAP} if obsm is None else obsm)
    if X is not None:
        write_values(root, "X", X)
    write_values(root, "uns", {"leiden_colors": COLOURS} if uns is None else uns)
