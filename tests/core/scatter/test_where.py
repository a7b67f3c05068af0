import re
import string

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm_core.errors import DataError
from vizterm_core.files.source import Categories
from vizterm_core.scatter.columns import Column
from vizterm_core.scatter.where import WhereError, parse_where


def objects(*values):
    return np.array(values, object)


def columns_of(**named):
    return {name: Column(name, lambda held=held: held) for name, held in named.items()}


COLUMNS = columns_of(
    loss=np.array([0.1, 0.5, np.nan, 2.0], np.float32),
    split=objects("train", "test", "test", None),
    pred=np.array([1, 2, 3, 4]),
    label=np.array([1, 2, 2, 2], np.uint8),
    seen=np.array([True, False, True, False]),
    held=np.ma.array([True, False, True, False], mask=[0, 0, 1, 1]),
    day=np.array(["2023-05-01", "2023-05-31", "2023-06-01", "NaT"], "M8[ns]"),
    name=np.array(["a/cat.jpg", "b/dog.jpg", "c/Catalog", "d"]),
    rank=np.ma.array([7, 8, 9, 10], mask=[0, 0, 1, 0]),
    mixed=objects("x", "1", "2", None),
    big=np.array([0, 1, 2**63, 2**64 - 1], np.uint64),
    half=np.array([0.1, 1.0, 60_000.0, np.nan], np.float16),
    took=np.array([1, 90, 3600, "NaT"], "m8[s]"),
    raw=np.array([b"caf\xc3\xa9", b"b", b"c", b"d"]),
    ids=objects(3, 1, None, 2),
    obs=np.arange(4),
    wide=np.array([2**62, -(2**62), 5, 6]),
    low=np.array([-(2**63), 1, 2, 3]),
) | {
    "obs/leiden": Column(
        "obs/leiden", lambda: Categories(np.array([0, 1, -1, 1]), objects("3", "10"))
    ),
    "obs/depth": Column("obs/depth", lambda: Categories(np.array([0, 1, -1, 1]), np.arange(2.0))),
    "a/twin": Column("a/twin", lambda: np.arange(4)),
    "b/twin": Column("b/twin", lambda: np.arange(4)),
    "odd name": Column("odd name", lambda: np.arange(4)),
    "a.b": Column("a.b", lambda: np.arange(4)),
    "class": Column("class", lambda: np.arange(4)),
    "ﬁt": Column("ﬁt", lambda: np.arange(4)),
}


