"""Mutated tables, records, projector folders and what lies beside an array, read column by column.

Here the readers are called themselves: each column that a source tells of must be read as it says,
or be refused with a VizError.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from tests.fuzz.arrays import npy_arrays, seed_npy
from tests.fuzz.engine import FindingError
from tests.fuzz.files import breakdown, innermost, terminal_text
from tests.fuzz.mutations import NUMBERS, TEXTS, perhaps_mangled, sometimes
from tests.fuzz.pictures import png_files
from tests.fuzz.words import bytes_of, with_another_value
from tests.fuzz.worker import MAX_BYTES, Worker

PRELUDE = f"""\
import numpy as np
from vizterm_core.errors import VizError
from vizterm_core.files.beside import with_neighbours
from vizterm_core.files.formats import open_source
from vizterm_core.files.source import Categories, Form, read_array
from vizterm_core.text import clean


def read_all(path):
    source = with_neighbours(open_source(path))
    for word in (source.name, *source.skipped, *getattr(source, "notes", ())):
        print(word)
    for name, spec in list(source.columns.items())[:40]:
        print(spec.describe(), source.called(name), spec.place)
        if spec.objects or not spec.dtype.itemsize:
            continue
        try:
            values = source.read(name, {MAX_BYTES})
            rows = source.open(name, {MAX_BYTES})
        except VizError as error:
            print(error)
            continue
        if isinstance(values, Categories):
            assert spec.form is Form.CATEGORIES and len(values) == spec.shape[0]
            assert values.codes.max(initial=-1) < len(values.values)
        else:
            assert (values.shape, values.dtype) == (spec.shape, spec.dtype), name
            assert rows.shape == values.shape and rows.dtype == values.dtype
            if spec.form is Form.TEXT:
                assert all(value is None or type(value) is str for value in values)
        read_array(source, name, {MAX_BYTES})
