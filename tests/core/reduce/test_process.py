"""A map from a process of its own: with a real library, and with libraries gone wrong."""

import importlib.util
import os
import signal
import subprocess
import sys
import textwrap
import threading
from functools import partial

import numpy as np
import pytest
from tests.support.reduce import STUCK, TAME, write_library

from vizterm_core.errors import DataError
from vizterm_core.load import Keys, open_data
from vizterm_core.neighbours.metric import Metric
from vizterm_core.neighbours.vectors import Vectors
from vizterm_core.reduce.engines import engines_there, require_engine
from vizterm_core.reduce.job import FileState, InFiles, InMemory, Order
from vizterm_core.reduce.parameters import Method, Parameters
from vizterm_core.reduce.process import Reduction, Stopped, Wanted

needs_fastumap = pytest.mark.skipif(
    importlib.util.find_spec("fastumap") is None, reason="fastumap isn't installed"
)


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Make a library that is found instead of the real ones; returns what writes it."""
    folder = tmp_path / "library"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return partial(write_library, folder)


def clusters(count=200, width=12):
    chance = np.random.default_rng(0)
    middles = chance.normal(size=(4, width)) * 4
    return (middles[np.arange(count) % 4] + chance.normal(size=(count, width))).astype(np.float32)


def in_file(path, values, **options):
    np.save(path, values)
    source, _ = open_data(str(path))
    files = tuple(FileState.of(file) for file in source.files)
    return Wanted(InFiles((str(path),), Keys(), files), len(values), Parameters(), **options)


def in_memory(values, **options):
    options.setdefault("parameters", Parameters())
    return Wanted(Vectors.of(values), len(values), **options)


@needs_fastumap
def test_a_real_one_from_a_file_and_from_memory(tmp_path):
    values, told = clusters(), []
    made = Reduction(in_file(tmp_path / "feats.npy", values)).result(told.append)
    assert made.places.shape == (200, 2) and np.isfinite(made.places).all()
    assert made.facts.by.startswith("fastumap ") and made.facts.metric is Metric.EUCLIDEAN
    assert (made.facts.vectors, made.facts.width) == ("feats", 12)
    assert {each.stage for each in told} >= {"neighbours", "layout"}
    again = Reduction(in_memory(values)).result()
    np.testing.assert_array_equal(again.places, made.places)
    # The clusters lie apart.
    middles = np.array([made.places[each::4].mean(axis=0) for each in range(4)])
    apart = np.linalg.norm(made.places[:, None] - middles, axis=2)
    np.testing.assert_array_equal(apart.argmin(axis=1), np.arange(200) % 4)


def test_rows_labels_and_what_is_kept(tmp_path, library):
    library(TAME)
    rows = np.arange(0, 200, 2)
    options = {"rows": rows, "labels": np.zeros(100, int), "cache": tmp_path / "maps"}
    wanted = in_file(tmp_path / "feats.npy", clusters(), **options)
    made, again = Reduction(wanted).result(), Reduction(wanted).result()
    assert made.places.shape == (100, 2) and not made.facts.kept
    np.testing.assert_array_equal(made.rows, rows)
    assert again.facts.kept
    np.testing.assert_array_equal(again.places, made.places)
    assert len([*(tmp_path / "maps").iterdir()]) == 1
    library("raise ValueError('must not be asked')")
    assert Reduction(wanted).result().facts.kept


def test_a_folder_that_cannot_be_written_is_said(tmp_path, library):
    library(TAME)
    (tmp_path / "maps").write_text("a file")
    made = Reduction(in_memory(clusters(), cache=tmp_path / "maps")).result()
    assert made.facts.said[0].startswith("not kept for next time: ")


def test_pca_needs_no_library(tmp_path):
    made = Reduction(in_memory(clusters(), parameters=Parameters(Method.PCA))).result()
    assert made.facts.by == "" and made.facts.method is Method.PCA


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise RuntimeError('the graph\\nis empty')", "failed: RuntimeError: the graph"),
        ("import os; os.kill(os.getpid(), 9)", "ended by SIGKILL; perhaps there is too little"),
        ("import os; os.abort()", "ended by SIGABRT"),
        ("import os, sys; print('last words', file=sys.stderr); os._exit(3)", "last words"),
        ("import numpy; numpy.ones(1 << 42)", "there is not enough memory: it may take "),
        ("print('noise'); return kwargs['init'] * float('nan')", "places that aren't finite"),
    ],
)
def test_a_library_gone_wrong_is_one_line(library, body, said):
    library(body)
    with pytest.raises(DataError) as caught:
        Reduction(in_memory(clusters())).result()
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_data_that_have_changed_are_not_reduced(tmp_path, library):
    library(TAME)
    wanted = in_file(tmp_path / "feats.npy", clusters())
    np.save(tmp_path / "feats.npy", clusters(300))
    with pytest.raises(DataError, match="have changed since they were read"):
        Reduction(wanted).result()


def test_stopped_before_and_while_it_works(tmp_path, library, monkeypatch):
    library(STUCK)
    os.mkfifo(tmp_path / "fifo")
    monkeypatch.setenv("FIFO", str(tmp_path / "fifo"))
    reduction, ends = Reduction(in_memory(clusters())), []

    def run():
        try:
            reduction.result()
        except Stopped:
            ends.append("stopped")

    thread = threading.Thread(target=run)
    thread.start()
    with (tmp_path / "fifo").open() as held:
        reduction.stop()
        assert held.read() == ""
    thread.join()
    assert ends == ["stopped"]
    before = Reduction(in_memory(clusters()))
    before.stop()
    with pytest.raises(Stopped):
        before.result()


def test_it_ends_with_its_owner_whatever_it_does(tmp_path, library):
    library(STUCK)
    os.mkfifo(tmp_path / "fifo")
    script = textwrap.dedent("""
        import numpy as np
        from vizterm_core.neighbours.vectors import Vectors
        from vizterm_core.reduce.parameters import Parameters
        from vizterm_core.reduce.process import Reduction, Wanted
        values = np.random.default_rng(0).normal(size=(100, 8))
        Reduction(Wanted(Vectors.of(values), 100, Parameters())).result()
    """)
    environment = {
        **os.environ, "FIFO": str(tmp_path / "fifo"), "PYTHONPATH": str(tmp_path / "library")
    }  # fmt: skip
    owner = subprocess.Popen([sys.executable, "-c", script], env=environment)
    with (tmp_path / "fifo").open() as held:
        # The library computes now, and lets nothing of Python run.
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        assert held.read() == ""


def test_which_libraries_are_there_is_seen_without_importing_them():
    code = (
        "import sys; from vizterm_core.reduce.engines import engines_there; "
        "print(len(engines_there()), *(name for name in ('umap', 'fastumap', 'numba', 'scipy') "
        "if name in sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    ).stdout
    assert said.split() == [str(len(engines_there()))]


def test_without_a_library_the_way_to_one_is_said(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(DataError, match=r"pip install 'vizterm\[umap\]'"):
        require_engine()


@pytest.mark.parametrize(
    "vectors",
    [
        InFiles(("a\udcff.npz", "b"), Keys("x", image_shape=(2, 3)), (FileState("a", 1, 2),), "r"),
        InMemory((3, 4), "<f4", Metric.COSINE),
    ],
)
def test_an_order_is_a_line(vectors, tmp_path):
    order = Order(
        vectors, 3, Parameters(metric=Metric.COSINE, seed=4), tmp_path, False, {"rows": 5}
    )
    line = order.line()
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert Order.of(line) == order