def rows_where(text, columns=COLUMNS, rows=None):
    return np.flatnonzero(parse_where(text, columns).mask(rows)).tolist()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("loss > 0.2", [1, 3]),
        ("loss == 0.1", [0]),
        ("0 < loss < 1", [0, 1]),
        ("loss != 2", [0, 1]),
        ("not loss > 0.2", [0]),
        ("loss is missing", [2]),
        ("loss is not None", [0, 1, 3]),
        ("missing(loss) or isnan(split)", [2, 3]),
        ("loss.isna()", [2]),
        ("loss.notnull()", [0, 1, 3]),
        ("loss > 1 or pred == 3", [2, 3]),
        ("loss > 1 and pred == 3", []),
        ("not (loss > 1 and pred == 4)", [0, 1, 2]),
        ('split == "test" and pred != label', [2]),
        ('split == "test" & pred != label', [2]),
        ('split == "test" && pred != label', [2]),
        ('~(split == "test") | loss is missing', [0, 2]),
        ('split != "test"', [0]),
        ('split not in ("test", "x")', [0]),
        ('split in ["test"]', [1, 2]),
        ('split in ("test")', [1, 2]),
        ('split.isin(["test", missing])', [1, 2, 3]),
        ('split > "test"', [0]),
        ("leiden == 3", [0]),
        ("leiden > 3", [1, 3]),
        ("`obs/leiden` in (3, '10')", [0, 1, 3]),
        ('obs/leiden == "10"', [1, 3]),
        ("obs/pred == 0.5", [1]),
        ("depth == 0", [0]),
        ("depth + 1 == pred", [0, 1]),
        ("leiden == mixed", []),
        ("split != mixed", [0, 1, 2]),
        ("seen", [0, 2]),
        ("seen == 1", [0, 2]),
        ("seen is not True", [1, 3]),
        ("held", [0]),
        ("not held", [1]),
        ('seen == "true"', [0, 2]),
        ('day == "2023-05"', [0, 1]),
        ('day != "2023-05"', [2]),
        ('day > "2023-05"', [2]),
        ('day <= "2023-05"', [0, 1]),
        ('day >= "2023-05-31"', [1, 2]),
        ('"2023-05-02" < day < "2023-06-01 00:00:01"', [1, 2]),
        ("day >= 2023", [0, 1, 2]),
        ("day in ('2023-06-01', '2023-05-01T00')", [0, 2]),
        ("day == day", [0, 1, 2]),
        ('"cat" in name', [0]),
        ('"cat" not in name', [1, 2, 3]),
        ('"cat" in name.lower()', [0, 2]),
        ('name.startswith("a/") or name.str.endswith(".jpg")', [0, 1]),
        ('name.endswith((".jpg", "log"))', [0, 1, 2]),
        ('name.contains("og")', [1, 2]),
        ('name.upper() == "D"', [3]),
        ("rank > 8", [3]),
        ("rank != 8", [0, 3]),
        ("rank in (8, 9)", [1]),
        ("rank not in (8, 9)", [0, 3]),
        ("mixed == 2", [2]),
        ("mixed != 2", [0, 1]),
        ("mixed > 1", [2]),
        ("big == 18446744073709551615", [3]),
        ("big > 9223372036854775807", [2, 3]),
        ("big % 2 == 1", [1, 3]),
        ("big in (1, 18446744073709551615)", [1, 3]),
        ("big > -1", [0, 1, 2, 3]),
        ("big < 99999999999999999999", [0, 1, 2, 3]),
        ("half == 0.1", [0]),
        ("half < 1e10", [0, 1, 2]),
        ("half * 1000 > 1e6", [2]),
        ("took > 60", [1, 2]),
        ('raw == "café"', [0]),
        ("ids >= 2", [0, 3]),
        ("ids is missing", [2]),
        ("wide - 1 - wide == -1", [0, 1, 2, 3]),
        ("wide * 2 > 9e18", [0]),
        ("abs(low) > 9e18", [0]),
        ("(wide - 7) + 7 == wide", [0, 1, 2, 3]),
        ("big - 9223372036854775808 == 0", [2]),
        ("wide // -1 < 0", [0, 2, 3]),
        ("pred % 2 == 0", [1, 3]),
        ("pred // 2 == 1", [1, 2]),
        ("pred / label > 1", [2, 3]),
        ("label * 200 > 255", [1, 2, 3]),
        ("label - 2 < 0", [0]),
        ("-pred ** 2 < -4", [2, 3]),
        ("pred ** -1 < 0.4", [2, 3]),
        ("abs(-pred) >= 3", [2, 3]),
        ("pred / (pred - 2) > 0", [2, 3]),
        ("not pred / (pred - 2) > 0", [0]),
        ("pred ** 64 > 1e30", [2, 3]),
        ("9 ** 9 ** 9 > loss", [0, 1, 3]),
        ("loss / 0 > 0", []),
        ("row == 2", [2]),
        ("row % 2", None),
        ("1 <= row <= 2", [1, 2]),
        ("`odd name` == 1", [1]),
        ("a.b == 1", [1]),
        ("class == 1", [1]),
        ("ﬁt == 1", [1]),
        ("TRUE AND pred == 1", [0]),
        ("True", [0, 1, 2, 3]),
        ("pred == 1\n or pred\t== 2", [0, 1]),
    ],
)
def test_a_condition_holds_in_these_rows(text, rows):
    if rows is None:
        with pytest.raises(WhereError):
            rows_where(text)
    else:
        assert rows_where(text) == rows
        some = np.array([3, 1, 1])
        expected = [place for place, row in enumerate(some.tolist()) if row in rows]
        assert rows_where(text, rows=some) == expected


def test_a_column_called_row_or_missing_comes_first():
    columns = columns_of(row=np.array([5, 6]), missing=np.array([1, 2]), nan=np.array([1, 2]))
    assert rows_where("row == 5", columns) == [0]
    assert rows_where("missing == 2 and nan == 2", columns) == [1]
    assert rows_where("missing is None", columns) == []


