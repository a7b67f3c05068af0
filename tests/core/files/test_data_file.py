import os
import socket
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files import data_file
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats import open_source

law = settings(max_examples=80, deadline=None, derandomize=True)
CONTENT = bytes(range(256)) * 40
OTHER = CONTENT[::-1]


def overwrite(path, content):
    """Write from the start, in place, without truncating."""
    with path.open("r+b") as stream:
        stream.write(content)


def append(path, content):
    with path.open("ab") as stream:
        stream.write(content)


def replaced(path):
    other = path.with_suffix(".part")
    other.write_bytes(OTHER)
    other.replace(path)


IN_PLACE = {
    "cut to nothing": lambda path: os.truncate(path, 0),
    "shorter": lambda path: os.truncate(path, 100),
    "longer": lambda path: append(path, b"more"),
    "same size": lambda path: overwrite(path, OTHER),
    "one byte": lambda path: overwrite(path, b"x"),
    "written anew": lambda path: path.write_bytes(OTHER),
}
ELSEWHERE = {
    "replaced": replaced,
    "removed": os.unlink,
    "renamed": lambda path: path.rename(path.with_suffix(".old")),
    "a link to another": lambda path: (path.unlink(), path.symlink_to(__file__)),
}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "data.bin"
    path.write_bytes(CONTENT)
    return path


def opened(path):
    return DataFile(path, ".npy")


def refused(path):
    with pytest.raises(DataError) as caught:
        opened(path)
    assert str(caught.value).isprintable()
    return caught.value


def test_bytes_are_read_up_to_the_end(path):
    file = opened(str(path))
    assert (file.path, file.name, file.size) == (path, "data.bin", len(CONTENT))
    assert file.read(0, 5) == CONTENT[:5] and file.read(1000, 3000) == CONTENT[1000:4000]
    assert file.read(len(CONTENT) - 2, 100) == CONTENT[-2:]
    assert file.read(len(CONTENT), 1) == file.read(10**9, 1) == file.read(3, 0) == b""
    array = np.zeros((3, 5), ">u2")
    file.read_into(array, 7)
    assert array.tobytes() == CONTENT[7:37]
    assert not file.changed
    file.check()


def test_reads_that_come_in_small_pieces_are_put_together(path, monkeypatch):
    pread, preadv = os.pread, os.preadv
    monkeypatch.setattr(os, "pread", lambda fd, size, at: pread(fd, min(size, 7), at))
    monkeypatch.setattr(os, "preadv", lambda fd, parts, at: preadv(fd, [parts[0][:7]], at))
    file = opened(path)
    assert file.read(3, 1000) == CONTENT[3:1003]
    array = np.zeros(500, np.uint8)
    file.read_into(array, 3)
    assert array.tobytes() == CONTENT[3:503]


@law
@given(
    content=st.binary(max_size=60),
    moves=st.lists(
        st.tuples(st.sampled_from("sr"), st.integers(-70, 70), st.integers(0, 2)), max_size=12
    ),
)
def test_a_stream_is_one_like_any_other(tmp_path_factory, content, moves):
    path = tmp_path_factory.getbasetemp() / "law.bin"
    path.write_bytes(content)
    stream, other = opened(path).stream(), opened(path).stream()
    assert stream.readable() and stream.seekable() and not stream.writable()
    with path.open("rb") as expected:
        for what, number, whence in moves:
            if what == "r":
                assert stream.read(number if number >= 0 else -1) == expected.read(
                    number if number >= 0 else -1
                )
                continue
            try:
                place = expected.seek(number, whence)
            except (OSError, ValueError):
                with pytest.raises((OSError, ValueError)):
                    stream.seek(number, whence)
            else:
                assert stream.seek(number, whence) == place
        assert stream.tell() == expected.tell()
    assert other.tell() == 0 and other.read() == content


@pytest.mark.parametrize("how", IN_PLACE)
def test_a_file_rewritten_in_place_has_changed(path, how):
    file = opened(path)
    IN_PLACE[how](path)
    assert file.changed
    with pytest.raises(DataError, match=r"^data\.bin has changed since it was opened; open it"):
        file.check()
    assert not opened(path).changed


@pytest.mark.parametrize("how", ELSEWHERE)
def test_a_replaced_file_is_still_read_as_it_was(path, how):
    file = opened(path)
    ELSEWHERE[how](path)
    assert file.changed
    file.check()
    assert file.read(0, file.size) == CONTENT and file.stream().read() == CONTENT
    assert file.read_text() == (CONTENT, False)


def test_removed_bytes_are_an_error_and_added_ones_are_ignored(path):
    file = opened(path)
    append(path, b"more")
    assert file.read(len(CONTENT) - 2, 100) == CONTENT[-2:] and file.stream().read() == CONTENT
    os.truncate(path, 100)
    for read in (
        lambda: file.read(50, 100),
        lambda: file.read_into(np.zeros(100, np.uint8), 50),
        file.stream().read,
        file.read_text,
    ):
        with pytest.raises(DataError, match=r"data\.bin has changed"):
            read()


def test_a_write_right_after_opening_is_noticed(path):
    # As if it had been written in this very step of the clock, or in the next.
    stamp = time.clock_gettime_ns(data_file._FILE_CLOCK) + 6_000_000
    os.utime(path, ns=(stamp, stamp))
    opened(path)
    assert time.clock_gettime_ns(data_file._FILE_CLOCK) > stamp
    for _ in range(30):
        path.write_bytes(CONTENT)
        file = opened(path)
        overwrite(path, OTHER)
        assert file.changed


