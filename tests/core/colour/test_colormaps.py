import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import LinearSegmentedColormap

from vizterm_core.colour.colormaps import (
    COLORMAPS,
    VIRIDIS,
    Colormap,
    apply_colormap,
    find_colormap,
    sample_colours,
)
from vizterm_core.colour.palette import MISSING_COLOUR
from vizterm_core.errors import UsageError

law = settings(max_examples=60, deadline=None, derandomize=True)
SAMPLE = [
    *((0, 0, 1), (0, 1, 1), (0, 1, 0.75), (0, 1, 0), (0.75, 1, 0)),
    *((1, 1, 0), (1, 0.8, 0), (1, 0.7, 0), (1, 0, 0)),
]
LEVELS = np.arange(256)
# Every level's lower edge, its neighbours on both sides, and what lies outside.
EDGES = LEVELS / 256
FLOATS = np.concatenate(
    [
        *(EDGES, np.nextafter(EDGES, -1), np.nextafter(EDGES, 2), np.linspace(-0.5, 1.5, 999)),
        [0.0, 1.0, np.nextafter(1, 0), np.nextafter(1, 2), -1e300, 1e300, np.inf, -np.inf],
    ]
)


def matplotlibs(name):
    """matplotlib's colormap of that name; `sample` is our own, by its published colours."""
    if name.startswith("sample"):
        forward = LinearSegmentedColormap.from_list("sample", SAMPLE)
        return forward.reversed() if name.endswith("_r") else forward
    return mpl.colormaps[name]


def test_the_promised_colormaps_are_there_and_the_default_is_safe_for_all_eyes():
    assert set(COLORMAPS) == {
        *("viridis", "magma", "inferno", "plasma", "cividis", "turbo", "jet", "hot", "gray"),
        *("coolwarm", "RdBu_r", "sample"),
    }
    assert np.array_equal(apply_colormap(LEVELS), find_colormap(COLORMAPS[0]).table)
    lightness = find_colormap(COLORMAPS[0]).table @ np.array([0.2126, 0.7152, 0.0722])
    # Rises all the way, so that order can be told without colour.
    assert (np.diff(lightness) > -0.5).all() and lightness[-1] - lightness[0] > 200


@pytest.mark.parametrize("reverse", ["", "_r"])
@pytest.mark.parametrize("name", COLORMAPS)
def test_tables_are_matplotlibs_bit_for_bit(name, reverse):
    name = name.removesuffix("_r") if reverse and name.endswith("_r") else name + reverse
    found, expected = find_colormap(name), matplotlibs(name)
    assert found.name == name
    assert found.colours.dtype == np.float64 and found.table.dtype == np.uint8
    assert np.array_equal(found.colours, expected(LEVELS)[:, :3])
    assert np.array_equal(found.table, expected(LEVELS, bytes=True)[:, :3])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f4", ">f8"])
@pytest.mark.parametrize("name", COLORMAPS)
def test_floats_get_matplotlibs_bytes(name, dtype):
    with np.errstate(over="ignore"):
        values = FLOATS.astype(dtype)
        expected = matplotlibs(name)(values, bytes=True)[:, :3]
    assert np.array_equal(apply_colormap(values, name), expected)


@pytest.mark.parametrize("dtype", ["u1", "i1", "<u2", ">i2", "i4", "u8", "i8"])
def test_integers_index_the_table(dtype):
    numbers = np.iinfo(dtype)
    values = np.array([0, 1, 127, min(255, numbers.max), numbers.min, numbers.max], dtype)
    expected = matplotlibs("jet")(values.astype(np.float64).clip(0, 255).astype(int), bytes=True)
    assert np.array_equal(apply_colormap(values, "jet"), expected[:, :3])


def test_bools_are_the_two_ends():
    table = find_colormap("hot").table
    assert apply_colormap(np.array([False, True]), "hot").tolist() == table[[0, 255]].tolist()


@pytest.mark.parametrize("shape", [(), (0,), (1,), (0, 3), (2, 3), (1, 1), (2, 3, 4), (300, 301)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8])
def test_any_shape_gets_an_axis_of_colours(shape, dtype):
    rng = np.random.default_rng(0)
    values = np.asarray((rng.random(shape) * (255 if dtype == np.uint8 else 1)), dtype)
    before = values.copy()
    coloured = apply_colormap(values, "turbo")
    assert coloured.dtype == np.uint8 and coloured.shape == (*shape, 3)
    assert np.array_equal(values, before)
    expected = np.array(matplotlibs("turbo")(values, bytes=True))[..., :3]
    assert np.array_equal(coloured, expected)
    assert np.array_equal(apply_colormap(values.T, "turbo"), np.moveaxis(expected.T, 0, -1))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_nan_has_a_colour_of_its_own(dtype):
    values = np.array([[np.nan, 0.0], [1.0, np.nan]], dtype)
    table = find_colormap("gray").table.tolist()
    grey = list(MISSING_COLOUR)
    assert apply_colormap(values, "gray").tolist() == [[grey, table[0]], [table[255], grey]]
    pink = Colormap("mine", find_colormap("gray").colours, bad=(255, 0, 255))
    assert apply_colormap(values, pink)[1, 1].tolist() == [255, 0, 255]
    assert apply_colormap(values, pink.reversed())[0].tolist() == [[255, 0, 255], table[255]]


