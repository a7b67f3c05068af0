"""Files as people have them, opened from end to end: the points, labels and pictures they mean."""

import decimal
import io
import json
import pathlib

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from vizterm_core.errors import DataError
from vizterm_core.load import load_embedding
from vizterm_core.load.embedding import embedding_from_arrays
from vizterm_core.load.keys import PictureOptions

N = 12
XY = np.random.default_rng(0).normal(size=(N, 2)).round(6)
VECTORS = np.random.default_rng(1).normal(size=(N, 9)).round(6)
KINDS = np.array(["cat", "dog", "owl"])[np.arange(N) % 3]
TABLE = pd.DataFrame({"x": XY[:, 0], "y": XY[:, 1], "species": KINDS})


def places(data):
    return np.stack([data.x, data.y], axis=1)


def labels(data):
    return [data.labels.text_of(point) for point in range(len(data))]


def check(data, column="species", coords=XY):
    np.testing.assert_allclose(places(data), coords, atol=1e-6)
    assert data.coloured_by == column
    assert labels(data) == KINDS.tolist()


def encoded(value):
    stream = io.BytesIO()
    Image.fromarray(np.full((8, 8, 3), value, np.uint8)).save(stream, "PNG")
    return stream.getvalue()


# tables of text


def test_a_frame_of_numbered_columns_and_a_label_has_a_header(tmp_path):
    frame = pd.DataFrame(VECTORS).assign(label=KINDS)
    frame.to_csv(tmp_path / "a.csv", index=False)
    data = load_embedding(tmp_path / "a.csv")
    assert len(data) == N
    assert data.coloured_by == "label"
    assert labels(data) == KINDS.tolist()
    assert "PCA" in data.notes[0]
    assert "9 dimensions" in data.notes[0]


def test_a_row_that_counts_up_by_chance_is_a_row(tmp_path):
    (tmp_path / "a.csv").write_text("0,1,2,cat\n4,5,6,dog\n7,8,9,cat\n7,1,9,dog\n")
    assert len(load_embedding(tmp_path / "a.csv")) == 4


def test_tables_as_r_writes_them(tmp_path):
    rows = (
        f'"{row + 1}" {x} {y} "{kind}"'
        for row, ((x, y), kind) in enumerate(zip(XY, KINDS, strict=True))
    )
    (tmp_path / "a.txt").write_text("\n".join(['"x" "y" "species"', *rows, ""]))
    check(load_embedding(tmp_path / "a.txt"))


def test_the_line_that_tells_excel_the_delimiter_is_no_row(tmp_path):
    text = "sep=;\r\n" + TABLE.to_csv(index=False, sep=";")
    (tmp_path / "a.csv").write_text(text)
    check(load_embedding(tmp_path / "a.csv"))


def test_columns_called_pixel_are_pictures(tmp_path):
    pixels = np.arange(N * 64).reshape(N, 64) % 17 * 15
    frame = pd.DataFrame(pixels, columns=[f"pixel{place}" for place in range(64)])
    frame.to_csv(tmp_path / "a.csv", index=False)
    data = load_embedding(tmp_path / "a.csv")
    data.images.unpack()
    assert data.images.picture(3).shape == (8, 8, 3)


# JSON


def test_records_by_name(tmp_path):
    frame = TABLE.assign(who=[f"item {row}" for row in range(N)]).set_index("who")
    frame.to_json(tmp_path / "a.json", orient="index")
    data = load_embedding(tmp_path / "a.json")
    check(data)
    assert data.name_of(4) == "item 4"


def test_columns_of_few_rows_are_columns_still(tmp_path):
    TABLE[:2].to_json(tmp_path / "a.json")
    np.testing.assert_allclose(places(load_embedding(tmp_path / "a.json")), XY[:2])


