"""In a notebook there is no terminal: a picture is displayed."""

import io
import sys
import types

import numpy as np
import pytest
from PIL import Image

import vizterm
from vizterm.shell.notebook import Frame
from vizterm_core.errors import VizError


@pytest.fixture
def displayed(monkeypatch):
    """Objects that a notebook was given to display; IPython's two functions stand for all of it."""
    shown = []
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: types.SimpleNamespace(kernel=object())
    display = types.ModuleType("IPython.display")
    display.display = shown.append
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return shown


@pytest.mark.parametrize("function", ["embed", "heat", "overlay"])
def test_each_function_displays_its_frame_as_a_picture(function, displayed, capsys):
    rng = np.random.default_rng(0)
    arguments = {
        "embed": (rng.random((50, 2)), rng.integers(0, 3, 50)),
        "heat": (rng.random((20, 30)),),
        "overlay": (rng.random((20, 30, 3)), rng.random((4, 5))),
    }
    stdout = sys.stdout
    result = getattr(vizterm, function)(*arguments[function])
    assert result is None or repr(result) == "<nothing pinned, nothing selected>"
    assert sys.stdout is stdout and capsys.readouterr().out == ""
    (frame,) = displayed
    image = np.asarray(Image.open(io.BytesIO(frame._repr_png_())))
    assert image.ndim == 3 and len(np.unique(image.reshape(-1, 3), axis=0)) > 4
    assert "\x1b" not in repr(frame)


def test_what_cannot_be_shown_displays_nothing(displayed):
    stdout = sys.stdout
    with pytest.raises(VizError):
        vizterm.heat([[1, 2], [3]], kind="grid")
    assert sys.stdout is stdout and not displayed


def test_ipython_on_a_terminal_is_no_notebook(displayed, monkeypatch, capsys):
    sys.modules["IPython"].get_ipython = lambda: object()
    vizterm.heat({(1, 2): 3})
    assert not displayed and "▀" in capsys.readouterr().out


def test_a_frame_is_as_large_as_its_text():
    image = Image.open(io.BytesIO(Frame("abc\ndef\n")._repr_png_()))
    assert image.size == (24, 32)
