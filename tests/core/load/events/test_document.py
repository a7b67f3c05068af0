"""Points in JSON documents, wherever they stand."""

import json

import numpy as np
import pytest

from vizterm_core.errors import DataError, UsageError, VizError
from vizterm_core.load.events.json_values import as_json
from vizterm_core.load.events.stream import EventLines
from vizterm_core.load.heat.source import EventOptions, heat_source, load_heat
from vizterm_core.maps.events import join_events

POINTS = [(1.5, 2.0), (4.0, 6.0), (7.0, 8.0)]
NAMED = [{"x": x, "y": y} for x, y in POINTS]
HEAVY = [{"x": x, "y": y, "value": 3} for x, y in POINTS]


@pytest.fixture
def load(tmp_path):
    def write(document, name="a.json", **options):
        path = tmp_path / name
        text = document if isinstance(document, str) else json.dumps(document)
        path.write_text(text)
        return load_heat(path, options=EventOptions(**options))

    return write


def points(source):
    return list(zip(source.events.x.tolist(), source.events.y.tolist(), strict=True))


def feature(kind, coordinates, **properties):
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


PAIRS = [list(point) for point in POINTS]
DOCUMENTS = {
    "heatmap.js": {"max": 9, "min": 1, "data": HEAVY},
    "data": {"data": NAMED, "range": [0, 100], "size": [640, 480]},
    "points": {"points": PAIRS},
    "clicks": {"clicks": [{"pageX": x, "pageY": y} for x, y in POINTS]},
    "deep": {"result": {"page": {"clicks": NAMED}, "count": 3}},
    "sessions": {"sessions": [{"clicks": NAMED[:1]}, {"clicks": NAMED[1:]}]},
    "beside": {"screens": [{"x": 0, "y": 0, "width": 9, "height": 9}], "moves": NAMED},
    "location": [{"id": k, "location": pair} for k, pair in enumerate(PAIRS)],
    "position": {"events": [{"position": pair, "timestamp": k} for k, pair in enumerate(PAIRS)]},
    "nested": [{"pos": {"x": x, "y": y}, "type": {"id": 3}} for x, y in POINTS],
    "columns": {"x": [p[0] for p in POINTS], "y": [p[1] for p in POINTS]},
    "columns named": {"posX": [p[0] for p in POINTS], "posY": [p[1] for p in POINTS], "n": 3},
    "pandas dict": {
        "x": {str(k): p[0] for k, p in enumerate(POINTS)},
        "y": {str(k): p[1] for k, p in enumerate(POINTS)},
    },
    "pandas split": {"columns": ["x", "y"], "index": [0, 1, 2], "data": PAIRS},
    "pandas index": {str(k): entry for k, entry in enumerate(NAMED)},
    "pandas records": NAMED,
    "text": [{"x": str(x), "y": str(y)} for x, y in POINTS],
    "GeoJSON": {
        "type": "FeatureCollection",
        "features": [feature("Point", pair, x=99, y=98) for pair in PAIRS],
    },
    "MultiPoint": {"type": "FeatureCollection", "features": [feature("MultiPoint", PAIRS)]},
    "LineString": feature("LineString", PAIRS),
    "geometry": {"type": "MultiPoint", "coordinates": [[*pair, 77.0] for pair in PAIRS]},
    "boxes": {
        "images": [{"id": 1, "width": 9, "height": 9}],
        "annotations": [{"bbox": [*pair, 5, 5], "score": 0.5} for pair in PAIRS],
    },
}


@pytest.mark.parametrize("form", DOCUMENTS)
@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("name", ["a.json", "a.txt"])
def test_points_are_found_in_documents_of_every_form(load, form, indent, name):
    source = load(json.dumps(DOCUMENTS[form], indent=indent), name)
    assert points(source) == POINTS and source.events.skipped == 0
    assert (source.events.weights is None) == (form != "heatmap.js")


@pytest.mark.parametrize("form", DOCUMENTS)
def test_a_document_in_a_stream_or_from_python_is_read_as_the_file(load, form):
    document = DOCUMENTS[form]
    source = load(document)
    assert points(heat_source(document)) == POINTS
    data = json.dumps(document, indent=1).encode()
    for step in (1, 7, 10_000):
        lines = EventLines()
        parts = [lines.feed(data[at : at + step]) for at in range(0, len(data), step)]
        events = join_events([*parts, lines.finish()])
        assert events.x.tolist() == [p[0] for p in POINTS] and lines.notes == source.notes


