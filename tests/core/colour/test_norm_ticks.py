"""Round numbers for the colour bars of all norms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizterm_core.colour.norm_ticks import is_linear, norm_ticks
from vizterm_core.colour.norms import NORMS, Norm, fit_norm


@pytest.mark.parametrize(
    ("norm", "most", "expected"),
    [
        (Norm("minmax", 0.3, 9.7), 5, [2, 4, 6, 8]),
        (Norm("max", 0, 2.54), 6, [0, 0.5, 1, 1.5, 2, 2.5]),
        (Norm("max", 0, 7e-6), 8, [0, 1e-6, 2e-6, 3e-6, 4e-6, 5e-6, 6e-6, 7e-6]),
        (Norm("log", 0, 1000), 6, [0, 10, 100, 1000]),
        (Norm("sqrt", 0, 100), 6, [0, 10, 50, 100]),
        (Norm("symmetric", -10, 10), 5, [-10, -5, 0, 5, 10]),
        (Norm("none", 0, 1), 6, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (Norm("minmax", 7, 7), 6, [7]),
        (Norm("minmax", -1e308, 1e308), 6, [-1e308, 1e308]),
    ],
)
def test_ticks_by_example(norm, most, expected):
    assert norm_ticks(norm, most) == pytest.approx(expected, rel=1e-9, abs=1e-300)


@given(
    st.sampled_from(NORMS),
    st.integers(2, 12),
    st.integers(0, 99),
    st.sampled_from([1e-30, 1e-6, 1.0, 1e4, 1e30]),
    st.sampled_from([0.0, 1.0, 100.0]),
)
def test_ticks_are_few_rising_within_the_limits_and_apart(name, most, seed, size, offset):
    rng = np.random.default_rng(seed)
    values = (rng.normal(size=300) + offset) * size
    norm = fit_norm(values, name)
    ticks = norm_ticks(norm, most)
    assert 2 <= len(ticks) <= most + 1
    assert ticks == sorted(set(ticks))
    shares = norm(ticks)
    assert (shares >= 0).all() and (shares <= 1).all()
    if not is_linear(norm) and len(ticks) > 2:
        assert np.diff(shares).min() >= 1 / most - 1e-9
    low, high = norm.inverse([0.0, 1.0])
    # Where nothing round lies between them, the limits are rounded.
    slack = 0.01 * (ticks[-1] - ticks[0])
    assert all(low - slack <= tick <= high + slack for tick in ticks)


def test_every_tick_has_few_digits():
    rng = np.random.default_rng(0)
    for name in ("log", "sqrt", "equalize", "minmax", "percentile"):
        for tick in norm_ticks(fit_norm(rng.exponential(size=999), name), 11):
            digits = f"{tick:.6e}".split("e")[0].replace(".", "").strip("0-")
            assert len(digits) <= 3
