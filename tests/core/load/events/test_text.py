from contextlib import suppress
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vizterm_core.errors import DataError, UsageError, VizError
from vizterm_core.load.events.layout import SAMPLE_LINES
from vizterm_core.load.events.options import EventOptions
from vizterm_core.load.events.stream import EventLines
from vizterm_core.load.events.utf8 import LONGEST_LINE
from vizterm_core.maps.events import join_events

law = settings(max_examples=200, deadline=None, derandomize=True)


def parsed(content, columns=None, pieces=None):
    """(rows, parser) of a whole stream; rows are tuples x, y[, weight]."""
    data = content.encode() if isinstance(content, str) else content
    lines = EventLines(EventOptions(columns), name="log.csv")
    parts = [lines.feed(piece) for piece in pieces or [data]]
    events = join_events([*parts, lines.finish()])
    assert events.skipped == lines.skipped and len(events) == lines.good
    assert events.first_bad == lines.first_bad
    return rows(events), lines


def rows(events):
    columns = [events.x, events.y] + ([] if events.weights is None else [events.weights])
    assert all(column.dtype == np.float64 and column.ndim == 1 for column in columns)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def refused(content, columns=None):
    with pytest.raises(DataError) as caught:
        parsed(content, columns)
    message = str(caught.value)
    assert message.isprintable() and "log.csv" in message and len(message) < 500
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    "content",
    [
        "x,y,weight\n1,2,3\n4.5,6,7\n",
        "x,y,weight\r\n1,2,3\r\n4.5,6,7\r\n",
        "\ufeffx,y,weight\n1,2,3\n4.5,6,7",
        "1,2,3\n4.5,6,7\n",
        "\ufeff1,2,3\n4.5,6,7\n",
        "1\t2\t3\n4.5\t6\t7\n",
        "1;2;3\n4.5;6;7\n",
        "  1 2   3\n4.5 6 7  \n",
        "1, 2, 3\n 4.5 , 6 , 7\n",
        "1\x1c,2\x1f,3\n4.5,\x0b6,7\x0c\n",
        "1,2,3,\n4.5,6,7,\n",
        '"x","y","weight"\n"1","2","3"\n4.5,"6",7\n',
        "\n  \nx,y,weight\n\n1,2,3\n\t\n4.5,6,7\n\n",
        "# a log\n# of 12, 34\nx,y,weight\n# more\n1,2,3\n#\n4.5,6,7\n",
        "# x, y, weight\n1,2,3\n4.5,6,7\n",
        "# x y weight\n1e0 2.000 +3\n45E-1 .6e1 7.\n",
        "weight,y,X\n3,2,1\n7,6,4.5\n",
        "time,pageX,pageY,target,count\n8:00,1,2,a,3\n9:00,4.5,6,b,7\n",
        "Page_X (px);Page Y [px];N\n1;2;3\n4.5;6;7\n",
        "row\tcol\tvalue\n2\t1\t3\n6\t4.5\t7\n",
        "Ünicode,y,x,hits\nä,2,1,3\nö,6,4.5,7\n",
        'who,x,y,n\n"Smith, John",1,2,3\n"a ""b"", c",4.5,6,7\n',
        '8:00,"a, b",1,2,3\n8:01,,4.5,6,7\n',
        "[1, 2, 3]\n[4.5, 6, 7]\n",
        "[\n[1, 2, 3],\n[4.5, 6, 7]\n]\n",
        '{"x": 1, "y": 2, "n": 3}\n{"n": 7, "Y": 6, "X": 4.5, "more": {"a": [1]}}\n',
    ],
)
def test_every_way_of_writing_the_same_two_events(content):
    values, lines = parsed(content)
    assert values == [(1, 2, 3), (4.5, 6, 7)]
    assert lines.skipped == 0
    assert lines.notes or content[0] == "[", "lists of three need no word"


@pytest.mark.parametrize(
    "content",
    [
        "x,y\n1,2\n3,4\n",
        "1 2\n3 4\n",
        "1,2,left\n3,4,right\n",
        "1,2,\n3,4,\n",
        "button,1,2\nmenu,3,4\n",
        "x,y,kind\n1,2,3\n3,4,click\n",
        "#search,1,2\n#menu,3,4\n",
        "x,y,target\n1,2,#search\n3,4,#menu\n",
    ],
)
def test_events_without_weights(content):
    assert parsed(content)[0] == [(1, 2), (3, 4)]


