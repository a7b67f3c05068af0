import io
import os
import warnings
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizterm_core.errors import DataError, VizError
from vizterm_core.files.source import Access
from vizterm_core.files.stored import StoredArray
from vizterm_core.load import Keys, load_embedding, open_source

law = settings(max_examples=60, deadline=None, derandomize=True)
SAVERS = {"stored": np.savez, "deflated": np.savez_compressed}
X = np.arange(6.0).reshape(3, 2)
Y = np.array([1, 2, 1])
X_BYTES = X.tobytes()
PLAIN_HEADER = {"descr": "<f8", "fortran_order": False, "shape": (3, 2)}
DTYPES = [
    *("?", "i1", "u1", "<i2", ">i2", "<u4", ">u4", "<i8", ">i8", "<u8", ">u8"),
    *("<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "<c8", "<U5", ">U5", "S5", "<M8[s]"),
]


def npy(array):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asarray(array))
    return stream.getvalue()


def raw_npy(descr="'<f8'", shape="(3, 2)", data=X_BYTES, header=None, version=b"\x01\x00"):
    """A .npy file with any header whatsoever."""
    header = header or f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"
    text = header.encode("latin-1") + b"\n"
    width = 2 if version == b"\x01\x00" else 4
    return b"\x93NUMPY" + version + len(text).to_bytes(width, "little") + text + data


@pytest.fixture
def save(tmp_path):
    """Write zip members: save({"X.npy": bytes, ...}) -> path."""

    def write(members, method=zipfile.ZIP_STORED):
        path = tmp_path / "data.npz"
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return path

    return write


def refused(path, keys=None, **options):
    """The error of loading a bad file: one line that names the file."""
    with pytest.raises(DataError) as caught:
        load_embedding(path, keys, **options)
    message = str(caught.value)
    assert message.isprintable() and path.name in message
    return caught.value


@pytest.mark.parametrize("how", SAVERS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (5,), (3, 2), (0, 2), (4, 1, 3)])
def test_arrays_are_read_as_numpy_reads_them(tmp_path, how, dtype, shape):
    numbers = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    values = numbers.astype("i8").astype(dtype)
    path = tmp_path / "data.npz"
    SAVERS[how](path, values=values, mirrored=np.asfortranarray(values[..., None]).T)
    file = open_source(path)
    assert list(file.columns) == ["values", "mirrored"] and not file.skipped
    with np.load(path) as expected:
        for key, info in file.columns.items():
            read = file.read(key)
            assert (read.shape, read.dtype) == (expected[key].shape, expected[key].dtype)
            assert np.array_equal(read, expected[key])
            assert (info.shape, info.dtype) == (read.shape, read.dtype)
            assert info.nbytes == read.nbytes
            assert (info.access is Access.WHOLE) == (how == "deflated")
            assert info.place.startswith(how)


@law
@given(
    values=hnp.arrays(
        hnp.integer_dtypes() | hnp.floating_dtypes(sizes=(16, 32, 64)),
        hnp.array_shapes(min_dims=0, min_side=0, max_dims=3, max_side=4),
    ),
    fortran=st.booleans(),
    how=st.sampled_from(sorted(SAVERS)),
)
def test_what_numpy_saves_comes_back_bit_by_bit(tmp_path_factory, values, fortran, how):
    path = tmp_path_factory.getbasetemp() / "law.npz"
    SAVERS[how](path, a=np.array(values, order="F" if fortran else "C"))
    read = open_source(path).read("a")
    assert read.shape == values.shape and read.dtype == values.dtype
    assert read.tobytes() == values.tobytes()


