import numpy as np
import pytest

from vizterm_core.maps.missing import common_limits, missing_signs, without
from vizterm_core.maps.placed_map import Limits, place_map, place_maps

RNG = np.random.default_rng(0)
DEPTH = (1000 + 8000 * RNG.random((60, 80))).astype(np.uint16)


def with_(values, sign, rows=5):
    changed = values.copy()
    changed[:rows] = sign
    return changed


@pytest.mark.parametrize(
    ("values", "signs"),
    [
        (DEPTH, ()),
        (with_(DEPTH, 65535), (65535,)),
        (with_(DEPTH, 0), (0,)),
        (with_(with_(DEPTH, 0, 10), 65535), (65535, 0)),
        (with_(DEPTH.astype("i4"), 0), (0,)),
        (with_(DEPTH.astype("f4"), -9999), (-9999,)),
        (with_(DEPTH.astype("f8"), 1e20), (1e20,)),
        (with_(DEPTH.astype("f4"), np.finfo("f4").min), (np.finfo("f4").min,)),
        (with_(DEPTH.astype(">f4"), -9999), (-9999,)),
        # Plain counts begin at 0, masks have few values, and a full range is a picture.
        (np.arange(4800, dtype=np.uint16).reshape(60, 80), ()),
        (np.where(DEPTH > 4000, 500, 0).astype("u2"), ()),
        ((RNG.random((60, 80)) * 65535).astype("u2"), ()),
        (with_((RNG.random((60, 80)) * 50000).astype("u2"), 65535), ()),
        (with_(DEPTH.astype("f4"), 0), ()),
        (with_(DEPTH.astype("f4"), -1), (-1,)),
        (np.clip(RNG.normal(size=(60, 80)), -1, 1), ()),
        (np.where(RNG.random((60, 80)) < 0.5, -1, RNG.random((60, 80))), ()),
        (np.full((4, 4), 65535, "u2"), ()),
        (np.array([[0, 65535]] * 50, "u2"), ()),
        (with_(RNG.random((60, 80)), np.nan), ()),
        (np.zeros((3, 3), np.uint8), ()),
        (np.full((3, 3), np.nan), ()),
    ],
)
def test_values_that_stand_for_nothing_are_found(values, signs):
    assert missing_signs(values) == tuple(float(sign) for sign in signs)


def test_signs_become_nan_and_the_rest_stays_exact():
    floats = without(with_(DEPTH, 65535), (65535, 0))
    assert floats.dtype == np.float32 and np.isnan(floats[:5]).all()
    assert np.array_equal(floats[5:], DEPTH[5:])
    assert without(DEPTH.astype("i4"), ()).dtype == np.float64
    assert not np.isnan(without(DEPTH, (-1, 0.5, 1e9))).any()
    assert np.isnan(without(np.array([[0.0, 1]]), (0,))).tolist() == [[True, False]]


def test_absurd_values_are_told_from_peaks():
    field = RNG.random((64, 64))
    assert common_limits(field) is None
    far = field.copy()
    far[3, 3], far[9, 9] = 1e6, -800
    low, high, count = common_limits(far)
    assert count == 2 and (low, high) == (far[far > -800].min(), far[far < 1e6].max())
    y, x = np.mgrid[:64, :64]
    for width in (0.3, 1, 3, 10):
        peak = np.exp(-((y - 20) ** 2 + (x - 40) ** 2) / 2 / width**2)
        assert common_limits(peak) is None or width < 1
    assert common_limits(np.zeros((64, 64))) is None
    # A coarse map may have one hot patch, as of a network's attention.
    coarse = RNG.random((14, 14)) / 1e3
    coarse[2, 2] = 1
    assert common_limits(coarse) is None
    many = field.copy()
    many[:2] = 1e6
    assert common_limits(many) is None


def test_a_robust_norm_leaves_them_out_and_says_so():
    field = RNG.random((64, 64)).astype("f4")
    field[5, 5] = 1e9
    placed = place_map(field, (64, 64), "minmax", Limits(robust=True))
    assert placed.norm.high < 1 and placed.beyond == (False, True)
    plain = place_map(field, (64, 64))
    assert plain.norm.high == 1e9 and plain.beyond == (False, False)
    given = place_map(field, (64, 64), "minmax", Limits(0.25, 0.75, robust=True))
    assert (given.norm.low, given.norm.high) == (0.25, 0.75) and given.beyond == (True, True)
    assert np.array_equal(given.shares(), np.clip((field - 0.25) / np.float32(0.5), 0, 1))


def test_limits_have_no_effect_on_norms_without_any():
    for norm in ("sigmoid", "none"):
        assert place_map([[0.0, 1]], (1, 2), norm, Limits(0.5, 0.6)).norm.name == norm


@pytest.mark.parametrize("norm", ["minmax", "max", "symmetric", "percentile", "sigmoid"])
def test_several_maps_have_one_norm(norm):
    fields = [RNG.random((8, 8)) * scale for scale in (1, 3, 10)]
    placed = place_maps(fields, (8, 8), norm)
    assert len({id(each.norm) for each in placed}) == 1
    whole = place_map(np.concatenate(fields), (24, 8), norm).norm
    assert (placed[0].norm.low, placed[0].norm.high) == pytest.approx((whole.low, whole.high))
    assert [each.greatest for each in placed] == [field.max() for field in fields]
