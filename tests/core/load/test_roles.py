import numpy as np
import pytest

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.source import ArraySource
from vizterm_core.load import Keys, choose_roles
from vizterm_core.load.picture_roles import IMAGES_NAMES, MAPS_NAMES
from vizterm_core.load.roles import COORDS_NAMES, LABELS_NAMES, NAMES_NAMES, describe_choice


def file(**arrays):
    """A source of arrays by shape: X=(5, 2) of float64, or X=((5, 2), dtype)."""
    made = {}
    for key, spec in arrays.items():
        shape, dtype = spec if spec and isinstance(spec[0], tuple) else (spec, "f8")
        made[key] = np.broadcast_to(np.zeros((), dtype), shape)
    return ArraySource(made)


def chosen(arrays, **keys):
    return {k: v for k, v in choose_roles(arrays, Keys(**keys)).keys().items() if v is not None}


def refused(kind, arrays, **keys):
    with pytest.raises(kind) as caught:
        choose_roles(arrays, Keys(**keys))
    assert type(caught.value) is kind and str(caught.value).isprintable()
    return caught.value


def test_the_documented_example():
    arrays = file(X=(20, 2), y=((20,), "i8"), X_plot=(20, 64, 64))
    choice = choose_roles(arrays, Keys())
    assert choice.keys() == {
        "coords": "X",
        "labels": "y",
        "images": "X_plot",
        "maps": None,
        "names": None,
    }
    assert choice.image_shape == (64, 64)


@pytest.mark.parametrize("first", range(len(COORDS_NAMES)))
def test_coordinates_are_taken_by_name_in_the_documented_order(first):
    order = COORDS_NAMES[first:]
    assert chosen(file(**dict.fromkeys(reversed(order), (5, 2)))) == {"coords": order[0]}
    assert chosen(file(**dict.fromkeys(reversed(order), (5, 9)))) == {"coords": order[0]}


@pytest.mark.parametrize("first", range(len(LABELS_NAMES)))
def test_labels_are_taken_by_name_in_the_documented_order(first):
    order = LABELS_NAMES[first:]
    arrays = file(X=(5, 2), **dict.fromkeys(reversed(order), ((5,), "i4")))
    assert chosen(arrays) == {"coords": "X", "labels": order[0]}


@pytest.mark.parametrize("first", range(len(IMAGES_NAMES)))
def test_images_are_taken_by_name_in_the_documented_order(first):
    order = IMAGES_NAMES[first:]
    arrays = file(X=(5, 2), **dict.fromkeys(reversed(order), (5, 8, 8)))
    assert chosen(arrays) == {"coords": "X", "images": order[0]}


@pytest.mark.parametrize("first", range(len(MAPS_NAMES)))
def test_maps_are_taken_by_name_in_the_documented_order(first):
    order = MAPS_NAMES[first:]
    arrays = file(X=(5, 2), **dict.fromkeys(reversed(order), (5, 8, 8)))
    assert chosen(arrays) == {"coords": "X", "maps": order[0]}


@pytest.mark.parametrize("first", range(len(NAMES_NAMES)))
def test_names_are_taken_by_name_in_the_documented_order(first):
    order = NAMES_NAMES[first:]
    arrays = file(X=(5, 2), **dict.fromkeys(reversed(order), ((5,), "U3")))
    assert chosen(arrays, labels="none") == {"coords": "X", "names": order[0]}


def test_the_known_names():
    assert COORDS_NAMES == ("X", "coords", "embedding", "xy", "umap", "tsne", "pca")
    assert LABELS_NAMES == ("y", "labels", "label", "targets", "classes")
    assert IMAGES_NAMES == ("X_plot", "images", "imgs", "thumbnails")
    assert MAPS_NAMES == ("maps", "cam", "saliency", "attributions")
    assert NAMES_NAMES == ("names", "ids", "paths")