def test_a_condition_tells_its_columns_and_reads_no_other():
    def no():
        raise DataError("never")

    columns = columns_of(a=np.arange(3), b=np.arange(3)) | {"x/c": Column("x/c", no)}
    condition = parse_where("b > 0 and a < 2 and b != 3", columns)
    assert condition.text == "b > 0 and a < 2 and b != 3" and condition.columns == ("b", "a")
    assert condition.mask().tolist() == [False, True, False]
    condition = parse_where("c == 1", columns)
    assert condition.columns == ("x/c",)
    with pytest.raises(DataError, match="never"):
        condition.mask()


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("specie == 1", 0, 'no column "specie"; near: species'),
        ("a > 1 and Split == 2", 10, 'no column "Split"; near: split'),
        ("xyz == 1", 0, 'no column "xyz"; there are species, split, loss, a, `x/t`, `y/t`'),
        ("t == 1", 0, '"t" could be `x/t`, `y/t`'),
        ("loss", 0, "loss: numbers, not true or false; compare it: loss > 0"),
        ("a > 1 and loss", 10, "compare it: loss > 0"),
        ("species", 0, 'compare it: species == "…"'),
        ("loss == 1 or 2", 13, "2: numbers, not true or false"),
        ('loss > "a"', 0, 'loss: numbers, not text; write a number instead of "a"'),
        ("species > 3", 0, 'species: text ("cat", "dog", …), not numbers; write text in quotes'),
        ("species + 1 > 3", 0, "species: text"),
        ("day > 'soon'", 0, 'write one as "2023-05-01" or "2023-05", not "soon"'),
        ("day > '2023-13'", 0, 'not "2023-13"'),
        ("day > 3.5", 0, 'not "3.5"'),
        ("day > loss", 0, "dates can't be compared with numbers"),
        ("loss = 3", 5, 'write == to compare, at "= 3"'),
        ("loss >", 6, 'expected a value after "loss >"'),
        ("loss > 3 4", 9, 'expected and, or, or a comparison at "4"'),
        ("loss == > 3", 8, 'expected a value at "> 3"'),
        ("(loss > 3", 0, "( is never closed"),
        ("loss > 3]", 8, "nothing is closed by this ]"),
        ("species == 'a", 11, "no closing '"),
        ("species == {1}", 11, "write a list in ( ) or [ ]"),
        ("loss > $", 7, 'expected a name, a value or a sign at "$"'),
        ("!a", 0, "write not, or !="),
        ("loss == None", 8, "nothing equals a missing value; write: loss is missing"),
        ("a is species", 5, 'after is stands missing or None, not "species"'),
        ("a in species", 5, "after in stands a list"),
        ("a in (1, loss)", 9, 'a list holds numbers and text, not "loss"'),
        ("[1, 2]", 0, "a list stands only after in"),
        ("eval('1')", 0, 'no function "eval"; there are abs, missing, isnan'),
        ("abs(1, 2) > 1", 0, "abs takes one value"),
        ("species.replace('a', 'b') == 1", 8, 'no test "replace"'),
        ("species.__class__", 8, 'no test "__class__" of a value'),
        ("species.startswith(3)", 0, "startswith takes text in quotes"),
        ("loss.startswith('a')", 0, "loss: numbers, but startswith is a test of text"),
        ("__import__('os').system('x')", 0, 'no function "__import__"'),
        ("a[0] == 1", 0, "is not part of a condition"),
        ("lambda: 1", 6, "expected a name, a value or a sign"),
        ("1 if a else 2", 2, "expected and, or, or a comparison"),
        ("", 0, "the condition is empty"),
        ("  ", 0, "the condition is empty"),
        ("a == 1" + " " * 10_000, 10_000, "10,006 characters; at most 10,000"),
        ("1" * 500 + " == a", 0, "is no number that can be read"),
        ("(" * 100 + "a" + ")" * 100, 60, "more than 60 brackets"),
        ("not " * 2000 + "a", None, "nested too deeply"),
        ("-" * 5000 + "a > 0", None, "nested too deeply"),
        ("+".join(["a"] * 4000) + " > 0", None, "nested too deeply"),
        ("**".join(["a"] * 3000) + " > 0", None, "nested too deeply"),
    ],
)
def test_what_cant_be_used_is_pointed_at(text, place, said):
    columns = columns_of(
        species=objects("cat", "dog"),
        split=objects("x", "y"),
        loss=np.arange(2.0),
        a=np.arange(2),
        **{"x/t": np.arange(2), "y/t": np.arange(2), "day": np.array(["2023", "2024"], "M8[D]")},
    )
    with pytest.raises(WhereError) as caught:
        parse_where(text, columns).mask()
    assert said in caught.value.problem
    assert caught.value.message == f"--where: {caught.value.problem}"
    assert "\n" not in caught.value.message and len(caught.value.message) < 300
    if place is not None:
        assert caught.value.place == place


