"""--reduce and its kin: on the command line, from Python, in a pty."""

import os

import numpy as np
import pytest
from tests.support.command_line import run, run_here
from tests.support.reduce import STUCK, TAME, write_library
from tests.support.terminal_rig import assert_modes_off, start

import vizterm
from vizterm_core.errors import UsageError
from vizterm_core.load.pca import first_components

VECTORS = np.random.default_rng(0).normal(size=(200, 6)).astype(np.float32)


@pytest.fixture
def vectors_path(tmp_path):
    path = tmp_path / "features.npy"
    np.save(path, VECTORS)
    return path


def with_library(tmp_path, body):
    """The environment with a library that is found first."""
    write_library(tmp_path / "library", body)
    return {"PYTHONPATH": str(tmp_path / "library"), "XDG_CACHE_HOME": str(tmp_path / "cache")}


def printed(path, *options, **environment):
    done = run(
        "embed", path, "--print", "--color", "none", "--size", "160x24", *options, **environment
    )
    return done.returncode, done.stdout.split("\n")[0], done.stderr


def test_what_is_printed_waits_for_the_umap(vectors_path, tmp_path):
    environment = with_library(tmp_path, "import time; time.sleep(0.6); " + TAME)
    options = ["--reduce", "umap", "--neighbors", "9", "--metric", "cosine", "--seed", "3"]
    file = tmp_path / "xy.npy"
    code, heading, told = printed(vectors_path, *options, "--save-coords", file, **environment)
    assert code == 0
    assert "UMAP of features, 6 dimensions · 9 neighbours, cosine, seed 3 · fastumap" in heading
    coords = np.load(file)
    assert coords.shape == (200, 2) and np.abs(coords).max() == pytest.approx(20, abs=0.01)
    assert told.endswith("xy.npy: coordinates of 200 rows, float32\n")
    # Kept for the next time, and asked for once more with another seed.
    again = with_library(tmp_path, "raise RuntimeError('not kept')")
    assert printed(vectors_path, *options, **again)[0] == 0
    code, _, told = printed(vectors_path, "--reduce", "umap", **again)
    assert code == 1 and "no UMAP: fastumap" in told and "not kept" in told


def test_pca_and_the_vectors_as_they_are(tmp_path, vectors_path):
    path, file = tmp_path / "data.npz", tmp_path / "pca_of_data.npy"
    np.savez(path, umap=VECTORS[:, :2], features=VECTORS)
    done = run_here(
        "embed", path, "--reduce", "pca", "--print", "--size", "160x24", "--save-coords", file
    )
    assert done.returncode == 0 and "PCA of features, 6 dimensions" in done.stdout
    np.testing.assert_allclose(np.load(file), first_components(VECTORS))
    file.unlink()
    done = run_here("embed", vectors_path, "--reduce", "none", "--print", "--size", "160x24")
    assert "features, the first two of 6 dimensions" in done.stdout
    done = run_here("embed", vectors_path, "--print", "--size", "160x24")
    assert "PCA of features, 6 dimensions" in done.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--reduce", "pca"], "the data have no vectors to make a map of"),
        (["--reduce", "pca", "--seed", "1"], "--seed is for UMAP, not for --reduce pca"),
        (["--save-coords", "xy.csv"], "unknown format; end the name in .npy"),
        (["--save-coords", "/nowhere/xy.npy"], "no directory"),
        (["--reduce", "tsne"], "Invalid value for '--reduce'"),
    ],
)
def test_what_cannot_be_is_said(tmp_path, options, said):
    path = tmp_path / "plane.npy"
    np.save(path, VECTORS[:, :2])
    done = run_here("embed", path, "--print", *options)
    assert done.returncode == 2 and said in done.stderr and done.stderr.count("\n") == 1


def test_from_python(tmp_path, capsys, monkeypatch):
    write_library(tmp_path / "library", TAME)
    monkeypatch.syspath_prepend(str(tmp_path / "library"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    vizterm.embed(VECTORS, reduce="umap", neighbors=7, save_coords=tmp_path / "xy.npy")
    assert "7 neighbours, euclidean" in capsys.readouterr().out
    assert np.load(tmp_path / "xy.npy").shape == (200, 2)
    for wrong in ({"reduce": "tsne"}, {"neighbors": 1}, {"metric": "l1"}, {"seed": -1},
                  {"save_coords": 3}, {"min_dist": 2}):  # fmt: skip
        with pytest.raises(UsageError):
            vizterm.embed(VECTORS, **wrong)


def test_keys_are_answered_while_it_works_and_nothing_is_left_behind(vectors_path, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    environment = with_library(tmp_path, STUCK) | {"FIFO": str(tmp_path / "fifo")}
    saved = str(tmp_path / "xy.npy")
    with start(vectors_path, "--save-coords", saved, env=environment) as rig:
        rig.wait_for_text("UMAP · layout")
        held = (tmp_path / "fifo").open()
        rig.type(b"41g")
        rig.wait_for_text("#41 ")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert held.read() == ""
        held.close()
        assert "xy.npy not written: there was no UMAP yet" in rig.text
    assert_modes_off(rig.raw)