def test_a_list_a_line(tmp_path):
    lines = [json.dumps([x, y, kind]) for (x, y), kind in zip(XY.tolist(), KINDS, strict=True)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    check(load_embedding(tmp_path / "a.jsonl"), "column 3")
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, XY.tolist())))
    np.testing.assert_allclose(places(load_embedding(tmp_path / "b.jsonl")), XY)


def test_a_label_that_is_the_same_everywhere_gives_way(tmp_path):
    records = [
        {"type": "Feature", "geometry": {"coordinates": place}, "properties": {"kind": kind}}
        for place, kind in zip(XY.tolist(), KINDS, strict=True)
    ]
    (tmp_path / "a.json").write_text(json.dumps({"features": records}))
    check(load_embedding(tmp_path / "a.json"), "properties.kind")


# arrays


def test_the_only_label_may_be_the_same_everywhere(tmp_path):
    np.savez(tmp_path / "a.npz", X=XY, cluster=np.full(N, -1))
    assert load_embedding(tmp_path / "a.npz").coloured_by == "cluster"


def test_sorted_labels_are_looked_at_as_a_whole(tmp_path):
    count = 9000
    target = np.arange(count) // 5000
    np.savez(tmp_path / "a.npz", X=np.zeros((count, 2)), target=target, other=np.arange(count) % 3)
    assert load_embedding(tmp_path / "a.npz").coloured_by == "target"


def test_places_over_time_with_the_points_first(tmp_path):
    steps = np.stack([XY * 0, XY / 2, XY], axis=1)
    np.savez(tmp_path / "a.npz", history=steps, species=KINDS)
    data = load_embedding(tmp_path / "a.npz")
    check(data)
    assert "at 3 epochs" in data.notes[0]


def test_probabilities_are_labels_where_there_are_no_others(tmp_path):
    sure = np.eye(3)[np.arange(N) % 3] * 0.7 + 0.1
    np.savez(tmp_path / "a.npz", X=XY, probs=sure, class_names=["cat", "dog", "owl"])
    check(load_embedding(tmp_path / "a.npz"), "probs")
    np.savez(tmp_path / "a.npz", X=XY, probs=sure, labels=KINDS)
    assert load_embedding(tmp_path / "a.npz").coloured_by == "labels"


def test_components_apart_keep_their_scale(tmp_path):
    axes = VECTORS[:, :3] * [9, 3, 0.1]
    axes -= axes.mean(axis=0)
    np.savez(tmp_path / "a.npz", **{f"PC{place + 1}": axes[:, place] for place in range(3)})
    spread = places(load_embedding(tmp_path / "a.npz")).var(axis=0)
    assert spread[0] > 4 * spread[1]


def test_pictures_of_the_training_part_come_first(tmp_path):
    pixels = np.random.default_rng(2).integers(0, 255, (N, 8, 8, 3), dtype=np.uint8)
    np.savez(tmp_path / "a.npz", test_images=pixels[:5], train_images=pixels)
    assert len(load_embedding(tmp_path / "a.npz")) == N


def test_a_saved_dict_is_told_how_to_be_converted(tmp_path):
    np.save(tmp_path / "a.npy", {"X": XY}, allow_pickle=True)
    with pytest.raises(DataError, match=r"pickle") as caught:
        load_embedding(tmp_path / "a.npy")
    assert "np.load('a.npy', allow_pickle=True)" in caught.value.hint
    assert "'a.npz'" in caught.value.hint


# folders


def test_the_parts_of_a_data_set_are_no_classes(tmp_path):
    for part, kind in (("train", "cat"), ("train", "dog"), ("test", "cat"), ("test", "dog")):
        (tmp_path / part / kind).mkdir(parents=True)
        (tmp_path / part / kind / "0.png").write_bytes(encoded(40))
    data = load_embedding(tmp_path)
    assert data.coloured_by == "folder"
    assert labels(data) == ["cat", "dog", "cat", "dog"]
    assert data.coloured("split").labels.names == ("test", "train")


