import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizterm_core.errors import DataError
from vizterm_core.scatter.encode import encode_labels
from vizterm_core.scatter.grid import CHUNK
from vizterm_core.scatter.labels import (
    LEVELS,
    MISSING_NAME,
    ContinuousScale,
    no_labels,
)
from vizterm_core.scatter.meaning import Meaning

law = settings(max_examples=60, deadline=None, derandomize=True)
INTEGERS = [f"{order}{kind}{size}" for order in "<>" for kind in "iu" for size in (1, 2, 4, 8)]
FLOATS = [f"{order}f{size}" for order in "<>" for size in (2, 4, 8)]


def by_point(labels):
    return [labels.names[code] for code in labels.codes.tolist()]


def check(labels, count):
    """Check the laws that hold for the labels of any `count` points."""
    assert labels.codes.shape == (count,) and labels.codes.dtype.kind == "u"
    assert labels.counts.dtype == np.int64
    assert np.array_equal(np.bincount(labels.codes, minlength=len(labels.names)), labels.counts)
    assert count == 0 or labels.continuous or (labels.counts > 0).all()
    return labels


@pytest.mark.parametrize("dtype", INTEGERS)
def test_integers_of_every_dtype_are_named_and_in_order(dtype):
    info = np.iinfo(dtype)
    values = np.array([info.max, 3, info.min, 3, info.max - 1, 100], dtype)
    before = values.copy()
    labels = check(encode_labels(values), 6)
    assert list(labels.names) == [str(v) for v in sorted({int(v) for v in values})]
    assert by_point(labels) == [str(int(v)) for v in values]
    assert not labels.continuous and labels.values is None
    assert np.array_equal(values, before)


@pytest.mark.parametrize("dtype", ["<u8", ">u8"])
def test_close_integers_beyond_int64_are_distinguished(dtype):
    values = np.array([2**64 - 1, 2**64 - 3, 2**63, 2**63 + 1], dtype)
    for part in (values, values[:2], values[2:]):
        assert by_point(check(encode_labels(part), part.size)) == [str(int(v)) for v in part]


@law
@given(
    hnp.arrays(
        st.sampled_from(INTEGERS), st.integers(1, 30), elements={"min_value": 0, "max_value": 100}
    )
    | hnp.arrays(st.sampled_from(INTEGERS), st.integers(1, 30))
)
def test_integer_codes_equal_numpys_unique(values):
    labels = check(encode_labels(values), values.size)
    found, codes = np.unique(values, return_inverse=True)
    assert np.array_equal(labels.codes, codes)
    assert labels.names == tuple(str(int(v)) for v in found)


def test_integers_are_encoded_alike_over_many_chunks():
    values = np.random.default_rng(0).integers(-40, 40, 300_000).astype(np.int16) * 3
    values[[CHUNK - 1, CHUNK, 2 * CHUNK]] = 1000, 2000, 3000
    labels = check(encode_labels(values), values.size)
    assert np.array_equal(np.array(labels.names, int)[labels.codes], values)


def test_booleans_are_named_and_unused_ones_dropped():
    assert by_point(check(encode_labels(np.array([True, False])), 2)) == ["True", "False"]
    assert check(encode_labels(np.array([True, True])), 2).names == ("True",)
    assert check(encode_labels(np.array([False])), 1).names == ("False",)


@pytest.mark.parametrize("dtype", FLOATS)
def test_few_floats_are_categories_with_missing_ones_named(dtype):
    values = np.array([1.5, np.nan, -2, np.inf, 1.5, -np.inf, np.nan, 0], dtype)
    labels = check(encode_labels(values), 8)
    assert labels.names == ("-inf", "-2", "0", "1.5", "inf", MISSING_NAME)
    assert by_point(labels) == ["1.5", MISSING_NAME, "-2", "inf", "1.5", "-inf", MISSING_NAME, "0"]
    assert not labels.continuous
    assert [labels.text_of(k) for k in (0, 1)] == ["1.5", MISSING_NAME]


@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", ">f8"])
def test_many_floats_are_cut_into_equal_levels(dtype):
    values = np.linspace(-1, 3, 321, dtype=dtype)[::-1]
    labels = check(encode_labels(values), 321)
    assert labels.continuous and len(labels.names) == LEVELS
    assert (labels.scale.low, labels.scale.high) == (-1, 3)
    assert labels.scale.level_bounds(0) == (-1, -0.875)
    assert labels.scale.level_bounds(LEVELS - 1) == (2.875, 3)
    for value, level in zip(values.tolist(), labels.codes.tolist(), strict=True):
        low, high = labels.scale.level_bounds(level)
        assert low - 1e-6 <= value <= high + 1e-6
    assert labels.codes[0] == LEVELS - 1 and labels.codes[-1] == 0
    assert labels.names[:2] == ("-1", "-0.875")
    assert labels.text_of(0) == "3"
    assert np.array_equal(labels.values, values)


def test_missing_values_of_a_quantity_have_a_level_of_their_own():
    values = np.linspace(0, 1, 100)
    values[[3, 50, 99]] = np.nan, np.inf, -np.inf
    labels = check(encode_labels(values), 100)
    assert labels.names[LEVELS] == MISSING_NAME and labels.counts[LEVELS] == 3
    assert np.flatnonzero(labels.codes == LEVELS).tolist() == [3, 50, 99]
    assert labels.scale == ContinuousScale(0, values[98])
    assert [labels.text_of(k) for k in (3, 50, 0)] == [MISSING_NAME, MISSING_NAME, "0"]


