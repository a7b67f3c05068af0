"""Maps that are kept: found by content and parameters, whole or not at all, so many at most."""

import os

import numpy as np
import pytest

from vizterm_core.neighbours.metric import Metric
from vizterm_core.reduce import kept as module
from vizterm_core.reduce.facts import Facts
from vizterm_core.reduce.job import FileState
from vizterm_core.reduce.kept import KeptMaps, content_hash, key_of
from vizterm_core.reduce.parameters import Parameters

FACTS = Facts(Parameters(), "feats\x1b", 768, "tame 1", Metric.COSINE, 15, 100, ("2 rows",))
PLACES = np.arange(20, dtype=np.float32).reshape(10, 2)


def test_kept_and_found(tmp_path):
    maps = KeptMaps(tmp_path / "deep" / "maps")
    assert maps.get("a1", 10) is None
    maps.keep("a1", PLACES, FACTS)
    places, facts = KeptMaps(tmp_path / "deep" / "maps").get("a1", 10)
    np.testing.assert_array_equal(places, PLACES)
    assert facts.kept and facts.said == FACTS.said and facts.metric is Metric.COSINE
    assert facts.parameters == FACTS.parameters and facts.vectors == FACTS.vectors
    assert maps.get("a1", 11) is None
    assert sorted(path.suffix for path in (tmp_path / "deep" / "maps").iterdir()) == [".npz"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x93NUMPY\x01\x00"])
def test_damaged_ones_are_not_there(tmp_path, content):
    maps = KeptMaps(tmp_path)
    (tmp_path / "a1.npz").write_bytes(content)
    assert maps.get("a1", 10) is None
    maps.keep("a1", PLACES, FACTS)
    whole = (tmp_path / "a1.npz").read_bytes()
    for cut in (30, len(whole) // 2, len(whole) - 5):
        (tmp_path / "a1.npz").write_bytes(whole[:cut])
        assert maps.get("a1", 10) is None
    np.savez(tmp_path / "a1.npz", places=PLACES, facts=np.frombuffer(b'{"by": 1}', np.uint8))
    assert maps.get("a1", 10) is None


def test_the_oldest_go(tmp_path):
    maps = KeptMaps(tmp_path, most=3000)
    for place, key in enumerate("abcd"):
        maps.keep(key, PLACES, FACTS)
        os.utime(tmp_path / f"{key}.npz", (place, place))
        maps.get("a", 10)
    assert maps.get("a", 10) is not None and maps.get("d", 10) is not None
    assert maps.get("b", 10) is None
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 3000


def test_all_of_small_vectors_counts():
    values = np.zeros((100, 5), np.float32)
    whole = content_hash(values, ())
    assert content_hash(values.copy(), ()) == whole
    for changed in (values.reshape(5, 100), values.view(np.int32), values[:99]):
        assert content_hash(changed, ()) != whole
    values[57, 3] = 1
    assert content_hash(values, ()) != whole
    masked = np.ma.MaskedArray(values, values > 0)
    assert len({content_hash(masked, ()), content_hash(values, ()), whole}) == 3


def test_large_vectors_of_files_count_by_some_rows_and_the_files(monkeypatch):
    monkeypatch.setattr(module, "_WHOLE", 1000)
    values = np.arange(50_000.0).reshape(10_000, 5)
    file = FileState("a.npy", 400_000, 17)
    first = content_hash(values, [file])
    assert content_hash(values, [FileState("b.npy", 400_000, 17)]) == first
    assert content_hash(values, [FileState("a.npy", 400_000, 18)]) != first
    values[0, 0] = -1
    assert content_hash(values, [file]) != first
    # In memory nothing tells that a row has changed, but the row.
    one = content_hash(values, ())
    values[5555, 2] = -1
    assert content_hash(values, ()) != one


def test_keys_are_names_of_files():
    one, other = key_of("a", Parameters().told()), key_of("a", Parameters(seed=1).told())
    assert one != other and one.isalnum()
