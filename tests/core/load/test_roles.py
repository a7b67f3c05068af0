import numpy as np
import pytest

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.source import ArraySource
from vizterm_core.load import Keys, choose_roles
from vizterm_core.load.coords import Layout
from vizterm_core.load.describe import column_table, describe_choice
from vizterm_core.load.picture_roles import IMAGES_NAMES, MAPS_NAMES
from vizterm_core.load.words import COORDS_NAMES, LABELS_NAMES, NAMES_NAMES, VECTORS_NAMES


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


@pytest.mark.parametrize("first", range(len(VECTORS_NAMES)))
def test_vectors_are_taken_by_name_in_the_documented_order(first):
    order = VECTORS_NAMES[first:]
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
    assert chosen(arrays, names="none") == {"coords": "X", "images": order[0]}


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


def test_names_that_are_documented_since_the_first_version():
    assert COORDS_NAMES[:2] == ("X", "coords") and {"umap", "tsne", "pca"} <= {*COORDS_NAMES}
    assert LABELS_NAMES[:3] == ("y", "labels", "label") and "classes" in LABELS_NAMES
    assert {"X_plot", "images", "imgs", "thumbnails"} <= {*IMAGES_NAMES}
    assert {"maps", "cam", "saliency", "attributions"} <= {*MAPS_NAMES}
    assert {"names", "ids", "paths"} <= {*NAMES_NAMES}


def test_a_finished_map_wins_over_vectors_whatever_their_names():
    assert chosen(file(X=(5, 64), pca=(5, 2)))["coords"] == "pca"
    assert chosen(file(X=(5, 64), pca=(5, 3)))["coords"] == "X"
    assert chosen(file(X=(5, 64), other=(5, 2)))["coords"] == "other"
    assert chosen(file(X=((5,), "U3"), tsne=(5, 2)), labels="none")["coords"] == "tsne"
    assert chosen(file(X=(400, 50), X_pca=(400, 50), X_tsne=(400, 2), X_umap=(400, 2))) == {
        "coords": "X_umap"
    }
    wide = choose_roles(file(X=((100, 12288), "u1"), Z=(100, 2), y=((100,), "i8")))
    assert wide.keys()["coords"] == "Z" and wide.keys()["labels"] == "y"


def test_two_numbers_a_row_are_no_map_if_nothing_else_has_as_many_rows():
    arrays = file(X=(500, 50), y=((500,), "i4"), centroids=(10, 2))
    assert chosen(arrays) == {"coords": "X", "labels": "y"}
    assert chosen(file(X=(5, 9), y=(5, 2)))["coords"] == "X"
    assert chosen(file(vectors=(5, 9), bbox_sizes=((5, 2), "i4")))["coords"] == "vectors"


def test_other_maps_are_offered():
    choice = choose_roles(file(X=(5, 9), X_umap=(5, 2), X_tsne=(5, 2)))
    assert choice.coords.notes() == ("coordinates X_umap",)
    assert describe_choice(choice)[0][1] == "X_umap (5, 2) float64; --coords chooses X_tsne, X"
    guessed = choose_roles(file(a=(5, 2), b=(5, 2)))
    assert guessed.coords.notes() == ("coordinates a", "--coords chooses b")


@pytest.mark.parametrize(
    "names",
    [
        ("x", "y"), ("umap_x", "umap_y"), ("projection_x", "projection_y"), ("UMAP1", "UMAP2"),
        ("UMAP_1", "UMAP_2"), ("tsne-1", "tsne-2"), ("lon", "lat"), ("longitude", "latitude"),
        ("embeddingX", "embeddingY"), ("dim0", "dim1"), ("X", "Y"), ("PC1", "PC2"),
        ("obsm/x", "obsm/y"),
    ],
)  # fmt: skip
def test_two_columns_are_coordinates(names):
    arrays = file(**dict.fromkeys(names, (5,)), label=((5,), "i4"), id=((5,), "i8"))
    choice = choose_roles(arrays)
    assert choice.coords.names == names and choice.coords.layout is Layout.PAIR
    assert choice.keys()["labels"] == "label" and choice.keys()["names"] == "id"
    assert choice.coords.notes() == (f"coordinates {names[0]}, {names[1]}",)


