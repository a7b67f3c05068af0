"""Arrays in .npy and .npz files, whole and damaged."""

import io
import zipfile

import numpy as np
import pytest

from vizterm_core.errors import DataError
from vizterm_core.load import load_embedding

SAVERS = {"stored": np.savez, "deflated": np.savez_compressed}
X = np.arange(6.0).reshape(3, 2)
Y = np.array([1, 2, 1])
X_BYTES = X.tobytes()


def npy(array):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asarray(array))
    return stream.getvalue()


def raw_npy(descr="'<f8'", shape="(3, 2)", data=X_BYTES, header=None, version=b"\x01\x00"):
    """A .npy file with any header."""
    header = header or f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"
    text = header.encode("latin-1") + b"\n"
    width = 2 if version == b"\x01\x00" else 4
    return b"\x93NUMPY" + version + len(text).to_bytes(width, "little") + text + data


def refused(path, keys=None, **options):
    """The error of loading a bad file: one line that names the file."""
    with pytest.raises(DataError) as caught:
        load_embedding(path, keys, **options)
    message = str(caught.value)
    assert message.isprintable() and path.name in message
    return caught.value


def flip_data_bit(path):
    """Damage the data of the member X.npy."""
    damaged = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("X.npy")
    damaged[info.header_offset + 30 + len("X.npy") + info.compress_size - 3] ^= 0x10
    path.write_bytes(damaged)
