"""The function of Python's API: what it makes of objects and of files."""

from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import vizterm
from vizterm_core.errors import UsageError
from vizterm_core.scatter.meaning import Meaning

X = np.arange(12.0).reshape(6, 2)


def asked(*arguments, **options):
    """The request that a call makes."""
    with patch("vizterm.embed.session.show_embedding") as show:
        vizterm.embed(*arguments, **options)
    return show.call_args.args[0]


def test_a_table_and_what_is_to_be_seen_of_it():
    df = pd.DataFrame({"x": X[:, 0], "y": X[:, 1], "kind": [*"aabbcc"], "loss": X[:, 0]})
    request = asked(df, labels="kind", color_by="loss", meaning="quantity", where="loss > 3")
    assert request.data.coloured_by == "kind" and request.data.title == "embedding"
    wanted = request.wanted
    assert (wanted.colour_by, wanted.meaning, wanted.where) == (
        "loss", Meaning.QUANTITY, "loss > 3",
    )  # fmt: skip
    assert asked(df, "kind", title="mine").data.title == "mine"


def test_maps_of_several_times():
    for maps in (np.stack([X, X + 1, X + 2]), [X, X + 1, X + 2]):
        data = asked(maps, list("aabbcc")).data
        assert (len(data.epochs), data.epoch, data.x[0]) == (3, 2, 2)


def test_a_file_is_named_by_its_path(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("x,y,kind\n1,2,a\n3,4,b\n")
    request = asked(path, labels="kind", coords=["x", "y"])
    assert request.data == path and request.title is None
    assert (request.keys.labels, request.keys.coords) == ("kind", "x,y")
    load, _ = request.loaders()
    assert load().labels.names == ("a", "b")
    with pytest.raises(UsageError, match="arrays can't be given beside a file"):
        asked(path, labels=[1, 2])
    with pytest.raises(UsageError, match="arrays can't be given beside a file"):
        asked(path, 5)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"y": [1] * 6, "labels": [1] * 6}, "y and labels are the same"),
        ({"meaning": "dates"}, "there is no meaning 'dates'"),
        ({"where": 5}, "where: 5 is not text"),
        ({"labels": "kind"}, "the data are no table"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, said):
    with pytest.raises(UsageError, match=said):
        asked(X, **options)


def test_a_figure_is_written_instead(tmp_path, capsys):
    path = tmp_path / "figure.png"
    chosen = vizterm.embed(X, list("aabbcc"), output=path, figure_size=(80, 60), dpi=100)
    assert chosen.pinned is None and not chosen.selected.size
    assert capsys.readouterr().err == f"wrote {path}: 315 × 236, 6 points\n"
    with Image.open(path) as image:
        assert image.size == (315, 236)
    request = asked(X, theme="dark", axes=True, map_names=False, title="")
    assert (request.figure.theme, request.figure.axes, request.figure.path) == ("dark", True, None)
    assert not request.map_names and request.data.title == ""
    for wrong in ({"output": 5}, {"figure_size": 80}, {"figure_size": (1, 1)}, {"dpi": 1e9},
                  {"theme": "blue"}, {"dpi": "x"}):  # fmt: skip
        with pytest.raises(UsageError):
            asked(X, **wrong)