def test_the_likeliest_pair_is_taken():
    pairs = ("x", "y", "umap_x", "umap_y", "lat", "lon")
    assert choose_roles(file(**dict.fromkeys(pairs, (5,)))).coords.names == ("umap_x", "umap_y")
    three = choose_roles(file(x=(9,), y=(9,), z=(9,), kind=((9,), "U3")))
    assert three.coords.layout is Layout.COLUMNS and three.coords.names == ("x", "y", "z")
    lengths = choose_roles(file(x=(5,), y=(6,), umap=(6, 2)))
    assert lengths.coords.names == ("umap",)


def test_pairs_are_named_by_hand():
    arrays = file(a=(5,), b=(5,), X=(5, 2), c=(6,))
    assert choose_roles(arrays, Keys(coords="a,b")).coords.names == ("a", "b")
    assert "--coords x,y" in refused(DataError, arrays, coords="a, c").hint
    assert "--coords z" in refused(UsageError, arrays, coords="a,z").message


@pytest.mark.parametrize(
    "arrays",
    [
        file(X=(2, 500), y=((500,), "i8")),
        file(X=(2, 500)),
        file(umap=(2, 500), label=((500,), "i8"), images=((500, 8, 8, 3), "u1")),
    ],
)
def test_two_rows_are_coordinates_lying_down(arrays):
    choice = choose_roles(arrays)
    assert choice.coords.layout is Layout.TRANSPOSED and choice.coords.count == 500
    assert choice.coords.said().endswith("transposed from (2, 500)")


def test_two_points_of_many_dimensions_stay_two_points():
    choice = choose_roles(file(X=(2, 500), y=((2,), "i8")))
    assert choice.coords.layout is Layout.VECTORS and choice.coords.count == 2


def test_complex_numbers_and_epochs_are_coordinates():
    assert choose_roles(file(X=((5,), "c8"))).coords.layout is Layout.COMPLEX
    epochs = choose_roles(file(embeddings=((3, 300, 2), "f4"), y=((300,), "i8")))
    assert epochs.coords.layout is Layout.EPOCHS and epochs.keys()["labels"] == "y"
    assert epochs.coords.said() == "coordinates embeddings at 3 epochs"


def test_what_is_already_an_embedding_of_cells_comes_first():
    tree = file(**{"X": (30, 20), "obsm/array": (30, 50), "obs/kind": ((30,), "U3")})
    assert choose_roles(tree).coords.names == ("obsm/array",)
    assert chosen(file(embedding=(13, 9), window=(13, 2)))["coords"] == "embedding"


def test_a_table_without_coordinates_is_reduced_as_a_whole():
    iris = file(
        sepal_length=(150,), sepal_width=(150,), petal_length=(150,), species=((150,), "U9")
    )
    choice = choose_roles(iris)
    assert choice.coords.layout is Layout.TABLE and choice.keys()["labels"] == "species"
    assert choice.coords.said() == "PCA of sepal_length, sepal_width, petal_length, standardised"
    assert choose_roles(file(loss=(9,), accuracy=(9,))).coords.names == ("loss", "accuracy")


def test_pictures_stand_for_vectors_where_there_are_none():
    cats = np.arange(50)[:, None] % 2
    choice = choose_roles(values(set_x=np.zeros((50, 64, 64, 3), np.uint8), set_y=cats))
    assert choice.coords.names == ("set_x",) and choice.coords.layout is Layout.VECTORS
    assert choice.keys()["labels"] == "set_y"
    # Weights of a network are no pictures.
    weights = {"0.weight": (64, 3, 3, 3), "0.bias": (64,), "3.weight": (64, 9), "3.bias": (64,)}
    assert "the weights of a network" in refused(DataError, file(**weights)).message
    assert choose_roles(file(**weights), Keys(coords="3.weight")).coords.count == 64


