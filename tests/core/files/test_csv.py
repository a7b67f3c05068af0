"""Tables of text: what their cells become, and how their layout is found."""

import gzip
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm_core.errors import DataError
from vizterm_core.files.formats import open_source
from vizterm_core.files.source import Categories, Form, read_array
from vizterm_core.files.text import content as text_content
from vizterm_core.files.text import table as text_table

law = settings(max_examples=80, deadline=None, derandomize=True)


@pytest.fixture
def table(tmp_path):
    """Write a text and open it: table("a,b\\n1,2\\n") -> source."""

    def write(text, name="points.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return open_source(path)

    return write


def listed(source):
    return [spec.describe() for spec in source.columns.values()]


def values(source, column):
    return read_array(source, column).tolist()


def test_cells_become_numbers_truth_dates_vectors_and_text(table):
    rows = [
        'n,x,ok,day,at,v,kind,name',
        '1,0.5,true,2024-01-02,2024-01-02T03:04:05Z,"[1, 2.5, 3]",cat,a b',
        '2,-1e3,False,2024-01-03,2024-01-02 03:04:06.5,"[4,5,6]",dog,"c, ""d"""',
        ',NA,,NaT,,,cat,',
        '4,inf,TRUE,,2024-01-02T03:04,"[7,null,9]",cat,é\U0001f600',
    ]  # fmt: skip
    source = table("\n".join(rows) + "\n")
    assert listed(source) == [
        "n (4,) int64",
        "x (4,) float64",
        "ok (4,) bool",
        "day (4,) datetime64[D]",
        "at (4,) datetime64[us]",
        "v (4, 3) float64",
        "kind (4,) categories",
        "name (4,) text",
    ]
    assert values(source, "n") == [1, 2, None, 4]
    np.testing.assert_array_equal(source.read("x"), [0.5, -1000, np.nan, np.inf])
    assert values(source, "ok") == [True, False, None, True]
    days = np.array(["2024-01-02", "2024-01-03", "NaT", "NaT"], "M8[D]")
    np.testing.assert_array_equal(source.read("day"), days)
    assert source.read("at")[1] == np.datetime64("2024-01-02T03:04:06.5")
    expected = [[1, 2.5, 3], [4, 5, 6], [np.nan] * 3, [np.nan] * 3]
    np.testing.assert_array_equal(source.read("v"), expected)
    assert source.notes == ("v: 2 of 4 rows have no vector of 3 numbers",)
    kinds = source.read("kind")
    assert isinstance(kinds, Categories) and kinds.values.tolist() == ["cat", "dog"]
    assert kinds.codes.tolist() == [0, 1, 0, 0]
    assert values(source, "name") == ["a b", 'c, "d"', None, "é\U0001f600"]
    assert source.columns["n"].place == "column 1" and not source.single
    assert source.called("n") == "points.csv: n"


def test_text_that_mostly_differs_is_text_and_other_text_categories_in_natural_order(table):
    lines = [f"item {k},class {k % 11}" for k in range(44)]
    source = table("name,class\n" + "\n".join(lines))
    assert source.columns["name"].form is Form.TEXT
    classes = source.read("class")
    assert classes.values.tolist() == [f"class {k}" for k in range(11)]
    assert values(source, "class") == [f"class {k % 11}" for k in range(44)]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"# made by hand\n# twice\n\n"])
def test_delimiters_line_ends_and_starts_are_found(table, delimiter, end, start):
    rows = [("x", "y", "label"), ("1.5", "2", "a"), ("3", "4", "b"), ("5", "6.25", "a")]
    text = end.join(delimiter.join(row) for row in rows) + end
    source = table(start + text.encode())
    assert list(source.columns) == ["x", "y", "label"]
    assert values(source, "x") == [1.5, 3, 5] and values(source, "label") == ["a", "b", "a"]


def test_decimal_commas_are_read_where_another_delimiter_stands(table):
    source = table("x;y;n\n1,5;2,25;3\n-0,5;1;4\n")
    assert values(source, "x") == [1.5, -0.5] and values(source, "y") == [2.25, 1]
    assert values(source, "n") == [3, 4]
    assert source.notes == ("x: with decimal commas", "y: with decimal commas")


