"""Files that stand in for data, or that could only be read by running what is in them."""

from __future__ import annotations

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.text import clean

_POINTER = b"version https://git-lfs.github.com/spec/"
_PICKLES = (".pkl", ".pickle", ".joblib", ".pck", ".pcl")
_PROTOCOLS = tuple(bytes((0x80, protocol)) for protocol in range(2, 6))


def refuse_stand_ins(file: DataFile) -> None:
    """Raise a DataError for a pointer of Git LFS, which stands in for a file of any suffix."""
    if file.read(0, len(_POINTER)) == _POINTER:
        raise DataError(
            f"{file.name} is a Git LFS pointer: the data themselves aren't here",
            "get them with: git lfs pull",
        )


def refuse_pickle(file: DataFile) -> None:
    """Raise a DataError for a pickle, with the line that converts it."""
    by_name = file.path.name.lower().endswith(_PICKLES)
    if not by_name and not file.read(0, 2).startswith(_PROTOCOLS):
        return
    if file.path.suffix.lower() == ".joblib":
        load = f"import joblib, numpy as np; d = joblib.load({file.name!r})"
    else:
        load = f"import pickle, numpy as np; d = pickle.load(open({file.name!r}, 'rb'))"
    to = clean(f"{file.path.stem}.npz")
    save = f"np.savez({to!r}, **(d if isinstance(d, dict) else {{'X': d}}))"
    raise DataError(
        f"{file.name} is a pickle, which can run any code when it is read; it isn't opened",
        f'if you trust it, convert it once: python -c "{load}; {save}"',
    )