def test_one_split_is_taken_whole_and_the_others_offered():
    arrays = {}
    for split, count in (("test", 90), ("train", 300), ("val", 60)):
        arrays[f"{split}_images"] = ((count, 28, 28), "u1")
        arrays[f"{split}_labels"] = ((count, 1), "u1")
        arrays[f"{split}_umap"] = ((count, 2), "f4")
    choice = choose_roles(file(**arrays))
    assert choice.keys() == {
        "coords": "train_umap", "labels": "train_labels", "images": "train_images",
        "maps": None, "names": None,
    }  # fmt: skip
    assert choice.coords.notes()[1] == "--coords chooses val_umap, test_umap"
    by_hand = choose_roles(file(**arrays), Keys(coords="val_umap"))
    assert by_hand.keys()["labels"] == "val_labels" and by_hand.keys()["images"] == "val_images"
    folders = file(**{"train/emb": (9, 2), "train/label": ((9,), "i4"), "../x": ((9,), "i4")})
    assert choose_roles(folders).keys()["labels"] == "train/label"


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
    if fits:
        assert chosen(arrays)["maps"] == chosen(arrays, maps="maps")["maps"] == "maps"
    else:
        assert "maps" not in chosen(arrays)
        error = refused(DataError, arrays, maps="maps")
        assert arrays.columns["maps"].describe() in error.message
        assert "--maps KEY|none" in error.hint
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
    arrays = file(**{f"array{k}": ((3,), "U3") for k in range(30)})
    error = refused(DataError, arrays)
    assert "array11" in error.message and "array12" not in error.message
    assert "and 18 more" in error.message and "--coords" in error.hint


@pytest.mark.parametrize("shape", [(), (5,), (5, 1), (5, 0), (5, 2, 2, 2, 2)])
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


def test_object_arrays_of_a_known_name_are_passed_over_and_said():
    error = refused(DataError, file(X=((5, 2), "O")))
    assert "'X' is an object array" in error.message and error.hint
    choice = choose_roles(file(X=(5, 2), y=((5,), "O"), names=((5,), "O")))
    assert choice.keys()["labels"] is None and choice.keys()["names"] is None
    assert choice.notes == ("y not used: an object array, which only pickle can read",)


def test_none_and_notes_to_oneself_are_absent():
    arrays = file(X=(5, 2), y=((), "O"), epoch=((), "i8"), acc=((), "f8"))
    choice = choose_roles(arrays)
    assert chosen(arrays) == {"coords": "X"} and choice.columns == () and choice.notes == ()


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
def test_wrong_lengths_are_refused_with_both_shapes_if_named_by_hand(name, spec, role):
    arrays = file(X=(5, 2), **{name: spec})
    error = refused(DataError, arrays, **{role: name})
    assert arrays.columns[name].describe() in error.message
    assert "X (5, 2) float64" in error.message
    assert f"--{role} KEY|none" in error.hint


@pytest.mark.parametrize(
    ("name", "spec", "said"),
    [
        ("y", (4,), "y (4,) float64 not used: there are 5 points"),
        ("cam", (6, 8, 8), "cam (6, 8, 8) float64 not used: there are 5 points"),
        ("y", ((5,), "c8"), "y (5,) complex64 can't be labels"),
        ("y", (5, 2), "y (5, 2) float64 holds several labels a point"),
    ],
)
def test_what_does_not_fit_by_itself_falls_through_and_is_said(name, spec, said):
    choice = choose_roles(file(X=(5, 2), **{name: spec}))
    assert choice.coords.names == ("X",) and choice.notes == (said,)


def test_the_next_known_name_is_taken_where_the_first_does_not_fit():
    arrays = file(X=(5, 2), y=(4,), target=((5,), "i4"), names=(7,), ids=((5,), "U3"))
    assert chosen(arrays) == {"coords": "X", "labels": "target", "names": "ids"}


def values(**arrays):
    return ArraySource({key: np.asarray(value) for key, value in arrays.items()})