def test_an_unknown_name_lists_all_the_known_ones():
    for name in ("virdis", "jet_r_r_q", "", "_r"):
        with pytest.raises(UsageError) as caught:
            find_colormap(name)
        assert all(known in str(caught.value) for known in COLORMAPS)
    with pytest.raises(UsageError, match="rainbow"):
        apply_colormap([0.5], "rainbow")


@pytest.mark.parametrize("name", [*COLORMAPS, "RdBu"])
def test_reversing_twice_gives_back_the_colours(name):
    there = find_colormap(name)
    back = there.reversed().reversed()
    assert back.name == name and back.diverging == there.diverging
    assert np.allclose(back.colours, there.colours, rtol=0, atol=1e-14)
    assert np.allclose(there.reversed().colours, there.colours[::-1], rtol=0, atol=1e-14)


def test_only_the_diverging_ones_say_so():
    assert {name for name in COLORMAPS if find_colormap(name).diverging} == {"coolwarm", "RdBu_r"}
    assert find_colormap("RdBu").diverging and find_colormap("coolwarm_r").diverging


def test_tables_are_the_same_object_each_time_and_cannot_be_written_to():
    for name in (*COLORMAPS, "magma_r"):
        assert find_colormap(name) is find_colormap(name)
        assert not find_colormap(name).colours.flags.writeable
        assert not find_colormap(name).table.flags.writeable


channel = st.floats(0, 1, width=32)
colours = st.lists(st.tuples(channel, channel, channel), min_size=2, max_size=12)


@law
@given(colours)
def test_own_colours_are_matplotlibs_from_list_bit_for_bit(colors):
    found, expected = Colormap.from_colors(colors), LinearSegmentedColormap.from_list("x", colors)
    assert np.array_equal(found.colours, expected(LEVELS)[:, :3])
    assert np.array_equal(apply_colormap(FLOATS, found), expected(FLOATS, bytes=True)[:, :3])
    assert np.array_equal(found.reversed().colours, expected.reversed()(LEVELS)[:, :3])


def test_own_colours_in_every_notation_are_the_same():
    expected = LinearSegmentedColormap.from_list("x", ["#ff0000", "#10a0fF", "#000000"])
    rows = [(255, 0, 0), (16, 160, 255), (0, 0, 0)]
    for colors in (
        ["#ff0000", "#10a0fF", "#000000"],
        rows,
        np.array(rows, np.uint8),
        np.array(rows) / 255,
        [(1.0, 0.0, 0.0), "#10a0ff", (0.0, 0.0, 0.0)],
    ):
        found = Colormap.from_colors(colors, "x")
        assert np.array_equal(found.colours, expected(LEVELS)[:, :3])
    assert np.array_equal(Colormap.from_colors(SAMPLE).table, find_colormap("sample").table)


def test_whole_numbers_up_to_one_are_shares_unless_they_are_uint8():
    blue_to_white = [(0, 0, 1), (1, 1, 1)]
    assert Colormap.from_colors(blue_to_white).table[[0, 255]].tolist() == [
        [0, 0, 255],
        [255, 255, 255],
    ]
    assert Colormap.from_colors(np.array(blue_to_white, np.uint8)).table.max() == 1


@pytest.mark.parametrize(
    "colors",
    [
        *([], [(0, 0, 1)], ["#ff0000"], "#ff0000", 5, None),
        *(["red", "#000000"], ["#ff000", "#000000"], ["#ff00gg", "#000000"]),
        *([(0, 0), (1, 1)], [(0, 0, 0, 1), (1, 1, 1, 1)], [(0, 0, 0), (1, 1)]),
        *([(0, 0, 0), (1, 1, 1.5)], [(0, 0, 0), (0, 0, -0.5)], [(0, 0, 0), (256, 0, 0)]),
        [(0, 0, 0), (np.nan, 0, 0)],
    ],
)
def test_bad_colours_are_refused_by_the_name_of_their_colormap(colors):
    with pytest.raises(UsageError, match="'mine'"):
        Colormap.from_colors(colors, "mine")


@pytest.mark.parametrize("count", [2, 3, 5, 32])
def test_samples_go_evenly_from_a_quarter_to_the_top(count):
    positions = [0.25 + 0.75 * k / (count - 1) for k in range(count)]
    expected = [VIRIDIS[round(255 * position)] for position in positions]
    assert np.array_equal(sample_colours(count), expected)


def test_one_sample_is_the_middle():
    assert sample_colours(1).tolist() == [VIRIDIS[128].tolist()]


def test_no_samples_are_an_empty_table():
    assert sample_colours(0).shape == (0, 3)


def test_samples_get_lighter_all_the_way():
    luma = sample_colours(32) @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(luma) > 0).all()