def test_stored_arrays_are_left_in_the_file_and_deflated_ones_are_unpacked(tmp_path):
    path = tmp_path / "data.npz"
    np.savez(path, X=X, F=np.asfortranarray(X))
    for key in "XF":
        stored = open_source(path).open(key, max_bytes=0)
        assert isinstance(stored, StoredArray) and (stored.shape, stored.dtype) == (X.shape, "f8")
        assert np.array_equal(stored[1], X[1]) and np.array_equal(stored[1:], X[1:])
        assert np.array_equal(open_source(path).read(key, max_bytes=0), X)
    assert [spec.access for spec in open_source(path).columns.values()] == [
        Access.ROW,
        Access.BLOCK,
    ]
    np.savez_compressed(path, X=X)
    assert isinstance(open_source(path).open("X"), np.ndarray)


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_stored_array_with_a_flipped_bit_is_refused_as_numpy_refuses_it(save, order):
    # Of small members zipfile itself reads everything when it reads the header.
    noise = np.random.default_rng(0).random((5000, 2))
    path = save({"X.npy": npy(np.asarray(noise, order=order)), "y.npy": npy(np.arange(5000))})
    flip_data_bit(path)
    with pytest.raises(zipfile.BadZipFile), np.load(path) as file:
        file["X"]
    with pytest.raises(DataError, match=r"^data\.npz: 'X' is damaged: its checksum is wrong"):
        open_source(path).read("X")
    if order == "C":
        assert "'X' is damaged" in refused(path).message


def test_only_headers_are_read_when_the_file_is_opened(tmp_path):
    path = tmp_path / "data.npz"
    np.savez(path, X=np.zeros((1000, 2)))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    assert open_source(path).columns["X"].shape == (1000, 2)


def test_info_describes_an_array_for_people(tmp_path):
    path = tmp_path / "data.npz"
    np.savez_compressed(path, **{"a\x1bb": np.zeros((2000, 3), np.float32)})
    info = open_source(path).columns["a\x1bb"]
    assert info.describe() == "a␛b (2000, 3) float32"
    assert (info.nbytes, info.objects) == (24_000, False)
    with zipfile.ZipFile(path) as archive:
        assert info.place == f"deflated to {archive.infolist()[0].compress_size} B"


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_format_is_read(save, version):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, X, version=version)
    assert np.array_equal(open_source(save({"X.npy": stream.getvalue()})).read("X"), X)


def test_field_names_of_any_script_are_read(save):
    table = np.zeros(3, [("größe", "<f8"), ("数", "<i4")])
    stream = io.BytesIO()
    np.lib.format.write_array(stream, table, version=(3, 0))
    assert open_source(save({"T.npy": stream.getvalue()})).columns["T"].dtype == table.dtype


def test_an_encrypted_member_is_skipped_and_the_rest_is_read(save):
    path = save({"y.npy": npy(Y), "X.npy": npy(X)})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x03\x04") + 6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    file = open_source(path)
    assert list(file.columns) == ["X"] and "encrypted" in file.skipped["y"]


def test_members_in_folders_are_read(save):
    assert np.array_equal(open_source(save({"sub/X.npy": npy(X)})).read("sub/X"), X)


def test_a_missing_file_is_named_with_its_folder(tmp_path):
    error = refused(tmp_path / "data.npz")
    assert error.message == f"no such file: {tmp_path / 'data.npz'}"
    assert "␛" in refused_name(tmp_path / "a\x1bb.npz")


def refused_name(path):
    with pytest.raises(DataError) as caught:
        open_source(path)
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_a_directory_and_a_pipe_are_no_files(tmp_path):
    assert "is a directory" in refused(tmp_path).message
    os.mkfifo(tmp_path / "pipe.npz")
    assert "not a regular file" in refused(tmp_path / "pipe.npz").message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (npy(X), "is a single .npy array"),
        (b"x,y\n1,2\n", "is not an .npz file"),
        (b"PK\x03\x04", "truncated or damaged"),
    ],
)
def test_other_files_are_refused_with_a_hint(tmp_path, content, message):
    path = tmp_path / "data.npz"
    path.write_bytes(content)
    error = refused(path)
    assert message in error.message and error.hint


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_file_cut_short_anywhere_is_refused(save, method):
    path = save({"X.npy": npy(X), "y.npy": npy(Y)}, method)
    whole = path.read_bytes()
    for length in range(4, len(whole), 7):
        path.write_bytes(whole[:length])
        error = refused(path)
        assert "truncated or damaged" in error.message and error.hint


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_flipped_bit_anywhere_is_refused_or_harmless(save, method):
    path = save({"X.npy": npy(X), "y.npy": npy(Y)}, method)
    whole = path.read_bytes()
    refusals = []
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        # Long ago: of a file just written, the clock's next step is waited for.
        os.utime(path, (0, 0))
        try:
            load_embedding(path)
        except VizError as error:
            refusals.append(str(error))
    assert len(refusals) > 30
    assert all(text.isprintable() and path.name in text for text in refusals)