@pytest.mark.parametrize(
    ("text", "columns", "single"),
    [
        ("1,2\n3,4\n5,6\n", ["points (3, 2) int64"], True),
        ("1 2.5 3\n4 5 6\n", ["points (2, 3) float64"], True),
        ("0.5\n1.5\n", ["points (2,) float64"], True),
        ("0\n5\n0\n4\n", ["points (4,) int64"], True),
        ("0\n0.5\n1.5\n", ["points (2,) float64"], True),
        ("0\nDigit 2\nDigit 7\nDigit 2\nDigit 2\n", ["points (4,) categories"], True),
        ("0,1,2\n0.1,0.2,0.3\n0.4,0.5,0.6\n", ["vectors (2, 3) float64"], False),
        (",0,1,2\n0,5,6,7\n1,8,9,10\n", ["vectors (2, 3) int64"], False),
        ("cat,0.1,0.2,0.3\ndog,1,2,3\n", ["column 1 (2,) text", "vectors (2, 3) float64"], False),
        ("2 3\ncat 0.1 0.2 0.3\ndog 1 2 3\n", ["column 1 (2,) text", "vectors (2, 3) float64"], 0),
        ("# x y\n1 2\n3 4\n", ["x (2,) int64", "y (2,) int64"], False),
        ("# x,y,z\n1,2,a\n3,4,b\n", ["x (2,) int64", "y (2,) int64", "z (2,) text"], False),
        ("a.png\nb.png\n", ["points (2,) text"], True),
        ("a.png,cat\nb.png,dog\nc.png,cat\n", ["column 1 (3,) text", "column 2 (3,) text"], False),
        ("path,label\na.png,cat\nb.png,dog\n", ["path (2,) text", "label (2,) text"], False),
        ("label\na\nb\n", ["label (2,) text"], False),
        ("x y\na 1 2\nb 3 4\n", ["column 1 (2,) text", "x (2,) int64", "y (2,) int64"], False),
        ("x,x,\n1,2,3\n4,5,6\n", ["x (2,) int64", "x 2 (2,) int64", "column 3 (2,) int64"], False),
        ("#fff\n#000\n", ["points (2,) text"], True),
        (",kind\n0,cat\n1,dog\n", ["kind (2,) text"], False),
        ("v\n[1, 2, 3]\n[4, 5, 6]\n", ["v (2, 3) float64"], False),
        ("[1, 2, 3]\n[4, 5, 6]\n", ["points (2, 3) float64"], True),
        ('n\n1\n""\n3\n', ["n (3,) int64"], False),
        ('name\n"a, b"\n"c, d"\n', ["name (2,) text"], False),
    ],
)
def test_headers_are_told_from_rows(table, text, columns, single):
    source = table(text)
    assert listed(source) == columns
    assert source.single == bool(single)


def test_unnamed_columns_are_the_rows_numbers_or_columns_without_a_name(table):
    index = table(",x,y\n0,1,2\n1,3,4\n5,5,6\n")
    assert list(index.columns) == ["x", "y"] and index.skipped == {"index": "numbers the rows"}
    text = table(",x,y\nDigit 2,1,2\nDigit 7,3,4\n")
    assert list(text.columns) == ["column 1", "x", "y"] and not text.skipped
    assert values(text, "column 1") == ["Digit 2", "Digit 7"]
    repeating = table(",x,y\n3,1,2\n3,3,4\n")
    assert list(repeating.columns) == ["column 1", "x", "y"]


def test_numbered_columns_are_one_array(table):
    source = table("id,emb_1,emb_0,emb_2,label,q1,q2\n7,1,0,2,a,5,6\n8,11,10,,b,7,8\n")
    assert listed(source) == [
        "id (2,) int64",
        "emb (2, 3) float64",
        "label (2,) text",
        "q1 (2,) int64",
        "q2 (2,) int64",
    ]
    np.testing.assert_array_equal(source.read("emb"), [[0, 1, 2], [10, 11, np.nan]])
    assert source.columns["emb"].place == "columns 3 to 4"


def test_pixels_by_row_and_column_are_pictures(table):
    names = [f"{row}x{column}" for row in (1, 2) for column in (1, 2, 3)]
    source = table(f"label,{','.join(names)}\n5,0,1,2,3,4,255\n")
    assert listed(source)[1] == "pixels (1, 2, 3) int64"
    assert values(source, "pixels") == [[[0, 1, 2], [3, 4, 255]]]