def test_the_chosen_columns_are_noted():
    assert parsed("t,PageX,pageY\n0,1,2\n")[1].notes == ("columns PageX, pageY",)
    assert parsed("8:00,1,2\n")[1].notes == ("no header: x, y are columns 2, 3",)
    assert parsed("8,1,2\n")[1].notes == ("no header: x, y, weight are columns 1, 2, 3",)
    assert (
        parsed("8,1,2,9\n")[1]
        .notes[0]
        .startswith("no header: x, y are columns 1, 2; 4 numbers a row may be boxes")
    )
    assert EventLines().notes == ()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (("b", "a"), [(2, 1), (5, 4)]),
        (("C", "b", "a"), [(3, 2, 1), (6, 5, 4)]),
        (("3", "1"), [(3, 1), (6, 4)]),
    ],
)
def test_columns_chosen_by_hand(columns, expected):
    assert parsed("a,b,c\n1,2,3\n4,5,6\n", columns)[0] == expected
    assert parsed("# a,b,c\n1,2,3\n4,5,6\n", columns)[0] == expected


def test_columns_chosen_by_hand_win_over_known_names():
    assert parsed("x,y,u,v\n1,2,3,4\n", ("u", "v"))[0] == [(3, 4)]
    assert parsed("1,2,3,4\n", ("4", "3", "1"))[0] == [(4, 3, 1)]
    assert parsed('{"x": 1, "y": 2, "u": 3, "v": 4}\n', ("u", "v"))[0] == [(3, 4, 1)]


def test_missing_columns_are_named_among_those_present():
    error = refused("time,p,q\n1,2,3\n")
    assert "no column 'x' among 'time', 'p', 'q'" in error.message
    assert "--columns" in error.hint
    assert "no column 'y' among 'x', 'z'" in refused("x,z\n1,2\n").message
    assert "no column 'u' among 'x', 'y'" in refused("x,y\n1,2\n", ("u", "x")).message
    assert "there is no header to name 'u', 'v'" in refused("1,2\n", ("u", "v")).message
    assert "no columns 1, 4" in refused("1,2\n", ("1", "4")).message
    assert "no columns 0, 1" in refused("a,b\n1,2\n", ("0", "1")).message
    assert "no column 'x' among '', 'p', 'q'" in refused(",p,q\n0,1,2\n").message
    assert "␛" in refused("a\x1b[31m,b\n1,2\n").message


@pytest.mark.parametrize("columns", [(), ("x",), ("x", "y", "n", "m")])
def test_two_or_three_columns_are_chosen(columns):
    with pytest.raises(UsageError, match="two or three"):
        EventOptions(columns)


def test_thousands_of_columns():
    names = [f"c{index}" for index in range(5000)]
    body = ",".join(map(str, range(5000)))
    assert parsed(f"{','.join(names)}\n{body}\n", ("c4999", "c7"))[0] == [(4999, 7)]
    assert "and 4,984 more" in refused(f"{','.join(names)}\n{body}\n").message
    lines = EventLines()
    lines.feed(f"1{body}\n{body}\n".encode())
    assert len(lines.finish()) == 0 and lines.grid.shape == (2, 5000)
    assert parsed(f"{body}\n", ("5000", "1"))[0] == [(4999, 0)]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("abc,5", "'abc' is not a number"),
        ("5,", "'' is not a number"),
        ("5", "1 column, not 2"),
        ('""', "1 column, not 2"),
        ('" "', "1 column, not 2"),
        ("nan,5", "'nan' is not a finite number"),
        ("5,-inf", "'-inf' is not a finite number"),
        ("5,1e999", "'inf' is not a finite number"),
        ("1_0,5", "'1_0' is not a number"),
        ("0x10,5", "'0x10' is not a number"),
        ('"5,6', "1 column, not 2"),
        ("x,y", "'x' is not a number"),
        ("ü\x1b,5", "'ü␛' is not a number"),
        ("5\0,6", "'5␀' is not a number"),
    ],
)
def test_a_bad_row_in_the_middle_is_skipped_counted_and_reported_with_its_line(bad, why):
    values, lines = parsed(f"x,y\n1,2\n\n{bad}\n3,4\n{bad}\n")
    assert values == [(1, 2), (3, 4)]
    assert lines.skipped == 2 and lines.first_bad == f"line 4: {why}"


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("[1]", "1 values, not x, y or x, y, weight"),
        ("[1, 2", "'[1, 2' is not JSON"),
        ("[1, 2] [3, 4]", "'[1, 2] [3, 4]' is not JSON"),
        ("[[1, 2], [3, 4]]", "a list is not a number"),
        ('[1, "2"]', "'2' is not a number"),
        ("[1, null]", "'None' is not a number"),
        ("[1, true]", "'True' is not a number"),
        ("[1, NaN]", "'nan' is not a finite number"),
        (f"[1, {'9' * 5000}]", "'inf' is not a finite number"),
        ("7", "'7.0' is not an event"),
        ('{"x": 1}', "no 'y' in it"),
        ("[" * 5000, f"'{'[' * 39}…' is not JSON"),
        ("[" * 500 + "]" * 500, "1 values, not x, y or x, y, weight"),
    ],
)
def test_a_bad_json_line_is_skipped_counted_and_reported(bad, why):
    values, lines = parsed(f"[1, 2]\n\n{bad}\n[3, 4, 5]\n{bad}\n")
    assert values == [(1, 2, 1), (3, 4, 5)]
    assert lines.skipped == 2 and lines.first_bad == f"line 3: {why}"