def flip_data_bit(path):
    damaged = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("X.npy")
    damaged[info.header_offset + 30 + len("X.npy") + info.compress_size - 3] ^= 0x10
    path.write_bytes(damaged)


def test_a_deflated_array_with_a_flipped_bit_is_named(save):
    noise = np.random.default_rng(0).random((5000, 2))
    path = save({"X.npy": npy(noise), "y.npy": npy(np.arange(5000))}, zipfile.ZIP_DEFLATED)
    flip_data_bit(path)
    assert "data.npz is damaged: 'X' can't be unpacked" in refused(path).message


def test_a_damaged_array_comes_with_a_hint(save):
    for count in (50, 5000):
        path = save(
            {"X.npy": npy(np.random.default_rng(0).random((count, 2)))}, zipfile.ZIP_DEFLATED
        )
        flip_data_bit(path)
        assert refused(path).hint


@pytest.mark.parametrize("how", SAVERS)
def test_object_arrays_are_never_unpickled(tmp_path, how):
    class Bomb:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "exploded"),))

    path = tmp_path / "data.npz"
    SAVERS[how](path, X=np.array([Bomb(), Bomb()], object))
    file = open_source(path)
    assert file.columns["X"].objects
    with pytest.raises(DataError, match=r"data\.npz: 'X' is an object array") as caught:
        file.read("X")
    assert caught.value.hint
    error = refused(path)
    assert "'X' is an object array" in error.message and error.hint
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("shape", ["(300, 2)", "(2, 2)", "(3, 2, 1000000000000)"])
def test_a_header_that_disagrees_with_the_archive_is_refused(save, method, shape):
    path = save({"X.npy": raw_npy(shape=shape)}, method)
    assert list(open_source(path).skipped) == ["X"] and not open_source(path).columns
    error = refused(path)
    assert "'X'" in error.message and "its header says" in error.message and error.hint


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_file_whose_directory_lies_about_sizes_is_refused(save, method):
    path = save({"X.npy": raw_npy(shape="(3000, 2)")}, method)
    content = path.read_bytes()
    size = len(raw_npy(shape="(3000, 2)"))
    lie = size + 2997 * 16
    path.write_bytes(content.replace(size.to_bytes(4, "little"), lie.to_bytes(4, "little")))
    assert "damaged" in refused(path).message


