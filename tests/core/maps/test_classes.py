import numpy as np
import pytest

from vizterm_core.colour.palette import MISSING_COLOUR, categorical_palette
from vizterm_core.maps.blend import checked_style
from vizterm_core.maps.classes import PlacedClasses, class_colours, find_classes, no_class

RNG = np.random.default_rng(0)
AREAS = np.kron(RNG.permutation(16).reshape(4, 4), np.ones((16, 16), int))


def test_masks_and_class_maps_are_told_from_quantities():
    assert find_classes(np.zeros((3, 3), bool)).tolist() == [0, 1]
    assert find_classes(AREAS.astype("u1")).tolist() == list(range(16))
    assert find_classes(np.where(AREAS > 9, 255, 0).astype("u1")).tolist() == [0, 255]
    assert find_classes(np.stack([AREAS, AREAS + 3])).tolist() == list(range(19))
    ids = RNG.permutation(150)[:100].reshape(10, 10)
    assert find_classes(np.kron(ids, np.ones((16, 16), int))).tolist() == sorted(ids.ravel())
    smooth = np.add.outer(np.arange(256), np.arange(256)) // 2
    for quantity in (
        AREAS.astype(float),
        smooth.astype("u1"),
        np.kron(smooth[:64:2, :64:2], np.ones((4, 4), int)),
        RNG.integers(0, 9, (64, 64)),
        np.arange(49).reshape(7, 7),
        np.zeros((8, 8), int),
        np.zeros(5, int),
    ):
        assert find_classes(quantity) is None


def test_classes_are_enlarged_by_the_nearest_and_seen_in_parts():
    placed = PlacedClasses(np.array([[3, 7], [7, 9]]), (4, 6), np.array([3, 7, 9]))
    ranks = np.kron([[0, 1], [1, 2]], np.ones((2, 3))) / 2
    assert np.array_equal(placed.shares(), ranks)
    assert np.array_equal(placed.shares((0, 2, 0, 6), (2, 6)), ranks[:2])
    assert set(np.unique(placed.shares(display=(3, 5)))) <= {0, 0.5, 1}, "nothing in between"
    assert placed.at(3, 5) == (9, 9) and placed.at(0, 0)[0] == 3
    assert placed.norm([3, 7, 9]).tolist() == [0, 0.5, 1]
    # Smaller than the map: the class in the middle of each pixel.
    small = PlacedClasses(AREAS, (4, 4), np.arange(16))
    assert np.array_equal(small.shares() * 15, AREAS[8::16, 8::16])


def test_no_class_is_far_above_all_ids_and_is_drawn_by_nothing():
    for ids in ([0, 1, 255], [0, 2, 7, 15, 255], [*range(151), 255]):
        assert no_class(np.array(ids)) == 255
    for ids in ([0, 255], [0, 128, 255], [0, 85, 170, 255], [0, 1, 2], [0, 200, 255], [-1, 3, 255]):
        assert no_class(np.array(ids)) is None
    placed = PlacedClasses(np.array([[3, 255], [7, 1]]), (2, 2), np.array([3, 7]))
    assert np.array_equal(placed.shares(), [[0, np.nan], [1, np.nan]], equal_nan=True)
    assert np.isnan(placed.at(0, 1)).all() and placed.at(1, 0) == (7, 7)


@pytest.mark.parametrize("count", [2, 3, 24, 60, 256])
def test_each_class_has_its_colour(count):
    ids = np.arange(count)
    placed = PlacedClasses(ids.reshape(1, -1), (1, count), ids)
    picture = np.full((1, count, 3), 100, np.uint8)
    style = checked_style("color", 1.0, "jet")
    drawn = placed.over(picture, placed.shares(), style)[0]
    expected = categorical_palette(count).copy()
    if count == 2:
        expected[0] = 100
    assert np.abs(drawn.astype(int) - expected).max() <= 1
    assert (
        np.abs(
            placed.colormap.table[[0, 255]].astype(int) - categorical_palette(count)[[0, -1]]
        ).max()
        <= 1
    )


def test_a_mask_leaves_its_background_and_weighs_in_every_mode():
    mask = PlacedClasses(np.array([[False, True]]), (1, 2), np.array([0, 1]))
    picture = np.full((1, 2, 3), 200, np.uint8)
    for mode, second in (("gray", (200 * 0.5 + 255 * 0.5)), ("multiply", 200)):
        drawn = mask.over(picture, mask.shares(), checked_style(mode, 0.5, "jet"))
        assert drawn[0, 1, 0] == int(second)
    drawn = mask.over(picture, mask.shares(), checked_style("color", 0.5, "jet"))
    assert drawn[0, 0].tolist() == [200] * 3 and drawn[0, 1].tolist() != [200] * 3


def test_255_beside_low_ids_is_grey():
    assert tuple(class_colours(np.array([0, 1, 20, 255]))[-1]) == MISSING_COLOUR
    assert tuple(class_colours(np.array([0, 255]))[-1]) != MISSING_COLOUR