def test_the_names_of_classes_stand_apart():
    y = np.arange(500) % 4
    classes = np.array(["cat", "dog", "horse", "lion fish"])
    X = np.zeros((500, 2))
    for name in ("target_names", "names", "classes", "label_names", "y_names"):
        label = "target" if name == "classes" else "y"
        source = values(X=X, **{label: y, name: classes})
        choice = choose_roles(source)
        assert choice.labels.classes.name == name and choice.names is None
        labels = choice.labels.column(source).labels()
        assert labels.names == ("cat", "dog", "horse", "lion fish")
    assert choose_roles(values(X=X, y=y + 1, classes=classes)).labels.classes is not None
    assert choose_roles(values(X=X, y=y + 2, target_names=classes)).labels.classes is None


def test_one_hot_and_probabilities_become_their_argmax():
    y = np.arange(12) % 4
    for matrix in (np.eye(4, dtype=np.float32)[y], np.eye(4)[y] * 0.7 + 0.075):
        source = values(X=np.zeros((12, 2)), y=matrix, label_names=list("abcd"))
        choice = choose_roles(source)
        assert choice.notes == ("the argmax of y",)
        labels = choice.labels.column(source).labels()
        assert [labels.names[code] for code in labels.codes] == ["abcd"[k] for k in y]
    several = values(X=np.zeros((12, 2)), y=np.ones((12, 3), int))
    choice = choose_roles(several)
    assert choice.labels is None
    assert [column.name for column in choice.columns] == ["y[:, 0]", "y[:, 1]", "y[:, 2]"]


def test_unique_text_is_names_and_repeating_text_labels():
    barcodes = np.array([f"id{k}" for k in range(200)])
    choice = choose_roles(values(umap=np.zeros((200, 2)), barcodes=barcodes))
    assert choice.names.name == "barcodes" and choice.labels is None
    other = choose_roles(
        values(umap=np.zeros((200, 2)), what=barcodes, sort=np.array(["a", "b"] * 100))
    )
    assert other.names.name == "what" and other.labels.name == "sort"
    numbers = choose_roles(values(umap=np.zeros((200, 2)), sample_id=np.arange(200) + 10**7))
    assert numbers.names.name == "sample_id" and numbers.labels is None


def test_without_a_known_name_the_most_telling_column_colours():
    X, rng = np.zeros((300, 2)), np.random.default_rng(0)
    table = {"loss": rng.random(300), "row": np.arange(300), "part": np.arange(300) % 3}
    assert choose_roles(values(X=X, **table)).labels.name == "part"
    assert choose_roles(values(X=X, loss=table["loss"], row=table["row"])).labels.name == "loss"
    same = {"version": np.full(300, "v1"), "batch": np.zeros(300, int)}
    assert choose_roles(values(X=X, **same, loss=table["loss"])).labels.name == "loss"
    split = np.array(["train", "test"] * 150)
    assert choose_roles(values(X=X, **table, split=split)).labels.name == "split"
    maker = np.array(["one"] * 290 + ["two", "three"] * 5)
    pieces = np.array([f"piece {k % 30}" for k in range(300)])
    assert choose_roles(values(X=X, maker=maker, pieces=pieces)).labels.name == "pieces"
    days = np.datetime64("2023-01-01") + np.arange(300)
    assert choose_roles(values(X=X, captured=days)).labels.name == "captured"


def test_true_and_predicted_labels_are_both_columns():
    y, X = np.arange(40) % 4, np.zeros((40, 2))
    choice = choose_roles(values(tsne=X, y_true=y, y_pred=y, split=np.array(["a", "b"] * 20)))
    assert choice.labels.name == "y_true"
    assert [column.name for column in choice.columns] == ["y_true", "y_pred", "split"]


