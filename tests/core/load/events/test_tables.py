"""Tables of events as programs export them: what is x, y and the weight, and what is said."""

import gzip
import io
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from vizterm_core.errors import DataError, VizError
from vizterm_core.load.events.layout import SAMPLE_LINES
from vizterm_core.load.events.stream import EventLines
from vizterm_core.load.heat.source import EventOptions, load_heat
from vizterm_core.maps.events import join_events

RNG = np.random.default_rng(15)
N = 250
X, Y = RNG.normal(800, 100, N).round(2), RNG.normal(500, 80, N).round(2)
W = RNG.integers(100, 900, N).astype(float)


def table(header, *columns, delimiter=",", end="\n", comma=False):
    """Text of columns, numbers written by `str`."""
    rows = [] if header is None else [header]
    for row in zip(*columns, strict=True):
        cells = [f"{value:g}" if isinstance(value, float) else str(value) for value in row]
        rows.append(delimiter.join(c.replace(".", ",") if comma else c for c in cells))
    return end.join(rows) + end


@pytest.fixture
def load(tmp_path):
    def write(content, name="a.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        kind = options.pop("kind", None)
        return load_heat(path, kind=kind, options=EventOptions(**options))

    return write


def holds(source, x=X, y=Y, weights=None):
    """The events are these, and no others."""
    np.testing.assert_array_equal(source.events.x, x)
    np.testing.assert_array_equal(source.events.y, y)
    if weights is None:
        assert source.events.weights is None
    else:
        np.testing.assert_array_equal(source.events.weights, weights)
    return source.notes


TIMES = np.arange(N) * 16
TRACKERS = [
    ("Gaze X\tGaze Y\tPupil\tTime", (X, Y, W, TIMES), "\t"),
    ("Recording timestamp,Gaze point X,Gaze point Y,Pupil diameter left", (TIMES, X, Y, W), ","),
    ("section id,timestamp [ns],gaze x [px],gaze y [px],worn", (TIMES, TIMES, X, Y, TIMES), ","),
    ("id,timestamp_start_fixation,x_position,y_position", (TIMES, TIMES, X, Y), ","),
    ("CNT,TIME,FPOGX,FPOGY,FPOGV", (TIMES, TIMES, X, Y, TIMES), ","),
    ("t;porX;porY", (TIMES, X, Y), ";"),
    ("L POR X [px],L POR Y [px]", (X, Y), ","),
    ("time,norm_pos_x,norm_pos_y,confidence", (TIMES, X, Y, W), ","),
    ("time,xA,yA", (TIMES, X, Y), ","),
    ("Time,EventType,ScreenX,ScreenY", (TIMES, TIMES, X, Y), ","),
    ("tiempo;posicion_x;posicion_y", (TIMES, X, Y), ";"),
    ("Zeit;Spalte;Zeile", (TIMES, X, Y), ";"),
    ("name,lat,lon", (TIMES, Y, X), ","),
    ("lat;lng", (Y, X), ";"),
    ("pickup_latitude,pickup_longitude", (Y, X), ","),
    ("northing,easting", (Y, X), ","),
    (",N,T,X,Y,Z", (TIMES, 34_855 + np.arange(N) // 23, TIMES, X, Y, W * 0), ","),
    ("t|x|y", (TIMES, X, Y), "|"),
    ("t x y", (TIMES, X, Y), " "),
]  # fmt: skip


@pytest.mark.parametrize(("header", "columns", "delimiter"), TRACKERS, ids=lambda v: str(v)[:20])
def test_the_pair_is_found_by_its_names_and_nothing_else_is_a_weight(
    load, header, columns, delimiter
):
    source = load(table(header, *columns, delimiter=delimiter))
    notes = holds(source)
    assert notes[0].startswith(f"columns {source.names[0]}, {source.names[1]}")
    assert all(name in header for name in source.names)


@pytest.mark.parametrize(
    "name",
    ["weight", "n", "count", "value", "Duration [ms]", "CURRENT_FIX_DURATION", "hits", "Anzahl",
     "dwell time", "intensity"],
)  # fmt: skip
def test_a_weight_has_a_name_that_means_one(load, name):
    source = load(table(f"x,y,{name}", X, Y, W))
    assert holds(source, weights=W) == (f"columns x, y, {name}",)
    assert source.names == ("x", "y", name)


@pytest.mark.parametrize(
    ("header", "third", "said"),
    [
        ("x,y,w,h", W, "boxes: counted at x, y alone"),
        ("x1,y1,x2,y2", X + 30, "boxes: counted at the corner x1, y1"),
        ("x,y,n", np.arange(N), "n only numbers the rows"),
        ("x,y,vaule", W, "each event counts 1: vaule not used"),
        ("x,y,val", np.arange(N) % 3, "each event counts 1: val not used"),
        ("x,y,Gaze event duration", np.repeat(W[: N // 5], 5), "that of several rows in turn"),
    ],
)
def test_what_is_no_weight_is_said(load, header, third, said):
    columns = (X, Y, third, *([Y + 40] if header.count(",") > 2 else []))
    assert said in " ".join(holds(load(table(header, *columns))))


def test_the_best_of_several_pairs_is_taken_and_the_others_are_named(load):
    header = (
        "LeftGazePoint2DX,LeftGazePoint2DY,LeftGazePoint3DX,RightGazePoint2DX,RightGazePoint2DY"
    )
    notes = holds(load(table(header, X, Y, W, X + 1, Y + 1)))
    assert notes[0].endswith("also there: RightGazePoint2DX/RightGazePoint2DY")
    pixels = load(table("x [mm],y [mm],x [px],y [px]", X / 4, Y / 4, X, Y))
    holds(pixels)
    empty = load(table("x,y,Gaze X,Gaze Y", [""] * N, [""] * N, X, Y))
    holds(empty)


def test_eye_lost_cells_are_missing_and_counted(load):
    missing = np.arange(N) % 10 == 3
    for mark in ("", ".", "NA", "nan"):
        cells = [mark if gone else value for gone, value in zip(missing, X.tolist(), strict=True)]
        source = load(table("t,x,y", TIMES, cells, Y))
        holds(source, X[~missing], Y[~missing])
        assert source.notes[-1].startswith(f"25 bad rows skipped (line 5: '{mark}' is not")


WRITTEN = [
    ({"sep": "\t"}, "utf-8"),
    ({"sep": ";", "decimal": ","}, "utf-8-sig"),
    ({"sep": "\t", "decimal": ",", "lineterminator": "\r\n"}, "utf-16"),
    ({"quoting": 1}, "utf-8"),
    ({"sep": "|"}, "utf-8"),
    ({"index": True}, "utf-8"),
    ({"lineterminator": "\r"}, "utf-8"),
    ({"sep": ";", "quoting": 1, "decimal": ","}, "latin-1"),
]


@pytest.mark.parametrize(("how", "encoding"), WRITTEN)
def test_every_table_that_pandas_writes_is_read_as_pandas_reads_it(load, how, encoding):
    frame = pd.DataFrame({"wer": ["Müller; A, B"] * N, "t": TIMES, "x": X, "y": Y, "n": W})
    frame.loc[::7, "x"] = np.nan
    buffer = io.BytesIO()
    frame.to_csv(buffer, encoding=encoding, **{"index": False, **how})
    data = buffer.getvalue()
    source = load(data, "a.txt")
    options = {"sep": how.get("sep", ","), "decimal": how.get("decimal", ".")}
    known = pd.read_csv(io.BytesIO(data), encoding=encoding, **options).dropna(subset="x")
    holds(source, known.x, known.y, known.n)


@pytest.mark.parametrize(
    ("text", "x", "note"),
    [
        ('x,y\n"1,234","2"\n"5,678","3"\n', [1234, 5678], "commas between thousands"),
        ('x,y\n"1,234.5",2\n"5,678.25",3\n', [1234.5, 5678.25], "commas between thousands"),
        ("x;y\n1.234,5;2\n5.678,25;3\n", [1234.5, 5678.25], "decimal commas"),
        ("x;y\n1,234;2\n5,678;3\n", [1.234, 5.678], "decimal commas"),
        ("x;y\n1,234,567;2\n5,678;3\n", [1234567, 5678], "commas between thousands"),
        ("x,y\n10%,2\n45 %,3\n", [10, 45], "numbers in %"),
        ("x,y\n10px,2px\n45.5px,3px\n", [10, 45.5], "numbers in px"),
        ("x;y\n1'234;2\n5'678,5;3\n", [1234, 5678.5], "decimal commas, marks between thousands"),
    ],
)
def test_numbers_as_people_write_them(load, text, x, note):
    source = load(text)
    np.testing.assert_array_equal(source.events.x, x)
    np.testing.assert_array_equal(source.events.y, [2, 3])
    assert source.notes[1] == note


def test_the_decimal_mark_can_be_given(load):
    text = "x;y\n1,234;2\n5,678;3\n"
    assert load(text, decimal=",").events.x.tolist() == [1.234, 5.678]
    assert load(text, decimal=".").events.x.tolist() == [1234, 5678]
    with pytest.raises(VizError, match="not a decimal mark"):
        EventOptions(decimal="x")


@pytest.mark.parametrize(
    "before",
    [
        "# exported\n# screen 300x200\n",
        "Exported by a program\nDate: 2024-01-01\n\n",
        "sep=,\n",
        "\n\n",
    ],
)
def test_what_stands_above_the_header_is_passed(load, before):
    holds(load(before + table("t,x,y", TIMES, X, Y)))


def test_the_first_of_names_that_come_twice(load):
    holds(load(table("x,y,x,y", X, Y, W, W)))


@pytest.mark.parametrize(
    ("columns", "use", "doubt"),
    [
        ((TIMES, X, Y), "2, 3", "column 1 looks like a time or a counter"),
        ((1_700_000_000 + np.arange(N) // 2, X, Y), "2, 3", "a time or a counter"),
        ((np.arange(N) % 4, X, Y), "2, 3", "column 1 looks like an id"),
        ((X, Y, X + 30, Y + 80), "1, 2", "have a corner there"),
        ((X, Y, W, W), "1, 2", "4 numbers a row may be boxes"),
        ((np.arange(N) // 5, np.arange(N) % 5, X, Y, W, W, W, *[[-1] * N] * 3), "3, 4", "boxes"),
        ((X, Y, TIMES), "1, 2", "column 3 rises"),
    ],
)
def test_rows_without_names_raise_doubt_which_is_said_first(load, columns, use, doubt):
    notes = holds(load(table(None, *columns)))
    assert notes[0].startswith(f"no header: x, y are columns {use}") and doubt in notes[0]


def test_rows_of_three_without_names_have_a_weight(load):
    assert holds(load(table(None, X, Y, W)), weights=W) == (
        "no header: x, y, weight are columns 1, 2, 3",
    )


def test_latitude_first_cannot_be_known_and_is_said(load):
    notes = load(table(None, 42.35 + X / 1e5 + 1e-7, -71.06 + Y / 1e5 + 1e-7)).notes
    assert "column 1 may be latitude" in notes[0] and "--columns 2,1" in notes[0]
    assert "latitude" not in load(table(None, X / 2000, Y / 2000)).notes[0]


def test_columns_by_hand_win(load):
    text = table("t,x,y,n", TIMES, X, Y, W)
    holds(load(text, columns=("y", "x")), Y, X)
    holds(load(text, columns=("2", "y", "t")), X, Y, TIMES)
    with pytest.raises(DataError, match="no column 'q' among 't', 'x', 'y', 'n'"):
        load(text, columns=("q", "y"))


@pytest.mark.parametrize(
    ("header", "listed"), [("a,b,c", "'a', 'b', 'c'"), ("x,z,c", "'x', 'z', 'c'")]
)
def test_without_a_pair_the_columns_are_listed(load, header, listed):
    with pytest.raises(DataError, match=f"among {listed}") as caught:
        load(table(header, X, Y, W))
    assert "--columns X,Y" in caught.value.hint


GRID = (22 + RNG.random((60, 80))).round(2)


def _savetxt(**options):
    buffer = io.BytesIO()
    np.savetxt(buffer, GRID, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        _savetxt(),
        _savetxt(delimiter=",", fmt="%.2f"),
        _savetxt(delimiter=";", fmt="%.2f").replace(b".", b",").replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + _savetxt(delimiter="\t", fmt="%.2f"),
        _savetxt(delimiter=",", fmt="%.2f").replace(b"\n", b",\n"),
        "\n".join(str([f"{value:.2f}" for value in row]) for row in GRID).encode() + b"\n",
        "\n".join(str(row) for row in GRID.tolist()).encode() + b"\n",
        str(GRID.tolist()).encode(),
        pd.DataFrame(GRID).to_csv().encode(),
        pd.DataFrame(GRID).to_csv(index=False).encode(),
    ],
)
def test_a_matrix_is_a_grid_by_itself(load, content):
    source = load(content, "a.txt")
    np.testing.assert_allclose(source.grid, GRID, rtol=1e-12)
    assert source.size == (80, 60) and source.events is None
    assert any("grid" in note for note in source.notes)


def test_a_small_matrix_is_a_grid_where_that_is_said(load):
    text = "1 2 3\n4 5 6\n7 8 9\n"
    assert load(text).grid is None
    assert load(text, kind="grid").grid.tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert load("1,2\n3,\n", kind="grid").grid.tolist()[0] == [1, 2]
    lists = "\n".join(str([f"{v}" for v in range(k, k + 8)]) for k in range(8)) + "\n"
    assert load(lists).grid.shape == (8, 8)
    with pytest.raises(DataError, match="row 2 of the grid has 2 numbers, not 3"):
        load("1 2 3\n4 5\n7 8 9\n3 4 5\n5 6 7\n8 9 9\n1 2 3\n1 2 3\n1 2 3\n1 2 3\n", kind="grid")


def test_packed_text_is_unpacked(load):
    holds(load(gzip.compress(table("t,x,y", TIMES, X, Y).encode()), "a.csv.gz"))
    with pytest.raises(DataError, match="damaged"):
        load(gzip.compress(table("t,x,y", TIMES, X, Y).encode())[:-20], "a.csv.gz")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"PK\x03\x04rest", "is a spreadsheet"),
        ("a.xls", b"\xd0\xcf\x11\xe0rest", "is a spreadsheet"),
        ("a.mat", b"MATLAB 5.0 MAT-file".ljust(200), "is a MATLAB file"),
    ],
)
def test_the_files_of_others_are_named_with_their_fix(load, name, content, said):
    with pytest.raises(DataError, match=said) as caught:
        load(content, name)
    assert "Python: " in caught.value.hint


def streamed(data, cuts, **options):
    lines = EventLines(EventOptions(**options))
    edges = [0, *cuts, len(data)]
    parts = [lines.feed(data[a:b]) for a, b in pairwise(edges)]
    return join_events([*parts, lines.finish()]), lines


@pytest.mark.parametrize(("header", "columns", "delimiter"), TRACKERS, ids=lambda v: str(v)[:20])
@pytest.mark.parametrize("named", [True, False])
def test_a_stream_is_read_as_the_file_wherever_it_is_cut(load, header, columns, delimiter, named):
    data = table(header if named else None, *columns, delimiter=delimiter).encode()
    source = load(data)
    for cuts in ([], [1], [7, 30], range(1, 900, 13), [len(data) // 2]):
        events, lines = streamed(data, cuts)
        np.testing.assert_array_equal(events.x, source.events.x)
        np.testing.assert_array_equal(events.y, source.events.y)
        assert (*lines.notes, *([events.describe_skipped()] * bool(events.skipped))) == source.notes
        assert lines.names == source.names


def test_a_tail_without_a_header_works_as_with_it():
    lines = EventLines()
    tail = table(None, TIMES[-10:], X[-10:], Y[-10:])
    assert len(lines.feed(tail.encode())) == 0
    events = lines.pause()
    np.testing.assert_array_equal(events.x, X[-10:])
    assert lines.notes[0].startswith("no header: x, y are columns 2, 3")
    assert lines.feed(b"99999,1,2\n").x.tolist() == [1]


def test_events_show_before_the_stream_ends():
    data = table("t,x,y", TIMES, X, Y).encode().splitlines(keepends=True)
    lines = EventLines()
    assert len(lines.feed(b"".join(data[:SAMPLE_LINES]))) == SAMPLE_LINES - 1


MOMENTS = pd.date_range("2024-01-01 10:00", periods=N, freq="250ms")
CLOCKS = [
    ("t", TIMES, TIMES / 1e3, "in ms"),
    ("timestamp [ns]", 1_700_000_000_000_000_000 + TIMES * 10**6, None, "in ns"),
    ("timestamp", 1_700_000_000_000 + TIMES, None, "in ms"),
    ("Recording timestamp", TIMES * 8333 // 16, TIMES * 8333 // 16 / 1e6, "in us"),
    ("seconds", (TIMES / 1e3).tolist(), TIMES / 1e3, "in s"),
    ("when", MOMENTS.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), None, "dates"),
    ("clock", MOMENTS.strftime("%H:%M:%S.%f"), 36_000 + np.arange(N) / 4, "hours, minutes"),
]


@pytest.mark.parametrize(("name", "values", "seconds", "said"), CLOCKS)
def test_times_are_seconds_whatever_their_unit(load, name, values, seconds, said):
    source = load(table(f"{name},x,y", values, X, Y), time=name)
    times = source.events.times
    if seconds is None:
        step = 0.25 if said == "dates" else 0.016
        np.testing.assert_allclose(times - times[0], np.arange(N) * step, atol=2e-6)
        assert times[0] > 1.6e9
    else:
        np.testing.assert_allclose(times, seconds, rtol=1e-12)
    assert f"time from {name}, {said}" in " ".join(source.notes)


def test_groups_are_names_in_the_order_of_their_events(load):
    button = np.array(["links", "Mitte ä", ""])[np.arange(N) % 3]
    text = table("button,x,y,n", button, X, Y, W)
    source = load(text, by="button")
    groups = source.events.groups
    assert groups.names == ("links", "Mitte ä", "(missing)")
    np.testing.assert_array_equal(groups.codes, np.arange(N) % 3)
    np.testing.assert_array_equal(source.events.weights, W)
    assert "groups from button" in source.notes
    events, _ = streamed(text.encode(), range(1, 5000, 97), by="button")
    np.testing.assert_array_equal(events.groups.codes, groups.codes)
    assert load(text, by="n").events.weights is None, "a group is no weight"


def test_columns_of_groups_and_times_that_are_not_there_are_named(load):
    for option in ("by", "time"):
        with pytest.raises(VizError, match="no such column; there are 'x', 'y'") as caught:
            load("x,y\n1,2\n", **{option: "q"})
        assert f"--{option} q" in caught.value.message


def test_too_many_groups_are_refused(load):
    text = "id,x,y\n" + "".join(f"u{k},{k % 9},{k % 7}\n" for k in range(10_001))
    with pytest.raises(DataError, match="more than 10,000 different values"):
        load(text, by="id")


def test_a_row_without_a_time_is_skipped_and_said(load):
    source = load("when,x,y\n2024-01-01,1,2\nnever,3,4\n2024-01-02,5,6\n", time="when")
    assert source.events.x.tolist() == [1, 5] and np.ptp(source.events.times) == 86_400
    assert source.notes[-1] == "1 bad row skipped (line 3: 'never' tells no time)"


@pytest.mark.parametrize("first", [0, 1, 1990])
def test_a_grid_of_pandas_has_its_index_and_its_numbered_columns_left_out(load, first):
    values = RNG.random((12, 9))
    frame = pd.DataFrame(values, range(1, 13), range(first, first + 9))
    np.testing.assert_allclose(load(frame.to_csv()).grid, values)


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("L Raw X [px],L Raw Y [px],L POR X [px],L POR Y [px]", ("L POR X [px]", "L POR Y [px]")),
        ("source_id,parallax,ra,dec", ("ra", "dec")),
    ],
)
def test_points_of_regard_and_places_in_the_sky_are_pairs(load, header, names):
    source = load(table(header, RNG.random(N) * 9, RNG.random(N) * 9, X, Y))
    holds(source)
    assert source.names == names