"""
_NAMES = (
    "x", "y", "label", "", "0", "1", "2", "3", "dim_0", "dim_1", "dim_2", "dim_3", "1x1", "1x2",
    "2x1", "2x2", "Unnamed: 0", "embedding", "name", "PC1", "PC2", "PC3", "x",
)  # fmt: skip
_CELLS: dict[str, tuple[str, ...]] = {
    "whole": ("1", "2", "-3", "400"),
    "number": ("0.5", "1e3", "-2.25", "nan"),
    "comma": ("1,5", "-0,25", "3"),
    "truth": ("true", "False", ""),
    "date": ("2024-01-02", "2024-02-30", "2024-01-02T03:04:05Z", "0000-01-01", "NaT"),
    "vector": ("[1, 2, 3]", "[4,5,6]", "[1 2 3]", "[]", "[null, 1, 2]", "[1]", "(1,2,3)"),
    "text": ("a", "b c", "None", "a, b", "#no"),
}
_ODD = (
    *("[" * 500, "[1" + ",1" * 5000 + "]", "[1, [2]]", "[0.1 ... 0.2]", "2024-99-99", "1_000"),
    *("[nan, inf, -inf]", "9" * 19, "[" + "9" * 400 + ", 1]", '""""', "1.5.2", "0x1f", "TRUE"),
)
_ROWS = 9
_SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".vec")


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A table whose columns hold one thing each, with some cells replaced."""
    width = draw(st.sampled_from((1, 2, 3, 5, 8)))
    delimiter = draw(st.sampled_from((",", "\t", ";", "|", " ")))
    kinds = [draw(st.sampled_from(tuple(_CELLS))) for _ in range(width)]
    rows = [
        [_CELLS[kind][(row + place) % len(_CELLS[kind])] for place, kind in enumerate(kinds)]
        for row in range(draw(st.sampled_from((_ROWS, 1, 0, 400))))
    ]
    for _ in range(draw(st.sampled_from((0, 0, 1, 3)))):
        if rows:
            row = draw(st.sampled_from(rows))
            odd = st.sampled_from((*NUMBERS, *TEXTS, *_ODD))
            row[draw(st.integers(0, len(row) - 1))] = draw(odd)
            row += ["1"] * draw(st.sampled_from((0, 0, 1)))
    quoted = draw(st.booleans())
    lines = [delimiter.join(_cell(cell, delimiter, quoted=quoted) for cell in row) for row in rows]
    if draw(st.integers(0, 3)):
        at = draw(st.integers(0, len(_NAMES) - 1))
        lines.insert(0, delimiter.join((_NAMES * 2)[at : at + width]))
    if draw(sometimes(st.just(1), 6)):
        lines.insert(0, draw(st.sampled_from(("# a", "", "2 3", "#x,y", '"', "\ufeff"))))
    end = draw(sometimes(st.sampled_from(("\r\n", "\r", "\r\r\n", "\n\n")), 5)) or "\n"
    return draw(bytes_of(end.join(lines) + draw(st.sampled_from(("\n", "")))))


def _cell(cell: str, delimiter: str, *, quoted: bool) -> str:
    return f'"{cell}"' if quoted and (delimiter in cell or "," in cell) else cell


_RECORD: dict[str, Any] = {
    "id": 1, "x": 0.5, "ok": True, "kind": "a", "v": [1, 2, 3], "day": "2024-01-02",
    "m": {"a": 1, "deep": {"b": [1, 2], "deeper": {"c": 1}}}, "tags": ["p", "q"], "none": None,
}  # fmt: skip
_DOCUMENTS: tuple[Any, ...] = (
    [_RECORD] * 3,
    [{**_RECORD, "v": [1, 2]}, {"v": [1, 2, 3]}, {"other": 1}],
    {"x": [1, 2, 3], "v": [[1, 2], [3, 4], [5, 6]], "m": [{"a": 1}, {"a": 2}, {"b": 3}]},
    {"columns": ["x", "y"], "data": [[1, 2], [3, 4]]},
    {"x": {"0": 1, "1": 2}, "y": {"0": "a", "1": "b"}},
    {"data": {"points": [_RECORD, _RECORD]}},
    {f"w{k}": [k, 1, 2] for k in range(20)},
    [[1, 2], [3, 4], [5, 6]],
    ["a", "b", None],
)


@st.composite
def records(draw: st.DrawFn) -> bytes:
    """A JSON document, or a record a line, with some values replaced."""
    document = draw(st.sampled_from(_DOCUMENTS))
    text = json.dumps(document)
    if isinstance(document, list) and draw(st.booleans()):
        text = "\n".join(map(json.dumps, document * draw(st.sampled_from((1, 3)))))
    for _ in range(draw(st.sampled_from((0, 1, 1, 2, 4)))):
        text = draw(with_another_value(text))
    return draw(bytes_of(text))


_CONFIG = """embeddings { tensor_name: "a" tensor_path: "tensors.tsv"
metadata_path: "metadata.tsv" tensor_shape: 9 tensor_shape: 3
sprite { image_path: "sprite.png" single_image_dim: 4 single_image_dim: 4 } }
embeddings { tensor_path: "t.bytes" tensor_shape: 4 tensor_shape: 2 }"""
_TENSORS = "\n".join(f"{row}\t{row / 2}\t-1e3" for row in range(_ROWS))
_METADATA = ("\n".join("abcdefghi"), "w\tn\n" + "\n".join(f"{c}\t1" for c in "abcdefghi"))


@st.composite
def projectors(draw: st.DrawFn) -> dict[str, bytes]:
    """A projector's folder with something about it changed."""
    metadata = draw(st.sampled_from(_METADATA))
    if draw(st.booleans()):
        metadata = "\n" * draw(st.integers(0, 2)) + metadata + draw(st.sampled_from(("", "\nj")))
    config = _CONFIG
    for _ in range(draw(st.sampled_from((0, 0, 1, 2)))):
        config = draw(with_another_value(config))
    files = {
        "projector_config.pbtxt": draw(
            perhaps_mangled(config.encode("utf-8", "replace"), one_in=5)
        ),
        "tensors.tsv": draw(perhaps_mangled(_TENSORS.encode(), one_in=5)),
        "metadata.tsv": draw(perhaps_mangled(metadata.encode(), one_in=5)),
        "t.bytes": bytes(32),
        "sprite.png": draw(png_files()),
    }
    for name in draw(st.sets(st.sampled_from(tuple(files)), max_size=2)):
        del files[name]
    return files


