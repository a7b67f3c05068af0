import numpy as np
import pytest

from vizterm_core.errors import DataError
from vizterm_core.files.source import Categories
from vizterm_core.scatter.columns import Column, missing_in, with_class_names
from vizterm_core.scatter.encode import encode_labels
from vizterm_core.scatter.labels import MISSING_NAME
from vizterm_core.scatter.meaning import Meaning, meaning_of


def by_point(labels):
    return [labels.names[code] for code in labels.codes.tolist()]


def objects(*values):
    return np.array(values, object)


@pytest.mark.parametrize(
    ("values", "meaning"),
    [
        (np.array([0, 5, 100, 4_000_000] * 3), Meaning.CATEGORY),
        (np.arange(200) % 100, Meaning.CATEGORY),
        ((np.arange(4000) % 200).astype(np.float32), Meaning.CATEGORY),
        (np.where(np.arange(4000) < 40, np.nan, np.arange(4000.0) % 200), Meaning.CATEGORY),
        (np.arange(5000) + 10_000_000, Meaning.QUANTITY),
        (np.random.default_rng(0).geometric(0.0005, 5000), Meaning.QUANTITY),
        (np.linspace(0, 1, 400), Meaning.QUANTITY),
        (np.array([0.5, 1.5] * 100), Meaning.CATEGORY),
        (np.array([True, False]), Meaning.CATEGORY),
        (np.array(["2023-01-01", "2023-02-01"], "M8[D]"), Meaning.DATE),
        (np.array([f"id{k}" for k in range(200)]), Meaning.TEXT),
        (np.array(["a", "b"] * 100), Meaning.CATEGORY),
        (objects(*[f"id{k}" for k in range(200)]), Meaning.TEXT),
        (objects(*["a", None] * 100), Meaning.CATEGORY),
        (np.ma.masked_equal(np.arange(100) % 3, 2), Meaning.CATEGORY),
        (Categories(np.zeros(9, int), objects("a", "b")), Meaning.CATEGORY),
        (Categories(np.arange(99), objects(*map(str, range(99)))), Meaning.TEXT),
    ],
)
def test_the_values_say_what_they_are(values, meaning):
    assert meaning_of(values) is meaning


@pytest.mark.parametrize(
    "values",
    [
        np.ma.array([1, 2, 0, 2], mask=[0, 0, 1, 0]),
        np.array([1, 2, np.nan, 2]),
        np.ma.array([1.0, 2.0, 0.0, 2.0], mask=[0, 0, 1, 0]),
        objects("1", "2", None, "2"),
        objects("1", "2", float("nan"), "2"),
        np.ma.array(["1", "2", "x", "2"], mask=[0, 0, 1, 0]),
        Categories(np.array([1, 0, -1, 0]), objects("2", "1", "unused")),
        Categories(np.array([1, 0, -1, 0]), np.array([2, 1])),
    ],
)
def test_what_is_missing_is_one_grey_label_at_the_end(values):
    labels = encode_labels(values)
    assert by_point(labels) == ["1", "2", MISSING_NAME, "2"]
    assert labels.names[-1] == MISSING_NAME and labels.grey == (2,)
    assert labels.counts.tolist() == [1, 2, 1]
    assert missing_in(values).tolist() == [False, False, True, False]


def test_codes_that_stand_for_nothing_are_refused():
    column = Column("a\x1bb", lambda: Categories(np.array([0, 2, -1]), objects("x", "y")))
    for look in (lambda: column.values, column.distinct, column.labels):
        with pytest.raises(DataError, match="'a␛b' has a code 2 for 2 categories"):
            look()


def test_booleans_may_be_missing_too():
    labels = encode_labels(np.ma.array([True, False, True], mask=[0, 0, 1]))
    assert by_point(labels) == ["True", "False", MISSING_NAME]


@pytest.mark.parametrize(
    "values",
    [np.array([-1, 0, 1, 1]), np.array([-1.0, 0, 1, 1]), np.array(["-1", "0", "1", "1"])],
)
def test_noise_is_grey_and_last(values):
    labels = encode_labels(values)
    assert labels.names == ("0", "1", "-1") and labels.grey == (2,)
    assert by_point(labels) == ["-1", "0", "1", "1"] and labels.counts.tolist() == [1, 2, 1]