def test_a_write_that_is_under_way_is_waited_for(path):
    size = 1 << 26
    path.write_bytes(bytes(size))
    os.utime(path, (0, 0))
    with path.open("r+b", buffering=0) as stream:
        writer = threading.Thread(target=stream.write, args=(b"x" * size,))
        writer.start()
        while path.stat().st_mtime_ns == 0:
            pass
        last = opened(path).read(size - 1, 1)
        writer.join()
    assert last == b"x"


def test_a_file_from_the_future_is_not_waited_for(path):
    os.utime(path, (2**33, 2**33))
    assert not opened(path).changed


@pytest.mark.parametrize("error", [DataError, UsageError])
def test_errors_while_a_file_changes_say_that_it_has_changed(path, error):
    file = opened(path)
    with pytest.raises(error, match=r"^nonsense"), file.unchanged():
        raise error("nonsense")

    def fail_meanwhile():
        with file.unchanged():
            overwrite(path, OTHER)
            raise error("nonsense")

    with pytest.raises(DataError, match=r"data\.bin has changed"):
        fail_meanwhile()
    with pytest.raises(DataError, match=r"data\.bin has changed"), file.unchanged():
        pytest.fail("it had changed before")
    file = opened(path)
    with pytest.raises(DataError, match=r"data\.bin has changed"), file.unchanged():
        overwrite(path, CONTENT)


def test_text_that_others_append_to_is_read_up_to_where_it_was(path):
    file = opened(path)
    assert file.read_text() == (CONTENT, False)
    append(path, b"more")
    assert file.read_text() == (CONTENT, True) and file.changed


@pytest.mark.parametrize("how", ["same size", "one byte", "written anew", "shorter"])
def test_text_that_was_rewritten_is_refused(path, how):
    file = opened(path)
    IN_PLACE[how](path)
    with pytest.raises(DataError, match=r"data\.bin has changed"):
        file.read_text()


def test_text_that_is_rewritten_while_it_is_read_is_refused(path, monkeypatch):
    file = opened(path)
    pread = os.pread

    def slow(descriptor, size, offset):
        piece = pread(descriptor, size // 2 + 1, offset)
        if offset == 0:
            path.write_bytes(OTHER + OTHER)
        return piece

    monkeypatch.setattr(os, "pread", slow)
    with pytest.raises(DataError, match=r"data\.bin has changed"):
        file.read_text()


def test_other_paths_are_refused_in_one_line(tmp_path):
    assert refused(tmp_path / "no.npy").message == f"no such file: {tmp_path / 'no.npy'}"
    assert refused(tmp_path / "a\0b").message == f"no such file: {tmp_path}/a␀b"
    assert refused(tmp_path / "\x1b[2J").message == f"no such file: {tmp_path}/␛[2J"
    (tmp_path / "link").symlink_to("link")
    assert "no such file" in refused(tmp_path / "link").message
    (tmp_path / "file").touch()
    assert "no such file" in refused(tmp_path / "file" / "data.npy").message
    error = refused(tmp_path)
    assert error.message.endswith("is a directory") and error.hint == "name an .npy file"
    for device in ("/dev/null", "/dev/zero"):
        assert f"{device[5:]} is not a regular file" in refused(device).message
    with pytest.raises(DataError, match=r"can't read .*: File name too long"):
        opened(tmp_path / ("a" * 300))


def test_pipes_and_sockets_are_refused_without_being_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        monkeypatch.setattr(os, "open", lambda *_: pytest.fail("it was opened"))
        for name in ("pipe", "socket"):
            error = refused(name)
            assert error.message == f"{name} is not a regular file"
            assert error.hint == "save it to disk first"
    with pytest.raises(DataError) as caught:
        DataFile("pipe", ".csv", otherwise="read it")
    assert caught.value.hint == "read it"


def test_a_pipe_that_takes_a_files_place_is_refused_and_not_waited_for(path, monkeypatch):
    really_open = os.open

    def swapped(*arguments):
        path.unlink()
        os.mkfifo(path)
        return really_open(*arguments)

    monkeypatch.setattr(os, "open", swapped)
    assert refused(path).message == "data.bin is not a regular file"


def test_a_file_that_may_not_be_read(path):
    path.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        assert refused(path).message == "can't read data.bin: Permission denied"
    finally:
        if root:
            os.seteuid(0)


def test_a_disk_that_fails_is_an_error_with_the_files_name(path, monkeypatch):
    file = opened(path)

    def failing(number):
        def fail(*_):
            raise OSError(number, os.strerror(number))

        return fail

    array = np.zeros(3, np.uint8)
    for number, message in ((5, r"can't read data\.bin: Input"), (116, r"data\.bin has changed")):
        monkeypatch.setattr(os, "pread", failing(number))
        monkeypatch.setattr(os, "preadv", failing(number))
        for read in (lambda: file.read(0, 3), lambda: file.read_into(array, 0), file.read_text):
            with pytest.raises(DataError, match=message):
                read()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", failing(116))
        changed = file.changed
        with pytest.raises(DataError, match=r"data\.bin has changed"):
            file.check()
    assert changed


def open_files():
    """The files that this process has open, without the one that lists them."""
    listed = [(entry.name, entry) for entry in Path("/proc/self/fd").iterdir()]
    return {name for name, entry in listed if entry.exists()}


def test_files_are_closed_with_the_last_reference(path):
    before = open_files()
    file = opened(path)
    stream = file.stream()
    assert len(open_files()) == len(before) + 1
    del file
    assert stream.read(3) == CONTENT[:3]
    del stream
    assert open_files() == before


def test_an_archive_is_read_from_a_file_that_is_open_already(path):
    with path.open("wb") as stream:
        np.savez(stream, X=np.arange(3.0))
    file = opened(path)
    path.unlink()
    source = open_source(file)
    assert source.files == (file,) and source.name == "data.bin"
    assert source.read("X").tolist() == [0, 1, 2]