def test_a_column_that_turns_out_to_be_text_is_parsed_again_as_it_stands(table, monkeypatch):
    monkeypatch.setattr(text_content.TextContent.chunks, "__defaults__", (64,))
    lines = [f"{k}.50,{k},{k},{k},{k}" for k in range(3000)]
    lines += ["x17,2.5,9,true,[1]"]
    source = table("a,b,c1,c2,c3\n" + "\n".join(lines))
    assert listed(source)[:2] == ["a (3001,) text", "b (3001,) float64"]
    assert values(source, "a")[:2] == ["0.50", "1.50"] and values(source, "a")[-1] == "x17"
    assert values(source, "b")[-2:] == [2999, 2.5]
    # Pieces of one array go their own ways, in their order.
    assert listed(source)[2:] == ["c1 (3001,) int64", "c2 (3001,) text", "c3 (3001,) text"]


def test_codes_with_leading_zeros_stay_text(table):
    source = table("zip,x\n01234,1\n00007,2\n")
    assert values(source, "zip") == ["01234", "00007"]


def test_rows_of_another_width_are_kept_and_counted(table):
    source = table("x,y,label\n1,2,a\n3,4\n5,6,c,d\n7,8,e,\n# no row\n9,0,b\n1,1,f\n")
    assert values(source, "x") == [1, 3, 5, 7, 9, 1]
    assert values(source, "label") == ["a", None, "c", "e", "b", "f"]
    assert source.notes == (
        "1 row has fewer fields than the 3 columns",
        "1 row has more fields than the 3 columns",
    )


def test_columns_without_values_are_left_out_and_said(table):
    source = table("x,empty,\n1,,\n2,NA,\n")
    assert list(source.columns) == ["x"] and source.skipped == {"empty": "has no values"}


def test_arrays_that_numpy_cut_when_it_printed_them_are_said(table):
    source = table('x,v\n1,"[0.1 0.2 ... 0.9]"\n2,"[0.3 0.4 ... 0.8]"\n')
    assert list(source.columns) == ["x"] and "cut" in source.skipped["v"]


@pytest.mark.parametrize(
    "cell",
    [
        "[1.0 2.0\n 3.5]",
        "(1, 2, 3.5)",
        "1 2 3.5",
        " [ 1,2 , 3.5] ",
        "[np.float32(1.0), np.float32(2.0), np.float64(3.5)]",
        "array([1. , 2. , 3.5], dtype=float32)",
        "tensor([1.0000, 2.0000, 3.5000], device='cuda:0')",
    ],
)
def test_vectors_are_written_in_several_ways(table, cell):
    source = table(f'name,v\na,"{cell}"\nb,"{cell}"\n')
    np.testing.assert_array_equal(source.read("v"), [[1, 2, 3.5]] * 2)


def test_quotes_that_never_close_are_text(table):
    lines = [f'{k}\t{k + 1}\tit is 5"' if k == 3 else f"{k}\t{k + 1}\tword {k}" for k in range(9)]
    source = table("a\tb\tword\n" + "\n".join(lines), "words.tsv")
    assert source.columns["a"].shape == (9,) and values(source, "word")[3] == 'it is 5"'


def test_line_breaks_in_quotes_belong_to_the_cell(table, monkeypatch):
    monkeypatch.setattr(text_content.TextContent.chunks, "__defaults__", (8,))
    source = table('"na\nme",x\n"a\nb\r\nc",1\nd,2\n')
    assert values(source, "na\nme") == ["a\nb\r\nc", "d"] and values(source, "x") == [1, 2]