@pytest.mark.parametrize("keys", [None, Keys(coords="X")])
def test_a_damaged_array_is_named_where_others_are_whole(save, keys):
    path = save({"X.npy": raw_npy(shape="(300, 2)"), "y.npy": npy(Y)})
    with pytest.raises(VizError, match=r"X.*damaged"):
        load_embedding(path, keys)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_of_members_with_one_name_the_last_that_is_whole_is_read(tmp_path, method):
    path = tmp_path / "data.npz"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", method) as file:
        warnings.simplefilter("ignore", UserWarning)
        for content in (npy(X * 5), npy(X), raw_npy(shape="(300, 2)")):
            file.writestr("X.npy", content)
    np.testing.assert_array_equal(open_source(path).read("X"), X)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUM",
        b"not an array",
        raw_npy()[:20],
        raw_npy(version=b"\x09\x00"),
        raw_npy(version=b"\x02\x00")[:8] + b"\xff\xff\xff\x7f",
        raw_npy(header="(" * 5000),
        raw_npy(header=repr(PLAIN_HEADER) + " " * 70_000, version=b"\x02\x00"),
        raw_npy(header="{'descr': '<f8'}"),
        raw_npy(header="[1, 2]"),
        raw_npy(header="1"),
        raw_npy(header="{'descr': \x00"),
        raw_npy(header="{'shape': open('x'), 'descr': '<f8', 'fortran_order': False}"),
        raw_npy(shape="(-3, -2)"),
        raw_npy(shape="(3.0, 2)"),
        raw_npy(shape="(True, 2)"),
        raw_npy(shape="6"),
        raw_npy(shape=f"({'1, ' * 65})", data=X_BYTES[:8]),
        raw_npy(shape="(4611686018427387904, 2)"),
        raw_npy(descr="'<f3'"),
        raw_npy(descr="'U99999999999'"),
        raw_npy(descr="None"),
        raw_npy(descr="{'names': 1}"),
        raw_npy(descr="[('a', '<f8', -1)]"),
    ],
)
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_that_is_no_array_is_skipped_by_name_and_the_rest_is_read(save, content, method):
    path = save({"bad.npy": content, "X.npy": npy(X)}, method)
    file = open_source(path)
    assert list(file.columns) == ["X"] and list(file.skipped) == ["bad"]
    assert np.array_equal(file.read("X"), X)
    notes = load_embedding(path).notes
    assert any("bad skipped" in note for note in notes)


@pytest.mark.parametrize("descr", ["()", "('<f8',)", "[('a', ())]"])
def test_a_header_with_a_broken_dtype_tuple_is_skipped(save, descr):
    file = open_source(save({"bad.npy": raw_npy(descr=descr), "X.npy": npy(X)}))
    assert list(file.columns) == ["X"] and list(file.skipped) == ["bad"]


def test_an_impossibly_wide_empty_array_is_refused(save):
    path = save({"X.npy": raw_npy(shape="(0, 2305843009213693952)", data=b"")})
    refused(path)


def test_the_name_of_a_skipped_member_is_harmless(save):
    file = open_source(save({"a\x1bb.npy": b"", "c\nd.txt": b"", "X.npy": npy(X)}))
    assert set(file.skipped) == {"a␛b", "c␊d.txt"}


def test_members_that_are_not_npy_are_skipped(save):
    path = save({"readme.txt": b"hello", "X.npy": npy(X)})
    assert open_source(path).skipped == {"readme.txt": "not a .npy array"}
    assert len(load_embedding(path)) == 3
    error = refused(save({"readme.txt": b"hello"}))
    assert "'readme.txt'" in error.message and error.hint


def test_an_empty_archive_is_refused(save):
    error = refused(save({}))
    assert "no arrays" in error.message and error.hint


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_skipped(save, method):
    file = open_source(save({"X.npy": npy(X)}, method))
    assert not file.columns and "compressed" in file.skipped["X"]


def test_deflated_arrays_are_unpacked_up_to_the_limit_only(tmp_path):
    path = tmp_path / "data.npz"
    np.savez_compressed(path, X=np.zeros((1000, 2)), y=np.zeros(1000, np.int64))
    file = open_source(path)
    assert file.read("X", max_bytes=16_000).shape == (1000, 2)
    with pytest.raises(DataError, match=r"data\.npz: 'X' unpacks to 16\.0 kB.*16\.0 kB") as caught:
        file.read("X", max_bytes=15_999)
    assert "--max-bytes" in caught.value.hint
    assert len(load_embedding(path, max_bytes=24_000)) == 1000
    error = refused(path, max_bytes=23_999)
    assert "'X'" in error.message and "24,000" in error.message and "--max-bytes" in error.hint
    np.savez(path, X=np.zeros((1000, 2)))
    assert len(load_embedding(path, max_bytes=0)) == 1000


def test_a_zip_bomb_is_stopped_before_it_is_unpacked(save):
    bomb = raw_npy(shape="(8000000, 2)", data=bytes(128_000_000))
    path = save({"X.npy": bomb}, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 1_000_000
    assert "--max-bytes" in refused(path, max_bytes=1_000_000).hint
