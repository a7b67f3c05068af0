"""Mutated files through `vizterm embed|heat|overlay|info`, as a person would call it."""

from __future__ import annotations

import json
import os
import re
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st
from tests.fuzz.arrays import npy_files, npz_files, seed_npy
from tests.fuzz.columnar import (
    COLUMNS,
    arrow_files,
    parquet_files,
    safetensors_files,
    torch_files,
)
from tests.fuzz.engine import FindingError
from tests.fuzz.mutations import sometimes
from tests.fuzz.pictures import (
    jpeg_files,
    other_image_files,
    png_chunks,
    png_file,
    png_files,
)
from tests.fuzz.trees import hdf5_files, zarr_files
from tests.fuzz.words import csv_files, json_files
from tests.fuzz.worker import CAP, MAX_BYTES, Ran, Worker

LONGEST_LINE = 4000
"""Characters of an error: more is not read by anybody."""
_SGR = re.compile(r"\x1b\[[0-9;]*m")
_CONTROL = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Categories of characters that must not be printed."""
_ALLOWED = "\n\u200d"
_FRAME = re.compile(r'File "([^"]+)", line (\d+)')
_INTERNAL = re.compile(r"internal error: (\w+ in \S+:\d+)")

FORMATS: dict[str, st.SearchStrategy[bytes]] = {
    "npz": npz_files(),
    "npy": npy_files(),
    "csv": csv_files(),
    "json": json_files(),
    "png": png_files(),
    "jpg": jpeg_files(),
    "gif": other_image_files("GIF"),
    "bmp": other_image_files("BMP"),
    "tif": other_image_files("TIFF"),
    "webp": other_image_files("WEBP"),
    "parquet": parquet_files(),
    "feather": arrow_files(),
    "safetensors": safetensors_files(),
    "pt": torch_files(),
    "h5": hdf5_files(),
    "zarr": zarr_files(),
}
_SUFFIXES = {
    "feather": (".feather", ".arrow"),
    "csv": (".csv", ".tsv", ".txt"),
    "json": (".json", ".jsonl", ".txt"),
    "h5": (".h5", ".h5ad"),
    "zarr": (".zarr.zip",),
}
_GOOD = {
    "good.png": png_file(png_chunks(2, 8, 9, 8, 0)),
    "grey.png": png_file(png_chunks(0, 16, 9, 8, 0)),
    "small.png": png_file(png_chunks(3, 8, 3, 4, 0)),
    "good.npy": seed_npy("feature").encode(),
    "good.csv": b"x,y\n1,2\n30,40\n",
}
_EMBED = ("--print", "--size", "60x20")
_CALLS: dict[str, tuple[tuple[str, ...], ...]] = {
    "npz": (
        ("embed", "FILE", *_EMBED),
        ("embed", "FILE", *_EMBED, "--point", "3"),
        ("embed", "FILE", *_EMBED, "--color", "none", "--image-shape", "4x4"),
        ("embed", "FILE", *_EMBED, "--coords", "X", "--labels", "y", "--images", "images"),
        ("info", "FILE"),
        ("heat", "FILE", "--print"),
        ("heat", "FILE", "--print", "--kind", "grid", "--norm", "log", "--color", "256"),
        ("overlay", "FILE", "--print"),
        ("overlay", "FILE", "--print", "--channel", "l2", "--norm", "symmetric"),
        ("overlay", "good.png", "FILE", "--print"),
    ),
    "npy": (
        ("heat", "FILE", "--print"),
        ("heat", "FILE", "--print", "--kind", "events", "--norm", "percentile"),
        ("heat", "FILE", "--print", "--norm", "equalize", "--sigma", "0"),
        ("overlay", "FILE", "good.npy", "--print", "--fit", "image"),
        ("overlay", "good.png", "FILE", "--print"),
        ("overlay", "good.png", "FILE", "--print", "--channel", "max", "--mode", "multiply"),
        ("embed", "FILE", *_EMBED),
        ("info", "FILE"),
    ),
    "csv": (
        ("heat", "FILE", "--print"),
        ("heat", "FILE", "--print", "--size", "40x30", "--norm", "sqrt"),
        ("heat", "FILE", "--print", "--columns", "1,2"),
        ("heat", "FILE", "--print", "--columns", "x,y,weight"),
        ("heat", "-", "--print", "<", "FILE"),
        ("heat", "-", "--print", "--size", "40x30", "--sigma", "1", "<", "FILE"),
        ("heat", "FILE", "--print", "--kind", "grid"),
        ("heat", "FILE", "--print", "--columns", "1,2", "--by", "3", "--time", "1"),
        ("heat", "-", "--print", "--decimal", ",", "--time", "time", "<", "FILE"),
        ("embed", "FILE", *_EMBED),
    ),
    "json": (
        ("heat", "FILE", "--print"),
        ("heat", "FILE", "--print", "--size", "1920x1080", "--sigma", "3,8"),
        ("heat", "FILE", "--print", "--columns", "x,y"),
        ("heat", "-", "--print", "<", "FILE"),
        ("heat", "FILE", "--print", "--points", "a.clicks", "--time", "t"),
        ("heat", "FILE", "--print", "--by", "button"),
        ("heat", "FILE", "--print", "--kind", "grid"),
        ("overlay", "FILE", "--print"),
    ),
    "png": (
        ("overlay", "FILE", "good.npy", "--print"),
        ("overlay", "FILE", "good.npy", "--print", "--fit", "image", "--color", "none"),
        ("heat", "good.csv", "--print", "--background", "FILE"),
        ("embed", "FOLDER", *_EMBED, "--coords", "pixels", "--point", "1"),
        ("embed", "FOLDER", *_EMBED, "--coords", "pixels", "--range", "3,200"),
    ),
}
_CALLS |= dict.fromkeys(("jpg", "gif", "bmp", "tif", "webp"), _CALLS["png"])
_TABLE_CALLS = (
    ("info", "FILE"),
    ("heat", "FILE", "--print"),
    ("heat", "FILE", "--print", "--columns", "1,2", "--by", "3"),
    ("embed", "FILE", *_EMBED),
    *(
        ("embed", "FILE", *_EMBED, "--coords", key, "--labels", "none")
        for key in ("fixed", "written")
    ),
    *(("embed", "FILE", *_EMBED, "--coords", "X", "--labels", key) for key in COLUMNS),
    *(("embed", "FILE", *_EMBED, "--coords", "X", "--names", key) for key in ("title", "label")),
    ("embed", "FILE", *_EMBED, "--coords", "X", "--images", "images", "--point", "3"),
    ("embed", "FILE", *_EMBED, "--coords", "X", "--images", "image", "--point", "3"),
)
_TENSOR_CALLS = (
    ("info", "FILE"),
    ("embed", "FILE", *_EMBED),
    *(("embed", "FILE", *_EMBED, "--coords", key) for key in ("X", "t", "embedding", "case")),
    ("embed", "FILE", *_EMBED, "--coords", "X", "--names", "title", "--labels", "y"),
    ("embed", "FILE", *_EMBED, "--coords", "X", "--images", "images", "--point", "3"),
    ("heat", "FILE", "--print"),
)
_CALLS["parquet"] = _CALLS["feather"] = _TABLE_CALLS
_CALLS["safetensors"] = _CALLS["pt"] = _TENSOR_CALLS
_UMAP = ("embed", "FILE", *_EMBED, "--coords", "obsm/X_umap")
_CALLS["h5"] = _CALLS["zarr"] = (
    *[("read", "FILE")] * 12,
    ("info", "FILE"),
    ("embed", "FILE", *_EMBED),
    ("embed", "FILE", *_EMBED, "--coords", "X", "--labels", "none"),
    ("embed", "FILE", *_EMBED, "--coords", "encoded", "--labels", "kinds", "--names", "names"),
    (*_UMAP, "--labels", "obs/leiden", "--names", "obs/_index"),
    (*_UMAP, "--labels", "obs/age"),
    ("heat", "FILE", "--print"),
    ("heat", "FILE", "--print", "--key", "packed"),
    ("overlay", "FILE", "--print"),
)
_NAMES = ("données", "a\x1b[31mb", "a\u202eb", "two words", os.fsdecode(b"\xff\xfe"), "new\nline")


_READ = """
import sys
from vizterm_core.errors import VizError
from vizterm_core.files.formats import open_source
try:
    source = open_source({path!r})