def test_a_bad_row_among_many_costs_only_itself():
    numbers = [f"{index},{index + 1}" for index in range(30_000)]
    numbers[20_000] = "oops,1"
    values, lines = parsed("\n".join(numbers))
    assert len(values) == 29_999 and lines.first_bad == "line 20,001: 'oops' is not a number"
    assert values[19_999:20_001] == [(19_999, 20_000), (20_001, 20_002)]


def test_bad_rows_before_the_first_good_one():
    values, lines = parsed("1,oops\n,,\n3,4\n")
    assert values == [(3, 4)]
    assert lines.skipped == 2 and lines.first_bad == "line 1: 'oops' is not a number"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x,y\na,2\nb,3\n", "line 2: 'a' is not a number"),
        ("hello\n", "line 1: 'hello' is not an event"),
        ("1\n2\n", "line 1: '1' is not an event"),
        ("[1]\n", "line 1: 1 values"),
        ("\n{\n", "is not JSON: Expecting property name"),
        ("1,oops", "line 1: 'oops' is not a number"),
        ("5" * (LONGEST_LINE + 1), "is too long"),
    ],
)
def test_a_stream_without_a_good_row_is_refused(content, message):
    assert message in refused(content).message


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n", b"# nothing\n", b"x,y\n"])
def test_an_empty_stream_holds_no_events_and_raises_nothing(content):
    assert parsed(content)[0] == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("step", [1, 3, 1000])
def test_other_encodings_are_read_wherever_they_are_cut(encoding, step):
    data = "x,y,wer\r\n1,2,ä\r\n3,4,ö\r\n".encode(encoding)
    pieces = [data[at : at + step] for at in range(0, len(data), step)]
    assert parsed(data, pieces=pieces)[0] == [(1, 2), (3, 4)]


@pytest.mark.parametrize(
    "content",
    ["1,5;2,5\n", "1,5\t2,5\n", "1,5 2,5\n", "x y\n1,5 2,5\n", '"1,5","2,5"\n', "x;y\n1,5;2,5"],
)
def test_decimal_commas_are_found(content):
    values, lines = parsed(content)
    assert values == [(1.5, 2.5)] and "decimal commas" in lines.notes


@pytest.mark.parametrize("length", [LONGEST_LINE, LONGEST_LINE + 1, 3 * LONGEST_LINE + 7])
@pytest.mark.parametrize("step", [1 << 30, LONGEST_LINE, 100_003])
def test_a_line_is_kept_to_its_limit_and_no_longer(length, step):
    long = "5,6,".ljust(length, "z")
    data = f"1,2\n{long}\n3,4\n".encode()
    pieces = [data[at : at + step] for at in range(0, len(data), step)]
    values, lines = parsed(data, pieces=pieces)
    if length > LONGEST_LINE:
        assert values == [(1, 2), (3, 4)]
        assert lines.first_bad.startswith("line 2: '5,6,zzz")
    else:
        assert values == [(1, 2), (5, 6), (3, 4)]