def test_a_matrix_of_three_columns_may_be_places_and_a_label():
    rng = np.random.default_rng(0)
    data = np.c_[rng.random((50, 2)), np.arange(50) % 4]
    source = values(data=data)
    choice = choose_roles(source)
    assert choice.coords.layout is Layout.LABELLED and choice.labels.name == "data[:, 2]"
    assert choice.labels.column(source).labels().names == ("0", "1", "2", "3")
    assert choose_roles(values(data=rng.random((50, 3)))).coords.layout is Layout.VECTORS


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((5, 8, 9), (8, 9)),
        ((5, 8, 9, 1), (8, 9, 1)),
        ((5, 8, 9, 3), (8, 9, 3)),
        ((5, 4, 8, 9), (4, 8, 9)),
        ((5, 64, 64, 13), (64, 64, 13)),
        ((5, 13, 64, 64), (13, 64, 64)),
        ((5, 8, 9, 2), (8, 9, 2)),
        ((5, 16, 16, 16), None),
        ((5, 8, 0), None),
        ((5,), None),
        ((5, 1, 1, 1, 3), None),
    ],
)
def test_shapes_of_images(shape, expected):
    arrays = file(X=(5, 2), images=(shape, "u1"))
    if expected:
        assert choose_roles(arrays, Keys(labels="none")).image_shape == expected
    else:
        assert "images" not in chosen(arrays, labels="none")
        error = refused(DataError, arrays, images="images")
        assert "images" in error.message and "(n, h, w)" in error.hint


def test_flat_images_of_an_unusual_shape_need_it():
    arrays = file(X=(5, 2), images=(5, 60))
    assert "images" not in chosen(arrays)
    assert "--image-shape ROWSxCOLUMNS" in refused(DataError, arrays, images="images").hint
    arrays = file(X=(5, 2), images=(5, 64))
    assert choose_roles(arrays, Keys(image_shape=(4, 16))).image_shape == (4, 16)
    assert choose_roles(file(X=(5, 12)), Keys(images="X", image_shape=(2, 2, 3))).image_shape == (
        (2, 2, 3)
    )
    error = refused(UsageError, arrays, image_shape=(8, 9))
    assert "--image-shape 8x9 is 72 values" in error.message and "64" in error.message
    error = refused(UsageError, file(X=(5, 2), images=(5, 3072)), image_shape=(8, 9))
    assert "32x32x3 or 3x32x32" in error.hint


def test_the_shape_of_flat_images_is_not_forced_on_others():
    arrays = file(X=(5, 2), images=(5, 8, 8))
    assert choose_roles(arrays, Keys(image_shape=(4, 16))).image_shape == (8, 8)


@pytest.mark.parametrize("dtype", ["U3", "S3", "c8", "M8[s]"])
def test_flat_images_must_be_real_numbers(dtype):
    arrays = file(X=(5, 2), images=((5, 4), dtype))
    assert "images" not in chosen(arrays, image_shape=(2, 2))
    if dtype in ("c8", "M8[s]"):
        error = refused(DataError, arrays, images="images", image_shape=(2, 2))
        assert "images" in error.message


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
        ("coords", "X (5, 64) float64, reduced to 2-D by PCA; --coords chooses images"),
        ("labels", "y (5,) int32"),
        ("images", "images (5, 12) uint8, each (2, 6)"),
        ("maps", "none"),
        ("names", "none"),
        ("vectors", "X (5, 64) float64"),
        ("columns", "y"),
    ]
    plain = choose_roles(file(X=(5, 2), images=(5, 8, 8), cam=((5, 4, 4), "f2")), Keys())
    assert [text for _, text in describe_choice(plain)] == [
        "X (5, 2) float64",
        "none",
        "images (5, 8, 8) float64",
        "cam (5, 4, 4) float16",
        "none",
    ]


@pytest.mark.parametrize("width", [50, 70, 90])
def test_the_table_of_columns_fits_the_terminal_and_keeps_what_they_hold(width):
    source = ArraySource(
        {
            "a_name_of_some_length": np.arange(400.0),
            "split": np.array(["train", "test"] * 200),
            "objects": np.array([None, 3] * 200, object),
        },
        "it",
    )
    lines = column_table(source, width).split("\n")
    assert max(map(len, lines)) <= width
    assert "in the file" not in lines[0] or width == 90
    assert lines[0].endswith("values")
    assert "quantity: 0 to 399"[: width - 45] in lines[1]
    assert max(map(len, column_table(source).split("\n"))) > 50
