"""Parquet and Arrow files that are cut short, lie, change, or can't be opened here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.support.arrow import SUFFIXES, opened, png, write

from vizterm_core.errors import DataError
from vizterm_core.files.formats import open_source

TABLE = pa.table(
    {
        "x": np.arange(40.0),
        "s": ["a", None] * 20,
        "v": [[1.0, 2.0]] * 40,
        "image": [{"bytes": png(), "path": "a.png"}] * 40,
    }
)


@pytest.fixture(params=SUFFIXES)
def path(request, tmp_path):
    return write(TABLE, tmp_path / f"data{request.param}", 10)


@pytest.mark.parametrize("kept", [0, 3, 5, 9, 200, 0.5, -1, -9])
def test_a_file_cut_short_is_refused(path, kept):
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content)) if kept == 0.5 else kept])
    if path.suffix == ".arrows" and kept == -1:
        # What is cut off belongs to the stream's end mark: all rows are there.
        assert open_source(path).read("x").tolist() == TABLE["x"].to_pylist()
        return
    with pytest.raises(DataError, match=r"cut short|damaged|empty|is not an?"):
        open_source(path)


def test_a_file_rewritten_in_place_is_noticed(path):
    source = open_source(path)
    rows = source.open("image")
    assert rows[0] == png()
    content = path.read_bytes()
    path.write_bytes(content[:-40])
    for read in (lambda: source.read("x"), lambda: source.open("v"), lambda: rows[35]):
        with pytest.raises(DataError, match="has changed since it was opened"):
            read()


def test_a_file_that_was_replaced_is_still_read(path):
    source = open_source(path)
    other = path.with_name("other")
    other.write_bytes(b"something else")
    other.replace(path)
    assert source.read("x").tolist() == TABLE["x"].to_pylist() and source.files[0].changed


def test_nothing_is_mapped_into_memory(path):
    source = open_source(path)
    rows = source.open("image")
    assert rows[3] == png()
    assert path.name not in Path("/proc/self/maps").read_text(encoding="utf-8")


def test_an_encrypted_file_says_so(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PARE" + bytes(40) + b"PARE")
    with pytest.raises(DataError, match="encrypted"):
        open_source(path)


def test_a_long_footer_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.parquet"
    with path.open("wb") as file:
        file.write(b"PAR1")
        file.truncate(200 << 20)
        file.seek(0, os.SEEK_END)
        file.write((100 << 20).to_bytes(4, "little") + b"PAR1")
    with pytest.raises(DataError, match=r"its footer takes 105 MB.*limit"):
        open_source(path)


def test_text_that_repeats_takes_the_memory_that_it_has_in_the_file(tmp_path):
    column = pa.DictionaryArray.from_arrays(np.zeros(20_000, np.int32), ["x" * (1 << 20)])
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"s": column}), path, store_schema=False)
    assert path.stat().st_size < 1 << 18
    read = open_source(path).read("s")
    assert len(read) == 20_000 and len({id(text) for text in read}) == 1


def test_a_damaged_column_leaves_the_others(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(TABLE.select(["x", "v"]), path, compression="zstd")
    content = bytearray(path.read_bytes())
    place = pq.ParquetFile(path).metadata.row_group(0).column(1).data_page_offset
    content[place : place + 60] = bytes(60)
    path.write_bytes(content)
    source = open_source(path)
    assert source.skipped["v"].startswith("damaged: ")
    assert source.read("x").tolist() == TABLE["x"].to_pylist()


def test_offsets_that_point_outside_are_refused(tmp_path):
    path = write(pa.table({"v": [[1.0, 2.0], [3.0, 4.0]]}), tmp_path / "a.arrows")
    content = path.read_bytes()
    offsets = np.array([0, 2, 4], np.int32).tobytes()
    assert content.count(offsets) == 1
    lies = np.array([0, 2, 1 << 20], np.int32).tobytes()
    path.write_bytes(content.replace(offsets, lies))
    assert open_source(path).skipped["v"].startswith("damaged: ")


def test_without_the_library_a_line_says_what_to_install(path):
    code = (
        "import sys\n"
        "sys.modules['pyarrow'] = None\n"
        "from vizterm_core.files.formats import open_source\n"
        "from vizterm_core.errors import DataError\n"
        f"try: open_source({str(path)!r})\n"
        "except DataError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == (
        f"{path.name} needs pyarrow, which is not installed; pip install 'vizterm[parquet]'\n"
    )


def test_names_from_the_file_are_harmless_in_messages(path):
    source = opened(pa.table({"a\x1b[31m": [["x"], ["y"]], "b\x1b": [1.0, 2]}), path)
    assert "\x1b" not in json.dumps(dict(source.skipped), ensure_ascii=False)
    assert "\x1b" not in source.called("b\x1b")