def test_folders_of_shards_tell_a_column(tmp_path):
    pytest.importorskip("pyarrow")
    TABLE.to_parquet(tmp_path / "set", partition_cols=["species"])
    data = load_embedding(tmp_path / "set")
    order = np.argsort(KINDS, kind="stable")
    np.testing.assert_allclose(places(data), XY[order])
    assert data.coloured_by == "species"
    assert labels(data) == KINDS[order].tolist()


def test_a_folder_of_arrays_names_them(tmp_path):
    np.save(tmp_path / "embeddings.npy", VECTORS)
    with pytest.raises(DataError) as caught:
        load_embedding(tmp_path)
    assert "embeddings.npy" in caught.value.hint


def test_paths_in_json_lie_beside_vectors(tmp_path):
    np.save(tmp_path / "image_embeddings.npy", VECTORS)
    for row in range(N):
        (tmp_path / f"{row}.png").write_bytes(encoded(20 * row))
    (tmp_path / "image_paths.json").write_text(json.dumps([f"{row}.png" for row in range(N)]))
    data = load_embedding(tmp_path / "image_embeddings.npy")
    data.images.unpack()
    assert data.images.picture(7)[0, 0, 0] == 140


def test_numbered_parts_have_their_table_beside_them(tmp_path):
    np.save(tmp_path / "img_emb_0.npy", VECTORS)
    pd.DataFrame({"label": KINDS}).to_csv(tmp_path / "metadata_0.csv", index=False)
    data = load_embedding(tmp_path / "img_emb_0.npy")
    assert labels(data) == KINDS.tolist()


# pictures alone


def test_pictures_in_a_table_stand_for_vectors(tmp_path):
    pytest.importorskip("pyarrow")
    values = [240 if row % 3 == 0 else 10 + row for row in range(N)]
    images = [{"bytes": encoded(value), "path": None} for value in values]
    images[5] = {"bytes": b"\x89PNG\r\n\x1a\n none", "path": None}
    pd.DataFrame({"image": images, "label": KINDS}).to_parquet(tmp_path / "a.parquet")
    data = load_embedding(tmp_path / "a.parquet")
    data.images.unpack()
    assert data.rows.tolist() == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]
    assert data.images.picture(7)[0, 0, 0] == values[7]
    assert "by the likeness of their pixels" in data.notes[0]
    bright = np.array([values[row] for row in data.rows.tolist()]) == 240
    assert (
        data.x[bright].min() > data.x[~bright].max() or data.x[bright].max() < data.x[~bright].min()
    )


def test_two_pictures_lie_in_a_row(tmp_path):
    pytest.importorskip("pyarrow")
    images = [{"bytes": encoded(value), "path": None} for value in (1, 200)]
    pd.DataFrame({"image": images}).to_parquet(tmp_path / "a.parquet")
    assert places(load_embedding(tmp_path / "a.parquet")).tolist() == [[0, 0], [1, 0]]


# objects from Python


def test_a_list_of_records():
    check(embedding_from_arrays(TABLE.to_dict("records")))


def test_an_arrow_table():
    arrow = pytest.importorskip("pyarrow")
    check(embedding_from_arrays(arrow.Table.from_pandas(TABLE)))


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([decimal.Decimal(row % 2) for row in range(N)], [str(row % 2) for row in range(N)]),
        ([pathlib.PurePosixPath("a") / kind for kind in KINDS], [f"a/{kind}" for kind in KINDS]),
    ],
    ids=["decimal", "paths"],
)
def test_labels_of_other_types(values, told):
    assert labels(embedding_from_arrays(XY, values)) == told


def test_spans_of_time_are_dates():
    months = pd.period_range("2024-01", periods=N, freq="M")
    data = embedding_from_arrays(XY, months)
    assert data.labels.scale.date_unit
    assert data.labels.scale.low == np.datetime64("2024-01-01", "s").astype(int)


# names that mean something else


