"""TensorBoard's projector: its folder, and its files by themselves."""

import json

import numpy as np
import pytest
from PIL import Image

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats import open_source, projector_files
from vizterm_core.files.formats.projector import with_metadata
from vizterm_core.files.formats.projector_config import read_config
from vizterm_core.files.source import Access, read_array

VECTORS = np.arange(15).reshape(5, 3) + 0.5
CONFIG = """
# written by a callback
model_checkpoint_path: "model.ckpt"
embeddings {
  tensor_name: 'first'
  metadata_path: "elsewhere.tsv"
}
embeddings: <
  tensor_name: "weights \\"w\\"", tensor_shape: [5, 3];
  tensor_path: "tensors.tsv"
  metadata_path: "/home/someone/logs/metadata.tsv"
  sprite { image_path: "sprite.png" single_image_dim: 4 single_image_dim: 2 }
>
embeddings { tensor_name: "third" tensor_path: "later.tsv" }
"""


def sprite(count, per_row=3, size=(4, 2), mode="RGB"):
    """A sprite whose picture k is of colour (k, 2k, 3k)."""
    width, height = size
    rows = -(-count // per_row)
    pixels = np.zeros((rows * height, per_row * width, 3), np.uint8)
    for k in range(count):
        y, x = divmod(k, per_row)
        pixels[y * height : (y + 1) * height, x * width : (x + 1) * width] = (k, 2 * k, 3 * k)
    return Image.fromarray(pixels).convert(mode)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "run"
    path.mkdir()
    np.savetxt(path / "tensors.tsv", VECTORS, delimiter="\t", fmt="%g")
    np.savetxt(path / "later.tsv", VECTORS, delimiter="\t")
    (path / "metadata.tsv").write_text('word\tcount\nthe\t9\nof\t8\na"b\t7\n\t6\nto\t5\n')
    sprite(6).save(path / "sprite.png")
    (path / "projector_config.pbtxt").write_text(CONFIG)
    return path


def values(source, column):
    return read_array(source, column).tolist()


def test_a_folder_is_opened_by_its_configuration(folder):
    source = open_source(folder)
    assert source.name == "run" and not source.single
    assert [spec.describe() for spec in source.columns.values()] == [
        "vectors (5, 3) float64",
        "word (5,) text",
        "count (5,) int64",
        "sprite (5, 2, 4, 3) uint8",
    ]
    np.testing.assert_array_equal(source.read("vectors"), VECTORS)
    assert values(source, "word") == ["the", "of", 'a"b', None, "to"]
    assert source.columns["sprite"].access is Access.WHOLE
    pictures = source.read("sprite")
    assert pictures.dtype == np.uint8
    expected = [np.full((2, 4, 3), (k, 2 * k, 3 * k)) for k in range(5)]
    np.testing.assert_array_equal(pictures, expected)
    assert source.notes == (
        'weights "w" of the projector',
        "also there: third",
        "metadata.tsv beside it",
        "sprite.png beside it",
    )
    assert [file.path.name for file in source.files] == [
        "tensors.tsv", "metadata.tsv", "sprite.png",
    ]  # fmt: skip


def test_a_configuration_in_json_is_read_too(folder):
    config = {
        "embeddings": [
            {
                "tensorName": "w",
                "tensorPath": "later.tsv",
                "metadataPath": "metadata.tsv",
                "sprite": {"imagePath": "sprite.png", "singleImageDim": [4, 2]},
            }
        ]
    }
    (folder / "projector_config.json").write_text(json.dumps(config))
    (folder / "projector_config.pbtxt").unlink()
    assert list(open_source(folder).columns) == ["vectors", "word", "count", "sprite"]


def test_a_folder_without_a_configuration_is_known_by_its_names(folder):
    (folder / "projector_config.pbtxt").unlink()
    (folder / "sprite.png").unlink()
    (folder / "tensors.tsv").rename(folder / "vectors.tsv")
    assert list(open_source(folder).columns) == ["vectors", "word", "count"]


def test_a_configuration_without_a_path_takes_the_usual_name_or_says_where_they_are(folder):
    (folder / "projector_config.pbtxt").write_text('embeddings { tensor_name: "emb:0" }')
    assert open_source(folder).columns["vectors"].shape == (5, 3)
    (folder / "tensors.tsv").unlink()
    with pytest.raises(DataError, match="run: the vectors, emb:0, are in a checkpoint") as caught:
        open_source(folder)
    assert "tensors.tsv" in caught.value.hint
    (folder / "projector_config.pbtxt").write_text('embeddings { tensor_path: "../gone.tsv" }')
    with pytest.raises(DataError, match=r"the vectors, \.\./gone\.tsv, aren't there"):
        open_source(folder)


def test_files_outside_of_the_folder_are_not_read(folder):
    np.savetxt(folder.parent / "secret.tsv", VECTORS, delimiter="\t")
    text = 'embeddings { tensor_path: "../secret.tsv" }'
    (folder / "projector_config.pbtxt").write_text(text)
    (folder / "tensors.tsv").unlink()
    with pytest.raises(DataError, match="aren't there"):
        open_source(folder)


@pytest.mark.parametrize(
    ("text", "labels", "notes"),
    [
        ("a\nb\nc\nd\ne\n", ["a", "b", "c", "d", "e"], 0),
        ("\nb\nc\nd\ne\n", [None, "b", "c", "d", "e"], 0),
        ("\na\nb\nc\nd\ne\n", ["a", "b", "c", "d", "e"], 0),
        ("label\na\nb\nc\nd\ne\n", ["a", "b", "c", "d", "e"], 0),
        ("a\nb\nc\nd\ne\nf\n", ["a", "b", "c", "d", "e"], 1),
        ("a\r\nb\r\nc\r\nd\r\ne", ["a", "b", "c", "d", "e"], 0),
    ],
)
def test_metadata_of_one_column_has_no_header(folder, text, labels, notes):
    (folder / "metadata.tsv").write_bytes(text.encode())
    source = open_source(folder)
    assert values(source, "label") == labels
    assert sum("one more than points, left out" in note for note in source.notes) == notes


def test_metadata_of_another_length_is_left_out_and_said(folder):
    (folder / "metadata.tsv").write_text("a\tb\n1\t2\n3\t4\n")
    source = open_source(folder)
    assert list(source.columns) == ["vectors", "sprite"]
    assert source.skipped == {"metadata.tsv": "has 2 rows, not 5"}


def test_several_columns_without_a_header_and_one_row_too_many(folder):
    (folder / "metadata.tsv").write_text("a\t1\nb\t2\nc\t3\nd\t4\ne\t5\n")
    source = open_source(folder)
    assert values(source, "column 1") == ["a", "b", "c", "d", "e"]
    (folder / "metadata.tsv").write_text("w\tn\n" + "".join(f"{c}\t1\n" for c in "abcdef"))
    source = open_source(folder)
    assert values(source, "w") == ["a", "b", "c", "d", "e"]
    assert "metadata.tsv: row 6, one more than points, left out" in source.notes


def test_raw_vectors_are_read_where_they_lie(tmp_path):
    VECTORS.astype("<f4").tofile(tmp_path / "words_5_tensors.bytes")
    with pytest.raises(DataError, match="holds vectors without their shape"):
        open_source(tmp_path / "words_5_tensors.bytes")
    (tmp_path / "words_5_metadata.tsv").write_text("a\nb\nc\nd\ne\n")
    source = open_source(tmp_path / "words_5_tensors.bytes")
    assert source.columns["vectors"].describe() == "vectors (5, 3) float32"
    np.testing.assert_array_equal(source.open("vectors")[3], VECTORS[3])
    np.testing.assert_array_equal(source.read("vectors"), VECTORS)
    assert values(source, "label") == ["a", "b", "c", "d", "e"]


def test_raw_vectors_of_another_size_than_they_say_are_refused(folder):
    VECTORS.astype("<f4").tofile(folder / "t.bytes")
    text = 'embeddings { tensor_path: "t.bytes" tensor_shape: 5 tensor_shape: 4 }'
    (folder / "projector_config.pbtxt").write_text(text)
    with pytest.raises(DataError, match=r"t\.bytes has 60 bytes, 5 vectors of 4 float32 take 80"):
        open_source(folder)
    (folder / "projector_config.pbtxt").write_text(text.replace("4", "3"))
    assert open_source(folder).columns["vectors"].shape == (5, 3)


def test_a_tensors_file_is_opened_with_the_metadata_beside_it(folder):
    source = with_metadata(open_source(folder / "tensors.tsv"))
    assert list(source.columns) == ["vectors", "word", "count"]
    assert source.notes == ("metadata.tsv beside it",)
    assert with_metadata(open_source(folder / "later.tsv")) is None


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA"])
def test_a_sprite_of_any_mode_is_cut_into_colour_pictures(tmp_path, mode):
    picture = sprite(5, mode=mode)
    if mode == "RGBA":
        picture.putpixel((0, 0), (9, 9, 9, 0))
    picture.save(tmp_path / "s.png")
    source = projector_files.SpriteSource(DataFile(tmp_path / "s.png", ".png"), (4, 2), 5)
    expected = np.asarray(picture.convert("RGB")).copy()
    if mode == "RGBA":
        expected[0, 0] = 255
    read = source.read("sprite")
    np.testing.assert_array_equal(read[4], expected[2:4, 4:8])
    np.testing.assert_array_equal(read[0], expected[:2, :4])


def test_the_size_of_pictures_is_found_where_the_sprite_is_square(tmp_path):
    sprite(9, size=(4, 4)).save(tmp_path / "s.png")
    file = DataFile(tmp_path / "s.png", ".png")
    source = projector_files.SpriteSource(file, (0, 0), 8)
    assert source.columns["sprite"].shape == (8, 4, 4, 3)


def test_a_sprite_that_cannot_be_used_is_said_and_the_rest_read(folder, monkeypatch):
    def skipped():
        source = open_source(folder)
        assert list(source.columns) == ["vectors", "word", "count"]
        return source.skipped["sprite.png"]

    sprite(3).save(folder / "sprite.png")
    assert skipped() == "has 3 pictures of 4x2 pixels for 5 points"
    (folder / "sprite.png").write_bytes(b"\x89PNG no picture")
    assert skipped().startswith("can't be read as a picture")
    sprite(6).save(folder / "sprite.png")
    monkeypatch.setattr(projector_files, "MOST_PIXELS", 40)
    assert skipped() == "is 12x4 pixels, more than the 40 that are decoded"


def test_a_damaged_sprite_is_named_when_it_is_read(folder):
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(folder / "sprite.png")
    content = (folder / "sprite.png").read_bytes()
    (folder / "sprite.png").write_bytes(content[: len(content) // 2])
    source = open_source(folder)
    with pytest.raises(DataError, match=r"sprite\.png is damaged"):
        source.read("sprite")
    with pytest.raises(DataError, match="the limit is 100"):
        source.read("sprite", 100)


@pytest.mark.parametrize(
    "text",
    ["embeddings {", "embeddings { tensor_path: }", "{", "{} x", "embeddings { a: [1 ",
     "embeddings: 7", "}", "a { " * 100_000, '{"embeddings": [7]}', "\xff"],
)  # fmt: skip
def test_a_configuration_that_is_none_is_refused(tmp_path, text):
    path = tmp_path / "projector_config.pbtxt"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match="can't be read as a projector's configuration"):
        read_config(DataFile(path, ".pbtxt"))
    path.write_bytes(b"#" * (1 << 21))
    with pytest.raises(DataError, match="too large"):
        read_config(DataFile(path, ".pbtxt"))


def test_vectors_that_are_none_are_refused(folder):
    (folder / "tensors.tsv").write_text("a\tb\nc\td\n")
    with pytest.raises(DataError, match=r"tensors\.tsv doesn't hold vectors"):
        open_source(folder)
