import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizterm_core.colour.norms import COUNT_NORMS, LOG_STRETCH, NORMS, Norm, fit_norm, normalise
from vizterm_core.errors import UsageError

law = settings(max_examples=80, deadline=None, derandomize=True)
BOUNDED = [name for name in NORMS if name not in ("sigmoid", "none")]
maps = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=1, max_dims=2, max_side=9),
    elements=st.floats(-1e6, 1e6, allow_subnormal=False),
)
EXAMPLE = np.array([[-2.0, 0.0], [2.0, 6.0]])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("minmax", [[0.0, 0.25], [0.5, 1.0]]),
        ("max", [[0.0, 0.0], [1 / 3, 1.0]]),
        ("sqrt", [[0.0, 0.5], [math.sqrt(0.5), 1.0]]),
        ("log", [[0.0, math.log(251) / math.log(1001)], [math.log(501) / math.log(1001), 1.0]]),
        ("equalize", [[0.0, 1 / 3], [2 / 3, 1.0]]),
        ("symmetric", [[1 / 3, 0.5], [2 / 3, 1.0]]),
        (
            "sigmoid",
            [[1 / (1 + math.exp(2)), 0.5], [1 / (1 + math.exp(-2)), 1 / (1 + math.exp(-6))]],
        ),
        ("none", EXAMPLE.tolist()),
    ],
)
def test_norms_by_hand(name, expected):
    assert np.allclose(normalise(EXAMPLE, name), expected, rtol=1e-14, atol=0)


def test_a_percentile_norm_by_hand():
    values = np.arange(101.0)
    shares = normalise(values, "percentile", percentiles=(10, 60))
    assert shares[[0, 10, 35, 60, 100]].tolist() == [0, 0, 0.5, 1, 1]
    norm = fit_norm(values, "percentile")
    assert (norm.low, norm.high) == (1, 99)


def test_a_percentile_norm_of_a_nearly_empty_map_still_shows_it():
    values = np.zeros(1000)
    values[:3] = 4, 2, 1
    norm = fit_norm(values, "percentile")
    assert (norm.low, norm.high) == (0, 4) and not norm.constant


def test_equalize_counts_ranks_and_leaves_the_many_empty_pixels_at_the_bottom():
    values = np.array([0, 0, 0, 0, 0, 0, 5, 5, 7, 1000.0])
    assert normalise(values, "equalize").tolist() == [0] * 6 + [0.5, 0.5, 0.75, 1]
    # In between: by the neighbours.
    assert fit_norm(values, "equalize")([-3, 6, 1e9]).tolist() == [0, 0.625, 1]


def test_equalize_of_many_distinct_values_is_their_rank_and_leaps_at_ties():
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.lognormal(0, 2, 60_000), np.full(40_000, 1.0)])
    shares = normalise(values, "equalize")
    below = np.searchsorted(np.sort(values), values, side="right") / len(values)
    assert np.abs(shares - below).max() < 1e-3


@law
@given(maps)
def test_minmax_is_the_plain_expression_bit_for_bit(values):
    for array in (values, values.astype(np.float32), np.rint(values).astype(np.int64)):
        found = [normalise(array, name) for name in ("minmax", "max", "sigmoid")]
        with np.errstate(over="ignore"):
            if array.max() > array.min():
                plain = (array - array.min()) / (array.max() - array.min())
                assert found[0].dtype == plain.dtype and np.array_equal(found[0], plain)
            if array.max() > 0:
                assert np.array_equal(found[1], np.maximum(array / array.max(), 0))
            if array.dtype.kind == "f":
                plain = 1 / (1 + np.exp(-array))
                assert found[2].dtype == plain.dtype and np.array_equal(found[2], plain)


@pytest.mark.parametrize("dtype", ["?", "u1", "i1", "<u2", ">i4", "i8", "u8", "f2", "<f4", ">f8"])
@pytest.mark.parametrize("name", BOUNDED)
def test_every_dtype_and_shape(name, dtype):
    values = np.array([[0, 1, 1], [1, 0, 1]]).astype(dtype)
    before = values.copy()
    shares = normalise(values, name)
    assert np.array_equal(values, before)
    assert shares.dtype == (np.float32 if dtype in ("f2", "<f4") else np.float64)
    low = 0.5 if name == "symmetric" else 0
    assert shares.tolist() == [[low, 1, 1], [1, low, 1]]
    assert normalise(values[0, 1], name).shape == ()


