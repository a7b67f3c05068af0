import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm_core.load import embedding_from_arrays
from vizterm_core.scatter.search import find_points

law = settings(max_examples=80, deadline=None, derandomize=True)
LABELS = ["Cat", "dog", "Catfish", "34", "1", "[b]", "cat", "a\x1bb"]


def embedding(count, **arrays):
    coords = np.column_stack([np.arange(count), np.arange(count)]).astype(float)
    return embedding_from_arrays(coords, **arrays)


def search(data, text):
    found = find_points(data, text)
    assert found.points.dtype == np.int64
    assert (found.how == "") == (found.points.size == 0)
    return found.points.tolist(), found.how


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cat", ([0, 6], "label")),
        ("  CAT ", ([0, 6], "label")),
        ("ca", ([0, 2, 6], "label")),
        ("catf", ([2], "label")),
        ("at", ([0, 2, 6], "label")),
        ("tf", ([2], "label")),
        ("1", ([4], "label")),
        ("34", ([3], "label")),
        ("[b]", ([5], "label")),
        ("a␛b", ([7], "label")),
        # A number is the whole name of a label or an index, never a part.
        ("3", ([3], "index")),
        ("#1", ([1], "index")),
        ("#12", ([], "")),
        ("#cat", ([], "")),
        ("#", ([], "")),
        ("8", ([], "")),
        ("-1", ([], "")),
        ("", ([], "")),
        (" \t", ([], "")),
        ("nothing", ([], "")),
    ],
)
def test_labels_are_found_whole_then_by_a_part_then_by_index(text, expected):
    assert search(embedding(8, labels=LABELS), text) == expected


@pytest.mark.parametrize("text", ["#1797", "#1,797", "#1_797", "1797", "1,797"])
def test_an_index_may_be_grouped(text):
    assert search(embedding(2000), text) == ([1797], "index")


@pytest.mark.parametrize("text", ["#٣", "#²", "#1.5", "#-1", "#+1", "#" + "9" * 30, "9" * 5000])
def test_other_text_than_an_index_finds_nothing(text):
    assert search(embedding(10), text) == ([], "")


@pytest.mark.parametrize("dtype", ["U9", "S9"])
def test_a_part_of_a_name_is_enough_without_regard_to_case(dtype):
    names = np.array(["img_01", "IMG_02", "photo", "img_010", ""], dtype)
    data = embedding(5, names=names)
    assert search(data, "img_01") == ([0, 3], "name")
    assert search(data, "G_") == ([0, 1, 3], "name")
    assert search(data, "PHOTO") == ([2], "name")
    assert search(data, "1") == ([0, 3], "name")
    assert search(data, "4") == ([4], "index")


@pytest.mark.parametrize("dtype", ["<i8", ">i4", "<u2"])
def test_integer_names_are_found_by_their_digits(dtype):
    data = embedding(4, names=np.array([105, 207, 310, 42], dtype))
    assert search(data, "10") == ([0, 2], "name")
    assert search(data, "#2") == ([2], "index")
    assert search(data, "3") == ([2], "name")


def test_utf8_names_are_found_and_damaged_ones_do_no_harm():
    names = np.array(["grün".encode(), b"\xff\xfe", "日本".encode()])
    data = embedding(3, names=names)
    assert search(data, "GRÜN") == ([0], "name")
    assert search(data, "本") == ([2], "name")


@pytest.mark.parametrize("name", ["Straße", "ΟΔΟΣ", "οδος"])
def test_a_name_is_found_by_itself_whatever_its_script(name):
    assert search(embedding(2, names=["other", name]), name) == ([1], "name")


def test_a_name_is_found_as_it_is_shown():
    data = embedding(2, names=["plain", "tab\there"])
    assert search(data, data.name_of(1)) == ([1], "name")


def test_labels_come_before_names_and_names_before_an_index():
    data = embedding(4, labels=[7, 7, 8, 9], names=["8 a", "b2", "7", "3"])
    assert search(data, "8") == ([2], "label")
    assert search(data, "2") == ([1], "name")
    assert search(data, "3") == ([3], "name")
    assert search(data, "0") == ([0], "index")


