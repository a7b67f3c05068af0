import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.stored import Checksum, StoredArray, in_memory, row_blocks

law = settings(max_examples=80, deadline=None, derandomize=True)
IN_PLACE = {
    "cut": lambda path: os.truncate(path, 0),
    "shorter": lambda path: os.truncate(path, 100),
    "written anew": lambda path: path.write_bytes(bytes(path.stat().st_size)),
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data.bin"


def stored(path, values, fortran, **options):
    """`values` written to a file after three other bytes."""
    path.write_bytes(b"abc" + values.tobytes("F" if fortran else "C"))
    file = DataFile(path, ".npy")
    return StoredArray(file, "X", 3, values.shape, values.dtype, fortran_order=fortran, **options)


@law
@given(
    values=hnp.arrays(
        hnp.boolean_dtypes()
        | hnp.integer_dtypes()
        | hnp.floating_dtypes()
        | hnp.unicode_string_dtypes(),
        hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=4),
    ),
    fortran=st.booleans(),
    data=st.data(),
)
def test_a_stored_array_is_indexed_like_one_in_memory(tmp_path_factory, values, fortran, data):
    array = stored(tmp_path_factory.getbasetemp() / "law.bin", values, fortran)
    assert (array.shape, array.dtype, array.ndim) == (values.shape, values.dtype, values.ndim)
    assert len(array) == len(values) and array.nbytes == values.nbytes
    keys = data.draw(st.lists(st.slices(len(values)), max_size=4))
    keys += range(-len(values), len(values))
    keys += [np.uint8(len(values) - 1)] if len(values) else []
    for key in keys:
        assert same(array[key], values[key])
    for bad in (len(values), -len(values) - 1):
        with pytest.raises(IndexError):
            array[bad]
    assert same(array.read(), values) and same(np.asarray(array), values)
    assert same(in_memory(array), values) and in_memory(values) is values
    rows = data.draw(st.integers(1, 5))
    for source in (array, values):
        parts = list(row_blocks(source, rows))
        assert all(same(block, values[part]) for part, block in parts)
        assert [row for part, _ in parts for row in range(len(values))[part]] == [
            *range(len(values))
        ]


def same(read, values):
    return (read.shape, read.dtype) == (values.shape, values.dtype) and (
        read.tobytes() == values.tobytes()
    )


@pytest.mark.parametrize("fortran", [False, True])
def test_only_the_rows_asked_for_are_read(path, fortran, monkeypatch):
    array = stored(path, np.arange(4000.0).reshape(1000, 4), fortran)
    sizes = []
    read_into = DataFile.read_into
    monkeypatch.setattr(
        DataFile,
        "read_into",
        lambda self, part, offset: (sizes.append(part.size), read_into(self, part, offset)),
    )
    assert array[500].tolist() == [2000, 2001, 2002, 2003]
    assert sum(sizes) == 4
    sizes.clear()
    assert array[10:12].shape == (2, 4) and sum(sizes) == 8


@pytest.mark.parametrize("how", IN_PLACE)
@pytest.mark.parametrize("fortran", [False, True])
def test_nothing_is_read_from_a_file_that_was_rewritten(path, how, fortran):
    array = stored(path, np.arange(2560.0).reshape(-1, 2), fortran)
    assert array[1].tolist() == [2, 3]
    blocks = array.blocks(10)
    assert next(blocks)[0] == slice(0, 10)
    IN_PLACE[how](path)
    for read in (
        lambda: array[1],
        lambda: array[1:3],
        lambda: array[::50],
        array.read,
        lambda: next(blocks),
    ):
        with pytest.raises(DataError, match=r"data\.bin has changed"):
            read()


def test_an_array_that_a_file_has_not_all_of_is_refused(path):
    path.write_bytes(bytes(10_240))
    file = DataFile(path, ".npy")
    with pytest.raises(
        DataError, match=r"^X is damaged: .* 10,240 bytes of data, the file has 10,239;"
    ):
        StoredArray(file, "X", 1, (1280,), np.dtype("f8"))


@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_a_checksum_that_is_wrong_is_an_error_after_the_last_row(path, rows):
    values = np.arange(500.0).reshape(250, 2)
    right = Checksum(data_crc(b"abc"), data_crc(b"abc" + values.tobytes()))
    array = stored(path, values, False, checksum=right)
    assert same(array.read(), values) and len(list(array.blocks(rows))) == -(-250 // rows)
    array = stored(path, values, False, checksum=Checksum(right.before, right.whole ^ 1))
    with pytest.raises(DataError, match=r"^X is damaged: its checksum is wrong"):
        array.read()
    seen = []
    with pytest.raises(DataError, match=r"^X is damaged: its checksum is wrong"):
        seen.extend(part for part, _ in array.blocks(rows))
    assert array[3].tolist() == [6, 7]


def data_crc(content):
    """CRC-32 bit by bit, as PKWARE's APPNOTE has it."""
    register = 0xFFFFFFFF
    for byte in content:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0xEDB88320 if register & 1 else 0)
    return register ^ 0xFFFFFFFF
