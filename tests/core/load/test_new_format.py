"""A format is a reader and a line in the table: embeddings, heat and overlays open it then."""

import json

import numpy as np
import pytest

from vizterm_core.files import formats
from vizterm_core.files.source import ArraySpec
from vizterm_core.load import Keys, load_embedding
from vizterm_core.load.heat.source import load_heat
from vizterm_core.load.overlay.source import load_overlay

START = b"#lists\n"


class ListsFile:
    """Nested lists in JSON behind a first line `#lists`; a `Source` and nothing more."""

    single = False

    def __init__(self, file):
        self.name, self.files, self.skipped = file.name, (file,), {}
        content = json.loads(file.read(len(START), file.size))
        self._arrays = {key: np.array(value) for key, value in content.items()}
        self.columns = {
            key: ArraySpec(key, array.shape, array.dtype) for key, array in self._arrays.items()
        }

    def called(self, column):
        return f"{self.name}: {column}"

    def open(self, column, max_bytes=None):
        return self._arrays[column]

    def read(self, column, max_bytes=None):
        return self._arrays[column]


@pytest.fixture
def save(tmp_path, monkeypatch):
    line = formats.Format((START,), (".lists",), ListsFile)
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, line))

    def write(**lists):
        path = tmp_path / "data.bin"
        path.write_bytes(START + json.dumps(lists).encode())
        return path

    return write


def test_an_embedding_is_read_from_it(save):
    path = save(X=[[0.0, 1.0], [2.0, 3.0]], y=["a", "b"], images=[[[0]], [[9]]])
    data = load_embedding(path)
    assert data.x.tolist() == [0, 2] and data.labels.names == ("a", "b")
    assert data.images.picture(1)[0, 0].tolist() == [255, 255, 255]
    assert data.title == "data.bin" and [file.path for file in data.files] == [path]
    assert load_embedding(path, Keys(labels="none")).labels.names == ("points",)


def test_heat_and_an_overlay_are_read_from_it(save):
    heat = load_heat(save(heat=[[0, 1, 2, 3]]))
    assert heat.grid.tolist() == [[0, 1, 2, 3]] and heat.notes == ("heat (1, 4) int64",)
    found = load_overlay(save(image=[[0, 255]], cam=[[1.0, 2.0]]))
    assert found.image[0, 1].tolist() == [255] * 3 and found.features.tolist() == [[[1.0, 2.0]]]