@pytest.mark.parametrize("dtype", [np.int8, np.uint8])
def test_small_integers_do_not_wrap_around(dtype):
    numbers = np.iinfo(dtype)
    values = np.array([numbers.min, (numbers.min + numbers.max + 1) // 2, numbers.max], dtype)
    assert normalise(values).tolist() == pytest.approx([0, 128 / 255, 1])


@pytest.mark.parametrize("name", BOUNDED)
@law
@given(values=maps)
def test_shares_lie_in_the_unit_range_and_keep_the_order(name, values):
    shares = normalise(values, name)
    assert shares.shape == values.shape
    assert (shares >= 0).all() and (shares <= 1).all()
    assert (np.diff(shares.ravel()[np.argsort(values.ravel())]) >= 0).all()


@pytest.mark.parametrize("name", NORMS)
@law
@given(values=maps)
def test_the_inverse_gives_a_colour_bar_true_numbers(name, values):
    norm = fit_norm(values, name)
    shown = values.clip(norm.low, norm.high) if name in BOUNDED else values.clip(-20, 20)
    back = norm.inverse(norm(shown)) if not norm.constant else shown
    span = max(norm.high - norm.low, 1) if name in BOUNDED else 1
    if name == "none":
        shown = back = norm.inverse(shown)
    assert np.allclose(back, shown, rtol=1e-9, atol=1e-6 * span)
    if name in BOUNDED and not norm.constant:
        assert norm.inverse([0, 1]).tolist() == [norm.low, norm.high]
        ticks = np.linspace(0, 1, 33)
        assert (np.diff(norm.inverse(ticks)) >= 0).all()
        there = norm(norm.inverse(ticks))
        # Between neighbouring floats there is no room for ticks.
        far_apart = norm.high - norm.low > 1e-6 * max(abs(norm.low), abs(norm.high))
        if norm.knots is not None:
            far_apart = np.diff(norm.knots[0]).min() > 1e-6 * np.abs(norm.knots[0]).max()
        assert not far_apart or np.allclose(
            there, ticks, rtol=0, atol=1e-6 if name != "equalize" else 1e-5
        )


def test_the_inverse_by_hand():
    norm = fit_norm([0.0, 8.0], "sqrt")
    assert norm.inverse([0, 0.5, 1, 2, -1]).tolist() == [0, 2, 8, 8, 0]
    norm = fit_norm([0.0, LOG_STRETCH], "log")
    third = math.log(101) / math.log(1001)
    assert norm.inverse(third) == pytest.approx(100)
    norm = fit_norm([0, 0, 10, 20, 20], "equalize")
    assert norm.inverse([0, 1 / 6, 1 / 3, 1]).tolist() == pytest.approx([0, 5, 10, 20])
    assert fit_norm([0.0], "sigmoid").inverse([0, 0.5, 1]).tolist() == [-math.inf, 0, math.inf]
    assert fit_norm([7, 7]).inverse([0, 0.3, 1]).tolist() == [7, 7, 7]


@pytest.mark.parametrize("name", BOUNDED)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nan_stays_nan_and_infinities_are_the_ends(name, dtype):
    values = np.array([np.nan, -np.inf, 0.0, 1.0, np.inf], dtype)
    shares = normalise(values, name)
    low = 0.5 if name == "symmetric" else 0
    assert np.array_equal(shares, np.array([np.nan, 0, low, 1, 1], dtype), equal_nan=True)
    expected = {"percentile": (0.01, 0.99), "symmetric": (-1, 1)}.get(name, (0, 1))
    assert (fit_norm(values, name).low, fit_norm(values, name).high) == pytest.approx(expected)


@pytest.mark.parametrize("name", BOUNDED)
@pytest.mark.parametrize("value", [0.0, 3.0, -3.0])
def test_a_constant_map_is_at_the_bottom_and_flagged(name, value):
    values = np.full((2, 3), value)
    norm = fit_norm(values, name)
    # From 0 to 3 and from -3 to 3 there is a range.
    ranged = (name == "max" and value > 0) or (name == "symmetric" and value != 0)
    assert norm.constant is not ranged
    top = 1 if ranged and value > 0 else 0.5 if name == "symmetric" and value == 0 else 0
    assert (norm(values) == top).all()


@pytest.mark.parametrize("name", NORMS)
@pytest.mark.parametrize("shape", [(0,), (0, 4), (3, 0)])
def test_an_empty_map_stays_empty(name, shape):
    assert normalise(np.zeros(shape), name).shape == shape


@pytest.mark.parametrize("name", BOUNDED)
def test_a_map_without_a_finite_value_has_no_range(name):
    for values in (np.full((2, 2), np.nan), np.array([np.nan, np.nan])):
        norm = fit_norm(values, name)
        assert norm.constant and np.isnan(norm(values)).all()
        assert math.isfinite(norm.low) and math.isfinite(norm.high)
    norm = fit_norm([np.inf, -np.inf, np.nan], name)
    assert norm.constant
    assert np.array_equal(norm([np.inf, -np.inf, np.nan]), [1, 0, np.nan], equal_nan=True)


def test_an_all_negative_map_has_nothing_above_zero():
    norm = fit_norm([-4.0, -1.0], "max")
    assert norm.constant and norm([-4.0, -1.0, 0.0, 2.0]).tolist() == [0, 0, 0, 1]
    assert normalise([-4.0, -1.0]).tolist() == [0, 1]
    assert normalise([-4.0, -1.0], "symmetric").tolist() == [0, 0.375]


@pytest.mark.parametrize("name", ["minmax", "max", "log", "sqrt", "percentile"])
def test_given_limits_replace_the_datas(name):
    values = np.array([0.0, 1.0, 5.0, 10.0])
    norm = fit_norm(values, name, vmin=1, vmax=5)
    assert (norm.low, norm.high) == (1, 5) and norm(values).tolist() == [0, 0, 1, 1]
    upper = fit_norm(values, name, vmax=20)
    assert (upper.low, upper.high) == (fit_norm(values, name).low, 20)
    lower = fit_norm(values, name, vmin=-5)
    assert (lower.low, lower.high) == (-5, fit_norm(values, name).high)


def test_given_limits_of_symmetric_and_equalize():
    values = np.array([-1.0, 0.0, 1.0, 2.0, 9.0])
    for limits in ({"vmax": 4}, {"vmin": -4}, {"vmin": -4, "vmax": 1}, {"vmin": 4}):
        norm = fit_norm(values, "symmetric", **limits)
        assert (norm.low, norm.high) == (-4, 4)
    norm = fit_norm(values, "equalize", vmin=0, vmax=2)
    assert norm(values).tolist() == pytest.approx([0, 0, 1 / 3, 1, 1])
    assert (norm.low, norm.high) == (0, 2)


@pytest.mark.parametrize("name", BOUNDED)
def test_a_limit_beyond_the_data_leaves_a_flat_map(name):
    values = np.array([1.0, 2.0, 3.0])
    if name == "symmetric":
        assert (normalise(values, name, vmax=0.5) == 1).all()
        return
    assert (normalise(values, name, vmin=7) == 0).all()
    if name != "equalize":
        assert (normalise(values, name, vmax=-7) == 1).all()


def test_a_fitted_norm_does_the_same_to_other_data():
    norm = fit_norm(np.array([0.0, 10.0], np.float32))
    assert norm([5.0]).tolist() == [0.5] and norm([-1, 20]).tolist() == [0, 1]
    with pytest.raises(AttributeError):
        norm.low = 3  # type: ignore[misc]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_widest_and_the_narrowest_ranges(dtype):
    top = np.finfo(dtype).max
    assert normalise(np.array([-top, 0, top], dtype)).tolist() == [0, 0.5, 1]
    assert fit_norm(np.array([-top, top], dtype)).inverse([0, 0.5, 1]).tolist() == [-top, 0, top]
    tiny = np.finfo(dtype).smallest_subnormal
    assert normalise(np.array([0, tiny], dtype)).tolist() == [0, 1]
    close = normalise(np.array([1, 1.5], dtype), vmin=1, vmax=1 + 1e-12)
    assert close.tolist() == [0, 1]
    assert normalise(np.array([0, top], dtype), vmin=0, vmax=1e-30).tolist() == [0, 1]


def test_beyond_float32_the_limits_still_hold():
    values = np.array([0, 1], np.float32)
    assert normalise(values, vmin=0, vmax=1e300).tolist() == [0, 0]
    assert normalise(values, "equalize", vmax=1e300).tolist() == [0, 1]


def test_none_leaves_bytes_as_bytes():
    values = np.array([[0, 7, 255]], np.uint8)
    assert normalise(values, "none").dtype == np.uint8
    assert normalise(values, "none").tolist() == [[0, 7, 255]]


def test_sigmoid_of_large_magnitudes_is_quiet():
    assert normalise(np.array([-1e5, 1e5], np.float32), "sigmoid").tolist() == [0, 1]


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("linear", {}, "minmax"),
        ("minmax", {"vmin": 3, "vmax": 3}, "vmin 3"),
        ("log", {"vmin": 4, "vmax": 3}, "vmax 3"),
        ("symmetric", {"vmin": 4, "vmax": 3}, "vmin 4"),
        ("minmax", {"vmin": math.nan}, "vmin is nan"),
        ("minmax", {"vmax": math.inf}, "vmax is inf"),
        ("none", {"vmax": 1}, "norm none has no vmax"),
        ("sigmoid", {"vmin": 0}, "norm sigmoid has no vmin"),
        ("percentile", {"percentiles": (99, 1)}, "percentiles"),
        ("percentile", {"percentiles": (5, 5)}, "percentiles"),
        ("percentile", {"percentiles": (-1, 50)}, "percentiles"),
        ("percentile", {"percentiles": (1, 101)}, "percentiles"),
        ("percentile", {"percentiles": (math.nan, 50)}, "percentiles"),
    ],
)
def test_options_that_make_no_sense_are_refused(name, options, words):
    with pytest.raises(UsageError, match=words):
        fit_norm([1.0, 2.0], name, **options)


def test_the_norms_for_counts_are_the_first_ones():
    assert COUNT_NORMS == ("minmax", "max", "log", "sqrt", "percentile", "equalize")
    assert NORMS[: len(COUNT_NORMS)] == COUNT_NORMS
    assert Norm("minmax", 0.0, 1.0).constant is False