def test_gzip_and_other_encodings(table):
    plain = "x,y,name\n1,2,Größe\n3,4,b\n"
    packed = gzip.compress(plain[:9].encode()) + gzip.compress(plain[9:].encode()) + b"\0" * 9
    for content, name in ((packed, "a.csv.gz"), (packed, "a.csv"), (plain.encode("utf-16"), "b")):
        source = table(content, name if "." in name else "b.csv")
        assert values(source, "name") == ["Größe", "b"] and source.notes == ()
    source = table(plain.encode("latin-1"))
    assert values(source, "name") == ["Größe", "b"]
    assert source.notes == ("not UTF-8: read as Latin-1",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"\x1f\x8b\x08\x00abc", "damaged"),
        (gzip.compress(b"x,y\n1,2\n" * 9, mtime=0)[:-12], "damaged"),
        (b"x,y\n\0\1\2", "is not text"),
        (b"\xff\xfea", "isn't UTF-16"),
        (b"x,y\n", "no rows below its header"),
        (b"x,y\n,\n,\n", "no column that can be used"),
        (b",".join(b"%d" % k for k in range(10**6)), "has 1,000,000 columns"),
        (b"a" * (1 << 24) + b"b,c\n1,2\n", "a row is longer than"),
        (b'a,b\n1,2\n"' + b"x,\n" * 12_000_000 + b'"', "a row is longer than"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_table_is_refused_in_one_line(table, content, message):
    with pytest.raises(DataError, match=message) as caught:
        table(content)
    assert caught.value.hint and "points.csv" in caught.value.message


def test_a_text_beyond_the_limit_is_refused_before_it_is_unpacked(table, monkeypatch):
    monkeypatch.setattr(text_content, "free_memory", lambda: 8000)
    text = b"x,y\n" + b"1,2\n" * 500
    for content in (text, gzip.compress(text)):
        with pytest.raises(DataError, match=r"of text.*the limit is 1\.0 kB"):
            table(content)


def test_many_columns_of_numbers_become_one_array(table, monkeypatch):
    monkeypatch.setattr(text_table, "_MOST_SEPARATE", 3)
    source = table("gene a,gene b,kind,gene c,gene d\n1,2,u,3,4\n5,6,v,7,8\n")
    assert listed(source) == ["numbers (2, 4) int64", "kind (2,) text"]


def test_names_given_many_times_are_numbered_and_too_many_columns_left_out(table, monkeypatch):
    monkeypatch.setattr(text_table, "MOST_PARTS", 3)
    source = table("x,x,x 2,x,z\n1,b,2,d,4.5\n5,g,6,i,7\n")
    assert list(source.columns) == ["x", "x 2", "x 2 2"]
    assert source.skipped == {"columns from 4 on": "more than 3 aren't read"}


def test_a_file_that_grows_is_read_up_to_its_last_whole_line(tmp_path, monkeypatch):
    from vizterm_core.files.data_file import DataFile
    from vizterm_core.files.text.content import text_content as read

    path = tmp_path / "log.csv"
    path.write_bytes(b"x,y\n1,2\n3,")
    file = DataFile(path, ".csv")
    with path.open("ab") as stream:
        stream.write(b"4\n")
    assert read(file).data == b"x,y\n1,2\n"


def test_a_rewritten_file_is_noticed(table):
    source = table("x,y\n1,2\n")
    source.files[0].path.write_text("x,y\n1,2\n3,4\n")
    with pytest.raises(DataError, match="has changed"):
        source.read("x")


NUMBERS = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.just(None), st.booleans()
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@law
@given(st.lists(st.tuples(st.floats(allow_nan=False), TEXTS), min_size=2, max_size=30))
def test_what_csv_writes_is_read_back(tmp_path_factory, rows):
    import csv

    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(["number", "some text"])
    writer.writerows(rows)
    path = tmp_path_factory.getbasetemp() / "law.csv"
    path.write_bytes(stream.getvalue().encode())
    source = open_source(path)
    assert values(source, "number") == [number for number, _ in rows]
    if "some text" in source.columns and source.columns["some text"].form is not Form.ARRAY:
        read = values(source, "some text")
        assert [text or "" for text in read] == [_as_csv_reads(text) for _, text in rows]


def _as_csv_reads(text):
    from vizterm_core.files.text.cells import MISSING

    # Blanks after a delimiter are left out, as in "a, b".
    text = text if any(c in text for c in '",\r\n') else text.lstrip(" ")
    return "" if text in MISSING else text


@pytest.mark.parametrize("suffix", [".jsonl", ".json"])
def test_json_in_a_file_called_csv_is_read_as_json(table, suffix):
    rows = [{"x": 1, "y": 2}, {"x": 3, "y": 4}]
    text = "\n".join(map(json.dumps, rows)) if suffix == ".jsonl" else json.dumps({"a": [1, 2]})
    assert next(iter(table(text, "a.csv").columns.values())).shape == (2,)
