"""Tables in JSON: records by line, in a list, columns as lists, matrices."""

import gzip
import json

import numpy as np
import pytest

from vizterm_core.errors import DataError
from vizterm_core.files.formats import json as json_format
from vizterm_core.files.formats import open_source
from vizterm_core.files.source import Categories, Form, read_array
from vizterm_core.files.text import content as text_content


@pytest.fixture
def table(tmp_path):
    def write(document, name="points.json"):
        path = tmp_path / name
        if name.removesuffix(".gz").endswith("l"):
            text = "\n".join(entry if isinstance(entry, str) else json.dumps(entry)
                             for entry in document) + "\n"  # fmt: skip
        else:
            text = document if isinstance(document, str) else json.dumps(document)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
        return open_source(path)

    return write


def listed(source):
    return [spec.describe() for spec in source.columns.values()]


def values(source, column):
    return read_array(source, column).tolist()


RECORDS = [
    {
        "id": k,
        "x": k / 2 if k else None,
        "ok": bool(k % 2),
        "kind": "ab"[k % 2],
        "name": f"point {k}",
        "embedding": [k, k + 0.5, k + 1],
        "day": f"2024-01-0{k + 1}",
        "metadata": {"topic": "t", "deep": {"n": k, "deeper": {"lost": 1}}},
        "tags": ["p", "q"],
    }
    for k in range(6)
]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson.gz", "a.json", "a.json.gz"])
def test_values_become_columns_of_their_kind(table, monkeypatch, name):
    monkeypatch.setattr(text_content.TextContent.chunks, "__defaults__", (300,))
    lines = name.removesuffix(".gz").endswith("l") or "ndjson" in name
    source = table(RECORDS if not lines or "ndjson" not in name else "", name) if (
        "ndjson" not in name
    ) else table("\n".join(map(json.dumps, RECORDS)), name)  # fmt: skip
    assert listed(source) == [
        "id (6,) int64",
        "x (6,) float64",
        "ok (6,) bool",
        "kind (6,) categories",
        "name (6,) text",
        "embedding (6, 3) float64",
        "day (6,) datetime64[D]",
        "metadata.topic (6,) categories",
        "metadata.deep.n (6,) int64",
        "tags (6,) categories",
    ]
    assert source.skipped == {"metadata.deep.deeper": "nested too deeply"}
    assert values(source, "id") == [*range(6)] and np.isnan(source.read("x")[0])
    assert values(source, "ok") == [False, True] * 3
    np.testing.assert_array_equal(source.read("embedding")[4], [4, 4.5, 5])
    assert source.read("day")[5] == np.datetime64("2024-01-06")
    assert values(source, "tags") == ["p, q"] * 6
    assert isinstance(source.read("kind"), Categories)


def test_the_largest_kind_of_records_is_taken_and_others_counted(table):
    records = [
        {"_s": "collection", "name": "main"},
        *({"_s": "vector", "key": f"k{k}", "embedding": [k, 1, 2, 3]} for k in range(3)),
        *({"_s": "vector", "key": f"s{k}", "embedding": [k, 1, 2]} for k in range(2)),
        *({"_s": "search_query", "query": [1, 2, 3, k], "k": 2} for k in range(2)),
    ]
    source = table(records, "v.jsonl")
    assert listed(source) == ["_s (3,) categories", "key (3,) text", "embedding (3, 4) float64"]
    assert values(source, "key") == ["k0", "k1", "k2"]
    assert source.read("_s").values.tolist() == ["vector"]
    assert source.notes == ("5 of 8 records left out: they have no 'embedding' of 4 numbers",)


def test_a_vector_that_is_null_or_that_few_records_have_leaves_the_others_in(table):
    records = [{"x": k, "v": [1, 2, 3]} for k in range(5)]
    records += [{"x": 5, "v": None}, {"x": 6, "v": []}, {"x": 7, "v": [1, None, 2]}]
    source = table(records, "a.jsonl")
    assert source.columns["x"].shape == (8,)
    assert np.isnan(source.read("v")[5:]).all() and not np.isnan(source.read("v")[:5]).any()
    assert source.notes == ("v: 3 of 8 rows have no vector of 3 numbers",)
    few = table([{"x": k} for k in range(8)] + [{"x": 8, "box": [1, 2, 3, 4]}], "b.jsonl")
    assert few.columns["x"].shape == (9,) and few.columns["box"].shape == (9, 4)


def test_keys_that_come_later_or_go_are_missing_elsewhere(table, monkeypatch):
    monkeypatch.setattr(text_content.TextContent.chunks, "__defaults__", (20,))
    source = table([{"a": 1, "t": "u"}, {"b": 2.5}, {"b": 1, "t": "v"}, {"c": True}], "a.jsonl")
    assert values(source, "a") == [1, None, None, None]
    np.testing.assert_array_equal(source.read("b"), [np.nan, 2.5, 1, np.nan])
    assert values(source, "c") == [None, None, None, True]
    assert values(source, "t") == ["u", None, "v", None]


