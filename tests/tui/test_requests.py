"""Requests: checked when they are made, and the opened file is the one that is loaded."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest

from vizterm.embed.request import EmbedRequest
from vizterm.heat.request import HeatFile, HeatRequest
from vizterm.overlay.request import OverlayFiles, OverlayRequest
from vizterm_core.errors import DataError, UsageError
from vizterm_core.load import Keys, opening
from vizterm_core.maps.placing import Placing


def write(path, count):
    beside = path.with_name("beside.npz")
    np.savez(beside, X=np.arange(2.0 * count).reshape(count, 2))
    beside.replace(path)


def test_headers_are_read_once_and_again_only_to_reload(tmp_path, monkeypatch):
    opened = []

    def open_source(file):
        opened.append(file)
        return plain(file)

    plain = opening.open_sources
    monkeypatch.setattr(opening, "open_sources", open_source)
    path = tmp_path / "run.npz"
    write(path, 3)
    first, again = EmbedRequest(path).loaders()
    # The file that was opened is loaded, whatever has taken its name meanwhile.
    write(path, 5)
    assert len(first()) == 3
    assert opened == [[path]]
    assert len(again()) == 5 and opened == [[path], [path]]


def test_a_wrong_name_is_said_before_anything_is_loaded(tmp_path):
    path = tmp_path / "run.npz"
    write(path, 3)
    with pytest.raises(UsageError, match="--coords nope"):
        EmbedRequest(path, Keys(coords="nope")).loaders()
    with pytest.raises(DataError, match="no such file"):
        EmbedRequest(tmp_path / "other.npz").loaders()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: HeatRequest(HeatFile("a.csv"), output=Path("a.gif")), "a.gif"),
        (lambda: HeatRequest(HeatFile("a.csv"), Placing((0, 3))), "0x3"),
        (lambda: HeatRequest(HeatFile("a.csv"), output=Path("/nowhere/a.png")), "/nowhere"),
        (lambda: OverlayRequest(OverlayFiles("a.npz"), output=Path("a.svg")), "a.svg"),
        (lambda: OverlayRequest(OverlayFiles("a.npz"), panels=True), "--panels"),
    ],
)
def test_a_request_that_makes_no_sense_can_not_be_made(make, said):
    with pytest.raises(UsageError, match=said):
        make()


def test_requests_are_frozen():
    request = HeatRequest(HeatFile("a.csv"), Placing((np.int64(9), 3)))
    assert request.placing.size == (9, 3)
    with pytest.raises(FrozenInstanceError):
        request.placing = Placing((1, 1))