@pytest.mark.parametrize("values", [[-1, -1], [-1, -2, 3], ["noise", "a", "outlier"], [-1, "a"]])
def test_minus_one_among_other_things_is_a_label_like_any(values):
    assert encode_labels(np.array(values)).grey == ()


def test_dates_are_a_quantity_that_is_told_in_dates():
    days = np.datetime64("2023-01-01", "ns") + (np.arange(40) * 3).astype("m8[D]")
    labels = encode_labels(days)
    assert labels.continuous and labels.text_of(1) == "2023-01-04"
    assert labels.scale.text(labels.scale.low) == "2023-01-01"
    assert labels.scale.text(labels.scale.high) == "2023-04-28"
    hours = encode_labels(np.datetime64("2024-02-29T12:00", "s") + np.arange(50))
    assert hours.text_of(49) == "2024-02-29 12:00:49"
    some = encode_labels(np.array(["2023-01-01", "NaT", "2023-01-03"], "M8[D]"))
    assert some.text_of(1) == MISSING_NAME and some.grey == (32,)
    assert some.counts[32] == 1 and some.text_of(2) == "2023-01-03"


def test_the_meaning_can_be_decided_by_hand():
    counts = np.arange(40)
    assert not encode_labels(counts).continuous
    quantity = encode_labels(counts, meaning=Meaning.QUANTITY)
    assert quantity.continuous and quantity.scale.high == 39
    many = np.linspace(0, 1, 300)
    assert len(encode_labels(many, meaning=Meaning.CATEGORY).names) == 300
    # Text is no quantity, whoever says so.
    assert not encode_labels(np.array(["a", "b"]), meaning=Meaning.QUANTITY).continuous


def test_colours_that_the_data_bring_stay_with_their_labels():
    values = Categories(
        np.array([2, 0, 0, -1]),
        objects("T cell", "unused", "B cell"),
        ("#ff0000", "#00ff00", "#0000ff"),
    )
    labels = encode_labels(values)
    assert labels.names == ("T cell", "B cell", MISSING_NAME)
    assert labels.colours[:2].tolist() == [[255, 0, 0], [0, 0, 255]]
    assert encode_labels(Categories(values.codes, values.values, ("red",) * 3)).colours is None


def test_class_numbers_take_the_names_of_their_classes():
    named = with_class_names(np.array([2, 0, 1]), ("cat", "dog", "horse"))
    assert by_point(encode_labels(named)) == ["horse", "cat", "dog"]
    from_one = with_class_names(np.array([3.0, 1, np.nan]), ("cat", "dog", "horse"))
    assert by_point(encode_labels(from_one)) == ["horse", "cat", MISSING_NAME]
    noisy = encode_labels(with_class_names(np.array([-1, 1, 1]), ("cat", "dog")))
    assert by_point(noisy) == ["noise (-1)", "dog", "dog"] and noisy.grey == (1,)
    for values in ([0, 3], [-2, 0], [0.5, 1]):
        array = np.array(values)
        assert with_class_names(array, ("cat", "dog", "horse")) is array


def test_a_column_is_read_once_and_told_by_row():
    reads = []

    def read():
        reads.append(1)
        return np.array([[0.25], [np.nan], [1e-9]])

    column = Column("loss", read)
    assert not column.ready
    assert [column.text(row) for row in range(3)] == ["0.25", MISSING_NAME, "1e-09"]
    assert column.ready and reads == [1]
    assert column.missing().tolist() == [False, True, False]
    rows = np.array([2, 0])
    assert by_point(column.labels(rows)) == ["1e-09", "0.25"]
    assert column.labels(rows) is column.labels(rows)
    dates = Column("t", lambda: np.array(["2023-01-01T10:00", "NaT"], "M8[m]"))
    assert [dates.text(row) for row in (0, 1)] == ["2023-01-01 10:00", MISSING_NAME]
    kinds = Column("k", lambda: Categories(np.array([1, -1]), objects("a", "b\x1b")))
    assert [kinds.text(row) for row in (0, 1)] == ["b␛", MISSING_NAME]
