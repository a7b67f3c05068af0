import numpy as np
import pytest

from vizterm_core.errors import DataError, UsageError
from vizterm_core.maps.feature_layout import LAYOUTS, find_feature_layout
from vizterm_core.maps.feature_maps import FeatureMaps, rows_add_up
from vizterm_core.maps.token_grid import find_grid, misfit

F4 = np.dtype("f4")
SQUARE, WIDE = (224, 224), (480, 640)
RNG = np.random.default_rng(0)


def found(shape, image=SQUARE, layout=None, **more):
    chosen = find_feature_layout(shape, F4, image, layout, **more)
    return chosen.name, (chosen.count, chosen.channels, chosen.rows, chosen.columns)


@pytest.mark.parametrize(
    ("shape", "image", "name", "is_"),
    [
        ((7, 7), SQUARE, "hw", (1, 1, 7, 7)),
        ((1, 1, 7, 7), SQUARE, "hw", (1, 1, 7, 7)),
        ((1, 1, 1, 7, 7), SQUARE, "hw", (1, 1, 7, 7)),
        ((100, 100), WIDE, "hw", (1, 1, 100, 100)),
        ((240, 180), (180, 240), "hw", (1, 1, 240, 180)),
        ((512, 15, 20), WIDE, "chw", (1, 512, 15, 20)),
        ((20, 7, 7), WIDE, "chw", (1, 20, 7, 7)),
        ((1, 21, 45, 60), (180, 240), "chw", (1, 21, 45, 60)),
        ((3, 224, 224), SQUARE, "chw", (1, 3, 224, 224)),
        ((512, 1, 1), SQUARE, "chw", (1, 512, 1, 1)),
        # Networks of output stride 8 on 513 pixels: no tokens.
        ((256, 65, 65), (513, 513), "chw", (1, 256, 65, 65)),
        ((768, 17, 17), (299, 299), "chw", (1, 768, 17, 17)),
        ((12, 50, 50), SQUARE, "chw", (1, 12, 50, 50)),
        # Channels last.
        ((192, 341, 1), (192, 341), "hwc", (1, 1, 192, 341)),
        ((7, 7, 512), SQUARE, "hwc", (1, 512, 7, 7)),
        ((1, 7, 7, 16), SQUARE, "hwc", (1, 16, 7, 7)),
        ((15, 20, 512), WIDE, "hwc", (1, 512, 15, 20)),
        ((7, 7, 512), WIDE, "hwc", (1, 512, 7, 7)),
        ((37, 50, 384), (518, 700), "hwc", (1, 384, 37, 50)),
        ((480, 640, 3), WIDE, "hwc", (1, 3, 480, 640)),
        # Batches.
        ((4, 16, 7, 7), SQUARE, "nchw", (4, 16, 7, 7)),
        ((4, 7, 7, 16), SQUARE, "nhwc", (4, 16, 7, 7)),
        # Tokens, with a class token, registers, on squashed and on wide images.
        ((197, 768), SQUARE, "tokens", (1, 768, 14, 14)),
        ((1, 197, 768), SQUARE, "tokens", (1, 768, 14, 14)),
        ((4, 197, 768), SQUARE, "tokens", (4, 768, 14, 14)),
        ((196, 768), SQUARE, "tokens", (1, 768, 14, 14)),
        ((201, 768), SQUARE, "tokens", (1, 768, 14, 14)),
        ((577, 768), (384, 384), "tokens", (1, 768, 24, 24)),
        ((1370, 1536), (518, 518), "tokens", (1, 1536, 37, 37)),
        ((197, 768), WIDE, "tokens", (1, 768, 14, 14)),
        ((385, 768), (224, 336), "tokens", (1, 768, 16, 24)),
        ((385, 768), (336, 224), "tokens", (1, 768, 24, 16)),
        # Patches in one axis.
        ((196,), SQUARE, "flat", (1, 1, 14, 14)),
        ((197,), SQUARE, "flat", (1, 1, 14, 14)),
        ((12, 196), SQUARE, "flat", (1, 12, 14, 14)),
        ((768, 196), SQUARE, "flat", (1, 768, 14, 14)),
        # Attention that doesn't add up to 1, as its gradient.
        ((12, 197, 197), SQUARE, "attention", (1, 12, 14, 14)),
        ((197, 197), SQUARE, "attention", (1, 1, 14, 14)),
        ((50, 50), SQUARE, "hw", (1, 1, 50, 50)),
        ((65, 65), (513, 513), "hw", (1, 1, 65, 65)),
    ],
)
def test_shapes_of_frameworks_are_read_as_they_are_meant(shape, image, name, is_):
    assert found(shape, image) == (name, is_)