def test_a_plane_is_preferred_to_what_must_be_reduced_among_the_known_names():
    assert chosen(file(X=(5, 64), pca=(5, 2)))["coords"] == "pca"
    assert chosen(file(X=(5, 64), pca=(5, 3)))["coords"] == "X"
    assert chosen(file(X=(5, 64), other=(5, 2)))["coords"] == "X"
    assert chosen(file(X=((5,), "U3"), tsne=(5, 2)), labels="none")["coords"] == "tsne"


def test_the_only_array_of_fitting_shape_is_taken_for_each_role():
    arrays = file(points=(5, 2), kind=((5,), "U3"), faces=((5, 3, 8, 8), "u1"), extra=(7, 7))
    choice = choose_roles(arrays, Keys())
    assert choice.keys() == {
        "coords": "points",
        "labels": "kind",
        "images": "faces",
        "maps": None,
        "names": None,
    }
    assert choice.image_shape == (3, 8, 8)


@pytest.mark.parametrize("dtype", ["?", "i1", "u8", "f2", ">f4", "U3", "S3"])
def test_a_column_of_any_label_dtype_is_found_by_shape(dtype):
    assert chosen(file(X=(5, 2), kind=((5,), dtype)))["labels"] == "kind"
    assert chosen(file(X=(5, 2), kind=((5, 1), dtype)))["labels"] == "kind"


@pytest.mark.parametrize(
    "spec", [((5,), "c8"), ((5,), "O"), ((4,), "i4"), ((5, 2, 2), "c8"), (7, 8, 8), ()]
)
def test_arrays_that_fit_no_role_are_passed_over(spec):
    assert chosen(file(X=(5, 2), other=spec)) == {"coords": "X"}


@pytest.mark.parametrize(
    ("arrays", "role", "flag"),
    [
        (file(a=(5, 2), b=(6, 2)), "coords", "--coords KEY"),
        (file(X=(5, 2), a=(5,), b=((5,), "U3")), "labels", "--labels KEY|none"),
        (file(X=(5, 2), a=(5, 8, 8), b=(5, 9, 9, 3)), "images", "--images KEY|none"),
    ],
)
def test_an_ambiguous_file_is_refused_with_the_arrays_and_the_flag(arrays, role, flag):
    error = refused(DataError, arrays)
    assert f"the {role}" in error.message and flag in error.hint
    for key, info in arrays.columns.items():
        assert key == "X" or info.describe() in error.message


def test_maps_are_not_taken_for_images_nor_images_for_maps():
    arrays = file(X=(5, 2), cam=((5, 7, 7), "f2"), faces=((5, 9, 9), "u1"))
    assert chosen(arrays) == {"coords": "X", "images": "faces", "maps": "cam"}
    assert chosen(file(X=(5, 2), cam=(5, 7, 7))) == {"coords": "X", "maps": "cam"}
    assert chosen(arrays, images="cam") == {"coords": "X", "images": "cam"}
    assert chosen(arrays, images="cam", maps="cam")["maps"] == "cam"
    assert chosen(arrays, maps="faces") == {"coords": "X", "maps": "faces"}


@pytest.mark.parametrize(
    ("shape", "fits"),
    [
        ((5, 8, 9), True),
        ((5, 1, 8, 9), True),
        ((5, 3, 8, 9), False),
        ((5, 8, 9, 1), False),
        ((5, 64), False),
        ((5, 8, 0), False),
        ((5,), False),
        ((), False),
    ],
)
def test_shapes_of_maps(shape, fits):
    arrays = file(X=(5, 2), maps=(shape, "f2"))
    for keys in ({}, {"maps": "maps"}):
        if fits:
            assert chosen(arrays, **keys)["maps"] == "maps"
        else:
            error = refused(DataError, arrays, **keys)
            assert (
                arrays.columns["maps"].describe() in error.message
                and "--maps KEY|none" in error.hint
            )
    assert "maps" not in chosen(arrays, maps="none")


