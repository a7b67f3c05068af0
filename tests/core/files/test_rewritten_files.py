"""Files that are rewritten while they are loaded and looked at: the old arrays, or an error."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from PIL import Image

from vizterm_core.errors import DataError
from vizterm_core.load import load_embedding, open_source
from vizterm_core.load.heat.source import load_heat
from vizterm_core.load.overlay.source import load_overlay
from vizterm_core.pictures.image_file import read_image

CHANGED = r"has changed since it was opened; open it again"
COUNT = 400
"""Points; the arrays are then longer than the part that zipfile reads for a header."""


def embedding_arrays(version, width=2):
    rng = np.random.default_rng(version)
    return {
        "X": rng.random((COUNT, width)),
        "y": rng.integers(0, 5, COUNT),
        "images": rng.integers(0, 256, (COUNT, 6, 5), np.uint8),
        "maps": rng.random((COUNT, 3, 3)),
        "names": np.array([f"{version}-{k}" for k in range(COUNT)]),
    }


def write_embedding(save, width=2, order="C"):
    def write(path, version):
        arrays = embedding_arrays(version, width)
        save(path, **{key: np.asarray(array, order=order) for key, array in arrays.items()})

    return write


def write_events(path, version):
    rows = np.random.default_rng(version).integers(10, 99, (3000, 2))
    path.write_text("x,y\n" + "".join(f"{x},{y}\n" for x, y in rows))


def write_json(path, version):
    rows = np.random.default_rng(version).integers(10, 99, (3000, 2))
    path.write_text(str(rows.tolist()))


def write_picture(path, version):
    pixels = np.random.default_rng(version).integers(0, 256, (80, 90, 3), np.uint8)
    Image.fromarray(pixels).save(path)


def grid(version):
    return np.random.default_rng(version).random((50, 60))


def write_overlay(save):
    def write(path, version):
        features = np.random.default_rng(version).random((4, 20, 30), np.float32)
        save(path, image=(grid(version) * 255).astype(np.uint8), feature=features)

    return write


def embedding_state(path):
    data = load_embedding(path)
    for stack in (data.images, data.maps):
        stack.unpack()
    pictures = [data.images.picture(row) for row in range(0, COUNT, 7)]
    maps = [data.maps.map(row) for row in range(0, COUNT, 7)]
    names = [data.name_of(point) for point in range(COUNT)]
    codes = [data.labels.names[code] for code in data.labels.codes]
    return [data.x, data.y, np.array(codes), np.array(names), *pictures, *maps]


def heat_state(path):
    source = load_heat(path)
    return [source.grid] if source.events is None else [source.events.x, source.events.y]


def overlay_state(path):
    source = load_overlay(path)
    return [source.image, source.features]


LOADERS = {
    "embedding": ("a.npz", write_embedding(np.savez), embedding_state),
    "packed embedding": ("a.npz", write_embedding(np.savez_compressed), embedding_state),
    "embedding by PCA": ("a.npz", write_embedding(np.savez, 7), embedding_state),
    "embedding in Fortran order": ("a.npz", write_embedding(np.savez, 7, "F"), embedding_state),
    "grid": ("a.npy", lambda path, version: np.save(path, grid(version)), heat_state),
    "grid in an archive": ("a.npz", lambda path, k: np.savez(path, grid=grid(k)), heat_state),
    "lines": ("a.csv", write_events, heat_state),
    "JSON": ("a.json", write_json, heat_state),
    "picture": ("a.png", write_picture, lambda path: [read_image(path)]),
    "overlay": ("a.npz", write_overlay(np.savez), overlay_state),
    "packed overlay": ("a.npz", write_overlay(np.savez_compressed), overlay_state),
}


def overwrite(path, content):
    with path.open("r+b") as stream:
        stream.write(content)


def put_in_place(path, content):
    other = path.with_suffix(".part")
    other.write_bytes(content)
    other.replace(path)


IN_PLACE = {
    "cut": lambda path, _: os.truncate(path, 0),
    "half of it cut": lambda path, new: os.truncate(path, len(new) // 2),
    "written anew": lambda path, new: path.write_bytes(new),
    "overwritten": overwrite,
    "its start overwritten": lambda path, _: overwrite(path, b"\xff" * 64),
    "half of it overwritten": lambda path, new: overwrite(path, new[: len(new) // 2]),
}
ELSEWHERE = {"replaced": put_in_place, "removed": lambda path, _: path.unlink()}


class Rewriter:
    """Rewrites a file just before the n-th read of any file."""

    def __init__(self, monkeypatch):
        self.reads = 0
        self.rewrite_at = None
        self.rewrite = None
        pread, preadv = os.pread, os.preadv
        monkeypatch.setattr(os, "pread", lambda *what: (self.tick(), pread(*what))[1])
        monkeypatch.setattr(os, "preadv", lambda *what: (self.tick(), preadv(*what))[1])

    def tick(self):
        if self.reads == self.rewrite_at:
            self.rewrite()
        self.reads += 1

    def at(self, read, rewrite):
        self.reads, self.rewrite_at, self.rewrite = 0, read, rewrite

    def places(self):
        """Reads to rewrite at: all if they are few, else from all over."""
        return sorted({*range(min(self.reads, 8)), *range(0, self.reads, self.reads // 5 + 1)})


@pytest.fixture
def case(request, tmp_path, monkeypatch):
    """(path, new content, loader, its result for the old file, a Rewriter, an undo function)."""
    name, write, load = LOADERS[request.param]
    path, other = tmp_path / name, tmp_path / f"new-{name}"
    write(path, 0)
    write(other, 1)
    old, new = path.read_bytes(), other.read_bytes()
    new_state = load(other)
    rewriter = Rewriter(monkeypatch)
    old_state = load(path)
    assert not same(old_state, new_state)

    def restore():
        path.unlink(missing_ok=True)
        path.write_bytes(old)

    return path, new, load, old_state, rewriter, restore


def same(some, others):
    return all(np.array_equal(one, other) for one, other in zip(some, others, strict=True))


@pytest.mark.parametrize("how", IN_PLACE)
@pytest.mark.parametrize("case", LOADERS, indirect=True)
def test_a_file_rewritten_while_it_is_loaded_is_refused(case, how):
    path, new, load, _, rewriter, restore = case
    for read in rewriter.places():
        restore()
        rewriter.at(read, lambda: IN_PLACE[how](path, new))
        with pytest.raises(DataError) as caught:
            load(path)
        assert str(caught.value) == f"{path.name} {CHANGED}"


@pytest.mark.parametrize("how", ELSEWHERE)
@pytest.mark.parametrize("case", LOADERS, indirect=True)
def test_a_file_replaced_while_it_is_loaded_is_read_to_its_end(case, how):
    path, new, load, old_state, rewriter, restore = case
    for read in rewriter.places():
        restore()
        rewriter.at(read, lambda: ELSEWHERE[how](path, new))
        assert same(load(path), old_state)


@pytest.mark.parametrize("how", IN_PLACE)
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_pictures_of_a_rewritten_file_are_an_error(tmp_path, how, save):
    path = tmp_path / "a.npz"
    write_embedding(save)(path, 1)
    new = path.read_bytes()
    write_embedding(save)(path, 0)
    data = load_embedding(path)
    x, name = data.x.copy(), data.name_of(3)
    assert len(data.files) == 1 and not data.files[0].changed
    IN_PLACE[how](path, new)
    assert data.files[0].changed
    for stack, look in ((data.images, "picture"), (data.maps, "map")):
        with pytest.raises(DataError, match=rf"^a\.npz {CHANGED}"):
            getattr(stack, look)(2) if stack.ready else stack.unpack()
    assert np.array_equal(data.x, x) and data.name_of(3) == name


@pytest.mark.parametrize("how", ELSEWHERE)
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_pictures_of_a_replaced_file_are_the_old_ones(tmp_path, how, save):
    path = tmp_path / "a.npz"
    write_embedding(save)(path, 1)
    new = path.read_bytes()
    write_embedding(save)(path, 0)
    data = load_embedding(path)
    ELSEWHERE[how](path, new)
    assert data.files[0].changed
    arrays = embedding_arrays(0)
    for stack in (data.images, data.maps):
        stack.unpack()
    assert np.array_equal(data.images.picture(2)[..., 0], arrays["images"][2])
    assert np.array_equal(data.maps.map(2), arrays["maps"][2])


def test_a_file_half_rewritten_before_it_was_opened_is_damaged(tmp_path):
    """The archive's directory is at its end: its checksums still are those of the old arrays."""
    path = tmp_path / "a.npz"
    write_embedding(np.savez)(path, 1)
    new = path.read_bytes()
    write_embedding(np.savez)(path, 0)
    overwrite(path, new[: len(new) // 2])
    with pytest.raises(DataError, match=r"^a\.npz: 'X' is damaged: its checksum is wrong"):
        load_embedding(path)


def test_pictures_of_a_file_that_is_rewritten_all_the_time(tmp_path):
    path = tmp_path / "a.npz"
    contents = []
    for version in (0, 1):
        np.savez(path, X=np.zeros((COUNT, 2)), images=np.full((COUNT, 64, 64), version, np.uint8))
        contents.append(path.read_bytes())
    done = threading.Event()

    def rewrite():
        version = 0
        while not done.is_set():
            overwrite(path, contents[version])
            version = 1 - version

    writer = threading.Thread(target=rewrite)
    writer.start()
    seen, errors = [], []
    try:
        for _ in range(30):
            try:
                images = load_embedding(path).images
                seen.append({int(images.picture(row)[0, 0, 0]) for row in range(COUNT)})
            except DataError as error:
                errors.append(error.message)
    finally:
        done.set()
        writer.join()
    assert all(len(values) == 1 for values in seen)
    assert all("changed" in message or "damaged" in message for message in errors)


def test_lines_that_are_appended_meanwhile_are_left_for_the_next_time(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    rewriter = Rewriter(monkeypatch)
    for read, content, expected in (
        (0, "1,2\n3,4\n", [1, 3]),
        (1, "1,2\n3,4\n", [1, 3]),
        (1, "1,2\n3,4", [1]),
        (1, "1,2\r3,4", [1]),
    ):
        path.write_bytes(content.encode())

        def append():
            with path.open("ab") as stream:
                stream.write(b"5\n6,7\n")

        rewriter.at(read, append)
        source = load_heat(path)
        assert source.events.x.tolist() == expected and source.files[0].changed
        assert not load_heat(path).files[0].changed
    path.write_text("1,2\n3,4")
    assert load_heat(path).events.x.tolist() == [1, 3]


def test_sources_name_the_files_they_are_from(tmp_path):
    np.save(tmp_path / "grid.npy", grid(0))
    np.savez(tmp_path / "grid.npz", grid=grid(0))
    write_events(tmp_path / "events.csv", 0)
    write_json(tmp_path / "events.json", 0)
    write_picture(tmp_path / "image.png", 0)
    for name in ("grid.npy", "grid.npz", "events.csv", "events.json"):
        assert [file.path.name for file in load_heat(tmp_path / name).files] == [name]
    source = load_overlay(tmp_path / "image.png", tmp_path / "grid.npy")
    assert [file.path.name for file in source.files] == ["image.png", "grid.npy"]
    assert not any(file.changed for file in source.files)
    (tmp_path / "image.png").unlink()
    assert [file.changed for file in source.files] == [True, False]
    write_overlay(np.savez)(tmp_path / "both.npz", 0)
    assert [file.path.name for file in load_overlay(tmp_path / "both.npz").files] == ["both.npz"]


@pytest.mark.parametrize("changed", ["image.png", "grid.npy"])
def test_image_and_features_are_from_the_same_time(tmp_path, changed, monkeypatch):
    np.save(tmp_path / "grid.npy", grid(0))
    write_picture(tmp_path / "image.png", 0)
    rewriter = Rewriter(monkeypatch)
    load_overlay(tmp_path / "image.png", tmp_path / "grid.npy")
    for read in rewriter.places():
        rewriter.at(read, lambda: overwrite(tmp_path / changed, b"\0"))
        with pytest.raises(DataError, match=f"{changed} {CHANGED}"):
            load_overlay(tmp_path / "image.png", tmp_path / "grid.npy")
        np.save(tmp_path / "grid.npy", grid(0))
        write_picture(tmp_path / "image.png", 0)


LOOK = """
import sys
from pathlib import Path
from vizterm_core.errors import DataError
from vizterm_core.load import load_embedding
from vizterm_core.load.heat.source import load_heat
from vizterm_core.load.overlay.source import load_overlay
folder = Path(sys.argv[1])
data = load_embedding(folder / "embedding.npz")
heat = load_heat(folder / "grid.npy")
overlay = load_overlay(folder / "overlay.npz")
print("ready", flush=True)
sys.stdin.readline()
print(float(heat.grid.sum()), float(overlay.features.sum()), len(data.name_of(5)))
for row in range(len(data)):
    try:
        data.images.picture(row)
    except DataError as error:
        print(error)
"""


def test_a_file_that_is_cut_short_doesnt_end_the_process(tmp_path):
    """Under a memory map the read would be a SIGBUS."""
    paths = [tmp_path / name for name in ("embedding.npz", "grid.npy", "overlay.npz")]
    names = np.array(["abc"] * 9)
    images = np.zeros((9, 100, 100), np.uint8)
    np.savez(paths[0], X=np.zeros((9, 2)), images=images, names=names)
    np.save(paths[1], np.ones((300, 300)))
    features = np.arange(30_000.0).reshape(3, 100, 100)
    np.savez(paths[2], image=np.zeros((100, 100, 3), np.uint8), feature=features)
    with subprocess.Popen(
        [sys.executable, "-c", LOOK, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "ready\n"
        for path in paths:
            os.truncate(path, 0)
        out, _ = process.communicate("\n", timeout=60)
    assert process.returncode == 0
    sums, *errors = out.splitlines()
    assert sums == "90000.0 449985000.0 3"
    assert errors == ["embedding.npz has changed since it was opened; open it again"] * 9


def test_the_headers_of_a_file_that_changes_meanwhile(tmp_path, monkeypatch):
    path = tmp_path / "a.npz"
    np.savez(path, X=np.zeros((3, 2)))
    rewriter = Rewriter(monkeypatch)
    open_source(path)
    for read in range(rewriter.reads):
        np.savez(path, X=np.zeros((3, 2)))
        rewriter.at(read, lambda: os.truncate(path, 10))
        with pytest.raises(DataError, match=CHANGED):
            open_source(path)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_of_a_file_that_was_saved_again_after_its_headers_were_read(tmp_path, save):
    path = tmp_path / "a.npz"
    save(path, X=np.zeros((3, 2)))
    file = open_source(path)
    save(path, X=np.ones((3, 2)))
    with pytest.raises(DataError, match=rf"^a\.npz {CHANGED}"):
        file.read("X")