@pytest.mark.parametrize(
    ("shape", "is_", "layers"),
    [
        ((12, 197, 197), (1, 12, 14, 14), 1),
        ((1, 12, 197, 197), (1, 12, 14, 14), 1),
        ((12, 12, 197, 197), (1, 144, 14, 14), 12),
        ((12, 1, 12, 197, 197), (1, 144, 14, 14), 12),
        ((50, 50), (1, 1, 7, 7), 1),
        ((64, 49, 49), (1, 64, 7, 7), 1),
    ],
)
def test_rows_that_add_up_to_1_are_attention(shape, is_, layers):
    assert found(shape, adds_up=True) == ("attention", is_)
    assert find_feature_layout(shape, F4, SQUARE, adds_up=True).layers == layers


def test_what_fits_both_ways_is_read_channels_first_and_names_the_option():
    both = find_feature_layout((16, 16, 16), F4, SQUARE)
    assert both.name == "chw" and both.doubt == "--layout hwc"
    assert not find_feature_layout((512, 7, 7), F4, SQUARE).doubt
    assert not find_feature_layout((197, 768), F4, SQUARE).doubt
    assert find_feature_layout((64, 128), F4, SQUARE).doubt == "--layout hw"


def test_the_first_axis_is_a_batch_if_it_is_as_long_as_the_images():
    assert found((4, 7, 7), images=4) == ("nhw", (4, 1, 7, 7))
    assert found((4, 7, 7)) == ("chw", (1, 4, 7, 7))
    assert found((4, 12, 50, 50), images=4, adds_up=True) == ("attention", (4, 12, 7, 7))


@pytest.mark.parametrize(
    ("shape", "layout", "is_"),
    [
        ((4, 7, 9), "hwc", (1, 9, 4, 7)),
        ((4, 7, 9), "chw", (1, 4, 7, 9)),
        ((4, 7, 9), "nhw", (4, 1, 7, 9)),
        ((1, 1, 5, 6), "hw", (1, 1, 5, 6)),
        ((5, 6), "chw", (1, 1, 5, 6)),
        ((2, 3, 5, 6), "nhwc", (2, 6, 3, 5)),
        ((12, 64, 64), "attention", (1, 12, 8, 8)),
        ((6, 64, 64), "tokens", (6, 64, 8, 8)),
        ((6, 65), "flat", (1, 6, 8, 8)),
    ],
)
def test_a_layout_that_is_given_counts(shape, layout, is_):
    assert found(shape, SQUARE, layout) == (layout, is_)


@pytest.mark.parametrize(
    ("shape", "layout"),
    [
        ((3, 4, 5), "hw"),
        ((2, 3, 4, 5), "chw"),
        ((5,), "hw"),
        ((12, 50, 49), "attention"),
        ((3, 3), "attention"),
        ((3, 8), "tokens"),
        ((7,), "tokens"),
        ((2, 2, 2, 16), "flat"),
    ],
)
def test_a_layout_that_cant_be_is_refused_with_what_it_needs(shape, layout):
    with pytest.raises(DataError, match=f"can't be of layout {layout}") as caught:
        found(shape, SQUARE, layout)
    assert str(shape) in caught.value.message and "float32" in caught.value.message
    assert layout in caught.value.hint or "attention" in caught.value.hint


def test_unknown_layouts_and_odd_arrays_are_refused():
    with pytest.raises(UsageError, match="no layout 'cwh'") as caught:
        found((3, 4), SQUARE, "cwh")
    assert all(name in caught.value.hint for name in LAYOUTS)
    for shape, said in (((), "0 axes"), ((5,), "1 axis"), ((2, 3, 4, 5, 6), "5 axes")):
        with pytest.raises(DataError, match=said):
            found(shape)
    with pytest.raises(DataError, match="is empty"):
        found((0, 4))
    with pytest.raises(DataError, match="no real numbers"):
        find_feature_layout((3, 4), np.dtype("c8"))


def test_grids_have_the_images_proportions_or_are_square():
    for rows, columns in ((14, 14), (16, 24), (24, 16), (10, 31), (37, 50)):
        for leading in (0, 1):
            grid = find_grid(rows * columns + leading, (rows * 14, columns * 14))
            assert (grid.rows, grid.columns, grid.leading) == (rows, columns, leading)
    assert find_grid(22, SQUARE) is None
    assert find_grid(197, None) == find_grid(197, SQUARE)
    assert (
        misfit(7, 7, SQUARE) == misfit(15, 20, WIDE) == 0 < misfit(7, 7, WIDE) < misfit(3, 9, WIDE)
    )


# The maps themselves