def test_the_memory_for_an_endless_line_is_limited():
    lines = EventLines()
    for _ in range(40):
        assert len(lines.feed(b"7" * 100_000)) == 0
    assert len(lines._tail) <= LONGEST_LINE + 2
    assert rows(lines.feed(b"\n1,2\n")) == []
    assert rows(lines.finish()) == [(1, 2)]
    assert lines.skipped == 1


def test_events_come_as_soon_as_their_line_is_complete_once_it_is_known_what_they_are():
    lines = EventLines()
    assert rows(lines.feed(b"x,y\n1,")) == []
    assert rows(lines.pause()) == [], "a header alone decides nothing"
    assert rows(lines.feed(b"2\n")) == []
    assert rows(lines.pause()) == [(1, 2)]
    assert rows(lines.pause()) == []
    assert rows(lines.feed(b"3,4\n5")) == [(3, 4)]
    assert rows(lines.feed(b",6")) == []
    assert rows(lines.finish()) == [(5, 6)]
    assert rows(lines.finish()) == []
    assert lines.lines == 4


def test_enough_lines_decide_without_a_pause():
    lines = EventLines()
    events = lines.feed(b"".join(b"%d,%d\n" % (k % 7, k % 5) for k in range(SAMPLE_LINES)))
    assert len(events) == SAMPLE_LINES
    assert len(lines.feed(b"1,2\n")) == 1


FIELDS = ["1", "-2.5", "3e2", "", " 4 ", "nan", "x", "y", "w", "a#b", '"5"', '"6,7"', '"', "1_0"]
LINES = st.one_of(
    st.lists(st.sampled_from(FIELDS), max_size=4).map(",".join),
    st.sampled_from(
        ["1,2,3", "4,5", "x,y", "[1, 2]", '{"x": 1, "y": 2}', "[", "# 1,2", "1 2", "é"]
    ),
)
STREAMS = st.one_of(
    st.binary(max_size=60),
    st.text("0123456789.,-e+nainfx y_\r\n\t#\"'[]{}:;\x00\x85\xa0é", max_size=60).map(str.encode),
    st.lists(LINES, max_size=12).map(lambda lines: "\n".join(lines).encode()),
    st.lists(LINES, max_size=12).map(lambda lines: ("x,y\r\n" + "\r\n".join(lines)).encode()),
)


def outcome(pieces):
    lines = EventLines()
    try:
        events = join_events([*(lines.feed(piece) for piece in pieces), lines.finish()])
    except DataError as error:
        return str(error)
    heavy = np.ones(len(events)) if events.weights is None else events.weights
    values = np.array([events.x, events.y, heavy])
    assert np.isfinite(values).all()
    return values.tolist(), events.skipped, events.first_bad, lines.lines, lines.notes


@law
@given(stream=STREAMS, cuts=st.lists(st.integers(0, 80), max_size=8))
def test_any_cutting_of_the_stream_gives_the_same_events(stream, cuts):
    whole = outcome([stream])
    edges = [0, *sorted(cuts), max(80, len(stream))]
    assert outcome([stream[start:end] for start, end in pairwise(edges)]) == whole
    assert outcome([stream[at : at + 1] for at in range(len(stream))]) == whole
    assert isinstance(whole, tuple) or whole.isprintable()


@law
@given(st.lists(st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 3), max_size=20))
def test_floats_come_back_to_the_bit_and_alone_as_in_a_block(values):
    text = "".join(f"{x!r},{y!r},{weight!r}\n" for x, y, weight in values)
    assert parsed("x,y,n\n" + text)[0] == values
    # One bad row takes the block to the slow path, which must agree.
    assert parsed("x,y,n\noops,1,2\n1,2,3\n" + text)[0] == [(1, 2, 3), *values]


@law
@example("0\x1c")
@given(st.text("0123456789.-+einfa_x \t\x00\x0b\x1c\x85\xa0é'\"", max_size=8))
def test_a_field_is_a_number_in_a_block_when_it_is_one_alone(field):
    block = f"x,y\n{field},5\n7,8\n"
    with_a_bad_row = f"x,y\n{field},5\n7,8\noops,1\n"
    assert parsed(block)[0] == parsed(with_a_bad_row)[0]


@law
@given(st.binary(max_size=200))
def test_only_our_own_errors_are_raised(data):
    for columns in (None, ("x", "y"), ("1", "3", "2")):
        with suppress(VizError):
            parsed(data, columns)