def test_values_of_several_kinds_are_text_and_lists_beside_others_refused(table, monkeypatch):
    monkeypatch.setattr(text_content.TextContent.chunks, "__defaults__", (20,))
    rows = [{"id": 1, "m": 1}, {"id": None, "m": [1, 2]}, {"id": "x7", "m": 3}, {"id": 2.5}]
    source = table(rows, "a.jsonl")
    assert values(source, "id") == ["1", None, "x7", "2.5"]
    assert source.skipped == {"m": "holds lists beside other values"}
    source = table([{"a": [[1, 2], [3, 4]], "b": 1}], "b.jsonl")
    assert source.skipped == {"a": "holds lists of lists, or of objects"}


def test_numbers_beyond_the_usual_types_stay_numbers(table):
    source = table([{"a": 2**70, "b": 10**400}, {"a": 1, "b": -(10**400)}], "a.jsonl")
    assert values(source, "a") == [2.0**70, 1] and values(source, "b") == [np.inf, -np.inf]


@pytest.mark.parametrize(
    ("document", "columns"),
    [
        ([[1, 2], [3, 4], [5, 6]], ["points (3, 2) float64"]),
        (["a", "b", "c"], ["points (3,) text"]),
        ({"x": [1, 2], "label": ["a", "b"]}, ["x (2,) int64", "label (2,) text"]),
        ({"columns": ["x", "y"], "index": [0, 1], "data": [[1, 2], [3, None]]},
         ["x (2,) int64", "y (2,) int64"]),
        ({"x": {"0": 1, "1": 2}, "y": {"0": 0.5, "1": 1}}, ["x (2,) int64", "y (2,) float64"]),
        ({"ids": ["a", "b"], "embeddings": [[1, 2, 3], [4, 5, 6]],
          "metadatas": [{"n": 1}, {"n": 2}], "included": []},
         ["ids (2,) text", "embeddings (2, 3) float64", "metadatas.n (2,) int64"]),
        ({"meta": {"v": 1}, "data": {"points": [{"x": 1}, {"x": 2}]}}, ["x (2,) int64"]),
        ({"type": "FeatureCollection", "features": [
            {"geometry": {"coordinates": [1, 2]}, "properties": {"name": "a"}},
            {"geometry": {"coordinates": [3, 4]}, "properties": {"name": "b"}}]},
         ["geometry.coordinates (2, 2) float64", "properties.name (2,) text"]),
        ({f"word{k}": [k, 1, 2] for k in range(20)},
         ["vectors (20, 3) float64", "names (20,) text"]),
    ],
)  # fmt: skip
def test_documents_of_many_forms_are_tables(table, document, columns):
    source = table(document)
    assert listed(source) == columns
    assert source.single == isinstance(document, list)


def test_what_is_left_out_of_a_document_is_said(table):
    source = table({"x": [1, 2], "y": [3, 4], "classes": ["a", "b", "c"]})
    assert source.skipped == {"classes": "3 values, not 2"}
    nested = table({"data": {"points": [{"x": 1}, {"x": 2}]}})
    assert nested.notes == ("read 'data.points'",)


def test_lines_that_are_no_records_are_counted(table):
    source = table([{"x": 1}, "{oops", "7", {"x": 2}], "a.jsonl")
    assert values(source, "x") == [1, 2]
    assert source.notes == ("2 lines are no JSON object, the first is line 2",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"x": ', "is not JSON: .* at line 1, column"),
        ("[" * 200_000, "nested too deeply"),
        ("[1" + "0" * 5000 + "]", "is not JSON"),
        ("7", "no column that can be used"),
        ("[]", "no column that can be used"),
        ('{"a": 1, "b": "c"}', "no column that can be used"),
        (json.dumps([{f"k{k}": 1 for k in range(5000)}]), "more than 4,096 different keys"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(table, text, message):
    with pytest.raises(DataError, match=message) as caught:
        table(text)
    assert caught.value.hint and caught.value.message.startswith("points.json")


def test_a_document_may_take_less_memory_than_lines(table, monkeypatch):
    monkeypatch.setattr(json_format, "free_memory", lambda: 32 * 50)
    with pytest.raises(DataError, match=r"a JSON document of 54 B, the limit is 50 B"):
        table([{"x": 1, "y": 2}, {"x": 3, "y": 4}, {"x": 5, "y": 6}])
    assert table([{"x": 1, "y": 2}] * 9, "a.jsonl").columns["x"].shape == (9,)


def test_text_form_is_kept(table):
    source = table([{"t": f"words {k}", "v": f"[{k}, 2, 3]"} for k in range(3)], "a.jsonl")
    assert source.columns["t"].form is Form.TEXT
    np.testing.assert_array_equal(source.read("v"), [[k, 2, 3] for k in range(3)])