def maps(values, image=SQUARE, layout=None):
    adds_up = values.ndim > 1 and values.shape[-1] == values.shape[-2] and rows_add_up(values)
    chosen = find_feature_layout(values.shape, values.dtype, image, layout, adds_up=adds_up)
    return FeatureMaps("f", values, chosen)


CHANNELS = RNG.random((6, 14, 14)).astype(np.float32)


@pytest.mark.parametrize(
    "values",
    [
        CHANNELS,
        CHANNELS[None],
        np.moveaxis(CHANNELS, 0, -1),
        np.moveaxis(CHANNELS, 0, -1)[None],
        CHANNELS.reshape(6, 196),
        np.concatenate([RNG.random((6, 1)), CHANNELS.reshape(6, 196)], axis=1).astype("f4"),
    ],
)
def test_every_layout_has_the_same_maps(values):
    assert np.array_equal(maps(values).stack(), CHANNELS)


def test_tokens_are_laid_out_on_their_grid_without_the_class_token():
    channels = RNG.random((192, 16, 24)).astype("f4")
    tokens = np.concatenate([np.full((1, 192), 9.0, "f4"), channels.reshape(192, -1).T])
    assert np.array_equal(maps(tokens, (224, 336)).stack(), channels)
    stack = maps(np.stack([tokens, tokens + 1]), (224, 336))
    assert stack.count == 2 and np.array_equal(stack.stack(1), channels + 1)


def attention(heads=3, patches=49, leading=1):
    weights = RNG.random((heads, patches + leading, patches + leading)).astype("f4")
    return weights / weights.sum(-1, keepdims=True)


def test_attention_shows_where_the_class_token_looks_or_a_patch():
    weights = attention()
    looks = maps(weights)
    assert looks.attention and looks.channels == 3 and looks.sides == (7, 7)
    assert np.array_equal(looks.stack(), weights[:, 0, 1:].reshape(3, 7, 7))
    token = looks.token_at(0.5, 0.99)
    assert token == 1 + 3 * 7 + 6 and looks.patch_of(token) == (3, 6)
    assert np.array_equal(looks.stack(0, token), weights[:, token, 1:].reshape(3, 7, 7))
    assert looks.asking(None) == looks.asking(0) == "from the class token"
    assert looks.asking(token) == "from patch 3, 6" and looks.patch_of(0) is None
    with pytest.raises(UsageError, match="token 50 of 50"):
        looks.stack(0, 50)


def test_attention_without_a_class_token_shows_the_mean_of_all():
    weights = attention(leading=0)
    looks = maps(weights)
    assert np.allclose(looks.stack(), weights.mean(1).reshape(3, 7, 7), rtol=1e-6)
    assert looks.asking(None) == "mean of all patches"
    assert np.array_equal(looks.stack(0, 5), weights[:, 5].reshape(3, 7, 7))


def test_layers_of_attention_are_named():
    weights = np.stack([attention(), attention()])
    looks = maps(weights)
    assert looks.channels == 6 and looks.channel_name(4) == "layer 1 head 1"
    assert np.array_equal(looks.stack(0, 9)[4], weights[1, 1, 9, 1:].reshape(7, 7))
    stacked = maps(weights[:, None])
    assert np.array_equal(stacked.stack(), looks.stack())
    assert maps(attention()).channel_name(2) == ""


def test_transposed_maps_have_rows_and_columns_exchanged():
    looks = maps(attention()).turned()
    upright = maps(looks.values)
    token = upright.token_at(0.1, 0.9)
    assert looks.token_at(0.9, 0.1) == token
    assert looks.patch_of(token) == upright.patch_of(token)[::-1]
    assert np.array_equal(looks.stack(0, token), upright.stack(0, token).swapaxes(1, 2))
    flat = maps(RNG.random((30, 40)), WIDE).turned()
    assert flat.sides == (40, 30) and flat.stack().shape == (1, 40, 30)


def test_an_entry_of_a_batch_that_isnt_there_is_a_usage_error():
    with pytest.raises(UsageError, match=r"f: index 4 of 4"):
        maps(np.zeros((4, 2, 7, 7))).stack(4)


def test_rows_add_up_only_where_they_are_shares():
    weights = attention(12, 196)
    assert rows_add_up(weights) and rows_add_up(weights.astype("f2"))
    assert not rows_add_up(weights * 1.1) and not rows_add_up(weights - 0.5)
    padded = weights.copy()
    padded[:, -10:] = 0
    assert rows_add_up(padded)
    padded[0, 3] = np.nan
    assert rows_add_up(padded)
    assert not rows_add_up(np.eye(5, dtype=int)) and not rows_add_up(np.ones(1))