def test_a_map_called_y_is_a_map_where_there_is_no_other(tmp_path):
    np.savez(tmp_path / "a.npz", Y=XY, species=KINDS)
    check(load_embedding(tmp_path / "a.npz"))
    np.savez(tmp_path / "a.npz", X=VECTORS, Y=np.eye(2)[np.arange(N) % 2])
    data = load_embedding(tmp_path / "a.npz")
    assert "PCA of X" in data.notes[0]
    assert labels(data) == [str(row % 2) for row in range(N)]


def test_labels_that_all_differ_are_names(tmp_path):
    words = [f"word {row}" for row in range(60)]
    vectors = np.random.default_rng(3).normal(size=(60, 4))
    np.savez(tmp_path / "a.npz", X=vectors, labels=words)
    data = load_embedding(tmp_path / "a.npz")
    assert [data.name_of(row) for row in range(60)] == words
    assert data.coloured_by == ""


def test_paths_of_pictures_and_classes_are_enough(tmp_path):
    values = [240 if row % 3 == 0 else 10 + row for row in range(N)]
    (tmp_path / "pictures").mkdir()
    for row, value in enumerate(values):
        (tmp_path / "pictures" / f"{row}.png").write_bytes(encoded(value))
    frame = pd.DataFrame({"filename": [f"{row}.png" for row in range(N)], "species": KINDS})
    frame.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(DataError) as caught:
        load_embedding(tmp_path / "a.csv")
    assert "filename" in caught.value.message
    assert "--image-root" in caught.value.hint
    root = PictureOptions(root=tmp_path / "pictures")
    data = load_embedding(tmp_path / "a.csv", pictures=root)
    assert labels(data) == KINDS.tolist()
    assert data.images.picture(7)[0, 0, 0] == values[7]
    bright = np.array(values) == 240
    assert (data.x[bright].min() > data.x[~bright].max()) or (
        data.x[bright].max() < data.x[~bright].min()
    )


@pytest.mark.parametrize("start", [1, 2001])
def test_a_header_may_count_from_anywhere_beside_a_name(tmp_path, start):
    frame = pd.DataFrame(VECTORS, columns=range(start, start + 9)).assign(label=KINDS)
    frame.to_csv(tmp_path / "a.data", index=False)
    data = load_embedding(tmp_path / "a.data")
    assert len(data) == N
    assert data.coloured_by == "label"


def test_columns_by_a_few_names_of_rows_are_columns_still(tmp_path):
    frame = TABLE[:2].assign(other="a").set_axis(["p", "q"])
    frame.to_json(tmp_path / "a.json")
    np.testing.assert_allclose(places(load_embedding(tmp_path / "a.json")), XY[:2])


def test_folders_in_folders_of_shards(tmp_path):
    pytest.importorskip("pyarrow")
    TABLE.assign(year=2024).to_parquet(tmp_path / "set", partition_cols=["year", "species"])
    data = load_embedding(tmp_path / "set")
    assert labels(data) == sorted(KINDS.tolist())
    assert data.coloured("year").labels.names == ("2024",)


def test_arrow_arrays_are_labels():
    arrow = pytest.importorskip("pyarrow")
    data = embedding_from_arrays(XY, arrow.array([*KINDS[:-1], None]))
    assert labels(data) == [*KINDS[:-1], "(missing)"]


def test_an_arrow_table_of_encoded_pictures():
    arrow = pytest.importorskip("pyarrow")
    images = [{"bytes": encoded(20 * row), "path": None} for row in range(N)]
    table = arrow.table({"emb": VECTORS.tolist(), "image": images, "species": KINDS})
    data = embedding_from_arrays(table)
    assert labels(data) == KINDS.tolist()
    assert data.images.picture(7)[0, 0, 0] == 140


def test_a_table_of_nothing_but_its_delimiter_is_one_line(tmp_path):
    (tmp_path / "a.csv").write_text("sep=;\n")
    with pytest.raises(DataError):
        load_embedding(tmp_path / "a.csv")