def test_levels_of_a_quantity_are_not_searched():
    data = embedding(100, labels=np.linspace(0, 1, 100))
    assert data.labels.continuous
    assert search(data, data.labels.names[1]) == ([], "")
    assert search(data, "0") == ([0], "index")


def test_points_are_counted_without_dropped_rows_but_named_by_row():
    coords = np.array([[0, 0], [np.nan, 1], [2, 2], [3, 3], [np.inf, 4], [5, 5]])
    data = embedding_from_arrays(coords, list("aabbab"), names=["n0", "n1", "n2", "n3", "x4", "n5"])
    assert search(data, "#3") == ([2], "index")
    assert search(data, "#1") == ([], "")
    assert search(data, "n5") == ([3], "name")
    assert search(data, "n") == ([0, 1, 2, 3], "name")
    assert search(data, "x4") == ([], "")
    assert search(data, "b") == ([1, 2, 3], "label")


def test_names_are_found_by_any_part_of_them():
    names = [
        "x" * 300 + " needle",
        "line\nbreak\tand  blanks",
        "Cafe\u0301 12",
        "#12 of all",
        "猫の写真",
    ]
    data = embedding(5, names=names)
    for text, row in (
        ("needle", 0), ("line break and blanks", 1), ("LINE␊B", 1), ("k\ta", 1), ("k and", 1),
        ("café", 2), ("cafe\u0301", 2), ("\\#12", 3), ("12 of", 3), ("#12 o", 3), ("の写", 4),
    ):  # fmt: skip
        assert search(data, text) == ([row], "name"), text
    assert search(data, "12") == ([2, 3], "name")
    assert search(data, "#4") == ([4], "index")
    assert search(data, "\\#4") == ([], "")


def test_a_name_among_very_many_is_found():
    names = [f"n{k}" for k in range(5000)]
    names[4321], names[1500] = "Needle\u0301", "two  blanks"
    data = embedding(5000, names=names)
    assert search(data, "needle") == ([4321], "name")
    assert search(data, "o b") == ([1500], "name")
    assert search(data, "N4999") == ([4999], "name")
    # Not across the ends of two names.
    assert search(data, "n12n13") == ([], "")


def test_an_index_that_isnt_there_is_explained():
    coords = np.array([[0, 0], [np.nan, 1], [2, 2]])
    data = embedding_from_arrays(coords, names=["a", "b", "c"])
    for text in ("#1", "1"):
        assert find_points(data, text).why == "row 1 was dropped: its coordinates are not finite"
    assert find_points(data, "#1234").why == "there is no row 1,234; the last is 2"
    assert find_points(data, "9" * 30).why == "there is no row of 30 digits"
    assert find_points(data, "#2").why == find_points(data, "zebra").why == ""
    assert data.why_absent(-1) == "there is no row -1; the last is 2"
    assert embedding(0).why_absent(0) == "there are no rows"


@law
@given(
    st.lists(st.text(st.characters(codec=None, exclude_categories=()), max_size=400), min_size=1),
    st.data(),
)
def test_a_part_of_a_name_finds_its_row(names, drawn):
    data = embedding(len(names), names=np.array(names))
    row = drawn.draw(st.integers(0, len(names) - 1))
    whole = data.name_of(row)
    start = drawn.draw(st.integers(0, len(whole)))
    part = whole[start : drawn.draw(st.integers(start, len(whole)))]
    if part.strip().startswith("#"):
        part = "\\" + part.strip()
    if part.strip() not in ("", "\\#"):
        assert row in find_points(data, part).points.tolist()


def test_an_empty_embedding_finds_nothing():
    for data in (embedding(0), embedding(0, labels=np.zeros(0, "U3"), names=np.zeros(0, "U3"))):
        assert [search(data, text) for text in ("0", "#0", "points?", "a")] == [([], "")] * 4


@law
@given(st.lists(st.text("ab1_", max_size=4), min_size=1, max_size=8), st.text("abAB1_", max_size=3))
def test_names_equal_brute_force(names, text):
    data = embedding(len(names), names=np.array(names, "U4"))
    expected = [k for k, name in enumerate(names) if text.casefold() in name.casefold()]
    points, how = search(data, text)
    if how == "name" or (text and expected):
        assert points == expected