except VizError as error:
    print("vizterm:", error, file=sys.stderr)
    raise SystemExit(1)
for name in source.columns:
    try:
        source.read(name, {most})
        rows = source.open(name, {most})
        rows[:] if not len(rows) else rows[len(rows) // 2]
    except (VizError, TypeError) as error:
        # An array without axes has no rows.
        assert isinstance(error, VizError) or not source.columns[name].shape, name
print("read")
"""
"""Every column of a source, by itself."""


@dataclass(frozen=True)
class FileCase:
    """A file, and how `vizterm` is called with it; "<" as in a shell; or `_READ` for "read"."""

    format: str
    call: tuple[str, ...]
    name: str
    data: bytes

    @property
    def kind(self) -> str:
        return f"{self.format} {self.call[0]}"

    @property
    def weight(self) -> int:
        return len(self.data)

    def __repr__(self) -> str:
        return f"FileCase({self.kind}, {len(self.data):,} bytes)"

    def arguments(self, directory: Path) -> list[str]:
        """The command line, once all its files are written to a directory."""
        (directory / self.name).write_bytes(self.data)
        files = {"FILE": self.name, "FOLDER": "", **{name: name for name in _GOOD}}
        return [str(directory / files[word]) if word in files else word for word in self.call]

    def store(self, directory: Path) -> None:
        for name, data in _GOOD.items():
            (directory / name).write_bytes(data)
        call = json.dumps(self.arguments(directory))
        (directory / "arguments.json").write_text(call, "utf-8")


@st.composite
def file_cases(draw: st.DrawFn, formats: tuple[str, ...] = tuple(FORMATS)) -> FileCase:
    """A mutated file of one of the formats, and a call that it may be given to."""
    found = draw(st.sampled_from(formats))
    suffix = draw(st.sampled_from(_SUFFIXES.get(found, (f".{found}",))))
    name = (draw(sometimes(st.sampled_from(_NAMES), 40)) or "case") + suffix
    return FileCase(found, draw(st.sampled_from(_CALLS[found])), name, draw(FORMATS[found]))


class FileFuzzer:
    """Runs cases in a worker process.

    Parameters
    ----------
    prepare : callable, optional
        Called in the worker first.
    formats : tuple of str
        Of `FORMATS`.
    """

    name = "files"

    def __init__(
        self,
        prepare: Callable[[], None] | None = None,
        formats: tuple[str, ...] = tuple(FORMATS),
    ) -> None:
        self._worker = Worker(prepare)
        self._formats = formats
        self._directory = tempfile.TemporaryDirectory(prefix="vizterm-case-")
        for name, data in _GOOD.items():
            (Path(self._directory.name) / name).write_bytes(data)

    def cases(self) -> st.SearchStrategy[FileCase]:
        return file_cases(self._formats)

    def run(self, case: FileCase) -> str:
        place = Path(self._directory.name)
        arguments = case.arguments(place)
        if case.call[0] == "read":
            ran = self._worker.run_code(_READ.format(path=arguments[1], most=MAX_BYTES))
        else:
            ran = self._worker.run(arguments)
        (place / case.name).unlink()
        return judge(ran)

    def close(self) -> None:
        self._worker.close()
        self._directory.cleanup()


def judge(ran: Ran) -> str:
    """Outcome of a case: 'shown', or that it was refused in one line.

    Raises
    ------
    FindingError
        If it was anything else.
    """
    out, err = ran.out.decode("utf-8", "replace"), ran.err.decode("utf-8", "replace")
    wrong = breakdown(ran, out, err) or terminal_text(out, err)
    wrong = wrong or (_complaint(out, err) if ran.code == 0 else _no_refusal(ran.code, err))
    if wrong:
        report = f"exit code {ran.code}\n{err}\n{ran.trace}\ngrown by {ran.grown:,} bytes\n\n{out}"
        raise FindingError(wrong, report)
    return "refused" if ran.code else "shown"


def breakdown(ran: Ran, out: str, err: str) -> str:
    """Failure of a case that did not end as it should have."""
    if ran.code is None:
        return f"{ran.trace.partition(' ')[0]} in {innermost(ran.trace)}"
    if internal := _INTERNAL.search(err):
        return f"internal error: {internal[1]} from {innermost(ran.trace, last=True)}"
    if "Traceback" in err + out:
        return "a traceback"
    if ran.grown > CAP or "not enough memory" in err:
        return f"more memory than {CAP:,} bytes"
    return "" if ran.code in (0, 1, 2) else f"exit code {ran.code}"


def terminal_text(out: str, err: str) -> str:
    """Output that a terminal could act on, other than colours."""
    if bad := _unprintable(_SGR.sub("", out)):
        return f"prints {bad}"
    bad = _unprintable(err)
    return f"complains with {bad}" if bad else ""


def _complaint(out: str, err: str) -> str:
    # What was left out is said in lines of their own.
    others = [line for line in err.splitlines() if not line.startswith("note: ")]
    if others or len(err) > LONGEST_LINE:
        first = (others or err.splitlines())[0]
        return f"shown, with a complaint: {re.sub('[0-9]+', '0', first)[:90]}"
    return "" if out.strip() else "shown, but nothing is"


def _no_refusal(code: int | None, err: str) -> str:
    if len(err.splitlines()) != 1 or not err.startswith("vizterm"):
        return f"refused with {code}, but not in one line"
    return "" if len(err) <= LONGEST_LINE else "refused in a very long line"


def _unprintable(text: str) -> str:
    """The first character that a terminal could act on, as U+XXXX; empty without one."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return ""
    bad = (
        character
        for character in text
        if character not in _ALLOWED and unicodedata.category(character) in _CONTROL
    )
    return next((f"U+{ord(character):04X}" for character in bad), "")


def innermost(trace: str, *, last: bool = False) -> str:
    """The project's own line nearest to where it failed; tracebacks have it last."""
    found = [
        f"{Path(path).name}:{line}"
        for path, line in _FRAME.findall(trace)
        if "vizterm" in path
        and "/site-packages/" not in path
        and path.endswith(".py")
        and Path(path).name not in ("cli.py", "background.py", "worker.py")
    ]
    return (found[-1] if last else found[0]) if found else "an unknown place"