def test_long_conditions_of_many_parts_are_no_problem():
    columns = columns_of(a=np.arange(3000))
    text = " or ".join(f"a == {k}" for k in range(800))
    assert rows_where(text, columns) == list(range(800))
    listed = f"a in ({', '.join(map(str, range(0, 3000, 2)))})"
    assert rows_where(listed, columns) == list(range(0, 3000, 2))


def test_without_columns_the_number_of_rows_is_told():
    assert parse_where("row >= 2", {}).mask(total=4).tolist() == [False, False, True, True]
    assert parse_where("True", COLUMNS).mask().size == 4
    assert parse_where("row == 1", {}).mask(np.array([1, 0])).tolist() == [True, False]
    assert parse_where("a == 1", columns_of(a=np.zeros(0))).mask().shape == (0,)


def test_more_rows_than_are_looked_at_at_a_time():
    count = 150_000
    rng = np.random.default_rng(0)
    numbers, codes = rng.normal(size=count), rng.integers(-1, 3, count)
    columns = columns_of(x=numbers, c=Categories(codes, objects("a", "b", "c")))
    found = parse_where('x > 0.5 and c != "a" or row < 10', columns).mask()
    expected = (numbers > 0.5) & (codes > 0) | (np.arange(count) < 10)
    assert np.array_equal(found, expected)
    rows = np.sort(rng.permutation(count)[: count - 7])
    found = parse_where('x > 0.5 and c != "a" or row < 10', columns).mask(rows)
    assert np.array_equal(found, expected[rows])


@pytest.mark.parametrize(
    "text",
    [
        "x > 0.3",
        "0 < x < 1 and n != 3",
        "n in [1, 4, 9] or not x <= 0",
        "t == 'b' & x > 0",
        "t not in ('a', 'c')",
        "n % 3 == 1 and n // 2 < 4",
        "(x * n - 1) / 2 > n ** 2 / 50",
        "~(t == 'a') | n >= 8",
        "`odd name` == n",
        "t.str.contains('b') and t.str.startswith('b')",
        "n.isin([2, 3])",
        "big % 2 == 1",
        "day > '2023-06-15'",
    ],
)
def test_rows_without_gaps_are_those_of_pandas(text):
    rng = np.random.default_rng(0)
    arrays = {
        "x": rng.normal(size=2000),
        "n": rng.integers(0, 10, 2000),
        "t": rng.choice(np.array(["a", "b", "c"], object), 2000),
        "odd name": rng.integers(0, 10, 2000),
        "big": rng.integers(0, 2**63, 2000).astype(np.uint64) * np.uint64(2) + np.uint64(1),
        "day": np.datetime64("2023-01-01") + rng.integers(0, 365, 2000).astype("m8[D]"),
    }
    frame = pd.DataFrame(arrays)
    expected = frame.query(text, engine="python").index.tolist()
    columns = {name: Column(name, lambda held=held: held) for name, held in arrays.items()}
    assert rows_where(text, columns) == expected


# against rows taken one by one, in Python
TABLE = {
    "x": [None, -2.5, 0.0, 0.25, 3.0, 1e300, float("inf"), -0.0],
    "n": [3, -7, 0, None, 250, 3, 2**50, -(2**50)],
    "t": ["a", "b", None, "ab", "", "3", "B", "é"],
    "u": ["a", None, "c", "ab", "x", "3", "b", ""],
    "b": [True, False, None, True, False, True, False, None],
}
HELD = columns_of(
    x=np.array([np.nan if each is None else each for each in TABLE["x"]]),
    n=np.ma.array(
        [each or 0 for each in TABLE["n"]], np.int64, mask=[each is None for each in TABLE["n"]]
    ),
    t=objects(*TABLE["t"]),
    u=Categories(
        np.array([-1 if each is None else row for row, each in enumerate(TABLE["u"])]),
        objects(*TABLE["u"]),
    ),
    b=np.ma.array([bool(each) for each in TABLE["b"]], mask=[each is None for each in TABLE["b"]]),
)
NUMBERS = st.sampled_from(["0", "1", "3", "-7", "0.25", "2.5e3", "250", "4611686018427387904"])
TEXTS = st.sampled_from(["a", "b", "ab", "", "B", "é"]).map(lambda text: f'"{text}"')
SIGNS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
number_terms = st.recursive(
    st.one_of(st.sampled_from(["x", "n"]), NUMBERS),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner).map(
            "({0[0]} {0[1]} {0[2]})".format
        ),
        inner.map("abs({})".format),
        inner.map("-{}".format),
    ),
    max_leaves=3,
)
text_terms = st.one_of(st.sampled_from(["t", "u", "t.lower()", "u.upper()"]), TEXTS)