@pytest.mark.parametrize("role", ["labels", "images", "maps", "names"])
def test_none_switches_a_role_off(role):
    arrays = file(X=(5, 2), y=(5,), images=(5, 8, 8), maps=(5, 4, 4), names=((5,), "U3"))
    everything = {key: key for key in ("images", "maps", "names")}
    everything |= {"coords": "X", "labels": "y"}
    assert chosen(arrays) == everything
    assert chosen(arrays, **{role: "none"}) == {k: v for k, v in everything.items() if k != role}
    assert chosen(file(X=(5, 2), a=(5,), b=(5,)), labels="none") == {"coords": "X"}


def test_keys_given_by_hand_win():
    arrays = file(
        X=(5, 2),
        z=(5, 7),
        y=(5,),
        w=(5,),
        t=((5,), "S3"),
        images=(5, 8, 8),
        faces=(5, 9, 9),
        maps=(5, 4, 4),
        heat=(5, 3, 3),
    )
    given = {"coords": "z", "labels": "w", "images": "faces", "maps": "heat", "names": "t"}
    assert chosen(arrays, **given) == given
    assert choose_roles(arrays, Keys(**given)).image_shape == (9, 9)


@pytest.mark.parametrize("role", ["coords", "labels", "images", "maps", "names"])
def test_a_key_that_is_not_there_is_a_usage_error_listing_those_that_are(role):
    error = refused(UsageError, file(X=(5, 2), y=(5,)), **{role: "typo\x1b"})
    assert f"--{role} typo␛" in error.message
    assert "X (5, 2) float64" in error.message and "y (5,) float64" in error.message


def test_a_long_list_of_arrays_is_cut_off():
    arrays = file(**{f"array{k}": (3,) for k in range(30)})
    error = refused(DataError, arrays)
    assert "array11" in error.message and "array12" not in error.message
    assert "and 18 more" in error.message and "--coords" in error.hint


@pytest.mark.parametrize("shape", [(), (5,), (5, 1), (5, 0), (5, 2, 2)])
def test_coordinates_of_a_wrong_shape_are_refused(shape):
    error = refused(DataError, file(X=shape))
    assert "X" in error.message and error.hint
    error = refused(DataError, file(X=shape, other=(5, 2)), coords="X")
    assert "X" in error.message and "(n, 2)" in error.hint


@pytest.mark.parametrize("dtype", ["c16", "U3", "S3", "M8[s]", "V4"])
def test_coordinates_must_be_real_numbers(dtype):
    refused(DataError, file(X=((5, 2), dtype)))
    assert "real numbers" in refused(DataError, file(X=((5, 2), dtype)), coords="X").hint


@pytest.mark.parametrize("role", ["coords", "labels", "images", "maps", "names"])
def test_object_arrays_are_refused_by_name_with_a_way_out(role):
    arrays = file(X=(5, 2), odd=((5,), "O"))
    error = refused(DataError, arrays, **{role: "odd"})
    assert "'odd' is an object array" in error.message and error.hint


@pytest.mark.parametrize("name", ["X", "y", "names"])
def test_object_arrays_of_a_known_name_are_refused(name):
    arrays = file(**{"X": (5, 2), name: ((5, 2) if name == "X" else (5,), "O")})
    error = refused(DataError, arrays)
    assert f"'{name}' is an object array" in error.message and error.hint


@pytest.mark.parametrize(
    ("name", "spec", "role"),
    [
        ("y", (4,), "labels"),
        ("images", (6, 8, 8), "images"),
        ("cam", (6, 8, 8), "maps"),
        ("names", ((4,), "U3"), "names"),
        ("y", (0,), "labels"),
        ("images", (), "images"),
    ],
)
def test_wrong_lengths_are_refused_with_both_shapes(name, spec, role):
    arrays = file(X=(5, 2), **{name: spec})
    for keys in ({}, {role: name}):
        error = refused(DataError, arrays, **keys)
        assert arrays.columns[name].describe() in error.message
        assert "X (5, 2) float64" in error.message
        assert f"--{role} KEY|none" in error.hint