def test_a_quantity_is_recognised_by_all_of_its_values():
    fifty, more = np.arange(50) + 0.5, np.arange(51) + 0.5
    assert not encode_labels(np.tile(fifty, 1000)).continuous
    assert encode_labels(np.tile(more, 1000)).continuous
    # The rare values lie between those that a sparse look would see.
    mostly_zero = np.zeros(100_000)
    mostly_zero[1:1431:5] = np.arange(1, 287) + 0.5
    assert encode_labels(mostly_zero).continuous


def test_a_quantity_over_the_whole_range_of_floats_has_levels():
    values = np.linspace(-1, 1, 101) * 1.7e308
    labels = check(encode_labels(values), 101)
    assert labels.codes[0] == 0 and labels.codes[-1] == LEVELS - 1
    assert (np.diff(labels.codes.astype(int)) >= 0).all()
    assert np.isfinite([labels.scale.level_bounds(level) for level in range(LEVELS)]).all()


def test_a_quantity_in_the_smallest_floats_has_levels():
    labels = check(encode_labels(np.arange(101) * 5e-324), 101)
    assert labels.continuous and len(labels.names) == LEVELS


@pytest.mark.parametrize("values", [[1234567.0, 1234568.0], [0.1234567, 0.1234568]])
def test_different_float_categories_have_different_names(values):
    assert len(set(encode_labels(np.array(values)).names)) == 2


def test_negative_zero_is_zero():
    assert encode_labels(np.array([-0.0, 1.0])).names == ("0", "1")


@pytest.mark.parametrize("dtype", ["<U20", ">U20", "S20"])
def test_strings_are_in_natural_order(dtype):
    values = np.array(["class 10", "class 9", "", "b", "class 10", "A"], dtype)
    labels = check(encode_labels(values), 6)
    assert labels.names == ("(empty)", "A", "b", "class 9", "class 10")
    assert by_point(labels) == ["class 10", "class 9", "(empty)", "b", "class 10", "A"]
    assert labels.counts.tolist() == [1, 1, 1, 1, 2]


def test_string_labels_are_kept_whole():
    values = np.array(["\x1b[31mred", "two\nlines", "\u202eabc", "[bold]x[/bold]", "x" * 500])
    assert by_point(encode_labels(values)) == values.tolist()


def test_bytes_are_read_as_utf8_and_bad_ones_replaced():
    values = np.array(["grün".encode(), b"\xff\xfe", b"a\x1bb"])
    assert by_point(encode_labels(values)) == ["grün", "\ufffd\ufffd", "a\x1bb"]


@pytest.mark.parametrize("kind", ["i4", "U8", "S8"])
def test_ten_thousand_labels(kind):
    numbers = np.random.default_rng(0).permutation(10_000)
    labels = check(encode_labels(numbers.astype(kind), meaning=Meaning.CATEGORY), 10_000)
    assert labels.codes.dtype == np.uint16
    assert labels.names == tuple(str(k) for k in range(10_000))
    assert np.array_equal(labels.codes, numbers)


@pytest.mark.parametrize(
    ("count", "dtype"), [(256, "u1"), (257, "u2"), (65536, "u2"), (65537, "u4")]
)
def test_codes_are_as_small_as_the_labels_allow(count, dtype):
    labels = check(encode_labels(np.arange(count), meaning=Meaning.CATEGORY), count)
    assert labels.codes.dtype == dtype and labels.codes[-1] == count - 1


@pytest.mark.parametrize("dtype", ["?", "i8", "f8", "U3", "S3"])
def test_no_points_have_labels_without_points(dtype):
    labels = check(encode_labels(np.zeros(0, dtype)), 0)
    assert labels.counts.sum() == 0


@pytest.mark.parametrize("dtype", ["?", "u1", "i8", "f2", "f8", "U3", "S3"])
@pytest.mark.parametrize("count", [1, 2, 500])
def test_equal_labels_are_one_label(dtype, count):
    labels = check(encode_labels(np.ones(count, dtype)), count)
    assert len(labels.names) == 1 and labels.counts.tolist() == [count]


def test_a_single_column_is_accepted():
    assert by_point(encode_labels(np.array([[3], [1]]))) == ["3", "1"]


@pytest.mark.parametrize("shape", [(), (2, 2), (1, 2), (2, 1, 1)])
def test_other_shapes_are_refused_by_name(shape):
    with pytest.raises(DataError, match=r"'kinds' have shape") as refused:
        encode_labels(np.zeros(shape, int), "kinds")
    assert refused.value.hint


@pytest.mark.parametrize("dtype", ["c16", "V4", "i4,f4"])
def test_other_dtypes_are_refused_by_name(dtype):
    with pytest.raises(DataError, match=r"'kinds' have dtype") as refused:
        encode_labels(np.zeros(3, dtype), "kinds")
    assert "integers" in refused.value.hint


@pytest.mark.parametrize("count", [0, 1, 2])
def test_unlabelled_points_share_one_label(count):
    labels = check(no_labels(count), count)
    assert labels.names == ("points",) and labels.counts.tolist() == [count]
    assert not labels.continuous


def test_many_of_few_texts_are_encoded_as_few_are():
    rng = np.random.default_rng(0)
    values = np.array(["train", "test", "val"])[rng.integers(0, 3, 40_001)]
    values[[7, 39_999]] = "rare", "a"
    labels = check(encode_labels(values), values.size)
    assert labels.names == ("a", "rare", "test", "train", "val")
    assert np.array_equal(np.array(labels.names)[labels.codes], values)