def compared(terms):
    return st.tuples(terms, SIGNS, terms).map(" ".join)


tests_of_rows = st.one_of(
    compared(number_terms),
    compared(text_terms),
    st.tuples(NUMBERS, SIGNS, number_terms, SIGNS, NUMBERS).map(" ".join),
    st.just("b"),
    st.sampled_from(["x", "n", "t", "u", "b"]).map("{} is missing".format),
    st.tuples(st.sampled_from(["x", "n"]), st.lists(NUMBERS, min_size=1)).map(
        lambda pair: f"{pair[0]} in [{', '.join(pair[1])}]"
    ),
    st.tuples(st.sampled_from(["t", "u"]), st.lists(TEXTS, min_size=1)).map(
        lambda pair: f"{pair[0]} not in [{', '.join(pair[1])}]"
    ),
    st.tuples(TEXTS, st.sampled_from(["in", "not in"]), st.sampled_from(["t", "u"])).map(" ".join),
    st.tuples(st.sampled_from(["t", "u"]), TEXTS).map("{0[0]}.startswith({0[1]})".format),
)
conditions = st.recursive(
    tests_of_rows,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            "({0[0]}) {0[1]} ({0[2]})".format
        ),
        inner.map("not ({})".format),
    ),
    max_leaves=5,
)


class Row:
    """Kleene's logic on plain Python values, one row at a time: None is unknown."""

    def __init__(self, row):
        self.names = {name: values[row] for name, values in TABLE.items()}

    def of(self, node):
        return getattr(self, type(node).__name__.lower())(node)

    def constant(self, node):
        return node.value

    def named(self, node):
        return self.names[node.column]

    def both(self, node, work):
        left, right = self.of(node.left), self.of(node.right)
        return None if left is None or right is None else work(left, right)

    def compared(self, node):
        return self.both(node, lambda a, b: eval(f"a {node.sign} b", {"a": a, "b": b}))

    def arithmetic(self, node):
        def work(left, right):
            if node.sign == "/" and right == 0:
                return None
            exact = eval(f"a {node.sign} b", {"a": left, "b": right})
            # Beyond 64 bits the result is a float.
            exact = float(exact) if isinstance(exact, int) and abs(exact) >= 2**63 else exact
            return None if exact != exact else exact

        return self.both(node, work)

    def called(self, node):
        value = self.of(node.inner)
        if value is None:
            return None
        if node.function == "abs":
            return abs(value)
        if node.function == "contains":
            return node.texts[0] in value
        return getattr(value, node.function)(*node.texts)

    def missing(self, node):
        return self.of(node.inner) is None

    def member(self, node):
        value = self.of(node.inner)
        return None if value is None else value in node.values

    def joined(self, node):
        found = [self.of(part) for part in node.parts]
        settles = not node.every
        if settles in found:
            return settles
        return None if None in found else node.every

    def __getattr__(self, name):
        if name == "not":
            return self.opposite
        raise AttributeError(name)

    def opposite(self, node):
        found = self.of(node.inner)
        return None if found is None else not found


@settings(max_examples=300, deadline=None)
@given(conditions)
def test_rows_are_as_python_has_them_one_by_one(text):
    condition = parse_where(text, HELD)
    expected = [Row(row).of(condition._root) is True for row in range(8)]
    assert condition.mask().tolist() == expected


PIECES = re.findall(
    r"\S+",
    r"""loss split name day `odd name` obs/leiden row missing True None 3 -1 0.5 1e999 'a'
"2023-05" ( ) [ ] , . == != < <= > >= and or not in is & | ~ + - * / // % ** abs( .lower()
.startswith( .isin( .str = ! ` ' \ # @ : ; { } $ é __class__ lambda if for import await := f'x'
""",
)
PIECES += ["\x1b[31m", "\u202e", "`odd name`"]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(PIECES),
            st.text(string.printable, max_size=3),
            st.text(max_size=2),
        ),
        max_size=14,
    ).map(" ".join)
)
def test_any_text_gives_an_answer_or_one_line(text):
    said = ""
    try:
        assert parse_where(text, COLUMNS).mask().dtype == bool
    except WhereError as error:
        said, place = error.message, error.place
    if said:
        assert 0 <= place <= len(text)
        assert said.isprintable()
        # What stands for a word in Python's parser is nobody's business.
        assert not re.search(r"_\d", said) or re.search(r"_\d", text)