@pytest.mark.parametrize(
    ("name", "spec", "role"),
    [("y", (5, 2), "labels"), ("y", ((5,), "c8"), "labels"), ("names", (5,), "names")],
)
def test_a_named_array_of_the_wrong_kind_is_refused(name, spec, role):
    arrays = file(X=(5, 2), **{name: spec})
    error = refused(DataError, arrays)
    assert arrays.columns[name].describe() in error.message and f"--{role}" in error.hint


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((5, 8, 9), (8, 9)),
        ((5, 8, 9, 1), (8, 9, 1)),
        ((5, 8, 9, 3), (8, 9, 3)),
        ((5, 4, 8, 9), (4, 8, 9)),
        ((5, 8, 9, 2), None),
        ((5, 8, 0), None),
        ((5,), None),
        ((5, 1, 1, 1, 3), None),
    ],
)
def test_shapes_of_images(shape, expected):
    arrays = file(X=(5, 2), images=(shape, "u1"))
    if expected:
        assert choose_roles(arrays, Keys()).image_shape == expected
    else:
        error = refused(DataError, arrays)
        assert "images" in error.message and "(n, h, w)" in error.hint


def test_flat_images_need_their_shape():
    arrays = file(X=(5, 2), images=(5, 64))
    assert "--image-shape 8x8" in refused(DataError, arrays).hint
    assert "--image-shape ROWSxCOLUMNS" in refused(DataError, file(X=(5, 2), images=(5, 60))).hint
    assert choose_roles(arrays, Keys(image_shape=(4, 16))).image_shape == (4, 16)
    assert choose_roles(file(X=(5, 12)), Keys(images="X", image_shape=(2, 2, 3))).image_shape == (
        (2, 2, 3)
    )
    error = refused(UsageError, arrays, image_shape=(8, 9))
    assert "--image-shape 8x9 is 72 values" in error.message and "64" in error.message


def test_the_shape_of_flat_images_is_not_forced_on_others():
    arrays = file(X=(5, 2), images=(5, 8, 8))
    assert choose_roles(arrays, Keys(image_shape=(4, 16))).image_shape == (8, 8)


@pytest.mark.parametrize("dtype", ["U3", "S3", "c8", "M8[s]"])
def test_flat_images_must_be_real_numbers(dtype):
    arrays = file(X=(5, 2), images=((5, 4), dtype))
    assert "images" in refused(DataError, arrays, image_shape=(2, 2)).message


def test_an_image_shape_must_be_positive():
    arrays = file(X=(5, 2), images=(5, 4))
    with pytest.raises((DataError, UsageError)):
        choose_roles(arrays, Keys(image_shape=(-2, -2)))


def test_names_are_not_taken_for_labels_but_labels_may_be_text():
    assert chosen(file(X=(5, 2), names=((5,), "U3"))) == {"coords": "X", "names": "names"}
    both = file(X=(5, 2), names=((5,), "U3"), kind=((5,), "U3"))
    assert chosen(both) == {"coords": "X", "names": "names", "labels": "kind"}


def test_no_points_have_roles_too():
    arrays = file(X=(0, 2), y=(0,), images=(0, 8, 8))
    assert chosen(arrays) == {"coords": "X", "labels": "y", "images": "images"}


def test_a_file_without_arrays_is_refused():
    assert "no arrays" in refused(DataError, file()).message


def test_the_choice_is_described_line_by_line():
    arrays = file(X=(5, 64), y=((5,), "i4"), images=((5, 12), "u1"))
    choice = choose_roles(arrays, Keys(image_shape=(2, 6)))
    assert describe_choice(choice) == [
        ("coords", "X (5, 64) float64, reduced to 2-D by PCA"),
        ("labels", "y (5,) int32"),
        ("images", "images (5, 12) uint8, each (2, 6)"),
        ("maps", "none"),
        ("names", "none"),
    ]
    plain = choose_roles(file(X=(5, 2), images=(5, 8, 8), cam=((5, 4, 4), "f2")), Keys())
    assert [text for _, text in describe_choice(plain)] == [
        "X (5, 2) float64",
        "none",
        "images (5, 8, 8) float64",
        "cam (5, 4, 4) float16",
        "none",
    ]