def test_what_was_read_and_what_is_there_besides_is_said(load):
    notes = load(DOCUMENTS["beside"]).notes
    assert notes == ("columns x, y", "points of moves; also there: screens")
    assert "points of sessions.clicks" in load(DOCUMENTS["sessions"]).notes
    typo = {"data": [{"x": k, "y": k % 3, "vaule": v} for k, v in enumerate((7, 6, 9, 8))]}
    assert "each event counts 1: vaule not used as weight" in load(typo).notes


def test_points_by_path(load):
    both = {"a": {"clicks": PAIRS}, "b": [{"moves": NAMED[:1]}, {"moves": NAMED[1:2]}, {}]}
    assert points(load(both, points="a.clicks")) == POINTS
    assert points(load(both, points="b.moves")) == POINTS[:2]
    assert points(load(both, points="b.1.moves")) == POINTS[1:2]
    with pytest.raises(
        UsageError, match=r"nothing there in a\.json; there are points in a\.clicks"
    ):
        load(both, points="a.moves")


def test_geojson_has_longitudes_first_and_areas_are_left_out(load):
    features = [feature("Point", [13.4, 52.5], n=4), feature("Polygon", [[[0, 0], [1, 1]]])]
    source = load({"type": "FeatureCollection", "features": features})
    assert points(source) == [(13.4, 52.5)] and source.names[:2] == ("longitude", "latitude")
    assert "1 × Polygon left out" in source.notes
    lines = "".join(json.dumps(feature("Point", pair)) + "\n" for pair in PAIRS)
    source = load(lines, "a.geojsonl")
    assert points(source) == POINTS and source.names == ("longitude", "latitude")


def test_groups_and_times_in_objects(load):
    entries = [
        {"x": k, "y": k % 3, "button": b, "t": k * 16} for k, b in enumerate((0, None, 0, 1))
    ]
    source = load({"events": entries}, by="button", time="t")
    assert source.events.groups.names == ("0", "(missing)", "1")
    assert source.events.groups.codes.tolist() == [0, 1, 0, 2]
    np.testing.assert_allclose(source.events.times, np.arange(4) * 0.016)
    with pytest.raises(UsageError, match="no such column; there are 'x', 'y', 'button', 't'"):
        load({"events": entries}, by="user")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (str(NAMED), POINTS),
        (str(POINTS), POINTS),
        ("\n".join(map(str, POINTS)) + "\n", POINTS),
        ("\n".join(map(str, NAMED)) + "\n", POINTS),
        ("{'x': [1, 2], 'y': (3, 4), 'ok': True, 'z': None}", [(1, 3), (2, 4)]),
        ("{(1, 2): 3, (4, 5): 6}", [(1, 2), (4, 5)]),
    ],
)
def test_what_python_prints_is_read_and_not_run(load, text, expected):
    assert points(load(text, "a.txt")) == expected


def test_python_literals_become_json():
    text = r"""{'it\'s "x"': (1, None), "don't": True}"""
    assert json.loads(as_json(text)) == {'it\'s "x"': [1, None], "don't": True}
    assert json.loads(as_json("{(1, 2): 3}")) == {"1, 2": 3}


@pytest.mark.parametrize("part", ["(", " ", "( ", '\\"', "'", "',", ", ", "(,", ")", '"\\'])
def test_hostile_literals_take_no_longer_than_their_length(part):
    # By the square of its length it would take minutes.
    for start in ("", '"', "'", "("):
        as_json(start + part * 200_000)


def test_a_list_of_lists_is_a_grid_where_it_is_one(load):
    grid = np.arange(48.0).reshape(6, 8)
    for document in (grid.tolist(), {"shape": [6, 8], "data": grid.tolist()}):
        np.testing.assert_array_equal(load(document).grid, grid)
        np.testing.assert_array_equal(heat_source(document).grid, grid)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"a": {"b": [1, 2, 3, 4, 5]}}, "no points in 'a'"),
        ({"features": [], "type": "FeatureCollection"}, "holds no points: no features"),
        ([{"u": 1, "v": 2}], "no column 'x' among 'u', 'v'"),
        ({"data": [{"u": 1}]}, "no points in 'data'"),
    ],
)
def test_documents_without_points_are_refused(load, document, message):
    with pytest.raises(DataError, match=message):
        load(document)


@pytest.mark.parametrize(
    "text", ['{"a":' * 50_000, "[" * 50_000 + "]" * 50_000, '[{"x":' * 9000, "{'a': (" * 9000]
)
def test_hostile_documents_are_one_line(load, text):
    with pytest.raises(VizError) as caught:
        load(text)
    assert len(str(caught.value)) < 400


def test_a_document_is_kept_within_its_limit():
    lines = EventLines(max_bytes=1000)
    with pytest.raises(DataError, match="of text in one piece"):
        lines.feed(b'{"data": [' + b"[1, 2], " * 1000)
