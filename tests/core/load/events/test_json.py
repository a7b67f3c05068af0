import json

import numpy as np
import pytest

from vizterm_core.errors import DataError
from vizterm_core.load.heat.source import load_heat

PAIRS = [(1, 2, 3), (4.5, 6, 7), (1, 2, 1), (0, 0, 9)]


def rows(source):
    events = source.events
    assert source.grid is None
    columns = [events.x, events.y] + ([] if events.weights is None else [events.weights])
    assert all(column.dtype == np.float64 for column in columns)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.fixture
def save(tmp_path):
    """Write a file: save("a.csv", content) -> path."""

    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def refused(path):
    with pytest.raises(DataError) as caught:
        load_heat(path)
    assert str(caught.value).isprintable() and len(str(caught.value)) < 600
    return caught.value


DOCUMENTS = [
    '{"1,2": 3, "4.5,6": 7, "1,2": 1, "0,0": 9}',
    '{"(1, 2)": 3, " [4.5,6] ": 7, "1.0 , 2e0": 1, "0,0": 9}',
    "[[1, 2, 3], [4.5, 6, 7], [1, 2], [0, 0, 9]]",
    "[[1, 2, 3], [4.5, 6, 7], [1, 2, 1], [0, 0, 9]]",
    '[{"x": 1, "y": 2, "weight": 3}, {"pageX": 4.5, "pageY": 6, "n": 7}, [1, 2], [0, 0, 9]]',
    '{"size": [30, 20], "events": [[1, 2, 3], [4.5, 6, 7], [1, 2, 1], [0, 0, 9]]}',
    '{"events": {"1,2": 3, "4.5,6": 7, "1,2": 1, "0,0": 9}, "made": "today"}',
    "[1, 2, 3]\n[4.5, 6, 7]\n[1, 2]\n[0, 0, 9]\n",
    '{"x": 1, "y": 2, "w": 3}\n{"x": 4.5, "y": 6, "w": 7}\n[1, 2]\n[0, 0, 9]',
    "[\n  [1, 2, 3],\n  [4.5, 6, 7],\n  [1, 2, 1],\n  [0, 0, 9]\n]\n",
]


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("name", ["a.json", "a.txt", "A.JSON", "a"])
def test_json_of_every_form(save, document, name):
    source = load_heat(save(name, document))
    assert rows(source) == PAIRS and source.events.skipped == 0
    assert source.name == name and source.size == ((30, 20) if "size" in document else None)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_json_with_a_byte_order_mark(save, encoding):
    assert rows(load_heat(save("a.json", DOCUMENTS[0].encode(encoding)))) == PAIRS


def test_json_events_without_weights(save):
    source = load_heat(save("a.json", "[[1, 2], [3, 4]]"))
    assert rows(source) == [(1, 2), (3, 4)] and source.notes == ()


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ('[1, "two"]', "entry 2: 'two' is not a number"),
        ("[1]", "entry 2: 1 values, not x, y or x, y, weight"),
        ("[1, 2, 3, 4]", "entry 2: 4 values, not x, y or x, y, weight"),
        ('["1,2"]', "entry 2: 1 values, not x, y or x, y, weight"),
        ("[[1, 2], 3]", "entry 2: a list is not a number"),
        ("[true, 2]", "entry 2: 'True' is not a number"),
        ("[NaN, 2]", "entry 2: nan is not a finite number"),
        ("[1, 2, -Infinity]", "entry 2: -inf is not a finite number"),
        ("[1, 1e999]", "entry 2: inf is not a finite number"),
        (f"[1, {'1' * 400}]", "entry 2: inf is not a finite number"),
        (f"[1, {'1' * 5000}]", "entry 2: inf is not a finite number"),
        ('{"x": 1}', "entry 2: no 'y' in it"),
        ('{"x": {}, "y": 1}', "entry 2: an object is not a number"),
        ("null", "entry 2: 'None' is not an event"),
        ('"1,2"', "entry 2: '1,2' is not an event"),
    ],
)
def test_a_bad_json_entry_is_skipped_counted_and_reported(save, bad, why):
    for last in ("[3, 4]", "[3, 4, 1]", "null, [3, 4]"):
        source = load_heat(save("a.json", f"[[1, 2], {bad}, {last}]"))
        assert [row[:2] for row in rows(source)] == [(1, 2), (3, 4)]
        assert source.events.skipped == 1 + last.startswith("null")
        assert source.events.first_bad.replace("'", "") == why.replace("'", "")
        assert source.notes == (source.events.describe_skipped(),)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ('"abc": 1', "key 'abc': it is not \"x,y\""),
        ('"1,2,3": 1', "key '1,2,3': it is not \"x,y\""),
        ('"": 1', "key '': it is not \"x,y\""),
        ('"1,b": 1', "key '1,b': 'b' is not a number"),
        ('"1,nan": 1', "key '1,nan': 'nan' is not a finite number"),
        ('"1,2": "3"', "key '1,2': '3' is not a number"),
        ('"1,2": null', "key '1,2': 'None' is not a number"),
        (f'"1,2": {"1" * 400}', "key '1,2': 'inf' is not a finite number"),
        ('"1,2": {"3": 4}', "key '1,2': an object is not a number"),
    ],
)
def test_a_bad_json_key_or_count_is_skipped_counted_and_reported(save, bad, why):
    source = load_heat(save("a.json", f'{{"5,6": 7, {bad}, "8,9": 1, {bad}}}'))
    assert rows(source) == [(5, 6, 7), (8, 9, 1)]
    assert source.events.skipped == 2 and source.events.first_bad == why


def test_many_keys_with_a_bad_one(save):
    keys = {f"{number},{number + 1}": 2 for number in range(20_000)}
    document = json.dumps(keys | {"oops": 1})
    source = load_heat(save("a.json", document))
    assert len(source.events) == 20_000 and source.events.skipped == 1
    assert source.events.x.sum() == sum(range(20_000)) and source.events.weights.sum() == 40_000


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("[]", "holds no events"),
        ("{}", "holds no events"),
        ("5", "no event in it; line 1: '5' is not an event"),
        ('"1,2"', "no event in it; line 1: '\"1,2\"' is not an event"),
        ("[1]", "no event in it; line 1: 1 values"),
        ('{"a": 1}', "no event in it; key 'a'"),
        ("[[1, 2]", "is not JSON: Expecting ',' delimiter at line 1, column 8"),
        ("{1,2: 3}", "is not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        (b"[[1, 2], \xff]", "is not text: byte 9 isn't UTF-8"),
        ('{"size": [0, 5], "events": [[1, 2]]}', "is not a size"),
        ('{"size": [1.5, 5], "events": [[1, 2]]}', "is not a size"),
        ('{"size": "5x5", "events": [[1, 2]]}', "'5x5' is not a size"),
        (f'{{"size": [{"9" * 400}, 5], "events": [[1, 2]]}}', "is not a size"),
    ],
)
def test_json_that_holds_no_events(save, document, message):
    error = refused(save("a.json", document))
    assert message in error.message and "a.json" in error.message and error.hint