@st.composite
def neighbours(draw: st.DrawFn) -> dict[str, bytes]:
    """An array with lists, tables and arrays beside it, of which some don't fit."""
    lines = "\n".join(f"class {row % 3}" for row in range(draw(st.sampled_from((20, 21, 4)))))
    return {
        "embedding.npy": draw(perhaps_mangled(seed_npy("embedding").encode(), one_in=8)),
        "labels.txt": draw(bytes_of(lines)),
        "names.npy": draw(npy_arrays(draw(st.sampled_from(("names", "objects", "record", "y"))))),
        draw(st.sampled_from(("metadata.csv", "other.csv", "labels.csv"))): draw(tables()),
        "more.jsonl": draw(records()),
    }


@dataclass(frozen=True)
class SourceCase:
    """A folder of files, and which of them is opened; "" for the folder itself."""

    kind: str
    files: tuple[tuple[str, bytes], ...]
    main: str

    @property
    def weight(self) -> int:
        return sum(len(content) for _, content in self.files)

    def __repr__(self) -> str:
        return f"SourceCase({self.kind}, {self.weight:,} bytes)"

    def store(self, directory: Path) -> None:
        for name, content in self.files:
            (directory / name).write_bytes(content)
        code = f"{PRELUDE}\nread_all({str(directory / self.main)!r})\n"
        (directory / "case.py").write_text(code, "utf-8")


@st.composite
def source_cases(draw: st.DrawFn) -> SourceCase:
    """A case of one of the kinds."""
    kind = draw(st.sampled_from(("table", "table", "records", "projector", "beside")))
    if kind == "projector":
        files = draw(projectors())
        return SourceCase(kind, tuple(files.items()), draw(st.sampled_from(("", "tensors.tsv"))))
    if kind == "beside":
        return SourceCase(kind, tuple(draw(neighbours()).items()), "embedding.npy")
    suffixes = _SUFFIXES if kind == "table" else (".jsonl", ".json", ".json.gz", ".csv")
    name = "case" + draw(st.sampled_from(suffixes))
    content = draw(tables() if kind == "table" else records())
    if name.endswith(".gz"):
        content = draw(perhaps_mangled(gzip.compress(content, mtime=0), one_in=4))
    return SourceCase(kind, ((name, content),), name)


class SourceFuzzer:
    """Opens cases in a worker process and reads all that they hold."""

    name = "sources"

    def __init__(self) -> None:
        self._worker = Worker()

    def cases(self) -> st.SearchStrategy[SourceCase]:
        return source_cases()

    def run(self, case: SourceCase) -> str:
        with tempfile.TemporaryDirectory(prefix="vizterm-case-") as directory:
            for name, content in case.files:
                (Path(directory) / name).write_bytes(content)
            path = str(Path(directory) / case.main)
            ran = self._worker.run_code(f"{PRELUDE}\nread_all({path!r})")
        out, err = ran.out.decode("utf-8", "replace"), ran.err.decode("utf-8", "replace")
        wrong = breakdown(ran, out, "") or terminal_text(out, err)
        said = (err.splitlines() or [""])[-1]
        if not wrong and ran.code == 1 and not said.startswith("VizError: "):
            wrong = f"{said.partition(':')[0]} from {innermost(ran.trace, last=True)}"
        if wrong:
            report = f"{case}\n\n{err}\n{ran.trace}\ngrown by {ran.grown:,} bytes\n\n{out}"
            raise FindingError(wrong, report)
        return "refused" if ran.code else "shown"

    def close(self) -> None:
        self._worker.close()
