"""The emoji of `vizterm demo`: what is in the file, and the parts of its script without a model."""

import importlib.util
import zipfile
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import cKDTree

from vizterm_core.files.formats import open_source
from vizterm_core.load import load_embedding
from vizterm_core.load.roles import choose_roles

FOLDER = Path(__file__).parents[1] / "demo_data"
EMOJI = FOLDER / "emoji.npz"
PAPER = (24, 24, 28)


@pytest.fixture(scope="module")
def arrays():
    with np.load(EMOJI, allow_pickle=False) as stored:
        return dict(stored)


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("make_emoji", FOLDER / "make_emoji.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def row_of(arrays, name):
    (row,) = np.flatnonzero(arrays["names"] == name)
    return row


def test_map_categories_names_and_pictures_are_found_without_options():
    choice = choose_roles(open_source(EMOJI))
    assert choice.keys() == {
        "coords": "umap", "labels": "category", "images": "images", "maps": None, "names": "names",
    }  # fmt: skip
    data = load_embedding(EMOJI)
    assert len(data) == 1906
    assert dict(zip(data.labels.names, np.bincount(data.labels.codes), strict=True)) == {
        "Activities": 85, "Animals & Nature": 159, "Flags": 270, "Food & Drink": 131,
        "Objects": 264, "People & Body": 386, "Smileys & Emotion": 169, "Symbols": 224,
        "Travel & Places": 218,
    }  # fmt: skip


def test_names_are_in_natural_letters_and_belong_to_their_rows(arrays):
    assert len(set(arrays["names"])) == 1906
    assert arrays["category"][row_of(arrays, "octopus")] == "Animals & Nature"
    assert arrays["category"][row_of(arrays, "telescope")] == "Objects"
    assert arrays["category"][row_of(arrays, "Georgia Flag")] == "Flags"


def test_pictures_belong_to_their_rows(arrays):
    """Colours at places that anybody knows, and the paper in the corners of what is round."""
    centre = {"large red circle": 0, "large green circle": 1, "large blue circle": 2}
    for name, channel in centre.items():
        image = arrays["images"][row_of(arrays, name)]
        assert image[32, 32].argmax() == channel, name
        assert tuple(image[0, 0]) == tuple(image[-1, -1]) == PAPER
    japan = arrays["images"][row_of(arrays, "Japan Flag")]
    assert japan[32, 32, 0] > 180 > 90 > japan[32, 32, 1:].max()
    assert japan[32, 10].min() > 200
    assert (arrays["images"].reshape(1906, -1).std(axis=1) > 5).all(), "an empty picture"


def test_vectors_have_unit_length_and_know_what_is_alike(arrays):
    vectors = arrays["vectors"].astype(np.float32)
    assert np.array_equal(vectors * 512, np.round(vectors * 512))
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.abs(lengths - 1).max() < 0.01
    likeness = vectors @ vectors.T / np.outer(lengths, lengths)
    np.fill_diagonal(likeness, -1)
    for name, near in {"octopus": "squid", "telescope": "microscope", "violin": "guitar"}.items():
        nearest = arrays["names"][likeness[row_of(arrays, name)].argsort()[::-1][:5]]
        assert near in nearest, (name, nearest)


def test_the_map_fills_the_plot_and_keeps_what_is_alike_together(arrays):
    points = arrays["umap"].astype(float)
    assert np.abs(points).max(axis=0) == pytest.approx([6, 5])
    cells = np.floor((points + np.array([6, 5])) * 3.333).astype(int)
    # UMAP's own defaults leave nine tenths of such cells empty.
    assert len(np.unique(cells, axis=0)) / (40 * 34) > 0.33
    _, near = cKDTree(points).query(points, 11)
    category = arrays["category"]
    assert (category[near[:, 1:]] == category[:, None]).mean() > 0.93


def test_the_file_is_small_and_its_coordinates_are_read_in_place():
    assert EMOJI.stat().st_size < 4_000_000
    with zipfile.ZipFile(EMOJI) as archive:
        stored = {e.filename for e in archive.infolist() if e.compress_type == zipfile.ZIP_STORED}
    assert stored == {"umap.npy", "pca.npy"}


def test_evening_moves_values_towards_their_ranks_and_keeps_their_order(script):
    # Places 0, 1/9, 1; ranks 0, 1/2, 1: at 0.4 between them, 0.6 / 9 + 0.4 / 2.
    assert script.evened(np.array([9.0, 0.0, 1.0])) == pytest.approx([1, 0, 0.6 / 9 + 0.2])
    values = np.random.default_rng(0).standard_cauchy(500)
    assert np.array_equal(script.evened(values).argsort(), values.argsort())


def test_the_smallest_rectangle_lies_and_is_only_turned(script):
    angle = np.radians(62)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([[-4.0, -1], [-4, 1], [4, 1], [4, -1]])
    laid = script.in_smallest_rectangle(corners @ turn.T)
    assert np.ptp(laid, axis=0) == pytest.approx([8, 2])
    lengths = np.linalg.norm(corners[:, None] - corners, axis=2)
    assert np.linalg.norm(laid[:, None] - laid, axis=2) == pytest.approx(lengths)


def test_shouted_names_are_lowered_and_countries_are_not(script):
    assert script.name({"name": "BEAR FACE", "short_name": "bear"}) == "bear face"
    assert script.name({"name": "Åland Islands Flag", "short_name": "flag-ax"})[:5] == "Åland"
    assert script.name({"name": None, "short_name": "man_in_tuxedo"}) == "man in tuxedo"


def test_two_of_one_name_get_their_short_names(script):
    entries = [
        {"name": "MAN IN TUXEDO", "short_name": "man_in_tuxedo"},
        {"name": "MAN IN TUXEDO", "short_name": "person_in_tuxedo"},
        {"name": "OCTOPUS", "short_name": "octo"},
    ]
    assert script.names(entries) == ["man in tuxedo", "person in tuxedo", "octopus"]
